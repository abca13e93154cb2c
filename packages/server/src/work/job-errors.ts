import type { Database } from '../db/db.ts';
import { asProblem } from '../errors/errors.ts';

/**
 * Writes down that the whole work of `object` failed: one open row a cause, whose time moves while it lasts (ERR1, ERR2). The text is the
 * code with its detail; what Salesforce said of records is written by whoever asked.
 */
export const noteJobError = async (db: Database, object: string, error: unknown): Promise<void> => {
  const problem = asProblem(error);
  const message = JSON.stringify(problem.detail);
  const again = await db.run(
    `update sync.error set at = clock_timestamp(), message = $3
      where level = 'job' and object = $1 and code = $2 and resolved_at is null`,
    [object, problem.code, message],
  );
  if (again === 0)
    await db.run(
      `insert into sync.error (level, object, code, message, disposition) values ('job', $1, $2, $3, 'retry')`,
      [object, problem.code, message],
    );
};

/** The work of `object` succeeded: what stood in its way is over. Writes nothing where nothing was open. */
export const resolveJobErrors = (db: Database, object: string): Promise<number> =>
  db.run(
    `update sync.error set resolved_at = clock_timestamp() where level = 'job' and object = $1 and resolved_at is null`,
    [object],
  );
