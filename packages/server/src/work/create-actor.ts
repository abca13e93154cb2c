import type { Logger } from 'pino';
import { ACTION_CHANNEL, type Actions } from '../actions/actions.ts';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { WAKE_CHANNEL } from './create-reader.ts';
import { resolveJobErrors } from './job-errors.ts';
import { askPermission, writeDown } from './work.ts';

export interface ActorParts {
  readonly db: Database;
  readonly actions: Pick<Actions, 'workOnce' | 'nextDueMs'>;
  readonly bounds: Bounds;
  readonly log: Logger;
  /** Told what failed; pauses the connection where only a person can mend it. */
  readonly noteFailure: (error: unknown) => Promise<void>;
  readonly onChanged: () => void;
}

/** What a failure of an action is filed under. */
const JOB = 'Actions';
/** The longest sleep: a notification may have been missed, and what a dead process held is free then. */
const IDLE_MS = 5_000;

/** Works at actions, a turn after another; disabled or not (ACT1), but not while the connection waits for a person. */
export const createActor = (parts: ActorParts): Service => {
  const { db, actions, bounds, log } = parts;
  let unlisten: (() => Promise<void>) | null = null;
  let hasFailed = true; // A process before this one may have.

  const step = async (): Promise<number> => {
    const permission = await askPermission(db, bounds);
    if (!permission.mayRun || !permission.isLoaded || permission.isRecovering || permission.isAway) return IDLE_MS;
    if (!(await actions.workOnce())) return Math.min(IDLE_MS, Math.max(0, (await actions.nextDueMs()) ?? IDLE_MS));
    // What was done there comes home by a read.
    await db.query('select pg_notify($1, $2)', [WAKE_CHANNEL, '']);
    parts.onChanged();
    return 0;
  };

  const loop = createLoop({
    step: async () => {
      const pauseMs = await step();
      if (hasFailed) await resolveJobErrors(db, JOB);
      hasFailed = false;
      return pauseMs;
    },
    pauseMs: retryPause(bounds),
    onFailure: async (error, pauseMs) => {
      hasFailed = true;
      log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'an action failed and goes on later');
      await writeDown(parts, JOB, error);
      parts.onChanged();
    },
  });

  return {
    name: 'actor',
    start: async () => {
      unlisten ??= await db.listen(ACTION_CHANNEL, () => loop.ring());
      loop.start();
    },
    stop: async () => {
      await unlisten?.();
      await loop.stop();
    },
  };
};
