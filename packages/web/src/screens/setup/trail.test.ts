import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPath, trailStates } from './trail.ts';

test('before the credentials are confirmed only Connect is behind the reader', () => {
  assert.deepEqual(
    trailStates('not_confirmed', 'sync-fields').map(({ state }) => state),
    ['done', 'current', 'later', 'later', 'later'],
  );
});

test('coming back to an earlier part leaves the next one open', () => {
  assert.deepEqual(
    trailStates('not_started', 'connect').map(({ state }) => state),
    ['current', 'done', 'done', 'open', 'later'],
  );
});

test('where the setup goes on follows from what is true now', () => {
  assert.equal(nextPath('not_connected'), '/setup/connect');
  assert.equal(nextPath('not_confirmed'), '/setup/sync-fields');
  assert.equal(nextPath('not_started'), '/setup/mappings');
  assert.equal(nextPath('initial_sync'), '/setup/initial-sync');
});
