import type { ConflictRow } from '@syncline/contract/conflicts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Value } from '../../components/field-value.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page, Section } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { useSession } from '../../shell/session.tsx';
import { WhoMay } from '../../shell/who-may.tsx';
import { useWords } from '../../words/use-words.ts';

const PAGE = 100;

/** What was decided where both sides changed the same field; each can be reversed. */
export const ConflictsScreen = () => {
  const { words } = useWords();
  const conflicts = useInfiniteQuery(queries.conflicts(undefined));
  return (
    <Page title={words.conflicts.title} lead={words.conflicts.lead}>
      <WhoMay needs="operator" />
      <Faces query={conflicts}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          const first = data.pages[0];
          if (first === undefined || rows.length === 0) {
            return (
              <div className="card">
                <EmptyState
                  icon={<Scale aria-hidden strokeWidth={1.5} />}
                  title={words.conflicts.none}
                  why={words.conflicts.noneMore}
                />
              </div>
            );
          }
          return (
            <div>
              <ConflictTable rows={rows} />
              <MoreRows list={conflicts} page={PAGE} />
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

const nameOfPerson = (row: ConflictRow, somebody: (id: number) => string): string =>
  row.personName ?? somebody(row.personId);

const ConflictTable = ({ rows }: { readonly rows: readonly ConflictRow[] }) => {
  const { words } = useWords();
  const columns: readonly Column<ConflictRow>[] = [
    {
      key: 'person',
      width: '14%',
      title: words.conflicts.person,
      cell: (row) => (
        <Link to="/people/$personId" params={{ personId: String(row.personId) }}>
          {nameOfPerson(row, words.conflicts.somebody)}
        </Link>
      ),
    },
    { key: 'when', width: '10%', title: words.conflicts.when, isTight: true, cell: (row) => <When at={row.at} /> },
    { key: 'field', width: '12%', title: words.conflicts.field, cell: (row) => <code>{row.field}</code> },
    { key: 'ours', width: '13%', title: words.conflicts.ours, cell: (row) => <Value value={row.ours} /> },
    { key: 'theirs', width: '13%', title: words.conflicts.theirs, cell: (row) => <Value value={row.theirs} /> },
    {
      key: 'base',
      width: '11%',
      title: words.conflicts.base,
      isOffPhone: true,
      cell: (row) => <Value value={row.base} />,
    },
    { key: 'decision', width: '10%', title: words.conflicts.decision, cell: (row) => <Decision row={row} /> },
    {
      key: 'reverse',
      width: '17%',
      title: words.conflicts.reverse,
      isTitleHidden: true,
      isTight: true,
      cell: (row) => <ReverseButton row={row} />,
    },
  ];
  return <DataTable label={words.conflicts.title} columns={columns} rows={rows} rowKey={(row) => row.conflictId} />;
};

const Decision = ({ row }: { readonly row: ConflictRow }) => {
  const { words } = useWords();
  return row.reversedAt === null ? (
    <span>{words.conflicts.winners[row.winner]}</span>
  ) : (
    <Badge kind="conflict" state="reversed" />
  );
};

export const ReverseButton = ({ row }: { readonly row: ConflictRow }) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const client = useQueryClient();
  const reverse = useMutation({
    mutationFn: () => api.reverseConflict(row.conflictId),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['conflicts'] });
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  if (row.reversedAt !== null) return null;
  return (
    <>
      <Button
        isSmall
        onPress={() => reverse.mutate()}
        isPending={reverse.isPending}
        isDisabled={!mayAct}
        label={words.conflicts.reverseOf(row.field, nameOfPerson(row, words.conflicts.somebody))}
      >
        {words.conflicts.reverse}
      </Button>
      {reverse.error === null ? null : <Failed problem={problemOf(reverse.error)} live="assertive" hideLink />}
    </>
  );
};

/** The conflicts of one person, on the person's page; nothing when there are none. */
export const PersonConflicts = ({ personId }: { readonly personId: number }) => {
  const { words } = useWords();
  const conflicts = useInfiniteQuery(queries.conflicts(personId));
  const rows = conflicts.data?.pages.flatMap((page) => page.rows) ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title={words.conflicts.title}>
      <ol className="timeline">
        {rows.map((row) => (
          <li key={row.conflictId} className="stack tight">
            <span className="row">
              <code>{row.field}</code> <Decision row={row} />
            </span>
            <dl className="facts caption">
              <dt>{words.conflicts.ours}</dt>
              <dd>
                <Value value={row.ours} />
              </dd>
              <dt>{words.conflicts.theirs}</dt>
              <dd>
                <Value value={row.theirs} />
              </dd>
              <dt>{words.conflicts.base}</dt>
              <dd>
                <Value value={row.base} />
              </dd>
            </dl>
            <span className="muted caption">
              <When at={row.at} />
            </span>
            <span>
              <ReverseButton row={row} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
};
