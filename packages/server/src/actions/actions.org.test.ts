import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Action, PersonAction } from '@syncline/contract/actions';
import { LANE } from '../outbound/outbound.ts';
import { Corridor } from '../outbound/testing/corridor.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import type { Actions } from './actions.ts';
import { createActions } from './create-actions.ts';

let corridor: Corridor;
let actions: Actions;
let [user, queue] = ['', ''];

const actionsOf = (salesforce: Salesforce, processId = corridor.main.presence.processId): Actions =>
  createActions({ db: corridor.db, salesforce, bounds: corridor.bounds, processId });

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
