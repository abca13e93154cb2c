import type { RunOperation, RunRow, RunStatus, Runs } from '@syncline/contract/runs';
import { SYNC_OBJECT_NAMES, type SyncObjectName } from '@syncline/contract/shared';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { shownProblem, wordsOfProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CsvLink } from '../../components/csv-link.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { LiveLine } from '../../components/live-line.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import { When } from '../../components/time.tsx';
import { inReadingOrder, OBJECTS_IN_READING_ORDER } from '../../lib/object-order.ts';
import { useHeldRows } from '../../lib/use-held-rows.ts';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';

export const PERIODS = [1, 24, 120] as const;
type Period = (typeof PERIODS)[number];

/** Filters live in the address. */
export interface ActivitySearch {
  readonly hours?: Period | undefined;
  readonly object?: SyncObjectName | undefined;
  readonly operation?: RunOperation | undefined;
  readonly status?: RunStatus | undefined;
}

const OPERATIONS = [
  'Pull updates',
  'Pull deletes',
  'Pull formulas',
  'Push new',
  'Push updates',
  'Initial sync',
  'Sync schema',
] as const satisfies readonly RunOperation[];
const STATUSES = [
  'succeeded',
  'failed',
  'incomplete',
  'in_process',
  'cleaned_up',
] as const satisfies readonly RunStatus[];

/** Runs of a page, as the server cuts them; only the button's words need it. */
const PAGE = 100;

const isSyncObject = (word: string): word is SyncObjectName => (SYNC_OBJECT_NAMES as readonly string[]).includes(word);
const isOperation = (word: string): word is RunOperation => (OPERATIONS as readonly string[]).includes(word);

export const objectWord = (object: string, words: Words): string =>
  isSyncObject(object) ? words.objects[object] : object;

export const operationWord = (operation: string, words: Words): string =>
  isOperation(operation) ? words.activity.operations[operation] : operation;

/** What ran, and what did it do? */
export const ActivityScreen = ({ search }: { readonly search: ActivitySearch }) => {
  const { words } = useWords();
  const filter = { ...search, hours: search.hours ?? 24 };
  const runs = useInfiniteQuery(queries.runs(filter));
  const total = runs.data?.pages[0]?.total ?? 0;
  const isFiltered = search.object !== undefined || search.operation !== undefined || search.status !== undefined;
  return (
    <Page
      title={words.activity.title}
      lead={words.activity.skippedHint}
      actions={
        total === 0 ? undefined : (
          <CsvLink list="runs" filter={{ ...filter }} label={words.lists.exportCsv(total)} isSmall />
        )
      }
    >
      <Filters search={search} />
      <Faces query={runs}>
        {(data) => {
          const first = data.pages[0];
          if (first === undefined || first.rows.length === 0) return <NoRuns isFiltered={isFiltered} />;
          return (
            <div>
              <RunList runs={runs} first={first} list={JSON.stringify(filter)} />
              {first.quietCycles === 0 ? null : <Quiet cycles={first.quietCycles} object={search.object} />}
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

interface RunListProps {
  readonly runs: UseInfiniteQueryResult<InfiniteData<Runs>>;
  readonly first: Runs;
  readonly list: string;
}

const runKey = (run: RunRow): number => run.runId;

/** The runs, the newest first; those that come while somebody reads wait above. */
const RunList = ({ runs, first, list }: RunListProps) => {
  const { words, formats } = useWords();
  const [isInside, setInside] = useState(false);
  const pages = runs.data?.pages;
  const latest = useMemo(() => pages?.flatMap(({ rows }) => rows) ?? [], [pages]);
  const live = useHeldRows(latest, {
    keyOf: runKey,
    list: `${list} ${pages?.length}`,
    isHeld: isInside,
    isFromEnd: false,
  });
  return (
    <>
      <LiveLine live={live} />
      <DataTable
        label={words.activity.tableLabel}
        columns={runColumns(words, formats.number)}
        rows={live.rows}
        rowKey={runKey}
        total={first.total}
        onHover={setInside}
      />
      <MoreRows list={runs} page={PAGE} />
    </>
  );
};

/** Cycles that found nothing wrote no run; opened, how many they were of each object. */
const Quiet = ({ cycles, object }: { readonly cycles: number; readonly object: SyncObjectName | undefined }) => {
  const { words } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="muted">{words.activity.quietCycles(cycles)}</summary>
      {isOpen ? <QuietByObject object={object} /> : null}
    </details>
  );
};

const QuietByObject = ({ object }: { readonly object: SyncObjectName | undefined }) => {
  const { words, formats } = useWords();
  const objects = useQuery(queries.objects());
  return (
    <Faces query={objects}>
      {(data) => (
        <DataTable
          label={words.activity.quietTitle}
          columns={[
            { key: 'object', title: words.activity.object, cell: (row) => words.objects[row.object] },
            {
              key: 'quiet',
              title: words.activity.quietTitle,
              isNumeric: true,
              cell: (row) => formats.number(row.quietCycles),
            },
            {
              key: 'last',
              title: words.home.lastFetched,
              isNumeric: true,
              cell: (row) => <When at={row.lastFetchedAt} fallback={words.common.never} />,
            },
          ]}
          rows={inReadingOrder(data.objects).filter((row) => object === undefined || row.object === object)}
          rowKey={(row) => row.object}
        />
      )}
    </Faces>
  );
};

const NoRuns = ({ isFiltered }: { readonly isFiltered: boolean }) => {
  const { words } = useWords();
  const navigate = useNavigate();
  return (
    <div className="card">
      {isFiltered ? (
        <EmptyState
          title={words.activity.noMatch}
          action={
            <Button onPress={() => void navigate({ to: '/activity', search: {} })}>{words.common.clearFilters}</Button>
          }
        />
      ) : (
        <EmptyState title={words.activity.none} />
      )}
    </div>
  );
};

const Filters = ({ search }: { readonly search: ActivitySearch }) => {
  const { words } = useWords();
  const navigate = useNavigate();
  const go = (change: ActivitySearch): void => {
    void navigate({ to: '/activity', search: { ...search, ...change }, replace: true });
  };
  const all = { value: 'all' as const, label: words.common.all };
  return (
    <div className="row">
      <Select
        label={words.activity.period}
        value={String(search.hours ?? 24)}
        options={PERIODS.map((hours) => ({ value: String(hours), label: words.activity.periods[hours] }))}
        onChange={(hours) => go({ hours: PERIODS.find((each) => String(each) === hours) })}
      />
      <Select
        label={words.activity.object}
        value={search.object ?? 'all'}
        options={[all, ...OBJECTS_IN_READING_ORDER.map((value) => ({ value, label: words.objects[value] }))]}
        onChange={(object) => go({ object: object === 'all' ? undefined : object })}
      />
      <Select
        label={words.activity.operation}
        value={search.operation ?? 'all'}
        options={[all, ...OPERATIONS.map((value) => ({ value, label: words.activity.operations[value] }))]}
        onChange={(operation) => go({ operation: operation === 'all' ? undefined : operation })}
      />
      <Select
        label={words.activity.status}
        value={search.status ?? 'all'}
        options={[all, ...STATUSES.map((value) => ({ value, label: words.badges.run[value] }))]}
        onChange={(status) => go({ status: status === 'all' ? undefined : status })}
      />
    </div>
  );
};

const runColumns = (words: Words, number: (value: number) => string): readonly Column<RunRow>[] => {
  const count = (key: 'created' | 'updated' | 'deleted' | 'failed' | 'skipped' | 'calls'): Column<RunRow> => ({
    key,
    title: words.activity[key],
    isNumeric: true,
    isOffPhone: key === 'skipped' || key === 'calls' || key === 'deleted',
    cell: (run) => (run[key] === 0 ? <span className="muted">0</span> : number(run[key])),
  });
  return [
    {
      key: 'started',
      title: words.activity.started,
      isTight: true,
      cell: (run) => (
        <Link to="/activity/$runId" params={{ runId: String(run.runId) }}>
          <When at={run.startedAt} />
        </Link>
      ),
    },
    {
      key: 'ended',
      title: words.activity.ended,
      isTight: true,
      isOffPhone: true,
      cell: (run) => <When at={run.endedAt} fallback={words.activity.running} />,
    },
    { key: 'object', title: words.activity.object, cell: (run) => objectWord(run.object, words) },
    {
      key: 'operation',
      title: words.activity.operation,
      isTight: true,
      cell: (run) => operationWord(run.operation, words),
    },
    {
      key: 'status',
      title: words.activity.status,
      cell: (run) => (
        <>
          <Badge kind="run" state={run.status} />
          {run.problem === null ? null : (
            <span className="muted caption" style={{ display: 'block' }}>
              {wordsOfProblem(shownProblem(run.problem), words).title}
            </span>
          )}
        </>
      ),
    },
    count('created'),
    count('updated'),
    count('deleted'),
    count('failed'),
    count('skipped'),
    count('calls'),
  ];
};
