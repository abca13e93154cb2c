/**
 * A change of the map as SQL over the values that are there: what would differ, and what moves. Pure.
 *
 * Where the two sides of a field meet for the first time there is no base (MRG17): equal values are agreed; a value beside an empty one
 * fills it, as far as the direction allows; two different ones are a conflict that the policy decides; opted out goes to both sides. Classes:
 *
 *   take   theirs comes here        send   ours goes there
 *   lost   conflict, theirs comes   kept   conflict, ours goes   held   conflict, somebody is asked
 */
import pg from 'pg';
import { setFromJson } from '../db/set-from-json.ts';
import { comparisonOf } from './compile-types.ts';
import { isFilledOnce, isSendable, type MappedField, policyOf } from './mapping.ts';
import type { MapPlan, Move } from './plan-edits.ts';
import { mirrorTable, ownTable } from './shape.ts';

const id = pg.escapeIdentifier;
const text = pg.escapeLiteral;

const PEOPLE = ['Lead', 'Contact'] as const;
type PersonObject = (typeof PEOPLE)[number];

interface ColumnField extends MappedField {
  readonly column: string;
}
const hasColumn = (field: MappedField): field is ColumnField => field.column !== null;

/**
 * `person_id, sf_id, object, field, ours, theirs, class` of every value that a backfill would make the same. `when`: before the apply, of
 * everybody, while a moved field's value still lies in its old column; or after it, of the persons $1 (bigint[]). Null: no field has anything
 * to compare. An edit that is under way is left alone: it is decided like any other.
 */
export const compileDifferences = (
  plan: Pick<MapPlan, 'map' | 'comparable' | 'moves'>,
  when: 'before' | 'after',
): string | null => {
  const parts = PEOPLE.flatMap((object) => {
    const fields = plan.comparable.filter(hasColumn).filter((field) => field.object === object);
    return fields.length === 0 ? [] : [differencesOf(plan, object, fields, when)];
  });
  return parts.length === 0 ? null : parts.join('\nunion all\n');
};

const differencesOf = (
  { map, moves }: Pick<MapPlan, 'map' | 'moves'>,
  object: PersonObject,
  fields: readonly ColumnField[],
  when: 'before' | 'after',
): string => {
  const move = (field: ColumnField): Move | undefined =>
    when === 'before' && object === 'Contact' ? moves.find(({ contact }) => contact === field.name) : undefined;
  const rows = fields.map((field) => {
    const policy = policyOf(map.objects[object], field);
    return `(${[
      text(field.column),
      text(comparisonOf(field)),
      text(isSendable(field) ? field.direction : 'from_salesforce'),
      // The times of two values that never met say nothing (MRG14): the object's own policy decides.
      text(policy === 'newest' ? policyOf(map.objects[object], { ...field, policy: null }) : policy),
      String(field.isOptOut),
      String(isFilledOnce(field)),
      `to_jsonb(p.${id(move(field)?.from ?? field.column)})`,
      `to_jsonb(m.${id(field.name)})`,
    ].join(', ')})`;
  });
  return `select p.id as person_id, p.salesforce_id as sf_id, ${text(object)} as object, f.field, f.ours, f.theirs, d.class
  from marketing.person p
  join ${mirrorTable(object)} m on m."Id" = p.salesforce_id
  left join sync.outbox o on o.person_id = p.id
  left join sync.sent x on x.person_id = p.id
 cross join lateral (values
       ${rows.join(',\n       ')}
       ) f (field, kind, direction, policy, is_opt_out, is_filled_once, ours, theirs)
 cross join lateral (select sync.comparable(f.ours, f.kind) as o, sync.comparable(f.theirs, f.kind) as t offset 0) c
 cross join lateral (select case
       when c.o is not distinct from c.t then null
       when f.direction = 'from_salesforce' then 'take'
       when f.direction = 'to_salesforce' then case when c.o is not null then 'send' when f.is_filled_once then 'take' end
       when f.is_opt_out and c.t = 'true' then 'take'
       when f.is_opt_out and c.o = 'true' then 'send'
       when c.o is null then 'take'
       when c.t is null then 'send'
       else case f.policy when 'salesforce' then 'lost' when 'marketing' then 'kept' else 'held' end end as class offset 0) d
 where p.salesforce_type = ${text(object)} and not p.is_deleted and d.class is not null${when === 'after' ? '\n   and p.id = any ($1::bigint[])' : ''}
   and (f.direction = 'from_salesforce'
        or not coalesce(o.edits ? f.field, false)
           and not coalesce(x.in_flight ? f.field or x.acknowledged ? f.field or x.unanswered ? f.field, false))`;
};

// -- what an apply does at once ---------------------------------------------------------------------------------------

/** Copies first: a column that a joined contact comes into may be one that a broken pair leaves. */
const inOrder = (moves: readonly Move[]): readonly Move[] => [
  ...moves.filter(({ copies }) => copies),
  ...moves.filter(({ copies }) => !copies),
];

/** Whose value changes: of a broken pair everybody's, of a joined field every contact's whose other column says something else. */
const movedWhere = ({ from, to, copies }: Move): string =>
  `${copies ? '' : `p.salesforce_type = 'Contact' and `}p.${id(to)} is distinct from p.${id(from)}`;

/** `person_id, sf_id, field, before, after` of the people whose value another one takes the place of: a joined contact's. Null: nobody's. */
export const compileMoved = (plan: Pick<MapPlan, 'moves'>): string | null => {
  const parts = plan.moves
    .filter(({ copies }) => !copies)
    .map(
      (move) =>
        `select p.id as person_id, p.salesforce_id as sf_id, ${text(move.to)} as field, coalesce(to_jsonb(p.${id(move.to)}), 'null') as before, coalesce(to_jsonb(p.${id(move.from)}), 'null') as after
  from marketing.person p where ${movedWhere(move)}`,
    );
  return parts.length === 0 ? null : parts.join('\nunion all\n');
};

/** How many people keep the value of a broken pair in both fields: one row, `people`. Null: no pair is broken. */
export const compileCopied = (plan: Pick<MapPlan, 'moves'>): string | null => {
  const breaks = plan.moves.filter(({ copies }) => copies);
  return breaks.length === 0
    ? null
    : `select count(*)::int as people from marketing.person p where ${breaks.map(({ from }) => `p.${id(from)} is not null`).join(' or ')}`;
};

/** In order; the columns exist. What waits, or is on its way, is called by its new column. */
export const compileMoves = (plan: Pick<MapPlan, 'moves'>): readonly string[] =>
  inOrder(plan.moves).flatMap(moveStatements);

const moveStatements = (move: Move): readonly string[] => {
  const { from, to, copies } = move;
  const renamed = (columns: readonly string[]): string =>
    columns.map((column) => `${column} = sync.renamed(x.${column}, ${text(from)}, ${text(to)})`).join(', ');
  const isNamed = (columns: readonly string[]): string =>
    columns.map((column) => `x.${column} ? ${text(from)}`).join(' or ');
  const ofContact = `exists (select from marketing.person p where p.id = x.person_id and p.salesforce_type = 'Contact')`;
  const entry = ['edits', 'edited_at', 'parked'];
  const sent = ['in_flight', 'versions', 'acknowledged', 'unanswered', 'base', 'past', 'seen'];
  return [
    `select from marketing.person p where ${movedWhere(move)} order by p.id for no key update`,
    ...(copies
      ? []
      : [
          `insert into sync.journal (object, row_id, sf_id, cause, fields)
select 'Contact', p.id, p.salesforce_id, 'mapping', jsonb_build_object(${text(to)}, jsonb_build_array(p.${id(to)}, p.${id(from)}))
  from marketing.person p where ${movedWhere(move)}`,
        ]),
    `update marketing.person p set ${id(to)} = p.${id(from)} where ${movedWhere(move)}`,
    `update sync.outbox x set ${renamed(entry)} where (${isNamed(entry)}) and ${ofContact}`,
    `update sync.sent x set ${renamed(sent)} where (${isNamed(sent)}) and ${ofContact}`,
    `update sync.conflict x set field = ${text(to)} where x.winner is null and x.field = ${text(from)} and x.object = 'Contact'`,
  ];
};

/** Whether a value is one of the new type and stays what it is; SQL over the value as it is. */
const fitsSql = (value: string, type: string): string =>
  `(case when pg_input_is_valid(${value}::text, ${text(type)}) then (${value}::text::${type})::text = ${value}::text else false end)`;

/**
 * `person_id, sf_id, field, before, after` of the people whose value a retyped column would not hold: one that is none of the new type, or would
 * become another. Null: no column of people is retyped.
 */
export const compileMisfits = ({ retyped }: Pick<MapPlan, 'retyped'>): string | null => {
  const parts = retyped
    .filter(({ object }) => object === 'Lead' || object === 'Contact')
    .map(
      ({
        column,
        to,
      }) => `select p.id as person_id, p.salesforce_id as sf_id, ${text(column)} as field, to_jsonb(p.${id(column)}) as before, 'null'::jsonb as after
  from marketing.person p where p.${id(column)} is not null and not ${fitsSql(`p.${id(column)}`, to)}`,
    );
  return parts.length === 0 ? null : parts.join('\nunion all\n');
};

/**
 * MAP6: the column holds the new type, here and in the mirror. Values that were sent, or wait for an answer, are written like it. What the mirror
 * has and does not fit is not known any more until it is read again.
 */
export const compileRetypes = ({ retyped }: Pick<MapPlan, 'retyped'>): readonly string[] =>
  retyped.flatMap(({ object, name, column, to }) => [
    `alter table ${ownTable(object)} alter column ${id(column)} type ${to} using ${id(column)}::text::${to}`,
    `alter table ${mirrorTable(object)} alter column ${id(name)} type ${to} using case when pg_input_is_valid(${id(name)}::text, ${text(to)}) then ${id(name)}::text::${to} end`,
    ...(object === 'Lead' || object === 'Contact' ? retypedSent(column, to) : []),
    `delete from sync.schema_change where object = ${text(object)} and name = ${text(name)} and kind = 'retyped'`,
  ]);

const retypedSent = (column: string, to: string): readonly string[] => {
  const kept = ['in_flight', 'acknowledged', 'unanswered', 'base', 'seen'];
  const written = (value: string): string =>
    `case when pg_input_is_valid(${value}, ${text(to)}) then to_jsonb(${value}::${to}) else 'null' end`;
  return [
    `update sync.sent x set ${kept
      .map(
        (place) =>
          `${place} = case when x.${place} ? ${text(column)} then jsonb_set(x.${place}, array[${text(column)}], ${written(`(x.${place} ->> ${text(column)})`)}) else x.${place} end`,
      )
      .join(', ')} where ${kept.map((place) => `x.${place} ? ${text(column)}`).join(' or ')}`,
  ];
};

/** How many people have an edit that is not sent any more: one row, `people`. Null: every field that was sent still is. */
export const compileWithdrawn = (plan: Pick<MapPlan, 'withdrawn'>): string | null => {
  const conditions = PEOPLE.flatMap((object) => {
    const columns = withdrawnColumns(plan, object);
    return columns.length === 0 ? [] : [`p.salesforce_type = ${text(object)} and o.edits ?| ${arrayOf(columns)}`];
  });
  return conditions.length === 0
    ? null
    : `select count(*)::int as people from sync.outbox o join marketing.person p on p.id = o.person_id where ${conditions.join(' or ')}`;
};

/** Entries of fields that are not sent any more go, and the journal says what they would have said (RACE12). */
export const compileWithdrawals = (plan: Pick<MapPlan, 'withdrawn'>): readonly string[] =>
  PEOPLE.flatMap((object) => {
    const columns = withdrawnColumns(plan, object);
    if (columns.length === 0) return [];
    const list = arrayOf(columns);
    const whose = `p.id = o.person_id and p.salesforce_type = ${text(object)} and o.edits ?| ${list}`;
    return [
      `insert into sync.journal (object, row_id, sf_id, cause, fields)
select ${text(object)}, p.id, p.salesforce_id, 'withdrawn',
       (select jsonb_object_agg(e.field, jsonb_build_array(to_jsonb(p) -> e.field, null)) from jsonb_object_keys(o.edits) e (field) where e.field = any (${list}))
  from sync.outbox o join marketing.person p on ${whose}`,
      `delete from sync.conflict k where k.winner is null and k.object = ${text(object)} and k.field = any (${list})`,
      `update sync.outbox o set edits = o.edits - ${list}, edited_at = o.edited_at - ${list}, parked = o.parked - ${list}
  from marketing.person p where ${whose}`,
      `delete from sync.outbox where claim_id is null and edits = '{}' and not create_lead`,
    ];
  });

const withdrawnColumns = ({ withdrawn }: Pick<MapPlan, 'withdrawn'>, object: PersonObject): readonly string[] =>
  withdrawn.flatMap((field) => (field.object === object && field.column !== null ? [field.column] : []));

const arrayOf = (columns: readonly string[]): string => `array[${columns.map(text).join(', ')}]`;

/**
 * Makes the values of some people the same: $1 persons (bigint[]), whose rows and entries the transaction holds; $2 how the journal calls it.
 * `columns`: those that may be taken. One row: `taken`, `sent`, `held`.
 */
export const compileBackfill = (differences: string, columns: readonly string[]): string => `
with difference as materialized (
${differences}),
plan as materialized (
  select person_id, min(sf_id) as sf_id, min(object) as object,
         jsonb_object_agg(field, coalesce(theirs, 'null')) filter (where class in ('take', 'lost')) as taken,
         jsonb_object_agg(field, jsonb_build_array(ours, theirs)) filter (where class in ('take', 'lost')) as fields,
         array_agg(field) filter (where class in ('send', 'kept', 'held')) as edited
    from difference group by person_id),
people as (
  update marketing.person p
     set ${setFromJson('p', columns, 'plan.taken')}
    from plan where p.id = plan.person_id and plan.taken is not null
  returning p.id),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields)
  select object, person_id, sf_id, $2, fields from plan where taken is not null),
asked as (
  insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
  select object, person_id, sf_id, field, 'null', coalesce(theirs, 'null'), coalesce(ours, 'null'),
         case class when 'lost' then 'salesforce' when 'kept' then 'marketing' else 'hold' end,
         case class when 'lost' then 'salesforce' when 'kept' then 'marketing' end
    from difference where class in ('lost', 'kept', 'held')
   order by person_id, field
      on conflict (person_id, field) where winner is null do nothing),
entries as (
  insert into sync.outbox as o (person_id, edits, edited_at, lane)
  select plan.person_id, jsonb_object_agg(e.field, nextval('sync.edit_version')), jsonb_object_agg(e.field, clock_timestamp()), 2
    from plan cross join lateral unnest(plan.edited) e (field)
   group by plan.person_id order by plan.person_id
      on conflict (person_id) do update
     set edits = excluded.edits || o.edits, edited_at = excluded.edited_at || o.edited_at,
         due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end
  returning o.person_id)
select (select count(*) from people)::int as taken, (select count(*) from entries)::int as sent,
       (select count(*) from difference where class = 'held')::int as held`;
