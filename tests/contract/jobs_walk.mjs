// Tables in and out: drums imported, a register made, fetched by its link, and one wished away.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ask, ask_until, refused } from './contract.mjs';

const over = (job) => ['DONE', 'FAILED', 'CANCELLED'].includes(job.state);

test('a table of drums is checked, entered once, and its template is there', async () => {
    for (const query of [{ format: 'csv', language: 'en' }, { format: 'csv' }])
        await ask('producer', 'import_template', 200, { at: 'containers', query });
    const run = async (asked) => {
        const job = await ask('producer', 'add_import', 202, { at: 'containers', ...asked });
        return ask_until(over, 'producer', 'show_job', { at: job.id });
    };
    assert.equal((await run({ example: 'drums', query: { check: 'true' } })).rows.fine, 1);
    const entered = await run({ example: 'drums' });
    assert.equal(entered.rows.made, 1);
    assert.equal((await run({ example: 'drums' })).rows.repeated, 1);
    const rows = await ask('producer', 'import_rows', 200, { at: entered.id });
    assert.equal(rows.items[0].outcome, 'MADE');
    const broken = await run({ body: 'code,waste_code\nB-2,no code\n' });
    const bad = await ask('producer', 'import_rows', 200,
        { at: broken.id, query: { outcome: 'REFUSED' } });
    assert.equal(bad.items[0].faults[0].place, 'B2');
    await refused('receiver', 'add_import', 403, 'ROLE', { at: 'manifests', body: 'x' });
    await ask('receiver', 'show_job', 404, { at: entered.id });
});

test('a register is made, linked and fetched, another is over before it can be stopped', async () => {
    const job = await ask('producer', 'add_register', 202, { at: 'movements', example: 'month' });
    const done = await ask_until(over, 'producer', 'show_job', { at: job.id });
    assert.equal(done.state, 'DONE');
    const link = await ask('producer', 'add_job_link', 201, { at: job.id, example: 'hour' });
    const file = await ask(null, 'download', 200, { at: link.path.split('/').at(-1) });
    assert.match(file, /at,kind,corrects/);
    await ask(null, 'download', 404, { at: 'lh_unknown' });
    await refused('producer', 'cancel_job', 409, 'JOB_OVER', { at: job.id });
    assert.equal((await ask('producer', 'list_jobs', 200)).items[0].id, job.id);
    await refused('regulator', 'add_register', 422, 'MISSING',
        { at: 'declaration', body: { period: '2026-Q1' } });
});
