import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase } from './db/test-database.ts';
import { startLastingServer } from './lasting-server.ts';

const readiness = (url: string): Promise<number> =>
  fetch(`${url}/readyz`).then(
    (answer) => answer.status,
    () => 0,
  );

test('a server whose sessions all end begins anew at its address, as another process of the sync', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'syncline-lasting-'));
  const database = await createTestDatabase();
  const look = new pg.Client({ connectionString: database.adminUrl });
  await look.connect();
  await look.query(`grant create on database ${pg.escapeIdentifier(look.database ?? '')} to syncline_sync`);
  process.env['SYNCLINE_LOG'] = 'silent';
  const server = await startLastingServer({
    databaseUrl: database.url,
    home,
    port: 0,
    allowedHosts: [],
    practice: null,
  });
  t.after(async () => {
    await server.stop();
    await look.end();
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });
  const processes = async (): Promise<readonly number[]> => {
    const { rows } = await look.query<{ process_id: string }>(
      `select process_id from sync.process where exists (
         select from pg_locks where locktype = 'advisory' and classid = 7201 and objid = process_id::oid)`,
    );
    return rows.map((row) => Number(row.process_id));
  };
  const [before] = await processes();
  assert.equal(await readiness(server.url), 200);
  await look.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'syncline' and pid <> pg_backend_pid()`,
  );
  const begun = (after: readonly number[]): boolean => after.length === 1 && after[0] !== before;
  while (!begun(await processes())) await sleep(20);
  while ((await readiness(server.url)) !== 200) await sleep(20);
});
