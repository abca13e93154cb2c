import { SalesforceError } from '../salesforce-error.ts';
import { type Delimiter, delimiters, type Job, type JobState, type LineEnding, lineEnds } from './jobs.ts';

/** A job as clients see it (A8, "Job info keys"). */
export function jobInfo(job: Job): Readonly<Record<string, unknown>> {
  const common = {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: clientTime(job.createdDate),
    systemModstamp: clientTime(job.systemModstamp),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(job.apiVersion),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    numberRecordsProcessed: job.processed,
    retries: 0,
    totalProcessingTime: job.totalProcessingTime,
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
  if (job.kind === 'query') return { ...common, jobType: 'V2Query', isPkChunkingSupported: true };
  return {
    ...common,
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    ...(job.state === 'Open' ? { contentUrl: `services/data/v${job.apiVersion}/jobs/ingest/${job.id}/batches` } : {}),
    ...(job.assignmentRuleId === undefined ? {} : { assignmentRuleId: job.assignmentRuleId }),
    jobType: 'V2Ingest',
    numberRecordsFailed: job.failed,
    apiActiveProcessingTime: job.totalProcessingTime,
    apexProcessingTime: 0,
  };
}

function clientTime(stored: string): string {
  return stored.replace('Z', '+0000');
}

/** The `v64.0` of a path as `64.0`. */
export function versionOf(url: string): string {
  return /\/services\/data\/v(\d+\.\d)\//.exec(url)?.[1] ?? '';
}

export function bodyOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new SalesforceError(
    400,
    'JSON_PARSER_ERROR',
    'The HTTP entity body is required, but this request has no entity body.',
  );
}

export function textIn(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new SalesforceError(400, 'JSON_PARSER_ERROR', `${name} must be text`);
}

/** `columnDelimiter` and `lineEnding` of a new job, with their defaults. */
export function shapeOf(body: Readonly<Record<string, unknown>>): {
  readonly columnDelimiter: Delimiter;
  readonly lineEnding: LineEnding;
} {
  const columnDelimiter = textIn(body, 'columnDelimiter') ?? 'COMMA';
  const lineEnding = textIn(body, 'lineEnding') ?? 'LF';
  if (!(columnDelimiter in delimiters)) throw invalidJob(`Unknown columnDelimiter: ${columnDelimiter}`);
  if (!(lineEnding in lineEnds)) throw invalidJob(`Unknown lineEnding: ${lineEnding}`);
  const contentType = textIn(body, 'contentType') ?? 'CSV';
  if (contentType !== 'CSV') throw invalidJob(`Unsupported contentType: ${contentType}`);
  return { columnDelimiter: columnDelimiter as Delimiter, lineEnding: lineEnding as LineEnding };
}

export function invalidJob(message: string): SalesforceError {
  return new SalesforceError(400, 'INVALIDJOB', message);
}

/** The day's allocation is used up. */
export function spent(what: string): SalesforceError {
  return new SalesforceError(
    400,
    'EXCEEDEDQUOTA',
    `ExceededQuota : The org has used up its ${what} of the last 24 hours`,
  );
}

export function invalidState(state: JobState, wanted: string): SalesforceError {
  return new SalesforceError(400, 'INVALIDJOBSTATE', `The job is ${state}; ${wanted}`);
}
