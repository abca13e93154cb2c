import './chart-card.css';
import { type ReactNode, Suspense, useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';
import { Section } from './page.tsx';
import { Skeleton } from './skeleton.tsx';

export interface ChartCardProps {
  readonly title: string;
  readonly above?: ReactNode;
  /** Loaded when it is first shown. */
  readonly chart: ReactNode;
  /** The same numbers, for whoever reads rather than looks. */
  readonly table: ReactNode;
  readonly foot?: ReactNode;
}

/** A chart and its table, of which one is shown. */
export const ChartCard = (props: ChartCardProps) => {
  const { words } = useWords();
  const [isTable, setTable] = useState(false);
  return (
    <Section
      title={props.title}
      beside={
        <Button isSmall look="quiet" onPress={() => setTable(!isTable)}>
          {isTable ? words.charts.asChart : words.charts.asTable}
        </Button>
      }
    >
      <div className="card chart-card">
        {props.above}
        {isTable ? (
          // It scrolls by itself, so it must be reachable by keyboard.
          <div className="chart-table" tabIndex={0} role="region" aria-label={props.title}>
            {props.table}
          </div>
        ) : (
          <div className="chart">
            <Suspense fallback={<Skeleton rows={3} />}>{props.chart}</Suspense>
          </div>
        )}
        {props.foot}
      </div>
    </Section>
  );
};
