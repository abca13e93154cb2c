import type { List } from '@syncline/contract/shared';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';
import { type Column, DataTable } from './data-table.tsx';
import { EmptyState } from './empty-state.tsx';
import { Faces } from './faces.tsx';
import { MoreRows } from './more-rows.tsx';
import { Page } from './page.tsx';
import { SearchField } from './search-field.tsx';
import { useTotal } from './total.tsx';

/** Rows of a page, as the server cuts them; only the button's words need it. */
const PAGE = 100;

export interface RecordListProps<Row> {
  readonly title: string;
  readonly lead: string;
  readonly searchLabel: string;
  readonly q: string | undefined;
  readonly onSearch: (q: string | undefined) => void;
  readonly query: UseInfiniteQueryResult<InfiniteData<List<Row>>>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => number;
  /** Said when there is none at all. */
  readonly none: string;
  readonly icon: ReactNode;
}

/** A screen that is one list with a search: companies, opportunities. */
export const RecordList = <Row,>(props: RecordListProps<Row>) => {
  const { query } = props;
  const first = query.data?.pages[0];
  const totalOf = useTotal();
  const total = first === undefined ? '' : totalOf(first);
  return (
    <Page title={props.title} lead={props.lead} beside={<span className="lead muted number">{total}</span>}>
      <div className="row">
        <SearchField
          label={props.searchLabel}
          value={props.q ?? ''}
          onSearch={(q) => props.onSearch(q.trim() === '' ? undefined : q.trim())}
        />
      </div>
      <Faces query={query}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.rows);
          if (first === undefined || rows.length === 0) return <NoRows {...props} />;
          return (
            <div aria-busy={query.isPlaceholderData}>
              <DataTable
                label={props.title}
                columns={props.columns}
                rows={rows}
                rowKey={props.rowKey}
                total={first.total}
                isOneLine
              />
              <MoreRows list={query} page={PAGE} />
            </div>
          );
        }}
      </Faces>
    </Page>
  );
};

const NoRows = <Row,>(props: RecordListProps<Row>) => {
  const { words } = useWords();
  return (
    <div className="card">
      {props.q === undefined ? (
        <EmptyState icon={props.icon} title={props.none} />
      ) : (
        <EmptyState
          icon={props.icon}
          title={words.lists.noMatch}
          action={<Button onPress={() => props.onSearch(undefined)}>{words.common.clearFilters}</Button>}
        />
      )}
    </div>
  );
};
