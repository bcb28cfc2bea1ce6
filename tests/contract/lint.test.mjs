import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'node:test';

const docs = new URL('../../docs/', import.meta.url).pathname;

function lint(file) {
    const redocly = `${process.env.LIUHEN_CONTRACT_TOOLS}/redocly`;
    const run = spawnSync(redocly, ['lint', '--config', `${docs}redocly.yaml`, file],
        { encoding: 'utf8' });
    return { code: run.status, said: run.stdout + run.stderr };
}

test('a description with a fault does not pass it', () => {
    const planted = `${mkdtempSync(`${tmpdir()}/liuhen-lint.`)}/openapi.json`;
    const document = JSON.parse(readFileSync(`${docs}openapi.json`, 'utf8'));
    const { content } = document.paths['/v1/parties'].post.requestBody;
    content['application/json'].examples.carrier.value = { name: 7, roles: ['carrier'] };
    writeFileSync(planted, JSON.stringify(document));
    assert.equal(lint(planted).code, 1);
});

test('the description passes its linter without a warning', () => {
    const { code, said } = lint(`${docs}openapi.json`);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /warning/i);
});
