import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
});
after(() => corridor?.close());

const setting = (name: string, value: string): Promise<number> =>
  corridor.own(
    `insert into sync.setting (name, value) values ($1, to_jsonb($2::text)) on conflict (name) do update set value = excluded.value`,
    [name, value],
  );

test('[ACT6] defaults fill only what is empty, only at the birth of the lead, and come home as ordinary values', async () => {
  await setting('defaultLastName', 'Unknown "x"');
  await setting('defaultCompany', 'None');
  const person = await corridor.newPerson({ last_name: 'Ito', company: null, email: 'ito@acme.test' });
  const nameless = await corridor.newPerson({ email: 'nobody@acme.test' });
  for (const id of [person, nameless]) await corridor.edit('select marketing.sync_person($1)', [id]);
  assert.deepEqual(await corridor.send(LANE.urgent), { claimed: 2, settled: 2, retried: 0, parked: 0, released: 0 });
  const [lead = ''] = corridor.leadsNamed('Ito');
  assert.equal(corridor.record('Lead', lead)['Company'], 'None');
  assert.equal(corridor.leadsNamed('Unknown "x"').length, 1);
  assert.deepEqual(await corridor.person(person, 'last_name, company'), { last_name: 'Ito', company: null });
  await corridor.poll(['Lead']);
  assert.deepEqual(await corridor.person(person, 'last_name, company'), { last_name: 'Ito', company: 'None' });
  assert.deepEqual(await corridor.person(nameless, 'last_name, company'), {
    last_name: 'Unknown "x"',
    company: 'None',
  });
  const conflicts = await corridor.db.query('select from sync.conflict');
  assert.deepEqual([conflicts, await corridor.entry(person)], [[], undefined], 'no conflict, and nothing left to send');
  await corridor.edit(`update marketing.person set company = null, phone = '7' where id = $1`, [person]);
  await corridor.sendAll().catch(() => undefined);
  assert.equal(corridor.record('Lead', lead)['Company'], 'None', 'an update is not filled');
  assert.equal((await corridor.errors(person))[0]?.code, 'REQUIRED_FIELD_MISSING', 'and Salesforce says what it needs');
});

test('[ACT6] without a default a create is parked before the call, and names what it lacks', async () => {
  await corridor.rest();
  await setting('defaultLastName', 'Unknown');
  await corridor.own(`delete from sync.setting where name = 'defaultCompany'`);
  const person = await corridor.newPerson({ email: 'late@acme.test' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  assert.equal((await corridor.send(LANE.urgent)).parked, 1);
  const [error] = await corridor.errors(person);
  assert.deepEqual([error?.code, error?.fields], ['field-empty', ['Company']]);
});
