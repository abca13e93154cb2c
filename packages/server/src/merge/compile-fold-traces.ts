/** What else names a person follows the one that remains: entries, sent values, links, story, foreign keys. Pure. */
import type { Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among } from './sql.ts';

/** Nothing of the losers' waits, is held or stands as an error any more. */
export const entriesLeave = (tables: Pick<Tables, 'fold'>): Statement => {
  const losers = `loser from ${tables.fold}`;
  return {
    name: 'fold_entries_leave',
    why: 'nothing waits for the ended record any more, nor for its answer',
    when: ['folds'],
    sql: `
with entries as (delete from sync.outbox o where ${among('o.person_id', losers)}),
sends as (delete from sync.sent x where ${among('x.person_id', losers)}),
carried as (delete from sync.overtaken t where ${among('t.person_id', losers)}),
held as (delete from sync.conflict k where k.winner is null and ${among('k.person_id', losers)})
update sync.error e set resolved_at = clock_timestamp()
 where e.level = 'record' and e.resolved_at is null and e.code <> 'merge-chain-too-long' and ${among('e.person_id', losers)}`,
  };
};

export const entriesMove = (tables: Tables): readonly Statement[] => {
  const moves = 'm.has_place and m.is_latest';
  return [
    entriesLeave(tables),
    {
      name: 'fold_entries_move',
      why: 'ID15: it waits for the heir instead, as new there as any edit: not parked, not counted',
      when: ['folds'],
      sets: 'resends',
      sql: `
insert into sync.outbox as o (person_id, edits, edited_at, reasons, lane, due_at)
select m.survivor, jsonb_object_agg(m.field, m.version), jsonb_object_agg(m.field, m.edited_at),
       coalesce(jsonb_object_agg(m.field, m.reason) filter (where m.reason is not null), '{}'), min(m.lane),
       case when bool_or(p.is_deleted and p.salesforce_id = f.to_sf) then timestamptz 'infinity' else now() end
  from ${tables.moving} m
  join ${tables.fold} f on f.loser = m.loser
  join marketing.person p on p.id = m.survivor
 where ${moves} group by m.survivor order by m.survivor
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at,
       reasons = (o.reasons - array(select jsonb_object_keys(excluded.edits))) || excluded.reasons,
       parked = o.parked - array(select jsonb_object_keys(excluded.edits)), lane = least(o.lane, excluded.lane),
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end`,
    },
    {
      name: 'fold_bases',
      why: 'ID15: its base is what both sides last agreed on of the ended record',
      when: ['folds'],
      sql: `
insert into sync.sent as x (person_id, acknowledged)
select m.survivor, jsonb_object_agg(m.field, m.base)
  from ${tables.moving} m where ${moves} and m.base is not null group by m.survivor order by m.survivor
    on conflict (person_id) do update
   set acknowledged = x.acknowledged || (excluded.acknowledged - array(select jsonb_object_keys(x.in_flight || x.unanswered)))`,
    },
  ];
};

/** Everything that names a person names the one that remains. Lines of a load are no part of anybody's story and stay. */
export const referencesMove = (tables: Pick<Tables, 'fold'>, lateLandingMs: number): readonly Statement[] => {
  const leaving = `(select loser as person, final from ${tables.fold} where loser <> final union select survivor, final from ${tables.fold} where survivor <> final) g`;
  const leavingIds = `loser from ${tables.fold} where loser <> final union select survivor from ${tables.fold} where survivor <> final`;
  const move = (name: string, table: string, column = 'person_id', also = ''): string =>
    `${name} as (update ${table} t set ${column} = g.final from ${leaving} where t.${column} = g.person and ${among(`t.${column}`, leavingIds)}${also})`;
  const renumbered = `survivor from ${tables.fold} where survivor <> final`;
  return [
    {
      name: 'fold_links',
      why: 'every id that either of them ever had is an id of the one that remains',
      when: ['folds'],
      sql: `
with ended as (
  update sync.link l set person_id = f.final, state = case f.reason when 'merge' then 'merged' else 'converted' end, ended_at = coalesce(l.ended_at, now())
    from ${tables.fold} f where l.sf_id = f.from_sf)
update sync.link l set person_id = g.final
  from ${leaving}
 where l.person_id = g.person and ${among('l.person_id', leavingIds)}
   and not exists (select from ${tables.fold} f where f.from_sf = l.sf_id)`,
    },
    {
      name: 'fold_claims',
      why: 'what is on its way for somebody who gets another id may land without an answer',
      when: ['folds'],
      sql: `
with sends as (
  update sync.sent x
     set person_id = f.final, unanswered = x.unanswered || x.in_flight, in_flight = '{}', versions = '{}', claim_id = null,
         late_until = case when x.in_flight <> '{}' then clock_timestamp() + interval '${lateLandingMs} ms' else x.late_until end
    from ${tables.fold} f where x.person_id = f.survivor and f.loser = f.final and f.survivor <> f.final and ${among('x.person_id', renumbered)})
update sync.outbox o set person_id = f.final, due_at = case when o.claim_id is null then o.due_at else now() end, claim_id = null
  from ${tables.fold} f where o.person_id = f.survivor and f.loser = f.final and f.survivor <> f.final and ${among('o.person_id', renumbered)}`,
    },
    {
      name: 'fold_story',
      why: 'what happened to either of them happened to the one that remains',
      when: ['folds'],
      sql: `
with ${[
        move('conflicts', 'sync.conflict'),
        move('errors', 'sync.error'),
        move('probes', 'sync.probe'),
        move('choices', 'sync.link_choice'),
        move('carried', 'sync.overtaken'),
        move('differences', 'sync.difference', 'row_id', ` and t.object in ('Lead', 'Contact')`),
        move('earlier', 'sync.person_redirect', 'survivor_id'),
        move(
          'acts',
          'sync.action_person',
          'person_id',
          // Of a merge it is the one that leaves who was asked for (ID22).
          ` and not exists (select from sync.action_person a where a.action_id = t.action_id and a.person_id = g.final)
   and not exists (select from sync.action k where k.action_id = t.action_id and k.kind = 'merge')`,
        ),
      ].join(',\n')}
update sync.journal t set row_id = g.final
  from ${leaving}
 where t.row_id = g.person and ${among('t.row_id', leavingIds)} and t.cause <> 'load' and t.object in ('Lead', 'Contact', 'Person')`,
    },
  ];
};

export const personsGo = (tables: Pick<Tables, 'fold'>): readonly Statement[] => [
  {
    name: 'fold_redirects',
    why: 'ID23: whoever asks for the one that left is told who it is now',
    when: ['folds'],
    sql: `
insert into sync.person_redirect (person_id, survivor_id, external_id, reason)
select p.id, f.final, p.external_id, f.reason
  from ${tables.fold} f
  join marketing.person p on p.id in (f.loser, f.survivor) and p.id <> f.final and ${among('p.id', `loser from ${tables.fold} union select survivor from ${tables.fold}`)}
 order by p.id
    on conflict (person_id) do nothing`,
  },
  {
    name: 'fold_leave',
    why: 'ID9 to ID11: one person remains, and rows of others that name the other one by foreign key follow',
    when: ['folds'],
    sql: `
select sync.fold_person(f.loser, f.survivor, f.final) from ${tables.fold} f where f.loser <> f.survivor order by f.survivor, f.loser = f.final, f.loser`,
  },
];
