// The checking proxy itself, before a server that keeps to its description and one that does not.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import test from 'node:test';

const answer = { type: 'object', properties: { alive: { const: true } }, required: ['alive'],
    additionalProperties: false };
const body = { type: 'object', properties: { name: { type: 'string' } },
    additionalProperties: false };
const json = (schema) => ({ 'application/json': { schema } });
const description = {
    openapi: '3.1.0',
    info: { title: 'one address', version: '1' },
    paths: { '/livez': { post: {
        requestBody: { content: json(body) },
        responses: { 200: { description: 'alive', content: json(answer) } },
    } } },
};

// A server that answers every request with `text`; its address.
async function server_of(t, text) {
    const server = createServer((_, reply) => {
        reply.setHeader('content-type', 'application/json');
        reply.end(text);
    });
    t.after(() => server.close());
    await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
    return server.address().port;
}

async function proxy_before(t, text) {
    const file = `${mkdtempSync(`${tmpdir()}/liuhen-proxy.`)}/openapi.json`;
    writeFileSync(file, JSON.stringify(description));
    const spare = createServer();
    await new Promise((ready) => { spare.listen(0, '127.0.0.1', ready); });
    const { port } = spare.address();
    await new Promise((closed) => { spare.close(closed); });
    const prism = spawn(`${process.env.LIUHEN_CONTRACT_TOOLS}/prism`, ['proxy', file,
        `http://127.0.0.1:${await server_of(t, text)}`, '--errors', '--host', '127.0.0.1',
        '--port', `${port}`]);
    t.after(() => prism.kill());
    await new Promise((ready) => {
        prism.stdout.on('data', (said) => { if (/is listening/.test(said)) ready(); });
    });
    return (value) => fetch(`http://127.0.0.1:${port}/livez`, { method: 'POST',
        headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
}

test('the proxy passes what is described and refuses other requests', async (t) => {
    const ask = await proxy_before(t, '{"alive":true}');
    assert.equal((await ask({ name: 'a' })).status, 200);
    const refused = await ask({ colour: 'green' });
    assert.notEqual(refused.status, 200);
    assert.match(await refused.text(), /stoplight/);
});

test('the proxy refuses an answer that is not described', async (t) => {
    const ask = await proxy_before(t, '{"alive":true,"colour":"green"}');
    const refused = await ask({ name: 'a' });
    assert.notEqual(refused.status, 200);
    assert.match(await refused.text(), /colour/);
});
