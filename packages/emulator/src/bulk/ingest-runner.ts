import { closeSync, createReadStream, openSync, readSync, writeSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import type { RowResult, Write } from '../dml/dml.ts';
import type { Org } from '../org.ts';
import { csvLine } from './csv-text.ts';
import { errorText, IngestFailure, readHeader, readRow } from './ingest-rows.ts';
import { delimiters, type IngestJob, isOver, type Jobs, lineEnds } from './jobs.ts';

/** Rows of one transaction; between two of them other requests have their turn. */
const batchRows = 200;

export const uploadFile = 'upload.csv';
export const resultFiles = {
  successfulResults: 'successful.csv',
  failedResults: 'failed.csv',
  unprocessedrecords: 'unprocessed.csv',
} as const;

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

  /** What was waiting starts; what was cut off ends as Failed, the rows it had not come to as unprocessed. */
  takeUp(): void {
    for (const job of this.#jobs.all('ingest')) {
      if (job.state === 'UploadComplete') this.start(job);
      if (job.state === 'InProgress') this.start(this.#jobs.change(job, { errorMessage: 'The org was stopped.' }));
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
    const began = performance.now();
    const lists = new ResultLists(this.#jobs, job);
    let failure: string | undefined = job.errorMessage;
    try {
      await this.#rows(job, lists, failure === undefined);
    } catch (error) {
      if (this.#stopping) return;
      failure = reasonOf(error);
    } finally {
      lists.close();
    }
    if (this.#stopping || isOver(this.#jobs.now(job)?.state ?? 'Aborted')) return;
    this.#jobs.change(job, {
      state: failure === undefined ? 'JobComplete' : 'Failed',
      errorMessage: failure,
      totalProcessingTime: Math.round(performance.now() - began),
    });
  }

  /** Writes the rows of the CSV; after an abort, and where `writing` is false, the rest go to the unprocessed list. */
  async #rows(job: IngestJob, lists: ResultLists, writing: boolean): Promise<void> {
    const lineEnd = lineEnds[job.lineEnding];
    const file = this.#jobs.file(job, uploadFile);
    checkLineEnd(file, job);
    const parser = createReadStream(file).pipe(
      parse({
        bom: true,
        delimiter: delimiters[job.columnDelimiter],
        record_delimiter: lineEnd,
        skip_empty_lines: true,
      }),
    );
    let batch: (readonly string[])[] = [];
    for await (const cells of parser as AsyncIterable<readonly string[]>) {
      if (!lists.begun) {
        lists.begin(cells, readHeader(cells, this.#objectOf(job), this.#org.access.sight(this.#jobs.user(job))));
        continue;
      }
      batch.push(cells);
      if (batch.length < batchRows) continue;
      this.#batch(job, lists, batch, writing && !this.#isOff(job));
      batch = [];
      await turn();
      if (this.#stopping) throw new IngestFailure('The org was stopped.');
    }
    this.#batch(job, lists, batch, writing && !this.#isOff(job));
  }

  #objectOf(job: IngestJob) {
    const object = this.#org.schema.object(job.object);
    if (object === undefined) throw new IngestFailure(`InvalidBatch : Object not found : ${job.object}`);
    return object;
  }

  #batch(job: IngestJob, lists: ResultLists, rows: readonly (readonly string[])[], writing: boolean): void {
    if (!writing) {
      lists.leave(rows);
      return;
    }
    const read = rows.map((cells) => readRow(job, lists.columns, cells));
    const results = this.#org.dml.write(
      this.#jobs.user(job),
      read.filter((row): row is Write => 'kind' in row),
    );
    let next = 0;
    const answers = read.map((row) => ('kind' in row ? (results[next++] as RowResult) : row));
    lists.note(rows, answers);
    this.#jobs.note(job, { processed: lists.processed, failed: lists.failed });
  }

  #isOff(job: IngestJob): boolean {
    const now = this.#jobs.now(job);
    return this.#stopping || now === undefined || isOver(now.state);
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

/** The three lists of outcomes, written as the rows are done. */
class ResultLists {
  readonly #job: IngestJob;
  readonly #files: Readonly<Record<keyof typeof resultFiles, number>>;
  #columns: ReturnType<typeof readHeader> | undefined;
  processed = 0;
  failed = 0;

  constructor(jobs: Jobs, job: IngestJob) {
    this.#job = job;
    const open = (name: keyof typeof resultFiles): number => openSync(jobs.file(job, resultFiles[name]), 'w');
    this.#files = {
      successfulResults: open('successfulResults'),
      failedResults: open('failedResults'),
      unprocessedrecords: open('unprocessedrecords'),
    };
  }

  get begun(): boolean {
    return this.#columns !== undefined;
  }

  get columns(): ReturnType<typeof readHeader> {
    return this.#columns ?? [];
  }

  /** Every list has its header, also when it stays empty. */
  begin(header: readonly string[], columns: ReturnType<typeof readHeader>): void {
    this.#columns = columns;
    this.#write('successfulResults', [['sf__Id', 'sf__Created', ...header]]);
    this.#write('failedResults', [['sf__Id', 'sf__Error', ...header]]);
    this.#write('unprocessedrecords', [header]);
  }

  note(rows: readonly (readonly string[])[], answers: readonly RowResult[]): void {
    const successful: (readonly string[])[] = [];
    const failed: (readonly string[])[] = [];
    answers.forEach((answer, at) => {
      const cells = rows[at] ?? [];
      if (answer.success) successful.push([answer.id, String(answer.created), ...cells]);
      else failed.push([answer.id ?? '', errorText(answer), ...cells]);
    });
    this.processed += answers.length;
    this.failed += failed.length;
    this.#write('successfulResults', successful);
    this.#write('failedResults', failed);
  }

  leave(rows: readonly (readonly string[])[]): void {
    this.#write('unprocessedrecords', rows);
  }

  close(): void {
    for (const file of Object.values(this.#files)) closeSync(file);
  }

  #write(list: keyof typeof resultFiles, lines: readonly (readonly string[])[]): void {
    const { columnDelimiter, lineEnding } = this.#job;
    const text = lines.map((line) => csvLine(line, delimiters[columnDelimiter], lineEnds[lineEnding])).join('');
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#files[list], bytes, done);
  }
}
