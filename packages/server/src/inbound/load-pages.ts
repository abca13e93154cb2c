/** Pages of one load, two at a time: while one is merged the other arrives. */

import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { sweepYoung } from '../lib/sweep-young.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import type { MergeStatements } from '../merge/merge.ts';
import { type Compile, loadStaged, mergeStaged, type PageContext, type PageCounts, stagePage } from './apply.ts';
import { readHeader } from './csv-header.ts';
import { donePages, endPage, type Load } from './load-store.ts';
import { LocatorChain } from './locator-chain.ts';
import type { ReaderKit } from './parts.ts';
import { visibleFields } from './queries.ts';
import { noteNuls } from './runs.ts';

/** More workers gain nothing: two keep Postgres and the network busy, and each needs a session (ENGINE, section 1). */
const WORKERS = 2;
const PAGE_TRIES = 3;
const NONE: ReadonlySet<string> = new Set();

export const readPages = async (kit: ReaderKit, map: FieldMap, load: Load, signal: AbortSignal): Promise<void> => {
  const chain = new LocatorChain(await donePages(kit.db, load));
  const compile = kit.compiled.for(map, load.object, visibleFields(map, load.object, NONE));
  const work = async (): Promise<void> => {
    for (;;) {
      const locator = await chain.take();
      if (locator === null) return;
      signal.throwIfAborted();
      await readPage(kit, compile, load, locator, chain);
    }
  };
  const results = await Promise.allSettled(
    Array.from({ length: WORKERS }, async () => {
      try {
        await work();
      } catch (error) {
        chain.stop();
        throw error;
      }
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
};

/** IN16: a page whose rows are fewer or more than Salesforce said is read again. */
const readPage = async (
  kit: ReaderKit,
  compile: Compile,
  load: Load,
  locator: string,
  chain: LocatorChain,
): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    const { got, said } = await kit.db.ownTransaction((tx) => applyBulkPage(kit, tx, compile, load, locator, chain));
    sweepYoung();
    if (got === said) return;
    kit.log.warn({ object: load.object, locator, got, said, tries }, 'a page of a load was not whole');
    if (tries === PAGE_TRIES)
      throw new Problem('job-failed', { object: load.object, message: `a page had ${got} of ${said} rows` });
  }
};

/** Bytes go from HTTP to COPY; the page and the record of it are one transaction. A page that is not whole writes nothing. */
const applyBulkPage = async (
  kit: ReaderKit,
  tx: Transaction,
  compile: Compile,
  load: Load,
  locator: string,
  chain: LocatorChain,
): Promise<{ readonly got: number; readonly said: number }> => {
  const job = { jobId: load.job_id ?? '', apiVersion: load.api_version ?? '' };
  const page = await kit.salesforce.queryJobPage(job, locator === '' ? null : locator, kit.bounds.pageRows);
  chain.announce(locator, page.nextLocator);
  const context: PageContext = { mode: 'load', beganAt: load.job_began_at ?? '', runId: load.run_id };
  const { names, bytes } = await readHeader(page.body);
  const statements = compile(names);
  const got = await stagePage(tx, statements, { kind: 'csv', bytes }, context);
  if (got !== page.rows) return { got, said: page.rows }; // Only the temporary table has it, and commit empties that.
  await kit.holdReading(tx);
  const tally = await applyLoaded(tx, statements, load, got, context);
  await noteNuls(tx, load.object, page.nulsRemoved());
  await endPage(tx, load, { locator, nextLocator: page.nextLocator, rows: got, tally });
  return { got, said: page.rows };
};

/** The first generation finds empty tables; a page that meets something known goes the way of every other page. */
const applyLoaded = async (
  tx: Transaction,
  statements: MergeStatements,
  load: Load,
  rows: number,
  context: PageContext,
): Promise<PageCounts> => {
  if (load.generation === 1) {
    const { isKnown, counts } = await loadStaged(tx, statements, rows, context);
    if (!isKnown) return counts;
  }
  await tx.run(statements.indexStaging);
  const counts = await mergeStaged(tx, statements, rows, context);
  await tx.run(statements.dropStagingIndex);
  return counts;
};
