/** What the brake does of itself, minute by minute, before there is anything to brake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../db/test-database.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { breakLoops } from './break-loops.ts';

test('[SAFE8] before Confirm Credentials there are no mirrors: nothing goes back and forth, and nothing fails', async () => {
  const { db, drop } = await createTestDatabase();
  try {
    assert.equal(await breakLoops(db, DEFAULT_BOUNDS), 0);
  } finally {
    await drop();
  }
});
