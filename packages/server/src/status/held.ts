/** Fields that wait for somebody's decision (MRG13), newest first. What the two sides say is read now, from person and mirror. */
import type { Held, HeldQuery } from '@syncline/contract/held';
import type { FieldValue } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import { PAGE_ROWS, pageOf, readIdCursor } from './page-cursor.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

interface HeldFacts {
  readonly conflict_id: number;
  readonly at: Date;
  readonly object: SyncObject;
  readonly person_id: number;
  readonly person_name: string | null;
  readonly sf_id: string;
  readonly field: string;
  readonly base: FieldValue;
  readonly ours: FieldValue;
  readonly theirs: FieldValue;
  readonly ours_at: Date | null;
  readonly theirs_at: Date | null;
  readonly needs_reason: boolean;
  readonly bounces_with: string | null;
}

/** Numbers leave as text (MAP16). */
const text = (json: string): string =>
  `case when jsonb_typeof(${json}) in ('boolean', 'null') then ${json} else to_jsonb(${json} #>> '{}') end`;

const WHERE = `k.winner is null and ($1::text is null or k.object = $1) and ($2::text is null or k.field = $2)`;

/** Of whoever changed the record last; SQL over the conflict `k`. */
const userName = (map: FieldMap): string => {
  const { ownerName } = personColumnsOf(map);
  return ownerName === null
    ? 'null'
    : `(select u.${ownerName} from marketing.owner u where u.salesforce_id = k.theirs_by)`;
};

/** Before Confirm Credentials there is neither a mirror nor anything held. */
const rowsSql = (map: FieldMap): string => `
select k.conflict_id, k.at, k.object, k.person_id, ${nameSql(personColumnsOf(map))} as person_name, k.sf_id, k.field,
       ${text('k.base')} as base, ${text('n.ours')} as ours, ${text('n.theirs')} as theirs,
       coalesce((o.edited_at ->> k.field)::timestamptz, k.ours_at) as ours_at, k.theirs_at, k.policy = 'opt_out' as needs_reason,
       case when k.policy = 'loop' then coalesce(${userName(map)}, k.theirs_by, '') end as bounces_with
  from sync.conflict k
  left join marketing.person p on p.id = k.person_id
  left join sync.outbox o on o.person_id = k.person_id
  left join sync.field f on f.object = k.object and f.column_name = k.field
  left join salesforce."Lead" l on k.object = 'Lead' and l."Id" = k.sf_id
  left join salesforce."Contact" c on k.object = 'Contact' and c."Id" = k.sf_id
 cross join lateral (select to_jsonb(p) -> k.field as ours,
                            coalesce(case k.object when 'Lead' then to_jsonb(l) else to_jsonb(c) end -> f.name, k.theirs) as theirs offset 0) n
 where ${WHERE} and ($3::bigint is null or k.conflict_id < $3)
 order by k.conflict_id desc limit ${PAGE_ROWS + 1}`;

export const readHeld = async (db: Database, map: FieldMap, query: HeldQuery): Promise<Held> => {
  const filter = [query.object ?? null, query.field ?? null];
  const [rows, counts] = await Promise.all([
    map.version === 0 ? [] : db.query<HeldFacts>(rowsSql(map), [...filter, readIdCursor(query.cursor)]),
    db.query<{ object: SyncObject; field: string; count: number; matching: number }>(
      `select k.object, k.field, count(*)::int as count, (count(*) filter (where ${WHERE}))::int as matching
         from sync.conflict k where k.winner is null group by k.object, k.field order by count desc, k.object, k.field`,
      filter,
    ),
  ]);
  const page = pageOf(rows, (row) => row.conflict_id);
  const labelOf = (object: SyncObject, column: string): string =>
    map.objects[object].fields.find((field) => field.column === column)?.label ?? column;
  return {
    rows: page.rows.map((row) => ({
      heldId: row.conflict_id,
      at: row.at.toISOString(),
      object: row.object,
      personId: row.person_id,
      personName: row.person_name,
      salesforceId: row.sf_id,
      field: row.field,
      label: labelOf(row.object, row.field),
      base: row.base,
      ours: row.ours,
      theirs: row.theirs,
      oursAt: row.ours_at?.toISOString() ?? null,
      theirsAt: row.theirs_at?.toISOString() ?? null,
      needsReason: row.needs_reason,
      bouncesWith: row.bounces_with,
    })),
    nextCursor: page.nextCursor,
    total: counts.reduce((sum, { matching }) => sum + matching, 0),
    totalIsExact: true,
    fields: counts.map(({ object, field, count }) => ({ object, field, label: labelOf(object, field), count })),
  };
};
