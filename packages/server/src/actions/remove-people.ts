/** Deletes people here, as anybody may by SQL; with `forgets`, everything that names them goes as well (ID21). */
import type { Transaction } from '../db/db.ts';
import type { Move } from './action-store.ts';
import { refusal } from './kind.ts';

/** Until a create under way has its answer. */
const LOOK_MS = 250;

/** SQLSTATE of a foreign key that forbids a delete. */
const FOREIGN_KEY = '23503';

/**
 * In the transaction that says so. `waitsForCreate`: somebody whose lead is being made is left for the next turn (RACE4). The rows are
 * held first, so that a claim made meanwhile is seen by the statement after it.
 */
export const removePeople = async (
  tx: Transaction,
  ids: readonly number[],
  { waitsForCreate, forgets }: { readonly waitsForCreate: boolean; readonly forgets: boolean },
): Promise<readonly Move[]> => {
  if (ids.length === 0) return [];
  await tx.run('select from marketing.person where id = any($1) order by id for update', [ids]);
  const making = waitsForCreate ? await beingSent(tx, ids, forgets) : new Set<number>();
  const free = ids.filter((id) => !making.has(id));
  const kept = await deleteEach(tx, free);
  if (forgets) await tx.query('select sync.erase_deleted($1)', [free.filter((id) => !kept.has(id))]);
  return ids.map((personId) => {
    if (making.has(personId)) return { personId, step: 'waiting', waitMs: LOOK_MS };
    if (kept.has(personId)) return { personId, step: 'refused', problem: refusal('person-in-use') };
    return { personId, step: 'done' };
  });
};

/** `isAny`: also whoever is being updated, for what a refusal says of them would be written down after they were forgotten. */
const beingSent = async (tx: Transaction, ids: readonly number[], isAny: boolean): Promise<ReadonlySet<number>> => {
  const rows = await tx.query<{ person_id: number }>(
    `select person_id from sync.sent
      where person_id = any($1) and (sf_id is null and (in_flight <> '{}' or unanswered <> '{}') or $2 and in_flight <> '{}')`,
    [ids, isAny],
  );
  return new Set(rows.map((row) => row.person_id));
};

/** All at once, and one by one where a table of the customer's refers to one of them. Returns who stays. */
const deleteEach = async (tx: Transaction, ids: readonly number[]): Promise<ReadonlySet<number>> => {
  if (ids.length === 0 || (await isDeleted(tx, ids))) return new Set();
  const kept = new Set<number>();
  for (const id of ids) if (!(await isDeleted(tx, [id]))) kept.add(id);
  return kept;
};

const isDeleted = async (tx: Transaction, ids: readonly number[]): Promise<boolean> => {
  await tx.run('savepoint removal');
  try {
    await tx.run('delete from marketing.person where id = any($1)', [ids]);
    await tx.run('set constraints all immediate');
    await tx.run('release savepoint removal');
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === FOREIGN_KEY)) throw error;
    await tx.run('rollback to savepoint removal');
    return false;
  }
};
