// A terminal that says where it is; orders to it, and what may be opened.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';

import { ask, ask_until, called, example, named, refused, tokens } from './contract.mjs';
import { id } from './ids.mjs';
import { act } from './manifests.mjs';

const bcd = (text) => Buffer.from(text, 'hex');

// A frame of JT/T 808-2013: header, body, check byte, escaped between its marks.
function frame(number, serial, message, body) {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(message, 0);
    head.writeUInt16BE(body.length, 2);
    const raw = Buffer.concat([head, bcd(number), Buffer.from([0, serial]), body]);
    const sum = raw.reduce((all, byte) => all ^ byte, 0);
    const inner = [...raw, sum].flatMap((byte) =>
        (byte === 0x7d ? [0x7d, 1] : byte === 0x7e ? [0x7d, 2] : [byte]));
    return Buffer.from([0x7e, ...inner, 0x7e]);
}

// A fix two kilometres beside the road, a little further with each.
function fix(at, step) {
    const body = Buffer.alloc(22);
    body.writeUInt32BE(0x3, 4); // positioned, ignition on
    body.writeUInt32BE(28_120_000, 8);
    body.writeUInt32BE(119_630_000 + step * 1000, 12);
    const china = new Date(at + 8 * 3600_000).toISOString();
    return Buffer.concat([body, bcd(china.replace(/\D/g, '').slice(2, 14))]);
}

// A picture of one packet: its head, where it was taken, and the beginning of a JPEG.
function picture(at) {
    const head = Buffer.from([0, 0, 0, 7, 0, 0, 5, 1]);
    return Buffer.concat([head, fix(at, 0), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70])]);
}

function registration() {
    const body = Buffer.alloc(37);
    body.writeUInt16BE(33, 0); // province, then the county
    body.writeUInt16BE(1102, 2);
    body.write('MAKER', 4);
    body.write('MODEL-1', 9);
    body.write('UNIT001', 29);
    body[36] = 2; // yellow plate
    return Buffer.concat([body, Buffer.from([0xd5, 0xe3]), Buffer.from('K12345')]);
}

// A line of a terminal with these messages said on it.
function says(number, ...messages) {
    const line = connect(Number(process.env.LIUHEN_JT808), '127.0.0.1');
    line.unref(); // a case that fails does not keep the walk waiting
    messages.forEach(([message, body], serial) => line.write(frame(number, serial, message, body)));
    return line;
}

// A terminal that was off its road for two minutes from `since` on, and says so now.
function strayed(number, auth_code, since) {
    const fixes = Array.from({ length: 12 }, (_, step) =>
        [0x0200, fix(since + step * 10_000, step)]);
    return says(number, [0x0102, Buffer.from(auth_code)], ...fixes,
        [0x0801, picture(since + 120_000)]);
}

// The first event of the stream, asked for past the proxy, which waits for the end of an answer.
async function first_streamed(who) {
    const reply = await fetch(`${process.env.LIUHEN_DIRECT}/v1/alerts/stream`,
        { headers: { authorization: `Bearer ${tokens[who]}` } });
    assert.equal(reply.headers.get('content-type'), 'text/event-stream');
    let text = '';
    for await (const piece of reply.body) { // leaving it ends the stream
        text += Buffer.from(piece).toString();
        if (/^data: ?\{.*\n/m.test(text)) break;
    }
    called.add('stream_alerts');
    return JSON.parse(/^data: ?(\{.*)$/m.exec(text)[1]);
}

test('a truck that leaves its road is an alert, acknowledged and closed once', async () => {
    const truck = named(id.inspected);
    const { clock } = await ask(null, 'readyz', 200);
    const ago = (minutes) => new Date(Date.parse(clock.now) - minutes * 60_000).toISOString();
    const { id: one } = await ask('producer', 'create_manifest', 201,
        { body: { ...example('create_manifest', 'one_carrier'), at: ago(20) } });
    const why = 'the terminal was off';
    await act('producer', one, 'submit', { at: ago(19) });
    await act('carrier', one, 'carrier_accept',
        { ...example('manifest_carrier_accept', 'truck'), vehicle: truck,
            waybill_no: 'WB-2026-0031', at: ago(18) });
    await act('producer', one, 'load_sign',
        { gross_kg: 20000, tare_kg: 12000, manual_reason: why, at: ago(17) });
    await act('driver', one, 'load_sign', { seal_nos: ['D-1'], manual_reason: why, at: ago(16) });
    await act('driver', one, 'depart', { at: ago(15) });
    const line = strayed('013900000004', named('code of 浙K00004'), Date.parse(ago(12)));
    const feed = await ask_until((page) => page.events.length > 0, 'regulator', 'read_alerts');
    const taken = await ask_until((page) => page.items.length > 0, 'police', 'vehicle_media',
        { at: truck });
    line.end();
    await ask('producer', 'show_medium', 200, { at: taken.items[0].id });
    await ask('producer', 'medium_content', 200, { at: taken.items[0].id });
    assert.deepEqual(await first_streamed('regulator'), feed.events[0]);
    const { alert } = feed.events[0].data;
    await ask('police', 'read_alerts', 200, { query: { tier: 'A', limit: '1' } });
    await ask('regulator', 'show_alert', 200, { at: { alert } });
    await ask('regulator', 'acknowledge_alert', 200, { at: { alert }, example: 'seen' });
    await ask('regulator', 'close_alert', 200, { at: { alert }, example: 'case' });
    await ask('regulator', 'close_alert', 409, { at: { alert }, example: 'case' });
    await ask('regulator', 'vehicle_track', 200, { at: truck });
    await ask('regulator', 'show_custody', 200, { at: one });
});

test('a terminal is shown, diagnosed, changed, told things and let register anew', async () => {
    const terminal = named(id.terminal);
    const line = says('013900000001', [0x0100, registration()]);
    await ask_until((shown) => shown.registration, 'regulator', 'show_terminal', { at: terminal });
    line.end();
    await ask('operator', 'reset_registration', 200, { at: terminal });
    await ask('operator', 'diagnose_terminal', 200, { at: terminal });
    await ask('operator', 'change_terminal', 200, { at: terminal, example: 'profile' });
    const order = await ask('operator', 'give_order', 202, { at: terminal, example: 'text' });
    await ask('regulator', 'give_order', 202, { at: terminal, example: 'track' });
    await ask('operator', 'show_order', 200, { at: order.id });
    await ask('carrier', 'list_terminal_orders', 200, { at: terminal });
    await ask('operator', 'cancel_order', 200, { at: order.id });
    await refused('operator', 'cancel_order', 409, 'ALREADY_OVER', { at: order.id });
    await ask('operator', 'end_binding', 200,
        { at: named('binding of 浙K00003'), example: 'ended' });
});

test('what an inspection lets open is opened, anything else is refused', async () => {
    const lock = named(id.lock);
    const truck = named(id.inspected);
    await ask('operator', 'set_lock_secret', 204, { at: lock, example: 'password' });
    await refused('police', 'unlock_lock', 409, 'UNLOCK_NO_INSPECTION', { at: lock, body: {} });
    await ask('police', 'add_inspection', 201, { at: truck, example: 'roadside' });
    await ask('police', 'unlock_lock', 202, { at: lock, example: 'inspection' });
    await ask('police', 'tell_one_time_password', 202, { at: lock, body: {} });
    await ask('police', 'work_doors', 202, { at: truck, example: 'open' });
});

test('the server tells how it is', async () => {
    for (const what of ['livez', 'readyz', 'metrics', 'openapi', 'docs'])
        await ask(null, what, 200);
    const status = await ask('operator', 'status', 200);
    assert.equal(status.clock.demo, true);
});
