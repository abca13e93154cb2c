import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SalesforceError } from '../salesforce/salesforce.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

let bench: OrgBench;
before(async () => {
  bench = await OrgBench.create();
  await bench.load();
});
after(() => bench?.close());

const poll = () => bench.inbound().poll(['Lead'], { deep: false });
const created = async (): Promise<number> => (await poll())[0]?.created ?? -1;

test('[IN5] 5,001 rows of one stamp over page bounds are each applied once', async () => {
  const before = await bench.count('marketing.person');
  bench.insert(
    'Lead',
    Array.from({ length: 5001 }, (_, index) => ({ SystemModstamp: fromNow(5), LastName: `Same ${index}` })),
  );
  const [outcome] = await poll();
  assert.deepEqual([outcome?.created, (await bench.count('marketing.person')) - before], [5001, 5001]);
  assert.equal(
    await bench.count(
      'sync.journal',
      `cause = 'salesforce' and sf_id in (select "Id" from salesforce."Lead" where "LastName" like 'Same %')`,
    ),
    5001,
  );
  assert.equal(await created(), 0);
});

test('[IN6] a pass whose locator is refused half-way stands at what it applied, and the next loses nothing', async () => {
  bench.insert(
    'Lead',
    Array.from({ length: 2500 }, (_, index) => ({
      SystemModstamp: fromNow(200 + Math.floor(index / 100)),
      LastName: `Half ${index}`,
    })),
  );
  const broken = bench.inbound(() => ({
    queryMore: () =>
      Promise.reject(
        new SalesforceError('salesforce-refused', { disposition: 'retry', word: 'INVALID_QUERY_LOCATOR' }),
      ),
  }));
  await bench.database.db.run(
    `update sync.cursor set at = clock_timestamp() + interval '150 seconds' where object = 'Lead'`,
  );
  await assert.rejects(broken.poll(['Lead'], { deep: false }), { word: 'INVALID_QUERY_LOCATOR' });
  const applied = await bench.count('salesforce."Lead"', `"LastName" like 'Half %'`);
  assert.ok(applied > 0 && applied < 2500);
  const [gap] = await bench.database.db.query<{ ok: boolean }>(
    `select at <= (select max("SystemModstamp") from salesforce."Lead" where "LastName" like 'Half %') as ok from sync.cursor where object = 'Lead'`,
  );
  assert.equal(gap?.ok, true);
  assert.equal(await bench.count('sync.run', `object = 'Lead' and status = 'incomplete'`), 1);
  await poll();
  assert.equal(await bench.count('marketing.person', `last_name like 'Half %'`), 2500);
});

test('[IN3] [IN6] amid a pass of many pages of ours what somebody else changed comes before its turn, and the cursor does not follow it', async () => {
  const { syncUser, admin } = bench.org.org.access;
  bench.org.org.store.database.exec('delete from "Lead"');
  bench.insert(
    'Lead',
    Array.from({ length: 4_500 }, (_, index) => ({
      SystemModstamp: fromNow(10 + Math.floor(index / 100)),
      LastName: `Ours ${index}`,
      LastModifiedById: syncUser.id,
    })),
  );
  bench.insert('Lead', [{ SystemModstamp: fromNow(60), LastName: 'Theirs', LastModifiedById: admin.id }]);
  await bench.database.db.run(
    `update sync.cursor set at = clock_timestamp(), asked_at = null, dense_through = null where object = 'Lead'`,
  );
  const theirs = `"LastName" = 'Theirs'`;
  let whenSecond: readonly unknown[] = [];
  const cut = bench.inbound(() => ({
    queryMore: async () => {
      const [cursor] = await bench.database.db.query(
        `select at < (select "SystemModstamp" from salesforce."Lead" where ${theirs}) as is_behind from sync.cursor where object = 'Lead'`,
      );
      whenSecond = [await bench.count('marketing.person', `last_name = 'Theirs'`), cursor];
      throw new Error('cut off');
    },
  }));
  await assert.rejects(cut.poll(['Lead'], { deep: false }), { message: 'cut off' });
  assert.deepEqual(whenSecond, [1, { is_behind: true }]);
  let looks = 0;
  const inbound = bench.inbound((salesforce) => ({
    queryAll: (queries) => {
      looks += queries.filter((query) => query.includes('LastModifiedById !=')).length;
      return salesforce.queryAll(queries);
    },
  }));
  const [outcome] = await inbound.poll(['Lead'], { deep: false });
  assert.deepEqual([outcome?.created, looks], [2_500, 1], 'one look in as long as a poll');
  assert.equal(await bench.count('marketing.person', `last_name like 'Ours %'`), 4_500);
  assert.equal(await bench.count('marketing.person', `last_name = 'Theirs'`), 1);
});
