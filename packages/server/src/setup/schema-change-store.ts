/** What the org's schema is otherwise than the map, in `sync.schema_change`, and when it was looked at. */
import pg from 'pg';
import type { Connection, Database, Transaction } from '../db/db.ts';
import { type FieldMap, type MappedField, type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import type { Difference } from '../mapping/plan-differences.ts';

/** A difference as it stands in the table. */
export interface StoredDifference extends Difference {
  readonly since: Date;
}

interface DifferenceRow extends Omit<StoredDifference, 'lengthMax'> {
  readonly length_max: number | null;
}

export const readDifferences = async (db: Pick<Connection, 'query'>): Promise<readonly StoredDifference[]> => {
  const rows = await db.query<DifferenceRow>(
    `select object, name, kind, label, was, "is", fits, removed, added, allowed, length_max, since
       from sync.schema_change order by kind = 'new', object, name, kind`,
  );
  return rows.map(({ length_max, ...row }) => ({ ...row, lengthMax: length_max }));
};

/** Deleted fields that were found so long ago, by the database's clock. */
export const readDeleted = async (
  db: Pick<Connection, 'query'>,
  sinceMs: number,
): Promise<readonly StoredDifference[]> => {
  const rows = await db.query<{ object: SyncObject; name: string }>(
    `select object, name from sync.schema_change where kind = 'deleted' and since < clock_timestamp() - $1::float8 * interval '1 ms'`,
    [sinceMs],
  );
  return (await readDifferences(db)).filter(
    (each) => each.kind === 'deleted' && rows.some(({ object, name }) => object === each.object && name === each.name),
  );
};

export const countDifferences = async (db: Pick<Connection, 'query'>): Promise<number> =>
  (await db.query<{ lines: number }>('select count(*)::int as lines from sync.schema_change'))[0]?.lines ?? 0;

/** The table says what was found, and since when; what is as before again is gone. Returns how many came, changed or went. */
export const putDifferences = async (tx: Transaction, found: readonly Difference[]): Promise<number> => {
  const [row] = await tx.query<{ moved: number }>(PUT, [JSON.stringify(found)]);
  return row?.moved ?? 0;
};

const PUT = `
with found as materialized (
  select * from json_to_recordset($1::json) as f (object text, name text, kind text, label text, was text, "is" text, fits boolean,
                                                  removed text[], added text[], allowed text[], "lengthMax" int)),
gone as (
  delete from sync.schema_change c
   where not exists (select from found f where (f.object, f.name, f.kind) = (c.object, c.name, c.kind)) returning 1),
came as (
  insert into sync.schema_change as c (object, name, kind, label, was, "is", fits, removed, added, allowed, length_max)
  select object, name, kind, label, was, "is", fits, removed, added, allowed, "lengthMax" from found
      on conflict (object, name, kind) do update
     set label = excluded.label, was = excluded.was, "is" = excluded."is", fits = excluded.fits, removed = excluded.removed,
         added = excluded.added, allowed = excluded.allowed, length_max = excluded.length_max
   where (c.was, c."is", c.fits, c.removed, c.added, c.allowed, c.length_max)
         is distinct from (excluded.was, excluded."is", excluded.fits, excluded.removed, excluded.added, excluded.allowed, excluded.length_max)
  returning 1)
select (select count(*) from gone)::int + (select count(*) from came)::int as moved`;

/** One look at a time, of all processes; a look that began earlier than the last one says nothing any more. */
export const beginLook = async (db: Pick<Connection, 'query'>): Promise<Date> => {
  const [row] = await db.query<{ now: Date }>('select clock_timestamp() as now');
  if (!row) throw new Error('a select without a table brought no row');
  return row.now;
};

/** False: somebody looked later than this. */
export const endLook = async (tx: Transaction, beganAt: Date): Promise<boolean> =>
  (await tx.run('update sync.schema_look set began_at = $1 where began_at is null or began_at <= $1', [beganAt])) === 1;

/** When the schema was looked at last; null: never. */
export const lookedAt = async (db: Pick<Connection, 'query'>): Promise<Date | null> =>
  (await db.query<{ began_at: Date | null }>('select began_at from sync.schema_look'))[0]?.began_at ?? null;

/** Answers of Salesforce that hint at another schema or other rights; ours are of fields left out of queries. */
const HINTS = [
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_TYPE',
  'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  'STRING_TOO_LONG',
  'JSON_PARSER_ERROR',
  'INVALID_TYPE_ON_FIELD_IN_RECORD',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'field-gone',
  'field-retyped',
  'object-unreadable',
];

/** By the database's clock: the last look is older than `everyMs`, or an answer hinted at a change since, and the last look is not of this moment. */
export const isLookDue = async (
  db: Pick<Connection, 'query'>,
  { everyMs, hintedMs }: { readonly everyMs: number; readonly hintedMs: number },
): Promise<boolean> => {
  const [row] = await db.query<{ due: boolean }>(
    `select l.began_at is null or l.began_at < clock_timestamp() - $1::float8 * interval '1 ms'
            or l.began_at < clock_timestamp() - $2::float8 * interval '1 ms'
               and exists (select from sync.error e where e.resolved_at is null and e.at > l.began_at and e.code = any ($3)) as due
       from sync.schema_look l`,
    [everyMs, hintedMs, HINTS],
  );
  return row?.due ?? false;
};

/** The map is told of picklists that it was never told of: from then on another list is a difference. */
export const adoptPicklists = async (
  tx: Transaction,
  fields: readonly Pick<MappedField, 'object' | 'name' | 'picklist'>[],
): Promise<void> => {
  await tx.run(
    `update sync.field f set picklist = c.picklist
       from json_to_recordset($1::json) as c (object text, name text, picklist text[])
      where f.object = c.object and f.name = c.name and f.picklist is null and c.picklist is not null`,
    [JSON.stringify(fields.map(({ object, name, picklist }) => ({ object, name, picklist })))],
  );
};

/** The durable ids of the map's custom fields, by `Lead.Region__c`, and the fields of which nobody has asked yet. */
export interface KnownIds {
  readonly ids: ReadonlyMap<string, string>;
  readonly unasked: readonly { readonly object: SyncObject; readonly name: string }[];
}

export const durableIds = async (db: Pick<Connection, 'query'>): Promise<KnownIds> => {
  const rows = await db.query<{ object: SyncObject; name: string; durable_id: string | null }>(
    'select object, name, durable_id from sync.field where is_custom order by object, name',
  );
  return {
    ids: new Map(rows.flatMap((row) => (row.durable_id ? [[`${row.object}.${row.name}`, row.durable_id]] : []))),
    unasked: rows.filter((row) => row.durable_id === null).map(({ object, name }) => ({ object, name })),
  };
};

/** What the lists say; each field is asked of once, and has an empty id where its list does not name it or may not be read. */
export const putDurableIds = async (
  tx: Transaction,
  lists: ReadonlyMap<SyncObject, { readonly idOf: ReadonlyMap<string, string> }>,
): Promise<void> => {
  for (const [object, { idOf }] of lists)
    await tx.run(
      `update sync.field f set durable_id = coalesce($2::jsonb ->> f.name, f.durable_id, '')
        where f.object = $1 and f.is_custom and f.durable_id is distinct from coalesce($2::jsonb ->> f.name, f.durable_id, '')`,
      [object, JSON.stringify(Object.fromEntries(idOf))],
    );
};

/** People whose edits of a deleted field wait, by `Lead.Region__c.deleted`. */
export const countWaiting = async (
  db: Pick<Connection, 'query'>,
  map: FieldMap,
  differences: readonly Difference[],
): Promise<ReadonlyMap<string, number>> => {
  const found = new Map<string, number>();
  for (const difference of differences) {
    const column = map.objects[difference.object].fields.find(({ name }) => name === difference.name)?.column;
    if (difference.kind !== 'deleted' || !column) continue;
    const [row] = await db.query<{ many: number }>(
      `select count(*)::int as many from sync.outbox o join marketing.person p on p.id = o.person_id where o.edits ? $1 and p.salesforce_type = $2`,
      [column, difference.object],
    );
    found.set(keyOf(difference), row?.many ?? 0);
  }
  return found;
};

/** What was refused because of a field whose edits are withdrawn is over. */
export const discardErrors = async (tx: Transaction, object: SyncObject, name: string): Promise<void> => {
  await tx.run(
    `update sync.error e set resolved_at = clock_timestamp(), disposition = 'discarded'
      where e.level = 'record' and e.resolved_at is null and e.object = $1 and $2 = any (e.fields)
        and not exists (select from sync.outbox o where o.person_id = e.person_id and o.parked <> '{}')`,
    [object, name],
  );
};

/** People who have a value of the field; of them, those whose value Salesforce would not take now. */
export interface Holders {
  readonly people: number;
  readonly wouldFail: number;
}

/** By `Lead.Region__c`, of the fields that people have. Each object's people are walked through once. */
export const countHolders = async (
  db: Database,
  map: FieldMap,
  differences: readonly Difference[],
): Promise<ReadonlyMap<string, Holders>> => {
  const found = new Map<string, Holders>();
  for (const object of ['Lead', 'Contact'] as const) {
    const wanted = differences.flatMap((difference) => {
      const field = map.objects[object].fields.find(({ name }) => name === difference.name);
      return difference.object === object && field && field.column !== null ? [{ difference, field }] : [];
    });
    if (wanted.length === 0) continue;
    const counts = wanted.flatMap(({ difference, field }, at) => countsOf(difference, field, at));
    const [row] = await db.query<Record<string, number>>(
      `select ${counts.join(', ')} from marketing.${TABLE_OF[object]} p where p.salesforce_type = $1 and not p.is_deleted`,
      [object],
    );
    for (const [at, { difference }] of wanted.entries())
      found.set(keyOf(difference), { people: row?.[`p${at}`] ?? 0, wouldFail: row?.[`f${at}`] ?? 0 });
  }
  return found;
};

export const keyOf = ({ object, name, kind }: Pick<Difference, 'object' | 'name' | 'kind'>): string =>
  `${object}.${name}.${kind}`;

/** A multi-picklist's values are tried one by one. */
const countsOf = (difference: Difference, field: MappedField, at: number): readonly string[] => {
  const column = field.column ?? '';
  const value = field.isInMore ? `(p.more ->> ${pg.escapeLiteral(column)})` : `p.${pg.escapeIdentifier(column)}`;
  const { allowed, lengthMax } = difference;
  const fails =
    allowed !== null
      ? `not string_to_array(${value}, ';') <@ array[${allowed.map(pg.escapeLiteral).join(', ')}]::text[]`
      : lengthMax !== null
        ? `length(${value}) > ${Math.trunc(lengthMax)}`
        : 'false';
  return [
    `count(${value})::int as p${at}`,
    `(count(*) filter (where ${value} is not null and ${fails}))::int as f${at}`,
  ];
};

/** The rows are the field's own, for whoever takes note of one of them. */
export const readDifference = async (
  db: Pick<Connection, 'query'>,
  object: SyncObject,
  name: string,
): Promise<readonly StoredDifference[]> =>
  (await readDifferences(db)).filter((row) => row.object === object && row.name === name);
