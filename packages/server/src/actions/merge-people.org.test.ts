import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Action, MergePeople, PersonAction } from '@syncline/contract/actions';
import { LANE } from '../outbound/outbound.ts';
import { Corridor } from '../outbound/testing/corridor.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import type { Actions } from './actions.ts';
import { createActions } from './create-actions.ts';

const noList = (): Promise<never> => assert.fail('people are named by id here');

let corridor: Corridor;
let actions: Actions;
const actionsOf = (salesforce: Salesforce, processId = corridor.main.presence.processId): Actions =>
  createActions({ db: corridor.db, salesforce, bounds: corridor.bounds, processId, matchingIds: noList });

before(async () => {
  corridor = await Corridor.open();
  actions = actionsOf(corridor.salesforce);
});
after(() => corridor?.close());
beforeEach(async () => {
  await corridor.rest();
  await corridor.own('delete from sync.action');
});

const begin = (wish: PersonAction, by: Actions = actions): Promise<number> => by.begin(wish, { by: 'Ana', key: null });
const merge = (winnerId: number, ids: number[], more: Partial<MergePeople> = {}): MergePeople => ({
  kind: 'merge',
  ids,
  winnerId,
  ...more,
});
/** Works, sends and reads as the loops do, until the action has ended. */
const finish = async (actionId: number, by: Actions = actions): Promise<Action> => {
  const deadline = Date.now() + 40_000;
  for (;;) {
    while (await by.workOnce()) await corridor.inbound.reread({ isAskedOnly: true });
    await corridor.send(LANE.urgent, { includeUpdates: false });
    const action = await by.action(actionId);
    if (action.isEnded) return action;
    assert.ok(Date.now() < deadline, `still open: ${JSON.stringify(action)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const did = async (wish: PersonAction): Promise<readonly string[]> =>
  (await finish(await begin(wish))).people.map(({ step, problem }) => problem?.code ?? step);
const settle = async (): Promise<void> => {
  for (let round = 0; round < 4; round += 1) {
    await corridor.poll();
    await corridor.inbound.reread({ isAskedOnly: false });
    await corridor.sendAll();
  }
};
const isHere = async (person: number): Promise<boolean> =>
  (await corridor.db.query('select from marketing.person where id = $1', [person])).length === 1;
const now = async (person: number): Promise<number | undefined> =>
  (
    await corridor.db.query<{ id: number }>('select survivor_id as id from sync.person_redirect where person_id = $1', [
      person,
    ])
  )[0]?.id;
const isGone = (object: string, id: string): boolean => corridor.record(object, id)['IsDeleted'] === 'true';
const errors = () => corridor.db.query('select code from sync.error where resolved_at is null');

test('[ID22] three leads become one: Salesforce first, two losers in one call; what was chosen of the others is an edit of the one that stays', async () => {
  const [a, b, c] = await corridor.leads([
    { LastName: 'Mia', Phone: '1', Title: null, Email: 'mia@a.test', HasOptedOutOfEmail: 'false' },
    { LastName: 'Mía', Phone: '2', Title: 'CMO', Email: 'mia@a.test', HasOptedOutOfEmail: 'true' },
    { LastName: 'Maria', Phone: '3', Title: 'VP', Email: 'mia@a.test', Website: 'https://m.test' },
  ]);
  assert.ok(a && b && c);
  const { calls } = corridor.salesforce.usage();
  const wish = merge(a.person, [b.person, c.person], { values: { phone: c.person, last_name: b.person } });
  assert.deepEqual(await did(wish), ['done', 'done']);
  assert.ok(corridor.salesforce.usage().calls - calls <= 3, 'one merge, and the reads after it');
  for (const loser of [b, c]) {
    assert.equal(corridor.record('Lead', loser.id)['MasterRecordId'], a.id);
    assert.deepEqual([await isHere(loser.person), await now(loser.person)], [false, a.person]);
  }
  const wanted = {
    last_name: 'Mía',
    phone: '3',
    title: 'CMO',
    website: 'https://m.test',
    has_opted_out_of_email: true,
  };
  assert.deepEqual(await corridor.person(a.person, Object.keys(wanted).join(', ')), wanted);
  await settle();
  const { LastName, Phone, Title, HasOptedOutOfEmail } = corridor.record('Lead', a.id);
  assert.deepEqual([LastName, Phone, Title, HasOptedOutOfEmail], ['Mía', '3', 'CMO', 'true']);
  assert.deepEqual(await corridor.person(a.person, Object.keys(wanted).join(', ')), wanted);
  assert.deepEqual(await errors(), []);
});

test('[ID22] an edit that waited for the loser does not overrule the value that was chosen', async () => {
  const [a, b] = await corridor.leads([
    { LastName: 'Wait', Phone: '1' },
    { LastName: 'Waits', Phone: '2' },
  ]);
  assert.ok(a && b);
  await corridor.edit(`update marketing.person set phone = '22', title = 'CEO' where id = $1`, [b.person]);
  assert.deepEqual(await did(merge(a.person, [b.person], { values: { phone: a.person } })), ['done']);
  await settle();
  assert.deepEqual(await corridor.person(a.person, 'phone, title, last_name'), {
    phone: '1',
    title: 'CEO',
    last_name: 'Wait',
  });
  assert.deepEqual([corridor.record('Lead', a.id)['Phone'], corridor.record('Lead', a.id)['Title']], ['1', 'CEO']);
});

test('[ID22] [ID12] scores are not summed where the merge was begun here, also when it comes home by a poll', async () => {
  const [a, b, c] = await corridor.leads([
    { LastName: 'Ten', Score__c: '10' },
    { LastName: 'Seven', Score__c: '7' },
    { LastName: 'Five', Score__c: '5' },
  ]);
  assert.ok(a && b && c);
  const score = async () => Number((await corridor.person(a.person, 'score'))['score']);
  assert.deepEqual([await score()], [10]);
  const actionId = await begin(merge(a.person, [b.person]));
  corridor.switches({ loseAnswers: 1 });
  await assert.rejects(actions.workOnce());
  await settle();
  assert.deepEqual([await now(b.person), await score()], [a.person, 10], 'home before the answer was');
  assert.equal((await finish(actionId)).done, 1);
  corridor.org.org.dml.merge(corridor.org.org.access.admin, [
    { object: 'Lead', masterId: a.id, record: {}, mergeIds: [c.id] },
  ]);
  await settle();
  assert.equal(await score(), 15, 'one that Salesforce began is summed');
});

test('[ID22] a lead goes into a contact by conversion, and the contact wins', async () => {
  const [account = ''] = corridor.there('Account', [{ Name: 'Northwind' }]);
  await corridor.poll(['Account']);
  const [lead, contact] = [
    await corridor.lead({ LastName: 'Both', Phone: '1', Company: 'Else' }),
    await corridor.contact({ LastName: 'Both', Phone: '2', AccountId: account }),
  ];
  await assert.rejects(begin(merge(lead.person, [contact.person])), { code: 'contact-wins' });
  assert.deepEqual(await did(merge(contact.person, [lead.person], { values: { phone: lead.person } })), ['done']);
  assert.equal(corridor.record('Lead', lead.id)['ConvertedContactId'], contact.id);
  await settle();
  const survivor = (await isHere(contact.person)) ? contact.person : lead.person;
  assert.deepEqual(await corridor.person(survivor, 'salesforce_id, phone'), { salesforce_id: contact.id, phone: '1' });
  assert.equal(corridor.record('Contact', contact.id)['Phone'], '1');
  assert.deepEqual(
    await corridor.db.query('select from marketing.person where last_name = $1', ['Both']).then((rows) => rows.length),
    1,
  );
  const alone = await corridor.contact({ LastName: 'Private' });
  const other = await corridor.lead({ LastName: 'Privat' });
  assert.deepEqual(await did(merge(alone.person, [other.person])), ['contact-without-account']);
  assert.equal(corridor.record('Lead', other.id)['IsConverted'], 'false');
});

test('[ID22] of people of whom none or one is in Salesforce the merge is ours alone; what referred to who left follows', async () => {
  const lead = await corridor.lead({ LastName: 'Rec', Phone: null });
  const [first, second] = [
    await corridor.newPerson({ last_name: 'Rec', phone: '9', title: 'Dr' }),
    await corridor.newPerson({ last_name: 'Rec', phone: '8' }),
  ];
  await corridor.own('create table marketing.note (person bigint references marketing.person)');
  await corridor.own('insert into marketing.note values ($1)', [first]);
  await assert.rejects(begin(merge(first, [lead.person])), { code: 'record-wins' });
  const { calls } = corridor.salesforce.usage();
  assert.deepEqual(await did(merge(first, [second], { values: { phone: second } })), ['done']);
  assert.deepEqual(await corridor.person(first, 'phone, title'), { phone: '8', title: 'Dr' });
  assert.deepEqual(await did(merge(lead.person, [first])), ['done']);
  assert.equal(corridor.salesforce.usage().calls, calls, 'nobody was asked');
  assert.deepEqual([await now(second), await now(first)], [lead.person, lead.person], 'flat');
  assert.deepEqual(await corridor.db.query('select person from marketing.note'), [{ person: lead.person }]);
  await corridor.own('drop table marketing.note');
  await settle();
  assert.deepEqual([corridor.record('Lead', lead.id)['Phone'], corridor.leadsNamed('Rec')], ['8', [lead.id]]);
  assert.deepEqual(
    await corridor.db.query('select from sync.deleted_person where person_id = any($1)', [[first, second]]),
    [],
  );
});

test('[ID22] a row of the customer’s that cannot follow keeps who left as a row that is no record’s, and the redirect holds', async () => {
  const [stays, goes] = [
    await corridor.newPerson({ last_name: 'Kept' }),
    await corridor.newPerson({ last_name: 'Left' }),
  ];
  await corridor.own('create table marketing.badge (person bigint unique references marketing.person)');
  await corridor.own('insert into marketing.badge values ($1), ($2)', [stays, goes]);
  assert.deepEqual(await did(merge(stays, [goes])), ['done']);
  assert.deepEqual([await now(goes), await corridor.person(goes, 'is_deleted')], [stays, { is_deleted: true }]);
  await corridor.own('drop table marketing.badge');
});

test('[ID22] a lead that is asked for is asked for the one that stays; one that is just being made is waited for', async () => {
  const [stays, goes] = [
    await corridor.newPerson({ last_name: 'Stay', company: 'Acme' }),
    await corridor.newPerson({ last_name: 'Goer', company: 'Acme' }),
  ];
  await corridor.edit('select marketing.sync_person($1)', [goes]);
  assert.deepEqual(await did(merge(stays, [goes])), ['done']);
  await corridor.sendAll();
  assert.deepEqual([corridor.leadsNamed('Stay').length, corridor.leadsNamed('Goer').length], [1, 0]);
  const other = await corridor.newPerson({ last_name: 'Made', company: 'Acme' });
  await corridor.edit('select marketing.sync_person($1)', [other]);
  corridor.switches({ loseAnswers: 1 });
  await corridor.send(LANE.urgent);
  const actionId = await begin(merge(stays, [other]));
  await actions.workOnce();
  assert.equal(await isHere(other), true, 'it waits for its lead');
  assert.equal((await finish(actionId)).done, 1);
  const [made = ''] = await corridor.db
    .query<{ sf_id: string }>(`select sf_id from sync.link where person_id = $1 and state = 'merged'`, [stays])
    .then((rows) => rows.map((row) => row.sf_id));
  assert.equal(isGone('Lead', made), true);
});

test('[ID22] refused before anything changes: a session that may not call SOAP, somebody gone, the same person, a field that is no choice', async () => {
  const [a, b] = await corridor.leads([{ LastName: 'R1' }, { LastName: 'R2' }]);
  assert.ok(a && b);
  const silent = actionsOf({ ...corridor.salesforce, mayCallSoap: async () => false });
  await assert.rejects(begin(merge(a.person, [b.person]), silent), { code: 'soap-refused' });
  await assert.rejects(begin(merge(a.person, [404])), { code: 'person-not-found' });
  await assert.rejects(begin(merge(404, [a.person])), { code: 'person-not-found' });
  await assert.rejects(begin(merge(a.person, [b.person, a.person])), { code: 'merge-with-itself' });
  for (const values of [{ salesforce_id: b.person }, { phone: 404 }, { '"; drop table x': b.person }])
    await assert.rejects(begin(merge(a.person, [b.person], { values })), { code: 'merge-value-wrong' });
  assert.deepEqual(await corridor.db.query('select from sync.action'), [], 'nothing is written down');
  assert.equal(isGone('Lead', b.id), false);
});

test('[ID22] what Salesforce refuses leaves both as they were, and keeps nobody else from it', async () => {
  const [a, b, c] = await corridor.leads([{ LastName: 'K1' }, { LastName: 'K2' }, { LastName: 'K3' }]);
  assert.ok(a && b && c);
  corridor.org.org.dml.write(corridor.org.org.access.admin, [{ kind: 'delete', object: 'Lead', id: b.id }]);
  assert.deepEqual(await did(merge(a.person, [c.person, b.person])), ['record-moved-on', 'done']);
  assert.deepEqual([await isHere(b.person), await now(c.person)], [true, a.person]);
  const d = await corridor.lead({ LastName: 'K4' });
  corridor.switches({ takenRights: ['Lead.delete'] });
  assert.deepEqual(await did(merge(a.person, [d.person])), ['action-no-right']);
  assert.deepEqual([await isHere(d.person), isGone('Lead', d.id)], [true, false]);
});

test('[ID22] of two that are refused together each is judged alone', async () => {
  const [a, b, c] = await corridor.leads([{ LastName: 'J1' }, { LastName: 'J2' }, { LastName: 'J3' }]);
  assert.ok(a && b && c);
  const NO_RIGHT = { code: 'INSUFFICIENT_ACCESS', message: '', fields: [] };
  const choosy = actionsOf({
    ...corridor.salesforce,
    mergeRecords: async (wish) =>
      wish.loserIds.includes(b.id) ? { ok: false, faults: [NO_RIGHT] } : corridor.salesforce.mergeRecords(wish),
  });
  const { people } = await finish(await begin(merge(a.person, [c.person, b.person])), choosy);
  assert.deepEqual(
    people.map(({ personId, step, problem }) => [personId, problem?.code ?? step]),
    [
      [b.person, 'action-no-right'],
      [c.person, 'done'],
    ],
  );
});

test('[ID22] [ACT2] killed after any step, another process goes on; a merge whose answer was lost is found by its master', async () => {
  const [a, b] = await corridor.leads([
    { LastName: 'P1', Phone: '1' },
    { LastName: 'P2', Phone: '2' },
  ]);
  assert.ok(a && b);
  const dying = await corridor.another();
  let asked = 0;
  const silent = actionsOf(
    {
      ...corridor.salesforce,
      mergeRecords: async (wish) => {
        asked += 1;
        await corridor.salesforce.mergeRecords(wish);
        await dying.presence.leave();
        throw new Error('died');
      },
    },
    dying.presence.processId,
  );
  const counting = actionsOf({
    ...corridor.salesforce,
    mergeRecords: (wish) => {
      asked += 1;
      return corridor.salesforce.mergeRecords(wish);
    },
  });
  const actionId = await begin(merge(a.person, [b.person], { values: { phone: b.person } }));
  await assert.rejects(silent.workOnce(), /died/);
  await corridor.own(`update sync.action set holder = $1, leased_until = now() + interval '1 hour'`, [
    dying.presence.processId,
  ]);
  assert.equal((await actions.action(actionId)).people[0]?.step, 'sending');
  assert.equal((await finish(actionId, counting)).done, 1);
  assert.equal(asked, 1, 'not asked for twice');
  assert.deepEqual(await corridor.person(a.person, 'phone'), { phone: '2' });
});

test('[RACE22] A goes into B here while B goes into A there: one person, Salesforce’s winner wins, no error remains', async () => {
  const [a, b] = await corridor.leads([
    { LastName: 'RaceA', Phone: '1', Title: 'CEO' },
    { LastName: 'RaceB', Phone: '2', Title: 'CMO' },
  ]);
  assert.ok(a && b);
  const actionId = await begin(merge(b.person, [a.person]));
  const [result] = corridor.org.org.dml.merge(corridor.org.org.access.admin, [
    { object: 'Lead', masterId: a.id, record: {}, mergeIds: [b.id] },
  ]);
  assert.equal(result?.success, true);
  assert.deepEqual(
    (await finish(actionId)).people.map(({ step }) => step),
    ['done'],
  );
  await settle();
  assert.deepEqual([await isHere(a.person), await now(b.person)], [true, a.person]);
  assert.deepEqual(await corridor.person(a.person, 'salesforce_id, last_name, phone, title'), {
    salesforce_id: a.id,
    last_name: 'RaceA',
    phone: '1',
    title: 'CEO',
  });
  assert.deepEqual([corridor.record('Lead', a.id)['Phone'], await errors()], ['1', []]);
  assert.deepEqual(await corridor.db.query('select from sync.conflict where winner is null'), []);
});

test('[RACE22] the other merge comes home before ours is asked for: nothing is asked', async () => {
  const [a, b] = await corridor.leads([{ LastName: 'HomeA' }, { LastName: 'HomeB' }]);
  assert.ok(a && b);
  const actionId = await begin(merge(b.person, [a.person]));
  corridor.org.org.dml.merge(corridor.org.org.access.admin, [
    { object: 'Lead', masterId: a.id, record: {}, mergeIds: [b.id] },
  ]);
  await settle();
  assert.deepEqual(
    (await finish(actionId)).people.map(({ step }) => step),
    ['done'],
  );
  assert.deepEqual([await now(b.person), await errors()], [a.person, []]);
});

test('[ID22] two processes with one merge each of the same pair: one person, no error', async () => {
  const [a, b] = await corridor.leads([{ LastName: 'TwoA' }, { LastName: 'TwoB' }]);
  assert.ok(a && b);
  const other = await corridor.another();
  const others = actionsOf(corridor.salesforce, other.presence.processId);
  const [one, two] = [await begin(merge(a.person, [b.person])), await begin(merge(b.person, [a.person]))];
  await Promise.all([actions.workOnce(), others.workOnce()]);
  const outcomes = [await finish(one), await finish(two, others)];
  assert.deepEqual(
    outcomes.map(({ done }) => done),
    [1, 1],
  );
  await settle();
  assert.equal(Number(await isHere(a.person)) + Number(await isHere(b.person)), 1);
  assert.deepEqual(await errors(), []);
});
