/** What a list shows of an answer that came while somebody reads it. Pure. */

type Key = string | number;

export interface HeldRows<Row> {
  readonly rows: readonly Row[];
  /** Rows that are there and not shown: they wait to be taken. */
  readonly fresh: number;
}

export interface Reading<Row> {
  readonly keyOf: (row: Row) => Key;
  readonly isPaused: boolean;
  /** The page is the last of its list: what is new stands at its end, and others came from before it. */
  readonly isFromEnd: boolean;
}

/**
 * A list that is read does not jump: new rows wait, and those that are shown keep their order. Meanwhile values follow, and who is gone goes, and the next
 * ones move up, but for two cases: while `isPaused` nothing moves, and while new rows wait nobody goes, for a page that new rows push on loses its
 * last ones, which still are.
 */
export const holdRows = <Row>(
  shown: readonly Row[],
  latest: readonly Row[],
  { keyOf, isPaused, isFromEnd }: Reading<Row>,
): HeldRows<Row> => {
  const byKey = new Map(latest.map((row) => [keyOf(row), row]));
  const stays = shown.filter((row) => byKey.has(keyOf(row)));
  const fresh = latest.length - stays.length;
  // Nobody reads an empty list, and one of which nothing is left is another list.
  if (stays.length === 0 && !(isPaused && shown.length > 0)) return { rows: latest, fresh: 0 };
  if (isPaused) return { rows: shown, fresh };
  if (movedUp(stays, isFromEnd ? latest.slice(-stays.length) : latest, keyOf) && fresh <= shown.length - stays.length)
    return { rows: latest, fresh: 0 };
  const rows = (fresh > 0 ? shown : stays).map((row) => byKey.get(keyOf(row)) ?? row);
  return { rows, fresh };
};

/**
 * Whoever is not shown yet stands behind all who are: where others went, the next ones of the page moved up, and are not new. Read from the end they
 * stand before them, and the earlier ones moved down.
 */
const movedUp = <Row>(stays: readonly Row[], places: readonly Row[], keyOf: (row: Row) => Key): boolean =>
  stays.every((row, at) => {
    const there = places[at];
    return there !== undefined && keyOf(there) === keyOf(row);
  });
