// One manifest from filing to acceptance, read on the way by everybody who may.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, named, refused, stand_in } from './contract.mjs';
import { id } from './ids.mjs';
import { act, draft, submitted } from './manifests.mjs';

let manifest;
let number;

test('a draft is made, edited and read by its producer alone', async () => {
    const made = await ask('producer', 'create_manifest', 201, { example: 'one_carrier',
        headers: { 'idempotency-key': 'first-filing' } });
    const again = await ask('producer', 'create_manifest', 201, { example: 'one_carrier',
        headers: { 'idempotency-key': 'first-filing' } });
    manifest = made.id;
    assert.equal(again.id, manifest);
    await ask('producer', 'manifest_edit', 200, { at: manifest, example: 'more_of_it',
        headers: { 'if-match': '"1"' } });
    await refused('producer', 'manifest_edit', 412, 'STALE_VERSION',
        { at: manifest, example: 'more_of_it', headers: { 'if-match': '"1"' } });
    await refused('producer', 'manifest_edit', 428, 'IF_MATCH_MISSING',
        { at: manifest, example: 'more_of_it' });
    await refused('carrier', 'show_manifest', 404, 'NOT_FOUND', { at: manifest });
    const all = await ask('producer', 'list_manifests', 200, { query: { state: 'DRAFT' } });
    assert.equal(all.items.length, 1);
});

test('it is submitted, taken on, loaded and on its way', async () => {
    const filed = await act('producer', manifest, 'submit');
    number = filed.no;
    assert.match(number, /^[0-9]{14}$/);
    await refused('receiver', 'manifest_arrive', 409, 'ILLEGAL_STATE', { at: manifest });
    await act('carrier', manifest, 'carrier_accept', 'truck');
    await act('producer', manifest, 'load_sign', 'producer');
    await act('driver', manifest, 'load_sign', 'driver');
    const gone = await act('driver', manifest, 'depart', 'other_route');
    assert.equal(gone.state, 'IN_TRANSIT');
});

test('a load under way is read by parties and authorities', async () => {
    await ask('driver', 'add_notice', 201, { at: manifest, example: 'breakdown' });
    await ask('driver', 'add_notice', 201, { at: manifest, example: 'incident' });
    await ask('carrier', 'list_notices', 200, { at: manifest });
    await ask('regulator', 'add_swap', 201, { at: manifest, example: 'known_spare' });
    for (const who of ['producer', 'carrier', 'driver', 'receiver', 'regulator', 'police'])
        await ask(who, 'show_manifest', 200, { at: manifest });
    for (const what of ['manifest_track', 'manifest_media', 'manifest_documents', 'show_custody',
        'manifest_routes'])
        await ask('receiver', what, 200, { at: manifest });
    const truck = named(id.truck);
    for (const what of ['vehicle_track', 'vehicle_media', 'vehicle_documents', 'vehicle_drivers'])
        await ask('police', what, 200, { at: truck });
    const stopped = await ask('police', 'checkpoint', 200, { query: { plate: '浙K12345' } });
    assert.equal(stopped.found, true);
    const near = { lat: '28.1', lon: '119.6', radius_m: '500',
        from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
    await ask('police', 'trace_place', 200, { query: near });
    await ask('police', 'trace_river', 200, { example: 'ou' });
    await ask('regulator', 'list_suspect_places', 200);
    const { clock } = await ask(null, 'readyz', 200);
    stand_in('2026-03-01T14:05:17Z', new Date(Date.parse(clock.now) - 60_000).toISOString());
    await ask('police', 'add_passages', 202, { example: 'gantry' });
    const seats = await ask('police', 'look_up_person', 200, { example: 'roadside' });
    assert.deepEqual(seats.items, []);
});

test('it arrives, is weighed and accepted, and the producer closes it', async () => {
    await act('receiver', manifest, 'arrive');
    await act('receiver', manifest, 'weigh_in', 'truck');
    await act('receiver', manifest, 'accept', 'whole');
    const asked = await act('producer', manifest, 'request_revision', 'taboos');
    assert.equal(asked.revision.awaited.length, 2);
    await act('carrier', manifest, 'approve_revision', undefined, 202);
    await act('receiver', manifest, 'approve_revision');
    await act('producer', manifest, 'close');
    const treated = await act('receiver', manifest, 'report_treatment', 'part');
    assert.equal(treated.state, 'COMPLETED');
});

test('what happened is told by quotas, history, proof, due times and inbox', async () => {
    const ledger = await ask('producer', 'manifest_quotas', 200, { at: manifest });
    assert.ok(ledger.items.length > 0);
    await ask('regulator', 'quota_ledger', 200, { at: { quota: `${ledger.items[0].quota}` } });
    const told = await ask('producer', 'show_history', 200, { at: manifest });
    assert.ok(told.items.length > 10);
    await ask('producer', 'show_version', 200, { at: { id: manifest, version: '3' } });
    await ask('producer', 'show_proof', 200, { at: manifest, query: { limit: '5' } });
    await ask('producer', 'show_history_keys', 200);
    await ask('producer', 'list_due_times', 200, { query: { ended: '1' } });
    const changed = await ask('producer', 'read_changes', 200, { query: { limit: '5' } });
    assert.equal(changed.changes.length, 5);
    const inbox = await ask('producer', 'list_inbox', 200);
    await ask('producer', 'read_message', 204, { at: `${inbox.items[0].id}` });
});

test('a truck that carries several manifests is weighed once', async () => {
    for (const as of [id.first_shared, id.second_shared]) {
        const one = await submitted('one_carrier');
        stand_in(as, one.id);
        await act('carrier', one.id, 'carrier_accept', 'truck');
    }
    for (const as of [id.first_shared, id.second_shared]) {
        await act('producer', named(as), 'load_sign', 'producer');
        await act('driver', named(as), 'load_sign', { seal_nos: [`LS-${as.slice(-2)}`] });
        await act('driver', named(as), 'depart');
        await act('receiver', named(as), 'arrive');
    }
    await ask('receiver', 'add_weighing', 201, { example: 'together' });
    for (const as of [id.first_shared, id.second_shared]) {
        await act('receiver', named(as), 'accept');
        await act('producer', named(as), 'close');
    }
});

test('a draft without a number is discarded, one with a number is voided', async () => {
    const gone = await draft('one_carrier');
    await act('producer', gone.id, 'discard');
    await refused('producer', 'show_manifest', 404, 'NOT_FOUND', { at: gone.id });
    const shut = await submitted('one_carrier');
    await act('producer', shut.id, 'void', 'shut');
});
