import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { Alarm, backoffMs } from '../lib/alarm.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { Service } from '../lib/service.ts';
import { LANE, type Lane, type Outbound } from '../outbound/outbound.ts';
import { resolveJobErrors } from './job-errors.ts';
import { askPermission, writeDown } from './work.ts';

export interface SenderParts {
  readonly db: Database;
  readonly outbound: Outbound;
  readonly bounds: Bounds;
  readonly log: Logger;
  /** Told what failed; pauses the connection where only a person can mend it. */
  readonly noteFailure: (error: unknown) => Promise<void>;
  readonly onChanged: () => void;
}

/** What a failure of the sender is filed under. */
const JOB = 'Sending';

/** The longest sleep of a sender that nobody wakes: a notification may have been missed, and leases run out silently. */
const IDLE_MS = 5_000;

/**
 * Sends what is due, urgent first. It wakes by notification and by the clock; it never starts a batch of a lower lane while an
 * urgent entry waits.
 */
export const createSender = (parts: SenderParts): Service => {
  const { db, bounds, log, outbound } = parts;
  const alarm = new Alarm();
  let running: Promise<void> | null = null;
  let unlisten: (() => Promise<void>) | null = null;
  let isStopping = false;
  let failures = 0;

  /** One batch of the highest lane that has anything due; false: nothing was due. */
  const sendHighest = async (includeUpdates: boolean): Promise<boolean> => {
    for (const lane of Object.values(LANE) satisfies Lane[]) {
      if (isStopping) return false;
      const outcome = await outbound.sendOnce(lane, { includeUpdates });
      if (outcome.claimed > 0) {
        parts.onChanged();
        return true;
      }
    }
    return false;
  };

  const step = async (): Promise<number> => {
    const permission = await askPermission(db);
    if (!permission.mayRun || !permission.isLoaded) return IDLE_MS;
    if ((await outbound.takeOver()) > 0) return 0;
    if (await sendHighest(permission.isEnabled)) return 0;
    return nextDueMs(db);
  };

  const run = async (): Promise<void> => {
    while (!isStopping) {
      let pauseMs: number;
      try {
        pauseMs = await step();
        if (failures > 0) await resolveJobErrors(db, JOB);
        failures = 0;
      } catch (error) {
        failures += 1;
        pauseMs = backoffMs(failures, bounds.retryFromMs, bounds.retryToMs);
        log.warn(
          { code: asProblem(error).code, cause: traceOf(error), pauseMs },
          'a send failed and will be tried again',
        );
        await writeDown(parts, JOB, error);
      }
      if (!isStopping && pauseMs > 0) await alarm.wait(pauseMs);
    }
    await outbound.releaseUnsent();
  };

  return {
    name: 'sender',
    start: async () => {
      unlisten ??= await db.listen('syncline_outbox', () => alarm.ring());
      running ??= run();
    },
    stop: async () => {
      isStopping = true;
      alarm.ring();
      await unlisten?.();
      await running;
    },
  };
};

/** How long until something waiting is due, by the database's clock; at most `IDLE_MS`. */
const nextDueMs = async (db: Database): Promise<number> => {
  const [row] = await db.query<{ wait_ms: number | null }>(
    `select min(extract(epoch from due_at - clock_timestamp()) * 1000) as wait_ms
       from (select (select min(due_at) from sync.outbox where claim_id is null and lane = l.lane and due_at < 'infinity') as due_at
               from (values (0), (1), (2)) l (lane)) next`,
  );
  const waitMs = row?.wait_ms ?? IDLE_MS;
  // What is due and was not claimed waits for something other than time: a read (OUT20), an enabled sync. It is asked again soon.
  return waitMs <= 0 ? BLOCKED_MS : Math.min(waitMs, IDLE_MS);
};
const BLOCKED_MS = 500;
