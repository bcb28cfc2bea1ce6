// The code of a printed manifest, what it opens, and the log of that.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, called, refused } from './contract.mjs';
import { draft, submitted } from './manifests.mjs';

const code_of = (url) => url.slice(url.lastIndexOf('/') + 1);

// Past the proxy, which would go where it is sent and judge what it finds there.
async function opened(code) {
    const address = `${process.env.LIUHEN_DIRECT}/r/${code}`;
    const reply = await fetch(address, { redirect: 'manual' });
    assert.equal(reply.status, 303);
    assert.equal(await reply.text(), '');
    called.add('open_roadside_page');
    return code_of(reply.headers.get('location'));
}

test('a code opens a page without a token, until it is revoked', async () => {
    const { id: at, no } = await submitted('one_carrier');
    const code = code_of((await ask('driver', 'show_roadside_code', 200, { at })).url);
    const page = await opened(code);
    assert.ok((await ask(null, 'show_roadside_page', 200, { at: page })).includes(no));
    assert.match(await ask(null, 'print_roadside_page', 200, { at: page }), /^%PDF-1\.\d/);
    const log = await ask('producer', 'list_roadside_openings', 200, { at });
    assert.deepEqual(log.items.map((one) => one.outcome), ['OPENED', 'PRINTED']);
    assert.equal((await ask('carrier', 'revoke_roadside_codes', 200, { at })).revoked, 1);
    await ask(null, 'open_roadside_page', 404, { at: code });
    await ask(null, 'show_roadside_page', 404, { at: page });
});

test('a draft is not shown to the road', async () => {
    const made = await draft('one_carrier');
    await refused('producer', 'show_roadside_code', 409, 'NO_ROADSIDE_CODE', { at: made.id });
});
