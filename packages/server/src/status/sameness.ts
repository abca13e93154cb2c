/** Whether both sides say the same, and what differs. */
import type { Differences, DifferencesQuery, Sameness, SamenessState } from '@syncline/contract/sameness';
import type { Database } from '../db/db.ts';
import { type FieldMap, type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import { problemOf } from './activity.ts';
import { PAGE_ROWS, pageOf, readCursor } from './page-cursor.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

interface SamenessFacts {
  readonly object: SyncObject;
  readonly checked_at: Date | null;
  readonly equal_at: Date | null;
  readonly began_at: Date | null;
  readonly is_repairing: boolean;
  readonly differing: number;
  readonly compared: number;
  readonly waiting: number;
  readonly young: number;
  readonly problem: unknown;
}

const FACTS = `
select s.object, s.checked_at, s.equal_at, s.began_at, s.compared, s.waiting, s.young, s.problem,
       (select count(*)::int from sync.difference d where d.object = s.object) as differing,
       exists (select from sync.reread r where r.object = s.object and r.reason = 'difference') as is_repairing
  from sync.sameness s`;

export const readSameness = async (db: Database): Promise<ReadonlyMap<SyncObject, Sameness>> =>
  new Map((await db.query<SamenessFacts>(FACTS)).map((row) => [row.object, samenessOf(row)]));

export const NEVER_CHECKED: Sameness = {
  state: 'unknown',
  checkedAt: null,
  equalAt: null,
  differing: 0,
  compared: 0,
  waiting: 0,
  young: 0,
  problem: null,
};

const samenessOf = (row: SamenessFacts): Sameness => ({
  state: stateOf(row),
  checkedAt: row.checked_at?.toISOString() ?? null,
  equalAt: row.equal_at?.toISOString() ?? null,
  differing: row.differing,
  compared: row.compared,
  waiting: row.waiting,
  young: row.young,
  problem: problemOf(row.problem),
});

const stateOf = ({ began_at, is_repairing, checked_at, equal_at, differing }: SamenessFacts): SamenessState => {
  if (began_at !== null) return 'checking';
  if (is_repairing) return 'repairing';
  if (checked_at === null) return 'unknown';
  if (differing > 0) return 'differ';
  // Repaired, and not yet proven.
  return equal_at?.getTime() === checked_at.getTime() ? 'equal' : 'unknown';
};

interface DifferenceFacts {
  readonly sf_id: string;
  readonly row_id: number | null;
  readonly kind: 'values' | 'not_here' | 'not_there';
  readonly name: string | null;
  readonly fields: readonly string[];
  readonly found_at: Date;
}

export const readDifferences = async (
  db: Database,
  map: FieldMap,
  { object, cursor }: DifferencesQuery,
): Promise<Differences> => {
  const isPerson = TABLE_OF[object] === 'person';
  const [after] = readCursor(cursor, 1) ?? [];
  const [rows, [count]] = await Promise.all([
    db.query<DifferenceFacts>(
      `select d.sf_id, d.row_id, d.kind, d.fields, d.found_at, ${isPerson ? nameSql(personColumnsOf(map)) : 'null'} as name
         from sync.difference d${isPerson ? '\n         left join marketing.person p on p.id = d.row_id' : ''}
        where d.object = $1 and ($2::text is null or d.sf_id > $2::text collate "C")
        order by d.sf_id limit ${PAGE_ROWS + 1}`,
      [object, after === undefined ? null : String(after)],
    ),
    db.query<{ total: number }>('select count(*)::int as total from sync.difference where object = $1', [object]),
  ]);
  const page = pageOf(rows, (row) => row.sf_id);
  const labelOf = (column: string): string =>
    map.objects[object].fields.find((field) => field.column === column)?.label ?? column;
  return {
    rows: page.rows.map((row) => ({
      object,
      salesforceId: row.sf_id,
      kind: row.kind,
      personId: isPerson ? row.row_id : null,
      name: row.name,
      fields: row.fields.map((field) => ({ field, label: labelOf(field) })),
      foundAt: row.found_at.toISOString(),
    })),
    nextCursor: page.nextCursor,
    total: count?.total ?? 0,
    totalIsExact: true,
  };
};
