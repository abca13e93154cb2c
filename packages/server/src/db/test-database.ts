/** A database of its own for one test file, cloned from the template that the global setup made. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from './db.ts';

export interface TestDatabase {
  readonly db: Database;
  /** As `syncline_sync`. */
  readonly url: string;
  /** As `syncline_engineer`. */
  readonly engineerUrl: string;
  /** As the superuser: a stranger to the sync, like any SQL client of an administrator. */
  readonly adminUrl: string;
  drop(): Promise<void>;
}

export const createTestDatabase = async (): Promise<TestDatabase> => {
  const server = process.env['SYNCLINE_TEST_POSTGRES'];
  if (!server)
    throw new Error('SYNCLINE_TEST_POSTGRES is not set: run the tests with --test-global-setup=tools/test/global.ts');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, `create database ${name} template tpl strategy file_copy`);
  const url = (user: string): string => server.replace('postgres@', `${user}@`).replace(/\/postgres$/, `/${name}`);
  const db = openDatabase(url('syncline_sync'), { sessionsMax: 8, onError: () => undefined });
  return {
    db,
    url: url('syncline_sync'),
    engineerUrl: url('syncline_engineer'),
    adminUrl: url('postgres'),
    drop: async () => {
      await db.close();
      await asAdmin(server, `drop database ${name} with (force)`);
    },
  };
};

const asAdmin = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};
