/** One row of `sync.run` for each claim that is sent (N107, ERR6). */
import type { Database, Transaction } from '../db/db.ts';
import type { SalesforceError } from '../salesforce/salesforce.ts';

export interface RunCounts {
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
  readonly skipped: number;
  readonly calls: number;
}

export const beginRun = async (tx: Transaction, object: string, isCreate: boolean): Promise<number> => {
  const [row] = await tx.query<{ run_id: number }>(
    'insert into sync.run (object, operation) values ($1, $2) returning run_id',
    [object, isCreate ? 'Push new' : 'Push updates'],
  );
  return row?.run_id ?? 0;
};

/** `failure`: what ended the whole before all of it was done. */
export const endRun = async (
  db: Database,
  runId: number,
  counts: RunCounts,
  failure: Pick<SalesforceError, 'code' | 'detail'> | null = null,
): Promise<void> => {
  const problem = failure === null ? null : JSON.stringify({ code: failure.code, detail: failure.detail });
  await db.run(
    `update sync.run
        set problem = $7, status = case when $7::jsonb is not null then 'failed' when $4 > 0 then 'incomplete' else 'succeeded' end, ended_at = clock_timestamp(),
            created = $2, updated = $3, failed = $4, skipped = $5, calls = $6
      where run_id = $1`,
    [runId, counts.created, counts.updated, counts.failed, counts.skipped, counts.calls, problem],
  );
};
