import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { BACKFILL_CHANNEL } from '../setup/create-mappings.ts';
import type { Mappings } from '../setup/setup.ts';

export interface BackfillerParts {
  readonly db: Database;
  readonly mappings: Pick<Mappings, 'backfillOnce'>;
  readonly bounds: Bounds;
  readonly log: Logger;
  readonly onChanged: () => void;
}

/** A backfill that nobody announced: its process died. */
const IDLE_MS = 60_000;

/** Carries backfills on, a batch at a time, whichever process began them. It asks nothing of Salesforce. */
export const createBackfiller = ({ db, mappings, bounds, log, onChanged }: BackfillerParts): Service => {
  let unlisten: (() => Promise<void>) | null = null;

  const loop = createLoop({
    step: async () => {
      if (!(await mappings.backfillOnce())) return IDLE_MS;
      onChanged();
      return 0;
    },
    pauseMs: retryPause(bounds),
    onFailure: (error, pauseMs) =>
      log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'a backfill stopped and will go on'),
  });

  return {
    name: 'backfiller',
    start: async () => {
      unlisten ??= await db.listen(BACKFILL_CHANNEL, () => loop.ring());
      loop.start();
    },
    stop: async () => {
      await unlisten?.();
      await loop.stop();
    },
  };
};
