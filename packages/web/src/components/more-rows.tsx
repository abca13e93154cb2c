import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

/** What every list of the API answers, a page at a time. */
interface ListPage {
  readonly rows: readonly unknown[];
  readonly total: number;
  readonly totalIsExact: boolean;
}

export interface MoreRowsProps {
  readonly list: UseInfiniteQueryResult<InfiniteData<ListPage>>;
  /** How many rows a page has. */
  readonly page: number;
}

/** Below a list: how much of it is here, and the way to more. */
export const MoreRows = ({ list, page }: MoreRowsProps) => {
  const { words, formats } = useWords();
  const first = list.data?.pages[0];
  if (list.data === undefined || first === undefined) return null;
  const shown = list.data.pages.reduce((sum, { rows }) => sum + rows.length, 0);
  const total = first.totalIsExact ? formats.number(first.total) : words.common.about(first.total);
  return (
    <div className="more-rows">
      <span className="number">{words.common.shownOf(shown, total)}</span>
      {list.hasNextPage ? (
        <Button onPress={() => void list.fetchNextPage()} isPending={list.isFetchingNextPage}>
          {words.common.showMore(Math.min(page, Math.max(first.total - shown, 1)))}
        </Button>
      ) : null}
    </div>
  );
};
