import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Inbound } from './inbound.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

/** So many rows make a stretch dense here. */
const DENSE = 50;

let bench: OrgBench;
before(async () => {
  bench = await OrgBench.create({ denseFrom: DENSE, rereadRecordsMax: 20, stampGrainMs: 30_000 });
  await bench.load();
});
after(() => bench?.close());

/** A process that remembers what it asked. */
const watched = (): { readonly inbound: Inbound; readonly asked: string[] } => {
  const asked: string[] = [];
  const inbound = bench.inbound((salesforce) => ({
    queryAll: (queries) => {
      asked.push(...queries);
      return salesforce.queryAll(queries);
    },
  }));
  return { inbound, asked };
};
const isThin = (soql: string): boolean => soql.startsWith('SELECT Id, SystemModstamp FROM');
const isById = (soql: string): boolean => / Id IN /.test(soql);
const poll = async (): Promise<{
  readonly asked: readonly string[];
  readonly created: number;
  readonly updated: number;
}> => {
  const { inbound, asked } = watched();
  const [outcome] = await inbound.poll(['Lead'], { deep: false });
  return { asked, created: outcome?.created ?? -1, updated: outcome?.updated ?? -1 };
};
/** The cursor stands now, nothing is dense, and the last pass asked so many seconds ago. */
const settle = async (askedSecondsAgo: number): Promise<void> => {
  await bench.database.db.run(
    `update sync.cursor set at = date_trunc('second', clock_timestamp()), dense_through = null, asked_at = date_trunc('second', clock_timestamp()) - $1 * interval '1 second'
      where object = 'Lead'`,
    [askedSecondsAgo],
  );
};
const insertMany = (count: number, seconds: number): readonly string[] =>
  bench.insert(
    'Lead',
    Array.from({ length: count }, (_, n) => ({ LastName: `Many ${n}`, SystemModstamp: fromNow(seconds) })),
  );

test('[IN2] [IN3] a dense stretch is read whole once, then thin, and a row late by less than the overlap is taken all the same', async () => {
  await settle(0);
  const [moved = ''] = insertMany(DENSE + 10, -60);
  const first = await poll();
  assert.deepEqual([first.created, first.asked.length, first.asked.filter(isThin).length], [DENSE + 10, 1, 0]);
  const second = await poll();
  assert.deepEqual([second.created, second.asked.length, second.asked.filter(isThin).length], [0, 2, 1]);
  bench.insert('Lead', [
    { LastName: 'Late', SystemModstamp: fromNow(-100) },
    { LastName: 'Later than that', SystemModstamp: fromNow(-140) },
    { LastName: 'Of now', SystemModstamp: fromNow(0) },
  ]);
  const third = await poll();
  assert.deepEqual([third.created, third.asked.filter(isThin).length, third.asked.filter(isById).length], [2, 1, 1]);
  bench.org.org.store.database
    .prepare('update "Lead" set "Phone" = ?, "SystemModstamp" = ? where "Id" = ?')
    .run('moved within it', fromNow(-50), moved);
  const again = await poll();
  assert.deepEqual([again.updated, again.asked.filter(isById).length], [1, 1], 'what is known under an older stamp');
  const [fourth] = await bench.inbound().poll(['Lead'], { deep: true });
  assert.equal(fourth?.created, 1, 'a deep pass reads all of it whole');
});

test('[SAFE7] when the stretch lies behind the pass before, a quiet cycle is one call that brings nothing', async () => {
  await settle(0);
  insertMany(DENSE + 10, 0);
  await poll();
  await bench.database.db.run(
    `update sync.cursor set at = at - interval '10 minutes', dense_through = dense_through - interval '10 minutes' where object = 'Lead'`,
  );
  bench.org.org.store.database.exec(
    `update "Lead" set "SystemModstamp" = '${fromNow(-600)}' where "SystemModstamp" >= '${fromNow(-120)}'`,
  );
  let rows = -1;
  const inbound = bench.inbound((salesforce) => ({
    queryAll: async (queries) => {
      const answers = await salesforce.queryAll(queries);
      rows = answers.reduce((sum, answer) => sum + (answer.ok ? answer.page.rows : 0), 0);
      return answers;
    },
  }));
  const calls = bench.salesforce.usage().calls;
  await inbound.poll(['Lead'], { deep: false });
  assert.deepEqual([rows, bench.salesforce.usage().calls - calls], [0, 1]);
});

test('[IN8] [A11] a record that changes twice in one second is read whole again in the seconds after it', async () => {
  await settle(0);
  const [id = ''] = insertMany(DENSE + 10, 0);
  await poll();
  const row = bench.org.org.store.database.prepare('update "Lead" set "Phone" = ? where "Id" = ?');
  row.run('second of its second', id);
  const { updated, asked } = await poll();
  assert.deepEqual([updated, asked.filter(isThin).length], [1, 1]);
  assert.equal((await bench.person(id))['phone'], 'second of its second');
});

test('[MRG7] a record whose sent values wait for a fresh read, and one that was out of sight, are read whole', async () => {
  await settle(0);
  const [sent = '', away = '', under = ''] = insertMany(DENSE + 10, -60);
  await poll();
  const person = await bench.person(sent);
  await bench.database.db.run(
    `insert into sync.sent (person_id, acknowledged, answered_at) values ($1, '{"phone": "1"}', now())`,
    [person['id']],
  );
  const onItsWay = await bench.person(under);
  await bench.database.db.run(`insert into sync.sent (person_id, in_flight) values ($1, '{"phone": "2"}')`, [
    onItsWay['id'],
  ]);
  await bench.database.db.run(`update sync.link set state = 'out_of_sight', ended_at = now() where sf_id = $1`, [away]);
  const { asked } = await poll();
  const whole = asked.filter(isById).join(' ');
  assert.deepEqual(
    [sent, away, under].map((id) => whole.includes(id)),
    [true, true, false],
  );
  assert.deepEqual(await bench.database.db.query('select person_id from sync.sent'), [{ person_id: onItsWay['id'] }]);
  assert.equal(await bench.count('sync.link', `sf_id = '${away}' and state = 'live'`), 1);
});

test('[IN6] where much of a thin answer is unknown, all from there on is read whole; cut off, the next pass loses nothing', async () => {
  await settle(0);
  insertMany(DENSE + 10, -30);
  await poll();
  insertMany(130, -60);
  const cut = bench.inbound((salesforce) => ({
    queryAll: async (queries) => {
      if (!queries.some(isThin)) throw new Error('cut off');
      return salesforce.queryAll(queries);
    },
  }));
  await assert.rejects(cut.poll(['Lead'], { deep: false }), { message: 'cut off' });
  const { created, asked } = await poll();
  assert.deepEqual([created, asked.filter(isById).length, asked.length], [130, 0, 2]);
});

test('[IN2] where an answer has no date, or Salesforce’s time went back, the overlap is read whole', async () => {
  await settle(-3_600);
  insertMany(DENSE + 10, -60);
  await poll();
  assert.equal(await bench.count('sync.cursor', `object = 'Lead' and asked_at is null`), 1);
  const { asked } = await poll();
  assert.deepEqual([asked.length, asked.filter(isThin).length], [1, 0]);
  const undated = bench.inbound((salesforce) => ({
    queryAll: async (queries) =>
      (await salesforce.queryAll(queries)).map((answer) => (answer.ok ? { ...answer, askedAt: null } : answer)),
  }));
  await undated.poll(['Lead'], { deep: false });
  assert.equal(await bench.count('sync.cursor', `object = 'Lead' and asked_at is null`), 1);
});
