// Lists, calendars, permits and approvals; entered last, since what is registered is enforced.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, named, refused } from './contract.mjs';
import { id } from './ids.mjs';

test('waste lists and calendars are put and read', async () => {
    await ask('operator', 'put_waste_list', 201, { at: { edition: '2026' }, example: 'hazardous' });
    await ask('operator', 'put_waste_list', 200, { at: { edition: '2026' }, example: 'hazardous' });
    await ask('operator', 'put_waste_list', 201,
        { at: { edition: '2026-X' }, example: 'exemption' });
    await ask('producer', 'list_waste_lists', 200);
    const found = await ask('producer', 'find_waste_codes', 200, { query: { q: '336-054' } });
    assert.equal(found.items.length, 1);
    await ask('operator', 'put_calendar', 201, { at: { year: '2026' }, example: 'year' });
    await ask('producer', 'show_calendar', 200, { at: { year: '2026' } });
    await refused('producer', 'show_calendar', 404, 'NOT_FOUND', { at: { year: '2031' } });
});

test('scales, permits and certificates are entered, read and ended', async () => {
    const registers = [['scale', 'scales', 'scale', 'receiver'],
        ['transport_permit', 'transport_permits', 'permit', 'carrier'],
        ['vehicle_permit', 'vehicle_permits', 'permit', 'carrier'],
        ['crew_certificate', 'crew_certificates', 'driver', 'carrier']];
    for (const [one, many, name, reader] of registers) {
        const made = await ask('operator', `add_${one}`, 201, { example: name });
        await ask(reader, `list_${many}`, 200);
        await ask('operator', `revoke_${one}`, 204, { at: made.id });
    }
});

test('an approval to leave the province is asked for and withdrawn', async () => {
    const made = await ask('producer', 'add_approval', 201, { example: 'approval' });
    await ask('producer', 'list_approvals', 200);
    await ask('police', 'show_approval', 200, { at: made.id });
    await ask('producer', 'act_on_approval', 200, { at: { id: made.id, step: 'withdraw' },
        example: 'withdraw', headers: { 'if-match': `"${made.version}"` } });
    await ask('producer', 'approval_history', 200, { at: made.id });
    await ask('regulator', 'list_supervision_tasks', 200);
});

test('a licence ends, and a party that has ceased is closed', async () => {
    const licence = named('the licence');
    const { version } = await ask('operator', 'show_licence', 200, { at: licence });
    await ask('operator', 'act_on_licence', 200, { at: { id: licence, event: 'end' },
        example: 'end', headers: { 'if-match': `"${version}"` } });
    await ask('operator', 'close_party', 200, { at: named(id.far_receiver), example: 'ceased' });
});
