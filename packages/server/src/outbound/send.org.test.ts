import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { linkToMatch, saveAnyway } from '../api/duplicate-acts.ts';
import { resolveHeld } from '../api/held-acts.ts';
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

/** A sender whose requests pass through `before` and `after`, and what they carried. */
const watched = async (hooks: { before?: () => Promise<unknown>; after?: () => Promise<unknown> } = {}) => {
  const requests: { readonly json: string; readonly autoAssign: string | undefined; readonly object: string | null }[] =
    [];
  const { salesforce } = corridor;
  const sender = await corridor.another(
    {},
    {
      ...salesforce,
      updateRecords: async (json, headers) => {
        requests.push({ json, autoAssign: headers.autoAssign, object: null });
        await hooks.before?.();
        const answers = await salesforce.updateRecords(json, headers);
        await hooks.after?.();
        return answers;
      },
      upsertRecords: async (object, field, json, headers) => {
        requests.push({ json, autoAssign: headers.autoAssign, object });
        await hooks.before?.();
        const answers = await salesforce.upsertRecords(object, field, json, headers);
        await hooks.after?.();
        return answers;
      },
    },
  );
  return {
    sender,
    requests,
    send: (lane: 0 | 1 | 2 = LANE.normal) => sender.outbound.sendOnce(lane, { includeUpdates: true }),
  };
};
const setPhone = (person: number, phone: string | null): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = $1', [person, phone]);

test('an edit by SQL reaches its record', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Fast', Phone: '1' });
  await corridor.edit(`update marketing.person set phone = '2', title = 'CTO' where id = $1`, [person]);
  assert.deepEqual(await corridor.send(), { claimed: 1, settled: 1, retried: 0, parked: 0, released: 0 });
  assert.equal(corridor.record('Lead', id)['Phone'], '2');
  assert.equal(corridor.record('Lead', id)['Title'], 'CTO');
  assert.equal(await corridor.entry(person), undefined);
  assert.deepEqual(await corridor.db.query('select * from sync.claim'), []);
});

test('[OUT6] a thousand edits of one person before a claim are one record with the values of that moment', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Busy' });
  for (let n = 1; n <= 1000; n += 1) await setPhone(person, `p${n}`);
  const { requests, send } = await watched({
    before: async () => {
      const [sent] = await corridor.db.query('select in_flight, versions is not null as has_versions from sync.sent');
      assert.deepEqual(sent, { in_flight: { phone: 'p1000' }, has_versions: true });
    },
  });
  assert.equal((await send()).claimed, 1);
  assert.deepEqual(
    requests.map((request) => JSON.parse(request.json)),
    [[{ attributes: { type: 'Lead' }, Id: id, Phone: 'p1000' }]],
  );
});

test('[OUT10] [OUT9] an edit made in flight stays unsettled, and is sent when the answer is in', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Flight' });
  await setPhone(person, 'A');
  const first = await watched({
    before: async () => {
      await setPhone(person, 'B');
      assert.equal((await corridor.send()).claimed, 0, 'its new value waits for the first answer');
    },
  });
  await first.send();
  assert.deepEqual(Object.keys((await corridor.entry(person))?.edits ?? {}), ['phone']);
  assert.deepEqual(await corridor.db.query('select acknowledged, in_flight from sync.sent'), [
    { acknowledged: { phone: 'A' }, in_flight: {} },
  ]);
  assert.equal(corridor.record('Lead', id)['Phone'], 'A');
  assert.equal((await corridor.send()).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], 'B');
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT5] an edit that commits after later ones were claimed is sent at the next claim', async () => {
  const [first, second] = await corridor.leads([{ LastName: 'Slow commit' }, { LastName: 'Quick commit' }]);
  assert.ok(first && second);
  const { promise: written, resolve: write } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = corridor.db.transaction(async (tx) => {
    await tx.run(`update marketing.person set phone = 'slow' where id = $1`, [first.person]);
    write();
    await released;
  });
  await written;
  await setPhone(second.person, 'quick');
  assert.equal((await corridor.send()).claimed, 1);
  release();
  await slow;
  assert.equal((await corridor.send()).claimed, 1);
  assert.equal(corridor.record('Lead', first.id)['Phone'], 'slow');
});

test('[OUT5] a person that is being edited is left for the next claim, and nobody waits', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Held' });
  await setPhone(person, 'one');
  await corridor.db.transaction(async (tx) => {
    await tx.run('select from marketing.person where id = $1 for no key update', [person]);
    assert.equal((await corridor.send()).claimed, 0, 'an UPDATE holds its row before its trigger has run');
    await tx.run(`update marketing.person set phone = 'two' where id = $1`, [person]);
    assert.equal((await corridor.send()).claimed, 0);
  });
  await corridor.send();
  assert.equal(corridor.record('Lead', id)['Phone'], 'two');
});

test('[OUT14] one refused record of a batch does not stop the others', async () => {
  const [good, bad, other] = await corridor.leads([{ LastName: 'Good' }, { LastName: 'Bad' }, { LastName: 'Other' }]);
  assert.ok(good && bad && other);
  corridor.switches({ refuse: [{ object: 'Lead', when: { Phone: 'bad' }, message: 'No such phone' }] });
  await corridor.edit(
    `update marketing.person set phone = case id when $1 then 'bad' else 'good' end where id = any($2)`,
    [bad.person, [good.person, bad.person, other.person]],
  );
  assert.deepEqual(await corridor.send(), { claimed: 3, settled: 2, retried: 0, parked: 1, released: 0 });
  assert.equal(corridor.record('Lead', other.id)['Phone'], 'good');
  const entry = await corridor.entry(bad.person);
  assert.deepEqual([entry?.parked, entry?.waits], [{ '*': 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }, true]);
  assert.deepEqual(await corridor.errors(bad.person), [
    { code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', disposition: 'park', fields: [], open: true },
  ]);
  await setPhone(bad.person, 'better');
  await corridor.send();
  assert.equal(corridor.record('Lead', bad.id)['Phone'], 'better');
  assert.deepEqual(
    (await corridor.errors(bad.person)).map((error) => error.open),
    [false],
  );
});

test('[OUT19] an update forbids assignment rules, a create asks for nothing', async () => {
  const { person } = await corridor.lead({ LastName: 'Assigned' });
  await setPhone(person, '9');
  const { requests, send } = await watched();
  await send();
  await corridor.edit('select marketing.sync_person($1)', [
    await corridor.newPerson({ last_name: 'Unassigned', company: 'Northwind' }),
  ]);
  await send(LANE.urgent);
  assert.deepEqual(
    requests.map((request) => [request.object, request.autoAssign]),
    [
      [null, 'FALSE'],
      ['Lead', undefined],
    ],
  );
});

test('[OUT20] a contact waits for a read of its object, a lead under marketing does not', async () => {
  const contact = await corridor.contact({ LastName: 'Read first' });
  const lead = await corridor.lead({ LastName: 'Not read' });
  await corridor.own(`update sync.cursor set last_began_at = clock_timestamp() - interval '2 minutes'`);
  await corridor.edit(`update marketing.person set phone = '3' where id = any($1)`, [[contact.person, lead.person]]);
  await corridor.send();
  assert.equal(corridor.record('Lead', lead.id)['Phone'], '3');
  assert.equal((await corridor.send()).claimed, 0);
  assert.ok(corridor.main.reads.includes('Contact'));
  corridor.changeThere('Contact', contact.id, { Phone: 'theirs' });
  await corridor.poll(['Contact']);
  await corridor.sendAll();
  assert.equal(
    corridor.record('Contact', contact.id)['Phone'],
    'theirs',
    'an edit never seen would be overwritten else',
  );
  assert.deepEqual(await corridor.person(contact.person, 'phone'), { phone: 'theirs' });
});

test('[MRG1] an edit that was undone before it was sent needs no call', async () => {
  const { person } = await corridor.lead({ LastName: 'Undone', Phone: '1' });
  await setPhone(person, '2');
  await setPhone(person, '1');
  const { requests, send } = await watched();
  assert.equal((await send()).claimed, 0);
  assert.deepEqual(requests, []);
  assert.equal(await corridor.entry(person), undefined);
  const [line] = await corridor.db.query(
    `select cause from sync.journal where row_id = $1 order by journal_id desc limit 1`,
    [person],
  );
  assert.deepEqual(line, { cause: 'withdrawn' });
});

test('[MRG1] an undone edit whose value may have landed is sent all the same', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Undone late', Phone: '1' });
  await setPhone(person, '2');
  corridor.switches({ loseAnswers: 1 });
  await corridor.send();
  assert.equal(corridor.record('Lead', id)['Phone'], '2');
  await setPhone(person, '1');
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Phone'], '1');
});

test('[MRG13] a held field is not sent, what else was edited is; edited to what Salesforce has, nobody is asked any more', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Held', Phone: '1', Title: 'VP' });
  await corridor.own(
    `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
     values ('Lead', $1, $2, 'phone', '"0"', '"1"', '"mine"', 'hold', null)`,
    [person, id],
  );
  await corridor.edit(`update marketing.person set phone = 'mine', title = 'CTO' where id = $1`, [person]);
  await corridor.sendAll();
  assert.deepEqual([corridor.record('Lead', id)['Phone'], corridor.record('Lead', id)['Title']], ['1', 'CTO']);
  assert.deepEqual(Object.keys((await corridor.entry(person))?.edits ?? {}), ['phone']);
  await setPhone(person, '1');
  await corridor.sendAll();
  assert.deepEqual(
    [await corridor.entry(person), await corridor.db.query('select from sync.conflict')],
    [undefined, []],
  );
});

test('[MRG5] an edit back to the value before our last send is sent', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Back', Phone: '1' });
  await setPhone(person, '2');
  await corridor.send();
  await setPhone(person, '1');
  assert.equal((await corridor.send()).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], '1');
});

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
  const slow = await watched({
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
  const { requests, send, sender } = await watched();
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

test('[OUT26] after a lost answer current values are sent, and the unanswered ones are remembered for a while', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Unanswered' });
  await setPhone(person, 'A');
  corridor.switches({ loseAnswers: 1 });
  const brief = await corridor.another({ lateLandingMs: 300 });
  assert.equal((await brief.outbound.sendOnce(LANE.normal, { includeUpdates: true })).retried, 1);
  assert.deepEqual(
    await corridor.db.query('select unanswered, late_until > clock_timestamp() as waits from sync.sent'),
    [{ unanswered: { phone: 'A' }, waits: true }],
  );
  await setPhone(person, 'B');
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Phone'], 'B');
  await until(async () => {
    await brief.outbound.takeOver();
    return (await corridor.db.query('select from sync.reread where sf_id = $1', [id])).length === 1;
  });
  await corridor.inbound.reread();
  await brief.outbound.takeOver();
  assert.deepEqual(await corridor.db.query('select * from sync.sent where person_id = $1', [person]), []);
  assert.deepEqual(await corridor.db.query('select * from sync.conflict'), []);
  assert.deepEqual(await corridor.person(person, 'phone'), { phone: 'B' });
});

test('[OUT28] UNABLE_TO_LOCK_ROW is tried again and counts', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Locked' });
  await setPhone(person, '28');
  corridor.switches({ lockRow: 1 });
  assert.equal((await corridor.send()).retried, 1);
  assert.equal((await corridor.entry(person))?.lock_tries, 1);
  assert.equal((await corridor.errors(person))[0]?.code, 'UNABLE_TO_LOCK_ROW');
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Phone'], '28');
  assert.deepEqual(
    (await corridor.errors(person)).map((error) => error.open),
    [false],
  );
});

test('[OUT28] a named field waits alone, and the rest of the record goes', async () => {
  const { person, id } = await corridor.lead({ LastName: 'One bad field' });
  await corridor.edit(`update marketing.person set phone = 'good', region = 'Nowhere' where id = $1`, [person]);
  assert.equal((await corridor.send()).parked, 1);
  assert.deepEqual((await corridor.entry(person))?.parked, { region: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' });
  assert.equal((await corridor.send()).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], 'good');
  const entry = await corridor.entry(person);
  assert.deepEqual([Object.keys(entry?.edits ?? {}), entry?.waits], [['region'], true]);
  await corridor.edit(`update marketing.person set region = 'North' where id = $1`, [person]);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Region__c'], 'North');
});

test('[OUT28] INVALID_FIELD: the object is described, and the rest is sent without what is gone', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Hidden' });
  await corridor.edit(`update marketing.person set phone = 'hidden', title = 'Seen' where id = $1`, [person]);
  corridor.switches({ hiddenFields: ['Lead.Phone'] });
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Title'], 'Seen');
  assert.equal(corridor.record('Lead', id)['Phone'], null);
  assert.deepEqual(Object.keys((await corridor.entry(person))?.parked ?? {}), ['phone']);
});

test('[OUT28] a record that was deleted there is read, and its entry withdrawn', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Deleted there' });
  const { dml, access } = corridor.org.org;
  dml.write(access.admin, [{ kind: 'delete', object: 'Lead', id }]);
  await setPhone(person, 'late');
  await corridor.send();
  assert.deepEqual(await corridor.db.query('select sf_id, reason from sync.reread'), [
    { sf_id: id, reason: 'classify' },
  ]);
  await corridor.inbound.reread();
  assert.deepEqual(await corridor.person(person, 'is_deleted'), { is_deleted: true });
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT28] an API that is off releases, and stops everything with its code', async () => {
  const { person } = await corridor.lead({ LastName: 'API off' });
  await setPhone(person, 'off');
  corridor.switches({ apiOff: true });
  await assert.rejects(corridor.send(), { code: 'api-disabled', disposition: 'pause' });
  const entry = await corridor.entry(person);
  assert.deepEqual([entry?.claim_id, entry?.lock_tries, entry?.fault_tries], [null, 0, 0]);
  corridor.switches({ apiOff: false });
  assert.equal((await corridor.send()).settled, 1);
});

test('[OUT29] [OUT28] an org that is limited or signed us out does not count as an attempt', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Patient' });
  await setPhone(person, 'patient');
  corridor.switches({ dailyLimit: 1 });
  for (let n = 0; n < 3; n += 1) await assert.rejects(corridor.send(), { code: 'limit-reached' });
  const entry = await corridor.entry(person);
  assert.deepEqual([entry?.claim_id, entry?.lock_tries, entry?.fault_tries, entry?.waits], [null, 0, 0, false]);
  corridor.switches({ dailyLimit: 100_000 });
  corridor.org.org.access.expireSessions();
  assert.equal((await corridor.send()).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], 'patient');
});

test('[OUT33] a limit amid a batch settles what was answered and releases the rest; the usage header says which limit, not the text', async () => {
  const [limited, other] = await corridor.leads([{ LastName: 'Limited' }, { LastName: 'Answered' }]);
  assert.ok(limited && other);
  const refuse = (message: string): void =>
    corridor.switches({
      refuse: [{ object: 'Lead', when: { Phone: 'limited' }, statusCode: 'REQUEST_LIMIT_EXCEEDED', message }],
    });
  refuse('TotalRequests Limit exceeded.');
  await setPhone(limited.person, 'limited');
  await setPhone(other.person, 'answered');
  await assert.rejects(corridor.send(), { code: 'too-many-at-once', disposition: 'retry' });
  assert.equal(corridor.record('Lead', other.id)['Phone'], 'answered');
  assert.equal(await corridor.entry(other.person), undefined);
  const entry = await corridor.entry(limited.person);
  assert.deepEqual([entry?.claim_id, entry?.lock_tries, entry?.fault_tries, entry?.waits], [null, 0, 0, false]);
  refuse('ConcurrentRequests (Concurrent API Requests) Limit exceeded.');
  corridor.switches({ dailyLimit: (corridor.salesforce.usage().used ?? 0) + 1 });
  await assert.rejects(corridor.send(), { code: 'limit-reached', disposition: 'retry' });
  corridor.switches({ dailyLimit: 100_000, refuse: [], concurrentRequests: 1, latencyMs: 30 });
  const both = await Promise.allSettled([corridor.salesforce.count('Lead'), corridor.salesforce.count('Lead')]);
  const crowded = both.find((one) => one.status === 'rejected');
  assert.equal(crowded?.reason.code, 'too-many-at-once');
});

test('[OUT29] a retry that reaches its bound is parked with its last cause, and delays no other record', async () => {
  const [stuck, other] = await corridor.leads([{ LastName: 'Stuck' }, { LastName: 'Moves' }]);
  assert.ok(stuck && other);
  const { outbound } = await corridor.another({ lockTries: 3 });
  await setPhone(stuck.person, 'stuck');
  corridor.switches({ lockRow: 3 });
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.equal((await corridor.entry(stuck.person))?.claim_id, null, 'a waiting retry holds no lease');
  await until(async () => {
    await outbound.sendOnce(LANE.normal, { includeUpdates: true });
    return (await corridor.entry(stuck.person))?.waits === true;
  });
  assert.deepEqual((await corridor.entry(stuck.person))?.parked, { '*': 'UNABLE_TO_LOCK_ROW' });
  await setPhone(other.person, 'moves');
  await outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.equal(corridor.record('Lead', other.id)['Phone'], 'moves');
});

test('[OUT29] a process that is asked to stop releases what it has not sent', async () => {
  const { person } = await corridor.lead({ LastName: 'Not sent' });
  await setPhone(person, 'unsent');
  const { outbound, presence } = await corridor.another();
  await corridor.own(
    `insert into sync.claim (mode, object, holder, leased_until) values ('collections', 'Lead', $1, 'infinity')`,
    [presence.processId],
  );
  await corridor.own(`update sync.outbox set claim_id = (select claim_id from sync.claim)`);
  await outbound.releaseUnsent();
  const entry = await corridor.entry(person);
  assert.deepEqual([entry?.claim_id, entry?.lock_tries, entry?.fault_tries], [null, 0, 0]);
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
  assert.deepEqual(await detailOf(error), { rule: 'Practice', canLink: true, save: 'switched_off', matches: [found] });
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

/** A lead that opted out, in step on both sides. */
const optedOut = async (name: string): Promise<{ person: number; id: string }> =>
  corridor.lead({ LastName: name, HasOptedOutOfEmail: 'true' });
const loosen = (person: number, reason: string): Promise<void> =>
  corridor.db.transaction(async (tx) => {
    await tx.run(`select set_config('syncline.reason', $1, true)`, [reason]);
    await tx.run('update marketing.person set has_opted_out_of_email = false where id = $1', [person]);
  });
const optOutThere = (id: string) => corridor.record('Lead', id)['HasOptedOutOfEmail'];
const heldOf = (person: number) =>
  corridor.db.query<{ conflict_id: number; field: string; policy: string }>(
    'select conflict_id, field, policy from sync.conflict where person_id = $1 and winner is null',
    [person],
  );

test('[MRG16] an opt-out loosened here without a reason is held and everything else of the person is sent; a reason frees it', async () => {
  const { person, id } = await optedOut('No reason');
  await corridor.edit(`update marketing.person set has_opted_out_of_email = false, title = 'CEO' where id = $1`, [
    person,
  ]);
  await corridor.sendAll();
  assert.deepEqual([optOutThere(id), corridor.record('Lead', id)['Title']], ['true', 'CEO']);
  const [held] = await heldOf(person);
  assert.deepEqual([held?.field, held?.policy], ['has_opted_out_of_email', 'opt_out']);
  await corridor.poll();
  assert.equal((await heldOf(person)).length, 1, 'a read changes nothing about it');
  const keep = { ids: [held?.conflict_id ?? 0], keep: 'ours' as const };
  await assert.rejects(resolveHeld(corridor.db, keep, 'Test'), { code: 'reason-missing' });
  await resolveHeld(corridor.db, { ...keep, reason: 'She wrote to us' }, 'Test');
  await corridor.sendAll();
  assert.equal(optOutThere(id), 'false');
  const [line] = await corridor.db.query(
    `select evidence from sync.journal where row_id = $1 and cause = 'sent' and fields ? 'has_opted_out_of_email'`,
    [person],
  );
  assert.deepEqual(line, { evidence: 'She wrote to us' });
});

test('[MRG16] loosened with a reason it is sent alone, if nobody changed the record since it was read; 412 is read and decided again', async () => {
  const { person, id } = await optedOut('With a reason');
  const other = await corridor.lead({ LastName: 'Beside' });
  const { salesforce } = corridor;
  const alone: unknown[] = [];
  const sender = await corridor.another(
    {},
    {
      ...salesforce,
      sendEach: async (requests) => {
        alone.push(...requests.map((request) => [request.id, request.headers.unmodifiedSince instanceof Date]));
        return salesforce.sendEach(requests);
      },
    },
  );
  corridor.switches({ clockSkewMs: 2_000 }); // The grain of the condition is a second.
  corridor.changeThere('Lead', id, { Title: 'Changed there' });
  await loosen(person, 'She wrote to us');
  await setPhone(other.person, 'beside');
  await sender.outbound.sendOnce(LANE.normal, { includeUpdates: true });
  assert.deepEqual(alone, [[id, true]]);
  assert.deepEqual([optOutThere(id), corridor.record('Lead', other.id)['Phone']], ['true', 'beside']);
  const entry = await corridor.entry(person);
  assert.deepEqual([Object.keys(entry?.edits ?? {}), entry?.fault_tries], [['has_opted_out_of_email'], 0]);
  assert.deepEqual(await corridor.db.query('select sf_id from sync.reread'), [{ sf_id: id }]);
  await corridor.inbound.reread();
  assert.equal((await corridor.person<{ title: string }>(person, 'title')).title, 'Changed there');
  await corridor.sendAll();
  assert.equal(optOutThere(id), 'false');
});

test('[MRG16] loosened in Salesforce it is taken, with the user who did it as evidence', async () => {
  const { person, id } = await optedOut('There');
  corridor.changeThere('Lead', id, { HasOptedOutOfEmail: 'false' });
  await corridor.poll();
  assert.deepEqual(await corridor.person(person, 'has_opted_out_of_email'), { has_opted_out_of_email: false });
  const lines = await corridor.db.query(
    'select evidence from sync.journal where row_id = $1 and evidence is not null',
    [person],
  );
  assert.deepEqual(lines, [{ evidence: corridor.record('Lead', id)['LastModifiedById'] }]);
});

test('a create without a last name or company is parked before the call', async () => {
  const person = await corridor.newPerson({ last_name: ' ', email: 'nobody@example.com' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  const { requests, send } = await watched();
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

test('while the sync is disabled only what an action asked for is sent', async () => {
  const { person } = await corridor.lead({ LastName: 'Disabled' });
  await setPhone(person, 'later');
  await corridor.edit('select marketing.sync_person($1)', [
    await corridor.newPerson({ last_name: 'Acted', company: 'Northwind' }),
  ]);
  for (const lane of Object.values(LANE)) await corridor.send(lane, { includeUpdates: false });
  assert.equal(corridor.leadsNamed('Acted').length, 1);
  assert.ok(await corridor.entry(person));
});

test('[MAP12] [MAP16] [MAP17] [MAP18] values go out as they are', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Values' });
  const hostile = 'null #N/A =1+1 "quoted" \u202eright to left\u202c \u{1f642} a\r\nb\nc\rd \\ \' ; \t';
  await corridor.edit(
    `update marketing.person set notes = $2, legacy_number = 123456789012345678, budget = 1234567890123456.78, trial_starts = '1700-01-01', last_seen = '4000-12-31T23:59:59Z',
            call_after = '09:30:15', newsletter = true, interests = 'Events;Mobile' where id = $1`,
    [person, hostile],
  );
  await corridor.sendAll();
  const record = corridor.record('Lead', id);
  assert.deepEqual(await corridor.errors(person), []);
  assert.equal(record['Notes__c'], hostile.trim());
  assert.equal(record['Legacy_Number__c']?.replace(/\.0$/, ''), '123456789012345678');
  assert.equal(record['Budget__c'], '1234567890123456.78');
  assert.equal(record['Trial_Starts__c'], '1700-01-01');
  assert.equal(record['Last_Seen__c'], '4000-12-31T23:59:59.000Z');
  assert.equal(record['Call_After__c'], '09:30:15.000Z');
  assert.equal(record['Newsletter__c'], 'true');
  assert.equal(record['Interests__c'], 'Events;Mobile');
  await corridor.edit(
    `update marketing.person set notes = '', legacy_number = null, trial_starts = null, newsletter = null where id = $1`,
    [person],
  );
  await corridor.sendAll();
  assert.deepEqual(await corridor.errors(person), []);
  const cleared = corridor.record('Lead', id);
  assert.deepEqual(
    [cleared['Notes__c'], cleared['Legacy_Number__c'], cleared['Trial_Starts__c'], cleared['Newsletter__c']],
    [null, null, null, 'false'],
  );
});

test('[MAP18] a text of 131,072 characters, and one that says what bulk takes for null, arrive', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Long' });
  const long = 'äöx.'.repeat(32_768);
  await corridor.edit('update marketing.person set notes = $2, title = $3 where id = $1', [person, long, '#N/A']);
  await corridor.sendAll();
  assert.ok(corridor.record('Lead', id)['Notes__c'] === long, JSON.stringify(await corridor.errors(person)));
  assert.equal(corridor.record('Lead', id)['Title'], '#N/A');
});

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 15_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, 'it did not come to be so');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
