import { MERGE_PEOPLE_MAX, type SetAction } from '@syncline/contract/actions';
import type { People, PeopleField, PeopleRow } from '@syncline/contract/people';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { choiceOf, PEOPLE_PAGE, type PeopleFilter } from '../../api/client.ts';
import type { RunningAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { LiveLine } from '../../components/live-line.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { PickedBar } from '../../components/picked-bar.tsx';
import { useTotal } from '../../components/total.tsx';
import { useHeldRows } from '../../lib/use-held-rows.ts';
import { type Picked, usePicked } from '../../lib/use-picked.ts';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { ChooseColumns } from './choose-columns.tsx';
import type { ColumnKey } from './column-choice.ts';
import { nameOfPerson, peopleColumns } from './people-columns.tsx';
import { SetActs } from './set-acts.tsx';

export interface PeopleTableProps {
  readonly filter: PeopleFilter;
  readonly isFromEnd: boolean;
  readonly first: People;
  readonly people: UseInfiniteQueryResult<InfiniteData<People>>;
  readonly columns: readonly ColumnKey[];
  readonly fields: readonly PeopleField[];
  readonly act: RunningAction<SetAction>;
  readonly onColumns: (columns: readonly ColumnKey[]) => void;
  readonly onEnd: (isEnd: boolean) => void;
  /** Asked for those who are picked, a few. */
  readonly onMerge: (ids: readonly number[]) => void;
}

const keyOf = (person: PeopleRow): number => person.personId;

/** The rows: read from one end or the other, picked, and held still while somebody has hold of them. */
export const PeopleTable = (props: PeopleTableProps) => {
  const { words, formats } = useWords();
  const { people, first, isFromEnd } = props;
  const picked = usePicked();
  const [isInside, setInside] = useState(false);
  const pages = people.data?.pages;
  const latest = useMemo(() => pages?.flatMap(({ rows }) => rows) ?? [], [pages]);
  const live = useHeldRows(latest, {
    keyOf,
    list: `${isFromEnd} ${people.isPlaceholderData} ${pages?.length} ${props.columns.join(' ')}`,
    isHeld: isInside || picked.keys.size > 0,
    isFromEnd,
  });
  const { rows } = live;
  useAtEnd(isFromEnd && !people.isPlaceholderData);
  const ways = { people, first, isFromEnd, shown: rows.length, onEnd: props.onEnd };
  return (
    <div aria-busy={people.isPlaceholderData}>
      <span role="status" className="visually-hidden">
        {props.filter.q === undefined ? '' : words.people.found(formats.number(first.total))}
      </span>
      <LiveLine live={live}>
        <ChooseColumns columns={props.columns} fields={props.fields} onChange={props.onColumns} />
      </LiveLine>
      <PeoplePicked
        rows={rows}
        picked={picked}
        filter={props.filter}
        first={first}
        onMerge={props.onMerge}
        hasMore={people.hasNextPage || people.hasPreviousPage}
        act={props.act}
      />
      {isFromEnd ? <Earlier {...ways} /> : null}
      <DataTable
        label={words.people.tableLabel}
        columns={peopleColumns(props.columns, props.fields, words)}
        rows={rows}
        rowKey={keyOf}
        total={first.total}
        {...(isFromEnd && !first.totalIsFloor ? { rowsBefore: Math.max(0, first.total - rows.length) } : {})}
        isOneLine
        onHover={setInside}
        onEdge={(edge) => props.onEnd(edge === 'last')}
        picking={{
          picked: picked.keys,
          onPick: picked.pick,
          labelOf: (person) => words.lists.pick(nameOfPerson(person, words)),
          allLabel: words.lists.pickAll,
          // These rows answer the question before; whoever is picked of them would not be seen again.
          isDisabled: people.isPlaceholderData,
        }}
      />
      {isFromEnd ? <AtEnd {...ways} /> : <Later {...ways} />}
    </div>
  );
};

/** The last rows stand at the bottom of the page, so that is where one is. */
const useAtEnd = (isThere: boolean): void => {
  useEffect(() => {
    if (isThere) window.scrollTo({ top: document.documentElement.scrollHeight });
  }, [isThere]);
};

interface WaysProps extends Pick<PeopleTableProps, 'people' | 'first' | 'isFromEnd' | 'onEnd'> {
  readonly shown: number;
}

const Later = ({ people, onEnd }: WaysProps) => {
  const { words } = useWords();
  return (
    <MoreRows list={people} page={PEOPLE_PAGE}>
      <Button onPress={() => onEnd(true)}>{words.people.toLast}</Button>
    </MoreRows>
  );
};

const Earlier = ({ people, first, shown }: WaysProps) => {
  const { words } = useWords();
  if (!people.hasPreviousPage) return null;
  const more = first.totalIsExact ? Math.min(PEOPLE_PAGE, Math.max(first.total - shown, 1)) : PEOPLE_PAGE;
  return (
    <div className="more-rows above">
      <Button onPress={() => void people.fetchPreviousPage()} isPending={people.isFetchingPreviousPage}>
        {words.common.showEarlier(more)}
      </Button>
    </div>
  );
};

const AtEnd = ({ first, shown, onEnd }: WaysProps) => {
  const { words } = useWords();
  const totalOf = useTotal();
  return (
    <div className="more-rows">
      <span className="number">{words.common.lastOf(shown, totalOf(first))}</span>
      <Button onPress={() => onEnd(false)}>{words.people.toFirst}</Button>
    </div>
  );
};

interface PeoplePickedProps {
  readonly rows: readonly PeopleRow[];
  readonly picked: Picked;
  readonly filter: PeopleFilter;
  readonly first: People;
  readonly onMerge: PeopleTableProps['onMerge'];
  readonly hasMore: boolean;
  readonly act: RunningAction<SetAction>;
}

/** What can be done with those who are picked: here, or all that match. */
const PeoplePicked = ({ rows, picked, filter, first, onMerge, hasMore, act }: PeoplePickedProps) => {
  const { words } = useWords();
  const { mayAct } = useSession();
  const total = useTotal()(first);
  // Whoever is unpicked by hand is meant to be left out, so then it is no longer all.
  const [whole, setWhole] = useState<ReadonlySet<string | number> | null>(null);
  const isAll = whole !== null && whole === picked.keys;
  const areAllHere = picked.keys.size > 0 && rows.every(({ personId }) => picked.keys.has(personId));
  return (
    <PickedBar picked={picked} said={isAll ? words.people.matchingPicked(total) : undefined}>
      {areAllHere && hasMore && !isAll ? (
        <Button isSmall look="quiet" onPress={() => setWhole(picked.keys)}>
          {words.people.pickMatching(total)}
        </Button>
      ) : null}
      {isAll || picked.keys.size < 2 || picked.keys.size > MERGE_PEOPLE_MAX ? null : (
        <Button isSmall onPress={() => onMerge([...picked.keys].map(Number))} isDisabled={!mayAct}>
          {words.acts.merge}
        </Button>
      )}
      <SetActs
        picked={{
          whom: isAll ? { matching: choiceOf(filter) } : { ids: [...picked.keys].map(Number) },
          said: isAll ? words.acts.set.allOf(total) : words.acts.set.these(picked.keys.size),
        }}
        act={act}
        onBegun={picked.clear}
      />
    </PickedBar>
  );
};
