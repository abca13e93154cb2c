import type { Undo, UndoStays } from '@syncline/contract/undo';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Value } from '../../components/field-value.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page, Section } from '../../components/page.tsx';
import { Progress } from '../../components/progress.tsx';
import { When } from '../../components/time.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';
import { UndoButton } from './undo-button.tsx';

const PAGE = 100;

/** What an undo did, and what stayed; it can be undone in turn. */
export const UndoScreen = ({ undoId }: { readonly undoId: number }) => {
  const { words } = useWords();
  const undo = useQuery(queries.undoOf(undoId));
  return (
    <Page
      title={words.undo.title(undoId)}
      above={<Link to="/activity">{words.activity.title}</Link>}
      beside={
        undo.data === undefined ? undefined : (
          <Badge kind="run" state={undo.data.isEnded ? 'succeeded' : 'in_process'} />
        )
      }
      lead={undo.data === undefined ? undefined : <Source undo={undo.data} />}
      actions={
        undo.data?.isEnded && undo.data.changed > 0 ? (
          <UndoButton target={{ kind: 'undo', id: undoId }}>{words.undo.again}</UndoButton>
        ) : undefined
      }
    >
      <WhoMay needs="operator" />
      <Faces query={undo}>
        {(data) => (
          <>
            <Section title={words.undo.didTitle}>
              <Facts undo={data} />
            </Section>
            {data.isEnded ? (
              <Section title={words.undo.stayedTitle}>
                <Stayed undoId={undoId} />
              </Section>
            ) : null}
          </>
        )}
      </Faces>
    </Page>
  );
};

const Source = ({ undo: { kind, target } }: { readonly undo: Undo }) => {
  const { words } = useWords();
  const text = words.undo.of[kind](target);
  if (kind === 'run')
    return (
      <Link to="/activity/$runId" params={{ runId: String(target) }}>
        {text}
      </Link>
    );
  return kind === 'undo' ? (
    <Link to="/undos/$undoId" params={{ undoId: String(target) }}>
      {text}
    </Link>
  ) : (
    text
  );
};

const Facts = ({ undo }: { readonly undo: Undo }) => {
  const { words, formats } = useWords();
  const stayed = undo.stays.reduce((sum, { fields }) => sum + fields, 0);
  const text = words.undo.atWork(undo.decided, undo.people);
  return (
    <div className="card stack">
      {undo.isEnded ? null : (
        <div>
          <Progress label={words.undo.title(undo.undoId)} share={undo.decided / Math.max(undo.people, 1)} text={text} />
          <p className="muted caption number">{text}</p>
        </div>
      )}
      <dl className="facts">
        <dt>{words.undo.askedBy}</dt>
        <dd>{undo.askedBy}</dd>
        <dt>{words.undo.askedAt}</dt>
        <dd>
          <When at={undo.askedAt} />
        </dd>
        <dt>{words.undo.changed}</dt>
        <dd className="number">{formats.number(undo.changed)}</dd>
        <dt>{words.undo.staysPeople}</dt>
        <dd className="number">{formats.number(stayed)}</dd>
        {undo.gone === 0 ? null : (
          <>
            <dt>{words.undo.goneSince}</dt>
            <dd className="number">{formats.number(undo.gone)}</dd>
          </>
        )}
      </dl>
      <p className="muted" role="status">
        {undo.isEnded && undo.changed > 0 ? words.undo.sent : null}
      </p>
    </div>
  );
};

type Stay = UndoStays['rows'][number];

const Stayed = ({ undoId }: { readonly undoId: number }) => {
  const { words } = useWords();
  const stays = useInfiniteQuery(queries.undoStays(undoId));
  const columns: readonly Column<Stay>[] = [
    {
      key: 'person',
      title: words.undo.person,
      cell: (row) => (
        <Link to="/people/$personId" params={{ personId: String(row.personId) }}>
          {row.personName ?? words.conflicts.somebody(row.personId)}
        </Link>
      ),
    },
    { key: 'field', title: words.undo.field, cell: (row) => row.label },
    { key: 'now', title: words.undo.now, cell: (row) => <Value value={row.now} /> },
    { key: 'back', title: words.undo.back, isOffPhone: true, cell: (row) => <Value value={row.back} /> },
    { key: 'why', title: words.undo.why, cell: (row) => words.undo.whys[row.why] },
  ];
  return (
    <Faces query={stays}>
      {(data) => {
        const rows = data.pages.flatMap((page) => page.rows);
        return rows.length === 0 ? (
          <div className="card">
            <EmptyState icon={<CircleCheck aria-hidden strokeWidth={1.5} />} title={words.undo.nothingStayed} />
          </div>
        ) : (
          <div>
            <DataTable
              label={words.undo.stayedTitle}
              columns={columns}
              rows={rows}
              rowKey={(row) => `${row.personId} ${row.field}`}
            />
            <MoreRows list={stays} page={PAGE} />
          </div>
        );
      }}
    </Faces>
  );
};
