import type { PeopleView, PersonRow } from '@syncline/contract/people';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useCallback } from 'react';
import { PEOPLE_PAGE } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { TabLink } from '../../components/tab-link.tsx';
import { When } from '../../components/time.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';

export interface PeopleSearch {
  readonly q?: string | undefined;
  readonly view?: PeopleView | undefined;
}

const VIEWS = ['all', 'waiting', 'with_errors', 'not_in_salesforce'] as const satisfies readonly PeopleView[];

/** Who is it, and in step? Search and view live in the address. */
export const PeopleScreen = ({ search }: { readonly search: PeopleSearch }) => {
  const { words, formats } = useWords();
  const navigate = useNavigate();
  // The rows of the search before stay until the next ones come, so that typing does not flicker.
  const people = useInfiniteQuery({ ...queries.people(search), placeholderData: keepPreviousData });
  const find = useCallback(
    (q: string) => {
      void navigate({
        to: '/people',
        search: (before) => ({ ...before, q: q.trim() === '' ? undefined : q.trim() }),
        replace: true,
      });
    },
    [navigate],
  );
  const first = people.data?.pages[0];
  const total =
    first === undefined
      ? ''
      : words.people.total(first.totalIsExact ? formats.number(first.total) : words.common.about(first.total));
  return (
    <Page title={words.people.title} beside={<span className="lead muted number">{total}</span>}>
      <div className="stack">
        <SearchField label={words.people.search} value={search.q ?? ''} onSearch={find} />
        <nav className="views" aria-label={words.people.viewsLabel}>
          {VIEWS.map((view) => (
            <TabLink
              key={view}
              to="/people"
              search={{ ...search, view: view === 'all' ? undefined : view }}
              isCurrent={(search.view ?? 'all') === view}
            >
              {words.people.views[view]}
            </TabLink>
          ))}
        </nav>
      </div>
      <Faces query={people}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          if (first === undefined || rows.length === 0) return <Nobody search={search} />;
          return (
            <div aria-busy={people.isPlaceholderData}>
              <span role="status" className="visually-hidden">
                {search.q === undefined ? '' : words.people.found(formats.number(first.total))}
              </span>
              <DataTable
                label={words.people.tableLabel}
                columns={peopleColumns(words)}
                rows={rows}
                rowKey={(person) => person.personId}
                total={first.total}
              />
              <MoreRows
                shown={rows.length}
                total={first.total}
                totalIsExact={first.totalIsExact}
                hasMore={people.hasNextPage}
                page={PEOPLE_PAGE}
                isFetching={people.isFetchingNextPage}
                onMore={() => void people.fetchNextPage()}
              />
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

const peopleColumns = (words: Words): readonly Column<PersonRow>[] => [
  {
    key: 'name',
    width: '15%',
    title: words.people.name,
    isCut: true,
    cell: (person) => (
      <Link to="/people/$personId" params={{ personId: String(person.personId) }}>
        {person.name ?? person.email ?? words.people.noName}
      </Link>
    ),
  },
  { key: 'email', width: '19%', title: words.people.email, isCut: true, cell: (person) => person.email ?? <Dash /> },
  {
    key: 'company',
    width: '15%',
    title: words.people.company,
    isCut: true,
    cell: (person) => person.company ?? <Dash />,
  },
  {
    key: 'record',
    width: '11%',
    title: words.people.record,
    isTight: true,
    isOffPhone: true,
    cell: (person) => <KindWord kind={person.recordKind} />,
  },
  {
    key: 'owner',
    width: '12%',
    title: words.people.owner,
    isCut: true,
    isOffPhone: true,
    cell: (person) => person.owner ?? <Dash />,
  },
  {
    key: 'state',
    width: '15%',
    title: words.people.state,
    isTight: true,
    cell: (person) => <Badge kind="person" state={person.syncState} />,
  },
  {
    key: 'updated',
    width: '13%',
    title: words.people.updated,
    isNumeric: true,
    isOffPhone: true,
    cell: (person) => <When at={person.updatedAt} />,
  },
];

const Dash = () => <span className="muted">–</span>;

/** In a long list the usual kinds are plain words; only a deleted record needs an eye. */
const KindWord = ({ kind }: { readonly kind: PersonRow['recordKind'] }) => {
  const { words } = useWords();
  return kind === 'deleted' ? (
    <Badge kind="record" state="deleted" />
  ) : (
    <span className={kind === 'marketing_only' ? 'muted' : undefined}>{words.badges.record[kind]}</span>
  );
};

const Nobody = ({ search }: { readonly search: PeopleSearch }) => {
  const { words } = useWords();
  const isFiltered = search.q !== undefined || search.view !== undefined;
  return (
    <div className="card">
      {isFiltered ? (
        <EmptyState
          icon={<Users aria-hidden strokeWidth={1.5} />}
          title={words.people.noMatch}
          action={
            <ButtonLink to="/people" search={{}}>
              {words.common.clearFilters}
            </ButtonLink>
          }
        />
      ) : (
        <EmptyState icon={<Users aria-hidden strokeWidth={1.5} />} title={words.people.none} />
      )}
    </div>
  );
};
