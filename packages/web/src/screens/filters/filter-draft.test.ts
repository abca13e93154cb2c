import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FilterField, ObjectFilter } from '@syncline/contract/filters';
import { draftOf, filterOf, withCondition, withField } from './filter-draft.ts';

const rating: FilterField = { name: 'Rating', label: 'Rating', kind: 'text', operators: ['is', 'contains', 'empty'] };
const since: FilterField = { name: 'Since__c', label: 'Since', kind: 'date', operators: ['is', 'at_least', 'empty'] };
const optOut: FilterField = { name: 'OptOut', label: 'Opted out', kind: 'flag', operators: ['is'] };

test('a filter that nobody touches is saved as it was, and one without conditions lets everything in', () => {
  const filter: ObjectFilter = {
    match: 'any',
    conditions: [
      { field: 'Rating', operator: 'is', value: 'Hot' },
      { field: 'Since__c', operator: 'empty', value: null },
    ],
  };
  assert.deepEqual(filterOf(draftOf(filter)), filter);
  assert.equal(filterOf(draftOf(null)), null);
});

test('a new condition asks the first field what it can be asked first, and has a key of its own', () => {
  const two = withCondition(withCondition(draftOf(null), [rating]), [optOut]);
  assert.deepEqual(two.conditions, [
    { key: 0, field: 'Rating', operator: 'is', value: '' },
    { key: 1, field: 'OptOut', operator: 'is', value: 'true' },
  ]);
});

test('another field keeps operator and value where it can be asked the same', () => {
  const condition = { key: 0, field: 'Rating', operator: 'is', value: 'Hot' } as const;
  assert.deepEqual(withField(condition, since), { ...condition, field: 'Since__c' });
  assert.deepEqual(withField({ ...condition, operator: 'contains' }, since), {
    key: 0,
    field: 'Since__c',
    operator: 'is',
    value: '',
  });
  assert.deepEqual(withField(condition, optOut).value, 'true');
});
