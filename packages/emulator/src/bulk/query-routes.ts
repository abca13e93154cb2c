import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sessionOf } from '../access/access.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { bodyOf, invalidJob, invalidState, jobInfo, shapeOf, spent, textIn, versionOf } from './job-info.ts';
import { isOver, type Jobs, type QueryJob } from './jobs.ts';
import type { QueryRunner } from './query-runner.ts';
import { resultRange } from './result-file.ts';

/** Rows of a page whose request does not say how many. */
const pageRows = 50_000;
const pagesACall = 5;

interface JobRequest {
  readonly Params: { readonly id: string };
  readonly Querystring: { readonly locator?: string; readonly maxRecords?: string };
}

const jobsPath = '/services/data/:version/jobs/query';

export function registerQuery(app: FastifyInstance, org: Org, jobs: Jobs, runner: QueryRunner): void {
  app.post(jobsPath, (request) => jobInfo(create(request, org, jobs, runner)));
  app.get(jobsPath, () => ({ done: true, records: jobs.all('query').map(jobInfo), nextRecordsUrl: null }));
  app.get<JobRequest>(`${jobsPath}/:id`, (request) => jobInfo(jobs.find('query', request.params.id)));
  app.patch<JobRequest>(`${jobsPath}/:id`, (request) =>
    jobInfo(abort(jobs.find('query', request.params.id), request, jobs)),
  );
  app.delete<JobRequest>(`${jobsPath}/:id`, (request, reply) => {
    const job = jobs.find('query', request.params.id);
    if (!isOver(job.state)) throw invalidState(job.state, 'only a finished job can be deleted.');
    jobs.remove(job);
    return reply.code(204).send();
  });
  app.get<JobRequest>(`${jobsPath}/:id/results`, (request, reply) =>
    sendPage(request, reply, completed(request, jobs), jobs),
  );
  app.get<JobRequest>(`${jobsPath}/:id/resultPages`, (request) => pageUrls(request, completed(request, jobs)));
}

function create(request: FastifyRequest, org: Org, jobs: Jobs, runner: QueryRunner): QueryJob {
  const body = bodyOf(request.body);
  const operation = textIn(body, 'operation');
  if (operation !== 'query' && operation !== 'queryAll') throw invalidJob(`Unknown operation: ${operation}`);
  const query = textIn(body, 'query');
  if (query === undefined) throw invalidJob('A query job needs a query');
  const { user } = sessionOf(request);
  const compiled = runner.compile(query, operation, user);
  if (!org.bulkUsage.queryJobs.take(org.access.switches.state.dailyQueryJobs)) throw spent('query jobs');
  const job = jobs.create<QueryJob>({
    kind: 'query',
    operation,
    query,
    object: compiled.object.name,
    userId: user.id,
    apiVersion: versionOf(request.url),
    state: 'UploadComplete',
    errorMessage: undefined,
    ...shapeOf(body),
    processed: 0,
    failed: 0,
    totalProcessingTime: 0,
    header: '',
  });
  runner.start(job);
  return job;
}

function abort(job: QueryJob, request: FastifyRequest, jobs: Jobs): QueryJob {
  const state = textIn(bodyOf(request.body), 'state');
  if (state !== 'Aborted') throw invalidJob(`A query job can be set to Aborted, not to ${state}`);
  if (isOver(job.state)) throw invalidState(job.state, 'a finished job cannot be aborted.');
  return jobs.change(job, { state: 'Aborted' });
}

/** The job whose results are asked for, once it has them; its version must be that of the request. */
function completed(request: FastifyRequest<JobRequest>, jobs: Jobs): QueryJob {
  const job = jobs.find('query', request.params.id);
  if (job.state !== 'JobComplete') throw invalidState(job.state, 'results are there once it is JobComplete.');
  const version = versionOf(request.url);
  if (version === job.apiVersion) return job;
  throw new SalesforceError(
    409,
    'INVALID_API_VERSION',
    `The job was made with version ${job.apiVersion}; its results cannot be read with ${version}`,
  );
}

function sendPage(request: FastifyRequest<JobRequest>, reply: FastifyReply, job: QueryJob, jobs: Jobs): FastifyReply {
  const from = rowOf(request.query.locator, job);
  const to = Math.min(from + rowsOf(request.query.maxRecords), job.processed);
  const range = resultRange(jobs.folder(job), from, to);
  reply.headers({
    'content-type': 'text/csv; charset=UTF-8',
    'sforce-locator': to === job.processed ? 'null' : locatorOf(to),
    'sforce-numberofrecords': String(to - from),
  });
  const header = Buffer.from(job.header);
  const page =
    range.bytes === 0
      ? Readable.from([header], { objectMode: false })
      : Readable.from(withHeader(header, range.open()), { objectMode: false });
  if (!acceptsGzip(request)) return reply.header('content-length', header.length + range.bytes).send(page);
  const zipped = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 1 << 17 });
  page.on('error', (error) => zipped.destroy(error));
  zipped.on('close', () => page.destroy());
  return reply.header('content-encoding', 'gzip').send(page.pipe(zipped));
}

async function* withHeader(header: Buffer, rows: Readable): AsyncGenerator<Buffer> {
  yield header;
  for await (const chunk of rows) yield chunk as Buffer;
}

function acceptsGzip(request: FastifyRequest): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
}

/** A locator is opaque to clients: here the number of the first row, in base64. */
function locatorOf(row: number): string {
  return Buffer.from(String(row)).toString('base64url');
}

function rowOf(locator: string | undefined, job: QueryJob): number {
  if (locator === undefined || locator === '') return 0;
  const row = Number(Buffer.from(locator, 'base64url').toString());
  if (Number.isInteger(row) && row > 0 && row < job.processed) return row;
  throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
}

function rowsOf(maxRecords: string | undefined): number {
  if (maxRecords === undefined) return pageRows;
  const rows = Number(maxRecords);
  if (Number.isInteger(rows) && rows > 0) return rows;
  throw new SalesforceError(400, 'INVALIDJOB', `maxRecords must be a whole number above 0, not ${maxRecords}`);
}

/** Up to five addresses of pages, for clients that read several at once (since version 58). */
function pageUrls(request: FastifyRequest<JobRequest>, job: QueryJob): Readonly<Record<string, unknown>> {
  const size = rowsOf(request.query.maxRecords);
  const first = rowOf(request.query.locator, job);
  const base = `/services/data/v${job.apiVersion}/jobs/query/${job.id}`;
  const urlOf = (route: string, row: number): string => {
    const asked = request.query.maxRecords === undefined ? [] : [`maxRecords=${size}`];
    const parameters = [...(row === 0 ? [] : [`locator=${locatorOf(row)}`]), ...asked];
    return `${base}/${route}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
  };
  const rows = Array.from({ length: pagesACall }, (_, at) => first + at * size).filter(
    (row) => row < job.processed || row === 0,
  );
  const next = first + pagesACall * size;
  const done = next >= job.processed;
  return {
    resultPages: rows.map((row) => ({ resultUrl: urlOf('results', row) })),
    ...(done ? {} : { nextRecordsUrl: urlOf('resultPages', next) }),
    done,
  };
}
