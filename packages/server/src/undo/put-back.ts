/** One set of people of an undo, in one ordinary transaction: what the triggers see is an edit like any other (OUT1). */
import type { Database, Transaction } from '../db/db.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { compileKeepRefused, compileUndoSet } from './compile-undo.ts';
import { placesOf, planUndoFields, type UndoFields } from './plan-fields.ts';
import type { OpenUndo } from './undo-store.ts';

/** Decides the next people of an undo; false: nobody was left. */
export const putBackSet = async (
  db: Database,
  undo: OpenUndo,
  { map, peopleMax }: { readonly map: FieldMap; readonly peopleMax: number },
): Promise<boolean> => {
  const rows = await db.query<{ person_id: number }>(
    `select distinct person_id from sync.undo_person where undo_id = $1 and done_at is null order by person_id limit $2`,
    [undo.undoId, peopleMax],
  );
  const persons = rows.map(({ person_id }) => person_id);
  if (persons.length > 0) await putBack(db, undo, planUndoFields(map), persons);
  return persons.length > 0;
};

/**
 * A constraint or trigger of the database's owner may refuse one value, and with it the set: halves of it are tried, until the person who
 * is refused stands alone and stays.
 */
const putBack = async (db: Database, undo: OpenUndo, fields: UndoFields, persons: readonly number[]): Promise<void> => {
  try {
    await db.transaction((tx) => decide(tx, undo, fields, persons));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (persons.length === 1) {
      await keepRefused(db, undo, fields, persons);
      return;
    }
    const half = Math.ceil(persons.length / 2);
    await putBack(db, undo, fields, persons.slice(0, half));
    await putBack(db, undo, fields, persons.slice(half));
  }
};

/** Persons, entries, then the rows of the undo, in the order of their ids, like everybody else. Whom another process decided meanwhile is left. */
const decide = async (
  tx: Transaction,
  { undoId, lane, askedBy }: OpenUndo,
  fields: UndoFields,
  persons: readonly number[],
): Promise<void> => {
  await tx.run(`select set_config('syncline.lane', $1, true)`, [lane]);
  await tx.run('select from marketing.person where id = any($1) order by id for no key update', [persons]);
  await tx.run('select from sync.outbox where person_id = any($1) order by person_id for update', [persons]);
  const rows = await tx.query<{ undo_person_id: number; columns: readonly string[] }>(
    `select undo_person_id, array(select jsonb_object_keys(wanted)) as columns from sync.undo_person
      where undo_id = $1 and person_id = any($2) and done_at is null order by undo_person_id for update`,
    [undoId, persons],
  );
  if (rows.length === 0) return;
  const columns = [...new Set(rows.flatMap((row) => row.columns))].sort();
  await tx.query(compileUndoSet(placesOf(fields, columns)), [
    JSON.stringify(fields),
    rows.map((row) => row.undo_person_id),
    undoId,
    askedBy,
  ]);
};

/** What would have gone back stays, and the rest has its own reason. */
const keepRefused = async (
  db: Database,
  { undoId }: OpenUndo,
  fields: UndoFields,
  persons: readonly number[],
): Promise<void> => {
  const planned = await db.query<{ field: string }>(
    `select distinct e.key as field from sync.undo_person cross join lateral jsonb_object_keys(wanted) e (key)
      where undo_id = $1 and person_id = any ($2) and done_at is null`,
    [undoId, persons],
  );
  const columns = placesOf(
    fields,
    planned.map(({ field }) => field),
  );
  await db.run(compileKeepRefused(columns), [JSON.stringify(fields), undoId, persons]);
};

/** SQLSTATEs by which a database says that a value may not be: a wrong value, a constraint, a trigger's own word. */
const REFUSING = ['22', '23', 'P0'];
const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  REFUSING.includes(error.code.slice(0, 2));
