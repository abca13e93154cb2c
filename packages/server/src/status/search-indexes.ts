/**
 * Indexes that the people search needs to be fast at a million. They are made after the initial load, which would pay for them row
 * by row, and concurrently, so that nobody waits; until then a search reads the table and is right, only slower.
 */
import type { Database } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { personColumnsOf } from './person-columns.ts';
import { columnSql } from './record-columns.ts';

/** The order of the keyset pages, and independent of the database's locale: bytes of the lower-cased text. */
export const searchKey = (column: string): string => `lower(${column}) collate "C"`;

interface WantedIndex {
  readonly name: string;
  readonly table: 'person' | 'company' | 'opportunity';
  readonly definition: string;
}

const wantedIndexes = (map: FieldMap): readonly WantedIndex[] => {
  const { email, name, lastName } = personColumnsOf(map);
  const ofPeople = [
    ['person_search_name', name],
    ['person_search_last_name', lastName],
  ] as const;
  const ofRecords = [
    ['company', columnSql(map, 'Account', 'Name')],
    ['opportunity', columnSql(map, 'Opportunity', 'Name')],
  ] as const;
  return [
    // With the columns themselves, so that looking for twins reads this index and no row (`people-phases.ts`).
    ...(email
      ? [
          {
            name: 'person_search_address',
            table: 'person' as const,
            definition: `((${searchKey(email)}), id) include (${email}, is_deleted) where ${email} is not null`,
          },
        ]
      : []),
    { name: 'person_search_outside', table: 'person', definition: '(id) where salesforce_id is null' },
    ...ofPeople.flatMap(([index, column]): WantedIndex[] =>
      column
        ? [{ name: index, table: 'person', definition: `((${searchKey(column)}), id) where ${column} is not null` }]
        : [],
    ),
    ...ofRecords.flatMap(([table, column]): WantedIndex[] =>
      column ? [{ name: `${table}_search_name`, table, definition: `((${recordKey(column)}), id)` }] : [],
    ),
  ];
};

/** Made by an earlier version, and of no use beside the others. */
const RETIRED = ['person_search_email'];

/** The order of companies and opportunities: those without a name come last. */
export const recordKey = (column: string): string => `coalesce(${searchKey(column)}, '\u{10FFFF}')`;

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
          where i.indrelid in ('marketing.person'::regclass, 'marketing.company'::regclass, 'marketing.opportunity'::regclass)`,
      );
      for (const { name, table, definition } of wantedIndexes(map)) {
        const index = found.find((row) => row.name === name);
        if (index?.is_valid) continue;
        // A build that was killed leaves an index that costs writes and serves no reads.
        if (index) await session.run(`drop index concurrently if exists marketing.${name}`);
        await session.run(`create index concurrently if not exists ${name} on marketing.${table} ${definition}`);
        isMade = true;
      }
      for (const { name } of found.filter((row) => RETIRED.includes(row.name)))
        await session.run(`drop index concurrently if exists marketing.${name}`);
      // An index over an expression has no statistics before the table is analyzed.
      if (isMade) await session.run('analyze marketing.person, marketing.company, marketing.opportunity');
      return true;
    } finally {
      await session.run(`select pg_advisory_unlock(hashtext('syncline search indexes'))`);
    }
  });
