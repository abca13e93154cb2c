/** Tables `sync.sameness` and `sync.difference`. */
import type { Database } from '../db/db.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import type { SamenessStatements } from '../merge/compile-sameness.ts';
import type { Compared } from './inbound.ts';

export const beginCheck = (db: Database, object: SyncObject): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.run('delete from sync.sameness_seen where object = $1', [object]);
    await tx.run('delete from sync.difference where object = $1', [object]);
    await tx.run(
      `insert into sync.sameness (object, began_at) values ($1, clock_timestamp())
           on conflict (object) do update set began_at = excluded.began_at, problem = null`,
      [object],
    );
  });

/**
 * What nobody saw is noted, and the check says what it found; from here on it is the last whole one. Records that are ours and were not seen, and
 * those that were out of sight and were, are read by id: this is the id sweep (IN12).
 */
export const endCheck = (
  db: Database,
  object: SyncObject,
  statements: SamenessStatements,
  young: string,
  sum: Compared,
): Promise<Compared> =>
  db.transaction(async (tx) => {
    await tx.query(statements.compareRest, [young]);
    await tx.run('delete from sync.sameness_seen where object = $1', [object]);
    await tx.run(SWEEP, [object]);
    const [found] = await tx.query<{ differing: number }>(
      `update sync.sameness s
          set checked_at = s.began_at, equal_at = case when d.differing = 0 then s.began_at else s.equal_at end, began_at = null,
              wanted_at = case when s.wanted_at > s.began_at then s.wanted_at end, compared = $2, waiting = $3, young = $4
         from (select count(*)::int as differing from sync.difference where object = $1) d
        where s.object = $1
        returning d.differing`,
      [object, sum.compared, sum.waiting, sum.young],
    );
    return { ...sum, differing: found?.differing ?? 0 };
  });

const SWEEP = `
insert into sync.reread as r (object, sf_id, reason)
select d.object, d.sf_id, 'sweep'
  from sync.difference d
 where d.object = $1
   and (d.kind = 'not_there' or d.kind = 'not_here' and exists (select from sync.link l where l.sf_id = d.sf_id and l.state = 'out_of_sight'))
 order by d.sf_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`;

/** The check did not come to its end; what it had found is no result. */
export const failCheck = async (
  db: Database,
  object: SyncObject,
  problem: { readonly code: string; readonly detail: unknown },
): Promise<void> => {
  await db.run('update sync.sameness set began_at = null, problem = $2 where object = $1', [
    object,
    JSON.stringify({ code: problem.code, detail: problem.detail }),
  ]);
};

/** Of an object that is enabled and loaded: whose check is wanted, or due by itself, and whose repair was read. */
export const dueCheck = async (db: Database, everyMs: number): Promise<SyncObject | null> => {
  const [row] = await db.query<{ object: SyncObject }>(
    `select l.object
       from sync.load l
       left join sync.sameness s on s.object = l.object
      where l.phase = 'done' and l.total_rows is not null
        and (s.wanted_at is not null or coalesce(s.checked_at, l.ended_at) < clock_timestamp() - $1::float8 * interval '1 ms')
        and not exists (select from sync.reread r where r.object = l.object and r.reason = 'difference')
      order by s.wanted_at nulls last, coalesce(s.checked_at, l.ended_at)
      limit 1`,
    [everyMs],
  );
  return row?.object ?? null;
};
