/**
 * What the brake asks of a page (SAFE1), and how our values are kept where somebody answered so (SAFE2). Pure.
 *
 * A page of too much is merged twice: the first time tells where it passes the brake and is rolled back, the second time leaves those
 * rows out. So an ordinary page pays nothing for it.
 */
import type { ObjectMap } from '../mapping/mapping.ts';
import { isFilledOnce } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable } from '../mapping/shape.ts';
import { hasField, isPeople, type Tables } from './compile-staging.ts';
import type { BrakeStatements, Statement } from './merge.ts';
import { id, lines, rowJson, takenFields, text } from './sql.ts';

/** Rows that change somebody known; those that certainly do come first in the count, for the others may be echoes. */
const changing = (map: ObjectMap, tables: Tables): string => `
with changing as materialized (
  select s."Id", s."SystemModstamp", ${isPeople(map) ? `v.take <> '{}' or v.is_gone` : 'true'} as is_sure
    from ${tables.verdict} v
    join ${tables.page} s on s."Id" = v.sf_id
   where ${isPeople(map) ? 'v.is_live and not v.is_new' : 'not v.is_unmirrored'}),
counted as materialized (
  select * from changing where is_sure or (select count(*) from changing where is_sure) <= $1)`;

export const brakeStatements = (map: ObjectMap, tables: Tables): BrakeStatements => {
  const isWide = map.fields.some((field) => field.isInMirrorMore);
  return {
    place: `${changing(map, tables)}
select "SystemModstamp"::text as stamp, "Id" as id from counted order by "SystemModstamp", "Id" offset $1 limit 1`,
    sample: `
select s."Id" as sf_id, v.person as person_id, v.is_gone, ${hasField(map, 'LastModifiedById') ? 's."LastModifiedById"' : 'null'} as by,
       coalesce((select jsonb_object_agg(e.key, jsonb_build_array(j.m -> e.key, e.value))
                   from jsonb_each(j.s) e
                  where e.key not in ('SystemModstamp', 'LastModifiedDate', 'LastModifiedById') and e.value is distinct from j.m -> e.key), '{}') as fields
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
  join ${mirrorTable(map.object)} m on m."Id" = s."Id"
 cross join lateral (select ${rowJson('s', MIRROR_MORE, isWide)} as s, ${rowJson('m', MIRROR_MORE, isWide)} as m offset 0) j
 where (s."SystemModstamp", s."Id") >= ($1::timestamptz, $2::text collate "C")
 order by s."SystemModstamp", s."Id" limit $3`,
    leave: `delete from ${tables.page} where ("SystemModstamp", "Id") >= ($1::timestamptz, $2::text collate "C")`,
  };
};

const KEEP_THROUGH = `(select nullif(current_setting('syncline.keep_through', true), '')::timestamptz)`;

/** After the decisions: of what changed there up to the answer nothing is taken that can be sent back, but opt-outs are. */
export const keepStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const { taken } = takenFields(map);
  const kept = taken.filter((field) => field.direction === 'both' && !isFilledOnce(field));
  if (kept.length === 0) return [];
  const optOuts = kept.filter((field) => field.isOptOut);
  const isOptOut =
    optOuts.length === 0
      ? ''
      : ` and not (${optOuts.map((field) => `f.field = ${text(field.column)} and s.${id(field.name)}`).join(' or ')})`;
  return [
    {
      name: 'keep_decided',
      why: 'SAFE2: a conflict that theirs won is ours all the same',
      when: ['keeps', 'held'],
      sql: `
update ${tables.decision} d set outcome = 'kept', winner = 'marketing'
  from ${tables.page} s
 where s."Id" = d.sf_id and d.outcome = 'lost' and d.policy <> 'opt_out' and s."SystemModstamp" <= ${KEEP_THROUGH}
   and d.field in (${lines(
     kept.map((field) => text(field.column)),
     7,
   )})`,
    },
    {
      name: 'keep_ours',
      why: 'SAFE2: our values stay, and are sent back',
      when: ['found', 'keeps'],
      sets: 'resends',
      sql: `
with kept as materialized (
  select v.sf_id, v.person, array_agg(f.field) as fields
    from ${tables.verdict} v
    join ${tables.page} s on s."Id" = v.sf_id
   cross join lateral unnest(v.take) f (field)
   where v.is_live and not v.is_new and not v.is_gone and s."SystemModstamp" <= ${KEEP_THROUGH}
     and f.field in (${kept.map((field) => text(field.column)).join(', ')})${isOptOut}
   group by v.sf_id, v.person),
left_alone as (
  update ${tables.verdict} v set take = array(select unnest(v.take) except select unnest(k.fields)) from kept k where v.sf_id = k.sf_id)
insert into sync.outbox as o (person_id, edits, edited_at)
select k.person, (select jsonb_object_agg(f, nextval('sync.edit_version')) from unnest(k.fields) f),
       (select jsonb_object_agg(f, clock_timestamp()) from unnest(k.fields) f)
  from kept k order by k.person
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at,
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end`,
    },
  ];
};
