import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts';
import type { Inbound, PassOutcome } from '../inbound/inbound.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { createReader } from './create-reader.ts';

let base: TestDatabase;
before(async () => {
  base = await createTestDatabase();
  await base.db.run(
    `insert into sync.connection (method, host, started_at) values ('client_credentials', 'https://example.my.salesforce.com', now())`,
  );
  await base.db.run(`insert into sync.load (object, phase) values ('Lead', 'done')`);
  await base.db.run(`insert into sync.cursor (object) values ('Lead')`);
});
after(() => base?.drop());

/** Counts what the loop asks of inbound, and lets a test wait for it. */
const countingInbound = (): { readonly inbound: Inbound; readonly asked: string[]; poll(): Promise<void> } => {
  const asked: string[] = [];
  let heard = Promise.withResolvers<void>();
  return {
    asked,
    poll: async () => {
      await heard.promise;
      heard = Promise.withResolvers<void>();
    },
    inbound: {
      poll: async (objects): Promise<readonly PassOutcome[]> => {
        asked.push('poll');
        await base.db.run('update sync.cursor set last_began_at = clock_timestamp(), last_deep_at = clock_timestamp()');
        heard.resolve();
        return objects.map((object) => ({ object, created: 0, updated: 0, deleted: 0, failed: 0, skipped: 0 }));
      },
      reread: async () => {
        asked.push('reread');
        return 0;
      },
      load: () => Promise.reject(new Error('everything is loaded')),
    },
  };
};

test('[SAFE7] an idle reader sleeps until the next poll is due, and Sync now wakes it', async () => {
  const { inbound, asked, poll } = countingInbound();
  const reader = createReader({
    db: base.db,
    inbound,
    bounds: { ...DEFAULT_BOUNDS, pollEveryMs: 3_600_000 },
    log: pino({ level: 'silent' }),
    noteFailure: () => Promise.resolve(),
    onChanged: () => undefined,
  });
  await reader.start();
  await poll();
  await base.db.run(`select pg_notify('syncline_wake', '')`);
  await poll();
  await reader.stop();
  assert.deepEqual(asked.filter((what) => what === 'poll'), ['poll', 'poll']);
  assert.ok(asked.length <= 5, `the loop ran ${asked.length} steps for two polls`);
});

test('[SET11] a disabled sync reads nothing', async () => {
  await base.db.run('update sync.connection set enabled = false');
  const { inbound, asked } = countingInbound();
  const reader = createReader({
    db: base.db,
    inbound,
    bounds: DEFAULT_BOUNDS,
    log: pino({ level: 'silent' }),
    noteFailure: () => Promise.resolve(),
    onChanged: () => undefined,
  });
  await reader.start();
  await base.db.run(`select pg_notify('syncline_wake', '')`);
  await reader.stop();
  assert.deepEqual(asked, []);
  await base.db.run('update sync.connection set enabled = true');
});
