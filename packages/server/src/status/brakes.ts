/** What stopped and waits for an answer (SAFE1). What goes out is read from the entries themselves; what comes in was kept when it stopped. */
import type { BrakeDetail, BrakeRow, BrakeSample, BrakeStatement, Brakes } from '@syncline/contract/brakes';
import type { FieldValue } from '@syncline/contract/shared';
import pg from 'pg';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { type FieldMap, type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';

const ANSWERED_SHOWN = 20;
const SAMPLE_ROWS = 20;
const STATEMENTS = 5;

interface BrakeFacts {
  readonly brake_id: number;
  readonly object: SyncObject;
  readonly direction: 'in' | 'out';
  readonly braked_at: Date;
  readonly changed: number;
  readonly most: number;
  readonly people: number;
  readonly waiting: number;
  readonly looked_at: Date | null;
  readonly answer: BrakeRow['answer'];
  readonly answered_at: Date | null;
  readonly answered_by: string | null;
}

/** Of what goes out everything that waits is counted now: an answer is for all of it. */
const FACTS = `
select b.brake_id, b.object, b.direction, b.braked_at, b.changed, b.most, b.people, b.looked_at, b.answer, b.answered_at, b.answered_by,
       case when b.direction = 'out' and b.answer is null then (
         select count(*) from sync.outbox o join marketing.person p on p.id = o.person_id and p.salesforce_type = b.object
          where o.lane > 0 and o.claim_id is null and o.edits <> '{}' and o.due_at < 'infinity') else b.waiting end as waiting
  from sync.brake b`;

const rowOf = (row: BrakeFacts): BrakeRow => ({
  brakeId: row.brake_id,
  object: row.object,
  direction: row.direction,
  brakedAt: row.braked_at.toISOString(),
  changed: row.changed,
  most: row.most,
  people: row.people,
  waiting: row.waiting,
  lookedAt: row.looked_at?.toISOString() ?? null,
  answer: row.answer,
  answeredAt: row.answered_at?.toISOString() ?? null,
  answeredBy: row.answered_by,
});

export const readBrakes = async (db: Database): Promise<Brakes> => ({
  rows: (
    await db.query<BrakeFacts>(
      `${FACTS} order by b.answer is not null, b.braked_at desc limit (select count(*) + ${ANSWERED_SHOWN} from sync.brake where answer is null)`,
    )
  ).map(rowOf),
});

/** Errors: `not-found`. */
export const readBrake = async (db: Database, map: FieldMap, brakeId: number): Promise<BrakeDetail> => {
  const [row] = await db.query<BrakeFacts>(`${FACTS} where b.brake_id = $1`, [brakeId]);
  if (!row) throw new Problem('not-found');
  const isOpenOut = row.direction === 'out' && row.answer === null;
  const [sample, statements] = await Promise.all([
    isOpenOut ? readWaiting(db, map, row.object) : readKept(db, map, row),
    isOpenOut ? readStatements(db, map, row.object) : [],
  ]);
  return { ...rowOf(row), sample, statements };
};

// -- what comes in ------------------------------------------------------------------------------------------------------

interface KeptFacts {
  readonly person_id: number | null;
  readonly name: string | null;
  readonly sf_id: string;
  readonly is_gone: boolean;
  readonly by: string | null;
  readonly fields: Readonly<Record<string, readonly [unknown, unknown]>>;
}

const readKept = async (db: Database, map: FieldMap, row: BrakeFacts): Promise<BrakeSample[]> => {
  const isPerson = TABLE_OF[row.object] === 'person';
  const owner = personColumnsOf(map).ownerName;
  const rows = await db.query<KeptFacts>(
    `select (s ->> 'personId')::bigint as person_id, ${isPerson ? nameSql(personColumnsOf(map)) : 'null'} as name, s ->> 'sfId' as sf_id,
            (s ->> 'isGone')::boolean as is_gone, ${owner === null ? `s ->> 'by'` : `coalesce(u.${owner}, s ->> 'by')`} as by, s -> 'fields' as fields
       from sync.brake b
      cross join lateral jsonb_array_elements(b.sample) with ordinality e (s, place)
       ${isPerson ? `left join marketing.person p on p.id = (s ->> 'personId')::bigint` : ''}
       ${owner === null ? '' : `left join marketing.owner u on u.salesforce_id = s ->> 'by'`}
      where b.brake_id = $1 order by place`,
    [row.brake_id],
  );
  const labelOf = (name: string): string =>
    map.objects[row.object].fields.find((field) => field.name === name)?.label ?? name;
  return rows.map((kept) => sampleOf(kept, labelOf));
};

const sampleOf = (
  { person_id, name, sf_id, is_gone, by, fields }: KeptFacts,
  labelOf: (name: string) => string,
): BrakeSample => ({
  personId: person_id,
  name,
  salesforceId: sf_id,
  isGone: is_gone,
  by,
  fields: Object.entries(fields).map(([field, [before, after]]) => ({
    label: labelOf(field),
    before: valueOf(before),
    after: valueOf(after),
  })),
});

/** Numbers leave as text (MAP16). */
const valueOf = (value: unknown): FieldValue =>
  value === null || value === undefined
    ? null
    : typeof value === 'boolean' || typeof value === 'string'
      ? value
      : JSON.stringify(value);

// -- what goes out ------------------------------------------------------------------------------------------------------

const WAITING = `o.lane > 0 and o.claim_id is null and o.edits <> '{}' and o.due_at < 'infinity'`;

const readWaiting = async (db: Database, map: FieldMap, object: SyncObject): Promise<BrakeSample[]> => {
  const names = Object.fromEntries(
    map.objects[object].fields.flatMap(({ column, name }) => (column === null ? [] : [[column, name]])),
  );
  const rows = await db.query<KeptFacts>(
    `select p.id as person_id, ${nameSql(personColumnsOf(map))} as name, p.salesforce_id as sf_id, false as is_gone, null as by,
            (select jsonb_object_agg(e.key, jsonb_build_array(coalesce(j.m -> ($3::jsonb ->> e.key), j.m -> '_more' -> ($3::jsonb ->> e.key)),
                                                              coalesce(j.p -> e.key, j.p -> 'more' -> e.key))) from jsonb_object_keys(w.edits) e (key)) as fields
       from (select o.person_id, o.edits, o.lane, o.due_at
               from sync.outbox o join marketing.person q on q.id = o.person_id and q.salesforce_type = $1
              where ${WAITING} order by o.lane desc, o.due_at limit $2) w
       join marketing.person p on p.id = w.person_id
       left join salesforce.${pg.escapeIdentifier(object)} m on m."Id" = p.salesforce_id
      cross join lateral (select to_jsonb(m) as m, to_jsonb(p) as p offset 0) j
      order by w.lane desc, w.due_at`,
    [object, SAMPLE_ROWS, JSON.stringify(names)],
  );
  const labelOf = (column: string): string =>
    map.objects[object].fields.find((field) => field.column === column)?.label ?? column;
  return rows.map((kept) => sampleOf(kept, labelOf));
};

/** One statement gives its edits one version, so what made the mass is told from what merely waits with it. */
const readStatements = async (db: Database, map: FieldMap, object: SyncObject): Promise<BrakeStatement[]> => {
  const rows = await db.query<{ at: Date; records: number; fields: readonly string[] }>(
    `select min((o.edited_at ->> e.key)::timestamptz) as at, count(distinct o.person_id)::int as records, array_agg(distinct e.key) as fields
       from sync.outbox o
       join marketing.person p on p.id = o.person_id and p.salesforce_type = $1
      cross join lateral jsonb_each(o.edits) e
      where ${WAITING}
      group by e.value order by records desc, at limit ${STATEMENTS}`,
    [object],
  );
  const labelOf = (column: string): string =>
    map.objects[object].fields.find((field) => field.column === column)?.label ?? column;
  return rows.map(({ at, records, fields }) => ({ at: at.toISOString(), records, fields: fields.map(labelOf) }));
};
