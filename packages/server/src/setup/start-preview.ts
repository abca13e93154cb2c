/** What Start Sync would do: counts of the org now, and estimates from them. The estimates are pure. */
import type { RangeMs } from '@syncline/contract/shared';
import { EXTERNAL_ID_FIELD, type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { filterSoql } from '../salesforce/soql-filter.ts';

export interface ObjectCount {
  readonly object: SyncObject;
  readonly records: number;
}

/** Of what the filters let in. */
export const countObjects = async (salesforce: Salesforce, map: FieldMap): Promise<readonly ObjectCount[]> =>
  Promise.all(
    SYNC_OBJECTS.map(async (object) => ({
      object,
      records: await salesforce.count(object, filterSoql(map.objects[object])),
    })),
  );

/** One to count, one to make the job, about six to ask for its state, and one a page. */
const CALLS_AN_OBJECT = 8;

export const estimateCalls = (counts: readonly ObjectCount[], pageRows: number): number =>
  counts.reduce((calls, { records }) => calls + CALLS_AN_OBJECT + Math.max(1, Math.ceil(records / pageRows)), 0);

/**
 * Salesforce prepares a file an object, most in seconds, longer when it is busy; reading took 30,000 records a
 * second on two cores and takes 4,000 over a slow line.
 */
const PREPARE_MS = { low: 500, high: 10_000 } as const;
const RECORDS_A_SECOND = { fast: 30_000, slow: 4_000 } as const;

export const estimateDuration = (counts: readonly ObjectCount[]): RangeMs => {
  const records = counts.reduce((sum, count) => sum + count.records, 0);
  const filled = counts.filter((count) => count.records > 0).length;
  return {
    low: Math.round(filled * PREPARE_MS.low + (records / RECORDS_A_SECOND.fast) * 1000),
    high: Math.round(filled * PREPARE_MS.high + (records / RECORDS_A_SECOND.slow) * 1000),
  };
};

/** An aggregate answers at most 2,000 groups in one page; from there on the number is a lower bound. */
const GROUPS_MAX = 2_000;
/** Fixed texts: no name or value from outside is in them. */
const SHARED_EMAILS = (['Lead', 'Contact'] as const).map(
  (object) => `SELECT Email FROM ${object} WHERE Email != null GROUP BY Email HAVING COUNT(Id) > 1 LIMIT ${GROUPS_MAX}`,
);

export interface SharedEmails {
  /** Addresses on several leads, plus addresses on several contacts; null: the org would not count them. */
  readonly count: number | null;
  readonly isExact: boolean;
}

/** The sync does not merge duplicates (N10); the start says how many there are. An org too large to group is no reason not to start. */
export const countSharedEmails = async (salesforce: Salesforce): Promise<SharedEmails> => {
  try {
    const groups = await Promise.all(SHARED_EMAILS.map((query) => salesforce.records<{ Email: string }>(query)));
    const emails = new Set(groups.flatMap((rows) => rows.map(({ Email }) => Email.toLowerCase())));
    return { count: emails.size, isExact: groups.every((rows) => rows.length < GROUPS_MAX) };
  } catch {
    return { count: null, isExact: false };
  }
};

/** Fixed texts, as above. */
const KEYED = (['Lead', 'Contact'] as const).map(
  (object) => `SELECT COUNT(Id) records FROM ${object} WHERE ${EXTERNAL_ID_FIELD} != null`,
);

/**
 * SET10: before the start nobody here has written to this org, so a key in it is another Syncline's, or an earlier one's. A sandbox copy holds such keys too, and
 * there the answer is the same: say that this one takes over.
 */
export const countKeyed = async (salesforce: Salesforce): Promise<number> => {
  const counts = await Promise.all(KEYED.map((query) => salesforce.records<{ records: number }>(query)));
  return counts.reduce((sum, [row]) => sum + (row?.records ?? 0), 0);
};
