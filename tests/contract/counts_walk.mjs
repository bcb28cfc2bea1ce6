// Nothing of the description is left out of the walk.
import assert from 'node:assert/strict';
import test from 'node:test';

import { called, examples, operations, sent } from './contract.mjs';

// What a walk over HTTP alone cannot come by: a stream that never ends, a picture that a camera
// took, a password that a lock tells, a registration that a terminal made.
const beyond = ['stream_alerts', 'show_medium', 'medium_content', 'tell_one_time_password',
    'reset_registration'];

test('every example of a body was sent and answered as documented', () => {
    assert.ok(examples.length > 80);
    assert.deepEqual(examples.filter((one) => !sent.has(one)), []);
});

test('every operation was called, but for those that need more than HTTP', () => {
    const missing = [...operations.keys()].filter((one) => !called.has(one));
    assert.deepEqual(missing.sort(), beyond.sort());
});
