/** Leads and contacts: one person each. The order of the statements is the order of the locks. Pure. */
import type { ObjectMap } from '../mapping/mapping.ts';
import { consequenceStatements } from './compile-consequences.ts';
import { decisionStatements } from './compile-decisions.ts';
import { identityStatements } from './compile-identity.ts';
import { linkStatements } from './compile-links.ts';
import { cursorStatement, doubtStatements, keyColumn, mirrorStatements, objectOf } from './compile-mirror.ts';
import { hasField, hasKey, longIds, oneRowEach, type Tables } from './compile-staging.ts';
import { expectStatements, noticeStatements } from './compile-watch.ts';
import type { Statement } from './merge.ts';
import { among, columnsOf, id, lines, RUN, rowsDiffer, takenFields, takes, text } from './sql.ts';

export const mergePeople = (map: ObjectMap, tables: Tables, leadConverts: boolean): readonly Statement[] => {
  const identity = identityStatements(map, tables, leadConverts);
  const [verdict, survey, ...recognise] = identity;
  return [
    longIds(tables),
    oneRowEach(tables),
    ...(verdict && survey ? [verdict, survey] : []),
    ...doubtStatements(map, tables),
    ...recognise,
    ...decisionStatements(map, tables),
    ...expectStatements(map, tables),
    ...linkStatements(map, tables),
    ...changeStatements(map, tables),
    ...noticeStatements(map, tables),
    ...consequenceStatements(map, tables),
    ...mirrorStatements(map, tables),
    cursorStatement(map, tables),
  ];
};

/** Fields of a live record that are Salesforce's alone are overwritten whenever they differ (MRG21), the others when they are taken. */
const changeStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const { taken, readOnly } = takenFields(map);
  const from = `
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id`;
  const changesOf = [
    ...taken.map((field) => {
      const [ours, theirs] = [`p.${id(field.column)}`, `s.${id(field.name)}`];
      return `${text(field.column)}, case when ${takes(field, 'v')} and ${ours} is distinct from ${theirs} then jsonb_build_array(${ours}, ${theirs}) end`;
    }),
    ...readOnly.map((field) => {
      const [ours, theirs] = [`p.${id(field.column)}`, `s.${id(field.name)}`];
      return `${text(field.column)}, case when ${ours} is distinct from ${theirs} then jsonb_build_array(${ours}, ${theirs}) end`;
    }),
  ];
  const assignments = [
    ...taken.map(
      (field) =>
        `${id(field.column)} = case when ${takes(field, 'v')} then s.${id(field.name)} else p.${id(field.column)} end`,
    ),
    ...readOnly.map((field) => `${id(field.column)} = s.${id(field.name)}`),
  ];
  return [
    {
      name: 'converted_journal',
      why: 'what became of the lead',
      when: ['converts'],
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select ${text(map.object)}, v.person, v.sf_id, 'converted', ${RUN}
  from ${tables.verdict} v where v.is_converted and v.state = 'live'`,
    },
    {
      name: 'journal',
      why: 'each changed field with its value before and after; written first, while p still holds the value before',
      when: ['found'],
      counts: 'journalled',
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select ${text(map.object)}, v.person, v.sf_id,
       case when v.is_gone then 'deleted' when v.is_revived then 'undeleted' when v.linked_by is not null then 'linked' else 'salesforce' end,
       ${RUN}, d.fields${from}
  join marketing.person p on p.id = v.person
 cross join lateral (select jsonb_strip_nulls(${objectOf(changesOf, 8)}) as fields offset 0) d
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
          readOnly.map((field) => `p.${id(field.column)}`),
          columnsOf('s', readOnly),
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

export const leadConverts = (lead: ObjectMap): boolean => hasField(lead, 'ConvertedContactId');
