/**
 * Calls of Salesforce's API. The org's own count comes with its answers; ours is kept a quarter of an hour in `sync.api_usage`. Salesforce's
 * limit is one of the last 24 hours, so ours is too.
 */
import type { ApiBudget, BudgetState } from '@syncline/contract/budget';
import type { BudgetSettings } from '@syncline/contract/settings';
import type { Database } from '../db/db.ts';

/** What a process knows of its calls since it last said so. */
export interface UsageNote {
  readonly calls: number;
  readonly used: number | null;
  readonly limit: number | null;
}

/** Adds a process's calls to the quarter that runs now. Nothing to add is nothing written. */
export const noteUsage = async (db: Database, { calls, used, limit }: UsageNote): Promise<void> => {
  if (calls === 0) return;
  await db.run(
    `insert into sync.api_usage as u (quarter_at, our_calls, used_calls, limit_calls, read_at)
     values (date_bin('15 minutes', clock_timestamp(), timestamptz '2000-01-01 00:00:00Z'), $1, $2, $3, case when $2::int is null then null else clock_timestamp() end)
     on conflict (quarter_at) do update
        set our_calls = u.our_calls + excluded.our_calls, used_calls = coalesce(excluded.used_calls, u.used_calls),
            limit_calls = coalesce(excluded.limit_calls, u.limit_calls), read_at = coalesce(excluded.read_at, u.read_at)`,
    [calls, used, limit],
  );
};

interface Quarter {
  readonly at: Date;
  readonly our_calls: number;
  readonly used_calls: number | null;
  readonly limit_calls: number | null;
  readonly read_at: Date | null;
}

const QUARTERS = `
select q.at, coalesce(u.our_calls, 0) as our_calls, u.used_calls, u.limit_calls, u.read_at
  from generate_series(95, 0, -1) as n (back)
 cross join lateral (select date_bin('15 minutes', clock_timestamp(), timestamptz '2000-01-01 00:00:00Z') - n.back * interval '15 minutes' as at) as q
  left join sync.api_usage u on u.quarter_at = q.at
 order by q.at`;

export const readApiBudget = async (db: Database, settings: BudgetSettings): Promise<ApiBudget> =>
  budgetOf(await db.query<Quarter>(QUARTERS), settings);

const QUARTER_MS = 15 * 60_000;
const QUARTERS_A_DAY = 96;
const QUARTERS_AN_HOUR = 4;
const NOTABLE_SHARE = 0.8;

/** Pure. `quarters`: those of the last 24 hours, the oldest first, the last one running. */
export const budgetOf = (quarters: readonly Quarter[], { share, slowAt, pauseAt }: BudgetSettings): ApiBudget => {
  const newest = quarters.findLast(({ used_calls }) => used_calls !== null);
  const limit = newest?.limit_calls ?? null;
  const ourLimit = limit === null ? null : Math.floor(limit * share);
  const calls = quarters.map(({ our_calls }) => our_calls);
  const ours = sum(calls);
  const path = forecastOf(calls, (quarters.at(-1)?.at ?? new Date(0)).getTime());
  const notable = ourLimit === null ? undefined : path.find((point) => point.ourCalls >= ourLimit * NOTABLE_SHARE);
  return {
    state: stateOf({ ours, ourLimit, used: newest?.used_calls ?? null, limit, slowAt, pauseAt }),
    usedCalls: newest?.used_calls ?? null,
    limitCalls: limit,
    ourCalls: ours,
    ourLimitCalls: ourLimit,
    share,
    slowAt,
    pauseAt,
    readAt: newest?.read_at?.toISOString() ?? null,
    points: quarters.map(({ at, our_calls, used_calls }) => ({
      at: at.toISOString(),
      ourCalls: our_calls,
      usedCalls: used_calls,
    })),
    forecast: path.filter((_, at) => (at + 1) % QUARTERS_AN_HOUR === 0),
    reaches80At: notable?.at ?? null,
  };
};

/** What the last 24 hours will hold a quarter of an hour ahead, and so on for a day, if each quarter brings what those of the last hour did. */
const forecastOf = (calls: readonly number[], from: number): { at: string; ourCalls: number }[] => {
  const recent = calls.slice(-QUARTERS_AN_HOUR);
  const pace = recent.length === 0 ? 0 : sum(recent) / recent.length;
  return Array.from({ length: QUARTERS_A_DAY }, (_, at) => ({
    at: new Date(from + (at + 1) * QUARTER_MS).toISOString(),
    ourCalls: Math.round(sum(calls.slice(at + 1)) + pace * (at + 1)),
  }));
};

interface BudgetFacts {
  readonly ours: number;
  readonly ourLimit: number | null;
  readonly used: number | null;
  readonly limit: number | null;
  readonly slowAt: number;
  readonly pauseAt: number;
}

/** Others' calls count as well: where the org itself is nearly at its limit, our share is no help (SAFE9). */
export const stateOf = ({ ours, ourLimit, used, limit, slowAt, pauseAt }: BudgetFacts): BudgetState => {
  if (ourLimit === null || limit === null || ourLimit === 0) return 'unknown';
  const spent = Math.max(ours / ourLimit, used === null ? 0 : used / limit);
  if (spent >= pauseAt) return 'paused';
  return spent >= slowAt ? 'slowed' : 'calm';
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
