import type { ApiBudget } from '@syncline/contract/budget';

/** How long an answer is good enough for a loop that asks before each batch. */
const GOOD_MS = 5_000;

/** How the share of API calls stands, asked of the database at most every five seconds. What nobody knows yet is no reason to wait. */
export const createBudgetWatch = (
  read: () => Promise<Pick<ApiBudget, 'state'>>,
): (() => Promise<'calm' | 'slowed' | 'paused'>) => {
  let known: { readonly until: number; readonly state: Promise<'calm' | 'slowed' | 'paused'> } | null = null;
  return () => {
    if (known === null || known.until < performance.now()) {
      const state = read().then((budget) => (budget.state === 'unknown' ? 'calm' : budget.state));
      known = { until: performance.now() + GOOD_MS, state };
      state.catch(() => {
        known = null;
      });
    }
    return known.state;
  };
};
