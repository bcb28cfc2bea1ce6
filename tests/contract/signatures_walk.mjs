// Signatures by code and by the pile.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, named, refused, stand_in } from './contract.mjs';
import { id } from './ids.mjs';
import { act, numbered, submitted, under_way } from './manifests.mjs';

const number = '20263311000001';
const digits = '40817265';

test('a guard signs an arrival on the driver\'s phone', async () => {
    const { id: at } = await under_way();
    await refused('driver', 'sign_by_code', 403, 'SIGNATURE_CODE_WRONG',
        { at, body: { role: 'receiver', event: 'arrive', code: '00000000' } });
    const given = await ask('receiver', 'add_signature_code', 201, { at, example: 'gate' });
    assert.match(given.code, /^[0-9]{8}$/);
    stand_in(digits, given.code);
    const arrived = await ask('driver', 'sign_by_code', 200, { at, example: 'gate' });
    assert.equal(arrived.state, 'ARRIVED');
    const { items } = await ask('receiver', 'list_signature_codes', 200);
    assert.equal(items[0].state, 'USED');
    await act('receiver', at, 'weigh_in', { gross_kg: 20000, tare_kg: 12000, scale: 'S1' });
    await act('receiver', at, 'accept');
    await act('producer', at, 'close');
});

test('a sheet is made, withdrawn, and wrong tries are forgiven', async () => {
    const sheet = await ask('receiver_admin', 'add_signature_sheet', 201, { example: 'gate' });
    assert.equal(sheet.codes.length, 5);
    await ask('receiver_admin', 'revoke_signature_code', 204, { at: sheet.sheet });
    const { items } = await ask('receiver_admin', 'list_signature_locks', 200);
    assert.ok(items.length > 0);
    await ask('receiver_admin', 'lift_signature_locks', 204);
});

test('several manifests are signed at once, each for itself', async () => {
    const first = await under_way();
    numbered(number, first);
    const second = await submitted('one_carrier');
    stand_in(id.piled, second.id);
    const { results } = await ask('receiver', 'sign_batch', 200, { example: 'arrivals' });
    assert.deepEqual(results.map((one) => one.status), [200, 409]);
    await act('receiver', first.id, 'weigh_in', { gross_kg: 20000, tare_kg: 12000, scale: 'S1' });
    await act('receiver', first.id, 'accept');
    await act('producer', first.id, 'close');
    await act('producer', named(id.piled), 'void', 'shut');
});
