/**
 * The sweep of formula fields (IN24). A formula is computed when it is read, so that its value changes without its record's stamp: by the day, or by
 * another record. A Bulk query of ids, stamps and formulas alone is read page by page, and what differs of a record that did not change is taken;
 * stamps and cursors stay, and a record that did change is the poll's.
 */
import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { sweepYoung } from '../lib/sweep-young.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import type { MergeStatements } from '../merge/merge.ts';
import type { BulkPage } from '../salesforce/salesforce.ts';
import { type PageContext, stagePage } from './apply.ts';
import { readHeader } from './csv-header.ts';
import { endSweep, retrySweep } from './formula-store.ts';
import { ReadingPassedOn } from './inbound.ts';
import { despiteMisfits, stageText, type Way } from './misfits.ts';
import { databaseNow, lockMerge, type ReaderKit } from './parts.ts';
import { visibleFields } from './queries.ts';
import { createJob, waitForJob } from './query-job.ts';
import { beginRun, endRun, failRun, NOTHING, noteNuls } from './runs.ts';

/** Rows of formulas are narrow: a page holds so many times those of a load. */
const PAGES_IN_ONE = 10;

interface Sweep {
  readonly kit: ReaderKit;
  readonly map: FieldMap;
  readonly object: SyncObject;
  readonly job: { readonly jobId: string; readonly apiVersion: string };
  /** When the job was made, by the database's clock: its rows were not read before. */
  readonly beganAt: string;
  runId: number | null;
  changed: number;
}

/** Returns how many rows of ours changed. Half a sweep keeps what it took; it is begun anew after a while. */
export const sweepFormulas = async (kit: ReaderKit, object: SyncObject, signal: AbortSignal): Promise<number> => {
  const map = await kit.loadMap();
  const callsBefore = kit.salesforce.usage().calls;
  const fieldsOf = (): readonly string[] => formulaFields(kit, map, object);
  const beganAt = await databaseNow(kit.db);
  let sweep: Sweep | null = null;
  try {
    const job = await createJob(kit, map, object, fieldsOf);
    sweep = { kit, map, object, job, beganAt, runId: null, changed: 0 };
    await waitForJob(kit, object, job.jobId, signal);
    await sweepPages(sweep, signal);
  } catch (error) {
    if (!signal.aborted && !(error instanceof ReadingPassedOn)) {
      await failRun(
        kit.db,
        object,
        sweep?.runId ?? null,
        { ...NOTHING, updated: sweep?.changed ?? 0 },
        error,
        'Pull formulas',
      );
      await retrySweep(kit.db, object, kit.bounds.formulaEveryMs);
    }
    throw error;
  }
  const { runId, changed } = sweep;
  const calls = kit.salesforce.usage().calls - callsBefore;
  await kit.db.transaction(async (tx) => {
    await kit.holdReading(tx);
    if (runId !== null) await endRun(tx, runId, { ...NOTHING, updated: changed }, calls);
    await endSweep(tx, object, beganAt);
  });
  return changed;
};

const formulaFields = (kit: ReaderKit, map: FieldMap, object: SyncObject): readonly string[] => {
  const swept = new Set(
    map.objects[object].fields.filter((field) => field.isCalculated && field.column !== null).map(({ name }) => name),
  );
  return visibleFields(map, object, kit.hidden.of(object)).filter(
    (name) => name === 'Id' || name === 'SystemModstamp' || swept.has(name),
  );
};

const sweepPages = async (sweep: Sweep, signal: AbortSignal): Promise<void> => {
  const { kit, map, object } = sweep;
  let locator: string | null = null;
  do {
    signal.throwIfAborted();
    const from: string | null = locator;
    locator = await despiteMisfits(kit, map, object, (way) => sweepPage(sweep, from, way));
    sweepYoung();
  } while (locator !== null);
};

/** Returns where the next page begins. The page and its lines of the run are one transaction. */
const sweepPage = async (sweep: Sweep, locator: string | null, way: Way): Promise<string | null> => {
  const { kit, map, object, job, beganAt } = sweep;
  const page = await kit.salesforce.queryJobPage(job, locator, kit.bounds.pageRows * PAGES_IN_ONE);
  const { names, bytes } = await readHeader(page.body);
  const compile = kit.compiled.for(map, object, names);
  const context: PageContext = { mode: 'reread', beganAt, runId: sweep.runId };
  const source = { kind: 'csv', bytes } as const;
  const done = await kit.db.ownTransaction(async (tx) => {
    const taking = { tx, sweep, runId: sweep.runId, changed: 0 };
    if (way.kind === 'typed') {
      const statements = compile();
      requireWhole(object, await stagePage(tx, statements, source, context), page);
      await tx.run(statements.indexStaging);
      await takeFormulas(taking, statements);
    } else {
      const { rows, groups } = await stageText(tx, compile, names, way.leftOut, source, context);
      requireWhole(object, rows, page);
      for (const { statements, stage } of groups) {
        await stage();
        await takeFormulas(taking, statements);
      }
      await tx.run(compile().misfits.note);
    }
    await noteNuls(tx, object, page.nulsRemoved());
    return taking;
  });
  sweep.runId = done.runId;
  sweep.changed += done.changed;
  return page.nextLocator;
};

const requireWhole = (object: SyncObject, rows: number, page: BulkPage): void => {
  if (rows !== page.rows)
    throw new Problem('job-failed', { object, message: `a page had ${rows} of ${page.rows} rows` });
};

interface Taking {
  readonly tx: Transaction;
  readonly sweep: Sweep;
  runId: number | null;
  changed: number;
}

/** Most pages differ in nothing, and wait for nobody. What differs is asked again once nobody else merges. */
const takeFormulas = async (taking: Taking, { formulas, misfits, empty }: MergeStatements): Promise<void> => {
  const { tx, sweep } = taking;
  const { kit, object } = sweep;
  if ((await tx.run(formulas.find)) > 0) {
    await tx.run(empty);
    await lockMerge(tx, object);
    await kit.holdReading(tx);
    await tx.run(formulas.find);
    await tx.run(formulas.hold);
    if (taking.runId === null) {
      taking.runId = await beginRun(tx, object, 'Pull formulas');
      await tx.run(`select set_config('syncline.run_id', $1, true)`, [String(taking.runId)]);
    }
    taking.changed += await tx.run(formulas.journal);
    await tx.run(formulas.own);
    await tx.run(formulas.mirror);
  }
  await tx.run(misfits.over);
};
