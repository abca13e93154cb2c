import './people.css';
import type { SetAction } from '@syncline/contract/actions';
import type { People, PeopleField } from '@syncline/contract/people';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { choiceOf, type PeopleFilter } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { useAction } from '../../api/use-action.ts';
import { ButtonLink } from '../../components/button.tsx';
import { CsvLink } from '../../components/csv-link.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useTotal } from '../../components/total.tsx';
import { readPreference, writePreference } from '../../lib/preferences.ts';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { MergeDialog } from '../merge/merge-dialog.tsx';
import { type ColumnKey, fieldOfColumn, readColumns } from './column-choice.ts';
import { FieldFilters, PeopleFilters } from './people-filters.tsx';
import { PeopleTable } from './people-table.tsx';
import { Views } from './people-views.tsx';
import { SetOutcome } from './set-acts.tsx';

/** Search, view and filters live in the address, and which end of the list is read. */
export interface PeopleSearch extends PeopleFilter {
  readonly from?: 'end' | undefined;
}

/** A choice of this reader in this browser. */
const useColumns = (): readonly [readonly ColumnKey[], (columns: readonly ColumnKey[]) => void] => {
  const { user } = useSession();
  const name = `syncline.people.columns.${user?.userId ?? 0}` as const;
  const [kept, setKept] = useState<{ readonly name: string; readonly text: string | null } | null>(null);
  // Who reads is known a moment after the page is there.
  const text = kept?.name === name ? kept.text : readPreference(name);
  const columns = useMemo(() => readColumns(text), [text]);
  const change = (chosen: readonly ColumnKey[]): void => {
    writePreference(name, JSON.stringify(chosen));
    setKept({ name, text: JSON.stringify(chosen) });
  };
  return [columns, change];
};

/** Fields among the columns; one that the map no longer has is not asked for. */
const fieldsAmong = (columns: readonly ColumnKey[], fields: readonly PeopleField[]): readonly string[] =>
  columns.flatMap((column) => {
    const name = fieldOfColumn(column);
    return name !== null && fields.some(({ field }) => field === name) ? [name] : [];
  });

const NO_FIELDS: readonly PeopleField[] = [];

/** Who is it, and in step? */
export const PeopleScreen = ({ search }: { readonly search: PeopleSearch }) => {
  const { words } = useWords();
  const navigate = useNavigate();
  const { from, ...filter } = search;
  const [columns, changeColumns] = useColumns();
  const fields = useQuery(queries.peopleFields()).data?.fields ?? NO_FIELDS;
  const shownFields = fieldsAmong(columns, fields);
  // The rows of the search before stay until the next ones come, so that typing does not flicker.
  const people = useInfiniteQuery({
    ...queries.people(filter, { from, columns: shownFields }),
    placeholderData: keepPreviousData,
  });
  // Another list is read from its beginning.
  const narrow = useCallback(
    (change: PeopleFilter) =>
      void navigate({ to: '/people', search: (before) => ({ ...before, ...change, from: undefined }), replace: true }),
    [navigate],
  );
  const first = people.data?.pages[0];
  const [[merged, ...others], setMerging] = useState<readonly number[]>([]);
  // Whatever becomes of the list: those with whom something is done may leave it.
  const act = useAction<SetAction>();
  const parts = { filter, fields, onChange: narrow };
  return (
    <Page
      title={words.people.title}
      beside={<Total first={first} />}
      actions={<Actions filter={filter} first={first} columns={shownFields} />}
    >
      <div className="stack">
        <div className="row">
          <SearchField
            label={words.people.search}
            value={filter.q ?? ''}
            onSearch={(q) => narrow({ q: q.trim() === '' ? undefined : q.trim() })}
          />
          <PeopleFilters {...parts} />
        </div>
        <FieldFilters {...parts} />
        <Views filter={filter} />
      </div>
      {filter.view === 'likely_duplicates' ? <p className="muted">{words.people.duplicatesHint}</p> : null}
      <SetOutcome act={act} />
      <Faces query={people}>
        {(data) => {
          const [page] = data.pages;
          return page === undefined || data.pages.every(({ rows }) => rows.length === 0) ? (
            <Nobody filter={filter} />
          ) : (
            <PeopleTable
              key={JSON.stringify(filter)}
              filter={filter}
              isFromEnd={from === 'end'}
              first={page}
              people={people}
              columns={columns}
              fields={fields}
              act={act}
              onColumns={changeColumns}
              onMerge={setMerging}
              onEnd={(isEnd) =>
                void navigate({ to: '/people', search: { ...filter, from: isEnd ? 'end' : undefined }, replace: true })
              }
            />
          );
        }}
      </Faces>
      {/* Here, because the list may be empty before the merge has ended. */}
      {merged === undefined ? null : <MergeDialog personId={merged} others={others} onClose={() => setMerging([])} />}
    </Page>
  );
};

const Total = ({ first }: { readonly first: People | undefined }) => {
  const { words } = useWords();
  const totalOf = useTotal();
  return <span className="lead muted number">{first === undefined ? '' : words.people.total(totalOf(first))}</span>;
};

interface ActionsProps {
  readonly filter: PeopleFilter;
  readonly first: People | undefined;
  /** Fields that are shown beside, so that the file has them too. */
  readonly columns: readonly string[];
}

const Actions = ({ filter, first, columns }: ActionsProps) => {
  const { words } = useWords();
  if (first === undefined || first.total === 0) return null;
  const label = first.totalIsFloor ? words.lists.exportAll : words.lists.exportCsv(first.total);
  return (
    <CsvLink
      list="people"
      filter={{ ...choiceOf(filter), columns: columns.length === 0 ? undefined : columns.join(',') }}
      label={label}
      isSmall
    />
  );
};

const Nobody = ({ filter }: { readonly filter: PeopleFilter }) => {
  const { words } = useWords();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
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
