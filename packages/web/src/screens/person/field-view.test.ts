import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonField } from '@syncline/contract/people';
import { matchingFields, shownState } from './field-view.ts';

const field = (more: Partial<PersonField>): PersonField => ({
  field: 'title',
  label: 'Title',
  salesforceName: 'Title',
  type: 'text',
  isEditable: true,
  offers: null,
  isSeveral: false,
  isOptOut: false,
  ours: 'CMO',
  theirs: 'Buyer',
  base: 'Buyer',
  state: 'differs',
  problemCode: null,
  ...more,
});

test('a value that Salesforce took and that was not read since is sent, not different', () => {
  assert.equal(shownState(field({ base: 'CMO' })), 'sent');
  assert.equal(shownState(field({})), 'differs');
  assert.equal(shownState(field({ state: 'waiting_to_send', base: 'CMO' })), 'waiting_to_send');
});

test('only differing leaves out what is equal and what is not synced', () => {
  const rows = [field({}), field({ field: 'a', state: 'equal' }), field({ field: 'b', state: 'not_synced' })];
  assert.deepEqual(
    matchingFields(rows, { text: '', isOnlyDiffering: true }).map((each) => each.field),
    ['title'],
  );
  assert.deepEqual(
    matchingFields([field({ field: 'mobile', label: 'Cell', salesforceName: 'MobilePhone' })], {
      text: 'mobileph',
      isOnlyDiffering: false,
    }).length,
    1,
  );
});
