import './run.css';
import type { RunDetail } from '@syncline/contract/runs';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page, Section } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { useWords } from '../../words/use-words.ts';
import { causeSentence } from '../errors/cause-card.tsx';
import { UndoButton } from '../undo/undo-button.tsx';
import { objectWord, operationWord } from './activity.tsx';

/** One run: what it did, how long it took, and what it could not do. */
export const RunScreen = ({ runId }: { readonly runId: number }) => {
  const { words } = useWords();
  const run = useQuery(queries.run(runId));
  return (
    <Page
      title={words.activity.run(runId)}
      above={<Link to="/activity">{words.activity.title}</Link>}
      beside={run.data === undefined ? undefined : <Badge kind="run" state={run.data.run.status} />}
      lead={
        run.data === undefined
          ? undefined
          : `${objectWord(run.data.run.object, words)} · ${operationWord(run.data.run.operation, words)}`
      }
      actions={
        run.data !== undefined && isUndoable(run.data) ? (
          <UndoButton target={{ kind: 'run', id: runId }}>{words.undo.run}</UndoButton>
        ) : undefined
      }
    >
      <Faces query={run}>
        {(data) => (
          <>
            {data.undoId === null ? null : (
              <Notice
                tone="idle"
                title={words.undo.wasUndone}
                actions={
                  <Link to="/undos/$undoId" params={{ undoId: String(data.undoId) }}>
                    {words.undo.toUndo(data.undoId)}
                  </Link>
                }
              />
            )}
            {data.run.problem === null ? null : <Failed problem={shownProblem(data.run.problem)} />}
            <div className="two-columns">
              <Section title={words.activity.counts}>
                <Counts detail={data} />
              </Section>
              <Section title={words.activity.facts}>
                <Facts detail={data} />
              </Section>
            </div>
            {data.errors.length === 0 ? null : (
              <Section title={words.activity.couldNot}>
                <RunErrors errors={data.errors} />
              </Section>
            )}
          </>
        )}
      </Faces>
    </Page>
  );
};

/** Whether values of people can go back: it has ended, and it changed or sent some. Whether any still may is asked of a look. */
const isUndoable = ({ run }: RunDetail): boolean =>
  run.endedAt !== null &&
  run.updated > 0 &&
  (run.object === 'Lead' || run.object === 'Contact') &&
  (run.operation === 'Pull updates' || run.operation === 'Push updates');

const COUNTS = ['created', 'updated', 'deleted', 'failed', 'skipped'] as const;

/** A bar a kind; together they are what was read or sent. */
const Counts = ({ detail }: { readonly detail: RunDetail }) => {
  const { words, formats } = useWords();
  const most = Math.max(...COUNTS.map((kind) => detail.run[kind]), 1);
  return (
    <div className="card">
      <dl className="run-bars number">
        {COUNTS.map((kind) => (
          <div key={kind} className="run-bar" data-kind={kind}>
            <dt>{words.activity[kind]}</dt>
            <dd>
              <span className="bar" aria-hidden style={{ width: `${(detail.run[kind] / most) * 100}%` }} />
              {formats.number(detail.run[kind])}
            </dd>
          </div>
        ))}
      </dl>
      <p className="muted caption number">{words.activity.together(detail.records)}</p>
    </div>
  );
};

const Facts = ({ detail }: { readonly detail: RunDetail }) => {
  const { words, formats } = useWords();
  const { run } = detail;
  const tookMs = run.endedAt === null ? null : Date.parse(run.endedAt) - Date.parse(run.startedAt);
  return (
    <div className="card">
      <dl className="facts">
        <dt>{words.activity.started}</dt>
        <dd>
          <When at={run.startedAt} />
        </dd>
        <dt>{words.activity.ended}</dt>
        <dd>
          <When at={run.endedAt} fallback={words.activity.running} />
        </dd>
        <dt>{words.activity.took}</dt>
        <dd className="number">{tookMs === null ? '–' : formats.duration(tookMs)}</dd>
        <dt>{words.activity.calls}</dt>
        <dd className="number">{formats.number(run.calls)}</dd>
        <dt>{words.conflicts.title}</dt>
        <dd className="number">
          {detail.conflicts === 0 ? 0 : <Link to="/conflicts">{formats.number(detail.conflicts)}</Link>}
        </dd>
      </dl>
    </div>
  );
};

const RunErrors = ({ errors }: { readonly errors: RunDetail['errors'] }) => {
  const { words, formats } = useWords();
  return (
    <DataTable
      label={words.activity.couldNot}
      columns={[
        {
          key: 'cause',
          title: words.activity.cause,
          cell: (error) =>
            error.open === 0 ? (
              <span>{causeSentence(error, words)}</span>
            ) : (
              <Link to="/errors/$cause" params={{ cause: error.id }}>
                {causeSentence(error, words)}
              </Link>
            ),
        },
        { key: 'code', title: words.errors.code, isOffPhone: true, cell: (error) => <code>{error.code}</code> },
        { key: 'count', title: words.activity.failed, isNumeric: true, cell: (error) => formats.number(error.count) },
        { key: 'open', title: words.activity.stillOpen, isNumeric: true, cell: (error) => formats.number(error.open) },
      ]}
      rows={errors}
      rowKey={(error) => error.id}
    />
  );
};
