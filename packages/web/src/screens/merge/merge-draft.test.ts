import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MergeCandidate, MergeChoices } from '@syncline/contract/actions';
import { callsOf, EMPTY_DRAFT, mergingOf, wishOf } from './merge-draft.ts';

const person = (personId: number, record: MergeCandidate['record']): MergeCandidate => ({
  personId,
  name: `N${personId}`,
  email: null,
  record,
  salesforceId: null,
  updatedAt: null,
  waiting: 1,
  roles: 0,
  references: 2,
});
const choices: MergeChoices = {
  people: [person(1, 'contact'), person(2, 'lead'), person(3, 'lead'), person(4, 'marketing_only')],
  fields: [
    { field: 'phone', label: 'Phone', isOptOut: false, values: [null, '2', '3', '2'] },
    { field: 'title', label: 'Title', isOptOut: false, values: ['CEO', 'CMO', null, 'CEO'] },
    { field: 'out', label: 'Out', isOptOut: true, values: [false, false, true, null] },
  ],
};

test('[ID22] a contact stays; leads are converted into it, and who is not in Salesforce is folded here alone', () => {
  const merging = mergingOf(choices, { ...EMPTY_DRAFT, winnerId: 2 });
  assert.equal(merging.winner?.personId, 1, 'a lead does not stay beside a contact');
  const { merges, converts, only, hanging } = merging;
  assert.deepEqual(
    { merges, converts, only, hanging },
    { merges: 0, converts: 2, only: 1, hanging: { waiting: 3, roles: 0, references: 6 } },
  );
  assert.deepEqual(wishOf(merging), { kind: 'merge', winnerId: 1, ids: [2, 3, 4], values: { phone: 2, title: 1 } });
  assert.equal(merging.fields.find(({ field }) => field === 'out')?.from, 3, 'an opt-out of anybody stays');
});

test('[ID22] who is left out takes no part: another one may stay, and only what differs among the rest is asked', () => {
  const merging = mergingOf(choices, { out: new Set([1, 3]), winnerId: null, values: { phone: 1, title: 4, out: 2 } });
  assert.equal(merging.winner?.personId, 2);
  assert.deepEqual(
    merging.fields.map(({ field, values, from }) => [field, values, from]),
    [
      ['title', ['CMO', 'CEO'], 4],
      ['out', [false, null], 2],
    ],
  );
  assert.equal(wishOf(mergingOf(choices, { ...EMPTY_DRAFT, out: new Set([1, 2, 3]) })), null, 'one alone is no merge');
  assert.deepEqual([0, 1, 2, 3].map(callsOf), [0, 1, 1, 2]);
});
