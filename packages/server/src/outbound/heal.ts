/**
 * OUT34: what is parked is tried again when its cause went away. Where a describe shows that (a field that may be written again, a picklist's
 * value, a longer text), one record of the cause is tried at once, else one a day; its success frees the rest, which are sent like any
 * other edit. Nothing here un-parks more than one record of a cause that still holds.
 */
import type { Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import { columnTypeOf } from '../mapping/compile-types.ts';
import type { ObjectDescribe, Salesforce } from '../salesforce/salesforce.ts';
import type { Healed } from './outbound.ts';
import { PERSON_OBJECTS, type PersonObject, type Sendable } from './sendable.ts';

export interface HealParts {
  readonly db: Database;
  readonly salesforce: Pick<Salesforce, 'describe'>;
  readonly bounds: Pick<Bounds, 'probeEveryMs' | 'schemaProbeEveryMs'>;
}

/** People that wait for one cause. */
interface Cause {
  readonly object: PersonObject;
  readonly code: string;
  readonly field: string;
}

/** Persons freed in one statement. */
const PERSONS_MAX = 5_000;

export const heal = async (parts: HealParts, sendable: Sendable): Promise<Healed> => {
  const { db } = parts;
  const causes = await db.query<Cause>(CAUSES);
  if (causes.length === 0) return { freed: 0, trying: 0 };
  const describes = await describeWhereItTells(parts, causes);
  let freed = 0;
  for (const cause of await db.query<Cause>(ENDED))
    freed += await freeAll(db, cause, shownBy(cause, describes, sendable));
  for (const cause of causes) {
    const shown = shownBy(cause, describes, sendable);
    await probe(parts, cause, shown);
  }
  const [left] = await db.query<{ trying: number }>(TRYING);
  return { freed, trying: left?.trying ?? 0 };
};

const OF_CAUSE = `
  from sync.outbox o
  left join marketing.person p on p.id = o.person_id
 cross join lateral jsonb_each_text(o.parked) k (field, code)
 where o.parked <> '{}'`;
const OBJECT = `coalesce(p.salesforce_type, 'Lead')`;

const CAUSES = `select distinct ${OBJECT} as object, k.code, k.field ${OF_CAUSE} order by 1, 2, 3 limit 500`;

/** Tried, and the error of that record was resolved since: the cause is gone. */
const ENDED = `
update sync.probe r set answered = true
  from sync.error e
 where not r.answered and e.person_id = r.person_id and e.code = r.code and e.level = 'record'
   and e.resolved_at > r.at and e.disposition <> 'discarded'
returning r.object, r.code, r.field`;

/** Tried, and still waiting for its answer. */
const TRYING = `
select count(*)::int as trying
  from sync.probe r
  join sync.outbox o on o.person_id = r.person_id
 where not r.answered and not (o.parked ? r.field) and o.due_at < 'infinity'`;

/** What a describe shows of a cause: nothing, that it is still there, or for whom it is gone. */
type Shown = { readonly isGone: boolean; readonly values: readonly string[] | null; readonly lengthMax: number | null };
const UNSEEN: Shown = { isGone: false, values: null, lengthMax: null };

/** Words whose cause lies in the schema or in permissions on it. */
const SHOWN_WORDS: ReadonlySet<string> = new Set([
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  'STRING_TOO_LONG',
  'JSON_PARSER_ERROR',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
]);

const describeWhereItTells = async (
  { salesforce }: HealParts,
  causes: readonly Cause[],
): Promise<ReadonlyMap<PersonObject, ObjectDescribe>> => {
  const told = new Map<PersonObject, ObjectDescribe>();
  for (const object of PERSON_OBJECTS) {
    if (causes.some((cause) => cause.object === object && SHOWN_WORDS.has(cause.code)))
      told.set(object, await salesforce.describe(object));
  }
  return told;
};

/** Pure. */
const shownBy = (
  { object, code, field }: Cause,
  describes: ReadonlyMap<PersonObject, ObjectDescribe>,
  sendable: Sendable,
): Shown => {
  const describe = describes.get(object);
  if (describe === undefined || !SHOWN_WORDS.has(code)) return UNSEEN;
  if (field === '*') return code === 'JSON_PARSER_ERROR' ? UNSEEN : { ...UNSEEN, isGone: describe.updateable };
  const name = sendable[object].nameOf(field);
  const described = describe.fields.find((candidate) => candidate.name === name);
  if (described === undefined || !described.updateable) return UNSEEN;
  if (code === 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST')
    return {
      ...UNSEEN,
      isGone: true,
      values: described.restrictedPicklist
        ? described.picklistValues.flatMap(({ active, value }) => (active ? [value] : []))
        : null,
    };
  if (code === 'JSON_PARSER_ERROR') {
    const column = sendable[object].columns.find((each) => each.column === field);
    return { ...UNSEEN, isGone: columnTypeOf(described) === column?.mirrorType };
  }
  if (code === 'STRING_TOO_LONG') return { ...UNSEEN, isGone: true, lengthMax: described.length };
  return { ...UNSEEN, isGone: true };
};

/** Parked for the cause, and fit by what the describe shows. Parameters: object, code, field, values, the greatest length. */
const FIT = `
 ${OF_CAUSE} and ${OBJECT} = $1 and k.code = $2 and k.field = $3
   and ($4::text[] is null or string_to_array((to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) ->> k.field, ';') <@ $4)
   and ($5::int is null or length((to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) ->> k.field) <= $5)`;

const paramsOf = ({ object, code, field }: Cause, { values, lengthMax }: Shown): readonly unknown[] => [
  object,
  code,
  field,
  values,
  lengthMax,
];

/** One record of the cause, the one that failed longest ago; null: its turn has not come, or nobody fits. */
const probe = async ({ db, bounds }: HealParts, cause: Cause, shown: Shown): Promise<void> => {
  const everyMs = shown.isGone ? bounds.schemaProbeEveryMs : bounds.probeEveryMs;
  await db.query(
    `with chosen as (
       select o.person_id, (select max(e.at) from sync.error e where e.person_id = o.person_id and e.code = k.code) as failed_at
       ${FIT} and o.claim_id is null
        order by 2 nulls first, 1 limit 1),
     tried as (
       insert into sync.probe as r (object, code, field, person_id)
       select $1, $2, $3, person_id from chosen
        where $6::boolean or failed_at < clock_timestamp() - $7::float8 * interval '1 ms'
       on conflict (object, code, field) do update
         set person_id = excluded.person_id, at = excluded.at, answered = false
       where r.at < clock_timestamp() - $7::float8 * interval '1 ms'
       returning person_id)
     select sync.retry_parked(array(select person_id from tried), $2)`,
    [...paramsOf(cause, shown), shown.isGone, everyMs],
  );
};

const freeAll = async (db: Database, cause: Cause, shown: Shown): Promise<number> => {
  let freed = 0;
  for (;;) {
    const rows = await db.query(
      `select sync.retry_parked(array(select o.person_id ${FIT} order by 1 limit ${PERSONS_MAX}), $2)`,
      paramsOf(cause, shown),
    );
    freed += rows.length;
    if (rows.length < PERSONS_MAX) return freed;
  }
};
