import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, type Instance, startInstance } from '../api/testing/instance.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
  await instance.signIn();
  await instance.db.run(
    `insert into sync.connection (method, host, client_id, org_id, org_name, confirmed_at, started_at)
     values ('client_credentials', 'https://acme.my.salesforce.com', 'id', '00D000000000062EAA', 'Acme', now(), now() - interval '1 hour')`,
  );
  await instance.db.run(
    `insert into sync.load (object, phase, ended_at) values ('Lead', 'done', now() - interval '50 minutes')`,
  );
  await instance.db.run(
    `insert into sync.cursor (object, last_fetched_at, quiet_cycles) values ('Lead', now() - interval '2 minutes', 7)`,
  );
});
after(() => instance?.close());

const get = async (url: string): Promise<Answer> => {
  const answer = await instance.ask('GET', url);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};
const at = (answer: Answer, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    answer.body,
  );
const state = async (): Promise<unknown> => at(await get('/api/status'), 'syncState');

test('the state follows what runs, what failed, and what succeeded since', async () => {
  const { db } = instance;
  assert.equal(await state(), 'last_sync');
  await db.run(`insert into sync.run (object, operation) values ('Lead', 'Pull updates')`);
  assert.equal(await state(), 'last_sync', 'a run that has moved nothing and lasted no two seconds does not flicker');
  await db.run(`update sync.run set updated = 1`);
  assert.equal(await state(), 'in_progress');
  await db.run(
    `update sync.run set status = 'failed', ended_at = clock_timestamp(), problem = '{"code": "field-gone", "detail": {"field": "Phone", "object": "Lead"}}'`,
  );
  const failed = await get('/api/status');
  assert.deepEqual(
    [at(failed, 'syncState'), at(failed, 'failedObject'), at(failed, 'problem', 'code')],
    ['failed', 'Lead', 'field-gone'],
  );
  assert.match(String(at(failed, 'problem', 'title')), /cannot read Phone of Lead/);
  assert.equal(at(await get('/api/objects'), 'objects', 2, 'health'), 'failed');
  await db.run(`update sync.cursor set last_fetched_at = clock_timestamp()`);
  assert.equal(await state(), 'last_sync', 'a complete pass that found nothing leaves no run, and is a success');
  assert.equal(at(await get('/api/objects'), 'objects', 2, 'health'), 'normal');
  await db.run(
    `insert into sync.error (level, object, code, message, disposition) values ('job', 'Reading', 'org-unreachable', '{"host": "acme.my.salesforce.com"}', 'retry')`,
  );
  const unreachable = await get('/api/status');
  assert.deepEqual(
    [at(unreachable, 'syncState'), at(unreachable, 'failedObject'), at(unreachable, 'problem', 'title')],
    ['failed', null, 'acme.my.salesforce.com does not answer.'],
  );
  assert.equal(at(await get('/api/errors/causes'), 'causes', 0, 'message'), 'acme.my.salesforce.com does not answer.');
  await db.run('update sync.error set resolved_at = now()');
  assert.equal(await state(), 'last_sync');
  await db.run(
    `update sync.connection set paused = jsonb_build_object('code', 'user-locked', 'detail', '{}'::jsonb, 'at', to_jsonb(clock_timestamp()))`,
  );
  const paused = await get('/api/status');
  assert.deepEqual(
    [at(paused, 'syncState'), at(paused, 'problem', 'whoCanFix'), typeof at(paused, 'failedAt')],
    ['failed', 'salesforce-admin', 'string'],
  );
  await db.run(`update sync.connection set paused = null, enabled = false`);
  assert.deepEqual(
    [at(await get('/api/status'), 'enabled'), at(await get('/api/objects'), 'objects', 2, 'health')],
    [false, 'off'],
  );
  await db.run(`update sync.connection set enabled = true`);
});

test('runs are filtered and paged, the newest first, and quiet cycles are a number', async () => {
  const { db } = instance;
  await db.run('delete from sync.run');
  await db.run(
    `insert into sync.run (object, operation, status, started_at, ended_at, created)
     select case when n % 2 = 0 then 'Lead' else 'Contact' end, 'Pull updates', 'succeeded', now() - n * interval '1 minute', now(), n
       from generate_series(250, 1, -1) n`,
  );
  await db.run(
    `insert into sync.run (object, operation, status, started_at) values ('Lead', 'Push updates', 'incomplete', now() - interval '6 days')`,
  );
  const seen: unknown[] = [];
  for (let cursor = ''; ; ) {
    const page = await get(`/api/runs?object=Lead${cursor}`);
    assert.deepEqual([at(page, 'total'), at(page, 'quietCycles')], [125, 7]);
    seen.push(...(at(page, 'rows') as { created: number }[]).map(({ created }) => created));
    if (at(page, 'nextCursor') === null) break;
    cursor = `&cursor=${String(at(page, 'nextCursor'))}`;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 125 }, (_, index) => (index + 1) * 2),
  );
  assert.equal(at(await get('/api/runs?status=incomplete&hours=200'), 'total'), 1);
  assert.equal((await instance.ask('GET', '/api/runs?object=Nonsense')).status, 400);
});

test('errors are grouped by cause with who can fix them; a job is one row', async () => {
  const { db } = instance;
  await db.run(
    `insert into sync.error (level, object, person_id, code, fields, message, disposition)
     select 'record', 'Lead', n, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', '{Region__c}', 'bad value for restricted picklist field: EMEA', 'park' from generate_series(1, 140) n`,
  );
  await db.run(
    `insert into sync.error (level, object, person_id, code, message, disposition, resolved_at) values
       ('record', 'Lead', 200, 'UNABLE_TO_LOCK_ROW', 'locked', 'retry', null), ('record', 'Lead', 201, 'UNABLE_TO_LOCK_ROW', 'locked', 'retry', now()),
       ('job', 'Contact', null, 'SOME_NEW_WORD', '<b>odd</b>', 'retry', null)`,
  );
  await db.run(`insert into sync.outbox (person_id, due_at) values (200, now() + interval '1 minute')`);
  const causes = await get('/api/errors/causes');
  assert.equal(at(causes, 'records'), 141);
  const rows = at(causes, 'causes') as readonly Readonly<Record<string, unknown>>[];
  const picklist = rows.find(({ cause }) => cause === 'picklist-value');
  assert.deepEqual(
    [picklist?.['affected'], picklist?.['whoCanFix'], picklist?.['fields'], picklist?.['perDay']],
    [140, 'salesforce-admin', ['Region__c'], [0, 0, 0, 0, 140]],
  );
  const locked = rows.find(({ cause }) => cause === 'row-locked');
  assert.deepEqual(
    [locked?.['affected'], locked?.['whoCanFix'], typeof locked?.['nextRetryAt']],
    [1, 'nobody', 'string'],
  );
  assert.equal(rows.find(({ level }) => level === 'job')?.['message'], '<b>odd</b>');
  const page = await get(`/api/errors?cause=${String(picklist?.['id'])}`);
  assert.deepEqual([at(page, 'total'), (at(page, 'rows') as unknown[]).length], [140, 100]);
  assert.equal(
    (
      at(
        await get(`/api/errors?cause=${String(picklist?.['id'])}&cursor=${String(at(page, 'nextCursor'))}`),
        'rows',
      ) as unknown[]
    ).length,
    40,
  );
  assert.equal(at(await get('/api/errors?resolved=true'), 'total'), 2);
  await db.run('delete from sync.outbox');
});

test('the initial sync shows each object, its pace, and a range only with evidence', async () => {
  const { db } = instance;
  await db.run('delete from sync.load');
  await db.run(
    `insert into sync.load (object, phase, total_rows, read_rows, calls, started_at, reading_at) values
       ('User', 'done', 7, 7, 3, now() - interval '40 s', now() - interval '35 s'), ('Lead', 'reading', 100000, 30000, 9, now() - interval '40 s', now() - interval '30 s'),
       ('Contact', 'preparing', null, 0, 1, now(), null)`,
  );
  await db.run(
    `insert into sync.load_page (object, generation, locator, rows, at) select 'Lead', 1, n::text, 1000, now() - n * interval '1 s' from generate_series(1, 29) n`,
  );
  const answer = await get('/api/initial-sync');
  const lead = at(answer, 'objects', 2) as {
    recordsPerSecond: number;
    remainingMs: { low: number; high: number };
    phase: string;
  };
  assert.equal(lead.phase, 'reading');
  assert.ok(lead.recordsPerSecond > 800 && lead.recordsPerSecond < 1100, String(lead.recordsPerSecond));
  assert.ok(
    lead.remainingMs.low > 30_000 && lead.remainingMs.low <= lead.remainingMs.high && lead.remainingMs.high < 400_000,
    JSON.stringify(lead.remainingMs),
  );
  assert.deepEqual(
    [
      at(answer, 'objects', 3, 'phase'),
      at(answer, 'objects', 3, 'remainingMs'),
      at(answer, 'remainingMs'),
      at(answer, 'endedAt'),
    ],
    ['preparing', null, null, null],
  );
  assert.deepEqual([at(await get('/api/status'), 'stage'), await state()], ['initial_sync', 'in_progress']);
});

test('the event stream names what changed, once for many', async () => {
  const { app, db } = instance;
  await app.listen({ port: 0, host: '127.0.0.1' });
  const signedIn = await instance.ask('POST', '/api/sessions', {
    email: 'ana@acme.test',
    password: 'a long enough password',
  });
  const address = app.server.address();
  assert.ok(address && typeof address === 'object');
  const abort = new AbortController();
  const stream = await fetch(`http://127.0.0.1:${address.port}/api/events`, {
    headers: { cookie: String(signedIn.headers['set-cookie']).split(';')[0] ?? '' },
    signal: abort.signal,
  });
  assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const heard: string[] = [];
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const until = async (topic: string): Promise<void> => {
    while (!heard.includes(topic)) {
      const { value = '', done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error(`the stream ended before ${topic}`);
      for (const [, found = ''] of value.matchAll(/"topic":"([\w-]+)"/g)) heard.push(found);
    }
  };
  await until('everything');
  for (let time = 0; time < 50; time += 1) await db.run(`select pg_notify('syncline_changed', 'runs')`);
  await db.run(`select pg_notify('syncline_changed', 'errors')`);
  await until('errors');
  await until('tick');
  assert.ok(heard.filter((topic) => topic === 'runs').length < 10, heard.join(' '));
  abort.abort();
});

test('[ERR6] one run says what it read, what it could not do by cause, and the conflicts it met', async () => {
  const { db } = instance;
  const [run] = await db.query<{ run_id: number }>(
    `insert into sync.run (object, operation, status, started_at, ended_at, created, updated, deleted, failed, skipped)
     values ('Lead', 'Push updates', 'incomplete', now() - interval '10 seconds', now() + interval '1 second', 1, 2, 3, 4, 5) returning run_id`,
  );
  await db.run(
    `insert into sync.error (level, object, code, fields, message, disposition, run_id, resolved_at)
     select 'record', 'Lead', 'STRING_TOO_LONG', '{FirstName}', 'too long', 'park', $1, case when n > 3 then now() end from generate_series(1, 4) n`,
    [run?.run_id],
  );
  const answer = await get(`/api/runs/${run?.run_id}`);
  assert.equal(at(answer, 'records'), 15);
  assert.deepEqual(
    ['cause', 'fields', 'count', 'open'].map((key) => at(answer, 'errors', 0, key)),
    ['text-too-long', ['FirstName'], 4, 3],
  );
  assert.equal((await instance.ask('GET', '/api/runs/99999999')).status, 404);
});
