/** Everybody who matches a list, as a set, in slices. */
import type { PeopleChoice } from '@syncline/contract/people';
import type { Database } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { Binds } from './binds.ts';
import { readWithin } from './bounded.ts';
import { matchSql } from './people-phases.ts';
import { askedOf } from './people-search.ts';

/** Of one slice: all of a million people are looked at within it, with or without an index. */
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
