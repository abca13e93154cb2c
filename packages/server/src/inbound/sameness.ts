/**
 * The sameness check (SAFE3, SAFE4): a Bulk query of an object is read page by page, as in a load, and compared instead of merged. The
 * ordinary reading and sending go on meanwhile: a comparison takes no lock, and what moves is left out of it.
 */
import type { Transaction } from '../db/db.ts';
import { asProblem, Problem } from '../errors/errors.ts';
import { sweepYoung } from '../lib/sweep-young.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import { stagePage } from './apply.ts';
import { readHeader } from './csv-header.ts';
import { type Compared, ReadingPassedOn } from './inbound.ts';
import { despiteMisfits, stageText, type Way } from './misfits.ts';
import { databaseNow, type ReaderKit } from './parts.ts';
import { visibleFields } from './queries.ts';
import { createJob, waitForJob } from './query-job.ts';
import * as store from './sameness-store.ts';

/** A failure is shown beside the object, and half a result is none. Being asked to stop is no failure. */
export const checkSameness = async (kit: ReaderKit, object: SyncObject, signal: AbortSignal): Promise<Compared> => {
  try {
    return await checkWhole(kit, object, signal);
  } catch (error) {
    if (!signal.aborted && !(error instanceof ReadingPassedOn)) await store.failCheck(kit.db, object, asProblem(error));
    throw error;
  }
};

/** What an earlier check found stays until this one begins. */
const checkWhole = async (kit: ReaderKit, object: SyncObject, signal: AbortSignal): Promise<Compared> => {
  const map = await kit.loadMap();
  const job = await createJob(kit, map, object, () => visibleFields(map, object, kit.hidden.of(object)));
  const young = new Date((await kit.salesforce.serverTime()).getTime() - kit.bounds.deepOverlapMs).toISOString();
  await store.beginCheck(kit.db, object);
  await waitForJob(kit, object, job.jobId, signal);
  const check: Check = { kit, map, object, young, job: { jobId: job.jobId, apiVersion: job.apiVersion } };
  let sum: Compared = { compared: 0, waiting: 0, young: 0, differing: 0 };
  let locator: string | null = null;
  do {
    signal.throwIfAborted();
    const page: ComparedPage = await comparePage(check, locator);
    sum = {
      ...sum,
      compared: sum.compared + page.compared,
      waiting: sum.waiting + page.waiting,
      young: sum.young + page.young,
    };
    locator = page.nextLocator;
    sweepYoung();
  } while (locator !== null);
  return store.endCheck(kit.db, object, kit.compiled.of(map, object, fieldsOf(check)).sameness, young, sum);
};

interface Check {
  readonly kit: ReaderKit;
  readonly map: FieldMap;
  readonly object: SyncObject;
  readonly young: string;
  readonly job: { readonly jobId: string; readonly apiVersion: string };
}

interface ComparedPage {
  readonly compared: number;
  readonly waiting: number;
  readonly young: number;
  readonly nextLocator: string | null;
}

const fieldsOf = ({ kit, map, object }: Check): readonly string[] => visibleFields(map, object, kit.hidden.of(object));

/** A value that does not fit is not compared: it waits, as the record's reading has said (IN25). */
const comparePage = (check: Check, locator: string | null): Promise<ComparedPage> =>
  despiteMisfits(check.kit, check.map, check.object, (way) => compareOnce(check, locator, way));

/** A page that is not whole fails the check, which is tried again: half a proof is none (IN16). */
const compareOnce = async (check: Check, locator: string | null, way: Way): Promise<ComparedPage> => {
  const { kit, map, object, young, job } = check;
  const beganAt = await databaseNow(kit.db);
  const page = await kit.salesforce.queryJobPage(job, locator, kit.bounds.pageRows);
  const { names, bytes } = await readHeader(page.body);
  const compile = kit.compiled.for(map, object, names);
  const context = { mode: 'load', beganAt, runId: null } as const;
  return kit.db.ownTransaction(async (tx: Transaction) => {
    await kit.holdReading(tx);
    const source = { kind: 'csv', bytes } as const;
    const { rows, groups } =
      way.kind === 'typed'
        ? { rows: await stagePage(tx, compile(), source, context), groups: [{ statements: compile(), stage: noStage }] }
        : await stageText(tx, compile, names, way.leftOut, source, context);
    if (rows !== page.rows)
      throw new Problem('job-failed', { object, message: `a page had ${rows} of ${page.rows} rows` });
    let sum = { compared: 0, waiting: 0, young: 0 };
    for (const { statements, stage } of groups) {
      await stage();
      const [counts] = await tx.query<typeof sum>(statements.sameness.comparePage, [young]);
      if (!counts) throw new Error('an aggregate brought no row');
      sum = {
        compared: sum.compared + counts.compared,
        waiting: sum.waiting + counts.waiting,
        young: sum.young + counts.young,
      };
    }
    return { ...sum, nextLocator: page.nextLocator };
  });
};
const noStage = (): Promise<number> => Promise.resolve(0);
