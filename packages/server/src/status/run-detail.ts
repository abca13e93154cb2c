/** One run: its counts, what it could not do by cause, and the conflicts it met. */
import type { RunDetail } from '@syncline/contract/runs';
import type { Database } from '../db/db.ts';
import { causeOf } from '../errors/causes.ts';
import { Problem } from '../errors/errors.ts';
import { RUN_COLUMNS, type RunFacts, runOf } from './activity.ts';
import { groupIdOf, type StoredLevel } from './error-lists.ts';

interface ErrorFacts {
  readonly level: StoredLevel;
  readonly object: string;
  readonly code: string;
  readonly fields: readonly string[];
  readonly count: number;
  readonly open: number;
}

const ERRORS = `
select level, object, code, fields, count(*)::int as count, count(*) filter (where resolved_at is null)::int as open
  from sync.error where run_id = $1
 group by level, object, code, fields order by count(*) desc limit 50`;

/** A conflict has the time of the transaction that decided it; a run's transactions lie between its beginning and its end. */
const CONFLICTS = `
select count(*)::int as conflicts from sync.conflict k join sync.run r on r.run_id = $1
 where k.object = r.object and k.at between r.started_at and coalesce(r.ended_at, clock_timestamp())`;

/** Errors: `not-found`. */
export const readRun = async (db: Database, runId: number): Promise<RunDetail> => {
  const [[facts], errors, [met], [undone]] = await Promise.all([
    db.query<RunFacts>(`select ${RUN_COLUMNS} from sync.run where run_id = $1`, [runId]),
    db.query<ErrorFacts>(ERRORS, [runId]),
    db.query<{ conflicts: number }>(CONFLICTS, [runId]),
    db.query<{ undo_id: number | null }>(
      `select max(undo_id) as undo_id from sync.undo where kind = 'run' and target = $1`,
      [runId],
    ),
  ]);
  if (!facts) throw new Problem('not-found');
  const run = runOf(facts);
  return {
    run,
    records: run.created + run.updated + run.deleted + run.failed + run.skipped,
    conflicts: met?.conflicts ?? 0,
    undoId: undone?.undo_id ?? null,
    errors: errors.map((row) => ({
      id: groupIdOf(row),
      cause: causeOf(row.code),
      code: row.code,
      fields: [...row.fields],
      count: row.count,
      open: row.open,
    })),
  };
};
