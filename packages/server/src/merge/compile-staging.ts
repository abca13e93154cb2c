/** Where a page lands, and how it gets there. Pure. */
import { createHash } from 'node:crypto';
import { EXTERNAL_ID_FIELD, type MappedField, type ObjectMap, TABLE_OF } from '../mapping/mapping.ts';
import { MIRROR_MORE } from '../mapping/shape.ts';
import type { Statement } from './merge.ts';
import { id, list, objectOf, text } from './sql.ts';

/** The temporary tables of one object and one set of fields. Another set has tables of its own, so that a session may hold both. */
export interface Tables {
  readonly page: string;
  /** The view that a CSV of a wide object goes through. */
  readonly wide: string;
  /** The view that a CSV goes through as text (IN25). */
  readonly raw: string;
  readonly verdict: string;
  readonly held: string;
  readonly decision: string;
  readonly fold: string;
  readonly moving: string;
}

/** The map of a page: only the fields that it has. `Id` and `SystemModstamp` must be among them. */
export const withFields = (map: ObjectMap, present: ReadonlySet<string>): ObjectMap => {
  const fields = map.fields.filter((field) => present.has(field.name));
  for (const name of ['Id', 'SystemModstamp']) {
    if (!fields.some((field) => field.name === name))
      throw new TypeError(`a page of ${map.object} without ${name} cannot be merged`);
  }
  return { ...map, fields };
};

export const tablesOf = (map: ObjectMap): Tables => {
  const shape = map.fields
    .map((field) => `${field.name} ${field.mirrorType} ${field.column}${field.isInMirrorMore ? ' more' : ''}`)
    .join('\n');
  const tag = createHash('sha256').update(shape).digest('hex').slice(0, 8);
  const name = (role: string): string => `pg_temp.${id(`${map.object}_${role}_${tag}`)}`;
  return {
    page: name('page'),
    wide: name('wide'),
    raw: name('raw'),
    verdict: name('verdict'),
    held: name('held'),
    decision: name('decision'),
    fold: name('fold'),
    moving: name('moving'),
  };
};

export const isPeople = (map: ObjectMap): boolean => TABLE_OF[map.object] === 'person';
export const hasField = (map: ObjectMap, name: string): boolean => map.fields.some((field) => field.name === name);
export const hasKey = (map: ObjectMap): boolean => isPeople(map) && hasField(map, EXTERNAL_ID_FIELD);

/** Temporary tables keep plans valid and are emptied by commit. */
export const stagingStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => [
  {
    name: 'page',
    why: 'where the page lands, typed like the mirror',
    sql: `create temp table if not exists ${bare(tables.page)} (
       ${list(pageColumns(map))}
       ) on commit delete rows`,
  },
  {
    name: 'verdict',
    why: 'what is to be done with each row that is not simply known already',
    sql: `create temp table if not exists ${bare(tables.verdict)} (
       sf_id text collate "C", person bigint, state text, is_gone boolean not null, is_merged boolean not null, is_converted boolean not null,
       is_keyed boolean not null default false, is_unmirrored boolean not null, is_doubtful boolean not null, is_live boolean not null, is_new boolean not null default false,
       is_revived boolean not null default false, linked_by text, holder text collate "C", take text[] not null, expected jsonb
       ) on commit delete rows`,
  },
  {
    name: 'verdict_by_record',
    why: 'a verdict is looked up by record',
    sql: `create index if not exists ${indexName(tables.verdict, 'record')} on ${tables.verdict} (sf_id)`,
  },
  ...wideStaging(map, tables),
  ...(isPeople(map) ? peopleStaging(tables) : []),
];

const peopleStaging = (tables: Tables): readonly Statement[] => [
  {
    name: 'verdict_by_person',
    why: 'and by person',
    sql: `create index if not exists ${indexName(tables.verdict, 'person')} on ${tables.verdict} (person)`,
  },
  {
    name: 'held',
    why: 'persons of the page with unsettled edits or sent values',
    sql: `create temp table if not exists ${bare(tables.held)} (
       sf_id text collate "C", person bigint, edits jsonb not null, edited_at jsonb not null, in_flight jsonb not null,
       acknowledged jsonb not null, unanswered jsonb not null, base jsonb not null, past jsonb not null, seen jsonb not null,
       is_fresh boolean not null, is_first boolean not null
       ) on commit delete rows`,
  },
  {
    name: 'held_by_person',
    why: 'looked up by person, whichever table the planner begins with',
    sql: `create index if not exists ${indexName(tables.held, 'person')} on ${tables.held} (person)`,
  },
  {
    name: 'decision',
    why: 'what became of each of their fields',
    sql: `create temp table if not exists ${bare(tables.decision)} (
       sf_id text collate "C", person bigint, field text, outcome text not null, is_landed boolean not null, is_in_flight boolean not null,
       is_conflict boolean not null, winner text, policy text, base jsonb, theirs jsonb, ours jsonb, ours_at timestamptz, theirs_at timestamptz, grows boolean not null
       ) on commit delete rows`,
  },
  {
    name: 'decision_by_person',
    why: 'likewise',
    sql: `create index if not exists ${indexName(tables.decision, 'person')} on ${tables.decision} (person)`,
  },
  {
    name: 'fold',
    why: 'whose record ended in one of the page, and who remains of the two',
    sql: `create temp table if not exists ${bare(tables.fold)} (
       loser bigint, survivor bigint, final bigint, from_sf text collate "C", from_object text, to_sf text collate "C", reason text,
       is_made_by_it boolean not null, own jsonb not null default '{}', score numeric
       ) on commit delete rows`,
  },
  {
    name: 'moving',
    why: 'what waits to be sent to such a record',
    sql: `create temp table if not exists ${bare(tables.moving)} (
       loser bigint, survivor bigint, final bigint, field text, version jsonb, edited_at jsonb, reason jsonb, lane smallint, value jsonb,
       base jsonb, has_place boolean not null, is_latest boolean not null
       ) on commit delete rows`,
  },
];

export const typedColumn = (field: MappedField): string =>
  field.name === 'Id'
    ? '"Id" text collate "C"'
    : `${id(field.name)} ${field.name === 'SystemModstamp' ? 'timestamptz' : field.mirrorType}`;

const isWide = (map: ObjectMap): boolean => map.fields.some((field) => field.isInMirrorMore);
const inColumns = (map: ObjectMap) => map.fields.filter((field) => !field.isInMirrorMore);
const pageColumns = (map: ObjectMap): readonly string[] => [
  ...inColumns(map).map(typedColumn),
  ...(isWide(map) ? [`"${MIRROR_MORE}" jsonb not null`] : []),
];
export const pageNames = (map: ObjectMap): readonly string[] => [
  ...inColumns(map).map((field) => id(field.name)),
  ...(isWide(map) ? [id(MIRROR_MORE)] : []),
];
/** Of a row `alias` that has every field; one that is empty is null in `_more`, and not absent. */
export const pageValues = (map: ObjectMap, alias: string): readonly string[] => [
  ...inColumns(map).map((field) => `${alias}.${id(field.name)}`),
  ...(isWide(map)
    ? [
        objectOf(
          map.fields
            .filter((field) => field.isInMirrorMore)
            .map((field) => `${text(field.name)}, ${alias}.${id(field.name)}`),
          8,
        ),
      ]
    : []),
];

/**
 * COPY cannot make JSON of some columns, and a row of all of them fits no table: it goes into a view, whose trigger puts each row into the
 * page (ENGINE, section 4: 1.04 times what two copies cost).
 */
const wideStaging = (map: ObjectMap, tables: Tables): readonly Statement[] =>
  !isWide(map)
    ? []
    : [
        {
          name: 'wide',
          why: 'MAP14: every field of a CSV, typed',
          sql: `create or replace temp view ${bare(tables.wide)} as
select ${list(
            map.fields.map(
              (field) =>
                `null::${field.name === 'SystemModstamp' ? 'timestamptz' : field.mirrorType} as ${id(field.name)}`,
            ),
          )}`,
        },
        {
          name: 'wide_row',
          why: 'and where each row goes',
          sql: `create or replace function ${tables.wide}() returns trigger language plpgsql as $wide$
begin
  insert into ${tables.page} (${list(pageNames(map))}) values (${list(pageValues(map, 'new'))});
  return new;
end $wide$`,
        },
        {
          name: 'wide_trigger',
          why: 'for each',
          sql: `create or replace trigger wide_row instead of insert on ${tables.wide} for each row execute function ${tables.wide}()`,
        },
      ];

/** `create temp table` takes the name without its schema. */
const bare = (table: string): string => table.slice('pg_temp.'.length);
const indexName = (table: string, role: string): string => id(`${bare(table).slice(1, -1)}_${role}`);

export const pageIndex = (tables: Tables): string =>
  `create index if not exists ${indexName(tables.page, 'record')} on ${tables.page} ("Id")`;

/** An empty cell is null, quoted or not: Bulk cannot say empty text (A8). A header in another order is refused by Postgres. */
export const copyFrom = (map: ObjectMap, table: string): string => {
  const names = map.fields.map((field) => id(field.name));
  return `copy ${table} (${names.join(', ')}) from stdin with (format csv, header match, force_null (${names.join(', ')}))`;
};

/** Numbers go from JSON's text to `numeric` without a float between (MAP16). */
export const readJson = (map: ObjectMap, tables: Tables): string => `
insert into ${tables.page}
       (${list(pageNames(map))})
select ${list(pageValues(map, 'r'))}
  from json_to_recordset($1::json #> $2::text[]) as r (
       ${list(map.fields.map((field) => typedColumn(field).replace(' collate "C"', '')))})`;

export const keysOfJson = (map: ObjectMap): string => `
select array(select json_object_keys(($1::json #> $2::text[]) -> 0)) as keys,
       exists (select from sync.error where level = 'value' and object = ${text(map.object)} and resolved_at is null) as waits`;

/** ID2: ids are kept in 18 characters. */
export const longIds = (tables: Tables): Statement => ({
  name: 'long_ids',
  why: 'ID2: an id of 15 characters is the record of its 18',
  sql: `
update ${tables.page} s set "Id" = sync.id18("Id") where length("Id") <> 18`,
});

export const oneRowEach = (tables: Tables): Statement => ({
  name: 'one_row_each',
  why: 'of a record that the page holds twice, the latest stays',
  sql: `
delete from ${tables.page} s using ${tables.page} t
 where t."Id" = s."Id" and (t."SystemModstamp", t.ctid) > (s."SystemModstamp", s.ctid)`,
});
