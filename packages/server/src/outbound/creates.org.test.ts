/** Leads that are made: once, whatever is lost on the way, and beside what is there already. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { linkToMatch, saveAnyway } from '../api/duplicate-acts.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { readErrorDetail } from '../status/error-detail.ts';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
});
after(() => corridor?.close());
afterEach(() => corridor.rest());

const setPhone = (person: number, phone: string | null): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = $1', [person, phone]);

test('[OUT22] Sync person makes one lead, with everything the person has', async () => {
  const person = await corridor.newPerson({
    last_name: 'Maker',
    company: 'Northwind',
    email: 'maker@example.com',
    score: '12.5',
  });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  assert.equal((await corridor.send(LANE.urgent)).settled, 1, JSON.stringify(await corridor.errors(person)));
  const [id, ...more] = corridor.leadsNamed('Maker');
  assert.ok(id !== undefined && more.length === 0);
  const { salesforce_id, salesforce_type, external_id } = await corridor.person(
    person,
    'salesforce_id, salesforce_type, external_id',
  );
  assert.deepEqual([salesforce_id, salesforce_type], [id, 'Lead']);
  assert.equal(corridor.record('Lead', id)['Syncline_Key__c'], external_id);
  assert.equal(corridor.record('Lead', id)['Score__c'], '12.5');
  assert.deepEqual(await corridor.db.query('select object, state, person_id from sync.link where sf_id = $1', [id]), [
    { object: 'Lead', state: 'live', person_id: person },
  ]);
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT22] one person whose create is sent from two processes at once is one lead', async () => {
  const person = await corridor.newPerson({ last_name: 'Twice', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  const heir = await corridor.another({ leaseMs: 10_000 });
  const slow = await corridor.watched({
    after: async () => {
      // Its lease has run out: an heir takes the claim, and sends it again.
      await corridor.own(`update sync.claim set leased_until = clock_timestamp() - interval '1 second'`);
      await heir.outbound.takeOver();
      await corridor.sendAll(heir);
    },
  });
  await slow.send(LANE.urgent);
  assert.equal(corridor.leadsNamed('Twice').length, 1);
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT23] a create whose answer was lost is looked up, and linked', async () => {
  const person = await corridor.newPerson({ last_name: 'Lost', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  corridor.switches({ loseAnswers: 1 });
  const { requests, send, sender } = await corridor.watched();
  assert.equal((await send(LANE.urgent)).retried, 1);
  assert.equal((await corridor.entry(person))?.fault_tries, 1);
  await setPhone(person, 'meanwhile');
  await corridor.sendAll(sender);
  assert.equal(requests.filter((request) => request.object === 'Lead').length, 1, 'no second upsert');
  const [id, ...more] = corridor.leadsNamed('Lost');
  assert.ok(id !== undefined && more.length === 0);
  assert.deepEqual(await corridor.person(person, 'salesforce_id'), { salesforce_id: id });
  assert.equal(corridor.record('Lead', id)['Phone'], 'meanwhile', 'what was edited meanwhile follows as an update');
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT23] a create whose request was lost before Salesforce had it is sent again', async () => {
  const person = await corridor.newPerson({ last_name: 'Never arrived', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  corridor.switches({ loseRequests: 1 });
  await corridor.sendAll();
  assert.equal(corridor.leadsNamed('Never arrived').length, 1);
});

test('[OUT23] a lead that was made and deleted before its answer came is deleted in Salesforce, and no second is made', async () => {
  const person = await corridor.newPerson({ last_name: 'Made and gone', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  corridor.switches({ loseAnswers: 1 });
  await corridor.send(LANE.urgent);
  const [id] = corridor.leadsNamed('Made and gone');
  assert.ok(id !== undefined);
  const { dml, access } = corridor.org.org;
  dml.write(access.admin, [{ kind: 'delete', object: 'Lead', id }]);
  await corridor.sendAll();
  assert.deepEqual(corridor.leadsNamed('Made and gone'), []);
  assert.deepEqual(await corridor.person(person, 'salesforce_id, is_deleted'), { salesforce_id: id, is_deleted: true });
  assert.deepEqual(await corridor.db.query('select state from sync.link where sf_id = $1', [id]), [
    { state: 'deleted' },
  ]);
});

test('[OUT24] without the external id creates pause with that cause, and updates go on', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Goes on' });
  const waiting = await corridor.newPerson({ last_name: 'Waits', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [waiting]);
  await setPhone(person, '24');
  corridor.switches({ hiddenFields: ['Lead.Syncline_Key__c'] });
  const blocked = await corridor.another({ retryToMs: 60_000 });
  assert.equal((await blocked.outbound.sendOnce(LANE.urgent, { includeUpdates: true })).claimed, 0);
  assert.equal((await blocked.outbound.sendOnce(LANE.normal, { includeUpdates: true })).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], '24');
  assert.deepEqual(await corridor.db.query(`select code, level from sync.error where resolved_at is null`), [
    { code: 'external-id-missing', level: 'job' },
  ]);
  corridor.switches({ hiddenFields: [] });
  await corridor.sendAll(await corridor.another());
  assert.equal(corridor.leadsNamed('Waits').length, 1);
  assert.deepEqual(await corridor.db.query(`select code from sync.error where resolved_at is null`), []);
});

test('[OUT24] an external id that is hidden while creates are under way pauses them as well', async () => {
  const { outbound } = await corridor.another({ retryToMs: 60_000 });
  const create = async (name: string): Promise<void> => {
    await corridor.edit('select marketing.sync_person($1)', [
      await corridor.newPerson({ last_name: name, company: 'Northwind' }),
    ]);
  };
  await create('Before it was hidden');
  await outbound.sendOnce(LANE.urgent, { includeUpdates: true });
  corridor.switches({ hiddenFields: ['Lead.Syncline_Key__c'] });
  await create('After it was hidden');
  assert.equal((await outbound.sendOnce(LANE.urgent, { includeUpdates: true })).released, 1);
  assert.equal((await outbound.sendOnce(LANE.urgent, { includeUpdates: true })).claimed, 0);
  assert.deepEqual(await corridor.db.query(`select code from sync.error where resolved_at is null`), [
    { code: 'external-id-missing' },
  ]);
});

test('[OUT25] a lead that has our external id already is linked and updated', async () => {
  const person = await corridor.newPerson({ last_name: 'Known key', company: 'Northwind', phone: 'ours' });
  const { external_id } = await corridor.person<{ external_id: string }>(person, 'external_id');
  const [id] = corridor.there('Lead', [{ LastName: 'Known key', Company: 'Northwind', Syncline_Key__c: external_id }]);
  await corridor.edit('select marketing.sync_person($1)', [person]);
  await corridor.sendAll();
  assert.deepEqual(corridor.leadsNamed('Known key'), [id]);
  assert.equal(corridor.record('Lead', id ?? '')['Phone'], 'ours');
  assert.deepEqual(await corridor.person(person, 'salesforce_id'), { salesforce_id: id });
});

test('a create without a last name or company is parked before the call', async () => {
  const person = await corridor.newPerson({ last_name: ' ', email: 'nobody@example.com' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  const { requests, send } = await corridor.watched();
  assert.equal((await send(LANE.urgent)).parked, 1);
  assert.deepEqual(requests, []);
  const [error] = await corridor.errors(person);
  assert.deepEqual([error?.code, error?.fields.toSorted()], ['field-empty', ['Company', 'LastName']]);
  await corridor.edit(`update marketing.person set last_name = 'Somebody', company = 'Northwind' where id = $1`, [
    person,
  ]);
  await corridor.sendAll();
  assert.equal(corridor.leadsNamed('Somebody').length, 1);
});

/** A person whose lead a duplicate rule blocks because of `twin`, and the error that stands for it. */
const blocked = async (email: string, allowSave: boolean): Promise<{ person: number; twin: string; error: number }> => {
  const [twin = ''] = corridor.there('Lead', [{ LastName: 'Twin', Company: 'Northwind', Email: email }]);
  corridor.switches({ duplicateRules: [{ object: 'Lead', fields: ['Email'], allowSave }] });
  const person = await corridor.newPerson({ last_name: email, company: 'Northwind', email, phone: 'ours' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  assert.equal((await corridor.send(LANE.urgent)).parked, 1);
  assert.deepEqual((await corridor.entry(person))?.parked, { '*': 'DUPLICATES_DETECTED' });
  const [row] = await corridor.db.query<{ error_id: number }>('select error_id from sync.error where person_id = $1', [
    person,
  ]);
  return { person, twin, error: row?.error_id ?? 0 };
};

const detailOf = async (error: number) =>
  (await readErrorDetail(corridor.db, await loadFieldMap(corridor.db), error)).duplicate;

test('[OUT32] a duplicate block keeps the matches; it is saved anyway by REST, only where the rule and an admin allow it', async () => {
  const { person, twin, error } = await blocked('alert@example.com', true);
  const match = { object: 'Lead', salesforceId: twin, name: 'Twin', email: 'alert@example.com', company: 'Northwind' };
  const found = { ...match, personId: null, canLink: true, recordUrl: null };
  assert.deepEqual(await detailOf(error), {
    rule: 'Practice',
    isByEmail: false,
    canLink: true,
    save: 'switched_off',
    matches: [found],
  });
  await assert.rejects(saveAnyway(corridor.db, error), { code: 'save-not-wanted' });
  const allow = `insert into sync.setting (name, value) values ('saveDuplicates', 'true')`;
  await corridor.edit(allow);
  await saveAnyway(corridor.db, error);
  await corridor.edit('delete from sync.setting');
  assert.equal((await corridor.send(LANE.urgent)).parked, 1, 'switched off by then: nothing is saved');
  await corridor.edit(allow);
  await corridor.edit('select sync.retry_parked(array[$1::bigint])', [person]);
  assert.equal((await corridor.send(LANE.urgent)).parked, 1, 'a wish holds for one answer');
  assert.equal((await detailOf(error))?.save, 'allowed');
  await saveAnyway(corridor.db, error);
  assert.equal((await corridor.send(LANE.urgent)).settled, 1);
  assert.equal(corridor.leadsNamed('alert@example.com').length, 1);
  assert.deepEqual(
    (await corridor.errors(person)).map(({ open }) => open),
    [false],
  );
  await assert.rejects(saveAnyway(corridor.db, error), { code: 'duplicate-over' });
});

test('[OUT32] a rule that blocks is obeyed; linked to a match, the person and the record merge as at a first meeting', async () => {
  const { person, twin, error } = await blocked('block@example.com', false);
  await corridor.edit(`insert into sync.setting (name, value) values ('saveDuplicates', 'true')`);
  assert.equal((await detailOf(error))?.save, 'rule_blocks');
  await assert.rejects(saveAnyway(corridor.db, error), { code: 'save-not-allowed' });
  const by = 'Test';
  const [other = ''] = corridor.there('Lead', [{ LastName: 'Somebody else', Company: 'Northwind' }]);
  await assert.rejects(linkToMatch(corridor.db, error, { salesforceId: other, by }), { code: 'match-unknown' });
  await linkToMatch(corridor.db, error, { salesforceId: twin, by });
  await corridor.inbound.reread();
  assert.deepEqual(await corridor.person(person, 'salesforce_id, salesforce_type, last_name'), {
    salesforce_id: twin,
    salesforce_type: 'Lead',
    last_name: 'block@example.com',
  });
  assert.deepEqual(
    (await corridor.errors(person)).map(({ open }) => open),
    [false],
  );
  assert.deepEqual(await corridor.db.query('select from sync.link_choice'), []);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', twin)['Phone'], 'ours');
  assert.deepEqual(corridor.leadsNamed('block@example.com'), [twin], 'no second lead was made');
  const again = await blocked('taken@example.com', false);
  await corridor.poll();
  await assert.rejects(linkToMatch(corridor.db, again.error, { salesforceId: again.twin, by }), {
    code: 'match-taken',
  });
  assert.equal((await detailOf(again.error))?.matches[0]?.canLink, false);
});
