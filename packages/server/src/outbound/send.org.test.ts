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

test('an edit by SQL is in Salesforce within a second', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Fast', Phone: '1' });
  const from = performance.now();
  await corridor.edit(`update marketing.person set phone = '2', title = 'CTO' where id = $1`, [person]);
  const outcome = await corridor.send();
  assert.ok(performance.now() - from < 1_000, `${performance.now() - from} ms`);
  assert.deepEqual(outcome, { claimed: 1, settled: 1, retried: 0, parked: 0, released: 0 });
  assert.equal(corridor.record('Lead', id)['Phone'], '2');
  assert.equal(corridor.record('Lead', id)['Title'], 'CTO');
  assert.equal(await corridor.entry(person), undefined);
  assert.deepEqual(await corridor.db.query('select * from sync.claim'), []);
});

test('[OUT22] Sync person makes one lead, with everything the person has', async () => {
  const person = await corridor.newPerson({
    last_name: 'Maker',
    company: 'Northwind',
    email: 'maker@example.com',
    score: '12.5',
  });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  const outcome = await corridor.send(LANE.urgent);
  assert.equal(outcome.settled, 1, JSON.stringify(await corridor.errors(person)));
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
