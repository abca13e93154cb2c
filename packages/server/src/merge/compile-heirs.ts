/**
 * What became of a record that ended in another one (ID8 to ID10, ID13): a lead that was converted into a contact, a record that was merged
 * into one of its kind. The other one is its heir; chains are followed to their end over the page and the mirrors, in whatever order rows
 * arrive. The person of the ended record passes to the heir on a page that holds the heir's own row (`compile-fold.ts`); a heir that the page
 * does not hold is read by id. Pure.
 *
 * A page without such a record, and without an awaited heir, runs none of this.
 */
import type { FieldMap, ObjectMap } from '../mapping/mapping.ts';
import { mirrorTable } from '../mapping/shape.ts';
import { hasField, type Tables } from './compile-staging.ts';
import type { MergeLimits, Statement } from './merge.ts';
import { among, RUN, text } from './sql.ts';

/** Every object as it is mapped, whatever a page has of it. */
export type PeopleMaps = FieldMap['objects'];

const ended = (tables: Tables): string => among('h.sf_id', `sf_id from ${tables.verdict}`);
export const inherits = (tables: Tables): string => among('h.heir_id', `sf_id from ${tables.verdict}`);

/** A record of `l`'s person is live after this page, another one than the heir `h`. Such a person passes to nobody. */
export const hasOtherRecord = (tables: Tables): string => `exists (
         select from sync.link x
          where x.person_id = l.person_id and x.state = 'live' and x.sf_id <> h.sf_id and x.sf_id <> h.heir_id
            and not exists (select from ${tables.verdict} e where e.sf_id = x.sf_id and (e.is_gone or e.is_converted)))`;

/** Part of the survey: whether a record passes to another one, and whether somebody waits for a record of the page. */
export const surveyOfHeirs = (tables: Tables): string => `
       coalesce(bool_or(is_gone and is_merged or is_converted), false) as passes,
       exists (select from sync.heir) and exists (select from sync.heir h where ${inherits(tables)}) as heirs`;

export const heirStatements = (
  map: ObjectMap,
  tables: Tables,
  maps: PeopleMaps,
  { mergeChainMax }: MergeLimits,
): readonly Statement[] => {
  const next = nextOf(map);
  return [
    {
      name: 'heirs_return',
      why: 'a record that is there again ended in nobody',
      when: ['returns'],
      sql: `
delete from sync.heir h using ${tables.verdict} v
 where h.sf_id = v.sf_id and not v.is_gone and not v.is_converted and ${ended(tables)}`,
    },
    ...(next === null
      ? []
      : [
          {
            name: 'heirs',
            why: 'ID13: in which record these ended',
            when: ['passes'],
            sets: 'heirs',
            sql: `
insert into sync.heir (sf_id, object, heir_id, heir_object, reason, passed_at)
select v.sf_id, ${text(map.object)}, n.id, n.object, n.reason, s."SystemModstamp"
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
 cross join lateral (${next}) n
 where n.id is not null and exists (select from marketing.person p where p.id = v.person)
   and (v.state is not null or v.is_gone and v.linked_by is not null and not exists (select from sync.link x where x.person_id = v.person and x.state = 'live'))
 order by v.sf_id
    on conflict (sf_id) do update
   set heir_id = excluded.heir_id, heir_object = excluded.heir_object, reason = excluded.reason, passed_at = excluded.passed_at`,
          } satisfies Statement,
        ]),
    {
      name: 'heirs_walk',
      why: 'ID13: A into B into C ends at C, whichever of them came first',
      when: ['heirs'],
      sql: `
with recursive walk (sf_id, at_id, at_object, steps) as (
  select h.sf_id, h.heir_id, h.heir_object, 1 from sync.heir h where ${inherits(tables)} or ${ended(tables)}
   union all
  select w.sf_id, n.id, n.object, w.steps + 1
    from walk w
   cross join lateral (
         ${[...(next === null ? [] : [hopOfPage(tables, next)]), ...hopsOfMirrors(map, maps, tables)].join('\n          union all ')} limit 1) n
   where n.id is not null and w.steps <= ${mergeChainMax}),
chain as materialized (
  select distinct on (sf_id) sf_id, at_id, at_object, steps from walk order by sf_id, steps desc),
endless as (
  insert into sync.error (level, object, person_id, sf_id, code, message, disposition, run_id)
  select 'record', l.object, l.person_id, l.sf_id, 'merge-chain-too-long', '', 'park', ${RUN}
    from chain c join sync.link l on l.sf_id = c.sf_id where c.steps > ${mergeChainMax}),
given_up as (
  delete from sync.heir h using chain c where h.sf_id = c.sf_id and c.steps > ${mergeChainMax})
update sync.heir h set heir_id = c.at_id, heir_object = c.at_object
  from chain c
 where h.sf_id = c.sf_id and c.steps <= ${mergeChainMax} and h.heir_id <> c.at_id`,
    },
    {
      name: 'heirs_asked',
      why: 'a heir that this page does not hold is read by id',
      when: ['heirs'],
      sql: `
with asked as (
  update sync.heir h set asked_id = h.heir_id
   where h.heir_id is distinct from h.asked_id and not (${inherits(tables)} and exists (select from sync.link l where l.sf_id = h.sf_id))
  returning h.heir_object, h.heir_id)
insert into sync.reread as r (object, sf_id, reason)
select distinct heir_object, heir_id, 'heir' from asked order by 1, 2
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`,
    },
    {
      name: 'named_by_heir',
      why: 'ID8, ID13: an unknown record in which a record we know ended is that one’s person',
      when: ['unknown', 'heirs'],
      sets: 'named',
      sql: `
update ${tables.verdict} v set person = c.person_id, linked_by = c.reason
  from (select distinct on (h.heir_id) h.heir_id, l.person_id, h.reason
          from sync.heir h
          join sync.link l on l.sf_id = h.sf_id
          join marketing.person p on p.id = l.person_id
         where ${among('h.heir_id', `sf_id from ${tables.verdict} where state is null`)} and not ${hasOtherRecord(tables)}
         order by h.heir_id, h.reason, l.since, l.sf_id) c
 where v.sf_id = c.heir_id and v.state is null and v.linked_by is null and not v.is_gone and not v.is_converted`,
    },
  ];
};

/** One row: the record in which the page's row `s` ended; without an id, none. Null: the page does not tell. */
const nextOf = (map: ObjectMap): string | null => {
  const ways = [
    ...(hasField(map, 'MasterRecordId') && hasField(map, 'IsDeleted')
      ? [['s."IsDeleted" and s."MasterRecordId" is not null', 's."MasterRecordId"', map.object, 'merge'] as const]
      : []),
    ...(hasField(map, 'ConvertedContactId') && hasField(map, 'IsConverted')
      ? [['s."IsConverted"', 's."ConvertedContactId"', 'Contact', 'conversion'] as const]
      : []),
  ];
  if (ways.length === 0) return null;
  const choose = (value: (way: (typeof ways)[number]) => string): string =>
    `case ${ways.map((way) => `when ${way[0]} then ${value(way)}`).join(' ')} end`;
  return `select ${choose((way) => `${way[1]} collate "C"`)} as id, ${choose((way) => text(way[2]))} as object, ${choose((way) => text(way[3]))} as reason`;
};

const hopOfPage = (tables: Tables, next: string): string =>
  `(select n.id, n.object from ${tables.verdict} v join ${tables.page} s on s."Id" = v.sf_id cross join lateral (${next}) n where v.sf_id = w.at_id)`;

/** What the page says of a record counts before what its mirror says. */
const hopsOfMirrors = (map: ObjectMap, maps: PeopleMaps, tables: Tables): readonly string[] =>
  [maps.Lead, maps.Contact].flatMap((other) => {
    const next = nextOf(other);
    if (next === null) return [];
    const known =
      other.object === map.object ? ` and not exists (select from ${tables.verdict} v where v.sf_id = w.at_id)` : '';
    return [
      `(select n.id, n.object from ${mirrorTable(other.object)} s cross join lateral (${next}) n where s."Id" = w.at_id and w.at_object = ${text(other.object)}${known})`,
    ];
  });
