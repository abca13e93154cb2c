import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldMapRow } from '@syncline/contract/setup';
import { choiceOf, directionsOf, isBreakable, loneFields } from './map-rows.ts';

const row = (more: Partial<FieldMapRow>): FieldMapRow => ({
  table: 'person',
  label: 'Region',
  ourColumn: 'region',
  columnType: 'text',
  names: { Lead: 'Region__c', Contact: 'Region__c' },
  direction: 'both',
  policies: {},
  ownPolicy: null,
  isOptOut: false,
  isWriteOnce: false,
  isHidden: false,
  canBeSent: true,
  joined: 'automatic',
  isCustom: true,
  isDrafted: false,
  lists: null,
  ...more,
});

test('a choice is one for each object that the row meets', () => {
  assert.deepEqual(choiceOf(row({}), { policy: 'hold' }), [
    { kind: 'choose', object: 'Lead', name: 'Region__c', policy: 'hold' },
    { kind: 'choose', object: 'Contact', name: 'Region__c', policy: 'hold' },
  ]);
});

test('a field that cannot be written only comes or rests; only joined custom fields can be broken', () => {
  assert.deepEqual(directionsOf(row({ canBeSent: false })), ['from_salesforce', 'none']);
  assert.equal(isBreakable(row({})), true);
  assert.equal(isBreakable(row({ isCustom: false })), false);
  assert.equal(isBreakable(row({ names: { Lead: 'Region__c' } })), false);
});

test('lone fields are custom, of one of the two objects, and of people', () => {
  const maps = [row({}), row({ names: { Lead: 'Tier__c' }, label: 'Tier' }), row({ names: { Contact: 'Size__c' } })];
  assert.deepEqual(loneFields(maps, 'Lead'), [{ name: 'Tier__c', label: 'Tier', columnType: 'text' }]);
  assert.deepEqual(
    loneFields(maps, 'Contact').map(({ name }) => name),
    ['Size__c'],
  );
});
