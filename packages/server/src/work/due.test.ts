import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncObject } from '../mapping/mapping.ts';
import { type Cursor, chooseDue, restAfter } from './due.ts';

const cursor = (object: SyncObject, wait_ms: number, deep = false): Cursor => ({ object, wait_ms, deep });

test('an object that is nearly due is read with those that are; one that is not stays', () => {
  const due = chooseDue([cursor('Lead', 0), cursor('Account', 18), cursor('User', 900_000)], 30_000, false);
  assert.deepEqual(due, { objects: ['Account', 'Lead'], isDeep: false, nextMs: 30_000 });
});

test('nothing is read early when nothing is due; the next to be due says how long to wait', () => {
  const due = chooseDue([cursor('Lead', 40), cursor('Account', 18)], 30_000, false);
  assert.deepEqual(due, { objects: [], isDeep: false, nextMs: 18 });
});

test('[IN3] a pass is deep when it is due for one of its objects', () => {
  assert.equal(chooseDue([cursor('Lead', 0), cursor('Contact', 0, true)], 30_000, false).isDeep, true);
  assert.equal(chooseDue([cursor('Lead', 0), cursor('Contact', 29_000, true)], 30_000, false).isDeep, false);
});

test('whoever asks for a read gets every object but users', () => {
  const due = chooseDue([cursor('Lead', 20_000), cursor('User', 20_000)], 30_000, true);
  assert.deepEqual(due, { objects: ['Lead'], isDeep: false, nextMs: 20_000 });
});

test('[IN3] a cycle is as long as it is meant from beginning to beginning; after a long one there is a short rest', () => {
  assert.equal(restAfter(30_000, 100, 30_000), 29_900);
  assert.equal(restAfter(30_000, 29_000, 30_000), 7_500);
  assert.equal(restAfter(30_000, 90_000, 30_000), 7_500);
  assert.equal(restAfter(400, 90_000, 30_000), 400);
});
