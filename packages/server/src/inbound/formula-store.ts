/** Table `sync.formula_sweep`. */
import type { Connection, Database } from '../db/db.ts';
import type { SyncObject } from '../mapping/mapping.ts';

/** Of the objects that are loaded and have formulas: the one that was swept longest ago, if that is long enough. */
export const dueSweep = async (db: Database, everyMs: number): Promise<SyncObject | null> => {
  const [row] = await db.query<{ object: SyncObject }>(
    `select l.object
       from sync.load l
       left join sync.formula_sweep s on s.object = l.object
      where l.phase = 'done' and l.total_rows is not null
        and coalesce(s.swept_at, l.ended_at) < clock_timestamp() - $1::float8 * interval '1 ms'
        and (s.retry_at is null or s.retry_at < clock_timestamp())
        and exists (select from sync.field f where f.object = l.object and f.is_calculated and f.column_name is not null)
        and not exists (select from sync.brake b where b.object = l.object and b.direction = 'in' and b.answer is null)
      order by coalesce(s.swept_at, l.ended_at)
      limit 1`,
    [everyMs],
  );
  return row?.object ?? null;
};

export const endSweep = async (db: Pick<Connection, 'run'>, object: SyncObject, beganAt: string): Promise<void> => {
  await db.run(
    `insert into sync.formula_sweep (object, swept_at) values ($1, $2)
         on conflict (object) do update set swept_at = excluded.swept_at, retry_at = null`,
    [object, beganAt],
  );
};

/** A sweep that did not end is begun anew after a small part of the time between two. */
export const retrySweep = async (db: Database, object: SyncObject, everyMs: number): Promise<void> => {
  await db.run(
    `insert into sync.formula_sweep (object, retry_at) values ($1, clock_timestamp() + $2::float8 / 24 * interval '1 ms')
         on conflict (object) do update set retry_at = excluded.retry_at`,
    [object, everyMs],
  );
};
