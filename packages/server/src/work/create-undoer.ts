import type { Logger } from 'pino';
import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import type { Bounds } from '../lib/bounds.ts';
import { createLoop, retryPause } from '../lib/loop.ts';
import type { Service } from '../lib/service.ts';
import { UNDO_CHANNEL, type Undos } from '../undo/undo.ts';

interface UndoerParts {
  readonly db: Database;
  readonly undos: Pick<Undos, 'workOnce'>;
  readonly bounds: Bounds;
  readonly log: Logger;
  readonly onChanged: () => void;
}

/** An undo that nobody announced: its process died. */
const IDLE_MS = 30_000;

/** Puts back what was asked, a set of people at a time, whichever process was asked. It asks nothing of Salesforce: what it edits waits for the sender. */
export const createUndoer = ({ db, undos, bounds, log, onChanged }: UndoerParts): Service => {
  let unlisten: (() => Promise<void>) | null = null;

  const loop = createLoop({
    step: async () => {
      if (!(await undos.workOnce())) return IDLE_MS;
      onChanged();
      return 0;
    },
    pauseMs: retryPause(bounds),
    onFailure: (error, pauseMs) =>
      log.warn({ code: asProblem(error).code, cause: traceOf(error), pauseMs }, 'an undo stopped and will go on'),
  });

  return {
    name: 'undoer',
    start: async () => {
      unlisten ??= await db.listen(UNDO_CHANNEL, () => loop.ring());
      loop.start();
    },
    stop: async () => {
      await unlisten?.();
      await loop.stop();
    },
  };
};
