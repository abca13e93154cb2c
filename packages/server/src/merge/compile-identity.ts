/**
 * Who a record is (ID1 to ID3). A known record is its link's person. An unknown one is, in this order: the person that its
 * external id names, if that person has no live record; the person of a record that ended in it (`compile-heirs.ts`); somebody new.
 * E-mail is never asked. Pure.
 *
 * Where the named person's record still counts as live, both are read again first: it may have been converted, merged or deleted
 * since. Only what that read says makes the unknown one somebody new (ID5).
 */
import type { ObjectMap } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable } from '../mapping/shape.ts';
import { inherits, surveyOfHeirs } from './compile-heirs.ts';
import { isConverted, isDoubtful, isGone, isMerged, keyColumn, verdictWhere } from './compile-mirror.ts';
import { hasField, hasKey, type Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, differs, moreFields, takenFields, text } from './sql.ts';

/** A state of a link from which its record can be live again (ID17). A merge loser that is undeleted becomes somebody new. */
const RETURNS = `('deleted', 'out_of_sight', 'out_of_scope')`;

/** When somebody or something changed the record there: not every stamp is a change of it (A11). */
const movedAt = (map: ObjectMap): string =>
  quoted(hasField(map, 'LastModifiedDate') ? 'LastModifiedDate' : 'SystemModstamp');

/** When a person was deleted here, by Salesforce's clock; doubt counts as before. */
const DELETED_THERE = `d.deleted_at + coalesce((select offset_ms + doubt_ms from sync.clock), 0) * interval '1 ms'`;

/** ID21: it was erased here, whichever of its ids it comes under. Where nobody was erased, that costs nothing. */
export const isErased = (map: ObjectMap): string =>
  `(exists (select from sync.erased) and exists (
        select from sync.erased e where e.mark = sync.mark_of(s."Id")${hasKey(map) ? ` or e.mark = sync.mark_of(nullif(s.${keyColumn}, ''))` : ''}))`;

/** A record that ended in another one has nothing more to say of its person: what it says last is that other one's to say. */
const endsInAnother = (map: ObjectMap): string => `(${isConverted(map)} or ${isGone(map)} and ${isMerged(map)})`;

/** Its external id is another one than the mirror knew. */
const isKeyed = (map: ObjectMap): string => (hasKey(map) ? `s.${keyColumn} is distinct from m.${keyColumn}` : 'false');

/** The link of a record that is live after this page: another one than `sfId`, and not ending in this very page. */
const otherLive = (tables: Tables, person: string, sfId: string): string => `
       select x.sf_id from sync.link x
        where x.person_id = ${person} and x.state = 'live' and x.sf_id <> ${sfId}
          and not exists (select from ${tables.verdict} e where e.sf_id = x.sf_id and (e.is_gone or e.is_converted))`;

/** MAP14: the same of what lies in `_more` of the page and of the mirror, each unpacked once. */
const takenOfMore = (map: ObjectMap): string => {
  const fields = takenFields(map).taken.filter((field) => field.isInMirrorMore);
  return fields.length === 0
    ? ''
    : ` || array(
         select f.own from (select s.${quoted(MIRROR_MORE)} || '{}' as s, m.${quoted(MIRROR_MORE)} || '{}' as m offset 0) w
           join ${moreFields(fields, () => false)} on sync.comparable(w.s -> f.name, f.kind) is distinct from sync.comparable(w.m -> f.name, f.kind)
          where s.${quoted(MIRROR_MORE)} is distinct from m.${quoted(MIRROR_MORE)})`;
};

export const identityStatements = (
  map: ObjectMap,
  tables: Tables,
  heirs: readonly Statement[],
): readonly Statement[] => [
  {
    name: 'verdict',
    why: 'which rows are new, or say anything that the mirror does not; `take`: the fields in which they differ from it and that theirs may move',
    sql: `
insert into ${tables.verdict} (sf_id, person, state, is_gone, is_merged, is_converted, is_keyed, is_unmirrored, is_doubtful, is_live, take)
select s."Id", l.person_id, l.state, ${isGone(map)}, ${isMerged(map)}, ${isConverted(map)}, ${isKeyed(map)}, m."Id" is null,
       ${isDoubtful(map)},
       coalesce(l.state = 'live', false) and not ${endsInAnother(map)},
       array_remove(array[
         ${takenFields(map)
           .taken.filter((field) => !field.isInMirrorMore)
           .map(
             (field) =>
               `case when ${differs(field, `s.${quoted(field.name)}`, `m.${quoted(field.name)}`)} then ${text(field.column)} end`,
           )
           .join(',\n         ')}]::text[], null)${takenOfMore(map)}
  from ${tables.page} s
  left join ${mirrorTable(map.object)} m on m."Id" = s."Id"
  left join sync.link l on l.sf_id = s."Id"
  left join sync.sent x on x.person_id = l.person_id${verdictWhere(map, `x.person_id is not null or l.state in ('out_of_sight', 'out_of_scope') or exists (select from sync.heir h where h.heir_id = s."Id")`)}
   and not ${isErased(map)}`,
  },
  {
    name: 'survey',
    why: 'what the page needs',
    asks: true,
    sql: `
select count(*) > 0 as found,
       coalesce(bool_or(is_doubtful), false) as doubtful,
       coalesce(bool_or(state is null and not is_doubtful), false) as unknown,
       coalesce(bool_or(is_keyed and state is not null), false) as keyed,
       coalesce(bool_or(is_gone and (state = 'live' or state is null)), false) as gone,
       coalesce(bool_or(is_converted and state = 'live'), false) as converts,
       coalesce(bool_or((is_gone or is_converted) and state = 'live'), false) as ends,
       coalesce(bool_or(not is_gone and (state in ${RETURNS} or state in ('merged', 'deleted_here'))), false) as returns,${surveyOfHeirs(tables)}
  from ${tables.verdict}`,
  },
  ...(hasKey(map)
    ? [
        {
          name: 'named_by_key',
          why: 'ID3: its external id names a person',
          when: ['unknown'],
          sets: 'named',
          sql: `
update ${tables.verdict} v set person = p.id, linked_by = 'external_id'
  from ${tables.page} s
  join marketing.person p on p.external_id = s.${keyColumn}
 where s."Id" = v.sf_id and v.state is null and not v.is_converted
   and ${among('p.external_id', `${keyColumn} from ${tables.page} where ${keyColumn} <> ''`)}`,
        } satisfies Statement,
      ]
    : []),
  ...(hasKey(map)
    ? [
        {
          name: 'born_after_its_person',
          why: 'ID20: what a create of ours made after its person was deleted here is nobody; the next change there is a change',
          when: ['unknown'],
          sql: `
with born as (
  update ${tables.verdict} v set state = 'deleted_here', person = d.person_id
    from ${tables.page} s
    join sync.deleted_person d on d.external_id = s.${keyColumn} and d.owes
   where s."Id" = v.sf_id and v.state is null and v.linked_by is null
     and ${among('d.external_id', `${keyColumn} from ${tables.page} where ${keyColumn} <> ''`)}
  returning v.sf_id, d.external_id, d.person_id, d.deleted_at),
settled as (
  update sync.deleted_person d set owes = false from born where d.external_id = born.external_id)
insert into sync.link (sf_id, object, person_id, state, ended_at)
select sf_id, ${text(map.object)}, person_id, 'deleted_here', deleted_at from born on conflict (sf_id) do nothing`,
        } satisfies Statement,
      ]
    : []),
  {
    name: 'named_by_choice',
    why: 'OUT32: somebody said whose record it is',
    when: ['unknown'],
    sets: 'named',
    sql: `
update ${tables.verdict} v set person = p.id, linked_by = 'choice'
  from sync.link_choice c
  join marketing.person p on p.id = c.person_id and p.salesforce_id is null
 where c.sf_id = v.sf_id and v.state is null and v.linked_by is null and not v.is_gone and not v.is_converted
   and ${among('c.sf_id', `sf_id from ${tables.verdict} where state is null`)}`,
  },
  ...heirs,
  {
    name: 'hold_still',
    why: 'an edit of these people that is under way commits first, and the statements after this one see it',
    when: ['found'],
    sql: `
select count(*) from (
  select from marketing.person
   where ${among('id', `person from ${tables.verdict} where person is not null union all select l.person_id from sync.heir h join sync.link l on l.sf_id = h.sf_id where ${inherits(tables)}`)}
   order by id for no key update) held`,
  },
  {
    name: 'known_meanwhile',
    why: 'a create whose answer was settled while we waited has its link',
    when: ['unknown'],
    sql: `
update ${tables.verdict} v
   set person = l.person_id, state = l.state, linked_by = null, is_live = l.state = 'live' and not v.is_converted and not (v.is_gone and v.is_merged)
  from sync.link l
 where l.sf_id = v.sf_id and v.state is null and ${among('l.sf_id', `sf_id from ${tables.verdict} where state is null`)}`,
  },
  {
    name: 'one_each',
    why: 'ID1: of two unknown records that name one person, the first is the person',
    when: ['unknown', 'named'],
    sql: `
update ${tables.verdict} v set person = null, linked_by = null
 where v.linked_by is not null
   and exists (select from ${tables.verdict} o where o.person = v.person and o.linked_by is not null and o.sf_id < v.sf_id)`,
  },
  {
    name: 'holders',
    why: 'which live record the named person has already',
    when: ['unknown', 'named'],
    sets: 'holders',
    sql: `
update ${tables.verdict} v set holder = h.sf_id
  from ${tables.verdict} u
 cross join lateral (${otherLive(tables, 'u.person', 'u.sf_id')}) h
 where u.linked_by is not null and v.sf_id = u.sf_id`,
  },
  {
    name: 'ask_both',
    why: 'ID3: that record may have been converted, merged or deleted; both are read again before anybody decides',
    when: ['holders', '!reread'],
    sql: `
insert into sync.reread as r (object, sf_id, reason)
select distinct on (object, sf_id) object, sf_id, reason
  from (select l.object, l.sf_id, 'classify' as reason from ${tables.verdict} v join sync.link l on l.sf_id = v.holder
         union all
        select ${text(map.object)}, v.sf_id, 'identity' from ${tables.verdict} v where v.holder is not null) asked
 order by object, sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`,
  },
  {
    name: 'leave_for_reread',
    why: 'and this page decides nothing about the unknown one',
    when: ['holders', '!reread'],
    sql: `
delete from ${tables.verdict} where holder is not null`,
  },
  {
    name: 'somebody_new',
    why: 'ID5: read again and still two live records: the unknown one is somebody new',
    when: ['holders', 'reread'],
    sql: `
update ${tables.verdict} set person = null, linked_by = null where holder is not null`,
  },
  {
    name: 'new_persons',
    why: 'an unknown record is a new person, unless it was deleted or converted before we knew it (IN17)',
    when: ['unknown'],
    sql: `
update ${tables.verdict} v set person = nextval('sync.person_id'), is_new = true
 where v.state is null and v.person is null and not v.is_gone and not v.is_converted`,
  },
  {
    name: 'linked_is_live',
    why: 'a record that was just recognised speaks for its person',
    when: ['named'],
    sql: `
update ${tables.verdict} set is_live = true where linked_by is not null`,
  },
  {
    name: 'moved_on',
    why: 'a record that ends in the page where its person becomes another one has nothing more to say of the person',
    when: ['named'],
    sql: `
update ${tables.verdict} v set person = null, is_live = false
 where (v.is_gone or v.is_converted) and v.linked_by is null
   and exists (select from ${tables.verdict} o where o.person = v.person and o.linked_by is not null)`,
  },
  {
    name: 'returns',
    why: 'ID17, IN14: undeleted, or in sight or in the filter again, the same person is live again, unless it has another live record by now',
    when: ['returns'],
    sql: `
update ${tables.verdict} v set is_revived = true, is_live = true
 where v.state in ${RETURNS} and not v.is_gone and not v.is_converted
   and exists (select from marketing.person p where p.id = v.person)
   and not exists (${otherLive(tables, 'v.person', 'v.sf_id')})`,
  },
  {
    name: 'changed_after_delete',
    why: 'ID20: somebody deleted here whose record was changed there since is made again; what only now comes home of ours, or was read before, is no change',
    when: ['returns'],
    sql: `
update ${tables.verdict} v set person = nextval('sync.person_id'), is_new = true
  from ${tables.page} s
  join ${mirrorTable(map.object)} m on m."Id" = s."Id"
  join sync.link l on l.sf_id = s."Id"
  join sync.deleted_person d on d.person_id = l.person_id
 where s."Id" = v.sf_id and v.state = 'deleted_here' and not v.is_gone and not v.is_converted and not d.owes
   and s.${movedAt(map)} > m.${movedAt(map)} and s.${movedAt(map)} > ${DELETED_THERE}`,
  },
  {
    name: 'owes_no_more',
    why: 'ID20: the write that was under way when its person was deleted has come home',
    when: ['returns'],
    sql: `
update sync.deleted_person d set owes = false
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
  join sync.link l on l.sf_id = v.sf_id
 where v.state = 'deleted_here' and d.person_id = l.person_id and d.owes and (v.is_unmirrored or s.${movedAt(map)} > d.deleted_at)`,
  },
  {
    name: 'returns_as_new',
    why: 'ID17: else it is somebody new, and so is a merge loser that was undeleted',
    when: ['returns'],
    sql: `
update ${tables.verdict} v set person = nextval('sync.person_id'), is_new = true
 where (v.state in ${RETURNS} or v.state = 'merged') and not v.is_gone and not v.is_converted and not v.is_revived
   and exists (select from marketing.person p where p.id = v.person)`,
  },
];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
