import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import type { RowResult, Write } from '../dml/dml.ts';
import type { Org } from '../org.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { IngestProgress } from './ingest-progress.ts';
import { type Columns, IngestFailure, readHeader, readRow } from './ingest-rows.ts';
import { delimiters, type IngestJob, isOver, type Jobs, lineEnds } from './jobs.ts';
import { whileStuck } from './stuck.ts';

/** Rows of one transaction; between two of them other requests have their turn. */
const batchRows = 200;

export const uploadFile = 'upload.csv';
/** Runs ingest jobs once their CSV is there and they are UploadComplete. */
export class IngestRunner {
  readonly #org: Org;
  readonly #jobs: Jobs;
  readonly #running = new Map<string, Promise<void>>();
  #stopping = false;

  constructor(org: Org, jobs: Jobs) {
    this.#org = org;
    this.#jobs = jobs;
  }

  start(job: IngestJob): void {
    this.#running.set(
      job.id,
      this.#run(job).finally(() => this.#running.delete(job.id)),
    );
  }

  /** Resolves once nothing more is written to the job's lists. */
  async settled(job: IngestJob): Promise<void> {
    await this.#running.get(job.id);
  }

  /** What was waiting starts; what was cut off goes on behind the last row it wrote. */
  takeUp(): void {
    for (const job of this.#jobs.all('ingest')) {
      if (job.state === 'UploadComplete' || job.state === 'InProgress') this.start(job);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running.values());
  }

  async #run(job: IngestJob): Promise<void> {
    await turn();
    const now = this.#jobs.now(job);
    if (this.#stopping || now === undefined) return;
    // One aborted before it began still gets its list of rows left behind.
    if (now.state === 'UploadComplete') this.#jobs.change(job, { state: 'InProgress' });
    await whileStuck(this.#org.access, () => this.#stopping || this.#isOff(job));
    if (this.#stopping) return;
    const began = performance.now();
    const progress = new IngestProgress(this.#org.store, this.#jobs, job);
    let failure: string | undefined;
    try {
      await this.#rows(job, progress);
    } catch (error) {
      failure = reasonOf(error);
    } finally {
      progress.close();
    }
    // A stop leaves the job as it is, to go on at the next start.
    if (this.#stopping || isOver(this.#jobs.now(job)?.state ?? 'Aborted')) return;
    this.#jobs.change(job, {
      state: failure === undefined ? 'JobComplete' : 'Failed',
      errorMessage: failure,
      processed: progress.processed,
      failed: progress.failed,
      totalProcessingTime: Math.round(performance.now() - began),
    });
  }

  /** Writes the rows of the CSV that are not written yet; after an abort the rest go to the unprocessed list. */
  async #rows(job: IngestJob, progress: IngestProgress): Promise<void> {
    const file = this.#jobs.file(job, uploadFile);
    checkLineEnd(file, job);
    const parser = createReadStream(file).pipe(
      parse({
        bom: true,
        delimiter: delimiters[job.columnDelimiter],
        record_delimiter: lineEnds[job.lineEnding],
        skip_empty_lines: true,
      }),
    );
    const breaks = this.#org.access.switches.take('failJobs');
    let columns: Columns | undefined;
    let written = progress.processed;
    let batch: (readonly string[])[] = [];
    try {
      for await (const cells of parser as AsyncIterable<readonly string[]>) {
        if (columns === undefined) {
          columns = readHeader(cells, this.#objectOf(job), this.#org.access.sight(this.#jobs.user(job)));
          progress.begin(cells);
        } else if (written > 0) written -= 1;
        else batch.push(cells);
        if (columns === undefined || batch.length < batchRows) continue;
        if (breaks) this.#break(job, progress, columns, batch);
        else this.#batch(job, progress, columns, batch);
        batch = [];
        await turn();
        if (this.#stopping) return;
      }
    } catch (error) {
      progress.leave(batch);
      throw error;
    }
    if (!breaks) {
      this.#batch(job, progress, columns ?? [], batch);
      return;
    }
    this.#break(job, progress, columns ?? [], batch);
    throw new IngestFailure('InternalServerError : The server ended the job before all of it was done');
  }

  /** Of a job that the switch fails: half of the first batch is written, and all behind it is left. */
  #break(job: IngestJob, progress: IngestProgress, columns: Columns, rows: readonly (readonly string[])[]): void {
    const done = progress.processed === 0 ? Math.floor(rows.length / 2) : 0;
    this.#batch(job, progress, columns, rows.slice(0, done));
    progress.leave(rows.slice(done));
  }

  #objectOf(job: IngestJob): SchemaObject {
    const object = this.#org.schema.object(job.object);
    if (object === undefined) throw new IngestFailure(`InvalidBatch : Object not found : ${job.object}`);
    return object;
  }

  #batch(job: IngestJob, progress: IngestProgress, columns: Columns, rows: readonly (readonly string[])[]): void {
    if (this.#isOff(job)) {
      progress.leave(rows);
      return;
    }
    const read = rows.map((cells) => readRow(job, columns, cells));
    const writes = read.filter((row): row is Write => 'kind' in row);
    // Rows, their outcomes and the place in the file move together, so a cut between two batches doubles nothing.
    this.#org.store.transaction(() => {
      const results = this.#org.dml.write(this.#jobs.user(job), writes, {
        origin: job.origin,
        assignment: job.assignmentRuleId ?? 'none',
      });
      let next = 0;
      progress.note(
        rows,
        read.map((row) => ('kind' in row ? (results[next++] as RowResult) : row)),
      );
    });
    this.#jobs.note(job, { processed: progress.processed, failed: progress.failed });
  }

  #isOff(job: IngestJob): boolean {
    const now = this.#jobs.now(job);
    return now === undefined || isOver(now.state);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function reasonOf(error: unknown): string {
  if (error instanceof IngestFailure) return error.message;
  if (error instanceof CsvError) return `InvalidBatch : ${error.message}`;
  return `UnknownError : ${error instanceof Error ? error.message : String(error)}`;
}

/** A file whose first line ends otherwise than the job says is refused whole, as Salesforce does. */
function checkLineEnd(file: string, job: IngestJob): void {
  const start = Buffer.alloc(1 << 16);
  const opened = openSync(file, 'r');
  const length = readSync(opened, start, 0, start.length, 0);
  closeSync(opened);
  const at = start.subarray(0, length).indexOf('\n');
  if (at === -1) return;
  const found = at > 0 && start[at - 1] === 13 ? 'CRLF' : 'LF';
  if (found === job.lineEnding) return;
  throw new IngestFailure(
    `InvalidBatch : LineEnding is invalid on user data. Current LineEnding setting is ${job.lineEnding}`,
  );
}
