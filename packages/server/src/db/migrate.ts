/** Runs the numbered files of `migrations/` that this database has not seen, forward only, one at a time under a lock. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Problem } from '../errors/errors.ts';
import type { Database } from './db.ts';

const FOLDER = fileURLToPath(new URL('../../../../migrations/', import.meta.url));
const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Errors: `database-newer` where the database was migrated by a newer Syncline than this one. */
export const migrate = async (db: Database): Promise<readonly string[]> => {
  const files = readdirSync(FOLDER)
    .filter((name) => NAME.test(name))
    .sort();
  return db.transaction(async (tx) => {
    await tx.run(`select pg_advisory_xact_lock(hashtext('syncline migrate'))`);
    await tx.run('create schema if not exists sync');
    await tx.run(
      'create table if not exists sync.migration (name text primary key, at timestamptz not null default now())',
    );
    const seen = new Set((await tx.query<{ name: string }>('select name from sync.migration')).map((row) => row.name));
    for (const name of seen) if (!files.includes(name)) throw new Problem('database-newer', { migration: name });
    const missing = files.filter((name) => !seen.has(name));
    for (const name of missing) {
      await tx.run(readFileSync(`${FOLDER}${name}`, 'utf8'));
      await tx.run('insert into sync.migration (name) values ($1)', [name]);
    }
    return missing;
  });
};
