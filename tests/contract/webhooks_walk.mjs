// Webhooks: what is sent is believed by the receivers that others wrote, and by the one in the docs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import test, { mock } from 'node:test';

import { ask, ask_until } from './contract.mjs';
import { draft } from './manifests.mjs';

const packages = `${process.env.LIUHEN_CONTRACT_TOOLS}/..`;
const require = createRequire(`${packages}/here.js`);
const { Webhook } = require('standardwebhooks');
const { CloudEvent, HTTP } = require('cloudevents');

const kinds = ['liuhen.manifest.changed.v1'];
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
async function until(done) {
    for (let tries = 0; tries < 200 && !done(); ++tries) await pause(50);
    assert.ok(done());
}

// Takes everything, and keeps it.
async function target() {
    const taken = [];
    const server = createServer(async (request, response) => {
        const parts = [];
        for await (const part of request) parts.push(part);
        taken.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
        response.writeHead(204).end();
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return { taken, server, url: `http://127.0.0.1:${server.address().port}/hook` };
}

// The server lives in the time of its demonstration; so does the receiver that judges its stamps.
function verified(secret, { headers, body }, late_s = 0) {
    const now = (Number(headers['webhook-timestamp']) + late_s) * 1000;
    mock.timers.enable({ apis: ['Date'], now });
    try {
        return new Webhook(secret).verify(body, headers);
    } finally {
        mock.timers.reset();
    }
}

test('webhooks are made, shown, changed, stopped and ended', async () => {
    const made = await ask('producer_admin', 'add_webhook', 201, { example: 'changes' });
    assert.match(made.secret, /^whsec_/);
    const at = made.id;
    await ask('producer_admin', 'list_webhooks', 200);
    const shown = await ask('producer_admin', 'show_webhook', 200, { at });
    assert.equal(shown.secret, undefined);
    await ask('producer_admin', 'change_webhook', 200, { at, example: 'moved' });
    assert.equal((await ask('producer_admin', 'pause_webhook', 200, { at })).why, 'paused');
    assert.equal((await ask('producer_admin', 'resume_webhook', 200, { at })).state, 'active');
    await ask('producer_admin', 'list_dead_letters', 200, { at });
    await ask('producer_admin', 'resend_dead_letter', 404, { at: { id: at, letter: at } });
    await ask('producer_admin', 'add_webhook', 422, { body: { url: 'https://10.0.0.1/', kinds } });
    await ask('producer_admin', 'end_webhook', 204, { at });
    await ask('producer_admin', 'show_webhook', 404, { at });
});

test('npm standardwebhooks believes what is sent and refuses one changed byte', async () => {
    const { taken, server, url } = await target();
    const { id: at, secret } = await ask('producer_admin', 'add_webhook', 201,
        { body: { url, kinds } });
    const manifest = await draft('one_carrier');
    await until(() => taken.length > 0);
    const [one] = taken;
    assert.equal(verified(secret, one).subject, manifest.id);
    assert.throws(() => verified(secret, { ...one, body: one.body.replace('1', '2') }));
    assert.throws(() => verified(secret, one, 6 * 60), /too old/);
    const stamp = `${Number(one.headers['webhook-timestamp']) + 1}`;
    assert.throws(() => verified(secret,
        { ...one, headers: { ...one.headers, 'webhook-timestamp': stamp } }));

    const { secret: newer } = await ask('producer_admin', 'renew_webhook_secret', 200, { at });
    const { message } = await ask('producer_admin', 'ping_webhook', 202, { at });
    await until(() => taken.some(({ headers }) => headers['webhook-id'] === message));
    const ping = taken.find(({ headers }) => headers['webhook-id'] === message);
    assert.equal(verified(newer, ping).type, 'liuhen.webhook.ping.v1');
    assert.equal(verified(secret, ping).type, 'liuhen.webhook.ping.v1');
    assert.throws(() => verified(secret, { ...ping, headers: one.headers }));

    const tries = await ask_until(({ items }) => items.length >= 2, 'producer_admin',
        'list_webhook_tries', { at });
    assert.ok(tries.items.every(({ outcome }) => outcome === 'delivered'));
    await ask('producer_admin', 'end_webhook', 204, { at });
    server.close();
});

test('npm cloudevents finds the body valid', async () => {
    const { taken, server, url } = await target();
    const { id: at } = await ask('producer_admin', 'add_webhook', 201, { body: { url, kinds } });
    await draft('one_carrier');
    await ask('producer_admin', 'ping_webhook', 202, { at });
    await until(() => taken.length > 1);
    for (const one of taken) {
        const event = HTTP.toEvent(one);
        assert.ok(event instanceof CloudEvent);
        assert.equal(event.validate(), true);
        assert.equal(event.specversion, '1.0');
        assert.equal(event.datacontenttype, 'application/json');
    }
    const spoilt = JSON.stringify({ ...JSON.parse(taken[0].body), source: '' });
    assert.throws(() => HTTP.toEvent({ ...taken[0], body: spoilt }).validate());
    await ask('producer_admin', 'end_webhook', 204, { at });
    server.close();
});

// The program of docs/webhooks.md, in the server's time, with the packages beside it.
function documented_receiver(secret, port, now) {
    const page = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
    const folder = mkdtempSync(`${tmpdir()}/liuhen-receiver.`);
    writeFileSync(`${folder}/receiver.mjs`, /```js\n([^]*?)```/.exec(page)[1]);
    writeFileSync(`${folder}/clock.mjs`,
        `const real = Date.now; const ahead = ${now} - real(); Date.now = () => real() + ahead;`);
    symlinkSync(packages, `${folder}/node_modules`);
    const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: `${port}` };
    const program = spawn(process.execPath, ['--import', './clock.mjs', 'receiver.mjs'],
        { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const said = [];
    program.stdout.on('data', (text) => said.push(`${text}`));
    return { program, said: () => said.join('') };
}

test('the receiver of docs/webhooks.md takes what it is told, and nothing from others', async () => {
    const { server, url } = await target();
    const { port } = server.address();
    const made = await ask('producer_admin', 'add_webhook', 201, { body: { url, kinds } });
    await new Promise((resolve) => { server.close(resolve); });
    const { program, said } = documented_receiver(made.secret, port, Date.parse(made.created_at));
    try {
        await ask('producer_admin', 'ping_webhook', 202, { at: made.id });
        const manifest = await draft('one_carrier');
        // The first tries may come before the receiver listens.
        await until(() => said().includes(`liuhen.manifest.changed.v1 ${manifest.id}`));
        const foreign = await fetch(url, { method: 'POST', body: '{}', headers: {
            'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' } });
        assert.equal(foreign.status, 401);
    } finally {
        program.kill();
    }
    await ask('producer_admin', 'end_webhook', 204, { at: made.id });
});
