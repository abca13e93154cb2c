/**
 * How far an ingest job has come: the three lists of outcomes, and the place in its CSV. The place, and how long each
 * list was there, are kept in the org's database within the transaction that writes the rows; a list that a cut left
 * longer is shortened to it. So a job goes on where it stopped, with each row written once and listed once.
 */
import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { RowResult } from '../dml/dml.ts';
import type { Store } from '../store/store.ts';
import { csvLine } from './csv-text.ts';
import { errorText } from './ingest-rows.ts';
import { delimiters, type IngestJob, type Jobs, lineEnds } from './jobs.ts';

export const resultFiles = {
  successfulResults: 'successful.csv',
  failedResults: 'failed.csv',
  unprocessedrecords: 'unprocessed.csv',
} as const;

type List = keyof typeof resultFiles;
const lists = Object.keys(resultFiles) as readonly List[];

interface Place {
  readonly processed: number;
  readonly failed: number;
  readonly sizes: Readonly<Record<List, number>>;
}

const nowhere: Place = {
  processed: 0,
  failed: 0,
  sizes: { successfulResults: 0, failedResults: 0, unprocessedrecords: 0 },
};

export class IngestProgress {
  readonly #store: Store;
  readonly #job: IngestJob;
  readonly #files: Readonly<Record<List, number>>;
  readonly #sizes: Record<List, number>;
  processed: number;
  failed: number;

  constructor(store: Store, jobs: Jobs, job: IngestJob) {
    this.#store = store;
    this.#job = job;
    store.database.exec('create table if not exists "_ingest" (job text primary key, place text not null)');
    const kept = store.database.prepare('select place from "_ingest" where job = ?').get(job.id);
    const place = kept === undefined ? nowhere : (JSON.parse(String(kept['place'])) as Place);
    this.processed = place.processed;
    this.failed = place.failed;
    this.#sizes = { ...place.sizes };
    this.#files = Object.fromEntries(
      lists.map((list) => [list, openAt(jobs.file(job, resultFiles[list]), place.sizes[list])]),
    ) as Record<List, number>;
  }

  /** Every list has its header, also when it stays empty. */
  begin(header: readonly string[]): void {
    if (this.#sizes.unprocessedrecords > 0) return;
    this.#append('successfulResults', [['sf__Id', 'sf__Created', ...header]]);
    this.#append('failedResults', [['sf__Id', 'sf__Error', ...header]]);
    this.#append('unprocessedrecords', [header]);
  }

  /** Called in the transaction that wrote the rows. */
  note(rows: readonly (readonly string[])[], answers: readonly RowResult[]): void {
    const successful: (readonly string[])[] = [];
    const failed: (readonly string[])[] = [];
    answers.forEach((answer, at) => {
      const cells = rows[at] ?? [];
      if (answer.success) successful.push([answer.id, String(answer.created), ...cells]);
      else failed.push([answer.id ?? '', errorText(answer), ...cells]);
    });
    this.#append('successfulResults', successful);
    this.#append('failedResults', failed);
    this.processed += answers.length;
    this.failed += failed.length;
    const place: Place = { processed: this.processed, failed: this.failed, sizes: this.#sizes };
    this.#store
      .statement('insert or replace into "_ingest" (job, place) values (?, ?)')
      .run(this.#job.id, JSON.stringify(place));
  }

  /** Rows that are not written, because the job was aborted or its file is broken. */
  leave(rows: readonly (readonly string[])[]): void {
    this.#append('unprocessedrecords', rows);
  }

  close(): void {
    for (const list of lists) closeSync(this.#files[list]);
  }

  #append(list: List, lines: readonly (readonly string[])[]): void {
    const { columnDelimiter, lineEnding } = this.#job;
    const text = lines.map((line) => csvLine(line, delimiters[columnDelimiter], lineEnds[lineEnding])).join('');
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#files[list], bytes, done, bytes.length - done, this.#sizes[list] + done);
    }
    this.#sizes[list] += bytes.length;
  }
}

function openAt(file: string, size: number): number {
  const opened = openSync(file, constants.O_RDWR | constants.O_CREAT);
  ftruncateSync(opened, size);
  return opened;
}
