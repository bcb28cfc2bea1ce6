import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import test from 'node:test';

const docs = new URL('../../docs/', import.meta.url).pathname;

function lint(...files) {
    const redocly = `${process.env.LIUHEN_CONTRACT_TOOLS}/redocly`;
    const run = spawnSync(redocly, ['lint', '--config', `${docs}redocly.yaml`, ...files],
        { encoding: 'utf8' });
    return { code: run.status, said: run.stdout + run.stderr };
}

test('the description passes its linter without a warning', () => {
    const { code, said } = lint(`${docs}openapi.json`);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /warning/i);
});
