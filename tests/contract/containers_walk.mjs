// Drums from their filling to a truck, and the ledger that follows them.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, example, refused, stand_in } from './contract.mjs';
import { id } from './ids.mjs';
import { act, submitted } from './manifests.mjs';

let first;
let tank;

test('drums are filled, poured together and weighed again', async () => {
    first = await ask('producer', 'add_container', 201, { example: 'drum' });
    assert.equal(first.stock[0].net_g, 200000);
    stand_in(id.first_drum, first.id);
    const like = (code) => ({ ...example('add_container', 'drum'), code });
    const second = await ask('producer', 'add_container', 201, { body: like('2026-0008') });
    stand_in(id.second_drum, second.id);
    await refused('producer', 'add_container', 409, 'DUPLICATE', { example: 'drum' });
    tank = await ask('producer', 'add_container', 201,
        { body: { code: '2026-0009', waste_code: '336-054-17', package: 'IBC' } });
    const poured = await ask('producer', 'add_movement', 201,
        { at: tank.id, example: 'poured_together' });
    assert.equal(poured.stock[0].net_g, 200000);
    const weighed = await ask('producer', 'add_movement', 201,
        { at: first.id, example: 'found_lighter' });
    assert.equal(weighed.stock[0].net_g, 78200);
    await refused('producer', 'add_movement', 409, 'STOCK_EXCEEDED',
        { at: first.id, body: { kind: 'TREATED', amount_kg: 79, method: 'D9' } });
    const label = { kind: 'LABELLED', tag: '91331100MA2E0AAA0L336054172026030200000001' };
    await ask('producer', 'add_movement', 201, { at: tank.id, body: label });
    await ask('producer', 'add_movement', 201,
        { at: tank.id, body: { kind: 'STORED', place: 'bay 3' } });
    stand_in(id.tank, tank.id);
    await refused('producer', 'print_label', 409, 'LABEL_WITHOUT_CODE', { at: first.id });
    const is_pdf = /^%PDF-1\.\d/;
    assert.match(await ask('producer', 'print_label', 200, { at: tank.id }), is_pdf);
    assert.match(await ask('producer', 'print_labels', 200, { example: 'a_tank' }), is_pdf);
});

test('they are listed, shown, traced and summed', async () => {
    const found = await ask('producer', 'list_containers', 200, { query: { code: '2026-0007' } });
    assert.equal(found.items[0].id, first.id);
    await refused('receiver', 'show_container', 404, 'NOT_FOUND', { at: first.id });
    await ask('regulator', 'show_container', 200, { at: tank.id });
    const trace = await ask('producer', 'trace_container', 200, { at: first.id });
    assert.deepEqual(trace.containers.map((one) => one.forward), [0, 1]);
    const stock = await ask('producer', 'ledger_stock', 200);
    const balance = await ask('producer', 'ledger_balance', 200);
    assert.equal(balance.months.at(-1).closing_g, stock.net_g);
    const month = balance.months.at(-1).month;
    const mass = await ask('producer', 'ledger_mass_balance', 200, { query: { month } });
    assert.equal(mass.items[0].closing_g, stock.net_g);
    const batches = await ask('producer', 'ledger_batches', 200);
    assert.equal(batches.items.length, 0);
});

test('labels are read on the way, by forms that the operator enters', async () => {
    await ask('operator', 'put_tag_patterns', 200, { example: 'usual' });
    await ask('driver', 'list_tag_patterns', 200);
    const { id: at } = await submitted('one_carrier');
    await refused('driver', 'add_scans', 409, 'ILLEGAL_STATE', { at, example: 'two_drums' });
    await act('carrier', at, 'carrier_accept', 'truck');
    await refused('receiver', 'add_scans', 403, 'SCAN_ROLE', { at, example: 'two_drums' });
    const read = await ask('driver', 'add_scans', 201, { at, example: 'two_drums' });
    assert.equal(read.stages[0].differences.length, 2);
    const told = await ask('police', 'list_scans', 200, { at });
    assert.equal(told.items.length, 2);
    await act('carrier', at, 'unassign');
});
