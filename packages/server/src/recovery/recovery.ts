/**
 * The door of coming back (SAFE12): whether the database is the one that the last process left, and what waits if it is not.
 *
 * Promises: a database that was restored, or failed over with loss, is noticed when a process starts, by any of three signs: its cluster or
 * the timeline of its log is another one; the folder of the key remembers a later beat than the database; or another line of its history.
 * From then on nothing is sent until a read of leads and contacts that began after it is complete. Edits from before whose record
 * changed in Salesforce after them are held, each with both values; the others go on. Nothing is deleted, and nobody has to press anything.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, Database, Transaction } from '../db/db.ts';
import { mirrorTable } from '../mapping/shape.ts';

/** What the folder of a process remembers of the database. */
interface Seen {
  readonly lifeId: string;
  readonly beat: number;
}

interface Life {
  readonly life_id: string;
  readonly system_id: string;
  readonly timeline: string;
  readonly beat: number;
  readonly system_now: string;
  readonly timeline_now: string;
  /** Lives that ended with a recovery that was noticed. */
  readonly ended: readonly string[];
}

export type Sign = 'system' | 'timeline' | 'beat' | 'life';

/** Pure: why the database is not the one that was left; null: it is. A folder that remembers nothing says nothing. */
export const decideSign = (life: Life, seen: Seen | null): Sign | null => {
  if (life.system_id !== life.system_now) return 'system';
  if (life.timeline !== life.timeline_now) return 'timeline';
  if (seen === null || life.ended.includes(seen.lifeId)) return null;
  if (seen.lifeId !== life.life_id) return 'life';
  return seen.beat > life.beat ? 'beat' : null;
};

const fileIn = (home: string): string => join(home, 'last-seen');

const readSeen = (home: string): Seen | null => {
  try {
    const { lifeId, beat } = JSON.parse(readFileSync(fileIn(home), 'utf8')) as Partial<Seen>;
    return typeof lifeId === 'string' && typeof beat === 'number' ? { lifeId, beat } : null;
  } catch {
    return null; // Not there, or cut off while it was written: it says nothing, and the other signs count.
  }
};

const writeSeen = (home: string, seen: Seen): void => {
  writeFileSync(`${fileIn(home)}.new`, JSON.stringify(seen), { mode: 0o600 });
  renameSync(`${fileIn(home)}.new`, fileIn(home));
};

/** The timeline is in the name of the log's file; every role may ask for both. */
const NOW = `(select system_identifier::text from pg_control_system()) as system_now, left(pg_walfile_name(pg_current_wal_lsn()), 8) as timeline_now`;

/**
 * At the start of a process, before anything is sent. A database that nobody has run against yet begins its first life. Returns the sign of a
 * recovery that nobody had noticed, or null.
 */
export const noticeRecovery = async (db: Database, home: string): Promise<Sign | null> => {
  const [sign, seen] = await db.transaction(async (tx) => {
    await tx.run(`select pg_advisory_xact_lock(hashtext('syncline life'))`);
    await tx.run(
      `insert into sync.life (system_id, timeline) select system_now, timeline_now from (select ${NOW}) now on conflict do nothing`,
    );
    const life = await readLife(tx);
    const found = decideSign(life, readSeen(home));
    if (found === null) return [null, { lifeId: life.life_id, beat: life.beat }] as const;
    await tx.run(
      `insert into sync.recovery (ended_life, why) values ($1, $2)
           on conflict ((true)) where caught_up_at is null
           do update set recovered_at = clock_timestamp(), ended_life = excluded.ended_life, why = excluded.why`,
      [life.life_id, found],
    );
    await tx.run(
      `update sync.life set life_id = gen_random_uuid(), system_id = $1, timeline = $2, beat = $3, beat_at = clock_timestamp()`,
      [life.system_now, life.timeline_now, life.beat],
    );
    const { life_id, beat } = await readLife(tx);
    return [found, { lifeId: life_id, beat }] as const;
  });
  writeSeen(home, seen);
  return sign;
};

const readLife = async (tx: Pick<Connection, 'query'>): Promise<Life> => {
  const [life] = await tx.query<Life>(
    `select life_id::text as life_id, system_id, timeline, beat::float8 as beat, ${NOW},
            array(select ended_life::text from sync.recovery) as ended
       from sync.life`,
  );
  if (!life) throw new Error('the database has no life');
  return life;
};

/** One beat for all processes, and each remembers it where its key is. `everyMs`: no sooner than that after the last. */
export const beatOnce = async (db: Database, home: string, everyMs: number): Promise<void> => {
  await db.run(
    `update sync.life set beat = beat + 1, beat_at = clock_timestamp() where beat_at < clock_timestamp() - $1::float8 * interval '1 ms'`,
    [everyMs],
  );
  const [life] = await db.query<{ life_id: string; beat: number }>(
    'select life_id::text as life_id, beat::float8 as beat from sync.life',
  );
  if (life) writeSeen(home, { lifeId: life.life_id, beat: life.beat });
};

/**
 * Asked after each pass; one look where nothing was recovered. Once leads and contacts were read from after the recovery, what may overwrite
 * something newer is held, and sends go on. Returns how many fields are held; null: nothing was to be done, or not yet.
 */
export const finishRecovery = async (db: Database): Promise<number | null> => {
  const [open] = await db.query<{ recovery_id: number }>(CAUGHT_UP);
  if (!open) return null;
  return db.ownTransaction(async (tx) => {
    const [recovery] = await tx.query<{ recovered_at: string }>(
      'select recovered_at::text as recovered_at from sync.recovery where recovery_id = $1 and caught_up_at is null for update',
      [open.recovery_id],
    );
    if (!recovery) return null;
    let held = 0;
    for (const object of ['Lead', 'Contact'] as const) held += await holdOlder(tx, object, recovery.recovered_at);
    await tx.run('update sync.recovery set caught_up_at = clock_timestamp(), held = $2 where recovery_id = $1', [
      open.recovery_id,
      held,
    ]);
    await tx.run(`select pg_notify('syncline_outbox', '')`);
    return held;
  });
};

const CAUGHT_UP = `
select r.recovery_id from sync.recovery r
 where r.caught_up_at is null
   and not exists (select from sync.cursor c where c.object in ('Lead', 'Contact') and coalesce(c.last_began_at, '-infinity') <= r.recovered_at)`;

/** The mirror's stamp says when the record changed; an edit from before the backup that was sent since agrees with what is there, and is no question. */
const holdOlder = (tx: Transaction, object: 'Lead' | 'Contact', recoveredAt: string): Promise<number> =>
  tx.run(
    `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner, ours_at, theirs_at)
     select $1, o.person_id, p.salesforce_id, e.key, null, v.theirs, v.ours, 'restored', null, (o.edited_at ->> e.key)::timestamptz, m."SystemModstamp"
       from sync.outbox o
       join marketing.person p on p.id = o.person_id and p.salesforce_type = $1
       join ${mirrorTable(object)} m on m."Id" = p.salesforce_id
      cross join lateral jsonb_object_keys(o.edits) e (key)
       join sync.field f on f.object = $1 and f.column_name = e.key
      cross join lateral (select coalesce(to_jsonb(m) -> f.name, to_jsonb(m) -> '_more' -> f.name, 'null') as theirs,
                                 coalesce(to_jsonb(p) -> e.key, to_jsonb(p) -> 'more' -> e.key, 'null') as ours) v
      where (o.edited_at ->> e.key)::timestamptz < $2::timestamptz and m."SystemModstamp" > (o.edited_at ->> e.key)::timestamptz
        and sync.plain(v.theirs #>> '{}') is distinct from sync.plain(v.ours #>> '{}')
        and not (f.is_opt_out and v.ours = 'true')
      order by o.person_id, e.key
         on conflict (person_id, field) where winner is null do nothing`,
    [object, recoveredAt],
  );
