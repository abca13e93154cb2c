import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldDescribe } from '../schema.ts';
import { withPreparedFields } from './prepared.ts';
import { standardObjects } from './standard.ts';

const object = (name: string) => standardObjects.find((described) => described.name === name);
const field = (of: string, name: string): FieldDescribe | undefined =>
  object(of)?.fields.find((described) => described.name === name);

test('the standard objects have the id prefixes of A11', () => {
  const prefixes = Object.fromEntries(standardObjects.map(({ name, keyPrefix }) => [name, keyPrefix]));
  assert.deepEqual(prefixes, {
    Organization: '00D',
    Profile: '00e',
    UserRole: '00E',
    User: '005',
    Group: '00G',
    GroupMember: '011',
    QueueSobject: '03g',
    AssignmentRule: '01Q',
    RecordType: '012',
    PermissionSet: '0PS',
    PermissionSetAssignment: '0Pa',
    ObjectPermissions: '110',
    FieldPermissions: '01k',
    Account: '001',
    Campaign: '701',
    CampaignMemberStatus: '01Y',
    Contact: '003',
    LeadStatus: '01J',
    Lead: '00Q',
    CampaignMember: '00v',
    Opportunity: '006',
    OpportunityContactRole: '00K',
    OpportunityStage: '01J',
    CaseStatus: '01J',
    Case: '500',
    TaskStatus: '01J',
    TaskPriority: '01J',
    Task: '00T',
    Event: '00U',
    Folder: '00l',
    EmailTemplate: '00X',
    Attachment: '00P',
    ListView: '00B',
    Report: '00O',
    Dashboard: '01Z',
  });
});

test('no object has a field twice, and every reference leads to an object or has a name for its parent', () => {
  for (const { name, fields } of standardObjects) {
    const names = fields.map((described) => described.name.toLowerCase());
    assert.equal(new Set(names).size, names.length, name);
    for (const described of fields.filter(({ type }) => type === 'reference')) {
      assert.ok(described.relationshipName, `${name}.${described.name}`);
      for (const to of described.referenceTo) assert.ok(object(to), `${name}.${described.name} to ${to}`);
    }
  }
});

test('lengths are those of A4, and text takes three bytes a character', () => {
  const lengths: readonly (readonly [string, string, number])[] = [
    ['Lead', 'FirstName', 40],
    ['Lead', 'LastName', 80],
    ['Lead', 'Company', 255],
    ['Lead', 'Email', 80],
    ['Lead', 'Phone', 40],
    ['Lead', 'Street', 255],
    ['Lead', 'City', 40],
    ['Lead', 'State', 80],
    ['Lead', 'PostalCode', 20],
    ['Lead', 'Country', 80],
    ['Lead', 'Title', 128],
    ['Lead', 'Website', 255],
    ['Lead', 'Description', 32_000],
    ['Account', 'Name', 255],
    ['Contact', 'Title', 128],
    ['Opportunity', 'Name', 120],
    ['Campaign', 'Name', 80],
    ['Task', 'Subject', 255],
  ];
  for (const [of, name, length] of lengths) {
    assert.equal(field(of, name)?.length, length, `${of}.${name}`);
    assert.equal(field(of, name)?.byteLength, length * 3, `${of}.${name}`);
  }
});

test('every field has every attribute of a describe answer (A4)', () => {
  const attributes = Object.keys(field('Lead', 'Id') ?? {}).toSorted();
  assert.equal(attributes.length, 57);
  for (const { name, fields } of standardObjects) {
    for (const described of fields) {
      assert.deepEqual(Object.keys(described).toSorted(), attributes, `${name}.${described.name}`);
    }
  }
});

test('Lead and Contact get the prepared key once, also where a describe file replaced their fields', () => {
  const lead = object('Lead');
  assert.ok(lead);
  const prepared = withPreparedFields(lead);
  const key = prepared.fields.find(({ name }) => name === 'Syncline_Key__c');
  assert.deepEqual(
    [key?.type, key?.length, key?.unique, key?.externalId, key?.caseSensitive],
    ['string', 32, true, true, true],
  );
  assert.deepEqual(withPreparedFields(prepared), prepared);
  const account = object('Account');
  assert.ok(account);
  assert.equal(withPreparedFields(account), account);
});
