/** The state, top right, in exactly three messages (UI, "Rules for all"). Pure. */
import type { SyncState } from '@syncline/contract/status';
import type { StoredProblem } from '../errors/errors.ts';
import type { SyncObject } from '../mapping/mapping.ts';

/** A pass, a send or a load that failed as a whole and has not succeeded since. Parked records raise the Errors count instead. */
export interface Failure {
  readonly object: SyncObject | null;
  readonly at: Date;
  readonly problem: StoredProblem;
}

export interface StateFacts {
  readonly paused: StoredProblem | null;
  readonly failure: Failure | null;
  /** When the oldest run began that has moved rows or lasted two seconds. */
  readonly runningSince: Date | null;
}

export interface StateAnswer {
  readonly syncState: SyncState;
  readonly startedAt: Date | null;
  readonly failedAt: string | null;
  readonly problem: StoredProblem | null;
  readonly failedObject: SyncObject | null;
}

/** A paused connection outweighs everything; a failure outweighs what still runs beside it. */
export const decideState = ({ paused, failure, runningSince }: StateFacts): StateAnswer => {
  const none = { startedAt: null, failedAt: null, problem: null, failedObject: null };
  if (paused) return { ...none, syncState: 'failed', problem: paused, failedAt: paused.at ?? null };
  if (failure) {
    return {
      ...none,
      syncState: 'failed',
      problem: failure.problem,
      failedAt: failure.at.toISOString(),
      failedObject: failure.object,
    };
  }
  if (runningSince) return { ...none, syncState: 'in_progress', startedAt: runningSince };
  return { ...none, syncState: 'last_sync' };
};
