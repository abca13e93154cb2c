/** Leads and contacts: one person each. The order of the statements is the order of the locks. Pure. */
import type { ObjectMap } from '../mapping/mapping.ts';
import { OWN_MORE } from '../mapping/shape.ts';
import { keepStatements } from './compile-brake.ts';
import { consequenceStatements } from './compile-consequences.ts';
import { decisionStatements } from './compile-decisions.ts';
import { foldStatements } from './compile-fold.ts';
import { scoreStatements } from './compile-fold-score.ts';
import { heirStatements, type PeopleMaps } from './compile-heirs.ts';
import { identityStatements } from './compile-identity.ts';
import { linkStatements } from './compile-links.ts';
import { cursorStatement, doubtStatements, mirrorStatements } from './compile-mirror.ts';
import { movedStatements } from './compile-moved.ts';
import { hasField, longIds, oneRowEach, type Tables } from './compile-staging.ts';
import { expectStatements, noticeStatements } from './compile-watch.ts';
import type { MergeLimits, Statement } from './merge.ts';
import {
  among,
  type ColumnField,
  id,
  inColumns,
  inMore,
  lines,
  moreFields,
  moreOfTheirs,
  objectOf,
  RUN,
  rowsDiffer,
  takenFields,
  takes,
  text,
  theirsOf,
  wideRow,
} from './sql.ts';

export const mergePeople = (
  map: ObjectMap,
  tables: Tables,
  maps: PeopleMaps,
  limits: MergeLimits,
): readonly Statement[] => {
  const identity = identityStatements(map, tables, heirStatements(map, tables, maps, limits));
  const [verdict, survey, ...recognise] = identity;
  return [
    longIds(tables),
    oneRowEach(tables),
    ...(verdict && survey ? [verdict, survey] : []),
    ...doubtStatements(map, tables),
    ...recognise,
    ...foldStatements(map, tables, maps, limits),
    ...decisionStatements(map, tables),
    ...keepStatements(map, tables),
    ...expectStatements(map, tables),
    ...linkStatements(map, tables),
    ...changeStatements(map, tables),
    ...noticeStatements(map, tables),
    ...scoreStatements(map, tables),
    ...movedStatements(map, tables, maps),
    ...consequenceStatements(map, tables),
    ...mirrorStatements(map, tables),
    cursorStatement(map, tables),
  ];
};

/** Fields of a live record that are Salesforce's alone are overwritten whenever they differ (MRG21), the others when they are taken. */
const changeStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const { taken, readOnly } = takenFields(map);
  const all = [...taken, ...readOnly];
  const isWide = inMore(all).length > 0;
  const isReadOnly = (field: ColumnField): boolean => readOnly.includes(field);
  const moreReadOnly = inMore(readOnly).length === 0 ? '' : moreOfTheirs(readOnly);
  const from = `
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id${wideRow(map)}`;
  const changesOf = [
    ...inColumns(taken).map((field) => {
      const [ours, theirs] = [`p.${id(field.column)}`, theirsOf(field)];
      return `${text(field.column)}, case when ${takes(field, 'v')} and ${ours} is distinct from ${theirs} then jsonb_build_array(${ours}, ${theirs}) end`;
    }),
    ...inColumns(readOnly).map((field) => {
      const [ours, theirs] = [`p.${id(field.column)}`, theirsOf(field)];
      return `${text(field.column)}, case when ${ours} is distinct from ${theirs} then jsonb_build_array(${ours}, ${theirs}) end`;
    }),
  ];
  const assignments = [
    ...inColumns(taken).map(
      (field) =>
        `${id(field.column)} = case when ${takes(field, 'v')} then ${theirsOf(field)} else p.${id(field.column)} end`,
    ),
    ...inColumns(readOnly).map((field) => `${id(field.column)} = ${theirsOf(field)}`),
    ...(isWide
      ? [`${OWN_MORE} = p.${OWN_MORE} || ${moreOfTheirs(all, `(f.is_read_only or ${MORE_TAKES})`, isReadOnly)}`]
      : []),
  ];
  return [
    {
      name: 'passed_journal',
      why: 'what became of a record that ended in another one; its link names the person that is left',
      when: ['passes'],
      counts: 'journalled',
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select ${text(map.object)}, l.person_id, v.sf_id, case when v.is_converted then 'converted' else 'merged' end, ${RUN}
  from ${tables.verdict} v
  join sync.link l on l.sf_id = v.sf_id
 where (v.is_converted or v.is_gone and v.is_merged) and v.state not in ('converted', 'merged', 'deleted_here')`,
    },
    {
      name: 'journal',
      why: 'each changed field with its value before and after; written first, while p still holds the value before',
      when: ['found'],
      counts: 'journalled',
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields, evidence)
select ${text(map.object)}, v.person, v.sf_id,
       case when v.is_gone then 'deleted' when v.is_revived then case v.state when 'out_of_scope' then 'in_scope' else 'undeleted' end when v.linked_by is not null then 'linked' else 'salesforce' end,
       ${RUN}, d.fields, ${evidenceOf(map, inColumns(all))}${from}
  join marketing.person p on p.id = v.person${isWide ? `\n cross join lateral (select p.${OWN_MORE} || '{}' as more offset 0) mine` : ''}
 cross join lateral (select jsonb_strip_nulls(${objectOf(changesOf, 8)})${isWide ? moreChanges(all, isReadOnly) : ''} as fields offset 0) d
 where not v.is_new and v.is_live
   and ${among('p.id', `person from ${tables.verdict} where is_live and not is_new`)}
   and (d.fields <> '{}' or v.is_gone or v.is_revived or v.linked_by is not null)`,
    },
    ...(assignments.length === 0
      ? []
      : [
          {
            name: 'people',
            why: 'a field is taken when theirs moved and nothing of ours stands against it',
            when: ['found'],
            sql: `
update marketing.person p
   set ${lines(assignments, 7)}${from}
 where p.id = v.person and v.is_live and not v.is_new
   and ${among('p.id', `person from ${tables.verdict} where is_live and not is_new`)}
   and (v.take <> '{}'
        or ${rowsDiffer(
          [
            ...inColumns(readOnly).map((field) => `p.${id(field.column)}`),
            ...(moreReadOnly === '' ? [] : [`p.${OWN_MORE}`]),
          ],
          [...inColumns(readOnly).map(theirsOf), ...(moreReadOnly === '' ? [] : [`p.${OWN_MORE} || ${moreReadOnly}`])],
          8,
        )})`,
          } satisfies Statement,
        ]),
    {
      name: 'deleted',
      why: 'N90: the person stays, and says that its record is deleted',
      when: ['gone'],
      counts: 'deleted',
      sql: `
update marketing.person p set is_deleted = true
  from ${tables.verdict} v
 where p.id = v.person and v.is_gone and (v.state = 'live' or v.linked_by is not null)
   and ${among('p.id', `person from ${tables.verdict} where is_gone`)}`,
    },
  ];
};

/** MRG16: who loosened an opt-out there. */
const evidenceOf = (map: ObjectMap, fields: readonly ColumnField[]): string => {
  const loosened = fields
    .filter((field) => field.isOptOut)
    .map((field) => `p.${id(field.column)} and d.fields ? ${text(field.column)}`);
  return loosened.length > 0 && hasField(map, 'LastModifiedById')
    ? `case when ${loosened.join(' or ')} then s."LastModifiedById" end`
    : 'null';
};

const MORE_TAKES = `f.own = any (v.take) and (not f.is_once or coalesce(p.${OWN_MORE} ->> f.own, '') = '')`;

/** What changes in `more`, each field with its value before and after. */
const moreChanges = (fields: readonly ColumnField[], isReadOnly: (field: ColumnField) => boolean): string =>
  ` || coalesce((
        select jsonb_object_agg(f.own, jsonb_build_array(mine.more -> f.own, w.row -> f.name)) from ${moreFields(inMore(fields), isReadOnly)}
         where (f.is_read_only or ${MORE_TAKES}) and (mine.more ->> f.own) is distinct from (w.row ->> f.name)), '{}')`;
