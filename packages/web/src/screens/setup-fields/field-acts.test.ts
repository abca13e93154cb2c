import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetupField } from '@syncline/contract/setup-org';
import { countOn, firstChoice, toCreate, toGrant, toMap, toRestrict, withChoice } from './field-acts.ts';

const field = (apiName: string, given: Partial<SetupField>): SetupField => ({
  label: apiName,
  apiName,
  type: 'Text(255)',
  tier: 'recommended',
  lead: { state: 'found', foundType: null },
  contact: { state: 'found', foundType: null },
  edit: 'sync_user',
  onConvert: 'mapped',
  ...given,
});
const missing = { state: 'missing', foundType: null } as const;
const FIELDS = [
  field('Key__c', { tier: 'needed', contact: missing, onConvert: 'not_needed' }),
  field('Score__c', { edit: 'everyone' }),
  field('Date__c', { lead: missing, contact: missing, onConvert: 'not_mapped' }),
  field('City__c', { tier: 'optional', lead: missing, contact: { state: 'hidden', foundType: null } }),
  field('Type__c', { lead: { state: 'wrong_type', foundType: 'Text(255)' }, onConvert: 'not_mapped' }),
  field('Source__c', { onConvert: 'not_mapped' }),
];

test('[SET3] an act names exactly the places that were chosen and lack it', () => {
  const chosen = firstChoice(FIELDS);
  assert.deepEqual(toCreate(FIELDS, chosen), ['Contact.Key__c', 'Lead.Date__c', 'Contact.Date__c']);
  assert.deepEqual(toRestrict(FIELDS, chosen), ['Lead.Score__c', 'Contact.Score__c']);
  assert.deepEqual(toMap(FIELDS, chosen), ['Source__c'], 'not what is missing, nor of another type');
  assert.deepEqual(toGrant(FIELDS, chosen), []);
  const more = withChoice(chosen, 'City__c', true);
  assert.deepEqual([countOn(toCreate(FIELDS, more), 'Lead'), toGrant(FIELDS, more)], [2, ['Contact.City__c']]);
});

test('the needed field cannot be left out', () => {
  assert.deepEqual(toCreate(FIELDS, new Set()), ['Contact.Key__c']);
});
