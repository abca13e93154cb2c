/** Bulk API 2.0 (A8): jobs by JSON, data by streams that nobody here holds. */
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type BulkJob, type BulkPage, type JobState, SalesforceError } from './salesforce.ts';
import type { OrgSession } from './session.ts';
import type { WireAnswer } from './wire.ts';

/** An upload may take longer than a request that only asks. */
const UPLOAD_TIMEOUTS = 10;

export interface BulkParts {
  readonly session: OrgSession;
  readonly requestTimeoutMs: number;
  /** Ask for compressed results. */
  readonly gzip: boolean;
}

export const createQueryJob = async ({ session }: BulkParts, soql: string): Promise<BulkJob> =>
  jobOf(
    await session.json({
      method: 'POST',
      path: 'jobs/query',
      body: JSON.stringify({ operation: 'query', query: soql }),
    }),
  );

export const readJob = async ({ session }: BulkParts, kind: 'query' | 'ingest', jobId: string): Promise<BulkJob> =>
  jobOf(await session.json({ method: 'GET', path: `jobs/${kind}/${encodeURIComponent(jobId)}` }));

export const queryJobPage = async (
  parts: BulkParts,
  job: { readonly jobId: string; readonly apiVersion: string },
  locator: string | null,
  maxRecords: number,
): Promise<BulkPage> => {
  const params = new URLSearchParams({ maxRecords: String(maxRecords), ...(locator === null ? {} : { locator }) });
  const answer = await parts.session.stream({
    method: 'GET',
    path: `jobs/query/${encodeURIComponent(job.jobId)}/results?${params.toString()}`,
    apiVersion: job.apiVersion,
    headers: csvHeaders(parts),
  });
  const rows = Number(answer.header('sforce-numberofrecords') ?? 'none');
  const next = answer.header('sforce-locator');
  if (!Number.isInteger(rows) || next === null) {
    answer.body.destroy();
    throw new SalesforceError('answer-not-understood', { disposition: 'retry', detail: { host: 'Salesforce' } });
  }
  const { body, nulsRemoved } = plainBytes(answer);
  return { rows, nextLocator: next === 'null' ? null : next, body, nulsRemoved };
};

export const createIngestJob = async (
  { session }: BulkParts,
  object: string,
  operation: 'update' | 'upsert' | 'insert' | 'delete',
  externalIdFieldName?: string,
): Promise<BulkJob> =>
  jobOf(
    await session.json({
      method: 'POST',
      path: 'jobs/ingest',
      body: JSON.stringify({
        object,
        operation,
        contentType: 'CSV',
        columnDelimiter: 'COMMA',
        lineEnding: 'LF',
        ...(externalIdFieldName === undefined ? {} : { externalIdFieldName }),
      }),
    }),
  );

export const uploadIngest = async (
  { session, requestTimeoutMs }: BulkParts,
  jobId: string,
  csv: Readable,
): Promise<void> => {
  const path = `jobs/ingest/${encodeURIComponent(jobId)}`;
  const answer = await session.stream(
    { method: 'PUT', path: `${path}/batches`, body: csv, headers: { 'content-type': 'text/csv' } },
    AbortSignal.timeout(UPLOAD_TIMEOUTS * requestTimeoutMs),
  );
  await answer.text();
  await session.json({ method: 'PATCH', path, body: JSON.stringify({ state: 'UploadComplete' }) });
};

export const abortIngest = async ({ session }: BulkParts, jobId: string): Promise<void> => {
  await session.json({
    method: 'PATCH',
    path: `jobs/ingest/${encodeURIComponent(jobId)}`,
    body: JSON.stringify({ state: 'Aborted' }),
  });
};

export const ingestResults = async (
  parts: BulkParts,
  jobId: string,
  list: 'successfulResults' | 'failedResults' | 'unprocessedrecords',
): Promise<Readable> => {
  const path = `jobs/ingest/${encodeURIComponent(jobId)}/${list}`;
  return plainBytes(await parts.session.stream({ method: 'GET', path, headers: csvHeaders(parts) })).body;
};

const csvHeaders = ({ gzip }: BulkParts): Readonly<Record<string, string>> => ({
  accept: 'text/csv',
  'accept-encoding': gzip ? 'gzip' : 'identity',
});

/** Decompressed, and without NUL bytes: UTF-8 has that byte for nothing else, so it can go without reading the text (MAP18). */
const plainBytes = (answer: WireAnswer): { readonly body: Readable; readonly nulsRemoved: () => number } => {
  let removed = 0;
  const strip = new Transform({
    highWaterMark: 1 << 17,
    transform(chunk: Buffer, _encoding, done) {
      if (!chunk.includes(0)) return done(null, chunk);
      const kept = chunk.filter((byte) => byte !== 0);
      removed += chunk.length - kept.length;
      done(null, kept);
    },
  });
  const ended = (): void => undefined; // A failure reaches the reader: the pipeline destroys `strip` with it.
  if (answer.header('content-encoding') === 'gzip')
    pipeline(answer.body, createGunzip({ chunkSize: 1 << 16 }), strip, ended);
  else pipeline(answer.body, strip, ended);
  return { body: strip, nulsRemoved: () => removed };
};

const jobOf = (answer: unknown): BulkJob => {
  const job = (answer ?? {}) as Record<string, unknown>;
  if (typeof job['id'] !== 'string' || typeof job['state'] !== 'string') {
    throw new SalesforceError('answer-not-understood', {
      disposition: 'retry',
      detail: { host: 'Salesforce' },
      mayHaveLanded: true,
    });
  }
  return {
    jobId: job['id'],
    apiVersion: Number(job['apiVersion']).toFixed(1),
    state: job['state'] as JobState,
    recordsProcessed: Number(job['numberRecordsProcessed'] ?? 0),
    recordsFailed: Number(job['numberRecordsFailed'] ?? 0),
    errorMessage: typeof job['errorMessage'] === 'string' ? job['errorMessage'] : null,
  };
};
