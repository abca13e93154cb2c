import type { ProblemShape } from '@syncline/contract/problems';
import type { ObjectRow } from '@syncline/contract/status';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge, ToneBadge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
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
      cell: (row) => (
        <>
          <Badge kind="health" state={row.health} />
          <Growing row={row} />
        </>
      ),
    },
    {
      key: 'same',
      title: words.sameness.same,
      isTight: true,
      cell: (row) => <Same row={row} />,
    },
    {
      key: 'records',
      title: words.home.records,
      isNumeric: true,
      cell: (row) => (row.recordsIsExact ? formats.number(row.records) : words.common.about(row.records)),
    },
    {
      key: 'out',
      title: words.home.backlogOut,
      isNumeric: true,
      cell: (row) => <Waiting count={row.backlogOut} />,
    },
    {
      key: 'in',
      title: words.home.backlogIn,
      isNumeric: true,
      isOffPhone: true,
      cell: (row) => (row.backlogIn === null ? <span className="muted">–</span> : <Waiting count={row.backlogIn} />),
    },
    {
      key: 'rates',
      title: words.home.rates,
      hint: `${words.home.avg} · ${words.home.min} – ${words.home.max}`,
      isNumeric: true,
      isOffPhone: true,
      cell: (row) => <Rates row={row} />,
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

const Waiting = ({ count }: { readonly count: number }) => {
  const { formats } = useWords();
  return count === 0 ? <span className="muted">0</span> : <>{formats.number(count)}</>;
};

/** Average, least and most of the last 24 hours (N111), and the hours themselves. */
const Rates = ({ row }: { readonly row: ObjectRow }) => {
  const { words, formats } = useWords();
  const { avg, min, max, hours } = row.recordsPerHour;
  return (
    <span className="rates" title={`${words.home.avg} · ${words.home.min} – ${words.home.max}`}>
      <span>
        {formats.rate(avg)}
        {min === max ? null : (
          <span className="muted">
            {' '}
            ({formats.rate(min)} – {formats.rate(max)})
          </span>
        )}
      </span>
      {max === 0 || hours.length < 2 ? null : (
        <Sparkline slots={24} values={hours} label={words.home.hourly(words.objects[row.object], hours.length)} />
      )}
    </span>
  );
};

/** How long the backlog takes, where it grows. */
const Growing = ({ row }: { readonly row: ObjectRow }) => {
  const { words, formats } = useWords();
  if (row.health !== 'growing') return null;
  const waiting = row.backlogOut + (row.backlogIn ?? 0);
  return (
    <span className="muted caption growing">
      {row.remainingMs === null
        ? words.home.remainingUnknown(waiting)
        : words.home.remaining(waiting, formats.range(row.remainingMs.low, row.remainingMs.high))}
    </span>
  );
};

/** When both sides were last proven the same, or what differs; a press leads to it. */
const Same = ({ row: { object, sameness } }: { readonly row: ObjectRow }) => {
  const { words, formats } = useWords();
  const { state, equalAt, differing } = sameness;
  return (
    <Link to="/differences/$object" params={{ object }} className="nowrap">
      {state === 'equal' && equalAt !== null ? (
        words.sameness.equalAt(formats.time(equalAt, new Date()))
      ) : state === 'differ' ? (
        <ToneBadge tone="bad" word={words.sameness.differ(differing)} />
      ) : (
        <Badge kind="sameness" state={state} />
      )}
    </Link>
  );
};
