/** Objects that are read and never sent: accounts, opportunities and their roles. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { editPerson } from '../api/people-acts.ts';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
/** What was asked to be written, by the object that it names. */
const written: string[] = [];
before(async () => {
  corridor = await Corridor.open({ bulkFrom: 20 });
});
after(() => corridor?.close());

const noting = (salesforce: Salesforce): Salesforce => ({
  ...salesforce,
  updateRecords: (json, headers) => {
    for (const record of JSON.parse(json) as { attributes: { type: string } }[]) written.push(record.attributes.type);
    return salesforce.updateRecords(json, headers);
  },
  upsertRecords: (object, ...rest) => {
    written.push(object);
    return salesforce.upsertRecords(object, ...rest);
  },
  sendEach: (requests) => {
    written.push(...requests.map(({ object }) => object));
    return salesforce.sendEach(requests);
  },
  createIngestJob: (object, ...rest) => {
    written.push(object);
    return salesforce.createIngestJob(object, ...rest);
  },
});

/** Every row of them in the org, whole. */
const rowsThere = (object: string) => corridor.org.org.store.statement(`select * from "${object}" order by "Id"`).all();

test('[OBJ2] [OBJ4] whatever is edited here, by whatever way, no account, opportunity or role is made or changed there', async () => {
  const [account = ''] = corridor.there('Account', [{ Name: 'Northwind', Website: 'northwind.test' }]);
  const contacts = await corridor.contacts(
    Array.from({ length: 25 }, (_, n) => ({ LastName: `Of Northwind ${n}`, AccountId: account })),
  );
  const [one, two] = contacts;
  assert.ok(one && two);
  const lead = await corridor.lead({ LastName: 'Led', Company: 'Northwind' });
  const [opportunity = ''] = corridor.there('Opportunity', [
    { Name: 'Deal', AccountId: account, StageName: 'Prospecting', CloseDate: '2026-12-31' },
  ]);
  corridor.there('OpportunityContactRole', [{ OpportunityId: opportunity, ContactId: one.id, IsPrimary: 'true' }]);
  await corridor.poll(SYNC_OBJECTS);
  const before = ['Account', 'Opportunity', 'OpportunityContactRole'].map(rowsThere);

  const engineer = new pg.Client({ connectionString: corridor.database.engineerUrl });
  await engineer.connect();
  await engineer.query(
    `update marketing.person_company set company = 'Eastwind', website = 'eastwind.test' where person_id = $1`,
    [one.person],
  );
  for (const table of ['company', 'opportunity', 'opportunity_role'])
    for (const sql of [
      `update marketing.${table} set is_deleted = true`,
      `delete from marketing.${table}`,
      `insert into marketing.${table} default values`,
    ])
      await assert.rejects(engineer.query(sql), { code: '42501' }, sql);
  await engineer.query(`update marketing.person set title = 'Everybody', company = 'Southwind'`);
  await engineer.end();
  await editPerson(corridor.db, two.person, { company: 'Westwind', phone: '1' }, { lane: 'urgent', by: 'Ana' });
  await editPerson(corridor.db, lead.person, { company: 'Westwind' }, { lane: 'urgent', by: 'Ana' });
  const made = await corridor.newPerson({ last_name: 'Made here', company: 'Northwind' });
  await corridor.edit('select marketing.sync_person($1)', [made]);

  const sender = await corridor.another({}, noting(corridor.salesforce));
  await corridor.sendAll(sender);
  await corridor.poll(SYNC_OBJECTS);
  await corridor.sendAll(sender);
  assert.deepEqual([...new Set(written)].sort(), ['Contact', 'Lead']);
  assert.deepEqual(['Account', 'Opportunity', 'OpportunityContactRole'].map(rowsThere), before);
  assert.equal(corridor.record('Contact', one.id)['Title'], 'Everybody');
  assert.equal(corridor.record('Lead', lead.id)['Company'], 'Westwind');
  await corridor.rest();
});

test('[OBJ4] an opportunity belongs to whom its roles name, without a role to nobody; when the primary role moves, one is primary', async () => {
  const [first, second, third] = await corridor.contacts([
    { LastName: 'First' },
    { LastName: 'Second' },
    { LastName: 'Third' },
  ]);
  assert.ok(first && second && third);
  const [opportunity = '', lonely = ''] = corridor.there('Opportunity', [
    { Name: 'Shared', StageName: 'Prospecting', CloseDate: '2026-12-31' },
    { Name: 'Lonely', StageName: 'Prospecting', CloseDate: '2026-12-31' },
  ]);
  const [one = '', two = ''] = corridor.there('OpportunityContactRole', [
    { OpportunityId: opportunity, ContactId: first.id, IsPrimary: 'true' },
    { OpportunityId: opportunity, ContactId: second.id, Role: 'Decision Maker' },
  ]);
  const belongs = async (of: string) =>
    (
      await corridor.db.query<{ person_id: number; is_primary: boolean }>(
        `select p.person_id, p.is_primary from marketing.opportunity_person p join marketing.opportunity o on o.id = p.opportunity_id
          where o.salesforce_id = $1 order by p.person_id`,
        [of],
      )
    ).map(({ person_id, is_primary }) => [person_id, is_primary]);
  const quiet = () => corridor.poll(SYNC_OBJECTS);
  await quiet();
  assert.deepEqual(await belongs(opportunity), [
    [first.person, true],
    [second.person, false],
  ]);
  assert.deepEqual(await belongs(lonely), []);

  corridor.changeThere('OpportunityContactRole', two, { IsPrimary: 'true' });
  await quiet();
  assert.deepEqual(await belongs(opportunity), [
    [first.person, false],
    [second.person, true],
  ]);

  corridor.there('OpportunityContactRole', [{ OpportunityId: opportunity, ContactId: third.id, IsPrimary: 'true' }]);
  const { dml, access } = corridor.org.org;
  dml.write(access.admin, [{ kind: 'delete', object: 'OpportunityContactRole', id: one }]);
  // Roles alone are read: a role is its own record.
  await corridor.poll(['OpportunityContactRole']);
  assert.deepEqual(await belongs(opportunity), [
    [second.person, false],
    [third.person, true],
  ]);
});
