/**
 * The initial load (IN15 to IN17): a Bulk query job an object, read page by page. What is known of it lies in `sync.load` and
 * `sync.load_page`, so that a killed load goes on with the same job from the first page that is missing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { asProblem, Problem } from '../errors/errors.ts';
import { type FieldMap, SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import { SalesforceError } from '../salesforce/salesforce.ts';
import { filterSoql } from '../salesforce/soql-filter.ts';
import { ReadingPassedOn } from './inbound.ts';
import { readPages } from './load-pages.ts';
import * as store from './load-store.ts';
import { databaseNow, type ReaderKit } from './parts.ts';
import { visibleFields } from './queries.ts';
import { createJob } from './query-job.ts';

/** Jobs are made first, all of them, so that Salesforce works while we read; then objects are read one after another. */
export const loadAll = async (kit: ReaderKit, signal: AbortSignal): Promise<void> => {
  const map = await kit.loadMap();
  await store.beginLoads(kit.db, SYNC_OBJECTS);
  const waiting = SYNC_OBJECTS.filter((object) => map.objects[object].fields.length > 0);
  for (const object of waiting) await guarded(kit, object, signal, () => ensureJob(kit, map, object));
  for (const object of waiting) {
    signal.throwIfAborted();
    await guarded(kit, object, signal, () => loadObject(kit, map, object, signal));
  }
  await store.endEmptyLoads(
    kit.db,
    SYNC_OBJECTS.filter((object) => !waiting.includes(object)),
  );
};

/** A failure is shown beside the load; what was read stays. Being asked to stop is no failure. */
const guarded = async (
  kit: ReaderKit,
  object: SyncObject,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (signal.aborted || error instanceof ReadingPassedOn) throw error;
    const { code, detail } = asProblem(error);
    await store.noteProblem(kit.db, object, { code, detail });
    throw error;
  }
};

const ensureJob = async (kit: ReaderKit, map: FieldMap, object: SyncObject): Promise<void> => {
  const load = await store.readLoad(kit.db, object);
  if (load.phase === 'done' || load.job_id !== null) return;
  const before = kit.salesforce.usage().calls;
  const expected = await kit.salesforce.count(object, filterSoql(map.objects[object]));
  // IN15: the cursor is Salesforce's time of a moment before the job, so that the first poll finds what changed since.
  const cursorFrom = await kit.salesforce.serverTime();
  const beganAt = await databaseNow(kit.db);
  const job = await createJob(kit, map, object, () => visibleFields(map, object, kit.hidden.of(object)));
  await store.beginJob(kit, object, {
    jobId: job.jobId,
    apiVersion: job.apiVersion,
    cursorFrom,
    beganAt,
    expected,
    calls: kit.salesforce.usage().calls - before,
  });
};

const loadObject = async (kit: ReaderKit, map: FieldMap, object: SyncObject, signal: AbortSignal): Promise<void> => {
  let load = await store.readLoad(kit.db, object);
  if (load.phase === 'done') return;
  if (!(await jobIsReady(kit, map, object, load, signal))) {
    await store.startAnew(kit, object);
    await ensureJob(kit, map, object);
    load = await store.readLoad(kit.db, object);
    if (!(await jobIsReady(kit, map, object, load, signal)))
      throw new Problem('job-failed', { object, message: 'the job is gone' });
  }
  load = await store.readLoad(kit.db, object);
  await readPages(kit, map, load, signal);
  await store.endLoad(kit, object);
  kit.log.info({ object, rows: load.total_rows }, 'the initial load of an object is done');
};

/** Waits for the job. False: Salesforce does not know it any more, and it is started anew (IN15). Errors: `job-failed`. */
const jobIsReady = async (
  kit: ReaderKit,
  map: FieldMap,
  object: SyncObject,
  load: store.Load,
  signal: AbortSignal,
): Promise<boolean> => {
  let pauseMs = kit.bounds.jobPollFromMs;
  for (;;) {
    signal.throwIfAborted();
    const job = await askJob(kit, load.job_id ?? '');
    if (job === null) return false;
    if (job.state === 'JobComplete') {
      await store.beginReading(kit.db, object, job.recordsProcessed);
      return true;
    }
    if (job.state === 'Failed' || job.state === 'Aborted') {
      if (/INVALID_FIELD|No such column/.test(job.errorMessage ?? '')) await kit.hidden.look(map, object);
      await store.startAnew(kit, object);
      throw new Problem('job-failed', { object, message: job.errorMessage ?? job.state });
    }
    await delay(pauseMs, undefined, { signal });
    pauseMs = Math.min(pauseMs * 2, kit.bounds.jobPollToMs);
  }
};

const askJob = async (kit: ReaderKit, jobId: string) => {
  try {
    return await kit.salesforce.queryJob(jobId);
  } catch (error) {
    if (error instanceof SalesforceError && (error.word === 'NOT_FOUND' || error.word === 'ENTITY_IS_DELETED'))
      return null;
    throw error;
  }
};
