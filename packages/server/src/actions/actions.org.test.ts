import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Action, PersonAction } from '@syncline/contract/actions';
import { LANE } from '../outbound/outbound.ts';
import { Corridor } from '../outbound/testing/corridor.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { isSoapSession } from '../salesforce/soap.ts';
import { readGates } from '../status/person-entry.ts';
import type { Actions } from './actions.ts';
import { createActions } from './create-actions.ts';

const noList = (): Promise<never> => assert.fail('people are named by id here');

let corridor: Corridor;
let actions: Actions;
let [user, queue] = ['', ''];

const actionsOf = (salesforce: Salesforce, processId = corridor.main.presence.processId): Actions =>
  createActions({ db: corridor.db, salesforce, bounds: corridor.bounds, processId, matchingIds: noList });

before(async () => {
  corridor = await Corridor.open();
  actions = actionsOf(corridor.salesforce);
  const like = corridor.org.org.store.statement('select * from User where IsActive = ? limit 1').get('true') ?? {};
  const asOthers = ['TimeZoneSidKey', 'LocaleSidKey', 'EmailEncodingKey', 'ProfileId', 'LanguageLocaleKey'];
  user = corridor.there('User', [
    {
      ...Object.fromEntries(asOthers.map((field) => [field, String(like[field])])),
      IsActive: 'true',
      LastName: 'Ray',
      Alias: 'ray',
      Username: 'ray@acme.test',
      Email: 'ray@acme.test',
      CommunityNickname: 'ray',
    },
  ])[0] as string;
  queue = corridor.there('Group', [{ Name: 'Web', DeveloperName: 'Web', Type: 'Queue' }])[0] as string;
  corridor.there('QueueSobject', [{ QueueId: queue, SobjectType: 'Lead' }]);
  await corridor.poll(['User']);
});
after(() => corridor?.close());
beforeEach(async () => {
  await corridor.rest();
  await corridor.own('delete from sync.action');
});

const begin = (wish: PersonAction, key: string | null = null): Promise<number> =>
  actions.begin(wish, { by: 'Ana', key });

/** Works, sends and reads as the loops do, the sync disabled, until the action has ended. */
const finish = async (actionId: number, by: Actions = actions): Promise<Action> => {
  const deadline = Date.now() + 20_000;
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

test('[ACT5] a lead goes to a user or a queue, a contact to a user; a contact and a queue are refused before any call', async () => {
  const lead = await corridor.lead({ LastName: 'Lee' });
  const contact = await corridor.contact({ LastName: 'Coe' });
  const ids = [lead.person, contact.person];
  assert.deepEqual(await did({ kind: 'change_owner', ids, ownerId: user }), ['done', 'done']);
  assert.equal(corridor.record('Contact', contact.id)['OwnerId'], user);
  const { calls } = corridor.salesforce.usage();
  assert.deepEqual(await did({ kind: 'change_owner', ids: [contact.person], ownerId: queue }), ['contact-and-queue']);
  assert.equal(corridor.salesforce.usage().calls, calls, 'nobody was asked');
  assert.deepEqual(await did({ kind: 'change_owner', ids: [lead.person], ownerId: queue }), ['done']);
  assert.equal(corridor.record('Lead', lead.id)['OwnerId'], queue);
  assert.deepEqual(corridor.leadsNamed('Coe'), [], 'no second lead');
  assert.deepEqual(await corridor.person(lead.person, 'owner_id'), { owner_id: queue }, 'read home, the sync disabled');
  await assert.rejects(begin({ kind: 'change_owner', ids, ownerId: '00QAA0000000001' }), { code: 'owner-wrong' });
});

test('[ACT5] Salesforce refuses an owner: the words say so, and the record is as it was', async () => {
  const lead = await corridor.lead({ LastName: 'Low' });
  const before = corridor.record('Lead', lead.id)['OwnerId'];
  const action = await finish(
    await begin({ kind: 'change_owner', ids: [lead.person, 404], ownerId: '005000000000000AAA' }),
  );
  assert.deepEqual([action.total, action.done, action.refused], [2, 0, 2]);
  assert.deepEqual(
    action.people.map(({ problem }) => problem?.code),
    ['owner-refused', 'person-not-found'],
  );
  assert.match(action.people[0]?.problem?.advice ?? '', /It says: “.+”/);
  assert.equal(corridor.record('Lead', lead.id)['OwnerId'], before);
});

test('[ACT1] [ACT7] somebody who is not in Salesforce is made a lead first, the sync disabled; what refuses the lead is the cause, and ends the chain', async () => {
  const person = await corridor.newPerson({ last_name: 'New', company: 'Acme' });
  const nobody = await corridor.newPerson({ email: 'nobody@acme.test' });
  assert.deepEqual(await did({ kind: 'change_owner', ids: [person, nobody], ownerId: queue }), ['field-empty', 'done']);
  const [lead = ''] = corridor.leadsNamed('New');
  assert.equal(corridor.record('Lead', lead)['OwnerId'], queue);
  await corridor.edit(`update marketing.person set phone = '1' where id = $1`, [person]);
  await corridor.send(LANE.normal, { includeUpdates: false });
  assert.equal(corridor.record('Lead', lead)['Phone'], null, 'other edits wait');
});

test('[ID18] somebody whose record was deleted there is made a new lead, and stays the same person', async () => {
  const lead = await corridor.lead({ LastName: 'Twice' });
  corridor.org.org.dml.write(corridor.org.org.access.admin, [{ kind: 'delete', object: 'Lead', id: lead.id }]);
  await corridor.poll(['Lead']);
  assert.deepEqual(await did({ kind: 'change_owner', ids: [lead.person], ownerId: user }), ['done']);
  const [second = '', ...more] = corridor.leadsNamed('Twice');
  assert.deepEqual([more, second === lead.id], [[], false]);
  await corridor.poll(['Lead']);
  assert.deepEqual(await corridor.person(lead.person, 'salesforce_id, is_deleted'), {
    salesforce_id: second,
    is_deleted: false,
  });
  const links = await corridor.db.query('select sf_id, state from sync.link where person_id = $1 order by since', [
    lead.person,
  ]);
  assert.deepEqual(links, [
    { sf_id: lead.id, state: 'deleted' },
    { sf_id: second, state: 'live' },
  ]);
});

test('[ID13] [ID18] merged into a record that the filter leaves out: the page says which, no second lead is made, and the person becomes it when it is let in', async () => {
  const filter = (conditions: string | null) =>
    corridor.db.transaction(async (tx) => {
      await tx.run('delete from sync.filter');
      if (conditions !== null)
        await tx.run(`insert into sync.filter (object, match, conditions) values ('Lead', 'all', $1::jsonb)`, [
          conditions,
        ]);
    });
  const lead = await corridor.lead({ LastName: 'Hides', Company: 'Inside' });
  await filter('[{"field": "Company", "operator": "is_not", "value": "Outside"}]');
  const [winner = ''] = corridor.there('Lead', [{ LastName: 'Hidden', Company: 'Outside' }]);
  corridor.org.org.dml.merge(corridor.org.org.access.admin, [
    { object: 'Lead', masterId: winner, record: {}, mergeIds: [lead.id] },
  ]);
  await corridor.poll(['Lead']);
  await corridor.inbound.reread();
  assert.deepEqual(await corridor.person(lead.person, 'is_deleted'), { is_deleted: true });
  const { gates, closed } = await readGates(corridor.db, lead.person);
  assert.deepEqual([closed, gates.find(({ gate }) => gate === closed)?.message], ['ended_unseen', winner]);
  assert.deepEqual(await did({ kind: 'sync', ids: [lead.person] }), ['record-out-of-sight']);
  await corridor.edit('select marketing.sync_person($1)', [lead.person]);
  await corridor.sendAll();
  assert.deepEqual(corridor.leadsNamed('Hides'), [], 'also not by SQL');
  await filter(null);
  corridor.changeThere('Lead', winner, { Phone: '1' });
  await corridor.poll(['Lead']);
  assert.deepEqual(await corridor.person(lead.person, 'salesforce_id, is_deleted, phone'), {
    salesforce_id: winner,
    is_deleted: false,
    phone: '1',
  });
  await corridor.sendAll();
  assert.deepEqual([corridor.leadsNamed('Hidden'), corridor.leadsNamed('Hides')], [[winner], []]);
});

test('[ACT4] Sync person: a record is read afresh and merged, what waited is sent next; a lead changes its owner too, a contact no queue', async () => {
  const lead = await corridor.lead({ LastName: 'Fresh', Phone: '0' });
  const contact = await corridor.contact({ LastName: 'Frost' });
  corridor.changeThere('Lead', lead.id, { Phone: '1' });
  await corridor.edit(`update marketing.person set title = 'CMO' where id = $1`, [lead.person]);
  await corridor.own(
    `update sync.outbox set parked = '{"title": "STRING_TOO_LONG"}', due_at = 'infinity' where person_id = $1`,
    [lead.person],
  );
  assert.deepEqual(await did({ kind: 'sync', ids: [contact.person], ownerId: queue }), ['contact-and-queue']);
  assert.deepEqual(await did({ kind: 'sync', ids: [lead.person], ownerId: queue }), ['done']);
  assert.deepEqual(await corridor.person(lead.person, 'phone, title, owner_id'), {
    phone: '1',
    title: 'CMO',
    owner_id: queue,
  });
  assert.deepEqual((await corridor.entry(lead.person))?.parked, {});
  await corridor.send(LANE.urgent);
  assert.equal(corridor.record('Lead', lead.id)['Title'], 'CMO', 'in the urgent lane');
  assert.deepEqual(await did({ kind: 'sync', ids: [lead.person, contact.person] }), ['done', 'done']);
  const outside = await corridor.newPerson({ last_name: 'Fringe', company: 'Acme' });
  assert.deepEqual(await did({ kind: 'sync', ids: [outside] }), ['done']);
  assert.equal(corridor.leadsNamed('Fringe').length, 1);
});

test('[ACT2] one key is one action; another wish under it is refused', async () => {
  const lead = await corridor.lead({ LastName: 'Once' });
  const wish = { kind: 'change_owner' as const, ids: [lead.person], ownerId: user } satisfies PersonAction;
  const first = await begin(wish, 'k1');
  assert.equal(await begin(wish, 'k1'), first);
  await finish(first);
  assert.equal(await begin(wish, 'k1'), first, 'also when it has ended');
  await assert.rejects(begin({ ...wish, ownerId: queue }, 'k1'), { code: 'request-key-used' });
  assert.notEqual(await begin(wish, 'k2'), first);
});

test('[ACT2] a process that dies between a request and its answer leaves the action to the next one', async () => {
  const lead = await corridor.lead({ LastName: 'Died' });
  const dying = await corridor.another();
  const silent = actionsOf(
    {
      ...corridor.salesforce,
      updateRecords: async (records, headers) => {
        await corridor.salesforce.updateRecords(records, headers);
        await dying.presence.leave();
        throw new Error('died');
      },
    },
    dying.presence.processId,
  );
  const actionId = await begin({ kind: 'change_owner', ids: [lead.person], ownerId: user });
  await assert.rejects(silent.workOnce(), /died/);
  // It could not give the action back.
  await corridor.own(`update sync.action set holder = $1, leased_until = now() + interval '1 hour'`, [
    dying.presence.processId,
  ]);
  assert.equal((await actions.action(actionId)).people[0]?.step, 'sending');
  assert.equal((await finish(actionId)).done, 1);
  assert.equal(corridor.record('Lead', lead.id)['OwnerId'], user);
});

const bin = (object: string, id: string): boolean => corridor.record(object, id)['IsDeleted'] === 'true';
const isHere = async (person: number): Promise<boolean> =>
  (await corridor.db.query('select from marketing.person where id = $1', [person])).length === 1;
const both = { inSalesforce: true, here: true } as const;

test('[ACT11] it is said where to delete; from Salesforce the person stays, from both Salesforce goes first', async () => {
  const [lead, contact] = [await corridor.lead({ LastName: 'Del' }), await corridor.contact({ LastName: 'Dec' })];
  const outside = await corridor.newPerson({ last_name: 'Out' });
  const del = (ids: number[], where: { inSalesforce: boolean; here: boolean; count?: number; forgets?: boolean }) =>
    did({ kind: 'delete', ids, ...where });
  await assert.rejects(del([lead.person], { inSalesforce: false, here: false }), { code: 'delete-nowhere' });
  await assert.rejects(del([lead.person], { inSalesforce: true, here: false, forgets: true }), {
    code: 'delete-nowhere',
  });
  const many = Array.from({ length: 51 }, (_, at) => at + 1_000_000);
  await assert.rejects(del(many, both), { code: 'count-wrong' });
  await assert.rejects(del(many, { ...both, count: 50 }), { code: 'count-wrong' });
  assert.equal((await del(many, { ...both, count: 51 })).length, 51);
  assert.deepEqual(await del([lead.person, outside], { inSalesforce: true, here: false }), [
    'not-in-salesforce',
    'done',
  ]);
  assert.deepEqual([bin('Lead', lead.id), await isHere(lead.person)], [true, true]);
  assert.deepEqual(await corridor.person(lead.person, 'is_deleted'), { is_deleted: true }, 'read home');
  assert.deepEqual(await del([lead.person], { inSalesforce: true, here: false }), ['deleted-in-salesforce']);
  assert.deepEqual(await del([contact.person], both), ['done']);
  assert.deepEqual([bin('Contact', contact.id), await isHere(contact.person)], [true, false]);
  assert.deepEqual(await del([outside], { inSalesforce: false, here: true }), ['done']);
  assert.equal(await isHere(outside), false);
});

test('[ACT11] what Salesforce refuses to delete leaves the person, and so does what a table of the customer’s refers to', async () => {
  const [lead, tied] = [await corridor.lead({ LastName: 'Kept' }), await corridor.newPerson({ last_name: 'Tied' })];
  corridor.switches({ takenRights: ['Lead.delete'] });
  assert.deepEqual(await did({ kind: 'delete', ids: [lead.person], ...both }), ['action-no-right']);
  assert.deepEqual([bin('Lead', lead.id), await isHere(lead.person)], [false, true]);
  await corridor.own('create table marketing.ticket (person bigint references marketing.person)');
  await corridor.own('insert into marketing.ticket values ($1)', [tied]);
  const free = await corridor.newPerson({ last_name: 'Free' });
  assert.deepEqual(await did({ kind: 'delete', ids: [tied, free], inSalesforce: false, here: true }), [
    'person-in-use',
    'done',
  ]);
  await corridor.own('drop table marketing.ticket');
});

test('[ACT2] a delete whose answer was lost is not asked to be judged again: what is in the bin is deleted', async () => {
  const lead = await corridor.lead({ LastName: 'Lost' });
  corridor.switches({ loseAnswers: 1 });
  const actionId = await begin({ kind: 'delete', ids: [lead.person], ...both });
  await assert.rejects(actions.workOnce());
  assert.deepEqual([bin('Lead', lead.id), await isHere(lead.person)], [true, true]);
  assert.equal((await finish(actionId)).done, 1);
  assert.equal(await isHere(lead.person), false);
});

test('[ACT11] a record that was merged away there is not deleted: the person becomes the winner’s', async () => {
  const [winner, loser] = await corridor.leads([{ LastName: 'Winner' }, { LastName: 'Loser' }]);
  assert.ok(winner && loser);
  const { dml, access } = corridor.org.org;
  dml.merge(access.admin, [{ object: 'Lead', masterId: winner.id, record: {}, mergeIds: [loser.id] }]);
  assert.deepEqual(await did({ kind: 'delete', ids: [loser.person], ...both }), ['record-moved-on']);
  assert.deepEqual([bin('Lead', winner.id), await isHere(loser.person)], [false, true]);
  await corridor.quiet();
  assert.deepEqual(
    await corridor.db.query('select survivor_id from sync.person_redirect where person_id = $1', [loser.person]),
    [{ survivor_id: winner.person }],
  );
});

test('[RACE4] deleted on both sides while its create is in flight: the id is waited for, then Salesforce, then the person', async () => {
  const person = await corridor.newPerson({ last_name: 'Racing', company: 'Acme' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  corridor.switches({ loseAnswers: 1 });
  await corridor.send(LANE.urgent);
  const [lead = ''] = corridor.leadsNamed('Racing');
  const actionId = await begin({ kind: 'delete', ids: [person], ...both });
  await actions.workOnce();
  assert.equal(await isHere(person), true, 'it waits');
  assert.equal((await finish(actionId)).done, 1);
  assert.deepEqual([bin('Lead', lead), await isHere(person), corridor.leadsNamed('Racing')], [true, false, []]);
  await corridor.poll(['Lead']);
  assert.deepEqual(await corridor.db.query(`select from marketing.person where last_name = 'Racing'`), []);
});

test('[RACE4] [ID20] deleted here by plain SQL while its create is in flight: the lead stays there, and nobody comes back', async () => {
  const person = await corridor.newPerson({ last_name: 'Plain', company: 'Acme' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  corridor.switches({ loseAnswers: 1 });
  await corridor.send(LANE.urgent);
  await corridor.edit('delete from marketing.person where id = $1', [person]);
  await corridor.sendAll();
  await corridor.poll(['Lead']);
  await corridor.inbound.poll(['Lead'], { deep: true });
  const [lead = ''] = corridor.leadsNamed('Plain');
  assert.equal(bin('Lead', lead), false);
  assert.deepEqual(await corridor.db.query(`select from marketing.person where last_name = 'Plain'`), []);
  const links = await corridor.db.query('select state, person_id from sync.link where sf_id = $1', [lead]);
  assert.deepEqual(links, [{ state: 'deleted_here', person_id: person }], 'a tombstone');
});

test('[ID21] somebody who is forgotten leaves marks alone, and does not come back by a change there', async () => {
  const lead = await corridor.lead({ LastName: 'Forget', Email: 'forget@acme.test' });
  await corridor.edit(`update marketing.person set phone = '1' where id = $1`, [lead.person]);
  await corridor.sendAll();
  assert.deepEqual(await did({ kind: 'delete', ids: [lead.person], inSalesforce: false, here: true, forgets: true }), [
    'done',
  ]);
  corridor.changeThere('Lead', lead.id, { Phone: '2' });
  await corridor.poll(['Lead']);
  const tables = await corridor.db.query<{ t: string }>(
    `select format('%I.%I', schemaname, tablename) as t from pg_tables where schemaname in ('marketing', 'salesforce', 'sync')`,
  );
  for (const { t } of tables) {
    const found = await corridor.db.query(
      `select from ${t} x where x::text like $1 or x::text like '%forget@acme.test%'`,
      [`%${lead.id}%`],
    );
    assert.equal(found.length, 0, t);
  }
});

const CONVERT = {
  kind: 'convert',
  convertedStatus: 'Closed - Converted',
  accountId: null,
  ownerId: null,
  opportunityName: null,
  notifiesOwner: false,
} as const;
const linksOf = (person: number) =>
  corridor.db.query<{ sf_id: string; state: string }>(
    'select sf_id, state from sync.link where person_id = $1 order by object desc',
    [person],
  );

test('[ACT9] a lead becomes a contact: existing account or new one, owner, opportunity; linked without a poll, the sync disabled', async () => {
  const lead = await corridor.lead({ LastName: 'Conv', Company: 'Northwind  ' });
  const [account = ''] = corridor.there('Account', [
    { Name: 'northwind' },
    { Name: 'Northwind Traders' },
    { Name: 'South' },
  ]);
  await corridor.poll(['Account']);
  const choices = await actions.conversion(lead.person);
  assert.deepEqual(choices.statuses, ['Closed - Converted']);
  assert.deepEqual(
    choices.accounts.map(({ name, isSameName }) => [name, isSameName]),
    [
      ['northwind', true],
      ['Northwind Traders', false],
    ],
  );
  const made = await finish(
    await begin({
      ...CONVERT,
      ids: [lead.person],
      accountId: account,
      ownerId: user,
      opportunityName: 'Big <deal> & more',
    }),
  );
  assert.deepEqual([made.done, made.people[0]?.made?.accountId], [1, account]);
  const { contactId = '', opportunityId } = made.people[0]?.made ?? {};
  assert.deepEqual(await linksOf(lead.person), [
    { sf_id: lead.id, state: 'converted' },
    { sf_id: contactId, state: 'live' },
  ]);
  assert.deepEqual(await corridor.person(lead.person, 'salesforce_id, salesforce_type'), {
    salesforce_id: contactId,
    salesforce_type: 'Contact',
  });
  assert.deepEqual(
    [corridor.record('Contact', contactId)['OwnerId'], corridor.record('Opportunity', opportunityId ?? '')['Name']],
    [user, 'Big <deal> & more'],
  );
  assert.deepEqual(await did({ ...CONVERT, ids: [lead.person] }), ['already-contact']);
  await corridor.poll(['Lead', 'Contact']);
  assert.deepEqual(
    await corridor.db.query(`select from marketing.person where last_name = 'Conv'`).then((rows) => rows.length),
    1,
  );
});

test('[ACT9] [ACT7] somebody outside is made a lead first; a new account is made, and no opportunity', async () => {
  const person = await corridor.newPerson({ last_name: 'Outer', company: 'Brand new' });
  const { people } = await finish(await begin({ ...CONVERT, ids: [person] }));
  assert.deepEqual([people[0]?.step, people[0]?.made?.opportunityId], ['done', null]);
  assert.equal(corridor.record('Account', people[0]?.made?.accountId ?? '')['Name'], 'Brand new');
});

test('[ACT9] refused before anything is done: a status that is not a converted one, a queue, a session that may not call SOAP', async () => {
  const person = await corridor.newPerson({ last_name: 'Not', company: 'Acme' });
  await assert.rejects(begin({ ...CONVERT, ids: [person], convertedStatus: 'Working' }), {
    code: 'status-not-converted',
  });
  await assert.rejects(begin({ ...CONVERT, ids: [person], ownerId: queue }), { code: 'contact-and-queue' });
  const silent = actionsOf({ ...corridor.salesforce, mayCallSoap: async () => false });
  await assert.rejects(silent.begin({ ...CONVERT, ids: [person] }, { by: 'Ana', key: null }), { code: 'soap-refused' });
  await assert.rejects(silent.conversion(person), { code: 'soap-refused' });
  assert.deepEqual(await corridor.db.query('select from sync.action'), []);
  assert.equal(await corridor.entry(person), undefined, 'no lead is asked for');
  assert.deepEqual(
    [
      isSoapSession({ token: '00D!AQ.x.y', apiVersion: '64.0' }),
      isSoapSession({ token: 'eyJh.eyJp.c2ln', apiVersion: '67.0' }),
      isSoapSession({ token: 'eyJh.eyJp.c2ln', apiVersion: '68.0' }),
    ],
    [true, false, true],
  );
});

test('[ACT2] a conversion whose answer was lost is found, and not asked for again', async () => {
  const lead = await corridor.lead({ LastName: 'Silent' });
  const actionId = await begin({ ...CONVERT, ids: [lead.person] });
  corridor.switches({ loseAnswers: 1 });
  await assert.rejects(actions.workOnce());
  const action = await finish(actionId);
  assert.equal(action.people[0]?.step, 'done', JSON.stringify(action.people));
  assert.equal(action.people[0]?.made?.contactId, corridor.record('Lead', lead.id)['ConvertedContactId']);
  assert.equal((await linksOf(lead.person)).length, 2);
});

test('[ACT9] what Salesforce refuses to convert stays a lead, and its words are shown', async () => {
  const lead = await corridor.lead({ LastName: 'Stays' });
  const { people } = await finish(await begin({ ...CONVERT, ids: [lead.person], accountId: '001000000000000AAA' }));
  assert.equal(people[0]?.problem?.code, 'action-refused');
  assert.equal(corridor.record('Lead', lead.id)['IsConverted'], 'false');
});

test('owners are active users by name or e-mail, and queues of leads', async () => {
  assert.deepEqual(
    (await actions.owners('ra')).map(({ name, kind }) => `${kind} ${name}`),
    ['user Ray'],
  );
  assert.deepEqual(
    (await actions.owners('WEB')).map(({ ownerId, kind }) => [ownerId, kind]),
    [[queue, 'queue']],
  );
  assert.deepEqual(await actions.owners('%'), [], 'a wildcard is a letter');
});
