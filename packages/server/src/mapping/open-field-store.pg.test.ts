import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts';
import { applyFields, loadFieldMap } from './open-field-store.ts';
import { type DescribedField, planFields } from './plan-fields.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase();
});
after(() => database.drop());

const field = (name: string, type = 'string'): DescribedField => ({
  name,
  label: name,
  type,
  length: 80,
  precision: 0,
  scale: 0,
  digits: 0,
  custom: name.endsWith('__c'),
  createable: true,
  updateable: true,
  calculated: false,
  autoNumber: false,
  nillable: true,
});
const base = [field('Id', 'id'), field('SystemModstamp', 'datetime')];
const describes = [
  {
    name: 'Lead',
    fields: [
      ...base,
      field('Email', 'email'),
      field('order'),
      field('Group__c'),
      field('ns__group__c'),
      field('odd"; drop table x; --'),
    ],
  },
  { name: 'Contact', fields: [...base, field('Email', 'email')] },
  { name: 'Opportunity', fields: [...base, field('Amount', 'currency')] },
  {
    name: 'OpportunityContactRole',
    fields: [
      ...base,
      field('OpportunityId', 'reference'),
      field('ContactId', 'reference'),
      field('Role', 'picklist'),
      field('IsPrimary', 'boolean'),
    ],
  },
];

test('[SEC9] [MAP11] applied fields are columns under quoted names, each its own, and a second time changes nothing but the version', async () => {
  const { fields } = planFields(describes);
  const first = await database.db.transaction((tx) => applyFields(tx, fields));
  const second = await database.db.transaction((tx) => applyFields(tx, fields));
  assert.ok(second > first);
  const columns = await database.db.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'marketing.person'::regclass and attnum > 6 and not attisdropped order by attnum`,
  );
  assert.deepEqual(
    columns.map((column) => column.name),
    ['email', 'order', 'group', 'ns_group', 'odd_drop_table_x'],
  );
  await database.db.query('select "odd""; drop table x; --", "ns__group__c" from salesforce."Lead"');
  await database.db.query('select opportunity_id, person_id, role, is_primary from marketing.opportunity_person');
});

test('the map comes back as it was planned', async () => {
  const { fields } = planFields(describes);
  const map = await loadFieldMap(database.db);
  assert.deepEqual(
    map.objects.Lead.fields,
    fields
      .filter(({ object }) => object === 'Lead')
      .map(({ position: _position, isNeeded: _isNeeded, ...rest }) => rest),
  );
  assert.equal(map.objects.Contact.policy, 'salesforce');
  assert.equal(map.objects.Account.fields.length, 0);
});
