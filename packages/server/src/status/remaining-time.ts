/** An honest time left: a range from what was measured, or nothing without evidence (UI, principle 4). Pure. */
import type { RangeMs } from '@syncline/contract/shared';

export interface PageRead {
  readonly rows: number;
  /** Milliseconds since the epoch, the database's clock. */
  readonly at: number;
}

export interface Pace {
  readonly recordsPerSecond: number | null;
  readonly remainingMs: RangeMs | null;
}

const WINDOW_MS = 60_000;
const BUCKET_MS = 1_000;
/** Fewer seconds than this are no evidence. */
const BUCKETS_MIN = 3;
/** A tenth of the rates lies below, a tenth above. */
const TENTH = 0.1;
/** A second in which no page ended says little: nothing counts as slower than a quarter of the average. */
const SLOWEST_SHARE = 0.25;

/** `pages`: those of the last minute or more, in any order. `since`: when reading began. `left`: records that remain; null: unknown. */
export const measurePace = (pages: readonly PageRead[], since: number, now: number, left: number | null): Pace => {
  const from = Math.max(since, now - WINDOW_MS);
  const recent = pages.filter(({ at }) => at >= from && at <= now);
  const seconds = (now - from) / 1000;
  const rows = recent.reduce((sum, page) => sum + page.rows, 0);
  if (rows === 0 || seconds <= 0) return { recordsPerSecond: null, remainingMs: null };
  const average = rows / Math.max(seconds, BUCKET_MS / 1000);
  const rates = ratesOf(recent, from, now);
  if (left === null || rates.length < BUCKETS_MIN) return { recordsPerSecond: average, remainingMs: null };
  const slow = Math.max(rates[Math.floor(rates.length * TENTH)] ?? average, average * SLOWEST_SHARE);
  const fast = Math.max(rates[Math.ceil(rates.length * (1 - TENTH)) - 1] ?? average, average);
  return {
    recordsPerSecond: average,
    remainingMs: { low: Math.round((left / fast) * 1000), high: Math.round((left / Math.min(slow, average)) * 1000) },
  };
};

/** Records a second of each whole second, the slowest first. */
const ratesOf = (pages: readonly PageRead[], from: number, now: number): readonly number[] => {
  const count = Math.floor((now - from) / BUCKET_MS);
  const buckets = Array.from({ length: count }, () => 0);
  for (const { rows, at } of pages) {
    const bucket = Math.min(count - 1, Math.floor((at - from) / BUCKET_MS));
    if (bucket >= 0) buckets[bucket] = (buckets[bucket] ?? 0) + rows;
  }
  return buckets.sort((a, b) => a - b);
};

/** Objects are read one after another: ranges add up, and one that is unknown makes the whole unknown. */
export const addRanges = (ranges: readonly (RangeMs | null)[]): RangeMs | null =>
  ranges.reduce<RangeMs | null>(
    (sum, range) => (sum && range ? { low: sum.low + range.low, high: sum.high + range.high } : null),
    { low: 0, high: 0 },
  );
