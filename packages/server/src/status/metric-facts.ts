/** What Prometheus is told, as facts: numbers, and labels from fixed lists. Nothing of any person is among them (SEC3). */
import type { Cause } from '@syncline/contract/errors';
import type { Database } from '../db/db.ts';
import { causeOf } from '../errors/causes.ts';
import { countBacklog, type LaneBacklog, readOldest } from './backlog.ts';

interface RunTotals {
  readonly object: string;
  readonly operation: string;
  readonly status: string;
  readonly runs: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface MetricFacts {
  readonly backlog: readonly LaneBacklog[];
  readonly oldest: readonly { readonly lane: number; readonly seconds: number }[];
  /** Since the database was made; they only grow. */
  readonly runs: readonly RunTotals[];
  readonly openErrors: readonly {
    readonly level: string;
    readonly object: string;
    readonly cause: Cause;
    readonly errors: number;
  }[];
  readonly fetchAges: readonly { readonly object: string; readonly seconds: number }[];
  readonly usedCalls: number | null;
  readonly limitCalls: number | null;
  readonly ourCalls: number;
  readonly isStarted: boolean;
  readonly isEnabled: boolean;
  readonly isPaused: boolean;
  readonly conflicts: number;
  readonly processes: number;
}

const PLAIN = `
select (select sum(our_calls)::int from sync.api_usage where quarter_at > clock_timestamp() - interval '1 day') as our_calls,
       (select used_calls from sync.api_usage where used_calls is not null order by quarter_at desc limit 1) as used_calls,
       (select limit_calls from sync.api_usage where limit_calls is not null order by quarter_at desc limit 1) as limit_calls,
       (select count(*)::int from sync.conflict where at > clock_timestamp() - interval '1 day') as conflicts,
       (select count(*)::int from sync.process) as processes,
       coalesce((select started_at is not null from sync.connection), false) as is_started,
       coalesce((select enabled from sync.connection), false) as is_enabled,
       coalesce((select paused is not null from sync.connection), false) as is_paused`;

interface PlainRow {
  readonly our_calls: number | null;
  readonly used_calls: number | null;
  readonly limit_calls: number | null;
  readonly conflicts: number;
  readonly processes: number;
  readonly is_started: boolean;
  readonly is_enabled: boolean;
  readonly is_paused: boolean;
}

export const readMetricFacts = async (db: Database): Promise<MetricFacts> => {
  await db.query('select sync.tally_runs()');
  const [backlog, oldest, runs, errors, fetchAges, [plain]] = await Promise.all([
    countBacklog(db),
    readOldest(db),
    db.query<RunTotals>(
      'select object, operation, status, runs, created, updated, deleted, failed, skipped from sync.run_tally order by object, operation, status',
    ),
    db.query<{ level: string; object: string; code: string; errors: number }>(
      'select level, object, code, count(*)::int as errors from sync.error where resolved_at is null group by level, object, code',
    ),
    db.query<{ object: string; seconds: number }>(
      `select object, extract(epoch from clock_timestamp() - last_fetched_at)::float8 as seconds from sync.cursor where last_fetched_at is not null`,
    ),
    db.query<PlainRow>(PLAIN),
  ]);
  return {
    backlog,
    oldest,
    runs,
    openErrors: errors.map(({ level, object, code, errors: count }) => ({
      level,
      object,
      cause: causeOf(code),
      errors: count,
    })),
    fetchAges,
    usedCalls: plain?.used_calls ?? null,
    limitCalls: plain?.limit_calls ?? null,
    ourCalls: plain?.our_calls ?? 0,
    isStarted: plain?.is_started ?? false,
    isEnabled: plain?.is_enabled ?? false,
    isPaused: plain?.is_paused ?? false,
    conflicts: plain?.conflicts ?? 0,
    processes: plain?.processes ?? 0,
  };
};
