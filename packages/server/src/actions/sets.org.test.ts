/** Actions with many people: counted first, in sets, and nobody who is urgent waits for them. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ACTION_MATCHING_MAX, type Action, type PersonAction } from '@syncline/contract/actions';
import { LANE } from '../outbound/outbound.ts';
import { Corridor } from '../outbound/testing/corridor.ts';
import { createStatus } from '../status/create-status.ts';
import type { Actions } from './actions.ts';
import { createActions } from './create-actions.ts';
import { findWhom } from './whom.ts';

let corridor: Corridor;
let actions: Actions;
/** The same, in a world without Salesforce. */
let unconnected: Actions;

const QUEUE = '00G000000000001AAA';

before(async () => {
  corridor = await Corridor.open();
  const { db, salesforce, bounds, main } = corridor;
  const { matchingIds } = createStatus({ db, version: '0.0.0', practiceUrl: null });
  const parts = { db, bounds, processId: main.presence.processId, matchingIds };
  actions = createActions({ ...parts, salesforce });
  const nowhere = new Proxy(salesforce, { get: () => assert.fail('Salesforce was asked') });
  unconnected = createActions({ ...parts, salesforce: nowhere });
});
after(() => corridor?.close());
beforeEach(async () => {
  await corridor.rest();
  await corridor.own('delete from sync.action');
});

const begin = (wish: PersonAction): Promise<number> => actions.begin(wish, { by: 'Ana', key: null });

const finish = async (actionId: number): Promise<Action> => {
  const deadline = Date.now() + 60_000;
  for (;;) {
    while (await actions.workOnce()) await corridor.inbound.reread({ isAskedOnly: true });
    for (const lane of [LANE.urgent, LANE.normal]) await corridor.send(lane, { includeUpdates: false });
    const action = await actions.action(actionId);
    if (action.isEnded) return action;
    assert.ok(Date.now() < deadline, `still open: ${JSON.stringify(action)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const outside = async (name: string, people: number): Promise<void> => {
  await corridor.own(
    `insert into marketing.person (last_name, company) select $1 || g, 'Acme' from generate_series(1, $2) g`,
    [name, people],
  );
};
const lanes = (): Promise<readonly object[]> =>
  corridor.db.query('select lane, count(*)::int as people from sync.outbox where create_lead group by 1 order by 1');

test('[ACT3] the count says what a turn does, with the same words, and asks nothing of Salesforce', async () => {
  await outside('Cnt', 3);
  for (const at of [1, 2]) await corridor.contact({ LastName: `Cnt contact ${at}` });
  const lead = await corridor.lead({ LastName: 'Cnt lead' });
  const lost = await corridor.lead({ LastName: 'Cnt lost' });
  await corridor.own(`update sync.link set state = 'out_of_sight' where sf_id = $1`, [lost.id]);
  const wish = { kind: 'change_owner' as const, matching: { q: 'Cnt' }, ownerId: QUEUE };
  assert.deepEqual(await unconnected.count(wish), {
    people: 7,
    acted: 4,
    leads: 3,
    skipped: [
      { code: 'record-out-of-sight', people: 1 },
      { code: 'contact-and-queue', people: 2 },
    ],
  });
  assert.deepEqual(
    await unconnected.count({ ...wish, matching: undefined, ids: [lead.person, lead.person, 9_999_999] }),
    {
      people: 2,
      acted: 1,
      leads: 0,
      skipped: [{ code: 'person-not-found', people: 1 }],
    },
  );
});

test('[ACT3] [ACT7] a great set goes in the normal lane, a page of people in the urgent one; each person is done once', async () => {
  await outside('Few', 200);
  const few = await begin({ kind: 'sync', matching: { q: 'Few' } });
  while (await actions.workOnce());
  assert.deepEqual(await lanes(), [{ lane: LANE.urgent, people: 200 }]);
  assert.equal((await finish(few)).done, 200);
  await outside('Many', 201);
  const many = await begin({ kind: 'sync', matching: { q: 'Many' } });
  while (await actions.workOnce());
  assert.deepEqual(await lanes(), [{ lane: LANE.normal, people: 201 }]);
  const action = await finish(many);
  assert.deepEqual([action.total, action.done, action.refused], [201, 201, 0]);
  const made = corridor.org.org.store.statement(`select count(*) as n from Lead where LastName like 'Many%'`).get();
  assert.equal(made?.['n'], 201);
});

test('[ACT3] an action for one goes before the rest of an action for many', async () => {
  await outside('Row', 401);
  const many = await begin({ kind: 'sync', matching: { q: 'Row' } });
  await actions.workOnce();
  const lead = await corridor.lead({ LastName: 'Alone' });
  const one = await begin({ kind: 'sync', ids: [lead.person] });
  await actions.workOnce();
  assert.equal((await actions.action(one)).isEnded, true);
  assert.equal((await actions.action(many)).isEnded, false);
});

test('[ACT9] leads of a set join the account of their company’s name; for a new name one account is made, and several are asked about', async () => {
  const known = 'Set Known';
  const [account = ''] = corridor.there('Account', [
    { Name: `${known} ` },
    { Name: 'Set Twice' },
    { Name: 'set twice' },
  ]);
  await corridor.poll(['Account']);
  const companies = [known.toUpperCase(), 'Set New', ' set new', 'Set New', 'Set Twice'];
  const leads = await corridor.leads(companies.map((Company, at) => ({ LastName: `Setter ${at}`, Company })));
  const wish = {
    kind: 'convert',
    convertedStatus: 'Closed - Converted',
    accountId: null,
    joinsSameName: true,
  } as const;
  const action = await finish(
    await begin({
      ...wish,
      ids: leads.map(({ person }) => person),
      ownerId: null,
      opportunityName: null,
      notifiesOwner: false,
    }),
  );
  assert.deepEqual([action.done, action.refusals], [4, [{ code: 'account-unclear', people: 1 }]]);
  const accountOf = (at: number): string | undefined =>
    action.people.find(({ personId }) => personId === leads[at]?.person)?.made?.accountId;
  assert.equal(accountOf(0), account);
  assert.ok(accountOf(1));
  assert.deepEqual([accountOf(2), accountOf(3)], [accountOf(1), accountOf(1)]);
  const made = corridor.org.org.store
    .statement(`select count(*) as n from Account where lower(Name) like '%set new'`)
    .get();
  assert.equal(made?.['n'], 1);
});

test('[ACT3] a list of too many is refused before anything is written down', async () => {
  const endless = async (_choice: object, afterId: number, rows: number): Promise<number[]> =>
    Array.from({ length: rows }, (_, at) => afterId + at + 1);
  await assert.rejects(findWhom({ matching: {} }, endless), {
    code: 'set-too-large',
    detail: { max: ACTION_MATCHING_MAX },
  });
  const full = async (_choice: object, afterId: number, rows: number): Promise<number[]> =>
    Array.from({ length: Math.min(rows, ACTION_MATCHING_MAX - afterId) }, (_, at) => afterId + at + 1);
  assert.equal((await findWhom({ matching: {} }, full)).length, ACTION_MATCHING_MAX);
});
