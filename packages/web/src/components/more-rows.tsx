import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';
import { useTotal } from './total.tsx';

/** What every list of the API answers, a page at a time. */
interface ListPage {
  readonly rows: readonly unknown[];
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly totalIsFloor?: boolean;
}

export interface MoreRowsProps {
  readonly list: UseInfiniteQueryResult<InfiniteData<ListPage>>;
  /** How many rows a page has. */
  readonly page: number;
  /** More ways through the list. */
  readonly children?: ReactNode;
}

/** Below a list: how much of it is here, and the way to more. */
export const MoreRows = ({ list, page, children }: MoreRowsProps) => {
  const { words } = useWords();
  const totalOf = useTotal();
  const first = list.data?.pages[0];
  if (list.data === undefined || first === undefined) return null;
  const shown = list.data.pages.reduce((sum, { rows }) => sum + rows.length, 0);
  const more = first.totalIsFloor ? page : Math.min(page, Math.max(first.total - shown, 1));
  return (
    <div className="more-rows">
      <span className="number">{words.common.shownOf(shown, totalOf(first))}</span>
      {list.hasNextPage ? (
        <span className="row">
          <Button onPress={() => void list.fetchNextPage()} isPending={list.isFetchingNextPage}>
            {words.common.showMore(more)}
          </Button>
          {children}
        </span>
      ) : null}
    </div>
  );
};
