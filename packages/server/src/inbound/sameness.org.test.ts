import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { repairDifferences, wantCheck } from '../api/sameness-acts.ts';
import type { Database } from '../db/db.ts';
import { dueCheck } from './sameness-store.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

/** A day is long enough for every record to be known. */
const OLD = { SystemModstamp: fromNow(-86_400) };
const DAY_MS = 86_400_000;

let bench: OrgBench;
let db: Database;
let leads: readonly string[];
before(async () => {
  bench = await OrgBench.create({ pageRows: 100 });
  ({ db } = bench.database);
  leads = bench.insert(
    'Lead',
    Array.from({ length: 250 }, (_, n) => ({ ...OLD, LastName: `Same ${n}`, Title: 'Theirs', AnnualRevenue: '1.0' })),
  );
  const [account] = bench.insert('Account', [{ ...OLD, Name: 'Northwind' }]);
  bench.insert('Contact', [{ ...OLD, LastName: 'Of Northwind', AccountId: account ?? '' }]);
  await bench.load();
});
after(() => bench?.close());
beforeEach(() => db.run(`delete from sync.difference`));

const check = (object: 'Lead' | 'Contact' | 'Account' = 'Lead') =>
  bench.inbound().checkSameness(object, AbortSignal.timeout(30_000));
const idOf = (n: number): string => leads[n] ?? '';
const differences = () =>
  db.query('select sf_id, kind, fields, row_id is not null as here from sync.difference order by sf_id');
/** Behind the sync's back, as no program may: the sync's own mark, and no entry. */
const alter = (sfId: string, title: string): Promise<number> =>
  db.ownTransaction((tx) => tx.run('update marketing.person set title = $2 where salesforce_id = $1', [sfId, title]));
const reread = async (): Promise<void> => {
  await db.run('update sync.reread set due_at = now()');
  await bench.inbound().reread();
};

test('[SAFE3] two sides that are the same are equal at the time when the check began', async () => {
  assert.deepEqual(await check(), { compared: 250, waiting: 0, young: 0, differing: 0 });
  assert.deepEqual(await check('Account'), { compared: 1, waiting: 0, young: 0, differing: 0 });
  const [row] = await db.query(
    `select equal_at = checked_at as is_equal, began_at, compared from sync.sameness where object = 'Lead'`,
  );
  assert.deepEqual(row, { is_equal: true, began_at: null, compared: 250 });
  assert.equal(await bench.count('sync.sameness_seen'), 0);
});

test('[SAFE3] each difference is named with its fields; what waits and what is young is left out and counted', async () => {
  await alter(idOf(1), 'Ours alone');
  await db.transaction((tx) =>
    tx.run(`update marketing.person set title = 'An edit' where salesforce_id = $1`, [idOf(2)]),
  );
  await db.ownTransaction(async (tx) => {
    await tx.run('delete from sync.link where sf_id = $1', [idOf(3)]);
    await tx.run('delete from marketing.person where salesforce_id = $1', [idOf(3)]);
  });
  bench.update('Lead', idOf(4), { Title: 'Moved just now' });
  const [unseen] = await db.query<{ id: number }>(
    `insert into sync.link (sf_id, object, person_id, since) select '00Q8x0000099999EAA', 'Lead', max(id) + 1, now() - interval '1 day' from marketing.person returning person_id as id`,
  );
  assert.ok(unseen);
  assert.deepEqual(await check(), { compared: 248, waiting: 1, young: 1, differing: 3 });
  assert.deepEqual(
    await differences(),
    [
      { sf_id: idOf(1), kind: 'values', fields: ['title'], here: true },
      { sf_id: idOf(3), kind: 'not_here', fields: [], here: false },
      { sf_id: '00Q8x0000099999EAA', kind: 'not_there', fields: [], here: true },
    ].sort((a, b) => (a.sf_id < b.sf_id ? -1 : 1)),
  );
  const [row] = await db.query<{ equal: boolean }>(
    `select equal_at = checked_at as equal from sync.sameness where object = 'Lead'`,
  );
  assert.equal(row?.equal, false, 'it was equal, and is not now');
  await db.run(`delete from sync.outbox`);
  await db.run(`delete from sync.link where sf_id = '00Q8x0000099999EAA'`);
});

test('a repair reads the record and merges it by the ordinary rules; the next check waits for it', async () => {
  await alter(idOf(7), 'Altered');
  await check();
  assert.equal(await repairDifferences(db, 'Lead'), await bench.count('sync.reread', `reason = 'difference'`));
  assert.equal(await dueCheck(db, DAY_MS), null, 'the check waits for the read');
  await reread();
  assert.equal(await dueCheck(db, DAY_MS), 'Lead');
  const [conflict] = await db.query(
    `select field, base, theirs #>> '{}' as theirs, ours #>> '{}' as ours, winner from sync.conflict k join marketing.person p on p.id = k.person_id where p.salesforce_id = $1`,
    [idOf(7)],
  );
  assert.deepEqual(conflict, { field: 'title', base: null, theirs: 'Theirs', ours: 'Altered', winner: 'marketing' });
  assert.equal(
    await bench.count(
      'sync.outbox o join marketing.person p on p.id = o.person_id',
      `p.salesforce_id = '${idOf(7)}' and o.edits ? 'title'`,
    ),
    1,
    'what marketing wins is sent',
  );
  assert.equal((await check()).differing, 0);
  assert.equal(await dueCheck(db, DAY_MS), null);
});

test('a row of an object that only Salesforce writes is overwritten by a repair', async () => {
  await db.ownTransaction((tx) => tx.run(`update marketing.company set name = 'Altered'`));
  assert.equal((await check('Account')).differing, 1);
  await repairDifferences(db, 'Account');
  await reread();
  assert.deepEqual(await db.query('select name from marketing.company'), [{ name: 'Northwind' }]);
  assert.equal((await check('Account')).differing, 0);
});

test('[SAFE3] [MRG20] a company that differs only in what was edited here through a person waits, and is no difference', async () => {
  await db.run(`update marketing.person_company set company = 'Northwind Iberia' where company_id is not null`);
  const { compared, waiting, differing } = await check('Account');
  assert.deepEqual({ compared, waiting, differing }, { compared: 0, waiting: 1, differing: 0 });
  await db.ownTransaction((tx) => tx.run(`update marketing.company set website = 'altered.example'`));
  assert.equal((await check('Account')).differing, 1, 'what nobody edited is a difference all the same');
});

test('a check that is asked for is due at once, and every object by itself in its time; a job that fails leaves no result', async () => {
  await check();
  assert.equal(await dueCheck(db, DAY_MS), null);
  await wantCheck(db, 'Lead');
  assert.equal(await dueCheck(db, DAY_MS), 'Lead');
  const failing = bench.inbound((salesforce) => ({
    queryJob: async (jobId) => ({ ...(await salesforce.queryJob(jobId)), state: 'Failed', errorMessage: 'a limit' }),
  }));
  await assert.rejects(failing.checkSameness('Lead', AbortSignal.timeout(30_000)), { code: 'job-failed' });
  assert.equal(await dueCheck(db, DAY_MS), 'Lead', 'it is still wanted');
  await check();
  assert.equal(await dueCheck(db, DAY_MS), null);
  await db.run(`update sync.sameness set checked_at = now() - interval '2 days' where object = 'Account'`);
  assert.equal(await dueCheck(db, DAY_MS), 'Account');
});

test('[SAFE3] [ID9] [ID11] people whose records were merged and converted there are no difference, on no object', async () => {
  const { dml, access, store } = bench.org.org;
  const [winner, loser, converted] = [idOf(30), idOf(31), idOf(32)];
  const merged = dml.merge(access.admin, [{ object: 'Lead', masterId: winner, record: {}, mergeIds: [loser] }]);
  const became = dml.convertLeads(access.admin, [
    { leadId: converted, convertedStatus: 'Closed - Converted', doNotCreateOpportunity: true },
  ]);
  assert.ok([...merged, ...became].every(({ success }) => success));
  await bench.inbound().poll(['Lead', 'Contact', 'Account'], { deep: false });
  await reread();
  assert.equal(await bench.count('sync.person_redirect'), 1);
  for (const object of ['Lead', 'Contact', 'Account'] as const) {
    // As if all of it were long ago: what is young is left out of a check.
    store.statement(`update ${object} set SystemModstamp = ?`).run(OLD.SystemModstamp);
    await db.ownTransaction((tx) =>
      tx.run(`update salesforce."${object}" set "SystemModstamp" = $1`, [OLD.SystemModstamp]),
    );
    await db.run('delete from sync.difference');
    const { young } = await check(object);
    const found = await differences();
    assert.deepEqual(
      [young, found.filter(({ sf_id }) => [winner, loser, converted].includes(String(sf_id)) || object === 'Contact')],
      [0, []],
      object,
    );
  }
});
