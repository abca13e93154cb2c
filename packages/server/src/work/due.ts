/** Which objects a cycle reads. Pure. */
import { SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';

/** One row of `sync.cursor`: how long until the object is due, and whether its deep pass is (IN3). */
export interface Cursor {
  readonly object: SyncObject;
  readonly wait_ms: number;
  readonly deep: boolean;
}

export interface Due {
  readonly objects: readonly SyncObject[];
  readonly isDeep: boolean;
  readonly nextMs: number;
}

/**
 * An object that is nearly due goes with those that are: five share one call, and what was once read together stays together. Without
 * that, an object whose first pass began a moment later would cost a call of its own for ever. `now`: somebody asked for a read.
 */
export const chooseDue = (cursors: readonly Cursor[], pollEveryMs: number, now: boolean): Due => {
  const known = SYNC_OBJECTS.flatMap((object) => cursors.filter((cursor) => cursor.object === object));
  const isDue = known.some(({ wait_ms }) => wait_ms <= 0);
  const withinMs = isDue ? pollEveryMs / NEARLY : 0;
  const due = known.filter(({ object, wait_ms }) => wait_ms <= withinMs || (now && object !== 'User'));
  const waits = known.filter((cursor) => !due.includes(cursor)).map(({ wait_ms }) => wait_ms);
  return {
    objects: due.map(({ object }) => object),
    isDeep: due.some(({ deep }) => deep),
    nextMs: Math.min(...waits, pollEveryMs),
  };
};
const NEARLY = 4;

/** A cycle that took its time goes on with what became due meanwhile, after a rest: `restMs` was meant from its beginning on. */
export const restAfter = (restMs: number, tookMs: number, pollEveryMs: number): number =>
  Math.max(Math.min(restMs, pollEveryMs / NEARLY), restMs - tookMs);
