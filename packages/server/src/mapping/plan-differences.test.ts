import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldMapOf } from './open-field-store.ts';
import { planDifferences } from './plan-differences.ts';
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
const differences = (...fields: readonly DescribedField[]) => {
  const described = [lead(...kept, ...fields)];
  const known = map.objects.Lead.fields;
  return planDifferences(map, described, planFields(described, known).fields).map(({ name, kind, was, is }) => [
    name,
    kind,
    was,
    is,
  ]);
};

test('[MAP1] a field that becomes visible is a candidate, and nothing more', () => {
  assert.deepEqual(differences(field('Phone'), field('Fit__c', 'percent'), field('Notes__c'), field('Fresh__c')), [
    ['Fresh__c', 'new', null, 'string'],
  ]);
});

test('[MAP5] [MAP6] a field that is not seen any more is gone; one that its column does not hold is retyped; a text column holds any', () => {
  assert.deepEqual(differences(field('Fit__c', 'string'), field('Notes__c', 'double')), [
    ['Phone', 'gone', 'string', null],
    ['Fit__c', 'retyped', 'percent', 'string'],
  ]);
});

test('a label changes nothing, and an object that could not be described says nothing', () => {
  const relabelled = before.slice(2).map((each) => ({ ...each, label: 'Other' }));
  assert.deepEqual(differences(...relabelled), []);
  assert.deepEqual(planDifferences(map, [], []), []);
});
