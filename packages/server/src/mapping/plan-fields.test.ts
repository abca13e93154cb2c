import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSendable, type SyncObject } from './mapping.ts';
import { type CandidateField, type DescribedField, type DescribedObject, planFields } from './plan-fields.ts';

const field = (name: string, type = 'string', more: Partial<DescribedField> = {}): DescribedField => ({
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
  ...more,
});
const readOnly = { createable: false, updateable: false } as const;
const object = (name: SyncObject, ...fields: readonly DescribedField[]): DescribedObject => ({
  name,
  fields: [field('Id', 'id', readOnly), field('SystemModstamp', 'datetime', readOnly), ...fields],
});
const found = (fields: readonly CandidateField[], path: string): CandidateField => {
  const match = fields.find((candidate) => `${candidate.object}.${candidate.name}` === path);
  assert.ok(match, `${path} is planned`);
  return match;
};

test('columns are named after the lead, the pairs of N58 share one, and base columns are never taken', () => {
  const { fields } = planFields([
    object('Contact', field('MailingCity'), field('OtherCity'), field('Title'), field('LastCURequestDate', 'datetime')),
    object(
      'Lead',
      field('City'),
      field('Title'),
      field('AnnualRevenue', 'currency'),
      field('Id__c'),
      field('ns__Title__c'),
      field('External_Id__c'),
    ),
  ]);
  const columns = Object.fromEntries(
    fields.map((candidate) => [`${candidate.object}.${candidate.name}`, candidate.column]),
  );
  assert.deepEqual(columns, {
    'Lead.Id': null,
    'Lead.SystemModstamp': null,
    'Lead.City': 'city',
    'Lead.Title': 'title',
    'Lead.AnnualRevenue': 'annual_revenue',
    'Lead.Id__c': 'id_2',
    'Lead.ns__Title__c': 'ns_title',
    'Lead.External_Id__c': 'external_id_2',
    'Contact.Id': null,
    'Contact.SystemModstamp': null,
    'Contact.MailingCity': 'city',
    'Contact.OtherCity': 'other_city',
    'Contact.Title': 'title',
    'Contact.LastCURequestDate': 'last_cu_request_date',
  });
  assert.equal(found(fields, 'Contact.MailingCity').joined, 'standard');
});

test('[MAP8] a custom field of one name joins where the types agree and is listed where they differ', () => {
  const { fields, apart } = planFields([
    object('Lead', field('Tier__c', 'picklist'), field('Size__c', 'double')),
    object('Contact', field('Tier__c', 'picklist'), field('Size__c', 'string')),
  ]);
  assert.equal(found(fields, 'Contact.Tier__c').column, 'tier');
  assert.equal(found(fields, 'Contact.Tier__c').joined, 'automatic');
  assert.equal(found(fields, 'Contact.Size__c').column, 'size_2');
  assert.deepEqual(apart, [{ name: 'Size__c', leadType: 'double', contactType: 'string' }]);
});

test('[MAP12] formula, auto-number, read-only and system fields are never sent, compound and base64 fields are not synced, lookups carry ids', () => {
  const { fields } = planFields([
    object(
      'Lead',
      field('Address', 'address', readOnly),
      field('Photo__c', 'base64'),
      field('LastViewedDate', 'datetime', readOnly),
      field('Total__c', 'double', { calculated: true }),
      field('Number__c', 'string', { autoNumber: true }),
      field('Name', 'string', readOnly),
      field('IsConverted', 'boolean', { updateable: false }),
      field('CreatedById', 'reference', readOnly),
      field('OwnerId', 'reference'),
    ),
    object('Account', field('Name')),
  ]);
  assert.deepEqual(
    fields
      .filter((candidate) => candidate.object === 'Lead')
      .map((candidate) => [candidate.name, candidate.column, isSendable(candidate)]),
    [
      ['Id', null, false],
      ['SystemModstamp', null, false],
      ['Total__c', 'total', false],
      ['Number__c', 'number', false],
      ['Name', 'name', false],
      ['IsConverted', 'is_converted', false],
      ['CreatedById', null, false],
      ['OwnerId', 'owner_id', true],
    ],
  );
  assert.equal(found(fields, 'Account.Name').direction, 'from_salesforce');
  assert.equal(found(fields, 'Lead.OwnerId').mirrorType, 'text');
});

test('[MAP16] no number becomes a float', () => {
  const { fields } = planFields([
    object(
      'Lead',
      field('A__c', 'double'),
      field('B__c', 'currency'),
      field('C__c', 'percent'),
      field('D', 'int', { digits: 9 }),
      field('E', 'int', { digits: 18 }),
      field('F', 'long'),
    ),
  ]);
  assert.deepEqual(
    fields.slice(2).map((candidate) => candidate.mirrorType),
    ['numeric', 'numeric', 'numeric', 'integer', 'bigint', 'bigint'],
  );
});

test('needed fields cannot be dropped, and those the user does not see are named', () => {
  const { fields, missing } = planFields([object('Lead', field('Email', 'email'), field('Fax', 'phone'))]);
  assert.equal(found(fields, 'Lead.Email').isNeeded, true);
  assert.equal(found(fields, 'Lead.Fax').isNeeded, false);
  assert.ok(missing.includes('Lead.Company') && missing.includes('Lead.Syncline_Key__c'));
  assert.ok(!missing.includes('Lead.Email'));
});

test('opt-outs are recognised, and a known field keeps its column whatever comes', () => {
  const first = planFields([object('Lead', field('Plan__c'), field('HasOptedOutOfEmail', 'boolean'))]);
  assert.equal(found(first.fields, 'Lead.HasOptedOutOfEmail').isOptOut, true);
  const second = planFields([object('Lead', field('ns__Plan__c'), field('Plan__c'))], first.fields);
  assert.equal(found(second.fields, 'Lead.Plan__c').column, 'plan');
  assert.equal(found(second.fields, 'Lead.ns__Plan__c').column, 'ns_plan');
});
