import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncField } from '@syncline/contract/setup';
import { droppedOf, matching, unusedIn, withField, withFields } from './choice.ts';

const field = (object: SyncField['object'], apiName: string, more: Partial<SyncField> = {}): SyncField => ({
  object,
  apiName,
  label: apiName,
  salesforceType: 'string',
  column: apiName.toLowerCase(),
  columnType: 'text',
  filledShare: 0.5,
  isNeeded: false,
  isCustom: apiName.endsWith('__c'),
  kept: true,
  ...more,
});

const email = field('Lead', 'Email', { isNeeded: true, filledShare: 0 });
const fax = field('Lead', 'Fax', { filledShare: 0, kept: false });
const shoe = field('Lead', 'Shoe__c', { filledShare: 0 });
const site = field('Account', 'Website');
const all = [email, fax, shoe, site];

test('a needed field cannot be dropped, alone or with others', () => {
  assert.equal(withField(new Set(), email, false).size, 0);
  assert.deepEqual([...withFields(new Set(), all, false)], ['Lead.Fax', 'Lead.Shoe__c', 'Account.Website']);
});

test('what was dropped before stays dropped', () => {
  assert.deepEqual([...droppedOf(all)], ['Lead.Fax']);
});

test('unused counts only what is kept, may be dropped, and holds nothing', () => {
  assert.deepEqual(unusedIn(all, droppedOf(all)), [shoe]);
});

test('a filter looks at label and Salesforce name', () => {
  assert.deepEqual(matching(all, { object: 'Lead', text: 'sho', isCustomOnly: true }), [shoe]);
  assert.deepEqual(matching(all, { object: 'all', text: 'WEB', isCustomOnly: false }), [site]);
});
