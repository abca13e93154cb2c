import type { ApiBudget } from '@syncline/contract/budget';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Gauge } from 'lucide-react';
import { lazy } from 'react';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { ChartCard } from '../../components/chart-card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Section } from '../../components/page.tsx';
import { useWords } from '../../words/use-words.ts';
import { budgetPoints } from './budget-points.ts';

const BudgetChart = lazy(async () => ({ default: (await import('./budget-chart.tsx')).BudgetChart }));

/** Calls of Salesforce's API: used, ours, the share, and where they lead. */
export const Budget = () => {
  const { words } = useWords();
  const budget = useQuery(queries.apiBudget());
  return (
    <Faces query={budget}>
      {(data) =>
        data.usedCalls === null ? (
          <Section title={words.home.budgetTitle}>
            <div className="card">
              <EmptyState icon={<Gauge aria-hidden strokeWidth={1.5} />} title={words.home.budgetUnknown} />
            </div>
          </Section>
        ) : (
          <ChartCard
            title={words.home.budgetTitle}
            above={<Used budget={data} />}
            chart={<BudgetChart budget={data} />}
            table={<BudgetTable budget={data} />}
            foot={<Outlook budget={data} />}
          />
        )
      }
    </Faces>
  );
};

const Used = ({ budget }: { readonly budget: ApiBudget }) => {
  const { words, formats } = useWords();
  const { usedCalls, limitCalls, ourCalls, ourLimitCalls } = budget;
  if (usedCalls === null || limitCalls === null) return null;
  const shareOf = (calls: number): string => `${Math.min(100, (calls / Math.max(limitCalls, 1)) * 100)}%`;
  return (
    <div className="stack tight number">
      <div className="row spread">
        <strong>{words.home.callsUsed(formats.number(usedCalls), formats.number(limitCalls))}</strong>
        <Badge kind="budget" state={budget.state} />
      </div>
      <div className="meter" aria-hidden>
        <div className="fill" style={{ width: shareOf(usedCalls) }} />
        <div className="fill ours" style={{ width: shareOf(ourCalls) }} />
        {ourLimitCalls === null ? null : <div className="edge" style={{ left: shareOf(ourLimitCalls) }} />}
      </div>
      {ourLimitCalls === null ? null : (
        <p className="muted caption">
          {words.home.callsOurs(formats.number(ourCalls), formats.number(ourLimitCalls), formats.percent(budget.share))}
        </p>
      )}
    </div>
  );
};

const Outlook = ({ budget }: { readonly budget: ApiBudget }) => {
  const { words, formats } = useWords();
  return (
    <p className="row caption">
      <span className="muted">
        {budget.reaches80At === null
          ? words.home.reachesNot
          : words.home.reaches80(formats.time(budget.reaches80At, new Date()))}
      </span>
      <Link to="/settings/budget">{words.home.changeShare}</Link>
    </p>
  );
};

const BudgetTable = ({ budget }: { readonly budget: ApiBudget }) => {
  const { words, formats } = useWords();
  return (
    <DataTable
      label={words.home.budgetTitle}
      columns={[
        { key: 'at', title: words.home.budgetAt, cell: (point) => formats.dateTime(point.at) },
        {
          key: 'ours',
          title: words.home.ourCalls,
          isNumeric: true,
          cell: (point) => (point.ours === null ? '–' : formats.number(point.ours)),
        },
        {
          key: 'forecast',
          title: words.home.forecast,
          isNumeric: true,
          cell: (point) => (point.forecast === null ? '–' : formats.number(point.forecast)),
        },
      ]}
      rows={budgetPoints(budget)}
      rowKey={(point) => point.at}
    />
  );
};
