/** Everybody who matches a list, as a set: counted before an act, and taken in slices by it. Who they are is asked at that moment, so no list of ids is kept. */
import type { PeopleChoice, SyncMatchingCount } from '@syncline/contract/people';
import type { Database } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { Binds } from './binds.ts';
import { readWithin } from './bounded.ts';
import { matchSql } from './people-phases.ts';
import { askedOf } from './people-search.ts';

/** Of one slice, and of the count: all of a million people are looked at within it, with or without an index. */
const MATCHING_MS = 60_000;

export const readMatchingIds = async (
  db: Database,
  map: FieldMap,
  choice: PeopleChoice,
  { afterId, rowsMax }: { readonly afterId: number; readonly rowsMax: number },
): Promise<readonly number[]> => {
  const binds = new Binds();
  const condition = matchSql(askedOf(map, choice), binds);
  const sql = `select p.id from marketing.person p where ${condition} and p.id > ${binds.add(afterId, 'bigint')}
                order by p.id limit ${binds.add(rowsMax, 'integer')}`;
  const rows = await readWithin(db, MATCHING_MS, (tx) => tx.query<{ id: number }>(sql, binds.values));
  return rows.map(({ id }) => id);
};

/** By the questions that `marketing.sync_person` asks: who was deleted in Salesforce gets a new lead. */
export const countForSync = async (db: Database, map: FieldMap, choice: PeopleChoice): Promise<SyncMatchingCount> => {
  const binds = new Binds();
  const sql = `
    select count(*) as people, count(*) filter (where p.salesforce_id is not null and not p.is_deleted) as linked
      from marketing.person p where ${matchSql(askedOf(map, choice), binds)}`;
  const [row] = await readWithin(db, MATCHING_MS, (tx) =>
    tx.query<{ people: number; linked: number }>(sql, binds.values),
  );
  const { people = 0, linked = 0 } = row ?? {};
  const skipped = linked === 0 ? [] : [{ code: 'already-in-salesforce' as const, people: linked }];
  return { people, asked: people - linked, skipped };
};
