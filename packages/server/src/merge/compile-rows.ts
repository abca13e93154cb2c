/**
 * Objects that only Salesforce writes: owners, companies, opportunities, roles. Each row of theirs is a row of ours, and every
 * mapped field that differs here is overwritten whenever the row is applied (MRG21). A child names its parent by Salesforce's
 * id, so it needs no parent to arrive (IN18). Pure.
 */
import type { FieldMap, ObjectMap } from '../mapping/mapping.ts';
import { mirrorTable, OWN_MORE, ownTable } from '../mapping/shape.ts';
import {
  cursorStatement,
  doubtStatements,
  isDoubtful,
  isGone,
  isMerged,
  mirrorStatements,
  verdictWhere,
} from './compile-mirror.ts';
import { movedStatements } from './compile-moved.ts';
import { hasField, longIds, oneRowEach, type Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import {
  among,
  filledOf,
  id,
  inColumns,
  inMore,
  list,
  moreFields,
  moreOfTheirs,
  objectOf,
  RUN,
  rowsDiffer,
  takenFields,
  text,
  theirsOf,
  wideRow,
} from './sql.ts';

export const mergeRows = (map: ObjectMap, tables: Tables, maps: FieldMap['objects']): readonly Statement[] => {
  const own = ownTable(map.object);
  const fields = takenFields(map).readOnly;
  const isWide = inMore(fields).length > 0;
  const known = among('o.salesforce_id', `sf_id from ${tables.verdict}`);
  const changed = rowsDiffer(
    [
      ...inColumns(fields).map((field) => `o.${id(field.column)}`),
      ...(isWide ? [`o.${OWN_MORE}`] : []),
      'o.is_deleted',
    ],
    [...inColumns(fields).map(theirsOf), ...(isWide ? [`o.${OWN_MORE} || ${moreOfTheirs(fields)}`] : []), 'v.is_gone'],
    7,
  );
  return [
    longIds(tables),
    oneRowEach(tables),
    {
      name: 'verdict',
      why: 'which rows are new, or say anything that the mirror does not',
      sql: `
insert into ${tables.verdict} (sf_id, is_gone, is_merged, is_converted, is_unmirrored, is_doubtful, is_live, take)
select s."Id", ${isGone(map)}, ${isMerged(map)}, false, m."Id" is null,
       ${isDoubtful(map)}, true, '{}'
  from ${tables.page} s
  left join ${mirrorTable(map.object)} m on m."Id" = s."Id"${verdictWhere(map, null)}`,
    },
    {
      name: 'survey',
      why: 'what the page needs',
      asks: true,
      sql: `
select count(*) > 0 as found, coalesce(bool_or(is_doubtful), false) as doubtful, coalesce(bool_or(is_gone), false) as gone
  from ${tables.verdict}`,
    },
    ...doubtStatements(map, tables),
    {
      name: 'journal',
      why: 'each changed field with its value before and after',
      when: ['found'],
      counts: 'journalled',
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select ${text(map.object)}, o.id, v.sf_id, 
       case when v.is_gone and v.is_merged and not o.is_deleted then 'merged' when v.is_gone and not o.is_deleted then 'deleted' when o.is_deleted and not v.is_gone then 'undeleted' else 'salesforce' end, ${RUN}, d.fields
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
  join ${own} o on o.salesforce_id = v.sf_id and ${known}${wideRow(map)}
 cross join lateral (select jsonb_strip_nulls(${objectOf(
   inColumns(fields).map((field) => {
     const [ours, theirs] = [`o.${id(field.column)}`, theirsOf(field)];
     return `${text(field.column)}, case when ${ours} is distinct from ${theirs} then jsonb_build_array(${ours}, ${theirs}) end`;
   }),
   8,
 )})${isWide ? ` || coalesce((select jsonb_object_agg(f.own, jsonb_build_array(o.${OWN_MORE} -> f.own, w.row -> f.name)) from ${moreFields(inMore(fields), () => true)} where (o.${OWN_MORE} ->> f.own) is distinct from (w.row ->> f.name)), '{}')` : ''} as fields offset 0) d
 where d.fields <> '{}' or o.is_deleted <> v.is_gone`,
    },
    {
      name: 'deleted',
      why: 'a deleted row stays, and says so',
      when: ['found', 'gone'],
      counts: 'deleted',
      sql: `
update ${own} o set is_deleted = true
  from ${tables.verdict} v
 where o.salesforce_id = v.sf_id and v.is_gone and not o.is_deleted and ${known}`,
    },
    {
      name: 'rows',
      why: 'MRG21: what differs here is overwritten',
      when: ['found'],
      sql: `
update ${own} o
   set ${list([...inColumns(fields).map((field) => `${id(field.column)} = ${theirsOf(field)}`), ...(isWide ? [`${OWN_MORE} = o.${OWN_MORE} || ${moreOfTheirs(fields)}`] : []), 'is_deleted = v.is_gone'])}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id${wideRow(map)}
 where o.salesforce_id = v.sf_id and ${known}
   and ${changed}`,
    },
    ...(map.object === 'Account'
      ? [
          {
            name: 'edits_end',
            why: 'MRG20: what was edited here through a person is overwritten',
            when: ['found'],
            sql: `
delete from sync.company_edit e
 using ${tables.verdict} v, ${own} o
 where o.salesforce_id = v.sf_id and ${known} and e.company_id = o.id`,
          } satisfies Statement,
        ]
      : []),
    {
      name: 'new_rows',
      why: 'a record never seen has a row, unless it was deleted before we knew it',
      when: ['found'],
      counts: 'created',
      sql: `${newRows(
        map,
        `
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id${wideRow(map)}
 where not v.is_gone and not exists (select from ${own} o where o.salesforce_id = v.sf_id)`,
        'salesforce',
      )}`,
    },
    ...movedStatements(map, tables, maps, 'gone'),
    ...oneOfTwo(map, tables),
    ...mirrorStatements(map, tables),
    cursorStatement(map, tables),
  ];
};

/** OBJ3: of merged rows one is left, the winner's; where that is not known here, the other stays and says that it is deleted. */
const oneOfTwo = (map: ObjectMap, tables: Tables): readonly Statement[] =>
  !hasField(map, 'MasterRecordId')
    ? []
    : [
        {
          name: 'merged_away',
          why: 'OBJ3: of two merged rows the winner is left',
          when: ['found', 'gone'],
          sql: `
delete from ${ownTable(map.object)} o
 using ${tables.verdict} v, ${tables.page} s
 where o.salesforce_id = v.sf_id and v.is_gone and v.is_merged and s."Id" = v.sf_id
   and exists (select from ${ownTable(map.object)} w where w.salesforce_id = s."MasterRecordId" collate "C")
   and ${among('o.salesforce_id', `sf_id from ${tables.verdict} where is_gone and is_merged`)}`,
        },
      ];

const newRows = (map: ObjectMap, from: string, cause: string): string => {
  const { columns, values } = filledOf(takenFields(map).readOnly);
  return `
with born as (
insert into ${ownTable(map.object)} (salesforce_id${columns.map((column) => `, ${column}`).join('')})
select s."Id"${values.map((value) => `, ${value}`).join('')}${from}
returning id, salesforce_id)
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select ${text(map.object)}, id, salesforce_id, ${text(cause)}, ${RUN} from born`;
};
