/** Where a pass of an object starts (IN2, IN3). The decision is pure. */
import type { Bounds } from '../lib/bounds.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import type { ReaderKit } from './parts.ts';

/** Of `sync.cursor`; times in milliseconds. */
export interface Cursor {
  readonly atMs: number | null;
  readonly deepFromMs: number | null;
  readonly askedMs: number | null;
  readonly deepAskedMs: number | null;
  readonly denseThroughMs: number | null;
  /** It starts at the beginning, because the object's filter is another one (IN14), or nobody read for too long (IN13). */
  readonly isFull: boolean;
}

export interface Start {
  /** As a query takes it: UTC, whole seconds. */
  readonly from: string;
  /** Before this stamp ids and stamps are enough, and what the mirror lacks is read by id; null: all of it is read whole. */
  readonly thinBefore: string | null;
  /** Of a long pass, from where on what is new is looked at before its turn (`glances.ts`); null: nothing was read yet. */
  readonly freshFrom: string | null;
}

const BEGINNING = '1970-01-01T00:00:00Z';

/**
 * An ordinary pass starts a short overlap before the cursor; a deep one from where the cursor stood at the previous deep pass, less the deep
 * overlap, and never later than an ordinary one. Salesforce's datetimes have no fractions here.
 *
 * Where that reaches into a dense stretch, it is no use to read again what was there when the pass before asked: whatever is at most an
 * overlap late was committed by then, but for the stamps of the last overlap before that. Of those again all is known that the mirror
 * has with its stamp, but for the last seconds, in which a record may have changed twice.
 */
export const decideStart = (
  cursor: Cursor,
  bounds: Pick<Bounds, 'overlapMs' | 'deepOverlapMs' | 'stampGrainMs'>,
  isDeep: boolean,
): Start => {
  const { atMs, askedMs, deepAskedMs, denseThroughMs } = cursor;
  if (atMs === null) return { from: BEGINNING, thinBefore: null, freshFrom: null };
  const freshFrom = secondOf(Math.max(atMs, askedMs ?? atMs) - bounds.overlapMs);
  if (cursor.isFull) return { from: BEGINNING, thinBefore: null, freshFrom };
  const isDense = (fromMs: number): boolean => denseThroughMs !== null && fromMs < denseThroughMs;
  const startOf = (cursorMs: number, pastMs: number | null, overlapMs: number): number => {
    const fromMs = cursorMs - overlapMs;
    return pastMs === null || !isDense(fromMs) ? fromMs : Math.max(fromMs, pastMs - overlapMs);
  };
  const ordinaryMs = startOf(atMs, askedMs, bounds.overlapMs);
  if (isDeep) {
    const deepMs = startOf(cursor.deepFromMs ?? atMs, deepAskedMs, bounds.deepOverlapMs);
    return { from: secondOf(Math.min(ordinaryMs, deepMs)), thinBefore: null, freshFrom };
  }
  const from = secondOf(ordinaryMs);
  const thinBefore = askedMs === null || !isDense(ordinaryMs) ? from : secondOf(askedMs - bounds.stampGrainMs);
  return { from, thinBefore: from < thinBefore ? thinBefore : null, freshFrom };
};

const secondOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export interface ObjectStart extends Start {
  readonly object: SyncObject;
  /** Where the cursor stood, as the database writes it. */
  readonly cursorAt: string | null;
  readonly isFull: boolean;
  /** IN13: it is read whole because nobody read for so long that records may have gone without a trace. */
  readonly isAway: boolean;
}

export const startsOf = async (
  kit: ReaderKit,
  objects: readonly SyncObject[],
  isDeep: boolean,
): Promise<readonly ObjectStart[]> =>
  (await kit.db.query<CursorRow>(CURSORS, [objects, kit.bounds.binMs])).map((row) => ({
    object: row.object,
    cursorAt: row.cursor_at,
    isFull: row.is_full || row.is_away,
    isAway: row.is_away,
    ...decideStart(
      {
        atMs: row.at_ms,
        deepFromMs: row.deep_from_ms,
        askedMs: row.asked_ms,
        deepAskedMs: row.deep_asked_ms,
        denseThroughMs: row.dense_through_ms,
        isFull: row.is_full || row.is_away,
      },
      kit.bounds,
      isDeep,
    ),
  }));

interface CursorRow {
  readonly object: SyncObject;
  readonly cursor_at: string | null;
  readonly at_ms: number | null;
  readonly deep_from_ms: number | null;
  readonly asked_ms: number | null;
  readonly deep_asked_ms: number | null;
  readonly dense_through_ms: number | null;
  readonly is_full: boolean;
  readonly is_away: boolean;
}

const msOf = (column: string): string => `extract(epoch from ${column})::float8 * 1000`;
const CURSORS = `
select object, at::text as cursor_at, rescan_version is not null as is_full,
       coalesce(last_began_at < clock_timestamp() - $2::float8 * interval '1 ms', false) as is_away,
       ${msOf('at')} as at_ms, ${msOf('deep_from')} as deep_from_ms, ${msOf('asked_at')} as asked_ms, ${msOf('deep_asked_at')} as deep_asked_ms,
       ${msOf('dense_through')} as dense_through_ms
  from sync.cursor where object = any ($1) order by array_position($1::text[], object)`;
