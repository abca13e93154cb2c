import './people.css';
import { PEOPLE_VIEWS, type PeopleView, type PersonRow } from '@syncline/contract/people';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useCallback } from 'react';
import { PEOPLE_PAGE, type PeopleFilter } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { CsvLink } from '../../components/csv-link.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { PickedBar } from '../../components/picked-bar.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Select } from '../../components/select.tsx';
import { TabLink } from '../../components/tab-link.tsx';
import { When } from '../../components/time.tsx';
import { usePicked } from '../../lib/use-picked.ts';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { SyncPicked } from './sync-picked.tsx';

/** Who is it, and in step? Search and view live in the address. */
export const PeopleScreen = ({ search }: { readonly search: PeopleFilter }) => {
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
    <Page
      title={words.people.title}
      beside={<span className="lead muted number">{total}</span>}
      actions={
        first === undefined || first.total === 0 ? undefined : (
          <CsvLink list="people" filter={{ ...search }} label={words.lists.exportCsv(first.total)} isSmall />
        )
      }
    >
      <div className="stack">
        <div className="row">
          <SearchField label={words.people.search} value={search.q ?? ''} onSearch={find} />
          <PeopleFilters search={search} />
        </div>
        <Views search={search} />
      </div>
      {search.view === 'likely_duplicates' ? <p className="muted">{words.people.duplicatesHint}</p> : null}
      <Faces query={people}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          if (first === undefined || rows.length === 0) return <Nobody search={search} />;
          return (
            <div aria-busy={people.isPlaceholderData}>
              <span role="status" className="visually-hidden">
                {search.q === undefined ? '' : words.people.found(formats.number(first.total))}
              </span>
              <PeopleTable rows={rows} total={first.total} />
              <MoreRows list={people} page={PEOPLE_PAGE} />
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

/** The views with how many each holds; what else narrows the list stays when the view changes. */
const Views = ({ search }: { readonly search: PeopleFilter }) => {
  const { words, formats } = useWords();
  const counts = useQuery(queries.peopleViews()).data?.views ?? [];
  const countOf = (view: PeopleView): string => {
    const counted = counts.find((each) => each.view === view);
    if (counted === undefined || (counted.total === 0 && view !== 'all')) return '';
    return counted.totalIsExact ? formats.number(counted.total) : words.common.about(counted.total);
  };
  return (
    <nav className="views" aria-label={words.people.viewsLabel}>
      {PEOPLE_VIEWS.map((view) => (
        <TabLink
          key={view}
          to="/people"
          search={{ ...search, view: view === 'all' ? undefined : view }}
          isCurrent={(search.view ?? 'all') === view}
        >
          {words.people.views[view]} <span className="view-count number">{countOf(view)}</span>
        </TabLink>
      ))}
    </nav>
  );
};

const RECORD_KINDS = [
  'lead',
  'contact',
  'marketing_only',
  'deleted',
] as const satisfies readonly PersonRow['recordKind'][];

const PeopleFilters = ({ search }: { readonly search: PeopleFilter }) => {
  const { words } = useWords();
  const navigate = useNavigate();
  const go = (change: PeopleFilter): void =>
    void navigate({ to: '/people', search: { ...search, ...change }, replace: true });
  return (
    <>
      <Select
        label={words.people.record}
        value={search.record ?? 'any'}
        options={[
          { value: 'any', label: words.people.anyRecord },
          ...RECORD_KINDS.map((value) => ({ value, label: words.badges.record[value] })),
        ]}
        onChange={(record) => go({ record: record === 'any' ? undefined : record })}
      />
      <SearchField
        isFilter
        label={words.people.ownerFilter}
        value={search.owner ?? ''}
        onSearch={(owner) => go({ owner: owner.trim() === '' ? undefined : owner.trim() })}
      />
    </>
  );
};

const nameOfPerson = (person: PersonRow, words: Words): string => person.name ?? person.email ?? words.people.noName;

const PeopleTable = ({ rows, total }: { readonly rows: readonly PersonRow[]; readonly total: number }) => {
  const { words } = useWords();
  const picked = usePicked();
  return (
    <>
      <PickedBar picked={picked}>
        <SyncPicked rows={rows} picked={picked} />
      </PickedBar>
      <DataTable
        label={words.people.tableLabel}
        columns={peopleColumns(words)}
        rows={rows}
        rowKey={(person) => person.personId}
        total={total}
        isOneLine
        picking={{
          picked: picked.keys,
          onPick: picked.pick,
          labelOf: (person) => words.lists.pick(nameOfPerson(person, words)),
          allLabel: words.lists.pickAll,
        }}
      />
    </>
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
        {nameOfPerson(person, words)}
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

const Nobody = ({ search }: { readonly search: PeopleFilter }) => {
  const { words } = useWords();
  const isFiltered = Object.values(search).some((value) => value !== undefined);
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
