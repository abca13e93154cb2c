/**
 * Pages with values that their columns do not hold (IN25). Such a page is taken as text, each value is asked whether it fits, and what fits
 * is merged like any other page: rows that lack the same fields together, each of those fields unknown (IN10). Pure.
 *
 * A value fits where the mirror's column and ours both take it; ours may be narrower, by the hand of whoever owns the tables.
 */
import type { ObjectMap, SyncObject } from '../mapping/mapping.ts';
import { mirrorTable } from '../mapping/shape.ts';
import { copyFrom, isPeople, pageNames, pageValues, type Tables, typedColumn } from './compile-staging.ts';
import type { MisfitStatements } from './merge.ts';
import { id, lines, list, RUN, text } from './sql.ts';

const MISFIT = 'value-misfit';
/** Without these a row is nobody's: it waits as a whole. */
const VITAL = ['Id', 'SystemModstamp'];
/** So much of a value stands in the sentence; the row has all of it. */
const QUOTED_CHARACTERS = 200;

/** One for an object, whatever fields its pages have. */
const rawTable = (object: SyncObject): string => `pg_temp.${id(`${object}_raw`)}`;
const misfitTable = (object: SyncObject): string => `pg_temp.${id(`${object}_misfit`)}`;
const bare = (table: string): string => table.slice('pg_temp.'.length);

export const compileMisfits = (map: ObjectMap, tables: Tables): MisfitStatements => ({
  staging: staging(map, tables),
  copyIn: copyFrom(map, tables.raw),
  readJson: `insert into ${rawTable(map.object)} (row) select r from json_array_elements($1::json #> $2::text[]) r`,
  judge: (ownTypes) => judge(map, ownTypes),
  groups: `select left_out as fields from ${rawTable(map.object)} group by left_out order by cardinality(left_out), left_out`,
  stage: stage(map, tables),
  note: note(map),
  over: over(map, tables),
});

const staging = (map: ObjectMap, tables: Tables): readonly string[] => [
  `create temp table if not exists ${bare(rawTable(map.object))} (row json not null, left_out text[] not null default '{}') on commit delete rows`,
  `create temp table if not exists ${bare(misfitTable(map.object))} (sf_id text collate "C", stamp timestamptz, field text not null, value text not null, type text not null) on commit delete rows`,
  `create or replace temp view ${bare(tables.raw)} as
select ${list(map.fields.map((field) => `null::text as ${id(field.name)}`))}`,
  `create or replace function ${tables.raw}() returns trigger language plpgsql as $raw$
begin
  insert into ${rawTable(map.object)} (row) values (row_to_json(new));
  return new;
end $raw$`,
  `create or replace trigger raw_row instead of insert on ${tables.raw} for each row execute function ${tables.raw}()`,
];

/** The types that a field must fit, the mirror's first. `ownTypes`: of our columns as they are, by name. */
const typesOf = (field: ObjectMap['fields'][number], ownTypes: ReadonlyMap<string, string>): readonly string[] => {
  const mirror = field.name === 'SystemModstamp' ? 'timestamptz' : field.mirrorType;
  const own = field.column === null || field.isInMore ? undefined : ownTypes.get(field.column);
  return [mirror, ...(own === undefined || own === mirror ? [] : [own])].filter((type) => type !== 'text');
};

/**
 * Each question stands for itself: Postgres keeps the type that an expression asked for the last time. Rows are judged where they lie, without a
 * join; only those that do not fit are looked at a second time.
 */
const judge = (map: ObjectMap, ownTypes: ReadonlyMap<string, string>): readonly string[] => {
  const asked = map.fields
    .map((field) => ({ name: field.name, types: typesOf(field, ownTypes) }))
    .filter(({ types }) => types.length > 0);
  const fits = (name: string, type: string): string => `pg_input_is_valid(r.${id(name)}, ${text(type)})`;
  const judged = `json_to_record(w.row) as r ("Id" text${asked.map(({ name }) => `, ${id(name)} text`).join('')})
   cross join lateral (values
         ${lines(
           asked.flatMap(({ name, types }) =>
             types.map((type) => `(${text(name)}, r.${id(name)}, ${text(type)}, ${fits(name, type)})`),
           ),
           9,
         )}) f (name, value, type, fits)`;
  return [
    `
update ${rawTable(map.object)} w
   set left_out = array(
  select distinct f.name
    from ${judged}
   where not f.fits order by f.name)`,
    `
insert into ${misfitTable(map.object)} (sf_id, stamp, field, value, type)
select distinct on (w.ctid, f.name) ${sfId('r."Id"')},
       case when pg_input_is_valid(r."SystemModstamp", 'timestamptz') then r."SystemModstamp"::timestamptz end, f.name, f.value, f.type
    from ${rawTable(map.object)} w
   cross join lateral ${judged}
   where w.left_out <> '{}' and not f.fits
   order by w.ctid, f.name, f.type`,
  ];
};
const sfId = (value: string): string => `case when length(${value}) = 15 then sync.id18(${value}) else ${value} end`;

const stage = (map: ObjectMap, tables: Tables): string => `
insert into ${tables.page}
       (${list(pageNames(map))})
select ${list(pageValues(map, 'r'))}
  from ${rawTable(map.object)} w
 cross join lateral json_to_record(w.row) as r (
       ${list(map.fields.map((field) => typedColumn(field).replace(' collate "C"', '')))})
 where w.left_out = $1`;

/** What was discarded with its row, or left to the brake, is noted when it comes again. */
const note = (map: ObjectMap): string => `
with came as materialized (
  select distinct on (x.sf_id, x.field) x.sf_id, x.field, x.value, ${isPeople(map) ? 'l.person_id' : 'null::bigint'} as person_id,
         jsonb_build_object('object', ${text(map.object)}, 'field', x.field, 'type', x.type,
           'value', case when length(x.value) > ${QUOTED_CHARACTERS} then left(x.value, ${QUOTED_CHARACTERS}) || '…' else x.value end)::text as message
    from ${misfitTable(map.object)} x
    left join ${mirrorTable(map.object)} m on m."Id" = x.sf_id${isPeople(map) ? `\n    left join sync.link l on l.sf_id = x.sf_id and l.state = 'live'` : ''}
   where m."SystemModstamp" = x.stamp or x.field = any ('{${VITAL.join(',')}}')
   order by x.sf_id, x.field, x.stamp desc),
again as (
  update sync.error e set at = clock_timestamp(), message = c.message, value = c.value, person_id = c.person_id, run_id = ${RUN}
    from came c
   where e.level = 'value' and e.object = ${text(map.object)} and e.sf_id = c.sf_id and e.fields = array[c.field] and e.resolved_at is null
     and (e.value, e.message, e.person_id) is distinct from (c.value, c.message, c.person_id))
insert into sync.error (level, object, person_id, sf_id, code, fields, message, value, disposition, run_id)
select 'value', ${text(map.object)}, c.person_id, c.sf_id, ${text(MISFIT)}, array[c.field], c.message, c.value, 'park', ${RUN}
  from came c
 where not exists (select from sync.error e
                    where e.level = 'value' and e.object = ${text(map.object)} and e.sf_id = c.sf_id and e.fields = array[c.field] and e.resolved_at is null)
 order by c.sf_id, c.field`;

const over = (map: ObjectMap, tables: Tables): string => `
update sync.error e set resolved_at = clock_timestamp()
  from ${tables.page} s
  join ${mirrorTable(map.object)} m on m."Id" = s."Id" and m."SystemModstamp" = s."SystemModstamp"
 where e.level = 'value' and e.object = ${text(map.object)} and e.resolved_at is null and e.sf_id = s."Id"
   and e.fields <@ array[${map.fields.map(({ name }) => text(name)).join(', ')}]`;

/**
 * What has waited and fits by now, because the column was widened, is read again; what nobody waits for any more is over. $1 the object, $2 its
 * table of ours, $3 the fields of its map.
 */
export const FITS_BY_NOW = `
with open as materialized (
  select e.error_id, e.sf_id, pg_input_is_valid(e.value, f.mirror_type) and coalesce(pg_input_is_valid(e.value, o.type), true) as fits,
         f.name is null or e.person_id is not null and not exists (select from sync.link l where l.sf_id = e.sf_id and l.state = 'live') as is_over
    from sync.error e
    left join sync.field f on f.object = e.object and f.name = e.fields[1] and f.name = any ($3)
    left join lateral (
      select format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
       where a.attrelid = $2::regclass and a.attname = f.column_name and not a.attisdropped and not f.is_in_more) o on true
   where e.level = 'value' and e.object = $1 and e.resolved_at is null),
over as (
  update sync.error e set resolved_at = clock_timestamp() from open o where e.error_id = o.error_id and o.is_over)
insert into sync.reread as r (object, sf_id, reason)
select distinct $1, o.sf_id, 'misfit' from open o where o.fits and not o.is_over
    on conflict (object, sf_id) do nothing`;

/** The types of our columns as they are: one row each, `name` and `type`. $1 the table. */
export const OWN_TYPES = `
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
  from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`;
