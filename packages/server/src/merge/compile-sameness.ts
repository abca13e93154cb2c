/**
 * The sameness check of an object (SAFE3): each record of a page is compared with what is ours, on every field that comes from Salesforce.
 *
 * Left out, and counted: a record whose edits here are not settled, a company that differs only in what was edited here (MRG20), and a record
 * that changed there after `young`, or that the mirror knows to be newer than the page. `began` is when the check began. Pure.
 */
import type { ObjectMap } from '../mapping/mapping.ts';
import { isTaken } from '../mapping/mapping.ts';
import { mirrorTable, OWN_MORE, ownTable } from '../mapping/shape.ts';
import { isErased } from './compile-identity.ts';
import { isConverted, isGone } from './compile-mirror.ts';
import { isPeople, type Tables } from './compile-staging.ts';
import { type ColumnField, differs, lines, takenFields, text, theirsOf, wideRow } from './sql.ts';

export interface SamenessStatements {
  /** $1 young. One row: `compared`, `waiting`, `young`. Notes differences and which records were seen. */
  readonly comparePage: string;
  /** $1 young. After the last page: what is ours of records that no page had. One row: `missing`. */
  readonly compareRest: string;
}

export const compileSameness = (map: ObjectMap, tables: Tables): SamenessStatements => ({
  comparePage: comparePage(map, tables),
  compareRest: compareRest(map),
});

/** Fields that Salesforce may move; of the others each side has its own. */
const comparedFields = (map: ObjectMap): readonly ColumnField[] => {
  const { sent, readOnly } = takenFields(map);
  return [...sent, ...readOnly].filter((field) => isTaken(field) && !field.isWriteOnce);
};

const oursOf = (field: ColumnField): string => {
  if (!field.isInMore) return `p."${field.column.replaceAll('"', '""')}"`;
  const value = `(p.${OWN_MORE} ->> ${text(field.column)})`;
  return field.mirrorType === 'text' ? value : `${value}::${field.mirrorType}`;
};

/** `l`: the link that a record has or had; only people have links. */
const joinOurs = (map: ObjectMap): string =>
  isPeople(map)
    ? `left join sync.link l on l.sf_id = s."Id"
  left join marketing.person p on p.id = l.person_id and l.state = 'live'`
    : `left join ${ownTable(map.object)} p on p.salesforce_id = s."Id"`;

/** What ended by a decision, here or there, is no difference. */
const isSettledElsewhere = (map: ObjectMap): string =>
  isPeople(map)
    ? `p.id is null and (${isErased(map)} or ${isConverted(map)} or coalesce(l.state in ('converted', 'merged', 'out_of_scope', 'deleted_here'), false))`
    : 'false';

/** A company's edits wait for nothing but Salesforce's next change of the account, which overwrites them. */
const isEditedCompany = (map: ObjectMap): string =>
  map.object === 'Account'
    ? `d.fields <> '{}' and exists (select from sync.company_edit e where e.company_id = p.id and d.fields <@ e.fields)`
    : 'false';

const isWaiting = (person: string): string =>
  `exists (select from sync.outbox o where o.person_id = ${person})
       or exists (select from sync.sent x where x.person_id = ${person} and x.unanswered <> '{}' and x.late_until > clock_timestamp())`;

const comparePage = (map: ObjectMap, tables: Tables): string => `
with judged as materialized (
  select s."Id" as sf_id, p.id as row_id, d.fields,
         case when s."SystemModstamp" >= $1 or m."SystemModstamp" > s."SystemModstamp" then 'young'
              when ${isSettledElsewhere(map)} then 'settled'
              when ${isPeople(map) ? isWaiting('p.id') : isEditedCompany(map)} then 'waiting'
              else 'compared' end as how,
         ${isGone(map)} as is_gone
    from ${tables.page} s
    ${joinOurs(map)}
    left join ${mirrorTable(map.object)} m on m."Id" = s."Id"${wideRow(map)}
   cross join lateral (select array_remove(array[
         ${lines(
           comparedFields(map).map(
             (field) => `case when ${differs(field, theirsOf(field), oursOf(field))} then ${text(field.column)} end`,
           ),
           9,
         )}]::text[], null) as fields offset 0) d),
seen as (
  insert into sync.sameness_seen (object, sf_id)
  select ${text(map.object)}, sf_id from judged where not is_gone or how = 'young'),
noted as (
  insert into sync.difference (object, sf_id, row_id, kind, fields)
  select ${text(map.object)}, sf_id, row_id, case when row_id is null then 'not_here' else 'values' end, case when row_id is null then '{}' else fields end
    from judged where how = 'compared' and not is_gone and (row_id is null or fields <> '{}')
      on conflict (object, sf_id) do nothing)
select (count(*) filter (where how = 'compared' and not is_gone))::int as compared, (count(*) filter (where how = 'waiting' and not is_gone))::int as waiting,
       (count(*) filter (where how = 'young'))::int as young
  from judged`;

const compareRest = (map: ObjectMap): string => `
with noted as (
  insert into sync.difference (object, sf_id, row_id, kind)
  ${
    isPeople(map)
      ? `select l.object, l.sf_id, l.person_id, 'not_there'
    from sync.link l
   where l.object = ${text(map.object)} and l.state = 'live' and l.since < $1 and not (${isWaiting('l.person_id')})
     and not exists (select from sync.sameness_seen z where z.object = l.object and z.sf_id = l.sf_id)`
      : `select ${text(map.object)}, p.salesforce_id, p.id, 'not_there'
    from ${ownTable(map.object)} p
   where not p.is_deleted and p.created_at < $1
     and not exists (select from sync.sameness_seen z where z.object = ${text(map.object)} and z.sf_id = p.salesforce_id)`
  }
      on conflict (object, sf_id) do nothing
  returning 1)
select count(*)::int as missing from noted`;
