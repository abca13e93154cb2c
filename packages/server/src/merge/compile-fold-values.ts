/** Values and edits where two persons become one (ID8, ID11, ID15). Pure. */
import type { ObjectMap } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable, OWN_MORE } from '../mapping/shape.ts';
import { type FoldColumn, isOwnWide, isWideOf, placesOf, theirsOn } from './compile-fold-columns.ts';
import type { PeopleMaps } from './compile-heirs.ts';
import type { Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import {
  among,
  type ColumnField,
  differs,
  id,
  inColumns,
  inMore,
  list,
  RUN,
  rowJson,
  takenFields,
  text,
} from './sql.ts';

export const movingEdits = (
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
export const ownValues = (
  map: ObjectMap,
  tables: Tables,
  maps: PeopleMaps,
  columns: readonly FoldColumn[],
): Statement => {
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
export const personValues = (
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

/** ID8: a person that becomes the heir is the heir's row in every mapped field, also where that is empty; what waits to be sent is decided after this. */
export const winnerSays = (map: ObjectMap, tables: Tables): Statement => {
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
