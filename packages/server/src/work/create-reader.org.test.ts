import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import { type Inbound, ReadingPassedOn } from '../inbound/inbound.ts';
import { OrgBench } from '../inbound/testing/org-bench.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import type { Service } from '../lib/service.ts';
import { createPresence } from './create-presence.ts';
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

/** A reader over the real inbound, which tells what it was asked; alone unless told. */
const watch = (takeReading: () => Promise<boolean> = () => Promise.resolve(true)): Watched => {
  const asked: string[] = [];
  const real = bench.inbound();
  let heard = Promise.withResolvers<void>();
  const inbound: Pick<Inbound, 'load' | 'poll' | 'reread'> = {
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
    takeReading,
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

test('[IN26] of two processes one reads; when it dies the other goes on at once, and a page of the dead one fails whole', async () => {
  const { db } = bench.database;
  const [first, second] = [await createPresence(db, 'first'), await createPresence(db, 'second')];
  const one = watch(() => first.takeReading());
  const other = watch(() => second.takeReading());
  await db.run(`update sync.cursor set last_began_at = '-infinity'`);
  await one.reader.start();
  await one.polled();
  await other.reader.start();
  await db.run(`select pg_notify('syncline_wake', '')`);
  await one.polled();
  assert.deepEqual(other.asked, [], 'the one that follows asks Salesforce nothing');

  const [id] = bench.insert('Lead', [{ LastName: 'Late' }]);
  const late = bench.inbound(undefined, (tx) => first.holdReading(tx));
  await one.reader.stop();
  await first.leave();
  await other.polled();
  const known = (): Promise<number> => bench.count('sync.link', `sf_id = '${id}'`);
  await other.reader.stop();
  bench.remove('Lead', id ?? '');
  const runs = await bench.count('sync.run');
  await assert.rejects(late.poll(['Lead'], { deep: false }), ReadingPassedOn);
  assert.equal(await bench.count('sync.run'), runs, 'nor is it told as a failure');
  assert.equal(await bench.count('marketing.person', 'is_deleted'), 0);
  assert.equal(await known(), 1);
  await second.leave();
});
