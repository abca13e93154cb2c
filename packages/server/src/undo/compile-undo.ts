/**
 * The statements of an undo. A plan is SQL of `person_id, wanted`, where `wanted` is `{column: [held, back, line]}`: what the column holds if
 * nobody changed it since, what it goes back to, and the last line of the journal that the undo is of. One statement judges a plan, for the look
 * as for the deed. Pure.
 */
import pg from 'pg';
import { OWN_MORE } from '../mapping/shape.ts';

const id = pg.escapeIdentifier;
const text = pg.escapeLiteral;

// -- what is to be put back: $2 and later are each plan's own ------------------------------------------------------------

const OF_PEOPLE = `('Lead', 'Contact', 'Person')`;

/** Several lines of one field are one change: from before the first to after the last. */
const planOf = (lines: string): string => `
select person_id, jsonb_object_agg(field, jsonb_build_array(held, back, line)) as wanted
  from (select j.row_id as person_id, e.key as field, (array_agg(e.value -> 1 order by j.journal_id desc))[1] as held,
               (array_agg(e.value -> 0 order by j.journal_id))[1] as back, max(j.journal_id) as line
          from sync.journal j
         cross join lateral jsonb_each(sync.undoable(j.cause, j.fields)) e
         where j.cause <> 'load' and j.object in ${OF_PEOPLE} and ${lines}
         group by j.row_id, e.key) f
 where held is distinct from back
 group by person_id`;

/** $2 the run, $3 and $4 when its lines were written: the index of times is the only one that knows them. */
export const RUN_PLAN = planOf('j.run_id = $2 and j.at between $3 and $4');

/** $2 the person, $3 the line. */
export const EDIT_PLAN = planOf('j.row_id = $2 and j.journal_id = $3');

/** $2 numbers of edits, $3 since when they may have been sent. */
export const MASS_PLAN = planOf(`j.cause = 'sent' and j.at >= $3 and (e.value ->> 2)::bigint = any ($2)`);

/** $2 an undo: what it put back goes forth again, unless somebody changed it since. */
export const UNDO_PLAN = `
select u.person_id, jsonb_object_agg(e.key, jsonb_build_array(e.value -> 1, e.value -> 0, u.line) order by u.undo_person_id) as wanted
  from sync.undo_person u cross join lateral jsonb_each(u.wanted) e
 where u.undo_id = $2 and u.line is not null and not u.stays ? e.key
 group by u.person_id`;

// -- what may be -------------------------------------------------------------------------------------------------------

/** Columns of people that a plan is about: of the table itself, and whether others lie in `more` (MAP14). */
export interface UndoColumns {
  readonly stored: readonly string[];
  readonly hasMore: boolean;
}

/** A function takes a hundred arguments. */
const PAIRS_MAX = 50;

/** The person's values of these columns alone: JSON of a whole row of a hundred columns costs twenty times as much. */
const valuesOf = ({ stored, hasMore }: UndoColumns): string => {
  const parts = Array.from({ length: Math.ceil(stored.length / PAIRS_MAX) }, (_, at) => {
    const some = stored.slice(at * PAIRS_MAX, (at + 1) * PAIRS_MAX);
    return `jsonb_build_object(${some.map((column) => `${text(column)}, p.${id(column)}`).join(', ')})`;
  });
  return [...parts, ...(hasMore ? [`coalesce(p.${OWN_MORE}, '{}')`] : []), `'{}'::jsonb`].join(' || ');
};

/**
 * `ref, person_id, kind, sf_id, field, now, back, line, info, why` of each field of a plan whose person is here; `why` is null where it goes back. $1: the
 * fields of `planUndoFields`. A later line with the same value, like that of its own send, is no change; what was withdrawn changed nothing.
 */
const judge = (plan: string, ref: string, columns: UndoColumns): string => `
select ${ref} as ref, p.id as person_id, coalesce(p.salesforce_type, 'None') as kind, p.salesforce_id as sf_id, e.key as field,
       coalesce(j.person -> e.key, 'null') as now, e.value -> 1 as back, (e.value ->> 2)::bigint as line, y.info,
       case
         when p.is_deleted then 'deleted'
         when y.info is null then 'read_only'
         when y.info ->> 'stays' is not null then y.info ->> 'stays'
         when sync.comparable(j.person -> e.key, y.info ->> 'compare') is distinct from sync.comparable(e.value -> 0, y.info ->> 'compare')
              or exists (
                select from sync.journal l
                 where l.row_id = p.id and l.cause <> 'load' and l.cause <> 'withdrawn' and l.object in ${OF_PEOPLE}
                   and l.journal_id > (e.value ->> 2)::bigint and l.fields ? e.key
                   and sync.comparable(l.fields -> e.key -> 1, y.info ->> 'compare') is distinct from sync.comparable(e.value -> 0, y.info ->> 'compare'))
           then 'changed'
         when exists (select from sync.conflict k where k.person_id = p.id and k.field = e.key and k.winner is null) then 'held'
         when (y.info -> 'isOptOut')::boolean and j.person -> e.key = 'true' and e.value -> 1 is distinct from 'true' then 'opt_out'
         when not (y.info -> 'isInMore')::boolean and jsonb_typeof(e.value -> 1) <> 'null'
              and not pg_input_is_valid(e.value ->> 1, y.info ->> 'type') then 'misfit'
       end as why
  from (${plan}) w
  join marketing.person p on p.id = w.person_id
 cross join lateral (select ${valuesOf(columns)} as person where w.person_id = p.id offset 0) j -- after the join: of nobody else
 cross join lateral jsonb_each(w.wanted) e
 cross join lateral (select $1::jsonb -> coalesce(p.salesforce_type, 'None') -> e.key as info offset 0) y`;

/** The transaction's own tables: a plan, and what was judged of it. */
export const LOOK_TABLES = [
  'drop table if exists pg_temp.undo_plan, pg_temp.undo_look',
  'create temp table undo_plan (person_id bigint, wanted jsonb) on commit drop',
  'create temp table undo_look (ref bigint, person_id bigint, kind text, sf_id text, field text, now jsonb, back jsonb, line bigint, info jsonb, why text) on commit drop',
] as const;

/** $1 nothing; $2 and later the plan's. */
export const keepPlan = (plan: string): string =>
  `insert into pg_temp.undo_plan (person_id, wanted) select person_id, wanted from (${plan}) w where $1::text is null`;

/** Which columns it is about. */
export const PLANNED_COLUMNS =
  'select distinct e.key as field from pg_temp.undo_plan cross join lateral jsonb_object_keys(wanted) e (key) order by 1';

/** $1 the fields. */
export const judgePlan = (
  columns: UndoColumns,
): string => `insert into pg_temp.undo_look (ref, person_id, kind, sf_id, field, now, back, line, info, why)
${judge('select person_id, wanted from pg_temp.undo_plan', 'w.person_id', columns)}`;

// -- the deed ----------------------------------------------------------------------------------------------------------

/** $1 the fields, $2 rows of `sync.undo_person`, $3 the undo, $4 who asked. One row: how many people changed. */
export const compileUndoSet = (columns: UndoColumns): string => {
  const { stored, hasMore } = columns;
  const assignments = [
    ...(stored.length === 0
      ? []
      : [
          `(${stored.map(id).join(', ')}) = (select ${stored.map((column) => `r.${id(column)}`).join(', ')} from jsonb_populate_record(p, g.taken) r)`,
        ]),
    ...(hasMore ? [`${OWN_MORE} = p.${OWN_MORE} || g.more`] : []),
  ];
  return `
with judged as materialized (${judge('select undo_person_id, person_id, wanted from sync.undo_person where undo_person_id = any ($2)', 'w.undo_person_id', columns)}),
going as materialized (
  select person_id, min(kind) as kind, min(sf_id) as sf_id,
         coalesce(jsonb_object_agg(field, back order by ref) filter (where not (info -> 'isInMore')::boolean), '{}') as taken,
         coalesce(jsonb_object_agg(field, back order by ref) filter (where (info -> 'isInMore')::boolean), '{}') as more,
         jsonb_object_agg(field, jsonb_build_array(now, back) order by ref) as fields
    from judged where why is null group by person_id),
people as (${
    assignments.length === 0
      ? 'select'
      : `
  update marketing.person p
     set ${assignments.join(',\n         ')}
    from going g where p.id = g.person_id`
  }),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields, said_by, undo_id)
  select case kind when 'None' then 'Person' else kind end, person_id, sf_id, 'undo', fields, $4, $3 from going order by person_id
  returning journal_id, row_id),
decided as (
  update sync.undo_person u
     set done_at = clock_timestamp(), line = d.line, stays = d.stays
    from (select j.ref, (array_agg(n.journal_id) filter (where j.why is null))[1] as line,
                 coalesce(jsonb_object_agg(j.field, j.why) filter (where j.why is not null), '{}') as stays
            from judged j left join noted n on n.row_id = j.person_id
           group by j.ref) d
   where u.undo_person_id = d.ref)
select count(*)::int as changed from going`;
};

/** $1 the fields, $2 the undo, $3 people whose set was refused: what would have gone back stays, and the rest has its own reason. */
export const compileKeepRefused = (columns: UndoColumns): string => `
with judged as materialized (${judge('select undo_person_id, person_id, wanted from sync.undo_person where undo_id = $2 and person_id = any ($3) and done_at is null', 'w.undo_person_id', columns)})
update sync.undo_person u
   set done_at = clock_timestamp(), stays = d.stays
  from (select ref, jsonb_object_agg(field, coalesce(why, 'refused')) as stays from judged group by ref) d
 where u.undo_person_id = d.ref and u.done_at is null`;
