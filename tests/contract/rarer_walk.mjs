// The rarer ways of a manifest's life: other carriers, breakdowns, refusals, papers, authorities.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, example, named, refused, stand_in } from './contract.mjs';
import { id } from './ids.mjs';
import { act, draft, load, numbered, submitted, under_way, weighed_in } from './manifests.mjs';

const finish = async (at, receiver = 'receiver') => {
    await act(receiver, at, 'accept');
    await act('producer', at, 'close');
};

test('files are sent once each, and come back as they were', async () => {
    for (const who of ['producer', 'carrier', 'receiver']) {
        const sent = await ask(who, 'add_file', 201, { example: 'scan',
            query: { kind: 'SCAN', proves: 'the paper' } });
        assert.deepEqual(await ask(who, 'add_file', 200, { example: 'scan' }), sent);
        assert.equal(await ask(who, 'file_content', 200, { at: sent.id }),
            example('add_file', 'scan'));
    }
});

test('a manifest is printed', async () => {
    const one = await submitted('one_carrier');
    const print = await ask('producer', 'print_manifest', 200, { at: one.id });
    assert.match(print, /^%PDF-1\.\d/);
});

test('a carrier refuses, another takes over, a vehicle is swapped and let go', async () => {
    const one = await submitted('one_carrier');
    await act('carrier', one.id, 'carrier_refuse', 'no_truck');
    await refused('producer', 'manifest_amend', 428, 'IF_MATCH_MISSING',
        { at: one.id, example: 'another_carrier' });
    const named_now = { headers: { 'if-match': '*' } };
    await ask('producer', 'manifest_amend', 200,
        { at: one.id, example: 'another_carrier', ...named_now });
    const body = { ...example('manifest_carrier_accept', 'truck'), vehicle: named(id.other) };
    await act('carrier2', one.id, 'carrier_accept', body);
    await act('carrier2', one.id, 'unassign');
    await ask('producer', 'manifest_amend', 200,
        { at: one.id, body: example('create_manifest', 'one_carrier'), ...named_now });
    await act('carrier', one.id, 'carrier_accept', 'truck');
    await act('carrier', one.id, 'swap_vehicle', 'spare');
    await load(one.id);
    await act('driver', one.id, 'unload', undefined, 202);
    await act('producer', one.id, 'unload');
    await act('producer', one.id, 'void', 'shut');
});

test('a load goes over from one carrier to the next, who may refuse it first', async () => {
    const one = await under_way('two_carriers');
    await act('driver', one.id, 'handover_out', 'driver');
    await act('driver2', one.id, 'handover_refuse', 'leaking');
    await act('driver', one.id, 'handover_out', 'driver');
    const taken = await act('driver2', one.id, 'handover_in', 'driver');
    assert.equal(taken.legs.length, 2);
    await act('receiver', one.id, 'arrive');
    await act('receiver', one.id, 'weigh_in', 'truck');
    await finish(one.id);
});

test('a spare vehicle takes the load of a broken one', async () => {
    const one = await under_way();
    await act('carrier', one.id, 'breakdown_swap', 'spare');
    await act('receiver', one.id, 'arrive');
    await act('receiver', one.id, 'weigh_in', 'typed');
    await finish(one.id);
});

test('a declared difference is confirmed', async () => {
    const one = await weighed_in(18500);
    const said = await act('receiver', one.id, 'accept_with_difference', 'short');
    assert.equal(said.version, example('manifest_confirm_difference', 'read').version);
    await act('producer', one.id, 'confirm_difference', 'read');
    await act('producer', one.id, 'close');
});

test('a declared difference is disputed and ruled on', async () => {
    const one = await weighed_in(18500);
    await act('receiver', one.id, 'accept_with_difference', 'short');
    await act('producer', one.id, 'dispute', 'scale');
    const files = await ask('regulator', 'manifest_files', 200, { at: one.id });
    assert.equal(files.items[0].events[0].event, 'dispute');
    await act('regulator', one.id, 'rule', 'accepted');
    await act('producer', one.id, 'close');
});

test('a refused load returns to its producer', async () => {
    const one = await weighed_in(20000);
    await act('receiver', one.id, 'reject', 'wrong_waste');
    await act('carrier', one.id, 'start_return', 'same_road');
    const home = await act('producer', one.id, 'confirm_return', 'truck');
    assert.equal(home.state, 'RETURNED');
});

test('a refused load is redirected and accepted elsewhere', async () => {
    const one = await weighed_in(20000);
    await act('receiver', one.id, 'reject', 'wrong_waste');
    const { child } = await act('producer', one.id, 'redirect', 'furnace');
    await act('driver', child.id, 'depart');
    await act('receiver2', child.id, 'arrive');
    await act('receiver2', child.id, 'weigh_in', { gross_kg: 20000, tare_kg: 12000 });
    await finish(child.id, 'receiver2');
});

test('what was refused of a load is settled by the manifest that takes it back', async () => {
    const one = await weighed_in(20000);
    await act('receiver', one.id, 'accept_part', 'two_drums');
    numbered('20263311000001', one);
    const back = await submitted('refused_part_goes_back');
    numbered('20263311000002', back);
    const settled = await act('producer', one.id, 'settle_remainder', 'returned');
    assert.equal(settled.state, 'COMPLETED');
});

test('a paper is entered afterwards, sent back, entered again and confirmed', async () => {
    const one = await draft('one_carrier');
    await act('producer', one.id, 'submit_backfill', 'paper');
    await act('regulator', one.id, 'return_backfill', 'weight');
    const anew = await act('producer', one.id, 'submit_backfill', 'paper');
    assert.equal(anew.version, example('manifest_confirm_backfill', 'read').version);
    await act('carrier', one.id, 'confirm_backfill', 'read', 202);
    await act('receiver', one.id, 'confirm_backfill', 'read');
});

test('waste in a pipe is entered day by day and signed as it was counted', async () => {
    const form = { ...example('create_manifest', 'one_carrier'), kind: 'PIPE', lines: [{
        name: 'spent brine', code: '900-001-S59', form: 'L', package: 'BULK',
        purpose: 'DISPOSE', planned_kg: 60000 }] };
    const { id: at } = await ask('producer', 'create_manifest', 201, { body: form });
    await act('producer', at, 'submit');
    await act('carrier', at, 'carrier_accept', { driver: 'Zhao Lei' });
    await ask('producer', 'add_meter_entry', 201, { at, example: 'first_day' });
    await refused('producer', 'add_meter_entry', 409, 'DUPLICATE', { at, example: 'first_day' });
    await ask('producer', 'add_meter_entry', 201, { at, example: 'correction' });
    const other_end = await ask('receiver', 'add_meter_entry', 201,
        { at, body: { day: '2026-03-02', amount_kg: 40000, meter: 'FM-07' } });
    assert.equal(other_end.warnings[0].code, 'METERS_DIFFER');
    const days = await ask('police', 'list_meter_entries', 200, { at });
    assert.equal(days.out_g, 51800000);
    const signed = await act('producer', at, 'load_sign');
    assert.equal(signed.lines[0].sent_g, 51800000);
    await act('driver', at, 'load_sign');
    await act('driver', at, 'depart');
    await act('receiver', at, 'arrive');
    const counted = await act('receiver', at, 'weigh_in');
    assert.equal(counted.lines[0].received_g, 40000000);
});

test('an authority holds, releases and closes', async () => {
    const one = await under_way();
    await act('police', one.id, 'hold', 'suspicion');
    await act('receiver', one.id, 'arrive');
    await act('receiver', one.id, 'weigh_in', 'truck');
    await refused('receiver', 'manifest_accept', 423, 'HELD', { at: one.id });
    await act('police', one.id, 'release', 'nothing');
    const closed = await act('regulator', one.id, 'close_by_authority', 'case');
    assert.equal(closed.state, 'CLOSED_BY_AUTHORITY');
    const settled = await ask('operator', 'settle_closed_load', 201,
        { at: one.id, example: 'released' });
    assert.equal(settled.found_g, 300000);
    await refused('regulator', 'settle_closed_load', 409, 'NOTHING_OUTSTANDING',
        { at: one.id, example: 'released' });
});

test('a correction is refused by its counterpart, or taken back', async () => {
    const one = await submitted('one_carrier');
    await act('carrier', one.id, 'carrier_accept', 'truck');
    await load(one.id);
    await act('producer', one.id, 'request_revision', 'taboos');
    await act('receiver', one.id, 'refuse_revision');
    await act('producer', one.id, 'request_revision', 'taboos');
    await act('producer', one.id, 'cancel_revision');
    await act('driver', one.id, 'unload', undefined, 202);
    await act('producer', one.id, 'unload');
    await act('producer', one.id, 'void', 'shut');
});
