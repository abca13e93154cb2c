import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.ts';
import { useWords } from '../words/use-words.ts';
import { Failed } from './failed.tsx';
import { Notice } from './notice.tsx';
import { Skeleton } from './skeleton.tsx';

type Asked<Data> = Pick<
  UseQueryResult<Data> | UseInfiniteQueryResult<Data>,
  'data' | 'error' | 'isFetching' | 'dataUpdatedAt' | 'refetch'
>;

export interface FacesProps<Data> {
  readonly query: Asked<Data>;
  readonly skeleton?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/** The faces every answer has: loading, failed, there; and old rows with a line above them when asking again failed. */
export const Faces = <Data,>({ query, skeleton, children }: FacesProps<Data>) => {
  const { words, formats } = useWords();
  if (query.data === undefined) {
    if (query.error === null) return skeleton ?? <Skeleton />;
    return (
      <Failed problem={problemOf(query.error)} onRetry={() => void query.refetch()} isRetrying={query.isFetching} />
    );
  }
  const asOf = formats.time(new Date(query.dataUpdatedAt).toISOString(), new Date());
  return (
    <>
      {query.error === null ? null : (
        <Notice tone="warn" live="polite">
          {words.common.stale(asOf)}
        </Notice>
      )}
      {children(query.data)}
    </>
  );
};
