import type { ProblemShape } from '@syncline/contract/problems';
import type { ObjectRow } from '@syncline/contract/status';
import { useQuery } from '@tanstack/react-query';
import { shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { When } from '../../components/time.tsx';
import { inReadingOrder } from '../../lib/object-order.ts';
import { useWords } from '../../words/use-words.ts';
import { objectProblems } from './object-problems.ts';

/** The objects: counts, pace, last and next fetch. `said`: the problem that the screen shows above already. */
export const ObjectTable = ({ said }: { readonly said: ProblemShape | null }) => {
  const { words, formats } = useWords();
  const objects = useQuery(queries.objects());
  const columns: readonly Column<ObjectRow>[] = [
    {
      key: 'object',
      title: words.home.object,
      cell: (row) => <strong>{words.objects[row.object]}</strong>,
    },
    {
      key: 'state',
      title: words.home.state,
      isTight: true,
      cell: (row) => <Badge kind="health" state={row.health} />,
    },
    {
      key: 'records',
      title: words.home.records,
      isNumeric: true,
      cell: (row) => (row.recordsIsExact ? formats.number(row.records) : words.common.about(row.records)),
    },
    { key: 'backlog', title: words.home.backlog, isNumeric: true, cell: (row) => <Backlog row={row} /> },
    {
      key: 'rates',
      title: words.home.rates,
      hint: `${words.home.avg} · ${words.home.min} – ${words.home.max}`,
      isNumeric: true,
      isOffPhone: true,
      cell: (row) => (
        <span title={`${words.home.avg} · ${words.home.min} – ${words.home.max}`}>
          {formats.rate(row.recordsPerHour.avg)}
          {row.recordsPerHour.max === 0 ? null : (
            <span className="muted">
              {' '}
              ({formats.rate(row.recordsPerHour.min)} – {formats.rate(row.recordsPerHour.max)})
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'last',
      title: words.home.lastFetched,
      isNumeric: true,
      cell: (row) => <When at={row.lastFetchedAt} fallback={words.common.never} />,
    },
    {
      key: 'next',
      title: words.home.nextFetch,
      isNumeric: true,
      isOffPhone: true,
      cell: (row) => <When at={row.nextFetchAt} />,
    },
  ];
  return (
    <Faces query={objects}>
      {(data) => (
        <div className="stack">
          {objectProblems(data.objects, said).map(({ problem, objects: failed }) => (
            <div key={`${problem.code} ${failed.join()}`} className="stack tight">
              <h3>{failed.map((object) => words.objects[object]).join(', ')}</h3>
              <Failed problem={shownProblem(problem)} />
            </div>
          ))}
          <DataTable
            label={words.home.objects}
            columns={columns}
            rows={inReadingOrder(data.objects)}
            rowKey={(row) => row.object}
          />
        </div>
      )}
    </Faces>
  );
};

const Backlog = ({ row }: { readonly row: ObjectRow }) => {
  const { words, formats } = useWords();
  if (row.backlogOut === 0) return <>0</>;
  if (row.remainingMs === null) return <>{formats.number(row.backlogOut)}</>;
  return (
    <span title={words.home.remaining(row.backlogOut, formats.range(row.remainingMs.low, row.remainingMs.high))}>
      {formats.number(row.backlogOut)}
    </span>
  );
};
