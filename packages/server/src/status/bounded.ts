/** A reading that ends: a list over a million people may be asked what no index answers. */
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';

/** 57014: the statement took longer than it may. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '57014';

/** Each statement of `read` may take so long. Errors: `list-too-slow`. */
export const readWithin = async <Answer>(
  db: Database,
  ms: number,
  read: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await db.transaction(async (tx) => {
      await tx.run(`select set_config('statement_timeout', $1, true)`, [String(ms)]);
      return read(tx);
    });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new Problem('list-too-slow', { seconds: Math.ceil(ms / 1_000) }, { cause: error });
  }
};
