/**
 * A page of formula values, read without anything having moved their records' stamps (IN24). What the page may change is what it names: the
 * columns of its fields, of records whose stamp is still the mirror's. `_began_at` moves with them, so that a slower page of an earlier read
 * does not bring the old value back (IN8). Pure.
 */

import type { ObjectMap } from '../mapping/mapping.ts';
import { mirrorTable, OWN_MORE, ownTable } from '../mapping/shape.ts';
import { mirrorColumns, mirrorSays, saysMore } from './compile-mirror.ts';
import { isPeople, type Tables } from './compile-staging.ts';
import type { FormulaStatements } from './merge.ts';
import {
  among,
  BEGAN,
  filledOf,
  id,
  inColumns,
  inMore,
  list,
  moreFields,
  objectOf,
  RUN,
  rowsDiffer,
  takenFields,
  text,
  theirsOf,
  wideRow,
} from './sql.ts';

export const compileFormulas = (map: ObjectMap, tables: Tables): FormulaStatements => ({
  find: find(map, tables),
  hold: isPeople(map)
    ? `select from marketing.person o where ${ofPage(map, tables)} order by o.id for no key update`
    : `select from ${ownTable(map.object)} o where ${ofPage(map, tables)} order by o.id for no key update`,
  journal: journal(map, tables),
  own: own(map, tables),
  mirror: mirror(map, tables),
});

/** A record that changed meanwhile is left to the poll, which reads it whole. */
const find = (map: ObjectMap, tables: Tables): string => `
insert into ${tables.verdict} (sf_id, person, is_gone, is_merged, is_converted, is_unmirrored, is_doubtful, is_live, take)
select s."Id", ${isPeople(map) ? 'l.person_id' : 'null'}, false, false, false, false, false, true, '{}'
  from ${tables.page} s
  join ${mirrorTable(map.object)} m on m."Id" = s."Id" and m."SystemModstamp" = s."SystemModstamp" and m."_began_at" < ${BEGAN}${
    isPeople(map) ? `\n  left join sync.link l on l.sf_id = s."Id" and l.state = 'live'` : ''
  }
 where ${saysMore(map, 7)}`;

const ofPage = (map: ObjectMap, tables: Tables): string =>
  isPeople(map)
    ? among('o.id', `person from ${tables.verdict}`)
    : among('o.salesforce_id', `sf_id from ${tables.verdict}`);

/** `v`, `s` and `o`: the verdict, the page's row, and ours. */
const isRowOf = (map: ObjectMap, tables: Tables): string =>
  `${isPeople(map) ? 'o.id = v.person' : 'o.salesforce_id = v.sf_id'} and ${ofPage(map, tables)}`;

const journal = (map: ObjectMap, tables: Tables): string => {
  const fields = takenFields(map).readOnly;
  const pairs = inColumns(fields).map((field) => {
    const [ours, theirs] = [`o.${id(field.column)}`, theirsOf(field)];
    return `${text(field.column)}, case when ${ours} is distinct from ${theirs} then jsonb_build_array(${ours}, ${theirs}) end`;
  });
  const more =
    inMore(fields).length === 0
      ? ''
      : ` || coalesce((select jsonb_object_agg(f.own, jsonb_build_array(o.${OWN_MORE} -> f.own, w.row -> f.name)) from ${moreFields(inMore(fields), () => true)} where (o.${OWN_MORE} ->> f.own) is distinct from (w.row ->> f.name)), '{}')`;
  return `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select ${text(map.object)}, o.id, v.sf_id, 'salesforce', ${RUN}, d.fields
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
  join ${ownTable(map.object)} o on ${isRowOf(map, tables)}${wideRow(map)}
 cross join lateral (select jsonb_strip_nulls(${objectOf(pairs, 8)})${more} as fields offset 0) d
 where d.fields <> '{}'`;
};

const own = (map: ObjectMap, tables: Tables): string => {
  const fields = takenFields(map).readOnly;
  const { columns, values } = filledOf(fields);
  const isMore = (column: string): boolean => column === OWN_MORE;
  const news = columns.map((column, at) => (isMore(column) ? `o.${column} || ${values[at]}` : `${values[at]}`));
  if (columns.length === 0) return `select from ${tables.verdict} where false`;
  return `
update ${ownTable(map.object)} o
   set ${list(columns.map((column, at) => `${column} = ${news[at]}`))}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id${wideRow(map)}
 where ${isRowOf(map, tables)}
   and ${rowsDiffer(
     columns.map((column) => `o.${column}`),
     news,
     7,
   )}`;
};

const mirror = (map: ObjectMap, tables: Tables): string => {
  const news = mirrorSays('s', map);
  const sets = mirrorColumns(map).flatMap((column, at) =>
    column === id('SystemModstamp') ? [] : [`${column} = ${news[at]}`],
  );
  return `
update ${mirrorTable(map.object)} m
   set ${list([...sets, `"_began_at" = ${BEGAN}`])}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
 where m."Id" = v.sf_id and ${among('m."Id"', `sf_id from ${tables.verdict}`)}`;
};
