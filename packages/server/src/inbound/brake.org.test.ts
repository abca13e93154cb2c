/** What comes from Salesforce under the brake, against a practice org. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type BrakeAnswer, holdOpen, writeAnswer } from '../brake/brake.ts';
import { OrgBench } from './testing/org-bench.ts';

const FLOOR = 10;
let bench: OrgBench;
let leads: readonly string[];
let contacts: readonly string[];

before(async () => {
  bench = await OrgBench.create({ brakeFloor: FLOOR, brakeShare: 0.1, overlapMs: 0 });
  leads = bench.insert(
    'Lead',
    Array.from({ length: 60 }, (_, at) => ({ FirstName: `Lead ${at}`, Phone: '1' })),
  );
  contacts = bench.insert('Contact', [{ LastName: 'Diaz', Phone: '1' }]);
  await bench.load();
});
after(() => bench.close());
beforeEach(async () => {
  await poll();
  await bench.database.db.run('delete from sync.brake');
  await bench.database.db.run('delete from sync.brake_meter');
});

const poll = () => bench.inbound().poll(['Lead', 'Contact'], { deep: false });
const changed = (phone: string) => bench.count('marketing.person', `phone = '${phone}'`);
const open = () =>
  bench.database.db.query<{
    brake_id: number;
    object: string;
    changed: number;
    most: number;
    waiting: number;
    sample: { sfId: string; fields: Record<string, unknown[]> }[];
  }>('select * from sync.brake where answer is null');
const answer = async (kind: BrakeAnswer): Promise<void> => {
  const [brake] = await open();
  await bench.database.db.transaction(async (tx) => {
    const held = await holdOpen(tx, brake?.brake_id ?? 0);
    assert.ok(held);
    await writeAnswer(tx, brake?.brake_id ?? 0, held, kind, 'Amy Diaz');
  });
};
const mass = (phone: string, ids: readonly string[]): void => {
  for (const id of ids) bench.update('Lead', id, { Phone: phone });
};

test('[SAFE1] the row that passes the brake is not applied, whatever page it is in, and other objects go on', async () => {
  mass('2', leads.slice(0, 4));
  await poll();
  mass('2', leads.slice(4, 30));
  bench.update('Contact', contacts[0] ?? '', { Phone: '3' });
  await poll();
  assert.equal(await changed('2'), FLOOR);
  assert.equal(await changed('3'), 1);
  const [brake] = await open();
  assert.equal(brake?.object, 'Lead');
  assert.equal(brake?.sample.length, 20);
  assert.deepEqual(brake?.sample[0]?.fields['Phone'], ['1', '2']);
  const before = await bench.count('sync.journal');
  await poll();
  assert.equal(await changed('2'), FLOOR, 'the cursor waits');
  assert.ok(((await open())[0]?.waiting ?? 0) >= 20, 'what waits is counted there');
  assert.equal(await bench.count('sync.journal'), before);
  bench.update('Lead', leads[50] ?? '', { HasOptedOutOfEmail: 'true', Phone: '9' });
  await poll();
  assert.equal(await bench.count('marketing.person', 'has_opted_out_of_email'), 1, 'an opt-out goes on');
  assert.equal(await changed('9'), 0, 'and nothing else of its record');
  await answer('accept');
  await poll();
  assert.equal(await changed('2'), 30);
  assert.equal(await changed('9'), 1);
  assert.deepEqual(await open(), []);
});

test('[SAFE2] where ours are kept, they are sent back, an opt-out is taken, and later changes are ordinary ones', async () => {
  mass('4', leads.slice(0, 30));
  bench.update('Lead', leads[29] ?? '', { HasOptedOutOfFax: 'true' });
  await poll();
  await poll();
  const kept = 30 - (await changed('4'));
  assert.equal(kept, 20);
  await answer('keep');
  await poll();
  assert.equal(await changed('4'), FLOOR);
  assert.equal(await bench.count('sync.outbox', `edits ? 'phone'`), kept);
  assert.equal(await bench.count('salesforce."Lead"', `"Phone" = '4'`), 30, 'the mirror says what is there');
  assert.equal(await bench.count('marketing.person', 'has_opted_out_of_fax'), 1);
});

test('[SAFE1] deletes count like changes, and what was answered for is not counted', async () => {
  for (const id of leads.slice(40, 55)) bench.remove('Lead', id);
  await poll();
  assert.equal(await bench.count('marketing.person', 'is_deleted'), FLOOR);
  await answer('accept');
  await poll();
  await poll();
  assert.equal(await bench.count('marketing.person', 'is_deleted'), 15);
  const [meter] = await bench.database.db.query<{ counted: Record<string, number> }>(
    `select counted from sync.brake_meter where object = 'Lead' and direction = 'in'`,
  );
  assert.equal(
    Object.values(meter?.counted ?? {}).reduce((sum, count) => sum + count, 0),
    0,
    'what was answered for is not counted again',
  );
});

test('[RACE23] [SAFE4] who loses sight of half of the records marks nobody as deleted, and the brake asks', async () => {
  const half = leads.slice(0, 30);
  const unseen = bench.inbound((salesforce) => ({
    queryAll: async (queries) =>
      (await salesforce.queryAll(queries)).map((answer) =>
        answer.ok
          ? { ...answer, page: { ...answer.page, body: JSON.stringify({ records: [] }), path: ['records'], rows: 0 } }
          : answer,
      ),
  }));
  await bench.database.db.run(
    `insert into sync.reread (object, sf_id, reason) select 'Lead', sf_id, 'difference' from unnest($1::text[]) sf_id`,
    [half],
  );
  await unseen.reread();
  assert.equal(await bench.count('sync.link', `state = 'out_of_sight'`), FLOOR);
  assert.equal((await open())[0]?.object, 'Lead');
  assert.equal(await bench.count('sync.reread'), 20, 'the others are asked for again');
  await answer('accept');
  await bench.database.db.run(
    `insert into sync.reread (object, sf_id, reason) select 'Lead', sf_id, 'difference' from unnest($1::text[]) sf_id on conflict do nothing`,
    [half],
  );
  await bench.inbound().reread();
  assert.equal(
    await bench.count('sync.link', `state = 'live' and object = 'Lead'`),
    45,
    'in sight again, the same links live',
  );
  assert.equal(await bench.count('marketing.person', `salesforce_type = 'Lead'`), 60, 'and nobody was doubled');
});

test('[SAFE11] a cursor ahead of the time of Salesforce stops the reading; one that only our clock finds ahead does not', async () => {
  const { db } = bench.database;
  await db.run(`update sync.cursor set at = at + interval '1 day' where object = 'Contact'`);
  await assert.rejects(poll(), { code: 'cursor-ahead' });
  const early = bench.inbound(() => ({ serverTime: () => Promise.resolve(new Date(Date.now() + 90_000_000)) }));
  await early.poll(['Contact'], { deep: false });
  await db.run(`update sync.cursor set at = at - interval '1 day' where object = 'Contact'`);
  await poll();
});
