import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { type Inbound, ReadingPassedOn } from '../inbound/inbound.ts';
import { Alarm, backoffMs } from '../lib/alarm.ts';
import type { Bounds } from '../lib/bounds.ts';
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
  const alarm = new Alarm();
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  let isStopping = false;
  let failures = 0;
  let unlisten: (() => Promise<void>) | null = null;

  /** Whether there was one to do. A failure is shown beside the object, and the check begun anew later. */
  const step = async (): Promise<boolean> => {
    const { mayRun, isEnabled, isLoaded } = await askPermission(db);
    if (!mayRun || !isEnabled || !isLoaded || !(await takeReading())) return false;
    const object = await inbound.dueCheck();
    if (object === null) return false;
    onChanged();
    try {
      const found = await inbound.checkSameness(object, abort.signal);
      log.info({ object, ...found }, 'an object was compared with Salesforce');
    } finally {
      onChanged();
    }
    return true;
  };

  const run = async (): Promise<void> => {
    while (!isStopping) {
      let pauseMs = ASK_MS;
      try {
        if (await step()) pauseMs = 0;
        failures = 0;
      } catch (error) {
        if (isStopping || error instanceof ReadingPassedOn) return;
        failures += 1;
        pauseMs = backoffMs(failures, bounds.retryFromMs, bounds.retryToMs);
        log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'a comparison did not end');
      }
      if (!isStopping && pauseMs > 0) await alarm.wait(pauseMs);
    }
  };

  return {
    name: 'checker',
    start: async () => {
      unlisten ??= await db.listen(SAMENESS_CHANNEL, () => alarm.ring());
      running ??= run();
    },
    stop: async () => {
      isStopping = true;
      abort.abort();
      alarm.ring();
      await unlisten?.();
      await running;
    },
  };
};
