/**
 * Where both sides have something to say of a field: MRG1 against base. Only persons with an outbox row or sent values come here,
 * and of them only the fields concerned; everybody else's fields are simply taken. Pure.
 *
 * Outcomes of a field (t the page's value, o ours, b base):
 *
 *   landing    in flight, and t is the value sent: our write was seen; the answer settles it (MRG6)
 *   waiting    in flight, and t is the base: nothing has happened yet
 *   undecided  in flight or sent since the read began, and t is something else: kept as `seen` until a fresh read (MRG6, MRG10)
 *   stale      the read began before our last answer and shows what was there before it or an earlier one: decides nothing (MRG6)
 *   nothing    t is b, and we have no entry
 *   keep       t is b, and our entry stays; also: an earlier send of ours landed late, and a newer entry stays (MRG7)
 *   resend     an earlier send of ours landed late over a newer value of ours, which is sent again (MRG7)
 *   undone     t is b, and o is b again: withdrawn
 *   agreed     both sides say the same: settled without a send
 *   take       t differs, and we have no entry: theirs
 *   lost       conflict: theirs wins, our entry is withdrawn (MRG8)
 *   kept       conflict: ours wins, our entry stays (MRG8)
 *   held       conflict: somebody is asked; our entry stays and is not sent (MRG13)
 *   restore    conflict found in flight, theirs wins, our send had overwritten it: theirs here, and sent back (MRG10)
 *   overruled  conflict found in flight, ours wins, or nobody can be asked any more: it is there already (MRG10)
 *   fill       the two meet for the first time, and only we have a value, or theirs did not move, or may not move ours: ours is sent (MRG17)
 *   filled     the two meet for the first time, and only they have a value: taken, and an edit that emptied ours leaves (MRG17)
 *
 * Two rows that meet for the first time, or anew after the record was outside the filter, have no base, and every field of them is decided; two different values are a conflict whose base is
 * unknown, and where ours wins or somebody is asked, our value becomes an entry (`grows`).
 *
 * A field that is blocked from Salesforce (direction `to_salesforce`) has no conflicts: theirs moves the mirror alone, unless the field is
 * empty here and may be filled once (MRG18).
 */

import { comparisonOf } from '../mapping/compile-types.ts';
import { isFilledOnce, isTaken, type ObjectMap, policyOf } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable, OWN_MORE } from '../mapping/shape.ts';
import { hasField, type Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, BEGAN, type ColumnField, lines, rowJson, takenFields, text } from './sql.ts';

export const decisionStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const { sent } = takenFields(map);
  if (sent.length === 0) return [];
  return [hold(tables), readOurs(tables), decide(map, tables, sent), takeDecided(tables), keepOfDeleted(tables)];
};

/** In the persons' order, like everybody who takes these locks. */
const hold = (tables: Tables): Statement => ({
  name: 'hold_ours',
  why: 'what is ours stands still as well: a settlement under way ends first',
  when: ['found'],
  asks: true,
  sql: `
with entries as materialized (
  select from sync.outbox
   where ${among('person_id', `person from ${tables.verdict} where is_live and not is_new`)}
   order by person_id for update),
sends as materialized (
  select from sync.sent
   where ${among('person_id', `person from ${tables.verdict} where is_live and not is_new`)}
   order by person_id for update)
select (select count(*) from entries) + (select count(*) from sends) > 0
    or exists (select from ${tables.verdict} v where ${isFirst}) as held`,
});

/**
 * MRG17: a record that nobody has read speaks for a person who was never another record. One that is in the filter again meets anew where the person is
 * not as both sides last knew it: of such a field the edit was withdrawn, or made meanwhile.
 */
const isFirst = `v.is_live and not v.is_new and not v.is_gone
       and (v.is_revived and v.state = 'out_of_scope'
            or v.is_unmirrored and not exists (select from sync.link x where x.person_id = v.person and x.sf_id <> v.sf_id))`;

/** A statement of its own, after the locks: a merge in one statement reads the outbox as it was before it waited (ENGINE, trap 2). */
const readOurs = (tables: Tables): Statement => ({
  name: 'read_ours',
  why: 'unsettled entries, and what became of sent values; a read is fresh if it began after our last answer; who meets for the first time',
  when: ['held'],
  sql: `
insert into ${tables.held} (sf_id, person, edits, edited_at, in_flight, acknowledged, unanswered, base, past, seen, is_fresh, is_first)
select v.sf_id, v.person, coalesce(o.edits, '{}'), coalesce(o.edited_at, '{}'), coalesce(x.in_flight, '{}'), coalesce(x.acknowledged, '{}'),
       case when x.late_until > clock_timestamp() then x.unanswered else '{}' end, coalesce(x.base, '{}'), coalesce(x.past, '{}'), coalesce(x.seen, '{}'),
       coalesce(${BEGAN} >= x.answered_at, true), f.is_first
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
  left join sync.outbox o on o.person_id = v.person
  left join sync.sent x on x.person_id = v.person
 cross join lateral (select ${isFirst} as is_first offset 0) f
 where v.is_live and not v.is_new and (o.person_id is not null or x.person_id is not null or f.is_first)`,
});

/** `offset 0`: the planner else copies an expression to every place that uses it, and a row becomes JSON a dozen times a field. */
const decide = (map: ObjectMap, tables: Tables, sent: readonly ColumnField[]): Statement => {
  const isMirrorWide = map.fields.some((field) => field.isInMirrorMore);
  const isWide = isMirrorWide || map.fields.some((field) => field.isInMore);
  return {
    name: 'decide',
    why: 'MRG1: each field alone',
    when: ['held'],
    sql: `
insert into ${tables.decision}
       (sf_id, person, field, outcome, is_landed, is_in_flight, is_conflict, winner, policy, base, theirs, ours, ours_at, theirs_at, grows)
select h.sf_id, h.person, f.field, d.outcome, c.landed, c.flying, d.outcome in ('lost', 'kept', 'restore', 'overruled'),
       case when d.outcome in ('lost', 'restore') then 'salesforce' when d.outcome in ('kept', 'overruled') then 'marketing' end,
       case when f.is_opt_out then 'opt_out' when f.policy = 'newest' and w.is_unsure then 'newest_unsure' else f.policy end,
       case when c.is_first then null else coalesce(case when d.outcome in ('restore', 'overruled', 'undecided') then coalesce(h.base -> f.field, j.m -> f.name) else b.raw end, 'null') end,
       coalesce(case when d.outcome in ('restore', 'overruled') then h.seen -> f.field else j.s -> f.name end, 'null'),
       coalesce(j.p -> f.field, 'null'), (h.edited_at ->> f.field)::timestamptz, ${theirTime(map)},
       c.is_first and not c.edited and d.outcome in ('fill', 'kept', 'held')
  from ${tables.held} h
  join ${tables.verdict} v on v.sf_id = h.sf_id and not v.is_gone
  join ${tables.page} s on s."Id" = h.sf_id
  join marketing.person p on p.id = h.person and ${among('p.id', `person from ${tables.held}`)}
  left join ${mirrorTable(map.object)} m on m."Id" = h.sf_id
 cross join lateral (select ${rowJson('s', MIRROR_MORE, isMirrorWide)} as s, ${rowJson('m', MIRROR_MORE, isMirrorWide)} as m, ${rowJson(
   'p',
   OWN_MORE,
   map.fields.some((field) => field.isInMore),
 )} as p offset 0) j
  join ${isWide ? 'lateral (select * from ' : ''}(values
       ${lines(
         sent.map(
           (field) =>
             `(${[field.column, field.name, comparisonOf(field), policyOf(map, field)].map(text).join(', ')}, ${field.isOptOut}, ${!isTaken(field)}, ${isFilledOnce(field)})`,
         ),
         7,
       )}
       ) ${isWide ? 'v' : 'f'} (field, name, kind, policy, is_opt_out, is_blocked, is_filled_once)${isWide ? ' where j.p is not null) f -- after j, which is made once a person' : ''}
    on h.is_first or h.edits ? f.field or h.in_flight ? f.field or h.acknowledged ? f.field or h.unanswered ? f.field or h.seen ? f.field
 cross join lateral (select
       case when h.acknowledged ? f.field then h.acknowledged -> f.field
            when h.base ? f.field and (h.seen ? f.field or h.in_flight ? f.field) then h.base -> f.field
            else j.m -> f.name end as raw offset 0) b
 cross join lateral (select
       sync.comparable(j.s -> f.name, f.kind) as t, sync.comparable(j.p -> f.field, f.kind) as o, sync.comparable(b.raw, f.kind) as b,
       sync.comparable(coalesce(h.base -> f.field, j.m -> f.name), f.kind) as before,
       sync.comparable(h.in_flight -> f.field, f.kind) as sent, sync.comparable(h.seen -> f.field, f.kind) as seen,
       h.edits ? f.field as edited, h.in_flight ? f.field as flying, h.acknowledged ? f.field as answered, h.seen ? f.field as met,
       h.is_first and not h.acknowledged ? f.field and not h.in_flight ? f.field and not h.unanswered ? f.field
         and (v.is_unmirrored or sync.comparable(j.p -> f.field, f.kind) is distinct from sync.comparable(b.raw, f.kind)) as is_first,
       h.unanswered ? f.field and sync.comparable(h.unanswered -> f.field, f.kind) is not distinct from sync.comparable(j.s -> f.name, f.kind) as landed
       offset 0) c
 cross join lateral (select exists (
         select from jsonb_array_elements(h.past -> f.field) e (value) where sync.comparable(e.value, f.kind) is not distinct from c.t) as is_past offset 0) q
 cross join lateral (${sides(map, sent)}) w
 cross join lateral (select case
       when c.flying and c.t is not distinct from c.sent then 'landing'
       when c.flying and (c.landed or c.t is not distinct from c.b) then 'waiting'
       when c.flying and q.is_past then 'stale'
       when c.flying then 'undecided'
       when not h.is_fresh and c.answered and c.t is distinct from c.b then
            case when c.landed or c.t is not distinct from c.before or q.is_past then 'stale' else 'undecided' end
       when not h.is_fresh and c.met and not c.answered then 'undecided'
       when not h.is_fresh and h.unanswered ? f.field and not c.landed and c.t is distinct from c.before and not q.is_past then 'undecided'
       when (c.landed or (c.answered and c.t is not distinct from c.b)) and c.met
            and c.seen is distinct from c.before and c.seen is distinct from c.t and c.seen is distinct from c.o
            and not f.is_blocked and not f.is_filled_once then
            case when ${wins('c.seen')} then 'restore' else 'overruled' end
       when c.landed and not c.answered then
            case when c.o is not distinct from c.t then case when c.edited then 'agreed' else 'nothing' end
                 when c.edited then 'keep' else 'resend' end
       when c.landed and c.t is distinct from c.b then
            case when c.o is not distinct from c.t then case when c.edited then 'agreed' else 'nothing' end
                 when c.edited then 'keep' else 'resend' end
       when c.is_first and c.o is not distinct from c.t then case when c.edited then 'agreed' else 'nothing' end
       when c.is_first and c.o is null then case when f.is_blocked then 'nothing' when c.edited then 'filled' else 'take' end
       when c.is_first and (c.t is null or c.t is not distinct from c.b or f.is_blocked or f.is_filled_once) then
            case when c.edited then 'keep' else 'fill' end
       when c.t is not distinct from c.b then
            case when not c.edited then 'nothing'
                 when c.o is not distinct from c.b and not h.unanswered ? f.field then 'undone'
                 else 'keep' end
       when not c.edited and not c.is_first then case when f.is_blocked or (f.is_filled_once and c.o is not null) then 'nothing' else 'take' end
       when c.o is not distinct from c.t then 'agreed'
       when f.is_blocked or f.is_filled_once then 'keep'
       when ${wins('c.t')} then 'lost'
       when w.policy = 'hold' and not (f.is_opt_out and c.o = 'true') then 'held'
       else 'kept' end as outcome offset 0) d`,
  };
};

/** MRG15: opted out wins, whoever says so; else the policy. */
const wins = (theirs: string): string =>
  `case when f.is_opt_out and ${theirs} = 'true' then true when f.is_opt_out and c.o = 'true' then false else w.policy = 'salesforce' end`;

const theirTime = (map: ObjectMap): string => (hasField(map, 'LastModifiedDate') ? 's."LastModifiedDate"' : 'null');

/**
 * MRG14: what `newest` means for this edit. Ours is the time of the edit by the database's clock, put right by the measured offset to
 * Salesforce's. Within a second, which is the grain of theirs, and the offset's doubt nobody knows, nor where one of the times is missing:
 * then the object's own policy decides. Of a value that was seen in flight the time is not known any more.
 */
const sides = (map: ObjectMap, sent: readonly ColumnField[]): string => {
  if (!sent.some((field) => policyOf(map, field) === 'newest')) return 'select f.policy, false as is_unsure';
  const otherwise = text(map.policy === 'read_only' ? 'salesforce' : map.policy);
  return `select
       case when f.policy <> 'newest' then f.policy
            when g.lead > g.doubt then 'marketing' when g.lead < - g.doubt then 'salesforce' else ${otherwise} end as policy,
       coalesce(abs(g.lead) <= g.doubt, true) as is_unsure
       from (select extract(epoch from (h.edited_at ->> f.field)::timestamptz + coalesce(k.offset_ms, 0) * interval '1 ms'
                                       - case when not c.met then ${theirTime(map)}::timestamptz end) as lead,
                    1 + coalesce(k.doubt_ms, 'infinity') / 1000 as doubt
               from (select) one left join sync.clock k on true) g offset 0`;
};

const takeDecided = (tables: Tables): Statement => ({
  name: 'take_decided',
  why: 'of these fields the decision counts, not the difference from the mirror',
  when: ['held'],
  sql: `
update ${tables.verdict} v
   set take = array(select unnest(v.take) except select unnest(d.decided)) || d.taken
  from ${tables.held} h
 cross join lateral (
       select coalesce(array_agg(d.field), '{}') as decided,
              coalesce(array_agg(d.field) filter (where d.outcome in ('take', 'filled', 'lost')), '{}') as taken
         from ${tables.decision} d where d.person = h.person offset 0) d
 where v.sf_id = h.sf_id`,
});

const keepOfDeleted = (tables: Tables): Statement => ({
  name: 'keep_of_deleted',
  why: "a deleted record's last values are taken, except where we had edited (ID16)",
  when: ['held', 'gone'],
  sql: `
update ${tables.verdict} v
   set take = array(select unnest(v.take) except select jsonb_object_keys(h.edits))
  from ${tables.held} h
 where h.sf_id = v.sf_id and v.is_gone`,
});
