import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { backoffMs } from '../lib/alarm.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, type Loop } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { LANE, type Lane, type Outbound } from '../outbound/outbound.ts';
import { SCHEMA_CHANNEL } from '../setup/create-mappings.ts';
import { DailyLimit } from './daily-limit.ts';
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
  /** SAFE9: how the share of API calls stands. Slowed, backfill rests and normal goes slowly; paused, both rest. Urgent always goes. */
  readonly budget: () => Promise<'calm' | 'slowed' | 'paused'>;
  /** Any small question to the org; fails with `limit-reached` while its calls of the day are used (OUT33). */
  readonly askOrg: () => Promise<unknown>;
}

/** What a failure of the sender is filed under. */
const JOB = 'Sending';

/** The longest sleep of a sender that nobody wakes: a notification may have been missed, and leases run out silently. */
const IDLE_MS = 5_000;

/** How long a stop waits for what is under way. A bulk job that takes longer is left to run: its heir follows it (OUT13). */
const STOP_MS = 5_000;
/** Between two batches of the normal lane while the share of API calls is nearly used: edits gather, and one call carries more of them. */
const SLOWED_MS = 15_000;
/** The longest wait after a refusal for too many requests at once (OUT33). */
const CROWDED_MS = 5_000;
/** How often our database is asked whether a cause is due to be tried (OUT34), and while a record is tried. */
const HEAL_MS = 30_000;
const HEALING_MS = 5_000;
/** How often the org's schema is asked what it shows of causes, while any of them lies in it. */
const LOOK_MS = 600_000;
/** What is due and was not claimed waits for something other than time: a read (OUT20), an enabled sync. It is asked again soon. */
const BLOCKED_MS = 500;

/**
 * Sends what is due: a loop for each lane, so that a bulk job of minutes delays no urgent entry, and one that takes over what dead
 * processes left. They wake by notification and by the clock.
 */
export const createSender = (parts: SenderParts): Service => {
  const { db, outbound } = parts;
  const limit = new DailyLimit(parts.askOrg, parts.bounds.retryToMs);
  const unlistens: (() => Promise<void>)[] = [];

  const mayRun = async (): Promise<{ readonly isEnabled: boolean } | null> => {
    const permission = await askPermission(db, parts.bounds);
    return permission.mayRun && permission.isLoaded && !permission.isRecovering && !permission.isAway
      ? permission
      : null;
  };

  /** The monotonic time before which the normal lane rests. */
  let restsUntil = 0;

  /** How long a lane rests for the sake of the API calls; 0: it may go. */
  const restMs = async (lane: Lane): Promise<number> => {
    const state = lane === LANE.urgent ? 'calm' : await parts.budget();
    if (state === 'calm') return 0;
    if (state === 'paused' || lane === LANE.backfill) return IDLE_MS;
    const leftMs = restsUntil - performance.now();
    if (leftMs <= 0) restsUntil = performance.now() + SLOWED_MS;
    return Math.max(0, leftMs);
  };

  /** One batch of a lane; how long to sleep after it. */
  const sendStep = async (lane: Lane): Promise<number> => {
    const permission = await mayRun();
    if (!permission) return IDLE_MS;
    const rest = await restMs(lane);
    if (rest > 0) return rest;
    const outcome = await outbound.sendOnce(lane, { includeUpdates: permission.isEnabled });
    if (outcome.claimed === 0) return nextDueMs(db, lane);
    parts.onChanged();
    return 0;
  };

  const takeOverStep = async (): Promise<number> => ((await mayRun()) && (await outbound.takeOver()) > 0 ? 0 : IDLE_MS);

  /** How often the schema moved, and for how many of these moves causes were tried. */
  let moves = 0;
  let movesTried = 0;
  let looksAt = 0;
  const healStep = async (): Promise<number> => {
    if ((await mayRun())?.isEnabled !== true || (await parts.budget()) !== 'calm') return HEAL_MS;
    const look = performance.now() >= looksAt;
    const moved = moves;
    const { freed, trying } = await outbound.heal({ look, atOnce: moved > movesTried });
    if (look || moved > movesTried) looksAt = performance.now() + LOOK_MS;
    movesTried = moved;
    if (freed > 0) parts.onChanged();
    return trying > 0 ? HEALING_MS : HEAL_MS;
  };

  /** Wake when the outbox has something new. */
  const senders = [...Object.values(LANE).map((lane) => () => sendStep(lane)), takeOverStep].map((step) =>
    createSendLoop(parts, step, limit),
  );
  /** Has nothing to do with what is in the outbox. */
  const healer = createSendLoop(parts, healStep, limit);
  const loops = [...senders, healer];

  return {
    name: 'sender',
    start: async () => {
      if (unlistens.length > 0) return;
      unlistens.push(
        await db.listen('syncline_outbox', () => {
          for (const loop of senders) loop.ring();
        }),
        // The schema is another one: causes may have gone away.
        await db.listen(SCHEMA_CHANNEL, () => {
          moves += 1;
          healer.ring();
        }),
      );
      for (const loop of loops) loop.start();
    },
    stop: async () => {
      const stopped = Promise.all(loops.map((loop) => loop.stop()));
      for (const unlisten of unlistens) await unlisten();
      await Promise.race([stopped, sleep(STOP_MS, undefined, { ref: false })]);
      await outbound.releaseUnsent();
    },
  };
};

/** A failure is filed, and tried again after a pause that doubles. Nothing runs while the calls of the day are used. */
const createSendLoop = (
  { db, bounds, log, noteFailure }: SenderParts,
  step: () => Promise<number>,
  limit: DailyLimit,
): Loop => {
  let hasFailed = false;
  return createLoop({
    step: async () => {
      const limitedMs = await limit.restMs();
      if (limitedMs > 0) return limitedMs;
      const restMs = await step();
      if (hasFailed) await resolveJobErrors(db, JOB);
      hasFailed = false;
      return restMs;
    },
    pauseMs: (failures, error) => {
      const isCrowded = asProblem(error).code === 'too-many-at-once';
      return backoffMs(
        failures,
        bounds.retryFromMs,
        isCrowded ? Math.min(CROWDED_MS, bounds.retryToMs) : bounds.retryToMs,
      );
    },
    onFailure: async (error, pauseMs) => {
      hasFailed = true;
      limit.note(error);
      log.warn(
        { code: asProblem(error).code, cause: traceOf(error), pauseMs },
        'a send failed and will be tried again',
      );
      await writeDown({ db, log, noteFailure }, JOB, error);
    },
  });
};

/** How long until something waiting in the lane is due, by the database's clock; at most `IDLE_MS`. */
const nextDueMs = async (db: Database, lane: Lane): Promise<number> => {
  const [row] = await db.query<{ wait_ms: number | null }>(
    `select extract(epoch from min(due_at) - clock_timestamp()) * 1000 as wait_ms
       from sync.outbox where claim_id is null and lane = $1 and due_at < 'infinity'`,
    [lane],
  );
  const waitMs = row?.wait_ms ?? IDLE_MS;
  return waitMs <= 0 ? BLOCKED_MS : Math.min(waitMs, IDLE_MS);
};
