import type { ErrorRow } from '@syncline/contract/errors';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { When } from '../../components/time.tsx';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';
import { causeSentence } from './errors.tsx';

const PAGE = 100;

/** The records behind one cause. */
export const CauseScreen = ({ cause }: { readonly cause: string }) => {
  const { words } = useWords();
  const causes = useQuery(queries.errorCauses());
  const rows = useInfiniteQuery(queries.errors(cause));
  const known = causes.data?.causes.find((each) => each.id === cause);
  return (
    <Page
      title={known === undefined ? words.errors.rowsOf : causeSentence(known, words)}
      lead={known === undefined ? undefined : `${words.common.whoFixes}: ${words.common.who[known.whoCanFix]}`}
      above={<Link to="/errors">{words.errors.allCauses}</Link>}
    >
      <Faces query={rows}>
        {(data) => {
          const all = data.pages.flatMap((page) => page.rows);
          const first = data.pages[0];
          if (first === undefined || all.length === 0) {
            return (
              <div className="card">
                <EmptyState title={words.errors.gone} />
              </div>
            );
          }
          return (
            <div>
              <Rows rows={all} />
              <MoreRows
                shown={all.length}
                total={first.total}
                totalIsExact={first.totalIsExact}
                hasMore={rows.hasNextPage}
                page={PAGE}
                isFetching={rows.isFetchingNextPage}
                onMore={() => void rows.fetchNextPage()}
              />
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

const Rows = ({ rows }: { readonly rows: readonly ErrorRow[] }) => {
  const { words } = useWords();
  const columns: readonly Column<ErrorRow>[] = [
    {
      key: 'person',
      title: words.errors.person,
      isTight: true,
      cell: (row) =>
        row.personId === null ? (
          <span>{objectWord(row.object, words)}</span>
        ) : (
          <Link to="/people/$personId" params={{ personId: String(row.personId) }}>
            {words.errors.openPerson(row.personId)}
          </Link>
        ),
    },
    { key: 'when', title: words.errors.when, isTight: true, cell: (row) => <When at={row.at} /> },
    {
      key: 'record',
      title: words.errors.record,
      isTight: true,
      cell: (row) => (row.salesforceId === null ? '–' : <CopyValue value={row.salesforceId} />),
    },
    { key: 'fields', title: words.errors.fields, cell: (row) => row.fields.join(', ') || '–' },
    { key: 'said', title: words.errors.said, cell: (row) => row.message },
    { key: 'code', title: words.errors.code, cell: (row) => <code>{row.code}</code>, isOffPhone: true },
  ];
  return <DataTable label={words.errors.rowsOf} columns={columns} rows={rows} rowKey={(row) => row.errorId} />;
};
