/** Builds the undos. */
import type { UndoLook, UndoTarget } from '@syncline/contract/undo';
import { UNDO_COUNTED_FROM } from '@syncline/contract/undo';
import type { BrakeBounds } from '../brake/brake.ts';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { presentPersonId } from '../people/people.ts';
import { findPlan } from './find-plan.ts';
import { lookAt } from './look.ts';
import { putBackSet } from './put-back.ts';
import type { Undos } from './undo.ts';
import { endUndo, findUndo, insertUndo, readUndo, takeTurn } from './undo-store.ts';

export interface UndosParts {
  readonly db: Database;
  readonly loadMap: () => Promise<FieldMap>;
  /** Read each time; settings change them in place. */
  readonly bounds: BrakeBounds;
  /** People of one transaction. */
  readonly peopleMax?: number;
}

const PEOPLE_MAX = 1_000;

export const createUndos = ({ db, loadMap, bounds, peopleMax = PEOPLE_MAX }: UndosParts): Undos => {
  const look = async (tx: Transaction, target: UndoTarget): Promise<UndoLook> =>
    lookAt(tx, await findPlan(tx, target), await loadMap(), bounds);

  /** Whose line it is now, should the person have been folded since the page was shown (ID23). */
  const presentTarget = async (target: UndoTarget): Promise<UndoTarget> =>
    target.personId === undefined ? target : { ...target, personId: await presentPersonId(db, target.personId) };

  return {
    look: async (target) => {
      const present = await presentTarget(target);
      return db.transaction((tx) => look(tx, present));
    },
    begin: async (target, asked) => {
      const known = await findUndo(db, target, asked);
      if (known !== null) return known;
      const present = await presentTarget(target);
      const made = await db.transaction(async (tx) => {
        const { people } = await look(tx, present);
        if (people >= UNDO_COUNTED_FROM && asked.people !== people)
          throw new Problem('undo-count-wrong', { n: people });
        return insertUndo(tx, target, asked);
      });
      const undoId = made ?? (await findUndo(db, target, asked));
      if (undoId === null) throw new Problem('undo-too-soon');
      return undoId;
    },
    undo: (undoId) => readUndo(db, undoId),
    workOnce: async () => {
      const undo = await takeTurn(db);
      if (undo === null) return false;
      if (!(await putBackSet(db, undo, { map: await loadMap(), peopleMax }))) await endUndo(db, undo.undoId);
      return true;
    },
  };
};
