import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import type { Inbound } from '../inbound/inbound.ts';
import { OrgBench } from '../inbound/testing/org-bench.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import type { Service } from '../lib/service.ts';
import { createReader } from './create-reader.ts';

let bench: OrgBench;
before(async () => {
  bench = await OrgBench.create();
  await bench.load();
  await bench.database.db.run(
    `insert into sync.connection (method, host, started_at) values ('client_credentials', 'https://example.my.salesforce.com', now())`,
  );
});
after(() => bench?.close());

interface Watched {
  readonly reader: Service;
  /** What the loop asked of inbound, in order. */
  readonly asked: string[];
  /** Resolves when the next poll has ended. */
  polled(): Promise<void>;
}

/** A reader over the real inbound, which tells what it was asked. */
const watch = (): Watched => {
  const asked: string[] = [];
  const real = bench.inbound();
  let heard = Promise.withResolvers<void>();
  const inbound: Inbound = {
    load: (signal) => real.load(signal),
    reread: () => {
      asked.push('reread');
      return real.reread();
    },
    poll: async (objects, options) => {
      asked.push('poll');
      const outcomes = await real.poll(objects, options);
      heard.resolve();
      return outcomes;
    },
  };
  const reader = createReader({
    db: bench.database.db,
    inbound,
    bounds: { ...DEFAULT_BOUNDS, pollEveryMs: 3_600_000, userPollEveryMs: 3_600_000 },
    log: pino({ level: 'silent' }),
    noteFailure: () => Promise.resolve(),
    onChanged: () => undefined,
  });
  const polled = async (): Promise<void> => {
    await heard.promise;
    heard = Promise.withResolvers<void>();
  };
  return { reader, asked, polled };
};

test('[SAFE7] an idle reader sleeps until the next poll is due, and Sync now wakes it', async () => {
  const { reader, asked, polled } = watch();
  await reader.start();
  await polled();
  await bench.database.db.run(`select pg_notify('syncline_wake', '')`);
  await polled();
  await reader.stop();
  assert.deepEqual(
    asked.filter((what) => what === 'poll'),
    ['poll', 'poll'],
  );
  assert.ok(asked.length <= 5, `the loop ran ${asked.length} steps for two polls`);
});

test('[SET11] a disabled sync reads nothing, and an enabled one reads again', async () => {
  await bench.database.db.run('update sync.connection set enabled = false');
  const { reader, asked, polled } = watch();
  await reader.start();
  await bench.database.db.run(`update sync.cursor set last_began_at = '-infinity'`);
  await bench.database.db.run(`select pg_notify('syncline_wake', '')`);
  await bench.database.db.run('update sync.connection set enabled = true');
  await bench.database.db.run(`select pg_notify('syncline_wake', '')`);
  await polled();
  await reader.stop();
  assert.equal(asked.filter((what) => what === 'poll').length, 1);
});
