import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldMapOf } from './open-field-store.ts';
import { DIFFERENCE_KINDS, isNotable, planDifferences } from './plan-differences.ts';
import { type DescribedField, type DescribedObject, planFields } from './plan-fields.ts';

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
const lead = (...fields: readonly DescribedField[]): DescribedObject => ({ name: 'Lead', fields });
const kept = [field('Id', 'id'), field('SystemModstamp', 'datetime')];
const before = [...kept, field('Phone'), field('Fit__c', 'percent'), field('Notes__c')];
const map = fieldMapOf(1, planFields([lead(...before)]).fields);
const found = (...fields: readonly DescribedField[]) => {
  const described = [lead(...kept, ...fields)];
  return planDifferences(map, described, planFields(described, map.objects.Lead.fields).fields);
};
const differences = (...fields: readonly DescribedField[]) =>
  found(...fields).map(({ name, kind, was, is }) => [name, kind, was, is]);
/** Everything as before but one field. */
const seen = (change: Partial<DescribedField> & { readonly name: string }): readonly DescribedField[] =>
  before.slice(2).map((each) => (each.name === change.name ? { ...each, ...change } : each));

test('[MAP1] a field that becomes visible is a candidate, and nothing more', () => {
  assert.deepEqual(differences(field('Phone'), field('Fit__c', 'percent'), field('Notes__c'), field('Fresh__c')), [
    ['Fresh__c', 'new', null, 'string'],
  ]);
});

test('[MAP5] [MAP6] a field that is not seen any more is gone; one of another type says whether its column holds what comes now', () => {
  assert.deepEqual(differences(field('Fit__c', 'string'), field('Notes__c', 'double')), [
    ['Phone', 'gone', 'string', null],
    ['Fit__c', 'retyped', 'percent', 'string'],
    ['Notes__c', 'retyped', 'string', 'double'],
  ]);
  const fits = found(field('Fit__c', 'currency'), field('Notes__c', 'double'), field('Phone', 'date')).map((each) => [
    each.name,
    each.fits,
  ]);
  assert.deepEqual(fits, [
    ['Phone', false],
    ['Fit__c', true],
    ['Notes__c', false],
  ]);
  assert.equal(found(...seen({ name: 'Notes__c', type: 'picklist' }))[0]?.fits, true);
});

test('[MAP13] a field that became encrypted reads as a mask, which text would hold and must not', () => {
  assert.deepEqual(
    found(...seen({ name: 'Notes__c', type: 'encryptedstring' })).map(({ name, kind }) => [name, kind]),
    [['Notes__c', 'masked']],
  );
});

test('[SET6] labels, lengths and rights are said beside the types; an object that could not be described says nothing', () => {
  const [title, length, right] = [{ label: 'Other' }, { length: 20 }, { updateable: false }].map((change) =>
    found(...seen({ name: 'Notes__c', ...change })).map(({ kind, was, is, lengthMax }) => [kind, was, is, lengthMax]),
  );
  assert.deepEqual(title, [['relabelled', 'Notes__c', 'Other', null]]);
  assert.deepEqual(length, [['length', '80', '20', 20]]);
  assert.deepEqual(right, [['read_only', null, null, null]]);
  assert.deepEqual(planDifferences(map, [], []), []);
});

test('[SET6] an object that may not be edited is said once, and not of each of its fields', () => {
  const fields = before.map((each) => ({ ...each, updateable: false }));
  const described = [{ name: 'Lead', fields, updateable: false, createable: false }];
  assert.deepEqual(
    planDifferences(map, described, []).map(({ name, kind }) => [name, kind]),
    [
      ['*', 'object_read_only'],
      ['*', 'object_no_create'],
    ],
  );
});

test('[MAP7] values that a picklist does not offer any more are named, and where nothing else is taken, what is; added ones too', () => {
  const picklist = (restrictedPicklist: boolean, ...values: readonly string[]): DescribedField => ({
    ...field('Region__c', 'picklist'),
    restrictedPicklist,
    picklistValues: ['North', 'South', 'East'].map((value) => ({ value, active: values.includes(value) })),
  });
  const known = fieldMapOf(1, planFields([lead(...kept, picklist(true, 'North', 'South'))]).fields);
  const say = (now: DescribedField) =>
    planDifferences(known, [lead(...kept, now)], []).map(({ kind, removed, added, allowed }) => [
      kind,
      removed,
      added,
      allowed,
    ]);
  assert.deepEqual(say(picklist(true, 'South', 'North')), []);
  assert.deepEqual(say(picklist(true, 'North', 'East')), [['picklist', ['South'], ['East'], ['North', 'East']]]);
  assert.deepEqual(say(picklist(false, 'North')), [['picklist', ['South'], [], null]]);
});

test('only what nothing waits for may be taken note of', () => {
  const notable = DIFFERENCE_KINDS.filter((kind) => isNotable({ kind, fits: false }));
  assert.deepEqual(notable, ['writable', 'relabelled', 'length', 'picklist']);
  assert.equal(isNotable({ kind: 'retyped', fits: true }), true);
});
