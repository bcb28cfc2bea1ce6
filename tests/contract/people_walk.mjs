// Accounts, programs, identity providers and delegations.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, named, refused, stand_in, tokens } from './contract.mjs';
import { id } from './ids.mjs';

test('a member logs in, changes the password and is disabled', async () => {
    const member = await ask('operator', 'add_member', 201, { example: 'person' });
    tokens.member = (await ask(null, 'log_in', 201, { example: 'person' })).token;
    await ask('member', 'show_me', 200);
    await ask('member', 'change_password', 204, { example: 'new' });
    await refused(null, 'log_in', 401, 'LOGIN_REFUSED', { example: 'person' });
    const { items } = await ask('member', 'list_sessions', 200);
    await ask('member', 'list_members', 200);
    await ask('member', 'end_session', 404, { at: named(id.works) });
    await ask('member', 'log_out', 204);
    assert.equal(items.length, 1);
    await ask('operator', 'change_member', 200, { at: member.id, example: 'disabled' });
});

test('a program gets an access token, which is introspected and revoked', async () => {
    const client = await ask('operator', 'add_client', 201, { example: 'program' });
    stand_in(id.client, client.id);
    stand_in('lhc_the-secret-that-was-shown-once', client.client_secret);
    const given = await ask(null, 'give_access_token', 200, { example: 'program' });
    stand_in('lha_a-token-of-an-hour', given.access_token);
    await ask(given.access_token, 'list_manifests', 200);
    const told = await ask(null, 'introspect_token', 200, { example: 'token' });
    assert.equal(told.active, true);
    await ask(null, 'revoke_access_token', 200, { example: 'token' });
    await ask(given.access_token, 'list_manifests', 401);
    await ask('operator', 'list_clients', 200);
    await ask('operator', 'disable_client', 204, { at: client.id });
    await ask(null, 'oauth_metadata', 200);
});

test('an identity provider is entered, replaced and disabled', async () => {
    const made = await ask('operator', 'add_provider', 201, { example: 'bureau' });
    await ask('operator', 'replace_provider', 200, { at: made.id, example: 'bureau' });
    await ask('operator', 'list_providers', 200);
    await ask('operator', 'disable_provider', 204, { at: made.id });
});

test('acts are delegated, seen by both and taken back', async () => {
    const made = await ask('producer_admin', 'add_delegation', 201, { example: 'clerk' });
    await ask('receiver', 'list_delegations', 200);
    await ask('receiver', 'list_manifests', 200,
        { headers: { 'liuhen-on-behalf-of': named(id.producer) } });
    await ask('producer_admin', 'revoke_delegation', 204, { at: made.id });
});

test('a token is revoked at once', async () => {
    const body = { role: 'police' };
    const given = await ask('operator', 'add_token', 201, { body });
    await ask('operator', 'revoke_token', 204, { at: given.id });
    await ask(given.token, 'show_me', 401);
});
