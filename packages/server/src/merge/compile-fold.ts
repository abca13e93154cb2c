/**
 * Folding: two persons become one, because their records did (ID8 to ID15), or one person becomes its record's heir. Runs on a page that holds
 * the heir's own row, under the persons' locks and before anything of the row is decided, so that what was waiting for the ended record meets
 * that row by the ordinary table. Pure.
 *
 * Of a pair, `survivor` is the heir's person: its values stay. `loser` is the ended record's. `final` is whose id and external id the one
 * that remains has: the survivor's, or the lead's person where the contact was made by the conversion and was only seen too early (ID10).
 * Where `loser` and `survivor` are one, the person had no other: it becomes the heir.
 *
 * What was on its way to the ended record counts as not sent: Salesforce's own copy brings it to the heir if it landed, and the claim's late
 * answer finds no entry of its own any more (RACE5, RACE6).
 */
import { comparisonOf } from '../mapping/compile-types.ts';
import { isTaken, type ObjectMap, SCORE_FIELDS } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable, OWN_MORE } from '../mapping/shape.ts';
import { hasOtherRecord, inherits, type PeopleMaps } from './compile-heirs.ts';
import { hasField, type Tables } from './compile-staging.ts';
import type { MergeLimits, Statement } from './merge.ts';
import {
  among,
  type ColumnField,
  differs,
  id,
  inColumns,
  inMore,
  lines,
  list,
  RUN,
  rowJson,
  takenFields,
  text,
} from './sql.ts';

/** A contact made by a conversion has the time of the lead's row that tells of it, but for how long the transaction took. */
const MADE_TOGETHER = `interval '20 seconds'`;

export const foldStatements = (
  map: ObjectMap,
  tables: Tables,
  maps: PeopleMaps,
  { lateLandingMs }: MergeLimits,
): readonly Statement[] => {
  const whole = map.object === 'Contact' ? maps.Contact : maps.Lead;
  const columns = columnsOf(maps, whole);
  return [
    pairs(map, tables),
    {
      name: 'fold_final',
      why: 'ID10: a person that was made too early for the contact of a conversion is the lead’s person',
      when: ['folds'],
      sql: `
update ${tables.fold} f set final = c.loser
  from (select distinct on (survivor) survivor, loser from ${tables.fold} where is_made_by_it order by survivor, from_sf) c
 where f.survivor = c.survivor`,
    },
    {
      name: 'fold_hold',
      why: 'what is ours of them stands still, in one order with everybody else of the page',
      when: ['folds'],
      sql: `
with persons as materialized (
  select array(select loser from ${tables.fold} union select survivor from ${tables.fold}
                union select person from ${tables.verdict} where is_live and not is_new) as ids),
entries as materialized (select from sync.outbox where person_id = any ((select ids from persons)::bigint[]) order by person_id for update),
sends as materialized (select from sync.sent where person_id = any ((select ids from persons)::bigint[]) order by person_id for update)
select (select count(*) from entries) + (select count(*) from sends)`,
    },
    {
      name: 'fold_verdicts',
      why: 'the heir speaks for the one that remains, the ended record for nobody',
      when: ['folds'],
      sql: `
update ${tables.verdict} v
   set person = case when exists (select from ${tables.fold} f where f.from_sf = v.sf_id) then null else f.final end,
       is_live = v.is_live and not exists (select from ${tables.fold} f where f.from_sf = v.sf_id)
  from ${tables.fold} f
 where v.sf_id in (f.from_sf, f.to_sf)`,
    },
    movingEdits(tables, maps, columns, scoreOf(whole)),
    {
      name: 'fold_withdrawn',
      why: 'ID15: what has no place on the heir is not sent, and the journal holds what it would have said',
      when: ['folds'],
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, fields)
select ${text(map.object)}, m.final, f.from_sf, 'withdrawn', ${RUN}, jsonb_object_agg(m.field, jsonb_build_array(m.value, null))
  from ${tables.moving} m join ${tables.fold} f on f.loser = m.loser
 where not m.has_place group by m.final, f.from_sf`,
    },
    ownValues(map, tables, maps, columns),
    ...loserScores(tables, scoreOf(whole)),
    ...personValues(map, tables, maps, columns),
    ...entriesMove(tables),
    ...referencesMove(tables, lateLandingMs),
    ...personsGo(tables),
    winnerSays(map, tables),
    {
      name: 'heirs_done',
      why: 'nobody waits for these heirs any more',
      when: ['heirs'],
      sql: `
delete from sync.heir h using ${tables.verdict} v where h.heir_id = v.sf_id and v.person is not null and ${inherits(tables)}
   and exists (select from sync.link l where l.sf_id = h.sf_id)`,
    },
  ];
};

interface FoldColumn extends ColumnField {
  readonly leadName: string | null;
  readonly contactName: string | null;
  /** It may be sent to the heir. */
  readonly hasPlace: boolean;
  /** The heir's row does not move it: it is ours alone (ID11). */
  readonly isOurs: boolean;
}

/** Columns that a row of the object moves. */
const theirsOn = (map: ObjectMap): ReadonlySet<string> => {
  const { taken, readOnly } = takenFields(map);
  return new Set([...taken, ...readOnly].map((field) => field.column));
};

const columnsOf = (maps: PeopleMaps, whole: ObjectMap): readonly FoldColumn[] => {
  const { sent } = takenFields(whole);
  const placed = new Set(sent.map((field) => field.column));
  const theirs = theirsOn(whole);
  const fields = new Map<string, ColumnField>();
  const names = { Lead: new Map<string, string>(), Contact: new Map<string, string>() };
  for (const object of ['Lead', 'Contact'] as const) {
    for (const field of maps[object].fields) {
      if (field.column === null) continue;
      fields.set(field.column, { ...field, column: field.column });
      names[object].set(field.column, field.name);
    }
  }
  return [...fields.values()].map((field) => ({
    ...field,
    leadName: names.Lead.get(field.column) ?? null,
    contactName: names.Contact.get(field.column) ?? null,
    hasPlace: placed.has(field.column),
    isOurs: !theirs.has(field.column),
  }));
};

const pairs = (map: ObjectMap, tables: Tables): Statement => ({
  name: 'fold_pairs',
  why: 'ID9 to ID13: whose record ended in one of this page',
  when: ['heirs'],
  sets: 'folds',
  sql: `
insert into ${tables.fold} (loser, survivor, final, from_sf, from_object, to_sf, reason, is_made_by_it)
select distinct on (l.person_id) l.person_id, v.person, v.person, h.sf_id, h.object, v.sf_id, h.reason,
       ${hasField(map, 'CreatedDate') && map.object === 'Contact' ? `h.reason = 'conversion' and l.person_id <> v.person and coalesce(s."CreatedDate" >= h.passed_at - ${MADE_TOGETHER}, false)` : 'false'}
  from sync.heir h
  join ${tables.verdict} v on v.sf_id = h.heir_id
  join ${tables.page} s on s."Id" = v.sf_id
  join sync.link l on l.sf_id = h.sf_id
  join marketing.person loser on loser.id = l.person_id
  join marketing.person survivor on survivor.id = v.person
 where ${inherits(tables)} and not v.is_new
   and case when l.person_id = v.person then v.linked_by is not null else not ${hasOtherRecord(tables)} end
 order by l.person_id, loser.salesforce_id = h.sf_id desc nulls last, h.sf_id`,
});

/** `s`: where a column lies on either object. */
const placesOf = (columns: readonly FoldColumn[]): string =>
  lines(
    columns.map(
      (field) =>
        `(${text(field.column)}, ${nameOr(field.leadName)}, ${nameOr(field.contactName)}, ${field.hasPlace}, ${text(comparisonOf(field))})`,
    ),
    7,
  );
const nameOr = (name: string | null): string => (name === null ? 'null' : text(name));

const isWideOf = (map: ObjectMap): boolean => map.fields.some((field) => field.isInMirrorMore);
const isOwnWide = (maps: PeopleMaps): boolean =>
  [...maps.Lead.fields, ...maps.Contact.fields].some((field) => field.isInMore);

/** The score that is summed (ID12), where it may be sent; null: none. */
const scoreOf = (map: ObjectMap): ColumnField | null => {
  const { sent } = takenFields(map);
  return (
    sent.find((field) => SCORE_FIELDS.has(field.name) && isTaken(field) && !field.isInMore && isNumber(field)) ?? null
  );
};
const isNumber = (field: ColumnField): boolean => ['integer', 'bigint', 'numeric'].includes(field.mirrorType);

const loserScores = (tables: Tables, score: ColumnField | null): readonly Statement[] =>
  score === null
    ? []
    : [
        {
          name: 'fold_scores',
          why: 'ID12: what a merge loser brings to the default score',
          when: ['folds'],
          sql: `
update ${tables.fold} f set score = p.${id(score.column)}
  from marketing.person p
 where p.id = f.loser and f.reason = 'merge' and ${among('p.id', `loser from ${tables.fold}`)}`,
        },
      ];

/** After the heir's row was taken: the sum is an edit of ours, against what Salesforce says now. Its row is read once, so it is added once. */
export const scoreStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const score = scoreOf(map);
  if (score === null) return [];
  const [name, column] = [text(score.column), id(score.column)];
  const sums = `(select final, sum(score) as score from ${tables.fold} where score <> 0 group by final) f`;
  return [
    {
      name: 'scores_journal',
      why: 'ID12: the sum of two scores',
      when: ['folds'],
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, evidence, fields)
select ${text(map.object)}, p.id, p.salesforce_id, 'folded', ${RUN}, 'score',
       jsonb_build_object(${name}, jsonb_build_array(p.${column}, coalesce(p.${column}, 0) + f.score))
  from ${sums} join marketing.person p on p.id = f.final and not p.is_deleted order by p.id`,
    },
    {
      name: 'scores_sent',
      why: 'ID12: it is sent as an edit',
      when: ['folds'],
      sets: 'resends',
      sql: `
insert into sync.outbox as o (person_id, edits, edited_at)
select p.id, jsonb_build_object(${name}, nextval('sync.edit_version')), jsonb_build_object(${name}, clock_timestamp())
  from ${sums} join marketing.person p on p.id = f.final and not p.is_deleted order by p.id
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at, parked = o.parked - ${name},
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end`,
    },
    {
      name: 'scores',
      why: 'ID12: once for each loser',
      when: ['folds'],
      sql: `
update marketing.person p set ${column} = coalesce(p.${column}, 0) + f.score
  from ${sums} where p.id = f.final and not p.is_deleted and ${among('p.id', `final from ${tables.fold}`)}`,
    },
  ];
};

const movingEdits = (
  tables: Tables,
  maps: PeopleMaps,
  columns: readonly FoldColumn[],
  score: ColumnField | null,
): Statement => {
  const mirrors = (['Lead', 'Contact'] as const).filter((object) => maps[object].fields.length > 0);
  const said = mirrors
    .map(
      (object) =>
        `when f.from_object = ${text(object)} then ${rowJson(`m_${object.toLowerCase()}`, MIRROR_MORE, isWideOf(maps[object]))}`,
    )
    .join(' ');
  return {
    name: 'fold_edits',
    why: 'ID15: what waits to be sent to the ended record, with the base it had there; of one field the latest edit counts',
    when: ['folds'],
    sql: `
insert into ${tables.moving} (loser, survivor, final, field, version, edited_at, reason, lane, value, base, has_place, is_latest)
select e.loser, e.survivor, e.final, e.field, e.version, e.edited_at, e.reason, e.lane, e.value, e.base, e.has_place,
       row_number() over (partition by e.survivor, e.field order by (e.edited_at #>> '{}')::timestamptz desc nulls last, e.loser) = 1
         and not coalesce(e.loser <> e.survivor and (o.edited_at ->> e.field)::timestamptz >= (e.edited_at #>> '{}')::timestamptz, false)
  from (
    select f.loser, f.survivor, f.final, k.key as field, k.value as version, o.edited_at -> k.key as edited_at, o.reasons -> k.key as reason, o.lane,
           coalesce(j.mine -> k.key, 'null') as value,
           coalesce(case when x.acknowledged ? k.key then x.acknowledged -> k.key
                         when x.base ? k.key and (x.seen ? k.key or x.in_flight ? k.key) then x.base -> k.key
                         else j.theirs -> case f.from_object when 'Lead' then c.lead_name else c.contact_name end end,
                    x.unanswered -> k.key, 'null') as base,
           coalesce(c.has_place, false) as has_place
      from ${tables.fold} f
      join sync.outbox o on o.person_id = f.loser
      join marketing.person p on p.id = f.loser
      left join sync.sent x on x.person_id = f.loser
${mirrors.map((object) => `      left join ${mirrorTable(object)} m_${object.toLowerCase()} on m_${object.toLowerCase()}."Id" = f.from_sf and f.from_object = ${text(object)}`).join('\n')}
     cross join lateral (select ${rowJson('p', OWN_MORE, isOwnWide(maps))} as mine, case ${said} end as theirs offset 0) j
     cross join lateral jsonb_each(o.edits) k
      left join (values
       ${placesOf(columns)}
       ) c (field, lead_name, contact_name, has_place, kind) on c.field = k.key${
         score === null
           ? ''
           : `
     where not (f.reason = 'merge' and k.key = ${text(score.column)})`
       } offset 0) e
  left join sync.outbox o on o.person_id = e.survivor`,
  };
};

/** Empty is null or empty text; false is a value (N88). */
const ownValues = (map: ObjectMap, tables: Tables, maps: PeopleMaps, columns: readonly FoldColumn[]): Statement => {
  const ours = columns.filter((field) => field.isOurs).map((field) => field.column);
  const array = (names: readonly string[]): string => `array[${list(names.map(text))}]::text[]`;
  const ofLead = theirsOn(maps.Lead);
  // Leads that were merged before the winner was converted: their fields were the winning lead's row's, also where empty.
  const keys =
    map.object === 'Contact'
      ? `case when g.reason = 'merge' and g.from_object = 'Lead' then ${array(ours.filter((column) => !ofLead.has(column)))}
                       else ${array(ours)} end`
      : array(ours);
  return {
    name: 'fold_own_values',
    why: 'ID11: fields that only we have take the winner’s value, or the loser’s where that is empty',
    when: ['folds'],
    sql: `
update ${tables.fold} f set own = c.own
  from (select w.loser, jsonb_object_agg(w.key, w.value) as own
          from (select distinct on (g.survivor, k.key) g.loser, k.key, k.value
                  from ${tables.fold} g
                  join marketing.person pl on pl.id = g.loser
                  join marketing.person ps on ps.id = g.survivor
                 cross join lateral (select ${rowJson('pl', OWN_MORE, isOwnWide(maps))} as lost, ${rowJson('ps', OWN_MORE, isOwnWide(maps))} as kept offset 0) j
                 cross join lateral jsonb_each(j.lost) k
                 where g.loser <> g.survivor and k.key = any (${keys})
                   and coalesce(k.value #>> '{}', '') <> '' and coalesce(j.kept ->> k.key, '') = ''
                 order by g.survivor, k.key, g.loser) w
         group by w.loser) c
 where f.loser = c.loser`,
  };
};

/** What the survivor takes over of a loser: of fields that are ours alone, and of edits that move. */
const personValues = (
  map: ObjectMap,
  tables: Tables,
  maps: PeopleMaps,
  columns: readonly FoldColumn[],
): readonly Statement[] => {
  const written = columns.filter((field) => field.isOurs || field.hasPlace);
  const inRow = inColumns(written).map((field) => id(field.column));
  const more = inMore(written).map((field) => text(field.column));
  const assigned = [
    ...(inRow.length === 0
      ? []
      : [
          `${inRow.length === 1 ? inRow[0] : `(${list(inRow)})`} = (select ${list(inRow.map((column) => `r.${column}`))} from jsonb_populate_record(p, d.fields) r)`,
        ]),
    ...(more.length === 0
      ? []
      : [
          `${OWN_MORE} = p.${OWN_MORE} || coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(d.fields) e where e.key = any (array[${list(more)}])), '{}')`,
        ]),
  ];
  const taken = `
       select f.survivor, (select coalesce(jsonb_object_agg(o.key, o.value), '{}') from ${tables.fold} g cross join jsonb_each(g.own) o where g.survivor = f.survivor)
              || (select coalesce(jsonb_object_agg(m.field, m.value), '{}') from ${tables.moving} m where m.survivor = f.survivor and m.loser <> m.survivor and m.has_place and m.is_latest) as fields
         from (select distinct survivor from ${tables.fold}) f`;
  const sentOurs = columns.filter((field) => field.isOurs && field.hasPlace).map((field) => text(field.column));
  return [
    {
      name: 'fold_journal',
      why: 'who was folded into whom, and what was taken over',
      when: ['folds'],
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, evidence, fields)
select ${text(map.object)}, f.final, f.from_sf, 'folded', ${RUN}, f.reason,
       jsonb_build_object('id', jsonb_build_array(case when f.final = f.loser then f.survivor else f.loser end, f.final))
       || (select coalesce(jsonb_object_agg(e.key, jsonb_build_array(coalesce(j.kept -> e.key, 'null'), e.value)), '{}')
             from jsonb_each(f.own || (select coalesce(jsonb_object_agg(m.field, m.value), '{}') from ${tables.moving} m where m.loser = f.loser and m.has_place and m.is_latest)) e)
  from ${tables.fold} f
  join marketing.person p on p.id = f.survivor
 cross join lateral (select ${rowJson('p', OWN_MORE, isOwnWide(maps))} as kept offset 0) j
 where f.loser <> f.survivor order by f.loser`,
    },
    ...(assigned.length === 0
      ? []
      : [
          {
            name: 'fold_values',
            why: 'ID11, ID15: the survivor takes over what is ours alone, and what waits to be sent',
            when: ['folds'],
            sql: `
update marketing.person p
   set ${assigned.join(',\n       ')}
  from (${taken}) d
 where p.id = d.survivor and d.fields <> '{}' and ${among('p.id', `survivor from ${tables.fold}`)}`,
          } satisfies Statement,
        ]),
    ...(sentOurs.length === 0
      ? []
      : [
          {
            name: 'fold_grows',
            why: 'a field that only goes to Salesforce says there what it took over here',
            when: ['folds'],
            sql: `
insert into ${tables.moving} (loser, survivor, final, field, version, edited_at, lane, value, base, has_place, is_latest)
select f.loser, f.survivor, f.final, e.key, to_jsonb(nextval('sync.edit_version')), to_jsonb(clock_timestamp()), 1, e.value, null, true, true
  from ${tables.fold} f cross join jsonb_each(f.own) e
 where e.key = any (array[${list(sentOurs)}])
   and not exists (select from ${tables.moving} m where m.survivor = f.survivor and m.field = e.key)`,
          } satisfies Statement,
        ]),
  ];
};

const entriesMove = (tables: Tables): readonly Statement[] => {
  const losers = `loser from ${tables.fold}`;
  const moves = 'm.has_place and m.is_latest';
  return [
    {
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
    },
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
const referencesMove = (tables: Tables, lateLandingMs: number): readonly Statement[] => {
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
          ' and not exists (select from sync.action_person a where a.action_id = t.action_id and a.person_id = g.final)',
        ),
      ].join(',\n')}
update sync.journal t set row_id = g.final
  from ${leaving}
 where t.row_id = g.person and ${among('t.row_id', leavingIds)} and t.cause <> 'load' and t.object in ('Lead', 'Contact', 'Person')`,
    },
  ];
};

const personsGo = (tables: Tables): readonly Statement[] => [
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

/** ID8: a person that becomes the heir is the heir's row in every mapped field, also where that is empty; what waits to be sent is decided after this. */
const winnerSays = (map: ObjectMap, tables: Tables): Statement => {
  const taken = takenFields(map).taken;
  const said = [
    ...inColumns(taken).map(
      (field) =>
        `case when ${differs(field, field.isInMirrorMore ? `(s.${id(MIRROR_MORE)} ->> ${text(field.name)})${field.mirrorType === 'text' ? '' : `::${field.mirrorType}`}` : `s.${id(field.name)}`, `p.${id(field.column)}`)} then ${text(field.column)} end`,
    ),
    ...inMore(taken).map((field) => text(field.column)),
  ];
  return {
    name: 'heir_says',
    why: 'ID8: somebody who becomes the heir is what the heir’s row says, also where that is empty',
    when: ['folds'],
    sql: `
update ${tables.verdict} v
   set take = array_remove(array[
         ${said.join(',\n         ')}]::text[], null)
  from ${tables.fold} f, ${tables.page} s, marketing.person p
 where v.sf_id = f.to_sf and f.loser = f.survivor and s."Id" = v.sf_id and p.id = f.final and not v.is_gone
   and ${among('p.id', `final from ${tables.fold}`)}`,
  };
};
