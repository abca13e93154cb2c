/** Links and people that begin or end with a page. Runs under the persons' locks. Pure. */
import type { ObjectMap } from '../mapping/mapping.ts';
import { keyColumn } from './compile-mirror.ts';
import { hasKey, type Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, filledOf, RUN, takenFields, text, wideRow } from './sql.ts';

const isRecognised = 'linked_by is not null or is_revived';

export const linkStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => [
  {
    name: 'links_end',
    why: "a record that was deleted, merged away or converted is nobody's live record",
    when: ['ends'],
    sql: `
update sync.link l
   set state = case when not v.is_gone then 'converted' when v.is_merged then 'merged' else 'deleted' end, ended_at = now()
  from ${tables.verdict} v
 where l.sf_id = v.sf_id and l.state = 'live' and (v.is_gone or v.is_converted)
   and ${among('l.sf_id', `sf_id from ${tables.verdict} where is_gone or is_converted`)}`,
  },
  {
    name: 'links_return',
    why: 'the same link is live again',
    when: ['returns'],
    sql: `
update sync.link l set state = 'live', person_id = v.person, since = now(), ended_at = null
  from ${tables.verdict} v
 where l.sf_id = v.sf_id and l.state <> 'live' and (v.is_revived or v.is_new)
   and ${among('l.sf_id', `sf_id from ${tables.verdict} where is_revived or is_new`)}`,
  },
  {
    name: 'new_links',
    why: 'ID1: the database itself refuses a second live record of a person',
    when: ['unknown'],
    sql: `
insert into sync.link (sf_id, object, person_id, state, ended_at)
select sf_id, ${text(map.object)}, person, case when not is_gone then 'live' when is_merged then 'merged' else 'deleted' end, case when is_gone then now() end
  from ${tables.verdict}
 where state is null and (is_new or linked_by is not null)`,
  },
  ...oddKeys(map, tables),
  newPeople(map, tables),
  {
    name: 'new_people_journal',
    why: 'where they came from',
    when: ['found'],
    sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id)
select ${text(map.object)}, person, sf_id, 'salesforce', ${RUN}
  from ${tables.verdict} where is_new`,
  },
  {
    name: 'recognised',
    why: 'the person is this record now',
    when: ['found'],
    sql: `
update marketing.person p set salesforce_id = v.sf_id, salesforce_type = ${text(map.object)}, is_deleted = v.is_gone
  from ${tables.verdict} v
 where p.id = v.person and (v.linked_by is not null or v.is_revived)
   and ${among('p.id', `person from ${tables.verdict} where ${isRecognised}`)}`,
  },
  {
    name: 'create_is_done',
    why: 'RACE2: the lead exists, whoever says so first; what waited for a live record waits no more',
    when: ['found'],
    sql: `
update sync.outbox o
   set create_lead = false, parked = case when o.create_lead then o.parked - '*' else o.parked end, due_at = case when o.due_at = 'infinity' then now() else o.due_at end
  from ${tables.verdict} v
 where o.person_id = v.person and (v.linked_by is not null or v.is_revived)
   and ${among('o.person_id', `person from ${tables.verdict} where ${isRecognised}`)}`,
  },
  {
    name: 'create_errors_close',
    why: 'nor does what Salesforce refused to make',
    when: ['named'],
    sql: `
update sync.error e set resolved_at = clock_timestamp()
 where e.level = 'record' and e.resolved_at is null
   and ${among('e.person_id', `person from ${tables.verdict} where linked_by is not null`)}
   and not exists (select from sync.outbox o where o.person_id = e.person_id and o.parked <> '{}')`,
  },
  {
    name: 'choices_end',
    why: 'OUT32: whose record it is has been decided',
    when: ['unknown'],
    sql: `
delete from sync.link_choice c using ${tables.verdict} v
 where c.sf_id = v.sf_id and ${among('c.sf_id', `sf_id from ${tables.verdict} where state is null`)}`,
  },
];

/** ID4: its own link says who a record is; that another person's external id stands in it is listed, as long as it stands there. */
const oddKeys = (map: ObjectMap, tables: Tables): readonly Statement[] =>
  !hasKey(map)
    ? []
    : [
        {
          name: 'odd_keys_over',
          why: 'ID4: its external id is another one by now',
          when: ['keyed'],
          sql: `
update sync.error e set resolved_at = clock_timestamp()
 where e.code = 'external-id-of-another' and e.resolved_at is null
   and ${among('e.person_id', `person from ${tables.verdict} where is_keyed`)}`,
        },
        {
          name: 'odd_keys',
          why: 'ID4: the external id of another person is listed, and nothing is linked anew',
          when: ['keyed'],
          sql: `
insert into sync.error (level, object, person_id, sf_id, code, message, disposition, run_id)
select 'record', ${text(map.object)}, v.person, v.sf_id, 'external-id-of-another', s.${keyColumn}, 'park', ${RUN}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
  join marketing.person k on k.external_id = s.${keyColumn} and k.id <> v.person
 where v.is_keyed and v.state is not null and v.is_live and not v.is_gone
   and ${among('k.external_id', `${keyColumn} from ${tables.page} where ${keyColumn} <> ''`)}
 order by v.sf_id`,
        },
      ];

/** A record that carries an external id which names nobody here brings its person back under it (RACE16). */
const newPeople = (map: ObjectMap, tables: Tables): Statement => {
  const { columns, values } = filledOf(allTaken(map));
  const externalId = hasKey(map)
    ? `
       case when s.${keyColumn} <> '' and not exists (select from marketing.person k where k.external_id = s.${keyColumn})
            then s.${keyColumn} else ${NEW_EXTERNAL_ID} end`
    : ` ${NEW_EXTERNAL_ID}`;
  return {
    name: 'new_people',
    why: 'ID3: somebody new',
    when: ['found'],
    counts: 'created',
    sql: `
insert into marketing.person
       (id, external_id, salesforce_id, salesforce_type${columns.map((column) => `, ${column}`).join('')})
select v.person,${externalId},
       v.sf_id, ${text(map.object)}${values.map((value) => `, ${value}`).join('')}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id${wideRow(map)}
 where v.is_new`,
  };
};
const NEW_EXTERNAL_ID = `replace(gen_random_uuid()::text, '-', '')`;

/** MRG15 has nothing to say of somebody new: every field is Salesforce's. */
const allTaken = (map: ObjectMap) => {
  const { taken, readOnly } = takenFields(map);
  return [...taken, ...readOnly];
};
