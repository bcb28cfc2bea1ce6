// Calls by operationId through the checking proxy, with bodies from the description's own examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const { LIUHEN_PROXY: proxy, LIUHEN_ENDPOINTS: endpoints } = process.env;
const description = new URL('../../docs/openapi.json', import.meta.url);
export const document = JSON.parse(readFileSync(description, 'utf8'));

/** operationId -> {verb, path, operation} */
export const operations = new Map();
for (const [path, verbs] of Object.entries(document.paths)) {
    for (const [verb, operation] of Object.entries(verbs))
        operations.set(operation.operationId, { verb: verb.toUpperCase(), path, operation });
}

const content = (operationId) =>
    Object.entries(operations.get(operationId).operation.requestBody?.content ?? {})[0] ?? [];

/** "operationId name" of every example of a request's body. */
export const examples = [...operations.keys()].flatMap((operationId) =>
    Object.keys(content(operationId)[1]?.examples ?? {}).map((name) => `${operationId} ${name}`));

/** Examples that were sent and answered as documented. */
export const sent = new Set();
/** Operations that were called, whatever came of it. */
export const called = new Set();

/** Tokens by who bears them; the bootstrap's operator is the first. */
export const tokens = { operator: JSON.parse(readFileSync(endpoints, 'utf8')).tokens.operator };

// What the description's examples say -> what this server gave it as a name.
const real = new Map();
/** From now on `example`, wherever it stands in an example, is sent as `name`. */
export function stand_in(example, name) { real.set(example, name); }
/** The server's own name for what the examples call `example`. */
export function named(example) {
    assert.ok(real.has(example), `nothing stands in for ${example} yet`);
    return real.get(example);
}

const made_up = /^0198b000-0000-7000-8000-/;

function translated(value) {
    if (typeof value === 'string')
        return made_up.test(value) ? named(value) : real.get(value) ?? value;
    if (Array.isArray(value)) return value.map(translated);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, translated(v)]));
}

/** The example's value as it is sent here. */
export function example(operationId, name) {
    const value = content(operationId)[1]?.examples?.[name]?.value;
    assert.ok(value !== undefined, `${operationId} has no example ${name}`);
    return translated(value);
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// The proxy's own refusals say what it found; the server's are passed on.
function violations(reply, body) {
    const found = reply.headers.get('sl-violations');
    if (found) return found;
    const own = typeof body?.type === 'string' && body.type.includes('stoplight.io');
    return own ? JSON.stringify(body, null, 1) : null;
}

// A file is sent as it stands in the example.
function written(type, value) {
    if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(value);
    return /json/.test(type) ? JSON.stringify(value) : value;
}

function request_of(who, operationId, asked) {
    const { verb, path } = operations.get(operationId);
    const url = new URL(proxy + path.replace(/\{(\w+)\}/g, (_, place) => {
        const value = asked.at?.[place] ?? asked.at;
        assert.equal(typeof value, 'string', `${path} needs ${place}`);
        return encodeURIComponent(value);
    }));
    for (const [name, value] of Object.entries(asked.query ?? {}))
        url.searchParams.set(name, value);
    const headers = { ...asked.headers };
    if (who) headers.authorization = `Bearer ${tokens[who] ?? who}`;
    const type = content(operationId)[0];
    const value = asked.example ? example(operationId, asked.example) : asked.body;
    if (value === undefined) return { url, verb, headers };
    headers['content-type'] = type;
    return { url, verb, headers, body: written(type, value) };
}

/**
 * One call, answered with `status` and as the description says; the answer's JSON, or its text.
 * asked: at (the place in the path, or places by name), query, headers, and one of body or example.
 */
export async function ask(who, operationId, status, asked = {}) {
    const { url, verb, headers, body } = request_of(who, operationId, asked);
    const reply = await fetch(url, { method: verb, headers, body });
    const text = await reply.text();
    const json = /json/.test(reply.headers.get('content-type') ?? '') ? JSON.parse(text) : null;
    called.add(operationId);
    const what = `${verb} ${url.pathname}${url.search} as ${who}`;
    assert.equal(violations(reply, json), null, what);
    assert.equal(reply.status, status, `${what}: ${reply.status} ${text}`);
    const documented = operations.get(operationId).operation.responses;
    assert.ok(`${status}` in documented, `${what}: ${status} is not documented`);
    if (asked.example) sent.add(`${operationId} ${asked.example}`);
    return json ?? text;
}

/** Asks until `done(answer)` holds, for ten seconds. */
export async function ask_until(done, who, operationId, asked = {}) {
    for (let tries = 0; tries < 100; ++tries) {
        const answer = await ask(who, operationId, 200, asked);
        if (done(answer)) return answer;
        await pause(100);
    }
    return assert.fail(`${operationId} never said what was waited for`);
}

/** The JSON of a refusal has this code. */
export async function refused(who, operationId, status, code, asked = {}) {
    const answer = await ask(who, operationId, status, asked);
    assert.equal(answer.code, code, JSON.stringify(answer));
    return answer;
}
