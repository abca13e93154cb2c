import type { BacklogBucket } from '@syncline/contract/backlog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy } from 'react';
import { queries } from '../../api/queries.ts';
import { ChartCard } from '../../components/chart-card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { useWords } from '../../words/use-words.ts';

const BacklogChart = lazy(async () => ({ default: (await import('./backlog-chart.tsx')).BacklogChart }));

/** What waited on both sides over five days (N110). */
export const Backlog = () => {
  const { words } = useWords();
  const backlog = useQuery(queries.backlog());
  const navigate = useNavigate();
  const open = (): void => void navigate({ to: '/people', search: { view: 'waiting' } });
  return (
    <Faces query={backlog}>
      {({ buckets }) => (
        <ChartCard
          title={words.home.backlogTitle}
          chart={<BacklogChart buckets={buckets} onOpen={open} />}
          table={<BacklogTable buckets={buckets} />}
          foot={
            <p className="chart-key">
              <span>
                <Swatch fill="var(--ours)" /> {words.home.backlogOut}
              </span>
              <span>
                <Swatch fill="var(--theirs)" isHatched /> {words.home.backlogIn}
              </span>
              <span>{hasWaited(buckets) ? words.home.backlogBar : words.home.backlogNone}</span>
            </p>
          }
        />
      )}
    </Faces>
  );
};

const hasWaited = (buckets: readonly BacklogBucket[]): boolean =>
  buckets.some((bucket) => (bucket.out ?? 0) + (bucket.in ?? 0) > 0);

const Swatch = ({ fill, isHatched = false }: { readonly fill: string; readonly isHatched?: boolean }) => (
  <svg width={12} height={12} aria-hidden>
    <rect width={12} height={12} rx={2} fill={fill} />
    {isHatched ? <path d="M0 12 12 0M-3 9 9-3M3 15 15 3" stroke="var(--surface)" strokeWidth={2} /> : null}
  </svg>
);

const BacklogTable = ({ buckets }: { readonly buckets: readonly BacklogBucket[] }) => {
  const { words, formats } = useWords();
  const count = (key: 'out' | 'in', title: string): Column<BacklogBucket> => ({
    key,
    title,
    isNumeric: true,
    cell: (bucket) => {
      const value = bucket[key];
      return value === null ? <span className="muted">{words.home.notLooked}</span> : formats.number(value);
    },
  });
  return (
    <DataTable
      label={words.home.backlogTitle}
      columns={[
        { key: 'from', title: words.home.backlogFrom, cell: (bucket) => formats.dateTime(bucket.from) },
        count('out', words.home.backlogOut),
        count('in', words.home.backlogIn),
      ]}
      rows={[...buckets].reverse()}
      rowKey={(bucket) => bucket.from}
    />
  );
};
