import type { ApiBudget } from '@syncline/contract/budget';
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useWords } from '../../words/use-words.ts';
import { type BudgetPoint, budgetPoints } from './budget-points.ts';

/** Our calls of 24 hours, the forecast dashed, and where the normal lane slows and pauses. */
export const BudgetChart = ({ budget }: { readonly budget: ApiBudget }) => {
  const { words, formats } = useWords();
  const limit = budget.ourLimitCalls;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={[...budgetPoints(budget)]}
        margin={{ top: 12, right: 24, bottom: 0, left: 0 }}
        accessibilityLayer
        title={words.home.budgetTitle}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          tickFormatter={(at: string) => formats.hour(at)}
          minTickGap={40}
          tickLine={false}
          stroke="var(--line)"
        />
        <YAxis
          width={60}
          domain={[0, limit === null ? 'auto' : limit]}
          tickFormatter={(value: number) => formats.number(value)}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          isAnimationActive={false}
          content={({ active, payload }) => {
            const point = payload?.[0]?.payload as BudgetPoint | undefined;
            return active && point !== undefined ? <Tip point={point} /> : null;
          }}
        />
        {limit === null ? null : (
          <ReferenceLine
            y={limit * budget.slowAt}
            stroke="var(--warn)"
            strokeDasharray="2 3"
            label={{ value: words.home.slowsAt, position: 'insideTopLeft' }}
          />
        )}
        {limit === null ? null : (
          <ReferenceLine
            y={limit * budget.pauseAt}
            stroke="var(--bad)"
            label={{ value: words.home.pausesAt, position: 'insideTopLeft' }}
          />
        )}
        <Line dataKey="ours" stroke="var(--ours)" strokeWidth={2} dot={false} isAnimationActive={false} />
        <Line
          dataKey="forecast"
          stroke="var(--ours)"
          strokeWidth={2}
          strokeDasharray="5 4"
          dot={false}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
};

const Tip = ({ point }: { readonly point: BudgetPoint }) => {
  const { words, formats } = useWords();
  return (
    <div className="chart-tip">
      <strong>{formats.dateTime(point.at)}</strong>
      <div>
        {point.ours === null ? words.home.forecast : words.home.ourCalls}:{' '}
        {formats.number(point.ours ?? point.forecast ?? 0)}
      </div>
    </div>
  );
};
