/** Global set-up of the tests: one throw-away Postgres in memory, with a migrated template that each test file clones. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../packages/server/src/db/db.ts';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
  stopLeftover,
} from '../../packages/server/src/db/embedded-postgres.ts';
import { migrate } from '../../packages/server/src/db/migrate.ts';
import { ensureRoles, withRole } from '../../packages/server/src/db/roles.ts';

const PREFIX = 'syncline-test-';
let postgres: EmbeddedPostgres | undefined;
let home: string | undefined;

export const globalSetup = async (): Promise<void> => {
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  await sweep(memory);
  home = mkdtempSync(join(memory, `${PREFIX}${process.pid}-`));
  chmodSync(home, 0o755);
  postgres = await startEmbeddedPostgres({ home, isThrowaway: true, settings: { max_connections: '200' } });
  await makeTemplate(postgres.url).catch(async (error: unknown) => {
    await globalTeardown();
    throw error;
  });
  process.env['SYNCLINE_TEST_POSTGRES'] = postgres.url;
};

export const globalTeardown = async (): Promise<void> => {
  await postgres?.stop();
  if (home) rmSync(home, { recursive: true, force: true });
};

const makeTemplate = async (server: string): Promise<void> => {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query('create database tpl');
  await admin.end();
  const url = server.replace(/\/postgres$/, '/tpl');
  await ensureRoles(url, { sync: 'sync', engineer: 'engineer' });
  const db = openDatabase(withRole(url, 'syncline_sync', 'sync'), { sessionsMax: 1, onError: () => undefined });
  await migrate(db);
  await db.close();
};

/** Folders of runs whose process is gone, a killed one for example. */
const sweep = async (memory: string): Promise<void> => {
  for (const name of readdirSync(memory)) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : 0;
    if (!pid || existsSync(`/proc/${pid}`)) continue;
    await stopLeftover(join(memory, name, 'postgres', 'data'));
    rmSync(join(memory, name), { recursive: true, force: true });
  }
};
