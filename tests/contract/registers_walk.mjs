// What the operator enters before the first manifest: parties, places, vehicles, devices, papers.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, example, named, refused, stand_in, tokens } from './contract.mjs';
import { id } from './ids.mjs';

const enter = async (operationId, name, as) => {
    const made = await ask('operator', operationId, 201, { example: name });
    stand_in(as, made.id);
    return made;
};
// Like an example, with other words in some places; no example itself.
const another = async (operationId, name, changes, as) => {
    const made = await ask('operator', operationId, 201,
        { body: { ...example(operationId, name), ...changes } });
    stand_in(as, made.id);
    return made;
};
const bearer = async (who, body) => {
    tokens[who] = (await ask('operator', 'add_token', 201, { body })).token;
};

test('parties are entered and read', async () => {
    await enter('add_party', 'producer', id.producer);
    await enter('add_party', 'carrier', id.carrier);
    await enter('add_party', 'receiver', id.receiver);
    await another('add_party', 'carrier',
        { name: 'Ou River Lines', uscc: '91331100MA2E0EEE0C' }, id.second_carrier);
    await another('add_party', 'receiver',
        { name: 'Xishan Furnace', uscc: '91331100MA2E0FFF0A' }, id.second_receiver);
    await another('add_party', 'receiver',
        { name: 'Huaibei Works', uscc: '91331100MA2E0DDD0E', division: '340102' },
        id.far_receiver);
    await ask('operator', 'list_parties', 200, { query: { limit: '2' } });
});

test('a rule set is entered, shown, and put in force', async () => {
    const made = await ask('operator', 'add_rule_set', 201, { example: 'later' });
    assert.equal(made.rules.thresholds.stop_unplanned, 1200);
    await ask('operator', 'put_rule_set_in_force', 200, { at: made.id, example: 'tried' });
    await refused('operator', 'put_rule_set_in_force', 409, 'ALREADY_IN_FORCE',
        { at: made.id, example: 'tried' });
    await ask('operator', 'show_rule_set', 200, { at: made.id });
    await ask('operator', 'put_rule_set_in_force', 200, { at: 'standard', example: 'tried' });
    await ask('operator', 'list_rule_sets', 200);
    await ask('operator', 'show_rule_set', 200, { at: 'standard' });
});

test('tokens are given for every role', async () => {
    const given = await ask('operator', 'add_token', 201, { example: 'firm' });
    tokens.producer = given.token;
    tokens.regulator = (await ask('operator', 'add_token', 201, { example: 'authority' })).token;
    await bearer('police', { role: 'police' });
    await bearer('carrier', { role: 'carrier', party: named(id.carrier), rank: 'admin' });
    await bearer('driver', { role: 'driver', party: named(id.carrier) });
    await bearer('receiver', { role: 'receiver', party: named(id.receiver) });
    await bearer('carrier2', { role: 'carrier', party: named(id.second_carrier) });
    await bearer('driver2', { role: 'driver', party: named(id.second_carrier) });
    await bearer('receiver2', { role: 'receiver', party: named(id.second_receiver) });
    await bearer('producer_admin', { role: 'producer', party: named(id.producer), rank: 'admin' });
    await bearer('receiver_admin', { role: 'receiver', party: named(id.receiver), rank: 'admin' });
    await ask('operator', 'list_tokens', 200);
});

test('a party keeps up what it says of itself', async () => {
    const at = named(id.producer);
    const read = await ask('driver', 'show_party', 200, { at });
    await refused('producer_admin', 'change_party', 428, 'IF_MATCH_MISSING',
        { at, example: 'moved' });
    await ask('producer_admin', 'change_party', 200,
        { at, example: 'moved', headers: { 'if-match': `"${read.version}"` } });
    const told = await ask('regulator', 'party_history', 200, { at });
    assert.equal(told.items.length, 2);
});

test('sites and routes are entered and read', async () => {
    await enter('add_site', 'circle', id.works);
    await enter('add_site', 'polygon', id.plant);
    await another('add_site', 'circle',
        { name: 'furnace', kind: 'receiver', party: named(id.second_receiver),
            geometry: { type: 'Point', coordinates: [119.8, 28.1] } }, id.furnace);
    await enter('add_route', 'line', id.road);
    await ask('carrier', 'list_sites', 200);
    await ask('producer', 'list_routes', 200);
});

test('routes are versioned, approved, diverted and withdrawn', async () => {
    const road = named(id.road);
    const drawn = await ask('operator', 'add_route', 201, { example: 'between_sites' });
    assert.equal(drawn.state, 'approved');
    const shown = await ask('driver', 'show_route', 200, { at: drawn.id });
    assert.deepEqual(shown.shown.tunnels, [[0, 1]]);
    await refused('carrier', 'show_route', 404, 'NOT_FOUND', { at: named(id.works) });
    await ask('operator', 'add_route_version', 201, { at: road, example: 'bend' });
    const second = { id: road, version: '2' };
    const proposed = await ask('carrier', 'show_route_version', 200, { at: second });
    assert.equal(proposed.state, 'proposed');
    await ask('operator', 'approve_route_version', 200, { at: second, example: 'seen' });
    await refused('operator', 'approve_route_version', 409, 'ROUTE_DECIDED',
        { at: second, example: 'seen' });
    const diverted = await ask('operator', 'add_route_diversion', 201,
        { at: road, example: 'bridge' });
    const diversion = { id: road, diversion: diverted.diversions[0].id };
    const ended = await ask('operator', 'end_route_diversion', 200,
        { at: diversion, example: 'open' });
    assert.ok(ended.diversions[0].ended);
    await ask('operator', 'withdraw_route_version', 200, { at: second, example: 'slipped' });
    const again = await ask('carrier', 'show_route', 200, { at: road });
    assert.equal(again.shown.version, 1);
    await refused('operator', 'learn_route', 422, 'NOT_LEARNT',
        { example: 'driven' });
});

test('vehicles, terminals, locks and bindings are entered and read', async () => {
    await enter('add_vehicle', 'truck', id.truck);
    await enter('add_terminal', 'jt808', id.terminal);
    await enter('add_terminal', 'lock', id.line);
    await enter('add_lock', 'lock', id.lock);
    await ask('operator', 'add_binding', 201, { example: 'terminal' });
    const trucks = [['浙K00002', id.carrier, id.spare], ['浙K00003', id.second_carrier, id.other],
        ['浙K00004', id.carrier, id.inspected]];
    for (const [plate, carrier, as] of trucks) {
        await another('add_vehicle', 'truck', { plate, carrier: named(carrier) }, as);
        const device = await another('add_terminal', 'jt808',
            { number: `01390000${plate.slice(-4)}` }, `terminal of ${plate}`);
        stand_in(`code of ${plate}`, device.auth_code);
        const made = await ask('operator', 'add_binding', 201,
            { body: { vehicle: named(as), terminal: device.id, from: '2026-03-01T00:00:00Z' } });
        stand_in(`binding of ${plate}`, made.id);
    }
    await ask('operator', 'add_binding', 201, { example: 'lock' });
    await ask('carrier', 'list_vehicles', 200);
    await ask('regulator', 'list_terminals', 200);
    await ask('regulator', 'list_locks', 200);
    await ask('regulator', 'list_bindings', 200);
    await ask('regulator', 'list_profiles', 200);
});

test('licences and plans are entered and read', async () => {
    const licence = await enter('add_licence', 'licence', 'the licence');
    await another('add_licence', 'licence',
        { receiver: named(id.second_receiver), licence_no: '3311000002' }, 'the other licence');
    await ask('operator', 'act_on_licence', 200, { example: 'amend',
        at: { id: licence.id, event: 'amend' }, headers: { 'if-match': `"${licence.version}"` } });
    const plan = await ask('producer', 'add_plan', 201, { example: 'plan' });
    const filed = await ask('producer', 'act_on_plan', 200,
        { at: { id: plan.id, event: 'file' }, headers: { 'if-match': `"${plan.version}"` } });
    await ask('producer', 'act_on_plan', 200, { example: 'amend',
        at: { id: plan.id, event: 'amend' }, headers: { 'if-match': `"${filed.version}"` } });
    await ask('regulator', 'list_licences', 200);
    await ask('regulator', 'show_licence', 200, { at: licence.id });
    await ask('regulator', 'licence_history', 200, { at: licence.id });
    await ask('regulator', 'list_plans', 200);
    await ask('producer', 'show_plan', 200, { at: plan.id });
    await ask('producer', 'plan_history', 200, { at: plan.id });
});
