/**
 * The door of everything that runs for long: reading, sending, and being known as alive.
 *
 * Promises: one instance of this program is the same as another, and any may die at any moment; a loop takes a bounded batch,
 * handles it and takes another; a failure of Salesforce is written down and tried again later, never sooner than
 * `retryFromMs`, never later than `retryToMs`; nothing is read or sent before Start Sync (SET7), while the sync is disabled only
 * what an action asked for is sent (N17), and while the connection is paused nothing at all.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { traceOf } from '../errors/trace.ts';
import type { Bounds } from '../lib/bounds.ts';
import { noteJobError } from './job-errors.ts';

/** What the loops must know before each step; asked of the database each time, never remembered. */
export interface Permission {
  /** Start Sync was pressed and the connection waits for nobody. */
  readonly mayRun: boolean;
  readonly isEnabled: boolean;
  readonly isLoaded: boolean;
  /** SAFE12: the database was restored, and what changed since is not read yet: nothing is sent. */
  readonly isRecovering: boolean;
  /** IN13: people were not read for longer than the recycle bin keeps, and who went meanwhile is not known yet: nothing is sent. */
  readonly isAway: boolean;
}

/**
 * Where a brake waits for somebody it is not for want of reading; and opt-outs go on behind it. While the sync is disabled nobody reads, and what is sent
 * was asked for, and read by id before.
 */
const AWAY = `enabled and exists (
              select from sync.cursor c
               where c.object in ('Lead', 'Contact')
                 and (c.last_began_at < clock_timestamp() - $1::float8 * interval '1 ms'
                   or exists (select from sync.reread r where r.object = c.object and r.reason = 'away'))
                 and not exists (select from sync.brake b where b.object = c.object and b.direction = 'in' and b.answer is null))`;

export const askPermission = async (db: Database, { binMs }: Pick<Bounds, 'binMs'>): Promise<Permission> => {
  const [row] = await db.query<{
    started: boolean;
    enabled: boolean;
    paused: boolean;
    loaded: boolean;
    recovering: boolean;
    away: boolean;
  }>(
    `select started_at is not null as started, enabled, paused is not null as paused,
            exists (select from sync.load) and not exists (select from sync.load where phase <> 'done') as loaded,
            exists (select from sync.recovery where caught_up_at is null) as recovering, ${AWAY} as away
       from sync.connection`,
    [binMs],
  );
  return {
    mayRun: row !== undefined && row.started && !row.paused,
    isEnabled: row?.enabled ?? false,
    isLoaded: row?.loaded ?? false,
    isRecovering: row?.recovering ?? false,
    isAway: row?.away ?? false,
  };
};

/** Files a failure where the admin sees it and lets the connection decide whether to wait for a person. Its own failure is only logged. */
export const writeDown = async (
  parts: { readonly db: Database; readonly log: Logger; readonly noteFailure: (error: unknown) => Promise<void> },
  job: string,
  error: unknown,
): Promise<void> => {
  try {
    await noteJobError(parts.db, job, error);
    await parts.noteFailure(error);
  } catch (inner) {
    parts.log.error({ cause: traceOf(inner) }, 'a failure could not be written down');
  }
};
