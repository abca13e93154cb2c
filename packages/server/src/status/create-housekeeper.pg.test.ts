import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts';
import { createHousekeeper, type PostedNotice } from './create-housekeeper.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database?.drop());

test('[SEC3] a housekeeper counts runs and calls, tells notices once without a text of Salesforce, and one chore that fails stops no other', async () => {
  const { db } = database;
  await db.run(
    `insert into sync.run (object, operation, status, ended_at) values ('Lead', 'Pull updates', 'succeeded', now())`,
  );
  await db.run(
    `insert into sync.error (level, object, person_id, code, fields, message, disposition) values ('record', 'Lead', 1, 'STRING_TOO_LONG', '{Phone}', 'canary-4711', 'park')`,
  );
  await db.run(`insert into sync.load (object, phase) values ('Lead', 'done')`);
  await db.run(`insert into sync.cursor (object, at) values ('Lead', now() - interval '1 day')`);
  const posted: PostedNotice[] = [];
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const housekeeper = createHousekeeper({
    db,
    log: pino({ level: 'silent' }),
    usage: () => ({ calls: 7, used: 70, limit: 100 }),
    countChanged: async () => {
      throw new Error('the org does not answer');
    },
    historyDays: async () => 90,
    beat: () => Promise.resolve(),
    breakLoops: () => Promise.resolve(0),
    onNotices: () => undefined,
    post: async (notices) => {
      posted.push(...notices);
      tell();
    },
  });
  await housekeeper.start();
  await told;
  await housekeeper.stop();
  assert.deepEqual(posted, [
    {
      type: 'record_errors',
      code: 'records-refused',
      title: 'Records were refused.',
      advice: 'Look at Errors.',
      count: 1,
    },
  ]);
  const [counted] = await db.query(
    'select (select sum(runs)::int from sync.run_tally) as runs, (select sum(our_calls)::int from sync.api_usage) as calls',
  );
  assert.deepEqual(counted, { runs: 1, calls: 7 }, 'calls that were noted are not noted again at the end');
  assert.deepEqual(await db.query('select from sync.backlog_sample'), [], 'the chore that failed');
});
