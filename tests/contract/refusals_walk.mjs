// Refusals that a well-formed request can meet; each is a problem as described.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, example, named, refused } from './contract.mjs';
import { id } from './ids.mjs';
import { draft } from './manifests.mjs';

const nothing = '00000000-0000-7000-8000-000000000000';

test('what is not there, or not yours, is 404', async () => {
    await refused('producer', 'show_manifest', 404, 'NOT_FOUND', { at: nothing });
    await refused('carrier', 'manifest_carrier_accept', 404, 'NOT_FOUND',
        { at: nothing, example: 'truck' });
    await refused('operator', 'show_terminal', 404, 'NOT_FOUND', { at: nothing });
    await refused('police', 'show_suspect_place', 404, 'NOT_FOUND', { at: nothing });
    await refused('regulator', 'review_suspect_place', 404, 'NOT_FOUND',
        { at: nothing, example: 'drums' });
    // Nobody tells a national system here, so that no report waits for a person.
    await ask('operator', 'list_national_reports', 200, { query: { status: 'FAILED' } });
    await refused('operator', 'resend_national_report', 404, 'NOT_FOUND', { at: '7' });
    await refused('operator', 'set_aside_national_report', 404, 'NOT_FOUND',
        { at: '7', example: 'by_telephone' });
    const one = await draft('one_carrier');
    await refused('carrier2', 'show_manifest', 404, 'NOT_FOUND', { at: one.id });
});

test('a wrong token is 401 and a wrong role 403', async () => {
    await ask(`lh_${'A'.repeat(43)}`, 'list_parties', 401);
    await refused('police', 'add_party', 403, 'ROLE', { body: example('add_party', 'carrier') });
    await refused('carrier', 'create_manifest', 403, 'ROLE',
        { body: example('create_manifest', 'one_carrier') });
});

test('what cannot be now is 409 and tells what can', async () => {
    const one = await draft('one_carrier');
    const answer = await refused('producer', 'manifest_close', 409, 'ILLEGAL_STATE',
        { at: one.id });
    assert.equal(answer.state, 'DRAFT');
    assert.ok(answer.allowed_events.includes('submit'));
    await refused('operator', 'add_vehicle', 409, 'DUPLICATE',
        { body: example('add_vehicle', 'truck') });
});

test('every fault of a content is named in one 422', async () => {
    const bare = await ask('producer', 'create_manifest', 201, { body: {} });
    const answer = await ask('producer', 'manifest_submit', 422, { at: bare.id });
    assert.ok(answer.errors.length > 3);
    await ask('operator', 'add_party', 422,
        { body: { ...example('add_party', 'carrier'), uscc: '91331100MA2E0BBB00' } });
});

test('a key that named another request is 409', async () => {
    const headers = { 'idempotency-key': 'one-request' };
    await ask('producer', 'create_manifest', 201, { body: {}, headers });
    await refused('producer', 'create_manifest', 409, 'KEY_REUSED',
        { body: { receiver: named(id.receiver) }, headers });
});
