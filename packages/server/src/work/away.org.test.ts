import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Inbound } from '../inbound/inbound.ts';
import { fromNow, OrgBench } from '../inbound/testing/org-bench.ts';
import { askPermission } from './work.ts';

const OLD = { SystemModstamp: fromNow(-40 * 86_400) };
const DAYS_AGO = (days: number): string => `clock_timestamp() - interval '${days} days'`;

let bench: OrgBench;
let leads: readonly string[];
before(async () => {
  bench = await OrgBench.create({ brakeFloor: 20, brakeShare: 0 });
  leads = bench.insert(
    'Lead',
    Array.from({ length: 4_100 }, (_, n) => ({ ...OLD, LastName: `Away ${n}` })),
  );
  await bench.load();
  await bench.inbound().poll(['Lead', 'Contact', 'Account'], { deep: true });
  await bench.database.db.run(
    `insert into sync.connection (method, host, enabled, started_at) values ('client_credentials', 'https://example.my.salesforce.com', true, now())`,
  );
  await bench.database.db.run(`update sync.link set since = ${DAYS_AGO(30)}`);
});
after(() => bench?.close());
beforeEach(async () => {
  for (const table of ['reread', 'brake', 'brake_meter', 'sweep_seen'])
    await bench.database.db.run(`delete from sync.${table}`);
});

const nobodyReadFor = (days: number): Promise<number> =>
  bench.database.db.run(`update sync.cursor set last_began_at = ${DAYS_AGO(days)} where object = 'Lead'`);
const isAway = async (): Promise<boolean> => (await askPermission(bench.database.db, bench.bounds)).isAway;
const eraseThere = (id: string): void => {
  const { dml, access } = bench.org.org;
  dml.write(access.admin, [{ kind: 'delete', object: 'Lead', id }]);
  const [answer] = dml.write(access.admin, [{ kind: 'purge', object: 'Lead', id }]);
  if (!answer?.success) throw new Error(JSON.stringify(answer));
};
const hide = (id: string): void => {
  bench.org.org.store.database.prepare('delete from "Lead" where "Id" = ?').run(id);
};
const poll = (inbound: Inbound = bench.inbound()) => inbound.poll(['Lead'], { deep: false });
const states = async (ids: readonly string[]): Promise<readonly unknown[]> =>
  (
    await bench.database.db.query<{ state: string }>(
      'select state from sync.link where sf_id = any ($1) order by sf_id',
      [ids],
    )
  ).map(({ state }) => state);
const xmins = () =>
  bench.database.db.query(
    `select (select md5(string_agg(xmin::text, ',' order by "Id")) from salesforce."Lead") as mirror, (select md5(string_agg(xmin::text, ',' order by id)) from marketing.person) as people`,
  );

test('[IN13] a still object that was read lately has an old cursor, and is read from there', async () => {
  await bench.database.db.run(`update sync.cursor set at = ${DAYS_AGO(40)} where object = 'Lead'`);
  await nobodyReadFor(13);
  assert.equal(await isAway(), false);
  let rows = 0;
  await poll(
    bench.inbound((salesforce) => ({
      queryAll: (queries) => {
        rows += queries.filter((query) => query.includes('1970-01-01')).length;
        return salesforce.queryAll(queries);
      },
    })),
  );
  assert.deepEqual([rows, await bench.count('sync.reread')], [0, 0]);
});

test('[IN13] one that nobody read for longer than the bin keeps is read whole: equal rows write nothing, absent ones are classified, and then sends go on', async () => {
  const [erased = '', hidden = '', changed = ''] = leads;
  await nobodyReadFor(15);
  assert.equal(await isAway(), true, 'nothing is sent before it is read');
  const before = await xmins();
  await poll();
  assert.deepEqual(await xmins(), before);
  assert.deepEqual(
    [await isAway(), await bench.count('sync.reread'), await bench.count('sync.sweep_seen')],
    [false, 0, 0],
  );

  await nobodyReadFor(15);
  eraseThere(erased);
  hide(hidden);
  bench.update('Lead', changed, { Phone: '1' });
  const [outcome] = await poll();
  assert.equal(outcome?.updated, 1);
  assert.deepEqual(await states([erased, hidden, changed]), ['live', 'live', 'live'], 'absence is no delete');
  assert.equal(await isAway(), true, 'nor before they are classified');
  assert.equal(await bench.inbound().reread(), 2);
  assert.deepEqual(await states([erased, hidden, changed]), ['deleted', 'out_of_sight', 'live']);
  assert.equal(await isAway(), false);
});

test('[IN13] a whole read that is cut off begins anew, and concludes nothing of what it did not reach', async () => {
  await nobodyReadFor(15);
  hide(leads[10] ?? '');
  let pages = 0;
  const cut = bench.inbound((salesforce) => ({
    queryMore: async (url) => {
      pages += 1;
      if (pages === 2) throw new Error('cut off');
      return salesforce.queryMore(url);
    },
  }));
  await assert.rejects(poll(cut), { message: 'cut off' });
  assert.deepEqual([await isAway(), await bench.count('sync.reread')], [true, 0]);
  hide(leads[11] ?? '');
  await poll();
  assert.deepEqual(
    (await bench.database.db.query<{ sf_id: string }>('select sf_id from sync.reread order by sf_id')).map(
      ({ sf_id }) => sf_id,
    ),
    [leads[10], leads[11]],
  );
});

test('[IN13] [RACE23] where too many are absent the brake asks, nobody is marked deleted, and opt-outs may go on', async () => {
  await nobodyReadFor(15);
  const lost = leads.slice(100, 160);
  for (const id of lost) hide(id);
  await poll();
  await bench.inbound().reread();
  const found = await states(lost);
  assert.deepEqual([found.filter((state) => state === 'deleted').length, found.includes('live')], [0, true]);
  assert.equal(await bench.count('sync.brake', `object = 'Lead' and direction = 'in'`), 1);
  assert.ok((await bench.count('sync.reread', `reason = 'away'`)) > 0);
  assert.equal(await isAway(), false);
  await bench.database.db.run(`update sync.connection set enabled = false`);
  await bench.database.db.run('delete from sync.brake');
  assert.equal(await isAway(), false, 'while the sync is disabled nobody reads, and only what was asked for is sent');
});
