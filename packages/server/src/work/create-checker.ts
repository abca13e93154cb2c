import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { type Inbound, ReadingPassedOn } from '../inbound/inbound.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { askPermission } from './work.ts';

export interface CheckerParts {
  readonly db: Database;
  readonly inbound: Pick<Inbound, 'checkSameness' | 'dueCheck'>;
  /** Whether this process is the one that reads (IN26): of several one compares. */
  readonly takeReading: () => Promise<boolean>;
  readonly bounds: Bounds;
  readonly log: Logger;
  readonly onChanged: () => void;
}

/** Told when somebody asks for a check. */
const SAMENESS_CHANNEL = 'syncline_sameness';
/** A repair is read by the reader, which tells nobody. */
const ASK_MS = 5_000;

/** Compares an object with Salesforce when somebody asks for it, and each by itself once in a while (SAFE3). Nothing waits for it. */
export const createChecker = ({ db, inbound, takeReading, bounds, log, onChanged }: CheckerParts): Service => {
  let unlisten: (() => Promise<void>) | null = null;

  /** One comparison, if one is due. A failure is shown beside the object, and the check begun anew later. */
  const step = async (signal: AbortSignal): Promise<number> => {
    const { mayRun, isEnabled, isLoaded } = await askPermission(db, bounds);
    if (!mayRun || !isEnabled || !isLoaded || !(await takeReading())) return ASK_MS;
    const object = await inbound.dueCheck();
    if (object === null) return ASK_MS;
    onChanged();
    try {
      const found = await inbound.checkSameness(object, signal);
      log.info({ object, ...found }, 'an object was compared with Salesforce');
    } finally {
      onChanged();
    }
    return 0;
  };

  const loop = createLoop({
    step,
    pauseMs: retryPause(bounds),
    isEnd: (error) => error instanceof ReadingPassedOn,
    onFailure: (error, pauseMs) =>
      log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'a comparison did not end'),
  });

  return {
    name: 'checker',
    start: async () => {
      unlisten ??= await db.listen(SAMENESS_CHANNEL, () => loop.ring());
      loop.start();
    },
    stop: async () => {
      await unlisten?.();
      await loop.stop();
    },
  };
};
