/** What an undo left as it was, and why (SAFE6). */
import type { FieldValue } from '@syncline/contract/shared';
import type { UndoStay, UndoStays, UndoStaysQuery } from '@syncline/contract/undo';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { PAGE_ROWS, pageOf, readCursor } from './page-cursor.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

interface Row {
  readonly undo_person_id: number;
  readonly person_id: number;
  readonly person_name: string | null;
  readonly field: string;
  readonly now: FieldValue;
  readonly back: FieldValue;
  readonly why: UndoStay;
}

/** Numbers leave as text (MAP16). */
const asText = (json: string): string =>
  `case when jsonb_typeof(${json}) in ('boolean', 'null') then ${json} else to_jsonb(${json} #>> '{}') end`;

/** Errors: `undo-not-found`. */
export const readUndoStays = async (
  db: Database,
  map: FieldMap,
  undoId: number,
  query: UndoStaysQuery,
): Promise<UndoStays> => {
  const [after = null, afterField = null] = readCursor(query.cursor, 2) ?? [];
  if (after !== null && !Number.isSafeInteger(after)) throw new Problem('bad-request', { where: 'cursor' });
  const [rows, [counts]] = await Promise.all([
    db.query<Row>(
      `select u.undo_person_id, u.person_id, ${nameSql(personColumnsOf(map))} as person_name, e.key as field,
              ${asText('n.value')} as now, ${asText('(u.wanted -> e.key -> 1)')} as back, e.value as why
         from sync.undo_person u
         join marketing.person p on p.id = u.person_id
        cross join lateral jsonb_each_text(u.stays) e
        cross join lateral (select (to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) -> e.key as value) n
        where u.undo_id = $1 and ($2::bigint is null or (u.undo_person_id, e.key) > ($2, $3::text))
        order by u.undo_person_id, e.key limit ${PAGE_ROWS + 1}`,
      [undoId, after, afterField],
    ),
    db.query<{ is_there: boolean; total: number }>(
      `select exists (select from sync.undo where undo_id = $1) as is_there,
              (select count(*) from sync.undo_person u cross join lateral jsonb_object_keys(u.stays) where u.undo_id = $1) as total`,
      [undoId],
    ),
  ]);
  if (!counts?.is_there) throw new Problem('undo-not-found', { id: undoId });
  const labels = labelsOf(map);
  const page = pageOf(rows, (row) => [row.undo_person_id, row.field]);
  return {
    rows: page.rows.map((row) => ({
      personId: row.person_id,
      personName: row.person_name,
      field: row.field,
      label: labels.get(row.field) ?? row.field,
      now: row.now,
      back: row.back,
      why: row.why,
    })),
    nextCursor: page.nextCursor,
    total: counts.total,
    totalIsExact: true,
  };
};

const labelsOf = (map: FieldMap): ReadonlyMap<string, string> =>
  new Map(
    [...map.objects.Contact.fields, ...map.objects.Lead.fields].flatMap(({ column, label }) =>
      column === null ? [] : [[column, label] as const],
    ),
  );
