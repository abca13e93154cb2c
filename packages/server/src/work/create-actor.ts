import type { Logger } from 'pino';
import { ACTION_CHANNEL, type Actions } from '../actions/actions.ts';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { Alarm, backoffMs } from '../lib/alarm.ts';
import type { Bounds } from '../lib/bounds.ts';
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
  const alarm = new Alarm();
  let unlisten: (() => Promise<void>) | null = null;
  let running: Promise<void> | null = null;
  let isStopping = false;
  let failures = 0;

  const step = async (): Promise<number> => {
    const permission = await askPermission(db);
    if (!permission.mayRun || !permission.isLoaded) return IDLE_MS;
    if (!(await actions.workOnce())) return Math.min(IDLE_MS, Math.max(0, (await actions.nextDueMs()) ?? IDLE_MS));
    // What was done there comes home by a read.
    await db.query('select pg_notify($1, $2)', [WAKE_CHANNEL, '']);
    parts.onChanged();
    return 0;
  };

  const run = async (): Promise<void> => {
    while (!isStopping) {
      let pauseMs: number;
      try {
        pauseMs = await step();
        if (failures > 0) await resolveJobErrors(db, JOB);
        failures = 0;
      } catch (error) {
        if (isStopping) return;
        failures += 1;
        pauseMs = backoffMs(failures, bounds.retryFromMs, bounds.retryToMs);
        log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'an action failed and goes on later');
        await writeDown(parts, JOB, error);
        parts.onChanged();
      }
      if (!isStopping && pauseMs > 0) await alarm.wait(pauseMs);
    }
  };

  return {
    name: 'actor',
    start: async () => {
      unlisten ??= await db.listen(ACTION_CHANNEL, () => alarm.ring());
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
