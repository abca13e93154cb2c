import type { BacklogBucket } from '@syncline/contract/backlog';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useWords } from '../../words/use-words.ts';

/** Ours and theirs are equally light, so theirs is hatched. */
export const HATCH = 'backlog-theirs';

export const HatchPattern = () => (
  <pattern id={HATCH} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width={6} height={6} fill="var(--surface)" />
    <rect width={3} height={6} fill="var(--theirs)" />
  </pattern>
);

export interface BacklogChartProps {
  readonly buckets: readonly BacklogBucket[];
  readonly onOpen: () => void;
}

/** Four hours a bar, what waited on both sides at most, from zero. A press on a bar opens what waits. */
export const BacklogChart = ({ buckets, onOpen }: BacklogChartProps) => {
  const { words, formats } = useWords();
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={[...buckets]}
        margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
        accessibilityLayer
        title={words.home.backlogTitle}
        barCategoryGap={2}
      >
        <defs>
          <HatchPattern />
        </defs>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="from"
          tickFormatter={(from: string) => formats.day(from)}
          interval={5}
          tickLine={false}
          stroke="var(--line)"
        />
        <YAxis
          width={52}
          tickFormatter={(value: number) => formats.number(value)}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--sunken)' }}
          content={({ active, payload }) => {
            const bucket = payload?.[0]?.payload as BacklogBucket | undefined;
            return active && bucket !== undefined ? <Tip bucket={bucket} /> : null;
          }}
        />
        <Bar dataKey="out" stackId="waits" fill="var(--ours)" isAnimationActive={false} onClick={onOpen} />
        <Bar dataKey="in" stackId="waits" fill={`url(#${HATCH})`} isAnimationActive={false} onClick={onOpen} />
      </BarChart>
    </ResponsiveContainer>
  );
};

const Tip = ({ bucket }: { readonly bucket: BacklogBucket }) => {
  const { words, formats } = useWords();
  const shown = (value: number | null): string => (value === null ? words.home.notLooked : formats.number(value));
  return (
    <div className="chart-tip">
      <strong>{formats.dateTime(bucket.from)}</strong>
      <div>
        {words.home.backlogOut}: {shown(bucket.out)}
      </div>
      <div>
        {words.home.backlogIn}: {shown(bucket.in)}
      </div>
    </div>
  );
};
