import { useCallback, useState } from 'react';
import { type HeldRows, holdRows, type Reading } from './hold-rows.ts';

export interface Holding<Row> extends Pick<Reading<Row>, 'keyOf' | 'isFromEnd'> {
  /** Which list it is and how much of it was asked for: another one is shown as it comes. */
  readonly list: string;
  /** Somebody has hold of a row. */
  readonly isHeld: boolean;
}

export interface Live<Row> extends HeldRows<Row> {
  /** The reader wants no updates for now. */
  readonly isPaused: boolean;
  readonly pause: (isPaused: boolean) => void;
  /** Shows what waits. */
  readonly take: () => void;
}

/** `latest` must be the same array as long as the answer is the same. */
export const useHeldRows = <Row>(
  latest: readonly Row[],
  { keyOf, list, isHeld, isFromEnd }: Holding<Row>,
): Live<Row> => {
  const [isPausedByHand, pause] = useState(false);
  const isPaused = isPausedByHand || isHeld;
  const [seen, setSeen] = useState({ latest, list, isPaused, held: { rows: latest, fresh: 0 } });
  let { held } = seen;
  if (seen.latest !== latest || seen.list !== list || seen.isPaused !== isPaused) {
    held =
      seen.list === list
        ? holdRows(seen.held.rows, latest, { keyOf, isPaused, isFromEnd })
        : { rows: latest, fresh: 0 };
    setSeen({ latest, list, isPaused, held });
  }
  const take = useCallback(() => setSeen((before) => ({ ...before, held: { rows: before.latest, fresh: 0 } })), []);
  return { ...held, isPaused: isPausedByHand, pause, take };
};
