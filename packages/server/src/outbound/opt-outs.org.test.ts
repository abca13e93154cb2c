/** MRG16: an opt-out is loosened on purpose or not at all. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { resolveHeld } from '../api/held-acts.ts';
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
