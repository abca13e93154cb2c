/** Runs the compiled statements for one page, in a transaction that its caller ends. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Reading, SAMPLE_ROWS, type SampleRow } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { SOMEBODY_KNOWN } from '../merge/compile-load.ts';
import type { BrakeStatements, Flag, MergeStatements, Statement } from '../merge/merge.ts';
import { lockMerge } from './parts.ts';

/** How a page was read: only with `poll` the cursor moves. `ahead`: of a pass like it, but before its turn. */
export type PageMode = 'poll' | 'ahead' | 'reread' | 'load';

export type PageSource =
  | { readonly kind: 'json'; readonly body: string; readonly path: readonly string[] }
  | { readonly kind: 'csv'; readonly bytes: Readable };

export interface PageContext {
  readonly mode: PageMode;
  /** When the read began, by the database's clock, as the database writes it. */
  readonly beganAt: string;
  /** The run whose journal lines these are; null: none yet. */
  readonly runId: number | null;
  readonly brake?: PageBrake;
  /** Called once, when the page turns out to hold anything new: makes the run in the same transaction. */
  readonly beginRun?: (tx: Transaction) => Promise<number>;
  /** Called after each statement, for the trace; what it throws ends the transaction. */
  readonly onStatement?: (name: string) => void;
}

/** The row of a page that passes the brake, as the database writes its stamp. */
export interface PagePlace {
  readonly stamp: string;
  readonly id: string;
}

/** SAFE1: pages of an initial load have none. */
export interface PageBrake {
  /** Asked once, when it is known how many records the page changes: how many more may; below zero the page fails with `PageBraked`. */
  readonly count: (tx: Transaction, changed: number) => Promise<Reading>;
  /** From this row on the page is left out; null: all of it may go. */
  readonly leaveFrom: PagePlace | null;
  /** SAFE2: of what changed there up to this stamp our values are kept; null: of nothing. */
  readonly keepThrough: string | null;
}

/** The page changes more than may change without asking. Nothing of it was written; with `leaveFrom` it goes as far as it may. */
export class PageBraked extends Error {
  override readonly name = 'PageBraked';
  readonly place: PagePlace;
  readonly reading: Reading;
  readonly sample: readonly SampleRow[];

  constructor(place: PagePlace, reading: Reading, sample: readonly SampleRow[]) {
    super('the page passes the brake');
    this.place = place;
    this.reading = reading;
    this.sample = sample;
  }
}

export interface PageCounts {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly skipped: number;
  /** Whether anything was new; false: the page wrote nothing but perhaps a cursor (SAFE7). */
  readonly found: boolean;
  readonly runId: number | null;
}

/** Puts a page into its table. The session's settings and tables are made first. Returns the number of records. */
export const stagePage = async (
  tx: Transaction,
  statements: MergeStatements,
  source: PageSource,
  context: PageContext,
): Promise<number> => {
  await prepareSession(tx, context);
  for (const statement of statements.staging) await tx.run(statement.sql);
  if (source.kind === 'csv') return tx.copyIn(statements.copyIn, source.bytes);
  return tx.runNamed(preparedName('stage', statements.readJson), statements.readJson, [source.body, source.path]);
};

export const prepareSession = async (
  tx: Transaction,
  { beganAt, runId }: Pick<PageContext, 'beganAt' | 'runId'>,
): Promise<void> => {
  await tx.run(SETTINGS, [beganAt, runId === null ? '' : String(runId)]);
};

/**
 * Lookups go by key, whatever the planner believes of tables that grow while it looks: with its defaults a page reads the whole
 * mirror (ENGINE, trap 1).
 */
const SETTINGS = `
select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true),
       set_config('syncline.began_at', $1, true), set_config('syncline.run_id', $2, true)`;

/** Compiles for a set of fields; the same set gives the same statements. */
export type Compile = (fields?: readonly string[]) => MergeStatements;

/** A page of a poll or of a read by id, from its text to the last statement. A field that its records lack stays as it is (IN10). */
export const applyPage = async (
  tx: Transaction,
  compile: Compile,
  source: Extract<PageSource, { kind: 'json' }>,
  context: PageContext,
): Promise<PageCounts> => {
  const asked = compile();
  const { keys, waits } = await lookAtPage(tx, asked, source);
  const present = asked.fields.filter((field) => keys.has(field));
  const statements = present.length === asked.fields.length ? asked : compile(present);
  const rows = await stagePage(tx, statements, source, context);
  await tx.run(statements.indexStaging);
  const counts = await mergeWithin(tx, statements, rows, context);
  if (waits) await tx.run(statements.misfits.over);
  return counts;
};

/** Which fields the records of a page have, and whether a value of the object waits (IN25). */
export const lookAtPage = async (
  tx: Transaction,
  asked: MergeStatements,
  { body, path }: Extract<PageSource, { kind: 'json' }>,
): Promise<{ readonly keys: ReadonlySet<string>; readonly waits: boolean }> => {
  const [row] = await tx.query<{ keys: string[]; waits: boolean }>(asked.keysOfJson, [body, path]);
  return { keys: new Set(row?.keys), waits: row?.waits ?? false };
};

/** Merges what was staged, as far as the brake lets it. */
export const mergeWithin = async (
  tx: Transaction,
  statements: MergeStatements,
  rows: number,
  context: PageContext,
): Promise<PageCounts> => {
  const left = await leaveOut(tx, statements, context);
  return mergeStaged(tx, statements, rows - left, context);
};

const leaveOut = async (tx: Transaction, statements: MergeStatements, { brake }: PageContext): Promise<number> => {
  if (brake?.keepThrough) await tx.run(`select set_config('syncline.keep_through', $1, true)`, [brake.keepThrough]);
  if (!brake?.leaveFrom) return 0;
  return tx.run(statements.brake.leave, [brake.leaveFrom.stamp, brake.leaveFrom.id]);
};

/** Merges what `stagePage` put there, one page of an object at a time. */
export const mergeStaged = async (
  tx: Transaction,
  statements: MergeStatements,
  rows: number,
  context: PageContext,
): Promise<PageCounts> => {
  await lockMerge(tx, statements.object);
  const run = new StatementRun(tx, context);
  for (const statement of statements.merge) {
    await run.step(statement);
    if (statement.counts === 'journalled' && context.brake) await run.requireBelow(context.brake, statements.brake);
    if (statement.asks && run.has('found') && run.runId === null && context.beginRun) await run.begin(context.beginRun);
  }
  return run.countsOf(rows);
};

/**
 * A page of an initial load, straight into the mirror; `load.open` has been run. `isKnown`: some of it may be known already, and the page
 * must be merged instead; nothing was written. `takeBack` writes nothing of the page either.
 */
export const copyPage = async (
  tx: Transaction,
  statements: MergeStatements,
  bytes: Readable,
  context: PageContext,
): Promise<{ readonly isKnown: boolean; readonly read: number; readonly created: number }> => {
  await tx.run('savepoint load');
  await tx.run(LOAD_SETTINGS, [context.runId === null ? '' : String(context.runId)]);
  try {
    const read = await tx.copyIn(statements.load.copyIn, bytes);
    const [row] = await tx.query<{ created: number }>(
      `select coalesce(nullif(current_setting('syncline.created', true), ''), '0')::int as created`,
    );
    return { isKnown: false, read, created: row?.created ?? 0 };
  } catch (error) {
    if (!meansKnown(error)) throw error;
    await takeBack(tx);
    return { isKnown: true, read: 0, created: 0 };
  }
};

export const takeBack = async (tx: Transaction): Promise<void> => {
  await tx.run('rollback to savepoint load');
};

/**
 * The rows of a page are held in memory between the copy and what is made of them. Its commit does not wait for the disk: a crash takes
 * whole pages with the record of them, which are then read again, and meanwhile the other page's commit need not wait for this one's.
 */
const LOAD_SETTINGS = `
select set_config('synchronous_commit', 'off', true),
       set_config('syncline.load', 'on', true), set_config('syncline.run_id', $1, true),
       set_config('syncline.created', '0', true), set_config('work_mem', '64MB', true)`;

const meansKnown = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '23505' || error.code === SOMEBODY_KNOWN);

/** Statements in order, each only where what is known so far asks for it. */
class StatementRun {
  readonly #tx: Transaction;
  readonly #context: PageContext;
  readonly #flags: Set<Flag>;
  readonly #counted = { created: 0, journalled: 0, deleted: 0 };
  runId: number | null;

  constructor(tx: Transaction, context: PageContext) {
    this.#tx = tx;
    this.#context = context;
    this.#flags = new Set<Flag>([context.mode, ...(context.brake?.keepThrough ? (['keeps'] as const) : [])]);
    this.runId = context.runId;
  }

  has(flag: Flag): boolean {
    return this.#flags.has(flag);
  }

  async begin(beginRun: (tx: Transaction) => Promise<number>): Promise<void> {
    this.runId = await beginRun(this.#tx);
    await this.#tx.run(`select set_config('syncline.run_id', $1, true)`, [String(this.runId)]);
  }

  async step(statement: Statement): Promise<void> {
    if (!this.#isDue(statement)) return;
    if (statement.asks) await this.#ask(statement);
    else await this.#do(statement);
    this.#context.onStatement?.(statement.name);
  }

  /** SAFE1: what is journalled is what changes. */
  async requireBelow(brake: PageBrake, statements: BrakeStatements): Promise<void> {
    const changed = this.#counted.journalled;
    if (changed === 0) return;
    const reading = await brake.count(this.#tx, changed);
    if (reading.left >= 0) return;
    const [place] = await this.#tx.query<PagePlace>(statements.place, [Math.max(0, changed + reading.left)]);
    if (!place) throw new Error('a page that passes the brake has no row that does');
    const sample = await this.#tx.query<SampleRecord>(statements.sample, [place.stamp, place.id, SAMPLE_ROWS]);
    throw new PageBraked(place, reading, sample.map(sampleOf));
  }

  countsOf(read: number): PageCounts {
    const { created, journalled, deleted } = this.#counted;
    const updated = journalled - deleted;
    return {
      read,
      created,
      updated,
      deleted,
      skipped: read - created - updated - deleted,
      found: this.has('found'),
      runId: this.runId,
    };
  }

  #isDue(statement: Statement): boolean {
    return (statement.when ?? []).every((flag) =>
      flag.startsWith('!') ? !this.#flags.has(flag.slice(1) as Flag) : this.#flags.has(flag as Flag),
    );
  }

  async #ask(statement: Statement): Promise<void> {
    const [row] = await this.#tx.query<Record<string, boolean>>(statement.sql);
    for (const [flag, isSet] of Object.entries(row ?? {})) if (isSet) this.#flags.add(flag as Flag);
  }

  async #do(statement: Statement): Promise<void> {
    const rows = await this.#tx.runNamed(preparedName(statement.name, statement.sql), statement.sql);
    if (statement.sets && rows > 0) this.#flags.add(statement.sets);
    if (statement.counts) this.#counted[statement.counts] += rows;
  }
}

interface SampleRecord {
  readonly sf_id: string;
  readonly person_id: number | null;
  readonly is_gone: boolean;
  readonly by: string | null;
  readonly fields: SampleRow['fields'];
}
const sampleOf = ({ sf_id, person_id, is_gone, by, fields }: SampleRecord): SampleRow => ({
  sfId: sf_id,
  personId: person_id,
  isGone: is_gone,
  by,
  fields,
});

const names = new Map<string, string>();
/** One name for one text: a connection keeps the plan under it, and another map's statement has another name. */
const preparedName = (name: string, sql: string): string => {
  let known = names.get(sql);
  if (!known) {
    known = `${name}_${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`;
    names.set(sql, known);
  }
  return known;
};
