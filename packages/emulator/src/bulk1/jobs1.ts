import { parse } from 'csv-parse/sync';
import type { OrgUser } from '../access/access.ts';
import { csvLine } from '../bulk/csv-text.ts';
import { type Columns, IngestFailure, type IngestRows, readHeader, readRow } from '../bulk/ingest-rows.ts';
import { whileStuck } from '../bulk/stuck.ts';
import type { RowResult, Write } from '../dml/dml.ts';
import { originOf } from '../events/events.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { compile, rowsOf } from '../soql/soql.ts';
import { canonicalId, makeId } from '../store/ids.ts';

/** A refusal with one of Bulk 1.0's own codes. */
export class Bulk1Error extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Bulk1Error';
    this.code = code;
  }
}

const operations = ['insert', 'update', 'upsert', 'delete', 'hardDelete', 'query', 'queryAll'] as const;
type Operation = (typeof operations)[number];

interface Asked {
  readonly operation: string;
  readonly object: string;
  readonly externalIdFieldName: string | undefined;
  readonly assignmentRuleId: string | undefined;
  readonly concurrencyMode: string;
  readonly contentType: string;
  readonly version: string;
  /** Rows of a chunk where the client wants its query in chunks by id. */
  readonly chunkSize: number | undefined;
}

export interface Job extends Asked {
  readonly id: string;
  readonly operation: Operation;
  readonly user: OrgUser;
  readonly createdDate: string;
  state: 'Open' | 'Closed' | 'Aborted';
  readonly batches: Map<string, Batch>;
}

export interface Batch {
  readonly id: string;
  readonly content: string;
  readonly createdDate: string;
  state: 'Queued' | 'InProgress' | 'Completed' | 'Failed' | 'NotProcessed';
  stateMessage?: string;
  processed: number;
  failed: number;
  results: readonly RowResult[];
  /** Of a query: its rows. */
  output: string;
}

/** Rows of one transaction. */
const rowsATurn = 200;
const rowsMax = 10_000;

export class Jobs1 {
  readonly #org: Org;
  readonly #jobs = new Map<string, Job>();
  #work: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(org: Org) {
    this.#org = org;
    org.store.onRestored(() => this.#jobs.clear());
  }

  create(user: OrgUser, asked: Asked): Job {
    const operation = operations.find((one) => one === asked.operation);
    if (operation === undefined) throw new Bulk1Error('InvalidJob', `Unknown operation: ${asked.operation}`);
    const object = this.#org.schema.object(asked.object);
    if (object === undefined) throw new Bulk1Error('InvalidJob', `Unknown object: ${asked.object}`);
    if (!['CSV', 'JSON'].includes(asked.contentType))
      throw new Bulk1Error('InvalidJob', `Content type ${asked.contentType} is not supported here: use CSV or JSON`);
    if (operation === 'upsert' && asked.externalIdFieldName === undefined)
      throw new Bulk1Error('InvalidJob', 'External ID was blank for an upsert');
    if (operation === 'hardDelete' && !this.#org.access.sight(user).has('BulkApiHardDelete')) {
      throw new Bulk1Error(
        'FeatureNotEnabled',
        'hardDelete operation requires special user profile permission, please contact your system administrator',
      );
    }
    const job: Job = {
      ...asked,
      operation,
      object: object.name,
      id: this.#nextId('750'),
      user,
      createdDate: this.#org.store.now(),
      state: 'Open',
      batches: new Map(),
    };
    this.#jobs.set(job.id, job);
    return job;
  }

  /** Jobs share their numbers with those of Bulk 2.0. */
  #nextId(prefix: string): string {
    const number = Number(this.#org.store.setting('bulkJobs') ?? '0') + 1;
    this.#org.store.setSetting('bulkJobs', String(number));
    return makeId(prefix, number);
  }

  find(id: string): Job {
    const job = this.#jobs.get(canonicalId(id) ?? '');
    if (job === undefined) throw new Bulk1Error('InvalidJob', `Invalid job id: ${id}`);
    return job;
  }

  batch(job: Job, id: string): Batch {
    const batch = job.batches.get(canonicalId(id) ?? '');
    if (batch === undefined) throw new Bulk1Error('InvalidBatch', `Unable to find batch for id: ${id}`);
    return batch;
  }

  setState(job: Job, state: 'Closed' | 'Aborted'): Job {
    if (job.state !== 'Open' && job.state !== state) {
      throw new Bulk1Error('InvalidJobState', `Job ${job.id} is ${job.state}`);
    }
    job.state = state;
    if (state === 'Aborted') {
      for (const batch of job.batches.values()) if (batch.state === 'Queued') batch.state = 'NotProcessed';
    }
    return job;
  }

  /** Takes a batch and does it when those before it are done. */
  add(job: Job, content: string): Batch {
    if (job.state !== 'Open') throw new Bulk1Error('InvalidJobState', 'Job is not open: no batch can be added');
    if (content.trim() === '') throw new Bulk1Error('ClientInputError', 'Failed to parse the batch: it is empty');
    const { bulkUsage, access } = this.#org;
    if (!bulkUsage.batches.take(access.switches.state.dailyBatches)) {
      throw new Bulk1Error('ExceededQuota', 'The org has used up its batches of the last 24 hours');
    }
    const batch = this.#newBatch(content);
    job.batches.set(batch.id, batch);
    this.#queue(job, batch);
    return batch;
  }

  #newBatch(content: string): Batch {
    return {
      id: this.#nextId('751'),
      content,
      createdDate: this.#org.store.now(),
      state: 'Queued',
      processed: 0,
      failed: 0,
      results: [],
      output: '',
    };
  }

  #queue(job: Job, batch: Batch): void {
    this.#work = this.#work.then(async () => {
      await turn();
      if (this.#stopping || batch.state !== 'Queued') return;
      batch.state = 'InProgress';
      const { access } = this.#org;
      await whileStuck(access, () => this.#stopping || job.state === 'Aborted');
      try {
        if (access.switches.take('failJobs')) throw new Bulk1Error('InternalServerError', 'The server ended the batch');
        if (job.operation === 'query' || job.operation === 'queryAll') this.#query(job, batch);
        else await this.#ingest(job, batch);
      } catch (error) {
        batch.state = 'Failed';
        batch.stateMessage = reasonOf(error);
      }
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#work;
  }

  #query(job: Job, batch: Batch): void {
    const { schema, access, store } = this.#org;
    const options = { all: job.operation === 'queryAll', userId: job.user.id };
    const query = compile(batch.content.trim(), schema, access.sight(job.user), store.clock(), options);
    if (query.kind !== 'rows' || query.children.length > 0)
      throw new IngestFailure('InvalidBatch : Failed to process query: only rows are queried in bulk');
    if (job.chunkSize !== undefined && batch.state === 'InProgress' && !/\bId\s*>=\s*'/.test(batch.content)) {
      this.#chunk(job, batch, query.object.name, job.chunkSize);
      return;
    }
    const names = query.columns.map(({ path }) => path.join('.'));
    const rows = [...rowsOf(store, query)];
    batch.output =
      job.contentType === 'JSON'
        ? JSON.stringify(rows.map((row) => jsonRow(query.object.name, names, row)))
        : [names, ...rows.map((row) => row.map((value) => value ?? ''))]
            .map((line) => csvLine(line, ',', '\n'))
            .join('');
    batch.processed = rows.length;
    batch.state = 'Completed';
  }

  /** The query's own batch is not processed; one follows for each range of ids. */
  #chunk(job: Job, batch: Batch, object: string, size: number): void {
    const ids = this.#org.store.database
      .prepare(
        `select "Id" from (select "Id", row_number() over (order by "Id") as n from "${object}") where (n - 1) % ? = 0 order by "Id"`,
      )
      .all(size)
      .map(({ Id }) => String(Id));
    batch.state = 'NotProcessed';
    const soql = batch.content.trim();
    const joiner = /\bWHERE\b/i.test(soql) ? 'AND' : 'WHERE';
    ids.forEach((id, at) => {
      const end = ids[at + 1];
      const range = `Id >= '${id}'${end === undefined ? '' : ` AND Id < '${end}'`}`;
      const chunk = this.#newBatch(`${soql} ${joiner} ${range}`);
      job.batches.set(chunk.id, chunk);
      this.#queue(job, chunk);
    });
  }

  async #ingest(job: Job, batch: Batch): Promise<void> {
    const { org, writes } = { org: this.#org, writes: this.#writes(job, batch) };
    if (writes.length > rowsMax) throw new IngestFailure(`InvalidBatch : Records exceed the limit of ${rowsMax}`);
    const origin = originOf('bulkapi', job.version);
    const assignment = job.assignmentRuleId ?? 'none';
    const results: RowResult[] = [];
    for (let at = 0; at < writes.length; at += rowsATurn) {
      const rows = writes.slice(at, at + rowsATurn);
      const written = org.dml.write(
        job.user,
        rows.filter((row): row is Write => 'kind' in row),
        { origin, assignment },
      );
      let next = 0;
      for (const row of rows) results.push('kind' in row ? (written[next++] as RowResult) : row);
      await turn();
      if (this.#stopping) return;
    }
    batch.results = results;
    batch.processed = results.length;
    batch.failed = results.filter(({ success }) => !success).length;
    batch.state = 'Completed';
  }

  #writes(job: Job, batch: Batch): readonly (Write | RowResult)[] {
    const object = this.#org.schema.object(job.object);
    if (object === undefined) throw new IngestFailure(`InvalidBatch : Object not found : ${job.object}`);
    const lines = job.contentType === 'JSON' ? jsonLines(batch.content) : csvLines(batch.content);
    const [header = [], ...rows] = lines;
    const columns: Columns = readHeader(header, object, this.#org.access.sight(job.user));
    const about = { ...job, operation: job.operation as IngestRows['operation'] };
    return rows.map((cells) => readRow(about, columns, cells));
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function csvLines(content: string): readonly (readonly string[])[] {
  try {
    return parse(content, { bom: true, skip_empty_lines: true, relax_column_count: true }) as unknown as string[][];
  } catch (error) {
    throw new IngestFailure(
      `InvalidBatch : Failed to parse CSV: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Records of a JSON batch as lines under the names that any of them has. */
function jsonLines(content: string): readonly (readonly string[])[] {
  const records = jsonRecords(content);
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => name !== 'attributes');
  const cell = (value: unknown): string =>
    value === undefined ? '' : value === null ? '#N/A' : String(value as string);
  return [names, ...records.map((record) => names.map((name) => cell(record[name])))];
}

function jsonRecords(content: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const read: unknown = JSON.parse(content);
    if (Array.isArray(read)) return read as readonly Readonly<Record<string, unknown>>[];
  } catch {
    // Said below, with what is expected instead.
  }
  throw new IngestFailure('InvalidBatch : Failed to parse JSON: a batch is a list of records');
}

function jsonRow(object: string, names: readonly string[], row: readonly (string | null)[]): object {
  const members = names.map((name, at) => [name, row[at] ?? null] as const);
  return { attributes: { type: object }, ...Object.fromEntries(members) };
}

function reasonOf(error: unknown): string {
  if (error instanceof IngestFailure) return error.message;
  if (error instanceof SalesforceError)
    return `InvalidBatch : Failed to process query: ${error.errorCode}: ${error.message.trim()}`;
  return `Unknown : ${error instanceof Error ? error.message : String(error)}`;
}
