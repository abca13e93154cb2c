/** What is over is kept `historyDays` and then goes, a bounded batch at a time (ERR5). What is open stays as long as it is open. */
import type { Database } from '../db/db.ts';

const ROWS_MAX = 10_000;
/** The trend shows five days; more is kept for whoever looks with SQL. */
const SAMPLE_DAYS = 30;

const OLD = [
  `delete from sync.run where run_id in (select run_id from sync.run where started_at < $1 and is_tallied order by run_id limit ${ROWS_MAX})`,
  `delete from sync.error where error_id in (select error_id from sync.error where resolved_at < $1 order by error_id limit ${ROWS_MAX})`,
  `delete from sync.conflict where conflict_id in (select conflict_id from sync.conflict where at < $1 and winner is not null order by conflict_id limit ${ROWS_MAX})`,
  `delete from sync.notice where at < $1`,
  `delete from sync.undo where undo_id in (select undo_id from sync.undo where ended_at < $1 order by undo_id limit ${ROWS_MAX})`,
  `delete from sync.action where action_id in (select action_id from sync.action where ended_at < $1 order by action_id limit ${ROWS_MAX})`,
] as const;

/** Returns how many rows went. Safe at any time, by any process. */
export const forgetOldHistory = async (db: Database, historyDays: number): Promise<number> => {
  const [row] = await db.query<{ before: Date }>(`select clock_timestamp() - $1::int * interval '1 day' as before`, [
    historyDays,
  ]);
  let gone = 0;
  for (const statement of OLD) gone += await db.run(statement, [row?.before]);
  gone += await db.run(
    `delete from sync.backlog_sample where bucket < clock_timestamp() - interval '${SAMPLE_DAYS} days'`,
  );
  gone += await db.run(
    `delete from sync.api_usage where quarter_at < clock_timestamp() - interval '${SAMPLE_DAYS} days'`,
  );
  return gone;
};
