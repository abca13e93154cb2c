import type { FilterOfObject, ObjectFilter } from '@syncline/contract/filters';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { useWords } from '../../words/use-words.ts';

export interface FilterCountProps {
  readonly object: FilterOfObject['object'];
  readonly filter: ObjectFilter | null;
  readonly isToldSlow?: boolean;
}

/** How many records of the org a filter lets in, asked now. */
export const FilterCount = ({ object, filter, isToldSlow = false }: FilterCountProps) => {
  const { words, formats } = useWords();
  const counts = useQuery(queries.filterCounts(object, filter));
  return (
    <span role="status" className="muted number">
      {counts.data !== undefined
        ? words.filters.counts(formats.number(counts.data.in), formats.number(counts.data.out))
        : counts.error !== null
          ? words.filters.notCounted
          : words.filters.counting}
      {isToldSlow && counts.data?.isSlow ? `. ${words.filters.slow}` : null}
    </span>
  );
};
