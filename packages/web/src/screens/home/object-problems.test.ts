import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemShape } from '@syncline/contract/problems';
import { objectProblems } from './object-problems.ts';

const locked = problemShape('user-locked');
const gone = problemShape('field-gone', { field: 'Industry', object: 'Account' });

test('what stops every object is said once, and not at all where the panel above says it', () => {
  const rows = [
    { object: 'Lead', problem: locked },
    { object: 'Contact', problem: locked },
    { object: 'Account', problem: gone },
    { object: 'User', problem: null },
  ] as const;
  assert.deepEqual(
    objectProblems(rows, null).map(({ objects }) => objects),
    [['Lead', 'Contact'], ['Account']],
  );
  assert.deepEqual(
    objectProblems(rows, locked).map(({ objects }) => objects),
    [['Account']],
  );
});
