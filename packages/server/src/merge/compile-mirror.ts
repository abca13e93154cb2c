/** Verdict and mirror: what a page changes in what Salesforce last told us. The same for every object. Pure. */
import { EXTERNAL_ID_FIELD, type ObjectMap } from '../mapping/mapping.ts';
import { MIRROR_MORE, mirrorTable } from '../mapping/shape.ts';
import { hasField, type Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, BEGAN, id, list, rowsDiffer, text } from './sql.ts';

const isWide = (map: ObjectMap): boolean => map.fields.some((field) => field.isInMirrorMore);
/** Columns of the mirror, `_more` as one of them. */
export const mirrorColumns = (map: ObjectMap): readonly string[] => [
  ...map.fields.filter((field) => field.name !== 'Id' && !field.isInMirrorMore).map((field) => id(field.name)),
  ...(isWide(map) ? [id(MIRROR_MORE)] : []),
];
/** What the page may lack of `_more` keeps the mirror's value (IN10). */
export const mirrorSays = (alias: 's' | 'm', map: ObjectMap): readonly string[] =>
  mirrorColumns(map).map((column) =>
    alias === 's' && column === id(MIRROR_MORE) ? `m.${column} || s.${column}` : `${alias}.${column}`,
  );

/** Whether the page's row `s` says anything else than the mirror's row `m`, its stamp included. */
export const saysMore = (map: ObjectMap, indent: number): string =>
  rowsDiffer(mirrorSays('s', map), mirrorSays('m', map), indent);

export const isGone = (map: ObjectMap): string =>
  hasField(map, 'IsDeleted') ? `coalesce(s."IsDeleted", false)` : 'false';
export const isMerged = (map: ObjectMap): string =>
  hasField(map, 'MasterRecordId') ? `s."MasterRecordId" is not null` : 'false';
export const isConverted = (map: ObjectMap): string =>
  hasField(map, 'IsConverted') ? `coalesce(s."IsConverted", false)` : 'false';

/**
 * IN7, IN8. At one stamp the read that began later wins; where both began at once, nobody knows, and the record is read again.
 * `alsoWhen`: rows that say nothing new and must be looked at all the same.
 */
export const verdictWhere = (map: ObjectMap, alsoWhen: string | null): string => `
 where (m."Id" is null
    or m."SystemModstamp" < s."SystemModstamp"
    or (m."SystemModstamp" = s."SystemModstamp" and m."_began_at" <= ${BEGAN}
        and (${saysMore(map, 9)}${alsoWhen === null ? '' : `\n             or ${alsoWhen}`})))`;

export const isDoubtful = (map: ObjectMap): string =>
  `coalesce(m."SystemModstamp" = s."SystemModstamp" and m."_began_at" = ${BEGAN} and ${saysMore(map, 9)}, false)`;

export const doubtStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => [
  {
    name: 'read_again',
    why: 'IN8: one stamp, two values, and nobody knows which read began later',
    when: ['doubtful'],
    sql: `
insert into sync.reread as r (object, sf_id, reason)
select ${text(map.object)}, sf_id, 'stale_read' from ${tables.verdict} where is_doubtful order by sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`,
  },
  {
    name: 'leave_doubtful',
    why: 'until then the page decides nothing about it',
    when: ['doubtful'],
    sql: `
delete from ${tables.verdict} where is_doubtful`,
  },
];

/** The mirror moves forward, whoever won. */
export const mirrorStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  return [
    {
      name: 'mirror_moves',
      why: 'the mirror holds what Salesforce last told us, whoever won',
      when: ['found'],
      sql: `
update ${mirrorTable(map.object)} m
   set ${list(mirrorColumns(map).map((column, at) => `${column} = ${mirrorSays('s', map)[at]}`))},
       "_began_at" = ${BEGAN}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
 where m."Id" = v.sf_id and not v.is_unmirrored
   and ${among('m."Id"', `sf_id from ${tables.verdict} where not is_unmirrored`)}
   and ${saysMore(map, 7)}`,
    },
    {
      name: 'mirror_grows',
      why: 'a record never seen has its row',
      when: ['found'],
      sql: `
insert into ${mirrorTable(map.object)}
       ("Id", ${list(mirrorColumns(map))}, "_began_at")
select s."Id", ${list(mirrorColumns(map).map((column) => `s.${column}`))}, ${BEGAN}
  from ${tables.verdict} v
  join ${tables.page} s on s."Id" = v.sf_id
 where v.is_unmirrored`,
    },
  ];
};

export const cursorStatement = (map: ObjectMap, tables: Tables): Statement => ({
  name: 'cursor',
  why: 'IN4: the greatest stamp applied so far',
  when: ['poll'],
  sql: `
update sync.cursor c set at = p.at
  from (select max("SystemModstamp") as at from ${tables.page}) p
 where c.object = ${text(map.object)} and p.at > coalesce(c.at, '-infinity')`,
});

export const keyColumn = id(EXTERNAL_ID_FIELD);
