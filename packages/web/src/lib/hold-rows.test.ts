import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdRows } from './hold-rows.ts';

interface Row {
  readonly id: number;
  readonly state?: string;
}
const rows = (...ids: readonly number[]): readonly Row[] => ids.map((id) => ({ id }));
const reading = { keyOf: (row: Row) => row.id, isPaused: false, isFromEnd: false };
const paused = { ...reading, isPaused: true };

test('new rows wait and are counted, and those that are shown keep their places', () => {
  assert.deepEqual(holdRows(rows(3, 2, 1), rows(5, 4, 3, 2, 1), reading), { rows: rows(3, 2, 1), fresh: 2 });
  assert.deepEqual(holdRows(rows(1, 2, 3), rows(3, 1, 2), reading), { rows: rows(1, 2, 3), fresh: 0 });
});

test('a page that new rows push on keeps its last ones', () => {
  assert.deepEqual(holdRows(rows(3, 2, 1), rows(4, 3, 2), reading), { rows: rows(3, 2, 1), fresh: 1 });
});

test('values follow, and who is gone goes', () => {
  const latest: readonly Row[] = [{ id: 1, state: 'in step' }, { id: 3 }];
  assert.deepEqual(holdRows(rows(1, 2, 3), latest, reading), { rows: latest, fresh: 0 });
});

test('where somebody went the next ones move up, and are not new', () => {
  assert.deepEqual(holdRows(rows(1, 2, 3), rows(1, 3, 4), reading), { rows: rows(1, 3, 4), fresh: 0 });
  assert.deepEqual(holdRows(rows(1, 2, 3), rows(1, 3, 4, 5), reading), { rows: rows(1, 2, 3), fresh: 2 });
  assert.deepEqual(holdRows(rows(1, 2, 3), rows(4, 1, 3), reading), { rows: rows(1, 2, 3), fresh: 1 });
});

test('the last page: who comes behind it is new, and where somebody went an earlier one moves down', () => {
  const fromEnd = { ...reading, isFromEnd: true };
  assert.deepEqual(holdRows(rows(2, 3, 4), rows(3, 4, 5), fromEnd), { rows: rows(2, 3, 4), fresh: 1 });
  assert.deepEqual(holdRows(rows(2, 3, 4), rows(1, 2, 4), fromEnd), { rows: rows(1, 2, 4), fresh: 0 });
  assert.deepEqual(holdRows(rows(2, 3, 4), rows(1, 2, 4, 5), fromEnd), { rows: rows(2, 3, 4), fresh: 2 });
});

test('paused, nothing moves, and what came is counted', () => {
  const latest: readonly Row[] = [{ id: 9 }, { id: 1, state: 'in step' }];
  assert.deepEqual(holdRows(rows(1, 2), latest, paused), { rows: rows(1, 2), fresh: 1 });
  assert.deepEqual(holdRows(rows(1, 2), [], paused), { rows: rows(1, 2), fresh: 0 });
});

test('an empty list, and one of which nothing is left, takes what there is', () => {
  assert.deepEqual(holdRows([], rows(1), paused), { rows: rows(1), fresh: 0 });
  assert.deepEqual(holdRows(rows(1), rows(2), reading), { rows: rows(2), fresh: 0 });
});
