// Nothing of the description is left out of the walk.
import assert from 'node:assert/strict';
import test from 'node:test';

import { called, examples, operations, sent } from './contract.mjs';

test('every example of a body was sent and answered as documented', () => {
    assert.ok(examples.length > 80);
    assert.deepEqual(examples.filter((one) => !sent.has(one)), []);
});

test('every operation was called', () => {
    const missing = [...operations.keys()].filter((one) => !called.has(one));
    assert.deepEqual(missing, []);
});
