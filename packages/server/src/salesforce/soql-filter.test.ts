import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFilter } from '../mapping/compile-filter.ts';
import type { Condition, Filter } from '../mapping/mapping.ts';
import { isSlow, planFilter } from '../mapping/plan-filter.ts';
import { smallMap } from '../people/testing/small-map.ts';
import { filterSoql, leftSoql, outsideSoql, readSoql } from './soql-filter.ts';

const lead = smallMap({
  Lead: [
    ['Interests__c', 'multipicklist', 'interests', {}],
    ['Since__c', 'date', 'since', {}],
    ['Score__c', 'double', 'score', { isCalculated: true }],
    ['Notes__c', 'textarea', 'notes', { length: 32_000 }],
    ['CreatedDate', 'datetime', null, {}],
  ],
}).objects.Lead;
const condition = (field: string, operator: Condition['operator'], value: string | null = null): Condition => ({
  field,
  operator,
  value,
});
const all = (...conditions: readonly Condition[]): Filter => planFilter(lead, { match: 'all', conditions });
const any = (...conditions: readonly Condition[]): Filter => planFilter(lead, { match: 'any', conditions });
const inside = (one: Condition): string => filterSoql(lead, all(one)) ?? '';
const outside = (one: Condition): string => outsideSoql(lead, all(one)) ?? '';

test('[SEC9] a value of a filter that would break out of a query stays a value, and a wildcard is a letter', () => {
  assert.equal(inside(condition('Title', 'is', `' OR Name != '`)), `(Title = '\\' OR Name != \\'')`);
  assert.equal(inside(condition('Title', 'is', `\\'`)), `(Title = '\\\\\\'')`);
  assert.equal(inside(condition('Title', 'contains', `50%_\\'`)), `(Title LIKE '%50\\%\\_\\\\\\'%')`);
  assert.equal(
    inside(condition('Interests__c', 'contains', `a') OR (Id != '`)),
    `(Interests__c INCLUDES ('a\\') OR (Id != \\''))`,
  );
  assert.equal(
    compileFilter(lead, all(condition('Title', 'is', `x'; drop table sync.link; --`))),
    `(coalesce(lower(m."Title") = lower('x''; drop table sync.link; --'), false))`,
  );
});

test('[IN14] who is out meets a condition of its own, and a field without a value is on one side only', () => {
  const pairs: readonly (readonly [Condition, string, string])[] = [
    [condition('Rating', 'is', 'Hot'), `Rating = 'Hot'`, `(Rating != 'Hot') OR (Rating = null)`],
    [condition('Rating', 'is_not', 'Hot'), `(Rating != 'Hot') OR (Rating = null)`, `Rating = 'Hot'`],
    [condition('Title', 'contains', 'x'), `Title LIKE '%x%'`, `((NOT Title LIKE '%x%')) OR (Title = null)`],
    [
      condition('NumberOfEmployees', 'at_least', '10'),
      'NumberOfEmployees >= 10',
      '(NumberOfEmployees < 10) OR (NumberOfEmployees = null)',
    ],
    [
      condition('Since__c', 'at_most', '2026-11-24'),
      'Since__c <= 2026-11-24',
      '(Since__c > 2026-11-24) OR (Since__c = null)',
    ],
    [condition('Email', 'empty'), 'Email = null', 'Email != null'],
    [condition('HasOptedOutOfEmail', 'is', 'false'), 'HasOptedOutOfEmail = false', 'HasOptedOutOfEmail != false'],
  ];
  for (const [one, isIn, isOut] of pairs) assert.deepEqual([inside(one), outside(one)], [`(${isIn})`, `(${isOut})`]);
  const two = [condition('Rating', 'is', 'Hot'), condition('Title', 'empty')] as const;
  assert.equal(outsideSoql(lead, all(...two)), `((Rating != 'Hot') OR (Rating = null)) OR (Title != null)`);
  assert.equal(outsideSoql(lead, any(...two)), `((Rating != 'Hot') OR (Rating = null)) AND (Title != null)`);
});

test('[IN14] what ends a record is read whoever it is of, and an object without a filter is asked as it always was', () => {
  const filtered = { ...lead, filter: all(condition('Rating', 'is', 'Hot')) };
  assert.equal(readSoql(filtered), `((Rating = 'Hot')) OR (IsDeleted = true) OR (IsConverted = true)`);
  assert.equal(
    leftSoql(filtered),
    `(((Rating != 'Hot') OR (Rating = null))) AND (IsDeleted = false) AND (IsConverted = false)`,
  );
  assert.deepEqual([readSoql(lead), leftSoql(lead)], [undefined, undefined]);
});

test('a condition that does not fit its field is refused, and a value is written as Salesforce writes it', () => {
  const refused = [
    condition('Rating', 'at_least', '3'),
    condition('Rating', 'is', ' '),
    condition('Rating', 'is', 'a\u0000b'),
    condition('NumberOfEmployees', 'is', '1; DELETE'),
    condition('NumberOfEmployees', 'contains', '1'),
    condition('Since__c', 'is', '2026-02-30'),
    condition('CreatedDate', 'at_least', 'yesterday'),
    condition('OwnerId', 'is', '005'),
    condition('HasOptedOutOfEmail', 'is', 'maybe'),
    condition('Score__c', 'is', '1'),
    condition('Notes__c', 'contains', 'x'),
    condition('IsDeleted', 'is', 'true'),
  ];
  for (const one of refused) assert.throws(() => all(one), { code: 'filter-wrong' }, JSON.stringify(one));
  assert.throws(() => all(condition('Nothing__c', 'is', 'x')), { code: 'field-unknown' });
  assert.deepEqual(
    all(condition('CreatedDate', 'at_least', '2026-11-24')).conditions[0]?.value,
    '2026-11-24T00:00:00Z',
  );
});

test('a filter is slow unless Salesforce can find its records by an index that we know of', () => {
  const [rating, email] = [condition('Rating', 'is', 'Hot'), condition('Email', 'is', 'ana@acme.test')];
  assert.deepEqual(
    [all(rating), all(rating, email), any(rating, email), all(condition('Email', 'is_not', 'x'))].map((filter) =>
      isSlow(lead, filter),
    ),
    [true, false, true, true],
  );
});
