import { useWords } from '../words/use-words.ts';

interface Counted {
  readonly total: number;
  readonly totalIsExact: boolean;
  /** There are more than `total`, and nobody counted how many. */
  readonly totalIsFloor?: boolean;
}

/** How many rows a list has, no more exactly than it is known. */
export const useTotal = (): ((counted: Counted) => string) => {
  const { words, formats } = useWords();
  return ({ total, totalIsExact, totalIsFloor = false }) =>
    totalIsFloor ? words.common.moreThan(total) : totalIsExact ? formats.number(total) : words.common.about(total);
};
