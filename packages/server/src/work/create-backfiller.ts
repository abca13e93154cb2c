import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { traceOf } from '../errors/trace.ts';
import { Alarm, backoffMs } from '../lib/alarm.ts';
import type { Bounds } from '../lib/bounds.ts';
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
  const alarm = new Alarm();
  let running: Promise<void> | null = null;
  let isStopping = false;
  let failures = 0;
  let unlisten: (() => Promise<void>) | null = null;

  const run = async (): Promise<void> => {
    while (!isStopping) {
      let pauseMs = 0;
      try {
        if (await mappings.backfillOnce()) onChanged();
        else pauseMs = IDLE_MS;
        failures = 0;
      } catch (error) {
        failures += 1;
        pauseMs = backoffMs(failures, bounds.retryFromMs, bounds.retryToMs);
        log.warn({ cause: traceOf(error), pauseMs }, 'a backfill stopped and will go on');
      }
      if (!isStopping && pauseMs > 0) await alarm.wait(pauseMs);
    }
  };

  return {
    name: 'backfiller',
    start: async () => {
      unlisten ??= await db.listen(BACKFILL_CHANNEL, () => alarm.ring());
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
