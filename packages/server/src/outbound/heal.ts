/**
 * OUT34: what is parked is tried again when its cause went away. Where a describe shows that (a field that may be written again, a picklist's
 * value, a longer text), one record of the cause is tried at once; of any cause one record is tried after a pause that grows from a minute to a
 * day, and at once when the schema moved. Its success frees the rest, which are sent like any other edit. Nothing here un-parks more than one
 * record of a cause that still holds.
 *
 * What it costs: of one cause eleven tries on its first day and one on each day after it, all that are due together in one request of an object;
 * and while causes wait that a describe may show, one describe of the object at each look.
 */
import type { Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import { columnTypeOf } from '../mapping/compile-types.ts';
import type { ObjectDescribe, Salesforce } from '../salesforce/salesforce.ts';
import type { Healed, HealOptions } from './outbound.ts';
import { PERSON_OBJECTS, type PersonObject, type Sendable } from './sendable.ts';

export interface HealParts {
  readonly db: Database;
  readonly salesforce: Pick<Salesforce, 'describe'>;
  readonly bounds: Pick<Bounds, 'probeFromMs' | 'probeToMs'>;
}

/** People that wait for one cause. */
interface Cause {
  readonly object: PersonObject;
  readonly code: string;
  readonly field: string;
  /** Empty, but where only Salesforce's text tells one rule of the org from another. */
  readonly rule: string;
}

/** Persons freed in one statement. */
const PERSONS_MAX = 5_000;
/** Causes that are tried at one time; those that were not tried for longest come first. */
const CAUSES_MAX = 200;

export const heal = async (parts: HealParts, sendable: Sendable, { look, atOnce }: HealOptions): Promise<Healed> => {
  const { db, bounds } = parts;
  await db.run(FORGET);
  const ended = await db.query<Cause>(ENDED);
  const shown = look || atOnce ? await db.query<Cause>(CAUSES, [[...SHOWN_WORDS]]) : [];
  const told = await describeThem(parts, [...shown, ...ended.filter(({ code }) => SHOWN_WORDS.has(code))]);
  let freed = 0;
  for (const cause of ended) freed += await freeAll(db, cause, shownBy(cause, told, sendable));
  for (const cause of shown) await probe(parts, cause, shownBy(cause, told, sendable), atOnce);
  await db.query(TRY_UNSEEN, [[...SHOWN_WORDS], atOnce, bounds.probeFromMs, bounds.probeToMs]);
  const [left] = await db.query<{ trying: number }>(TRYING);
  return { freed, trying: left?.trying ?? 0 };
};

/** Words of which a request may break any of the org's rules: each text is a cause. */
const RULE_WORDS = `('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'FIELD_FILTER_VALIDATION_EXCEPTION')`;
const OBJECT = `coalesce(p.salesforce_type, 'Lead')`;
const RULE = `case when k.code in ${RULE_WORDS} then coalesce(e.message, '') else '' end`;
/** Every column that waits for a cause, with the error that says since when. */
const PARKED = `
  from sync.outbox o
  left join marketing.person p on p.id = o.person_id
 cross join lateral jsonb_each_text(o.parked) k (field, code)
  left join lateral (select x.message, x.at from sync.error x
                      where x.person_id = o.person_id and x.code = k.code and x.level = 'record' and x.resolved_at is null
                      order by x.at desc limit 1) e on true
 where o.parked <> '{}'`;

/** Causes of the schema: a few columns and words, whoever waits for them. $1 the words. */
const CAUSES = `
select distinct ${OBJECT} as object, k.code, k.field, '' as rule
  from sync.outbox o
  left join marketing.person p on p.id = o.person_id
 cross join lateral jsonb_each_text(o.parked) k (field, code)
 where o.parked <> '{}' and k.code = any ($1)
 order by 1, 2, 3 limit ${CAUSES_MAX}`;

/** A cause for which nobody waits any more begins anew when it comes again. */
const FORGET = `
delete from sync.probe r
 where r.answered
   and not exists (select from sync.outbox o where o.parked <> '{}' and exists (select from jsonb_each_text(o.parked) k where k.key = r.field and k.value = r.code))`;

/** Tried, and the error of that record was resolved since: the cause is gone. */
const ENDED = `
update sync.probe r set answered = true
  from sync.error e
 where not r.answered and e.person_id = r.person_id and e.code = r.code and e.level = 'record'
   and e.resolved_at > r.at and e.disposition <> 'discarded'
returning r.object, r.code, r.field, r.rule`;

/** Tried, and still waiting for its answer. */
const TRYING = `
select count(*)::int as trying
  from sync.probe r
  join sync.outbox o on o.person_id = r.person_id
 where not r.answered and not (o.parked ? r.field) and o.due_at < 'infinity'`;

/** How long a cause rests after its tries; \`from\` and \`to\` are SQL. */
const isRested = (from: string, to: string): string =>
  `r.at <= clock_timestamp() - least(${from}::float8 * power(2, least(r.tries, 30)), ${to}::float8) * interval '1 ms'`;

/**
 * One record of each cause that nobody can see, the one that failed longest ago. $1 the words that a describe may show, $2 whether all are tried at
 * once, $3 and $4 the pauses.
 */
const TRY_UNSEEN = `
with parked as materialized (
  select ${OBJECT} as object, k.code, k.field, ${RULE} as rule, o.person_id, coalesce(e.at, '-infinity') as failed_at
  ${PARKED} and k.code <> all ($1) and o.claim_id is null),
chosen as (
  select distinct on (object, code, field, rule) * from parked order by object, code, field, rule, failed_at, person_id),
due as (
  select c.* from chosen c
    left join sync.probe r on (r.object, r.code, r.field, r.rule) = (c.object, c.code, c.field, c.rule)
   where $2::boolean or (c.failed_at <= clock_timestamp() - $3::float8 * interval '1 ms' and (r.at is null or ${isRested('$3', '$4')}))
   order by r.at nulls first limit ${CAUSES_MAX}),
tried as (
  insert into sync.probe as r (object, code, field, rule, person_id)
  select object, code, field, rule, person_id from due order by object, code, field, rule
      on conflict (object, code, field, rule) do update
     set person_id = excluded.person_id, at = excluded.at, answered = false, tries = r.tries + 1
   where $2::boolean or ${isRested('$3', '$4')}
  returning r.code, r.person_id)
select sync.retry_parked(array_agg(person_id), code) from tried group by code`;

/** What a describe shows of a cause: nothing, that it is still there, or for whom it is gone. */
type Shown = { readonly isGone: boolean; readonly values: readonly string[] | null; readonly lengthMax: number | null };
const UNSEEN: Shown = { isGone: false, values: null, lengthMax: null };

/** A value is none of its field's type: REST says the first, Bulk the other. */
const MISTYPED_WORDS: ReadonlySet<string> = new Set(['JSON_PARSER_ERROR', 'INVALID_TYPE_ON_FIELD_IN_RECORD']);

/** Words whose cause lies in the schema or in permissions on it. */
const SHOWN_WORDS: ReadonlySet<string> = new Set([
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  'STRING_TOO_LONG',
  ...MISTYPED_WORDS,
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
]);

const describeThem = async (
  { salesforce }: HealParts,
  causes: readonly Cause[],
): Promise<ReadonlyMap<PersonObject, ObjectDescribe>> => {
  const told = new Map<PersonObject, ObjectDescribe>();
  for (const object of PERSON_OBJECTS) {
    if (causes.some((cause) => cause.object === object)) told.set(object, await salesforce.describe(object));
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
  if (field === '*') return MISTYPED_WORDS.has(code) ? UNSEEN : { ...UNSEEN, isGone: describe.updateable };
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
  if (MISTYPED_WORDS.has(code)) {
    const column = sendable[object].columns.find((each) => each.column === field);
    return { ...UNSEEN, isGone: columnTypeOf(described) === column?.mirrorType };
  }
  if (code === 'STRING_TOO_LONG') return { ...UNSEEN, isGone: true, lengthMax: described.length };
  return { ...UNSEEN, isGone: true };
};

/** Parked for the cause, and fit by what the describe shows. Parameters: object, code, field, rule, values, the greatest length. */
const FIT = `
 ${PARKED} and ${OBJECT} = $1 and k.code = $2 and k.field = $3 and ${RULE} = $4
   and ($5::text[] is null or string_to_array((to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) ->> k.field, ';') <@ $5)
   and ($6::int is null or length((to_jsonb(p) || coalesce(to_jsonb(p) -> 'more', '{}')) ->> k.field) <= $6)`;

const paramsOf = ({ object, code, field, rule }: Cause, { values, lengthMax }: Shown): readonly unknown[] => [
  object,
  code,
  field,
  rule,
  values,
  lengthMax,
];

/** One record of a cause of the schema, the one that failed longest ago: at once where the schema shows it gone and did not at the last look. */
const probe = async ({ db, bounds }: HealParts, cause: Cause, shown: Shown, atOnce: boolean): Promise<void> => {
  await db.query(
    `with chosen as (
       select o.person_id, coalesce(e.at, '-infinity') as failed_at ${FIT} and o.claim_id is null order by 2, 1 limit 1),
     tried as (
       insert into sync.probe as r (object, code, field, rule, person_id, saw_gone)
       select $1, $2, $3, $4, person_id, $7 from chosen
        where $7::boolean or $8::boolean or failed_at <= clock_timestamp() - $9::float8 * interval '1 ms'
       on conflict (object, code, field, rule) do update
         set person_id = excluded.person_id, at = excluded.at, answered = false, tries = r.tries + 1, saw_gone = excluded.saw_gone
       where $8::boolean or excluded.saw_gone and not r.saw_gone or ${isRested('$9', '$10')}
       returning person_id),
     looked as (
       update sync.probe r set saw_gone = false
        where not $7::boolean and r.saw_gone and (r.object, r.code, r.field, r.rule) = ($1, $2, $3, $4) and not exists (select from tried))
     select sync.retry_parked(array(select person_id from tried), $2)`,
    [...paramsOf(cause, shown), shown.isGone, atOnce, bounds.probeFromMs, bounds.probeToMs],
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
