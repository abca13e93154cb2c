import type { ErrorRow } from '@syncline/contract/errors';
import type { List } from '@syncline/contract/shared';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { queries } from '../../api/queries.ts';
import { CopyValue } from '../../components/copy-value.tsx';
import { CsvLink } from '../../components/csv-link.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { LiveLine } from '../../components/live-line.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Page } from '../../components/page.tsx';
import { PickedBar } from '../../components/picked-bar.tsx';
import { When } from '../../components/time.tsx';
import { useHeldRows } from '../../lib/use-held-rows.ts';
import { type Picked, usePicked } from '../../lib/use-picked.ts';
import { WhoMay } from '../../shell/who-may.tsx';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';
import { DiscardButton, RetryButton } from './act-buttons.tsx';
import { causeSentence } from './cause-card.tsx';
import { HowToFix } from './how-to-fix.tsx';

const PAGE = 100;

/** The records behind one cause. */
export const CauseScreen = ({ cause }: { readonly cause: string }) => {
  const { words } = useWords();
  const causes = useQuery(queries.errorCauses());
  const rows = useInfiniteQuery(queries.errors(cause));
  const picked = usePicked();
  const known = causes.data?.causes.find((each) => each.id === cause);
  const total = rows.data?.pages[0]?.total ?? 0;
  return (
    <Page
      title={known === undefined ? words.errors.rowsOf : causeSentence(known, words)}
      lead={known === undefined ? undefined : `${words.common.whoFixes}: ${words.common.who[known.whoCanFix]}`}
      above={<Link to="/errors">{words.errors.allCauses}</Link>}
      actions={
        total === 0 ? undefined : (
          <>
            {known === undefined ? null : <HowToFix error={known} />}
            <CsvLink list="errors" filter={{ cause }} label={words.lists.exportCsv(total)} isSmall />
            <RetryButton choice={{ cause }} count={known?.affected ?? total} />
          </>
        )
      }
    >
      <WhoMay needs="operator" />
      <Faces query={rows}>
        {(data) => {
          const first = data.pages[0];
          return first === undefined || first.rows.length === 0 ? (
            <div className="card">
              <EmptyState title={words.errors.gone} />
            </div>
          ) : (
            <ErrorList cause={cause} errors={rows} first={first} picked={picked} />
          );
        }}
      </Faces>
    </Page>
  );
};

interface ErrorListProps {
  readonly cause: string;
  readonly errors: UseInfiniteQueryResult<InfiniteData<List<ErrorRow>>>;
  readonly first: List<ErrorRow>;
  readonly picked: Picked;
}

const errorKey = (row: ErrorRow): number => row.errorId;

/** What is refused while somebody reads waits above. */
const ErrorList = ({ cause, errors, first, picked }: ErrorListProps) => {
  const [isInside, setInside] = useState(false);
  const pages = errors.data?.pages;
  const latest = useMemo(() => pages?.flatMap(({ rows }) => rows) ?? [], [pages]);
  const live = useHeldRows(latest, {
    keyOf: errorKey,
    list: `${cause} ${pages?.length}`,
    isHeld: isInside || picked.keys.size > 0,
    isFromEnd: false,
  });
  return (
    <div>
      <LiveLine live={live} />
      <PickedBar picked={picked}>
        <PickedActs picked={picked} />
      </PickedBar>
      <Rows cause={cause} rows={live.rows} total={first.total} picked={picked} onHover={setInside} />
      <MoreRows list={errors} page={PAGE} />
    </div>
  );
};

const PickedActs = ({ picked }: { readonly picked: Picked }) => {
  const choice = { ids: [...picked.keys].map(Number) };
  return (
    <>
      <RetryButton choice={choice} count={picked.keys.size} onDone={picked.clear} />
      <DiscardButton choice={choice} count={picked.keys.size} onDone={picked.clear} />
    </>
  );
};

export const errorName = (row: ErrorRow, words: Words): string =>
  row.personName ?? (row.personId === null ? objectWord(row.object, words) : words.errors.openPerson(row.personId));

interface RowsProps {
  readonly cause: string;
  readonly rows: readonly ErrorRow[];
  readonly total: number;
  readonly picked: Picked;
  readonly onHover: (isInside: boolean) => void;
}

const Rows = ({ cause, rows, total, picked, onHover }: RowsProps) => {
  const { words } = useWords();
  const columns: readonly Column<ErrorRow>[] = [
    {
      key: 'person',
      width: '20%',
      title: words.errors.person,
      isCut: true,
      cell: (row) => (
        <Link to="/errors/$cause/$entryId" params={{ cause, entryId: String(row.errorId) }}>
          {errorName(row, words)}
        </Link>
      ),
    },
    { key: 'when', width: '13%', title: words.errors.when, isTight: true, cell: (row) => <When at={row.at} /> },
    {
      key: 'record',
      width: '19%',
      title: words.errors.record,
      isTight: true,
      cell: (row) => (row.salesforceId === null ? '–' : <CopyValue value={row.salesforceId} />),
    },
    {
      key: 'fields',
      width: '15%',
      title: words.errors.fields,
      isCut: true,
      cell: (row) => row.fields.join(', ') || '–',
    },
    { key: 'said', width: '33%', title: words.errors.said, isCut: true, cell: (row) => row.message },
  ];
  return (
    <DataTable
      label={words.errors.rowsOf}
      columns={columns}
      rows={rows}
      rowKey={errorKey}
      total={total}
      onHover={onHover}
      isOneLine
      picking={{
        picked: picked.keys,
        onPick: picked.pick,
        labelOf: (row) => words.lists.pick(errorName(row, words)),
        allLabel: words.lists.pickAll,
      }}
    />
  );
};
