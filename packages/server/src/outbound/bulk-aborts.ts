/**
 * OUT35: bulk jobs that somebody stopped in Salesforce. After `bulkAborts` of them in a row bulk pauses: what is due in such numbers waits, urgent
 * edits and small sets go on. A job that came to an end, or an admin's retry of the error, begins anew.
 */
import type { Database } from '../db/db.ts';
import type { Bounds } from '../lib/bounds.ts';
import type { ClaimKey } from './settle.ts';

export interface AbortParts {
  readonly db: Database;
  readonly bounds: Pick<Bounds, 'bulkAborts'>;
  readonly claim: Pick<ClaimKey, 'object'>;
}

/** Noting a job twice, as an heir may, counts it once. */
export const noteAbort = async ({ db, bounds, claim }: AbortParts, jobId: string): Promise<void> => {
  await db.transaction(async (tx) => {
    await tx.run('insert into sync.bulk_abort (job_id, object) values ($1, $2) on conflict do nothing', [
      jobId,
      claim.object,
    ]);
    await tx.run(
      `insert into sync.error (level, object, code, message, disposition)
       select 'job', 'Bulk', 'bulk-aborted', jsonb_build_object('count', count(*), 'jobs', string_agg(job_id, ', ' order by at))::text, 'pause'
         from sync.bulk_abort
       having count(*) >= $1
          and not exists (select from sync.error where level = 'job' and code = 'bulk-aborted' and resolved_at is null)`,
      [bounds.bulkAborts],
    );
  });
};

export const forgetAborts = async (db: Database): Promise<void> => {
  await db.run('delete from sync.bulk_abort');
};

export const isBulkPaused = async (db: Database): Promise<boolean> => {
  const [row] = await db.query<{ paused: boolean }>(
    `select exists (select from sync.error where level = 'job' and code = 'bulk-aborted' and resolved_at is null) as paused`,
  );
  return row?.paused ?? false;
};
