import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movedColumn, OWN_COLUMNS, readColumns, withColumn, withoutColumn } from './column-choice.ts';

test('what was kept is read, and what nobody wrote is no choice', () => {
  assert.deepEqual(readColumns('["state","field:industry","state","made up",7]'), ['state', 'field:industry']);
  assert.deepEqual(readColumns('[]'), [], 'the name alone is a choice');
  for (const kept of [null, 'nonsense', '{"a":1}']) assert.deepEqual(readColumns(kept), OWN_COLUMNS);
});

test('a column comes last and once, moves by one place, and stops at the edge', () => {
  assert.deepEqual(withColumn(['email'], 'field:title'), ['email', 'field:title']);
  assert.deepEqual(withColumn(['email'], 'email'), ['email']);
  assert.deepEqual(movedColumn(['email', 'owner', 'state'], 'owner', -1), ['owner', 'email', 'state']);
  assert.deepEqual(movedColumn(['email', 'owner', 'state'], 'owner', 1), ['email', 'state', 'owner']);
  assert.deepEqual(movedColumn(['email', 'owner'], 'email', -1), ['email', 'owner']);
  assert.deepEqual(withoutColumn(['email', 'owner'], 'email'), ['owner']);
});
