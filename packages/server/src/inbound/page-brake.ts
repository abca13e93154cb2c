/** Pages under the brake (SAFE1): one that changes too much goes as far as it may, and the object stops before the next row. */
import { countChanges, type Reading, type SampleRow, stop } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import type { SyncObject } from '../mapping/mapping.ts';
import { type PageBrake, PageBraked, type PagePlace } from './apply.ts';
import type { ReaderKit } from './parts.ts';

/** Where a page was stopped, and why. */
export interface Stopped {
  readonly place: PagePlace;
  readonly reading: Reading;
  readonly sample: readonly SampleRow[];
}

export interface Braked<T> {
  readonly done: T;
  /** null: all of the page went. */
  readonly stopped: Stopped | null;
}

/**
 * One page in a transaction; one that passes the brake is rolled back and goes again without the rows that may not. The stop is written with
 * what went.
 */
export const underBrake = async <T>(
  kit: ReaderKit,
  object: SyncObject,
  apply: (tx: Transaction, brake: PageBrake) => Promise<T>,
  stopped: Stopped | null = null,
): Promise<Braked<T>> => {
  try {
    return await kit.db.ownTransaction((tx) => applyOnce(kit, tx, object, stopped, apply));
  } catch (error) {
    if (!(error instanceof PageBraked)) throw error;
    const { place, reading, sample } = error;
    // The first time tells what is too much; a second one only where fewer rows may go than that.
    return underBrake(kit, object, apply, {
      place,
      reading: stopped?.reading ?? reading,
      sample: stopped?.sample ?? sample,
    });
  }
};

const applyOnce = async <T>(
  kit: ReaderKit,
  tx: Transaction,
  object: SyncObject,
  stopped: Stopped | null,
  apply: (tx: Transaction, brake: PageBrake) => Promise<T>,
): Promise<Braked<T>> => {
  const meter = { object, direction: 'in' } as const;
  const done = await apply(tx, {
    count: (inner, changed) => countChanges(inner, meter, changed, kit.bounds),
    leaveFrom: stopped?.place ?? null,
    keepThrough: await keepThrough(tx, object),
  });
  if (stopped !== null) await stop(tx, meter, stopped.reading, stopped.sample, stopped.sample.length);
  return { done, stopped };
};

/** SAFE2: the answer "keep ours" holds as long as its grant. */
const keepThrough = async (tx: Transaction, object: SyncObject): Promise<string | null> => {
  const [row] = await tx.query<{ kept: string | null }>(
    `select kept_through::text as kept from sync.brake_meter
      where object = $1 and direction = 'in' and kept_through is not null and granted_until > clock_timestamp()`,
    [object],
  );
  return row?.kept ?? null;
};
