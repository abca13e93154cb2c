import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockSince, heldForMs } from './state-pace.ts';

test('a sync in progress is shown for 2 s at least, a failure at once', () => {
  assert.equal(heldForMs('in_progress', 'last_sync', 300), 1_700);
  assert.equal(heldForMs('in_progress', 'last_sync', 2_500), 0);
  assert.equal(heldForMs('in_progress', 'failed', 300), 0);
  assert.equal(heldForMs('last_sync', 'in_progress', 0), 0);
  assert.equal(heldForMs(null, 'last_sync', 0), 0);
});

test('the clock of a run counts hours, minutes and seconds and never runs below zero', () => {
  const now = new Date('2026-03-04T12:00:26Z');
  assert.equal(clockSince('2026-03-04T12:00:00Z', now), '0:00:26');
  assert.equal(clockSince('2026-03-04T10:58:59Z', now), '1:01:27');
  assert.equal(clockSince('2026-03-04T12:00:30Z', now), '0:00:00');
});
