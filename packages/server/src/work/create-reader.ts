import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { type Inbound, ReadingPassedOn } from '../inbound/inbound.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { finishRecovery } from '../recovery/recovery.ts';
import { SCHEMA_CHANNEL } from '../setup/create-mappings.ts';
import { type Cursor, chooseDue, type Due, restAfter } from './due.ts';
import { resolveJobErrors } from './job-errors.ts';
import { askPermission, writeDown } from './work.ts';

/** Notified when somebody wants a read now: Sync now, a sender that needs a fresh read (OUT20), an ask in `sync.reread`. */
export const WAKE_CHANNEL = 'syncline_wake';

export interface ReaderParts {
  readonly db: Database;
  readonly inbound: Pick<Inbound, 'load' | 'poll' | 'reread'>;
  /** Whether this process is the one that reads (IN26); one that follows asks again soon. */
  readonly takeReading: () => Promise<boolean>;
  readonly bounds: Bounds;
  readonly log: Logger;
  /** Told what failed; pauses the connection where only a person can mend it. */
  readonly noteFailure: (error: unknown) => Promise<void>;
  readonly onChanged: () => void;
}

/** What a failure of the reader is filed under. */
const JOB = 'Reading';
/** A process that follows asks this often whether the one that reads has died. */
const FOLLOW_MS = 1_000;

/** Loads once, then polls for ever. Of several processes one reads, and the others wait for its place (IN26). */
export const createReader = (parts: ReaderParts): Service => {
  const { db, bounds, log } = parts;
  /** At first too: what a process before this one failed at may be open still. */
  let mayHaveFailed = true;
  let wantsPoll = false;
  /** The schema changed: a deep pass asks for every field again (MAP4). */
  let wantsDeep = false;
  const unlistens: (() => Promise<void>)[] = [];

  const noteSuccess = async (): Promise<void> => {
    if (mayHaveFailed) await resolveJobErrors(db, JOB);
    mayHaveFailed = false;
  };

  const step = async (signal: AbortSignal): Promise<number> => {
    const permission = await askPermission(db, bounds);
    if (!permission.mayRun) return bounds.pollEveryMs;
    if (!(await parts.takeReading())) return Math.min(FOLLOW_MS, bounds.pollEveryMs);
    if (!permission.isEnabled) {
      if (permission.isLoaded && (await parts.inbound.reread({ isAskedOnly: true })) > 0) parts.onChanged();
      return bounds.pollEveryMs;
    }
    if (!permission.isLoaded) {
      await parts.inbound.load(signal);
      await noteSuccess();
      parts.onChanged();
      return 0;
    }
    const reread = await parts.inbound.reread();
    const due = await dueObjects(db, bounds, wantsPoll);
    const begunMs = performance.now();
    wantsPoll = false;
    if (due.objects.length > 0) {
      const deep = due.isDeep || wantsDeep;
      wantsDeep = false;
      await parts.inbound.poll(due.objects, { deep });
      await noteSuccess();
      const held = await finishRecovery(db);
      if (held !== null) log.warn({ held }, 'what changed since the recovery is read, and sends go on');
    }
    if (due.objects.length > 0 || reread > 0) parts.onChanged();
    const restMs = restAfter(due.nextMs, performance.now() - begunMs, bounds.pollEveryMs);
    return Math.min(restMs, await nextRereadMs(db, bounds.pollEveryMs));
  };

  const loop = createLoop({
    step,
    pauseMs: retryPause(bounds),
    // Whose place passed on has lost the session that says it is alive, and this process ends.
    isEnd: (error) => error instanceof ReadingPassedOn,
    onFailure: async (error, pauseMs) => {
      mayHaveFailed = true;
      log.warn(
        { code: asProblem(error).code, cause: traceOf(error), pauseMs },
        'a read failed and will be tried again',
      );
      await writeDown(parts, JOB, error);
      parts.onChanged();
    },
  });

  return {
    name: 'reader',
    start: async () => {
      if (unlistens.length > 0) return;
      unlistens.push(
        await db.listen(WAKE_CHANNEL, () => {
          wantsPoll = true;
          loop.ring();
        }),
        await db.listen(SCHEMA_CHANNEL, () => {
          wantsPoll = true;
          wantsDeep = true;
          loop.ring();
        }),
      );
      loop.start();
    },
    stop: async () => {
      for (const unlisten of unlistens) await unlisten();
      await loop.stop();
    },
  };
};

/** Which objects are due by the database's clock; one whose filter changed is so at once. */
const dueObjects = async (db: Database, bounds: Bounds, now: boolean): Promise<Due> => {
  const rows = await db.query<Cursor>(
    `select object,
            case when rescan_version is not null and b.brake_id is null then 0 else
              greatest(0, extract(epoch from coalesce(b.looked_at, last_began_at, '-infinity') - clock_timestamp()) * 1000
                + case object when 'User' then $1::float8 else $2::float8 end) end as wait_ms,
            b.brake_id is null and (last_deep_at is null or last_deep_at < clock_timestamp() - $3::float8 * interval '1 ms') as deep
       from sync.cursor
       left join (select * from sync.brake where direction = 'in' and answer is null) b using (object)`,
    [bounds.userPollEveryMs, bounds.pollEveryMs, bounds.deepEveryMs],
  );
  return chooseDue(rows, bounds.pollEveryMs, now);
};

const nextRereadMs = async (db: Database, mostMs: number): Promise<number> => {
  const [row] = await db.query<{ wait_ms: number | null }>(
    `select extract(epoch from min(due_at) - clock_timestamp()) * 1000 as wait_ms from sync.reread`,
  );
  return Math.min(mostMs, Math.max(0, row?.wait_ms ?? mostMs));
};
