/** A Bulk query of an object's records, for whoever reads all of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../errors/errors.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import { type BulkJob, SalesforceError } from '../salesforce/salesforce.ts';
import { type ReaderKit, requireFilterFields } from './parts.ts';
import { loadQuery } from './queries.ts';

/** `fieldsOf` is asked again where a field turns out to be hidden. Errors: `filter-field-gone`, `field-gone`, and those of `Salesforce`. */
export const createJob = async (
  kit: ReaderKit,
  map: FieldMap,
  object: SyncObject,
  fieldsOf: () => readonly string[],
): Promise<BulkJob> => {
  const soql = (): string => loadQuery(map.objects[object], fieldsOf());
  try {
    return await kit.salesforce.createQueryJob(soql());
  } catch (error) {
    if (!(error instanceof SalesforceError) || error.word !== 'INVALID_FIELD') throw error;
    await kit.hidden.look(map, object);
    requireFilterFields(kit, map, object);
    return kit.salesforce.createQueryJob(soql());
  }
};

/** Returns when its pages are there. Errors: `job-failed`. */
export const waitForJob = async (
  kit: ReaderKit,
  object: SyncObject,
  jobId: string,
  signal: AbortSignal,
): Promise<void> => {
  let pauseMs = kit.bounds.jobPollFromMs;
  for (;;) {
    const { state, errorMessage } = await kit.salesforce.queryJob(jobId);
    if (state === 'JobComplete') return;
    if (state === 'Failed' || state === 'Aborted')
      throw new Problem('job-failed', { object, message: errorMessage ?? state });
    await delay(pauseMs, undefined, { signal });
    pauseMs = Math.min(pauseMs * 2, kit.bounds.jobPollToMs);
  }
};
