import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Instance, startInstance } from '../api/testing/instance.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import { layOut, smallMap } from '../people/testing/small-map.ts';
import { noteUsage } from './api-budget.ts';
import { sampleBacklog } from './create-housekeeper.ts';
import { forgetOldHistory } from './history.ts';
import { findNotices } from './notices.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
  const { db } = instance;
  await layOut(db, smallMap());
  await instance.signIn();
  await db.run(
    `insert into sync.connection (method, host, client_id, org_id, org_name, confirmed_at, started_at)
     values ('client_credentials', 'https://acme.my.salesforce.com', 'id', '00D000000000062EAA', 'Acme', now(), now() - interval '1 day')`,
  );
});
after(() => instance?.close());

const get = async (url: string): Promise<Record<string, unknown>> => {
  const answer = await instance.ask('GET', url);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const list = (value: unknown): readonly Record<string, unknown>[] => value as readonly Record<string, unknown>[];

/** People with so many unsent edits. */
const edited = async (type: 'Lead' | 'Contact', lane: number, count: number, age: string): Promise<void> => {
  await instance.db.ownTransaction(async (tx) => {
    await tx.run(
      `with made as (
         insert into marketing.person (last_name, email, salesforce_type, salesforce_id)
         select 'canary-4711', 'canary-4711@acme.test', $1, $1 || gen_random_uuid() from generate_series(1, $3::int) returning id)
       insert into sync.outbox (person_id, edits, edited_at, lane, due_at)
       select id, '{"phone": 1}', jsonb_build_object('phone', now() - $4::interval), $2, now() - interval '1 second' from made`,
      [type, lane, count, age],
    );
  });
};

test('the backlog is sampled into buckets of four hours, 30 for five days, and each keeps the most that waited', async () => {
  const { db } = instance;
  await edited('Lead', 1, 12, '2 minutes');
  await edited('Contact', 2, 3, '1 hour');
  await db.run(
    `insert into sync.load (object, phase, total_rows, read_rows) values ('Account', 'reading', 100, 40), ('Lead', 'done', 5, 5)`,
  );
  await db.run(
    `insert into sync.cursor (object, at, last_fetched_at) values ('Lead', now() - interval '2 hours', now() - interval '1 hour')`,
  );
  const asked: SyncObject[] = [];
  const countChanged = async (object: SyncObject): Promise<number> => {
    asked.push(object);
    return 70;
  };
  await sampleBacklog({ db, countChanged });
  await db.run('delete from sync.outbox where lane = 2');
  await sampleBacklog({ db, countChanged });
  const backlog = await get('/api/backlog');
  const buckets = list(backlog['buckets']);
  assert.equal(buckets.length, 30);
  assert.deepEqual(
    [buckets.at(-1)?.['out'], buckets.at(-1)?.['in'], buckets[0]?.['out']],
    [15, 130, null],
    '12 and 3 to send, 60 of a load and 70 that Salesforce counted',
  );
  assert.deepEqual(asked, ['Lead'], 'an object that was not read for long is counted at Salesforce, once an hour');
  assert.equal(list((await get('/api/backlog?days=1'))['buckets']).length, 6);
  const objects = list((await get('/api/objects'))['objects']);
  assert.deepEqual(
    objects.map(({ object, backlogIn }) => [object, backlogIn]).filter(([, waiting]) => waiting !== 0),
    [
      ['Account', 60],
      ['Lead', 70],
    ],
  );
});

test('calls are added up by quarters, over all processes', async () => {
  const { db } = instance;
  await noteUsage(db, { calls: 0, used: 5, limit: 10 });
  assert.deepEqual(await db.query('select from sync.api_usage'), [], 'nothing was called, nothing is written');
  await Promise.all([
    noteUsage(db, { calls: 7, used: 31_400, limit: 100_000 }),
    noteUsage(db, { calls: 5, used: null, limit: null }),
  ]);
  const budget = await get('/api/api-budget');
  assert.deepEqual(
    [budget['ourCalls'], budget['usedCalls'], budget['ourLimitCalls'], budget['state']],
    [12, 31_400, 50_000, 'calm'],
  );
  assert.equal(
    (await instance.ask('PUT', '/api/settings/budget', { share: 0.0001, slowAt: 0.8, pauseAt: 0.95 })).status,
    400,
  );
  assert.equal(
    (await instance.ask('PUT', '/api/settings/budget', { share: 0.4, slowAt: 0.9, pauseAt: 0.8 })).status,
    400,
  );
  assert.equal(
    (await instance.ask('PUT', '/api/settings/budget', { share: 0.1, slowAt: 0.3, pauseAt: 0.95 })).status,
    200,
  );
  const tight = await get('/api/api-budget');
  assert.deepEqual([tight['ourLimitCalls'], tight['state']], [10_000, 'slowed'], 'the org itself is used by 31 %');
});

test('[SEC3] metrics are numbers with labels from fixed lists; no value of a person is in them', async () => {
  const { db, app } = instance;
  await db.run(
    `insert into sync.run (object, operation, status, ended_at, created, updated, failed)
     values ('Lead', 'Pull updates', 'succeeded', now(), 3, 4, 0), ('Lead', 'Pull updates', 'succeeded', now(), 0, 1, 0), ('Lead', 'Push updates', 'succeeded', now(), 0, 5, 2)`,
  );
  await db.run(
    `insert into sync.error (level, object, person_id, code, fields, message, disposition)
     values ('record', 'Lead', 1, 'STRING_TOO_LONG', '{Phone}', 'canary-4711', 'park'), ('record', 'Lead', 2, 'STRING_TOO_LONG', '{Fax}', 'canary-4711', 'park')`,
  );
  const answer = await app.inject({ url: '/metrics', remoteAddress: '127.0.0.1' });
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain/);
  const text = answer.body;
  assert.equal(text.includes('canary-4711'), false);
  for (const line of [
    'syncline_backlog_people{lane="normal",object="Lead"} 12',
    'syncline_runs_total{object="Lead",operation="Pull updates",status="succeeded"} 2',
    'syncline_rows_total{object="Lead",direction="in",result="updated"} 5',
    'syncline_rows_total{object="Lead",direction="out",result="failed"} 2',
    'syncline_open_errors{level="record",object="Lead",cause="text-too-long"} 2',
    'syncline_api_calls_used 31400',
    'syncline_api_calls_limit 100000',
    'syncline_sync_enabled 1',
  ])
    assert.ok(text.includes(`${line}\n`), line);
  const oldest = Number(/^syncline_backlog_oldest_seconds\{lane="normal"\} ([\d.]+)$/m.exec(text)?.[1]);
  assert.ok(oldest >= 120 && oldest < 600, `the age of the edit, not of its try: ${oldest}`);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
  const again = (await app.inject({ url: '/metrics', remoteAddress: '127.0.0.1' })).body;
  assert.ok(again.includes('operation="Pull updates",status="succeeded"} 2\n'), 'a run counts once');
});

test('[SEC8] metrics are open to a scraper on this machine alone; anybody else needs a token', async () => {
  const { app, ask } = instance;
  const status = async (options: object): Promise<number> =>
    (await app.inject({ url: '/metrics', ...options })).statusCode;
  assert.equal(await status({ remoteAddress: '10.1.2.3' }), 401);
  assert.equal(await status({ remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '10.1.2.3' } }), 401);
  const made = await ask('POST', '/api/tokens', { name: 'prometheus', role: 'monitor' });
  const authorization = `Bearer ${String(Reflect.get(made.body, 'secret'))}`;
  assert.equal(await status({ remoteAddress: '10.1.2.3', headers: { authorization } }), 200);
});

test('[ERR7] one notice a cause a day; what is over is marked so, and each user reads their own bell', async () => {
  const { db, ask } = instance;
  assert.equal((await findNotices(db)).length, 2, 'two groups of refused records');
  await db.run(
    `insert into sync.error (level, object, person_id, code, fields, message, disposition) values ('record', 'Lead', 3, 'STRING_TOO_LONG', '{Fax}', '', 'park')`,
  );
  assert.deepEqual(await findNotices(db), [], 'the same day, the same causes, one more record');
  const [known] = list((await get('/api/notifications'))['rows']);
  assert.equal(known?.['count'], 2, 'the notice of today is kept up to date');
  await db.run(
    `update sync.connection set paused = jsonb_build_object('code', 'credentials-refused', 'detail', '{}'::jsonb, 'at', to_jsonb(clock_timestamp()))`,
  );
  assert.deepEqual(
    (await findNotices(db)).map(({ type, cause }) => [type, cause]),
    [['connection', 'credentials-refused']],
    'expired credentials at once',
  );
  const bell = await get('/api/notifications');
  const rows = list(bell['rows']);
  assert.deepEqual([rows.length, bell['unread'], rows[0]?.['type']], [3, 3, 'connection']);
  assert.match(JSON.stringify(rows[0]?.['problem']), /"title":"\S/);
  assert.equal((await ask('POST', '/api/notifications/read', { ids: [rows[0]?.['id']] })).status, 200);
  assert.equal((await get('/api/notifications'))['unread'], 2);
  assert.equal((await ask('POST', '/api/notifications/unread', { ids: [rows[0]?.['id'], 404_404] })).status, 200);
  assert.equal((await get('/api/notifications'))['unread'], 3, 'and it is unread again');
  assert.equal((await ask('POST', '/api/notifications/read', { ids: [rows[0]?.['id']] })).status, 200);
  await db.run('update sync.connection set paused = null');
  await db.run('update sync.error set resolved_at = now()');
  await findNotices(db);
  assert.equal((await get('/api/notifications'))['unread'], 0, 'what is over needs nobody');
  await db.run(`update sync.notice set day = day - 1, at = at - interval '1 day'`);
  await db.run('update sync.error set resolved_at = null');
  assert.equal((await findNotices(db)).length, 2, 'the next day tells it again');
  assert.equal(
    (await ask('PUT', '/api/settings/notifications', { bell: { record_errors: false }, webhook: {} })).status,
    200,
  );
  assert.deepEqual(
    list((await get('/api/notifications'))['rows']).map(({ type }) => type),
    ['connection'],
  );
});

test('[ERR5] runs, errors and conflicts are kept for the days that were chosen; what is open stays', async () => {
  const { db } = instance;
  await db.run(`delete from sync.error`);
  await db.run(
    `insert into sync.error (level, object, code, message, disposition, at, resolved_at)
     select 'record', 'Lead', 'X', '', 'park', now() - n * interval '1 day', case when n <> 99 then now() - n * interval '1 day' end
       from unnest(array[1, 89, 91, 99]) n`,
  );
  await db.run(
    `insert into sync.run (object, operation, status, started_at, ended_at, is_tallied)
     select 'Account', 'Pull updates', 'succeeded', now() - n * interval '1 day', now(), n <> 200 from unnest(array[89, 91, 200]) n`,
  );
  await db.run(
    `insert into sync.conflict (at, object, person_id, sf_id, field, policy, winner)
     select now() - n * interval '1 day', 'Lead', n, '00Q', 'phone', 'hold', case when n <> 99 then 'marketing' end from unnest(array[89, 91, 99]) n`,
  );
  await db.run(
    `insert into sync.action (kind, asked_by, request_key, wish, asked_at, ended_at)
     select 'sync', 'Ana', n::text, '{}', now() - n * interval '1 day', case when n <> 99 then now() - n * interval '1 day' end from unnest(array[89, 91, 99]) n`,
  );
  await db.run(
    `insert into sync.undo (kind, target, lane, asked_by, request_key, asked_at, ended_at)
     select 'run', n, 1, 'Ana', n::text, now() - n * interval '1 day', case when n <> 99 then now() - n * interval '1 day' end from unnest(array[89, 91, 99]) n`,
  );
  await forgetOldHistory(db, 90);
  const ages = async (table: string, column: string, where: string) =>
    (
      await db.query<{ days: number }>(
        `select round(extract(epoch from now() - ${column}) / 86400)::int as days from ${table} where ${where} order by 1`,
      )
    ).map(({ days }) => days);
  assert.deepEqual(await ages('sync.error', 'at', 'true'), [1, 89, 99], '99 is open');
  assert.deepEqual(await ages('sync.action', 'asked_at', 'true'), [89, 99], '99 has not ended');
  assert.deepEqual(await ages('sync.undo', 'asked_at', 'true'), [89, 99], '99 has not ended');
  assert.deepEqual(await ages('sync.conflict', 'at', 'person_id in (89, 91, 99)'), [89, 99], '99 is held');
  assert.deepEqual(
    await ages('sync.run', 'started_at', `object = 'Account'`),
    [89, 200],
    'a run goes after it was counted',
  );
});
