import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { type Inbound, ReadingPassedOn } from '../inbound/inbound.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { resolveJobErrors } from './job-errors.ts';
import { askPermission, writeDown } from './work.ts';

export interface SweeperParts {
  readonly db: Database;
  readonly inbound: Pick<Inbound, 'dueSweep' | 'sweepFormulas'>;
  /** Whether this process is the one that reads (IN26): of several one sweeps. */
  readonly takeReading: () => Promise<boolean>;
  readonly bounds: Bounds;
  readonly log: Logger;
  /** Told what failed; pauses the connection where only a person can mend it. */
  readonly noteFailure: (error: unknown) => Promise<void>;
  readonly onChanged: () => void;
}

/** What a failure to sweep is filed under. */
const JOB = 'Formulas';
/** How often our database alone is asked whether a sweep is due. */
const ASK_MS = 30_000;

/** Reads the formula fields of records that did not change, an object at a time, once in a while (IN24). Nothing waits for it. */
export const createSweeper = (parts: SweeperParts): Service => {
  const { db, inbound, bounds, log } = parts;
  const step = async (signal: AbortSignal): Promise<number> => {
    const { mayRun, isEnabled, isLoaded } = await askPermission(db, bounds);
    if (!mayRun || !isEnabled || !isLoaded || !(await parts.takeReading())) return ASK_MS;
    const object = await inbound.dueSweep();
    if (object === null) return ASK_MS;
    const changed = await inbound.sweepFormulas(object, signal);
    log.info({ object, changed }, 'the formulas of an object were read');
    await resolveJobErrors(db, JOB);
    if (changed > 0) parts.onChanged();
    return 0;
  };

  const loop = createLoop({
    step,
    pauseMs: retryPause(bounds),
    isEnd: (error) => error instanceof ReadingPassedOn,
    onFailure: async (error, pauseMs) => {
      log.warn(
        { code: asProblem(error).code, cause: traceOf(error), pauseMs },
        'a sweep of formulas did not end and will be tried again',
      );
      await writeDown(parts, JOB, error);
      parts.onChanged();
    },
  });
  return { name: 'sweeper', start: async () => loop.start(), stop: () => loop.stop() };
};
