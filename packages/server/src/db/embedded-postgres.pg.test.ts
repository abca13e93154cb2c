import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const ask = async (connectionString: string): Promise<number> => {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined); // What is asked next says so.
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return rows[0]?.pid ?? 0;
  } finally {
    await client.end();
  }
};

/** Fails with the last answer when the test's own time is up. */
const askUntilAnswered = async (url: string): Promise<number> => {
  for (;;) {
    try {
      return await ask(url);
    } catch {
      await sleep(50);
    }
  }
};

test('a Postgres that is killed is started again at the same address, with what was committed', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'syncline-postgres-'));
  chmodSync(home, 0o755); // the database runs as another user when this is root
  const postgres = await startEmbeddedPostgres({ home, isThrowaway: true, settings: { synchronous_commit: 'on' } });
  t.after(async () => {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined); // It loses its session below.
  await client.connect();
  await client.query('create table kept as select 1 as one');
  const [pid] = readFileSync(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGKILL');
  await client.end().catch(() => undefined); // Nobody is there to hear it.
  assert.ok((await askUntilAnswered(postgres.url)) > 0);
  const again = new pg.Client({ connectionString: postgres.url });
  await again.connect();
  assert.deepEqual((await again.query('select one from kept')).rows, [{ one: 1 }]);
  await again.end();
});
