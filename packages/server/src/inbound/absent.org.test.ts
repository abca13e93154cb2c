import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { DeletedRecord, Salesforce } from '../salesforce/salesforce.ts';
import { SalesforceError } from '../salesforce/salesforce.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

let bench: OrgBench;
before(async () => {
  bench = await OrgBench.create({ brakeFloor: 5, brakeShare: 0 });
  await bench.load();
});
after(() => bench?.close());
afterEach(async () => {
  for (const table of ['reread', 'brake', 'brake_meter', 'difference'])
    await bench.database.db.run(`delete from sync.${table}`);
});

type Written = 'Lead' | 'Contact' | 'Account';
const write = (kind: 'delete' | 'undelete' | 'purge', object: Written, id: string): void => {
  const { dml, access } = bench.org.org;
  const [answer] = dml.write(access.admin, [{ kind, object, id }]);
  if (!answer?.success) throw new Error(JSON.stringify(answer));
};
const eraseThere = (object: Written, id: string): void => {
  write('delete', object, id);
  write('purge', object, id);
};
/** As if the sync user saw it no more, and again: no stamp moves, and no log tells. */
const hide = (object: Written, id: string): (() => void) => {
  const { store } = bench.org.org;
  const row = store.read(object, id);
  if (row === undefined) throw new Error(`no ${id}`);
  store.database.prepare(`delete from "${object}" where "Id" = ?`).run(id);
  return () => {
    store.insert(object, row);
  };
};
const linked = async (object: Written, records: Parameters<OrgBench['insert']>[1]): Promise<readonly string[]> => {
  const ids = bench.insert(object, records);
  await bench.inbound().poll([object], { deep: false });
  return ids;
};
const classify = async (
  object: Written,
  ids: readonly string[],
  {
    reason = 'classify',
    change = () => ({}),
  }: { reason?: string; change?: (salesforce: Salesforce) => Partial<Salesforce> } = {},
): Promise<void> => {
  await bench.database.db.run('insert into sync.reread (object, sf_id, reason) select $1, unnest($2::text[]), $3', [
    object,
    ids,
    reason,
  ]);
  await bench.inbound(change).reread();
};
const stateOf = async (id: string): Promise<unknown> =>
  (
    await bench.database.db.query(
      'select l.state, p.is_deleted from sync.link l join marketing.person p on p.id = l.person_id where l.sf_id = $1',
      [id],
    )
  )[0];
const DELETED = { state: 'deleted', is_deleted: true };
const OUT_OF_SIGHT = { state: 'out_of_sight', is_deleted: false };
const LIVE = { state: 'live', is_deleted: false };
const asking =
  (asked: string[], answer?: () => Promise<readonly DeletedRecord[]>) =>
  (salesforce: Salesforce): Partial<Salesforce> => ({
    deletedIn: (object, from, to) => {
      asked.push(object);
      return answer === undefined ? salesforce.deletedIn(object, from, to) : answer();
    },
  });

test('[IN12] [A10] of records absent from a read by id those in the log of deletes are deleted, the others out of sight, by one call', async () => {
  const ids = await linked('Lead', [{ Phone: '1' }, { Phone: '2' }, { Phone: '3' }]);
  const [erased = '', hidden = '', there = ''] = ids;
  eraseThere('Lead', erased);
  hide('Lead', hidden);
  const asked: string[] = [];
  await classify('Lead', ids, { change: asking(asked) });
  assert.deepEqual(await Promise.all(ids.map(stateOf)), [DELETED, OUT_OF_SIGHT, LIVE]);
  assert.deepEqual([(await bench.person(erased))['phone'], asked], ['1', ['Lead']], 'and the last values stay');
  assert.equal(await bench.count('sync.run', `object = 'Lead' and operation = 'Pull deletes' and deleted = 1`), 1);
  assert.equal(await bench.count('sync.reread'), 0);
  await classify('Lead', [there], { change: asking(asked) });
  assert.equal(asked.length, 1, 'nothing is missing, and nothing is asked');
});

test('[IN12] merged comes before deleted, and both before the log, which is not asked for them', async () => {
  const [winner = '', loser = '', binned = ''] = await linked('Lead', [{}, {}, {}]);
  const { dml, access } = bench.org.org;
  dml.merge(access.admin, [{ object: 'Lead', masterId: winner, record: {}, mergeIds: [loser] }]);
  write('delete', 'Lead', binned);
  const asked: string[] = [];
  await classify('Lead', [loser, binned], { change: asking(asked) });
  assert.deepEqual(
    await bench.database.db.query('select state from sync.link where sf_id = any ($1) order by sf_id', [
      [loser, binned],
    ]),
    [{ state: 'merged' }, { state: 'deleted' }],
  );
  assert.deepEqual(asked, []);
});

test('[IN12] a delete that the record outlived, and a log that cannot be asked, are no delete; a log that is too long is asked in halves', async () => {
  const [outlived = '', untold = '', halved = ''] = await linked('Lead', [{}, {}, {}]);
  for (const id of [outlived, untold]) hide('Lead', id);
  eraseThere('Lead', halved);
  const old = async () => [{ id: outlived, deletedAt: new Date(Date.now() - 60_000) }];
  await classify('Lead', [outlived], { change: asking([], old) });
  const refusing = (word: string) => () =>
    Promise.reject(new SalesforceError('salesforce-refused', { disposition: 'pause', word }));
  await classify('Lead', [untold], { change: asking([], refusing('NOT_FOUND')) });
  assert.deepEqual([await stateOf(outlived), await stateOf(untold)], [OUT_OF_SIGHT, OUT_OF_SIGHT]);
  await bench.database.db.run(
    `update salesforce."Lead" set "SystemModstamp" = "SystemModstamp" - interval '1 day' where "Id" = $1`,
    [halved],
  );
  const asked: number[] = [];
  await classify('Lead', [halved], {
    change: (salesforce) => ({
      deletedIn: (object, from, to) => {
        asked.push(to.getTime() - from.getTime());
        return asked.length === 1 ? refusing('EXCEEDED_ID_LIMIT')() : salesforce.deletedIn(object, from, to);
      },
    }),
  });
  assert.deepEqual([await stateOf(halved), asked.length], [DELETED, 3]);
});

test('[IN12] an account that is gone for good is deleted here; one that nobody sees stays', async () => {
  const [erased = '', hidden = ''] = await linked('Account', [{ Name: 'Erased' }, { Name: 'Hidden' }]);
  eraseThere('Account', erased);
  hide('Account', hidden);
  await classify('Account', [erased, hidden]);
  assert.deepEqual(
    await bench.database.db.query(
      'select name, is_deleted from marketing.company where salesforce_id = any ($1) order by name',
      [[erased, hidden]],
    ),
    [
      { name: 'Erased', is_deleted: true },
      { name: 'Hidden', is_deleted: false },
    ],
  );
});

test('[IN12] [SAFE1] many that are gone for good at once are asked about first', async () => {
  const ids = await linked(
    'Contact',
    Array.from({ length: 5 }, (_, n) => ({ LastName: `Gone ${n}` })),
  );
  await bench.database.db.run('delete from sync.brake_meter');
  const more = await linked(
    'Contact',
    Array.from({ length: 4 }, (_, n) => ({ LastName: `Gone too ${n}` })),
  );
  for (const id of [...ids, ...more]) eraseThere('Contact', id);
  await classify('Contact', [...ids, ...more], { reason: 'sweep' });
  const states = await Promise.all([...ids, ...more].map(stateOf));
  assert.equal(states.filter((state) => JSON.stringify(state) === JSON.stringify(DELETED)).length < 9, true);
  assert.equal(states.filter((state) => JSON.stringify(state) === JSON.stringify(OUT_OF_SIGHT)).length, 0);
  assert.equal(await bench.count('sync.brake', `object = 'Contact' and direction = 'in'`), 1);
  assert.equal((await bench.count('sync.reread', `object = 'Contact'`)) > 0, true);
});

test('[IN12] the id sweep finds who went without a trace, and who comes into sight again without a stamp move, who is the same person', async () => {
  const OLD = { SystemModstamp: fromNow(-86_400) };
  const ids = bench.insert('Lead', [OLD, OLD, OLD]);
  await bench.database.db.run(`update sync.cursor set at = $1 where object = 'Lead'`, [OLD.SystemModstamp]);
  await bench.inbound().poll(['Lead'], { deep: false });
  const [erased = '', away = '', back = ''] = ids;
  await bench.database.db.run(`update sync.link set since = now() - interval '1 day' where sf_id = any ($1)`, [ids]);
  const person = await bench.person(back);
  eraseThere('Lead', erased);
  hide('Lead', away);
  const show = hide('Lead', back);
  const sweep = async (): Promise<void> => {
    await bench.database.db.run('delete from sync.brake_meter');
    await bench.inbound().checkSameness('Lead', AbortSignal.timeout(30_000));
    await bench.inbound().reread();
  };
  await sweep();
  assert.deepEqual(await Promise.all(ids.map(stateOf)), [DELETED, OUT_OF_SIGHT, OUT_OF_SIGHT]);
  show();
  await bench.inbound().poll(['Lead'], { deep: false });
  assert.deepEqual(await stateOf(back), OUT_OF_SIGHT, 'no poll sees it');
  await sweep();
  assert.deepEqual([await stateOf(back), (await bench.person(back))['id']], [LIVE, person['id']]);
  assert.deepEqual(await stateOf(away), OUT_OF_SIGHT);
  assert.equal(await bench.count('sync.difference', `kind <> 'values'`), 0, 'what was decided differs no more');
});
