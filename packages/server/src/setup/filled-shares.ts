/** How often each field has a value, in a sample of each object: one query an object, its first page, kept for ten minutes. */

import { SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { CandidateField } from '../mapping/plan-fields.ts';
import type { QueryAnswer, Salesforce } from '../salesforce/salesforce.ts';
import { select } from '../salesforce/soql.ts';
import { pathOf } from './sync-fields.ts';

const SAMPLE_ROWS = 2_000;
const KEPT_MS = 600_000;

/**
 * A checkbox always has a value, and one that nobody ticked is not unused (an opt-out, for one): its share is not known.
 */
const isSampled = (field: CandidateField): boolean => field.type !== 'boolean' && field.column !== null;

export interface FilledShares {
  of(salesforce: Salesforce, orgId: string, fields: readonly CandidateField[]): Promise<ReadonlyMap<string, number>>;
}

export const createFilledShares = (now: () => number): FilledShares => {
  let kept: { readonly key: string; readonly at: number; readonly shares: ReadonlyMap<string, number> } | null = null;
  return {
    of: async (salesforce, orgId, fields) => {
      const sampled = fields.filter(isSampled);
      const key = `${orgId} ${sampled.map(pathOf).join(' ')}`;
      if (kept?.key === key && now() - kept.at < KEPT_MS) return kept.shares;
      const shares = await sample(salesforce, sampled);
      kept = { key, at: now(), shares };
      return shares;
    },
  };
};

const sample = async (
  salesforce: Salesforce,
  fields: readonly CandidateField[],
): Promise<ReadonlyMap<string, number>> => {
  const shares = new Map<string, number>();
  for (const object of SYNC_OBJECTS) {
    const mine = fields.filter((field) => field.object === object);
    if (mine.length === 0) continue;
    const [answer] = await salesforce.queryAll([sampleQuery(object, mine)]);
    for (const [path, share] of sharesOf(mine, recordsOf(answer))) shares.set(path, share);
  }
  return shares;
};

const sampleQuery = (object: SyncObject, fields: readonly CandidateField[]): string =>
  select({ from: object, fields: fields.map(({ name }) => name), limit: SAMPLE_ROWS });

/** An object that cannot be sampled has no shares; the list is complete without them. */
const recordsOf = (answer: QueryAnswer | undefined): readonly Readonly<Record<string, unknown>>[] => {
  if (!answer?.ok) return [];
  let found: unknown = JSON.parse(answer.page.body);
  for (const key of answer.page.path)
    found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return Array.isArray(found) ? (found as readonly Readonly<Record<string, unknown>>[]) : [];
};

export const sharesOf = (
  fields: readonly { readonly object: string; readonly name: string }[],
  records: readonly Readonly<Record<string, unknown>>[],
): ReadonlyMap<string, number> => {
  if (records.length === 0) return new Map();
  return new Map(
    fields.map((field) => [
      pathOf(field),
      records.filter((record) => record[field.name] !== null && record[field.name] !== undefined).length /
        records.length,
    ]),
  );
};
