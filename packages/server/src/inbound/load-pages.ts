/** Pages of one load, two at a time: while one is merged the other arrives. */

import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { sweepYoung } from '../lib/sweep-young.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import type { BulkPage } from '../salesforce/salesforce.ts';
import { type Compile, copyPage, mergeStaged, type PageContext, stagePage, takeBack } from './apply.ts';
import { readHeader } from './csv-header.ts';
import { closeLoad, donePages, endPage, hasEarlierPages, type Load, openLoad } from './load-store.ts';
import { LocatorChain } from './locator-chain.ts';
import { despiteMisfits, mergeText, stageText, type Way } from './misfits.ts';
import type { ReaderKit } from './parts.ts';
import { visibleFields } from './queries.ts';
import { noteNuls, type Tally } from './runs.ts';

/** More workers gain nothing: two keep Postgres and the network busy, and each needs a session (ENGINE, section 1). */
const WORKERS = 2;
const PAGE_TRIES = 3;
const NONE: ReadonlySet<string> = new Set();

/** What the workers of one load share. */
interface Reading {
  readonly kit: ReaderKit;
  readonly map: FieldMap;
  readonly compile: Compile;
  readonly load: Load;
  readonly chain: LocatorChain;
  /**
   * Whether a page may be copied straight into the mirror: the first job of which a page is read finds empty tables. From the first page that holds
   * somebody who may be known, pages go the way of every other page.
   */
  isFirst: boolean;
}

export const readPages = async (kit: ReaderKit, map: FieldMap, load: Load, signal: AbortSignal): Promise<void> => {
  const chain = new LocatorChain(await donePages(kit.db, load));
  const compile = kit.compiled.for(map, load.object, visibleFields(map, load.object, NONE));
  const isFirst = compile().load.isPossible && !(await hasEarlierPages(kit.db, load));
  const reading: Reading = { kit, map, compile, load, chain, isFirst };
  if (reading.isFirst) await openLoad(kit.db, load, compile().load);
  const work = async (): Promise<void> => {
    for (;;) {
      const locator = await chain.take();
      if (locator === null) return;
      signal.throwIfAborted();
      await readPage(reading, locator);
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
  await closeLoad(kit.db, compile().load);
};

/** IN16: a page whose rows are fewer or more than Salesforce said is read again, and of the other nothing stays. */
const readPage = async (reading: Reading, locator: string): Promise<void> => {
  const { kit, load } = reading;
  for (let tries = 1; ; tries += 1) {
    const { got, said } = await applyBulkPage(reading, locator);
    sweepYoung();
    if (got === said) return;
    kit.log.warn({ object: load.object, locator, got, said, tries }, 'a page of a load was not whole');
    if (tries === PAGE_TRIES)
      throw new Problem('job-failed', { object: load.object, message: `a page had ${got} of ${said} rows` });
  }
};

interface Outcome {
  readonly got: number;
  readonly said: number;
}

/** Bytes go from HTTP to COPY; the page and the record of it are one transaction. A page with a value that does not fit is read once more (IN25). */
const applyBulkPage = (reading: Reading, locator: string): Promise<Outcome> =>
  despiteMisfits(reading.kit, reading.map, reading.load.object, (way) =>
    way.kind === 'typed' ? applyTyped(reading, locator) : applyText(reading, locator, way),
  );

const applyTyped = async (reading: Reading, locator: string): Promise<Outcome> => {
  const { db } = reading.kit;
  if (reading.isFirst) {
    const outcome = await db.ownTransaction((tx) => copyBulkPage(reading, tx, locator));
    if (outcome !== 'known') return outcome;
    reading.isFirst = false;
  }
  return db.ownTransaction((tx) => mergeBulkPage(reading, tx, locator));
};

const applyText = (reading: Reading, locator: string, { leftOut }: Extract<Way, { kind: 'text' }>): Promise<Outcome> =>
  reading.kit.db.ownTransaction(async (tx) => {
    const { page, names, bytes, context } = await openPage(reading, locator);
    const staged = await stageText(tx, reading.compile, names, leftOut, { kind: 'csv', bytes }, context);
    if (staged.rows !== page.rows) return { got: staged.rows, said: page.rows };
    await reading.kit.holdReading(tx);
    const counts = await mergeText(tx, reading.compile, staged, context, (statements, rows, group) =>
      mergeStaged(tx, statements, rows, group),
    );
    await endBulkPage(reading, tx, locator, page, counts);
    return { got: staged.rows, said: page.rows };
  });

const copyBulkPage = async (reading: Reading, tx: Transaction, locator: string): Promise<Outcome | 'known'> => {
  const { page, statements, bytes, context } = await openPage(reading, locator);
  const { isKnown, read, created } = await copyPage(tx, statements, bytes, context);
  if (isKnown) return 'known';
  await reading.kit.holdReading(tx);
  if (read !== page.rows) await takeBack(tx);
  else await endBulkPage(reading, tx, locator, page, { created, updated: 0, deleted: 0, skipped: read - created });
  return { got: read, said: page.rows };
};

const mergeBulkPage = async (reading: Reading, tx: Transaction, locator: string): Promise<Outcome> => {
  const { page, statements, bytes, context } = await openPage(reading, locator);
  const got = await stagePage(tx, statements, { kind: 'csv', bytes }, context);
  if (got !== page.rows) return { got, said: page.rows }; // Only the temporary table has it, and commit empties that.
  await reading.kit.holdReading(tx);
  await tx.run(statements.indexStaging);
  await endBulkPage(reading, tx, locator, page, await mergeStaged(tx, statements, got, context));
  return { got, said: page.rows };
};

/** A page is read with its job's version; its header says which fields it has. */
const openPage = async ({ kit, load, compile, chain }: Reading, locator: string) => {
  const job = { jobId: load.job_id ?? '', apiVersion: load.api_version ?? '' };
  const page = await kit.salesforce.queryJobPage(job, locator === '' ? null : locator, kit.bounds.pageRows);
  chain.announce(locator, page.nextLocator);
  const { names, bytes } = await readHeader(page.body);
  const context: PageContext = { mode: 'load', beganAt: load.job_began_at ?? '', runId: load.run_id };
  return { page, names, bytes, statements: compile(names), context };
};

const endBulkPage = async (
  { load }: Reading,
  tx: Transaction,
  locator: string,
  page: BulkPage,
  tally: Tally,
): Promise<void> => {
  await noteNuls(tx, load.object, page.nulsRemoved());
  await endPage(tx, load, { locator, nextLocator: page.nextLocator, rows: page.rows, tally });
};
