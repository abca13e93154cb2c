/**
 * Indexes that the people search needs to be fast at a million. They are made after the initial load, which would pay for them row
 * by row, and concurrently, so that nobody waits; until then a search reads the table and is right, only slower.
 */
import type { Database } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { personColumnsOf } from './person-columns.ts';

/** The order of the keyset pages, and independent of the database's locale: bytes of the lower-cased text. */
export const searchKey = (column: string): string => `lower(${column}) collate "C"`;

const wantedIndexes = (map: FieldMap): ReadonlyMap<string, string> => {
  const { email, name, lastName } = personColumnsOf(map);
  const keyed = [
    ['person_search_email', email],
    ['person_search_name', name],
    ['person_search_last_name', lastName],
  ] as const;
  return new Map([
    ['person_search_outside', '(id) where salesforce_id is null'],
    ...keyed.flatMap(([index, column]) =>
      column ? [[index, `((${searchKey(column)}), id) where ${column} is not null`] as const] : [],
    ),
  ]);
};

/** Makes what is missing; twice is the same as once. One process at a time: false where another one is at work. */
export const ensureSearchIndexes = (db: Database, map: FieldMap): Promise<boolean> =>
  db.session(async (session) => {
    const [lock] = await session.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('syncline search indexes')) as mine`,
    );
    if (!lock?.mine) return false;
    let isMade = false;
    try {
      const found = await session.query<{ name: string; is_valid: boolean }>(
        `select c.relname as name, i.indisvalid as is_valid
           from pg_index i join pg_class c on c.oid = i.indexrelid
          where i.indrelid = 'marketing.person'::regclass`,
      );
      for (const [name, definition] of wantedIndexes(map)) {
        const index = found.find((row) => row.name === name);
        if (index?.is_valid) continue;
        // A build that was killed leaves an index that costs writes and serves no reads.
        if (index) await session.run(`drop index concurrently if exists marketing.${name}`);
        await session.run(`create index concurrently if not exists ${name} on marketing.person ${definition}`);
        isMade = true;
      }
      // An index over an expression has no statistics before the table is analyzed.
      if (isMade) await session.run('analyze marketing.person');
      return true;
    } finally {
      await session.run(`select pg_advisory_unlock(hashtext('syncline search indexes'))`);
    }
  });
