/**
 * The loop breaker (SAFE8): a flow of the org and a trigger of ours, or two people, who write over each other for ever. What each side last
 * said is in the journal, so nothing is counted on the way; whoever has that many lines in the window is looked at more closely.
 */
import type { Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';

/**
 * Holds each field of a record whose value changed sides `loopTurns` times within the window, since somebody last decided it. The rest of the
 * record flows. Returns how many are held now that were not.
 */
export const breakLoops = async (
  db: Database,
  { loopTurns, loopWindowMs }: Pick<Bounds, 'loopTurns' | 'loopWindowMs'>,
): Promise<number> => {
  let held = 0;
  for (const object of ['Lead', 'Contact'] as const)
    if (await isMirrored(db, object)) held += await db.run(breakSql(object), [object, loopTurns, loopWindowMs]);
  return held;
};

/** Before Confirm Credentials there are no mirrors, and nothing that could go back and forth. */
const isMirrored = async (db: Database, object: 'Lead' | 'Contact'): Promise<boolean> => {
  const [row] = await db.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
    `salesforce."${object}"`,
  ]);
  return row?.is_there === true;
};

/** Who changed the record there is asked of the mirror as JSON, for an org may hide it. */
const breakSql = (object: 'Lead' | 'Contact'): string => `
with lines as materialized (
  select journal_id, at, row_id, sf_id, cause = 'sent' as is_ours, fields
    from sync.journal
   where at > clock_timestamp() - $3::float8 * interval '1 ms' and object = $1 and cause in ('sent', 'salesforce', 'conflict') and fields is not null),
busy as (select row_id from lines group by row_id having count(*) > $2),
said as (
  select l.journal_id, l.row_id, l.sf_id, l.is_ours, e.key as field, e.value -> 1 as value
    from lines l join busy using (row_id) cross join lateral jsonb_each(l.fields) e
   where l.at > coalesce((select max(k.decided_at) from sync.conflict k where k.person_id = l.row_id and k.field = e.key and k.policy = 'loop'), '-infinity')),
turned as (
  select *, is_ours <> lag(is_ours) over w and value is distinct from lag(value) over w as is_turn
    from said window w as (partition by row_id, field order by journal_id)),
loops as (
  select row_id, field, max(sf_id) as sf_id from turned group by row_id, field having count(*) filter (where is_turn) >= $2)
insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at, theirs_by)
select $1, p.id, p.salesforce_id, loops.field, null,
       coalesce((select t.value from turned t where t.row_id = p.id and t.field = loops.field and not t.is_ours order by t.journal_id desc limit 1), 'null'),
       coalesce((select t.value from turned t where t.row_id = p.id and t.field = loops.field and t.is_ours order by t.journal_id desc limit 1), 'null'),
       'loop', null, clock_timestamp(), m."SystemModstamp", to_jsonb(m) ->> 'LastModifiedById'
  from loops
  join marketing.person p on p.id = loops.row_id and p.salesforce_type = $1
  join salesforce."${object}" m on m."Id" = p.salesforce_id
 order by p.id, loops.field
    on conflict (person_id, field) where winner is null do nothing`;
