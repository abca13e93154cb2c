import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { changeSchema } from '../../../emulator/src/control/schema-changes.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
let leads: readonly { readonly person: number; readonly id: string }[];
const ROWS = 60;

before(async () => {
  corridor = await Corridor.open({ bulkFrom: 20 });
  leads = await corridor.leads(
    Array.from({ length: ROWS }, (_, n) => ({ LastName: `Bulk ${n}`, Title: 'before', Nickname__c: '1' })),
  );
});
after(() => corridor?.close());
afterEach(() => corridor.rest());

const there = (field: string): readonly (string | null | undefined)[] =>
  leads.map(({ id }) => corridor.record('Lead', id)[field]);
const edit = (title: string, nickname: string): Promise<number> =>
  corridor.edit('update marketing.person set title = $2, nickname = $3 where id = any($1)', [
    leads.map(({ person }) => person),
    title,
    nickname,
  ]);
const change = (members: Readonly<Record<string, unknown>>): void => changeSchema(corridor.org.org, members);
/** A sender that does something to the org when the job has its data, and has not begun. */
const whenUploaded = async (
  act: () => void,
): Promise<{ readonly send: () => Promise<unknown>; readonly jobs: () => number }> => {
  const { salesforce } = corridor;
  let jobs = 0;
  const door: Salesforce = {
    ...salesforce,
    uploadIngest: async (...args) => {
      jobs += 1;
      if (jobs === 1) act();
      await salesforce.uploadIngest(...args);
    },
  };
  const { outbound } = await corridor.another({}, door);
  return { send: () => outbound.sendOnce(LANE.normal, { includeUpdates: true }), jobs: () => jobs };
};
const parked = () =>
  corridor.db.query('select parked, count(*)::int as rows from sync.outbox group by parked order by parked');
const people = (where: string) =>
  corridor.db
    .query<{ count: number }>(`select count(*)::int as count from marketing.person where ${where}`)
    .then(([row]) => row?.count);

for (const [what, go, back] of [
  [
    'hidden',
    () => corridor.switches({ hiddenFields: ['Lead.Nickname__c'] }),
    () => corridor.switches({ hiddenFields: [] }),
  ],
  ['deleted', () => change({ remove: 'Lead.Nickname__c' }), () => change({ restore: 'Lead.Nickname__c' })],
] as const) {
  test(`[RACE11] [OUT35] a field ${what} while a job goes out waits alone, and everything else is sent`, async () => {
    await edit(what, `2 ${what}`);
    const { send, jobs } = await whenUploaded(go);
    await assert.rejects(send(), { code: 'job-failed' });
    assert.deepEqual(await parked(), [{ parked: { nickname: 'INVALID_FIELD' }, rows: ROWS }]);
    await send();
    assert.deepEqual(new Set(there('Title')), new Set([what]));
    assert.deepEqual(
      [await people(`nickname = '2 ${what}'`), jobs()],
      [ROWS, 2],
      'nothing is lost here, and no job fails twice',
    );
    const errors = await corridor.db.query(
      `select code, fields, count(*)::int as rows from sync.error where level = 'record' and resolved_at is null group by code, fields`,
    );
    assert.deepEqual(errors, [{ code: 'INVALID_FIELD', fields: ['Nickname__c'], rows: ROWS }]);
    back();
    await corridor.db.query(`select sync.retry_parked($1, 'INVALID_FIELD')`, [leads.map(({ person }) => person)]);
    await corridor.sendAll();
    assert.deepEqual(new Set(there('Nickname__c')), new Set([`2 ${what}`]));
    await corridor.poll();
    assert.deepEqual(await corridor.db.query('select from sync.outbox'), []);
  });
}

test('[RACE11] a field retyped while a job goes out: rows whose value fits are done and stay done, the others wait alone', async () => {
  for (const { id } of leads) corridor.changeThere('Lead', id, { Nickname__c: '1' });
  await corridor.poll();
  await corridor.edit(
    'update marketing.person set title = $2, nickname = case when id % 2 = 0 then $3 else $4 end where id = any($1)',
    [leads.map(({ person }) => person), 'retyped', '17', 'seventeen'],
  );
  const { send } = await whenUploaded(() =>
    change({ retype: { field: 'Lead.Nickname__c', type: 'Number', precision: 5, scale: 0 } }),
  );
  await send();
  const half = ROWS / 2;
  const words = 'INVALID_TYPE_ON_FIELD_IN_RECORD';
  assert.deepEqual(await parked(), [{ parked: { nickname: words }, rows: half }]);
  assert.equal(there('Title').filter((title) => title === 'retyped').length, half, 'what the job had done stays done');
  await send();
  assert.deepEqual(new Set(there('Title')), new Set(['retyped']));
  const numbers = there('Nickname__c');
  assert.equal(numbers.filter((number) => Number(number) === 17).length, half);
  assert.ok(!numbers.includes(null), 'nothing is emptied there');
  assert.deepEqual([await people(`nickname = '17'`), await people(`nickname = 'seventeen'`)], [half, half]);
  change({ retype: { field: 'Lead.Nickname__c', type: 'Text', length: 80 } });
  for (let turn = 0; turn < 2; turn += 1) {
    await corridor.main.outbound.heal({ look: true, atOnce: false });
    await corridor.sendAll();
  }
  assert.equal(there('Nickname__c').filter((nickname) => nickname === 'seventeen').length, half);
});
