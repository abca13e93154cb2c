/** The API budget as one line: our calls of the last 24 hours added up, then where they lead. Pure. */
import type { ApiBudget } from '@syncline/contract/budget';

export interface BudgetPoint {
  readonly at: string;
  readonly ours: number | null;
  readonly forecast: number | null;
}

/** Where what is known ends, the forecast begins with the same number, so that the two lines meet. */
export const budgetPoints = (budget: Pick<ApiBudget, 'points' | 'forecast'>): readonly BudgetPoint[] => {
  let sum = 0;
  const known = budget.points.map(({ at, ourCalls }): BudgetPoint => {
    sum += ourCalls;
    return { at, ours: sum, forecast: null };
  });
  const last = known.at(-1);
  const joined = last === undefined ? known : [...known.slice(0, -1), { ...last, forecast: last.ours }];
  return [
    ...joined,
    ...budget.forecast.map(({ at, ourCalls }): BudgetPoint => ({ at, ours: null, forecast: ourCalls })),
  ];
};
