/** What Salesforce refuses, and what becomes of it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
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
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 15_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, 'it did not come to be so');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

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
