import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
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
  const step = async (): Promise<number> => {
    const { mayRun, isEnabled, isLoaded } = await askPermission(db, bounds);
    if (!mayRun || !isEnabled || !isLoaded || !(await parts.takeReading())) return ASK_MS;
    const hasLooked = await mappings.lookIfDue({ everyMs: bounds.schemaEveryMs, hintedMs: HINTED_MS });
    if (hasLooked) await resolveJobErrors(db, JOB);
    return ASK_MS;
  };

  const loop = createLoop({
    step,
    pauseMs: retryPause(bounds),
    onFailure: (error, pauseMs) => {
      log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'the schema could not be looked at');
      return writeDown(parts, JOB, error);
    },
  });

  return { name: 'schema watch', start: async () => loop.start(), stop: loop.stop };
};
