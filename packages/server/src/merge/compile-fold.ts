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
import type { ObjectMap } from '../mapping/mapping.ts';
import { columnsOf } from './compile-fold-columns.ts';
import { loserScores, scoreOf } from './compile-fold-score.ts';
import { entriesMove, personsGo, referencesMove } from './compile-fold-traces.ts';
import { movingEdits, ownValues, personValues, winnerSays } from './compile-fold-values.ts';
import { hasOtherRecord, inherits, type PeopleMaps } from './compile-heirs.ts';
import { hasField, type Tables } from './compile-staging.ts';
import type { MergeLimits, Statement } from './merge.ts';
import { RUN, text } from './sql.ts';

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
