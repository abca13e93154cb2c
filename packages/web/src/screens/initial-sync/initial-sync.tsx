import './initial-sync.css';
import type { InitialSync, InitialSyncRow } from '@syncline/contract/initial-sync';
import { useQuery } from '@tanstack/react-query';
import { shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { useNow } from '../../lib/use-now.ts';
import { clockSince } from '../../shell/state-pace.ts';
import { type Spoken, useWords } from '../../words/use-words.ts';
import { SetupTrail } from '../setup/setup-trail.tsx';

const ASK_EVERY_MS = 1_000;

/** How far is it, and how long does it take? It goes on without this page. */
export const InitialSyncScreen = () => {
  const { words } = useWords();
  const { data: status } = useQuery(queries.status());
  const isRunning = status?.stage === 'initial_sync';
  const sync = useQuery({ ...queries.initialSync(), refetchInterval: isRunning ? ASK_EVERY_MS : false });
  return (
    <Page
      title={words.initialSync.title}
      lead={words.initialSync.notWritten}
      above={<SetupTrail current="initial-sync" />}
    >
      <Faces query={sync}>
        {(data) =>
          data.startedAt === null ? (
            <div className="card">
              <EmptyState
                title={words.initialSync.notStarted}
                action={
                  <ButtonLink look="primary" to="/setup/start">
                    {words.initialSync.toStart}
                  </ButtonLink>
                }
              />
            </div>
          ) : (
            <Running sync={data} startedAt={data.startedAt} />
          )
        }
      </Faces>
    </Page>
  );
};

const shareOf = (read: number, total: number | null): number | null =>
  total === null ? null : total === 0 ? 1 : Math.min(read / total, 1);

const leftText = (row: InitialSyncRow, { words, formats }: Spoken): string => {
  switch (row.phase) {
    case 'done':
      return row.startedAt === null || row.endedAt === null
        ? '–'
        : words.initialSync.took(formats.duration(Date.parse(row.endedAt) - Date.parse(row.startedAt)));
    case 'failed':
    case 'waiting':
      return '–';
    case 'preparing':
    case 'reading':
      return row.remainingMs === null
        ? words.initialSync.estimating
        : formats.range(row.remainingMs.low, row.remainingMs.high);
  }
};

const Running = ({ sync, startedAt }: { readonly sync: InitialSync; readonly startedAt: string }) => {
  const voice = useWords();
  const { words, formats } = voice;
  const isPreparing = sync.objects.some((row) => row.phase === 'preparing');
  const columns: readonly Column<InitialSyncRow>[] = [
    { key: 'object', title: words.initialSync.object, cell: (row) => words.objects[row.object] },
    {
      key: 'read',
      title: words.initialSync.read,
      cell: (row) => <Read row={row} />,
    },
    {
      key: 'rate',
      title: words.initialSync.rate,
      isNumeric: true,
      cell: (row) =>
        row.recordsPerSecond === null ? '–' : words.initialSync.perSecond(formats.rate(row.recordsPerSecond)),
    },
    { key: 'left', title: words.initialSync.left, isNumeric: true, cell: (row) => leftText(row, voice) },
    {
      key: 'calls',
      title: words.initialSync.calls,
      isNumeric: true,
      isOffPhone: true,
      cell: (row) => formats.number(row.calls),
    },
    {
      key: 'state',
      title: words.initialSync.state,
      isTight: true,
      cell: (row) => <Badge kind="phase" state={row.phase} />,
    },
  ];
  return (
    <>
      {sync.endedAt === null ? (
        <Whole sync={sync} startedAt={startedAt} />
      ) : (
        <Notice
          tone="ok"
          live="polite"
          title={words.initialSync.done(
            sync.readRecords,
            formats.duration(Date.parse(sync.endedAt) - Date.parse(startedAt)),
          )}
          actions={
            <ButtonLink isSmall to="/">
              {words.initialSync.toHome}
            </ButtonLink>
          }
        />
      )}
      {sync.objects.map((row) =>
        row.problem === null ? null : (
          <div key={row.object} className="stack tight">
            <h2>{words.objects[row.object]}</h2>
            <Failed problem={shownProblem(row.problem)} />
            <p className="muted">{words.initialSync.goesOn}</p>
          </div>
        ),
      )}
      <DataTable label={words.initialSync.title} columns={columns} rows={sync.objects} rowKey={(row) => row.object} />
      <p className="muted">
        {sync.endedAt === null && isPreparing ? `${words.initialSync.preparing} ` : ''}
        {sync.endedAt === null ? words.initialSync.mayClose : ''}
      </p>
    </>
  );
};

/** All objects together. */
const Whole = ({ sync, startedAt }: { readonly sync: InitialSync; readonly startedAt: string }) => {
  const { words, formats } = useWords();
  const now = useNow(1_000);
  const share = shareOf(sync.readRecords, sync.totalRecords);
  const said = share === null ? words.initialSync.estimating : formats.percent(share);
  const left =
    sync.remainingMs === null
      ? words.initialSync.estimating
      : formats.range(sync.remainingMs.low, sync.remainingMs.high);
  return (
    <section className="card whole" aria-label={words.initialSync.all}>
      <div className="row spread">
        <span className="share">{said}</span>
        <span className="muted number">
          {words.initialSync.left}: {left}
        </span>
      </div>
      <Progress label={words.initialSync.title} share={share} text={said} />
      <div className="row spread muted number">
        <span>
          {sync.totalRecords === null
            ? formats.number(sync.readRecords)
            : words.initialSync.of(sync.readRecords, sync.totalRecords)}
        </span>
        <span>{words.initialSync.elapsed(clockSince(startedAt, now))}</span>
      </div>
    </section>
  );
};

const Read = ({ row }: { readonly row: InitialSyncRow }) => {
  const { words, formats } = useWords();
  const share = shareOf(row.readRecords, row.totalRecords);
  return (
    <span className="read-cell">
      <span className="number">
        {row.totalRecords === null
          ? formats.number(row.readRecords)
          : words.initialSync.of(row.readRecords, row.totalRecords)}
      </span>
      {row.phase === 'reading' || row.phase === 'done' ? (
        <Progress
          isSmall
          label={words.initialSync.progressOf(words.objects[row.object])}
          share={row.phase === 'done' ? 1 : share}
          text={share === null ? words.initialSync.estimating : formats.percent(share)}
          isDone={row.phase === 'done'}
        />
      ) : null}
    </span>
  );
};
