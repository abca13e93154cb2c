/** What decisions mean for conflicts, outbox, sent values and later reads. Everything here is empty for a page that meets nothing of ours. Pure. */
import type { ObjectMap } from '../mapping/mapping.ts';
import { OWN_MORE } from '../mapping/shape.ts';
import type { Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, id, list, RUN, takenFields, text } from './sql.ts';

export const consequenceStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => [
  ...(takenFields(map).sent.length === 0 ? [] : decided(map, tables)),
  ...deletedStatements(map, tables),
  {
    name: 'passed_waits',
    why: 'ID15: nothing can be sent to a record that ended in another one; edits wait for the heir',
    when: ['passes'],
    sql: `
update sync.outbox o set due_at = 'infinity'
  from ${tables.verdict} v
 where o.person_id = v.person and (v.is_converted or v.is_gone and v.is_merged) and v.state = 'live' and o.claim_id is null
   and ${among('o.person_id', `person from ${tables.verdict} where is_converted or is_merged`)}`,
  },
];

const decided = (map: ObjectMap, tables: Tables): readonly Statement[] => [
  {
    name: 'conflicts',
    why: 'MRG12: every conflict leaves one row',
    when: ['held'],
    sql: `
insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at)
select ${text(map.object)}, person, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at
  from ${tables.decision} where is_conflict order by person, field`,
  },
  ...heldStatements(map, tables),
  {
    name: 'restore',
    why: 'MRG10: theirs won and our send had overwritten it, so the person takes what was seen',
    when: ['held'],
    sql: restore(map, tables),
  },
  {
    name: 'restore_journal',
    why: 'and the journal says so',
    when: ['held'],
    sql: journalOf(map, tables, 'conflict', `outcome = 'restore'`),
  },
  {
    name: 'agreed_journal',
    why: 'nothing is left to say: both sides say the same',
    when: ['held'],
    sql: journalOf(map, tables, 'agreed', `outcome = 'agreed'`),
  },
  {
    name: 'undone_journal',
    why: 'nothing is left to say: the edit was undone here',
    when: ['held'],
    sql: journalOf(map, tables, 'undone', `outcome = 'undone'`),
  },
  {
    name: 'entries_leave',
    why: 'agreed, undone and lost edits are no longer ours; a lost parked one is withdrawn with its error (MRG22)',
    when: ['held'],
    sql: `
update sync.outbox o set edits = o.edits - d.fields, edited_at = o.edited_at - d.fields, parked = o.parked - d.fields
  from ${tables.held} h
 cross join lateral (
       select array_agg(d.field) as fields
         from ${tables.decision} d where d.person = h.person and d.outcome in ('agreed', 'undone', 'filled', 'lost') offset 0) d
 where o.person_id = h.person and d.fields is not null
   and ${among('o.person_id', `person from ${tables.decision} where outcome in ('agreed', 'undone', 'filled', 'lost')`)}`,
  },
  {
    name: 'errors_close',
    why: 'MRG22: the error of a parked edit that lost, or that nobody needs any more, is over with it',
    when: ['held'],
    sql: `
update sync.error e set resolved_at = clock_timestamp()
 where e.level = 'record' and e.resolved_at is null
   and ${among('e.person_id', `person from ${tables.decision} where outcome in ('agreed', 'undone', 'filled', 'lost')`)}
   and not exists (select from sync.outbox o where o.person_id = e.person_id and o.parked <> '{}')`,
  },
  {
    name: 'entries_close',
    why: 'a person with nothing left to send has no entry',
    when: ['held'],
    sql: `
delete from sync.outbox o using ${tables.held} h
 where o.person_id = h.person and ${among('o.person_id', `person from ${tables.held}`)}
   and o.edits = '{}' and not o.create_lead and o.claim_id is null`,
  },
  {
    name: 'entries_grow',
    why: 'MRG7, MRG10: what Salesforce must hear again; MRG17: what it hears for the first time',
    when: ['held'],
    sets: 'resends',
    sql: `
insert into sync.outbox as o (person_id, edits, edited_at)
select person, jsonb_object_agg(field, nextval('sync.edit_version')), jsonb_object_agg(field, clock_timestamp())
  from ${tables.decision} where outcome in ('resend', 'restore') or grows
 group by person order by person
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at,
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end`,
  },
  {
    name: 'wake_sender',
    why: 'the sender sleeps until it is called',
    when: ['resends'],
    sql: `
select pg_notify('syncline_outbox', '')`,
  },
  {
    name: 'parked_again',
    why: 'OUT34: what was refused is tried again once its record changed in Salesforce; our own write coming home is no such change',
    when: ['found'],
    sql: `
select sync.retry_parked(array(
       select o.person_id from sync.outbox o
        where ${among('o.person_id', `person from ${tables.verdict} where is_live and not is_new and not is_gone`)}
          and o.parked <> '{}' and o.claim_id is null
          and not exists (select from sync.sent x where x.person_id = o.person_id
                             and (x.in_flight <> '{}' or x.acknowledged <> '{}' or x.unanswered <> '{}'))))`,
  },
  {
    name: 'sent_moves',
    why: 'MRG5 to MRG7: what a read decided is settled; what it could not decide is kept beside its base',
    when: ['held'],
    sql: `
update sync.sent x
   set acknowledged = x.acknowledged - d.settled,
       unanswered = x.unanswered - d.landed,
       seen = (x.seen - d.settled - d.waiting) || d.seen,
       base = d.base || (x.base - d.settled),
       past = x.past - d.settled
  from ${tables.held} h
 cross join lateral (
       select coalesce(array_agg(field) filter (where outcome not in ('landing', 'waiting', 'undecided', 'stale')), '{}') as settled,
              coalesce(array_agg(field) filter (where outcome = 'waiting' and not is_landed), '{}') as waiting,
              coalesce(array_agg(field) filter (where is_landed and outcome <> 'stale'), '{}') as landed,
              coalesce(jsonb_object_agg(field, theirs) filter (where outcome = 'undecided'), '{}') as seen,
              coalesce(jsonb_object_agg(field, base) filter (where outcome = 'undecided'), '{}') as base
         from ${tables.decision} d where d.person = h.person offset 0) d
 where x.person_id = h.person and ${among('x.person_id', `person from ${tables.decision}`)}`,
  },
  {
    name: 'sent_closes',
    why: 'a person of whom every send was seen again has no row',
    when: ['held'],
    sql: `
delete from sync.sent x using ${tables.held} h
 where x.person_id = h.person and ${among('x.person_id', `person from ${tables.held}`)}
   and x.in_flight = '{}' and x.acknowledged = '{}' and x.unanswered = '{}' and x.seen = '{}'`,
  },
  {
    name: 'read_after_answer',
    why: 'MRG6: what a stale read could not decide is read by id after the answer',
    when: ['held'],
    sql: `
insert into sync.reread as r (object, sf_id, reason, due_at)
select ${text(map.object)}, sf_id, 'stale_read', clock_timestamp() + case when bool_or(is_in_flight) then interval '5 seconds' else interval '0' end
  from ${tables.decision} where outcome in ('undecided', 'stale') group by sf_id order by sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = excluded.due_at`,
  },
];

/**
 * MRG13. What both sides say of a held field is written down again whenever a read meets it; once a read decides it otherwise, because both
 * say the same or the policy is another one by now, nobody is asked any more. A loop is somebody's to end (SAFE8), and after a restore ours is not sent over
 * something newer (SAFE12).
 */
const heldStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => [
  {
    name: 'held_dissolve',
    why: 'MRG13: nobody is asked any more about what is decided',
    when: ['held'],
    sql: `
delete from sync.conflict k using ${tables.decision} d
 where k.winner is null and k.person_id = d.person and k.field = d.field
   and d.outcome in ('nothing', 'agreed', 'undone', 'take', 'lost', 'kept', 'restore', 'overruled')
   and (k.policy not in ('loop', 'restored') or k.policy = 'restored' and d.outcome in ('agreed', 'undone', 'take', 'lost'))
   and ${among('k.person_id', `person from ${tables.decision}`)}`,
  },
  {
    name: 'held_grow',
    why: 'MRG13: somebody is asked',
    when: ['held'],
    sql: `
insert into sync.conflict as k (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at)
select ${text(map.object)}, person, sf_id, field, base, theirs, ours, policy, null, ours_at, theirs_at
  from ${tables.decision} where outcome = 'held' order by person, field
    on conflict (person_id, field) where winner is null do update
   set object = excluded.object, sf_id = excluded.sf_id, theirs = excluded.theirs, ours = excluded.ours, ours_at = excluded.ours_at, theirs_at = excluded.theirs_at`,
  },
];

/** A value that was seen and lies nowhere but in `sync.sent` comes back through the person's own row type. */
const restore = (map: ObjectMap, tables: Tables): string => {
  const { sent } = takenFields(map);
  const columns = sent.filter((field) => !field.isInMore).map((field) => id(field.column));
  const target = columns.length === 1 ? columns[0] : `(${list(columns)})`;
  const more = sent.filter((field) => field.isInMore).map((field) => text(field.column));
  const moreSet =
    more.length === 0
      ? ''
      : `,
       ${OWN_MORE} = p.${OWN_MORE} || coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(d.fields) e where e.key = any (array[${list(more)}])), '{}')`;
  return `
update marketing.person p
   set ${target} = (select ${list(columns.map((column) => `r.${column}`))} from jsonb_populate_record(p, d.fields) r)${moreSet}
  from ${tables.held} h
 cross join lateral (
       select jsonb_object_agg(d.field, d.theirs) as fields
         from ${tables.decision} d where d.person = h.person and d.outcome = 'restore' offset 0) d
 where p.id = h.person and d.fields is not null
   and ${among('p.id', `person from ${tables.decision} where outcome = 'restore'`)}`;
};

const journalOf = (map: ObjectMap, tables: Tables, cause: string, where: string): string => `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select ${text(map.object)}, person, sf_id, ${text(cause)}, ${RUN}, jsonb_object_agg(field, jsonb_build_array(ours, theirs))
  from ${tables.decision} where ${where} group by person, sf_id`;

/** ID16: entries of a deleted record are withdrawn, and the journal holds what they would have said. */
const deletedStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const isGone = `person from ${tables.verdict} where is_gone`;
  const gone = `v.is_gone and not v.is_merged and (v.state = 'live' or v.linked_by is not null)`;
  return [
    {
      name: 'withdrawn_journal',
      why: 'ID16: what will not be sent any more',
      when: ['gone'],
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select ${text(map.object)}, v.person, v.sf_id, 'withdrawn', ${RUN},
       (select jsonb_object_agg(e.field, jsonb_build_array(to_jsonb(p) -> e.field, null)) from jsonb_object_keys(o.edits) e (field))
  from ${tables.verdict} v
  join sync.outbox o on o.person_id = v.person and o.edits <> '{}'
  join marketing.person p on p.id = v.person
 where ${gone} and ${among('o.person_id', isGone)} and ${among('p.id', isGone)}`,
    },
    {
      name: 'held_gone',
      why: 'and nobody is asked about it',
      when: ['gone'],
      sql: `
delete from sync.conflict k using ${tables.verdict} v where k.winner is null and k.person_id = v.person and ${gone} and ${among('k.person_id', isGone)}`,
    },
    {
      name: 'withdrawn',
      why: 'ID16: no send and no error',
      when: ['gone'],
      sql: `
delete from sync.outbox o using ${tables.verdict} v where o.person_id = v.person and ${gone} and ${among('o.person_id', isGone)}`,
    },
    {
      name: 'sent_forgotten',
      why: 'and no read of it is awaited',
      when: ['gone'],
      sql: `
delete from sync.sent x using ${tables.verdict} v where x.person_id = v.person and ${gone} and ${among('x.person_id', isGone)}`,
    },
  ];
};
