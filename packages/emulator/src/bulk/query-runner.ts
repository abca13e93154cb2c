import { DatabaseSync } from 'node:sqlite';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { type CompiledQuery, compile } from '../soql/soql.ts';
import { addFunctions } from '../store/functions.ts';
import { csvLine, csvSql } from './csv-text.ts';
import { delimiters, isOver, type Jobs, lineEnds, type QueryJob } from './jobs.ts';
import { ResultWriter } from './result-file.ts';
import { whileStuck } from './stuck.ts';

/** Rows written between two turns of the event loop: about ten milliseconds. */
const rowsATurn = 1_000;

/** Runs query jobs, each as soon as it is made. */
export class QueryRunner {
  readonly #org: Org;
  readonly #jobs: Jobs;
  readonly #running = new Set<Promise<void>>();
  #stopping = false;

  constructor(org: Org, jobs: Jobs) {
    this.#org = org;
    this.#jobs = jobs;
  }

  /** Compiles the job's query, or says why Bulk cannot run it. */
  compile(soql: string, operation: QueryJob['operation'], user: Parameters<Org['access']['sight']>[0]): CompiledQuery {
    const { schema, access, store } = this.#org;
    const query = compile(soql, schema, access.sight(user), store.clock(), { all: operation === 'queryAll' });
    const refused = whyNot(query);
    if (refused !== undefined) throw new SalesforceError(400, 'API_ERROR', refused);
    return query;
  }

  start(job: QueryJob): void {
    const run = this.#run(job).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Runs again what a stop cut off. */
  takeUp(): void {
    for (const job of this.#jobs.all('query')) if (!isOver(job.state)) this.start(job);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  async #run(job: QueryJob): Promise<void> {
    await turn();
    if (this.#isOff(job)) return;
    this.#jobs.change(job, { state: 'InProgress' });
    const began = performance.now();
    try {
      await whileStuck(this.#org.access, () => this.#isOff(job));
      if (this.#isOff(job)) return;
      if (this.#org.access.switches.take('failJobs')) {
        throw new SalesforceError(500, 'InternalServerError', 'The server ended the job before all of it was done');
      }
      const query = this.compile(job.query, job.operation, this.#jobs.user(job));
      const complete = await this.#write(job, query);
      if (!complete) return;
      this.#jobs.change(job, {
        state: 'JobComplete',
        header: headerOf(query, job),
        processed: complete.rows,
        totalProcessingTime: Math.round(performance.now() - began),
      });
    } catch (error) {
      // The job carries its own failure, as Salesforce's do; the client reads it there.
      const code = error instanceof SalesforceError ? error.errorCode : 'UNKNOWN_EXCEPTION';
      const message = error instanceof Error ? error.message : String(error);
      this.#jobs.change(job, { state: 'Failed', errorMessage: `${code}: ${message}` });
    }
  }

  /** False when the job was aborted, deleted or stopped on the way. */
  async #write(job: QueryJob, query: CompiledQuery): Promise<false | { readonly rows: number }> {
    const reader = readerOf(this.#org.store.database);
    const writer = new ResultWriter(this.#jobs.folder(job));
    const cells = query.expressions.map((sql, at) => ({ sql, quotes: query.columns[at]?.form === 'text' }));
    const line = csvSql(cells, delimiters[job.columnDelimiter], lineEnds[job.lineEnding]);
    try {
      const statement = reader.database.prepare(`select ${line} ${query.from} ${query.tail}`);
      statement.setReturnArrays(true);
      for (const row of statement.iterate(...query.parameters)) {
        writer.add((row as unknown as readonly [string])[0]);
        if (!reader.snapshot || writer.count % rowsATurn !== 0) continue;
        this.#jobs.note(job, { processed: writer.count });
        await turn();
        if (this.#isOff(job)) return false;
      }
      writer.end();
      return { rows: writer.count };
    } finally {
      writer.close();
      reader.close();
    }
  }

  #isOff(job: QueryJob): boolean {
    const now = this.#jobs.now(job);
    return this.#stopping || now === undefined || isOver(now.state);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function headerOf(query: CompiledQuery, job: QueryJob): string {
  const names = query.columns.map(({ path }) => path.join('.'));
  return csvLine(names, delimiters[job.columnDelimiter], lineEnds[job.lineEnding]);
}

function whyNot(query: CompiledQuery): string | undefined {
  if (query.kind !== 'rows') return 'Aggregate Relationships not supported in Bulk Query';
  if (query.children.length > 0) return 'Nested Query not supported in Bulk Query';
  if (query.columns.some(({ when }) => when !== undefined)) return 'TYPEOF is not supported in Bulk Query';
  if (/\boffset [1-9]/.test(query.tail)) return 'OFFSET is not supported in Bulk Query';
  const compound = query.columns.find(({ form }) => form === 'json');
  if (compound === undefined) return undefined;
  return `Selecting compound data not supported in Bulk Query: ${compound.path.join('.')}`;
}

interface Reader {
  readonly database: DatabaseSync;
  /** Whether writes by others while reading are neither seen nor harmful. */
  readonly snapshot: boolean;
  close(): void;
}

/**
 * A second connection reads one moment of a file while the org goes on writing. An org in memory has one connection, and
 * its rows are read in one go.
 */
function readerOf(database: DatabaseSync): Reader {
  const file = database.location();
  if (file === null) return { database, snapshot: false, close: () => undefined };
  const reader = new DatabaseSync(file, { readOnly: true });
  addFunctions(reader);
  return { database: reader, snapshot: true, close: () => reader.close() };
}
