import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { linkToMatch, saveAnyway } from '../api/duplicate-acts.ts';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
  // The first create asks whether there is a field for our id.
  await wanted({ last_name: 'First', email: null });
  await corridor.sendAll();
});
after(() => corridor?.close());
beforeEach(async () => {
  await corridor.rest();
  await corridor.edit(`insert into sync.setting (name, value) values ('linkByEmail', 'true')`);
});

/** People whose lead is asked for, in the order given. */
const wanted = async (...people: Readonly<Record<string, string | null>>[]): Promise<readonly number[]> => {
  const ids: number[] = [];
  for (const values of people) {
    const id = await corridor.newPerson({ company: 'Acme', ...values });
    await corridor.edit('select marketing.sync_person($1)', [id]);
    ids.push(id);
  }
  return ids;
};
const recordOf = (person: number) => corridor.person(person, 'salesforce_type, salesforce_id');
const calls = async (work: () => Promise<unknown>): Promise<number> => {
  const before = corridor.salesforce.usage().calls;
  await work();
  return corridor.salesforce.usage().calls - before;
};
const read = () => corridor.inbound.reread({ isAskedOnly: true });
const openError = async (person: number): Promise<number> =>
  (
    await corridor.db.query<{ error_id: number }>(
      'select error_id from sync.error where person_id = $1 and resolved_at is null',
      [person],
    )
  )[0]?.error_id ?? 0;

test('[ID7] off by default: nobody is asked, and a lead is made', async () => {
  await corridor.own('delete from sync.setting');
  corridor.there('Lead', [{ LastName: 'Off there', Company: 'There', Email: 'off@acme.test' }]);
  await wanted({ last_name: 'Off here', email: 'off@acme.test' });
  assert.equal(await calls(() => corridor.send(LANE.urgent)), 1, 'the create alone');
  assert.equal(corridor.leadsNamed('Off here').length, 1);
});

test('[ID7] [MRG17] exactly one: it is linked, whatever the case, and merged as at a first meeting; no lead is made', async () => {
  const [lead = ''] = corridor.there('Lead', [
    { LastName: 'One there', Company: 'There', Email: 'One@Acme.test', Title: 'CEO', HasOptedOutOfEmail: 'true' },
  ]);
  const [person = 0] = await wanted({ last_name: 'One here', email: 'oNE@acme.test', phone: '7' });
  assert.equal(await calls(() => corridor.send(LANE.urgent)), 1, 'one question, and nothing sent');
  assert.deepEqual(await recordOf(person), { salesforce_type: null, salesforce_id: null }, 'the read makes the link');
  await read();
  assert.deepEqual(await recordOf(person), { salesforce_type: 'Lead', salesforce_id: lead });
  assert.deepEqual(await corridor.person(person, 'title, phone, has_opted_out_of_email'), {
    title: 'CEO',
    phone: '7',
    has_opted_out_of_email: true,
  });
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', lead)['Phone'], '7');
  assert.deepEqual([corridor.leadsNamed('One here').length + corridor.leadsNamed('One there').length], [1]);
  assert.deepEqual(await corridor.db.query('select from sync.link_choice'), []);
  assert.deepEqual(await corridor.errors(person), []);
});

test('[ID7] a contact goes before leads; converted, deleted, linked and forgotten records are none; without an address a lead is made', async () => {
  // Whoever was polled is a person, and no match.
  const known = await corridor.lead({ LastName: 'Known', Email: 'known@acme.test' });
  const [account = ''] = corridor.there('Account', [{ Name: 'Northwind' }]);
  const [contact = ''] = corridor.there('Contact', [{ LastName: 'C', AccountId: account, Email: 'both@acme.test' }]);
  corridor.there('Lead', [
    { LastName: 'L1', Company: 'X', Email: 'both@acme.test' },
    { LastName: 'L2', Company: 'X', Email: 'both@acme.test' },
  ]);
  const [gone = '', was = '', forgotten = ''] = corridor.there('Lead', [
    { LastName: 'Gone', Company: 'X', Email: 'gone@acme.test' },
    { LastName: 'Was', Company: 'X', Email: 'was@acme.test' },
    { LastName: 'Forgotten', Company: 'X', Email: 'forgotten@acme.test' },
  ]);
  const { dml, access } = corridor.org.org;
  dml.write(access.admin, [{ kind: 'delete', object: 'Lead', id: gone }]);
  dml.convertLeads(access.admin, [
    { leadId: was, convertedStatus: 'Closed - Converted', doNotCreateOpportunity: true },
  ]);
  dml.write(access.admin, [
    { kind: 'delete', object: 'Contact', id: String(corridor.record('Lead', was)['ConvertedContactId']) },
  ]);
  await corridor.own('insert into sync.erased (mark) values (sync.mark_of($1))', [forgotten]);
  const [both = 0, ...others] = await wanted(
    { last_name: 'Nboth', email: 'both@acme.test' },
    { last_name: 'Nknown', email: 'known@acme.test' },
    { last_name: 'Ngone', email: 'gone@acme.test' },
    { last_name: 'Nwas', email: 'was@acme.test' },
    { last_name: 'Nforgotten', email: 'forgotten@acme.test' },
    { last_name: 'Nnone', email: null },
  );
  assert.equal(await calls(() => corridor.send(LANE.urgent)), 2, 'one question for all of them, and the creates');
  await read();
  assert.deepEqual(await recordOf(both), { salesforce_type: 'Contact', salesforce_id: contact });
  for (const [at, name] of ['Nknown', 'Ngone', 'Nwas', 'Nforgotten', 'Nnone'].entries()) {
    const [made] = corridor.leadsNamed(name);
    assert.deepEqual(await recordOf(others[at] ?? 0), { salesforce_type: 'Lead', salesforce_id: made ?? name });
  }
  assert.deepEqual(await recordOf(known.person), { salesforce_type: 'Lead', salesforce_id: known.id });
  await corridor.own('delete from sync.erased');
});

test('[ID7] several are parked with the list: linked to one of them, or a lead of its own is made', async () => {
  const [first = '', second = ''] = corridor.there('Lead', [
    { LastName: 'S1', Company: 'Acme', Email: 'several@acme.test' },
    { LastName: 'S2', Company: 'Acme', Email: 'Several@acme.test' },
  ]);
  const [one = 0, two = 0] = await wanted(
    { last_name: 'Sone', email: 'several@acme.test' },
    { last_name: 'Stwo', email: 'several@acme.test' },
  );
  await corridor.send(LANE.urgent);
  assert.deepEqual((await corridor.entry(one))?.parked, { '*': 'email-matches' });
  const [stored] = await corridor.db.query<{ duplicate: { matches: { id: string; company: string }[] } }>(
    'select duplicate from sync.error where error_id = $1',
    [await openError(one)],
  );
  assert.deepEqual(stored?.duplicate.matches.map(({ id }) => id).sort(), [first, second].sort());
  assert.equal(stored?.duplicate.matches[0]?.company, 'Acme');
  await linkToMatch(corridor.db, await openError(one), { salesforceId: second, by: 'Ana' });
  await corridor.inbound.reread();
  assert.deepEqual(await recordOf(one), { salesforce_type: 'Lead', salesforce_id: second });
  await saveAnyway(corridor.db, await openError(two));
  await corridor.sendAll();
  assert.equal(corridor.leadsNamed('Stwo').length, 1);
  assert.deepEqual(
    [...(await corridor.errors(one)), ...(await corridor.errors(two))].filter(({ open }) => open),
    [],
  );
});

test('[RACE21] two people with one address are created at once: one is linked, the other has its own lead', async () => {
  const [lead = ''] = corridor.there('Lead', [{ LastName: 'Pair there', Company: 'X', Email: 'pair@acme.test' }]);
  const [one = 0, two = 0] = await wanted(
    { last_name: 'Pair one', email: 'pair@acme.test' },
    { last_name: 'Pair two', email: 'PAIR@acme.test' },
  );
  await corridor.send(LANE.urgent);
  await read();
  await corridor.sendAll();
  assert.deepEqual(await recordOf(one), { salesforce_type: 'Lead', salesforce_id: lead });
  assert.deepEqual(await recordOf(two), {
    salesforce_type: 'Lead',
    salesforce_id: corridor.leadsNamed('Pair two')[0] ?? 'none',
  });
});

test('[RACE21] the same in two processes that have both looked before either has chosen', async () => {
  const [lead = ''] = corridor.there('Lead', [{ LastName: 'Apart there', Company: 'X', Email: 'apart@acme.test' }]);
  let looking = 0;
  let both: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    both = resolve;
  });
  const meeting = {
    ...corridor.salesforce,
    queryAll: async (queries: readonly string[]) => {
      const answers = await corridor.salesforce.queryAll(queries);
      looking += 1;
      if (looking === 2) both();
      if (looking <= 2) await met;
      return answers;
    },
  };
  const [one, two] = [await corridor.another({}, meeting), await corridor.another({}, meeting)];
  const [first = 0] = await wanted({ last_name: 'Apart one', email: 'apart@acme.test' });
  const left = one.outbound.sendOnce(LANE.urgent, { includeUpdates: true });
  while (looking === 0) await new Promise((resolve) => setImmediate(resolve));
  const [second = 0] = await wanted({ last_name: 'Apart two', email: 'apart@acme.test' });
  await Promise.all([left, two.outbound.sendOnce(LANE.urgent, { includeUpdates: true })]);
  await read();
  await corridor.sendAll();
  await corridor.poll();
  const records = [await recordOf(first), await recordOf(second)].map((row) => row['salesforce_id']);
  assert.equal(records.filter((id) => id === lead).length, 1, 'one of them is the lead that was there');
  assert.equal(new Set(records).size, 2);
  const named = ['there', 'one', 'two'].flatMap((name) => corridor.leadsNamed(`Apart ${name}`));
  assert.deepEqual(new Set(named), new Set(records), 'and nobody was made twice');
});

test('[ID7] after the choice whoever comes next waits for the read; what is read without a link is no match, and a lead is made', async () => {
  const [lead = ''] = corridor.there('Lead', [{ LastName: 'Killed there', Company: 'X', Email: 'killed@acme.test' }]);
  const [person = 0] = await wanted({ last_name: 'Killed here', email: 'killed@acme.test' });
  await corridor.send(LANE.urgent);
  await corridor.own(`update sync.outbox set due_at = now()`);
  assert.equal(await calls(() => corridor.send(LANE.urgent)), 0, 'nobody is asked again, and nothing is made');
  corridor.org.org.dml.write(corridor.org.org.access.admin, [{ kind: 'delete', object: 'Lead', id: lead }]);
  await read();
  await corridor.sendAll();
  assert.deepEqual(await recordOf(person), {
    salesforce_type: 'Lead',
    salesforce_id: corridor.leadsNamed('Killed here')[0] ?? 'none',
  });
});

test('[ID7] a record outside the filter is read, is nobody’s, and is not asked for again: a lead is made', async () => {
  corridor.there('Lead', [{ LastName: 'Outside there', Company: 'South', Email: 'outside@acme.test' }]);
  const filter = (conditions: string | null) =>
    corridor.db.transaction(async (tx) => {
      await tx.run('delete from sync.filter');
      if (conditions !== null)
        await tx.run(`insert into sync.filter (object, match, conditions) values ('Lead', 'all', $1::jsonb)`, [
          conditions,
        ]);
    });
  await filter('[{"field": "Company", "operator": "is", "value": "Acme"}]');
  const [person = 0] = await wanted({ last_name: 'Outside here', email: 'outside@acme.test' });
  await corridor.send(LANE.urgent);
  await read();
  await corridor.sendAll();
  assert.deepEqual(await recordOf(person), {
    salesforce_type: 'Lead',
    salesforce_id: corridor.leadsNamed('Outside here')[0] ?? 'none',
  });
  await filter(null);
});

test('[ID7] Salesforce refuses the question: nothing is made, the attempt does not count, and it is asked again', async () => {
  const [person = 0] = await wanted({ last_name: 'Refused', email: `o'refused\\@acme.test` });
  corridor.switches({ failWith503: 1 });
  await assert.rejects(corridor.send(LANE.urgent));
  assert.deepEqual(
    [(await corridor.entry(person))?.fault_tries, (await corridor.entry(person))?.claim_id],
    [0, null],
    'released',
  );
  assert.deepEqual(corridor.leadsNamed('Refused'), []);
  await corridor.sendAll();
});
