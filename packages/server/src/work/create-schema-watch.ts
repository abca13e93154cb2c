import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import { Alarm, backoffMs } from '../lib/alarm.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { Service } from '../lib/service.ts';
import type { Mappings } from '../setup/setup.ts';
import { resolveJobErrors } from './job-errors.ts';
import { askPermission, writeDown } from './work.ts';

export interface SchemaWatchParts {
  readonly db: Database;
  readonly mappings: Pick<Mappings, 'lookIfDue'>;
  /** Whether this process is the one that reads (IN26): of several one looks. */
  readonly takeReading: () => Promise<boolean>;
  readonly bounds: Bounds;
  readonly log: Logger;
  /** Told what failed; pauses the connection where only a person can mend it. */
  readonly noteFailure: (error: unknown) => Promise<void>;
}

/** What a failure to look is filed under. */
const JOB = 'Schema';
/** How often it is asked, of our database alone, whether an answer of Salesforce hinted at a change. */
const ASK_MS = 3_000;
/** Answers that go on hinting have the schema looked at no more often than this. */
const HINTED_MS = 15_000;

/** Looks at the schema of the org regularly, and soon after an answer hints at a change (SET6). Nothing of the sync waits for it. */
export const createSchemaWatch = (parts: SchemaWatchParts): Service => {
  const { db, mappings, bounds, log } = parts;
  const alarm = new Alarm();
  let running: Promise<void> | null = null;
  let isStopping = false;
  let failures = 0;

  const step = async (): Promise<void> => {
    const { mayRun, isEnabled, isLoaded } = await askPermission(db);
    if (!mayRun || !isEnabled || !isLoaded || !(await parts.takeReading())) return;
    const hasLooked = await mappings.lookIfDue({ everyMs: bounds.schemaEveryMs, hintedMs: HINTED_MS });
    if (hasLooked) await resolveJobErrors(db, JOB);
  };

  const run = async (): Promise<void> => {
    while (!isStopping) {
      let pauseMs = ASK_MS;
      try {
        await step();
        failures = 0;
      } catch (error) {
        if (isStopping) return;
        failures += 1;
        pauseMs = backoffMs(failures, bounds.retryFromMs, bounds.retryToMs);
        log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'the schema could not be looked at');
        await writeDown(parts, JOB, error);
      }
      if (!isStopping) await alarm.wait(pauseMs);
    }
  };

  return {
    name: 'schema watch',
    start: async () => {
      running ??= run();
    },
    stop: async () => {
      isStopping = true;
      alarm.ring();
      await running;
    },
  };
};
