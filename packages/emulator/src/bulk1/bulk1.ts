/**
 * Bulk API 1.0 (A9), as clients older than Bulk 2.0 speak it: a job, batches of CSV or JSON, and a result a batch.
 *
 * Jobs are Open, Closed, Aborted; batches Queued, InProgress, Completed, Failed or NotProcessed. A query's batch has a list
 * of result ids, each a CSV; with `Sforce-Enable-PKChunking` its batch is NotProcessed and a batch a chunk follows it.
 * Refusals are XML errors with status 400, also of a session that has ended. Jobs live as long as the process does, and
 * batches are done one after the other. XML content is not taken: CSV and JSON are.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../access/access.ts';
import type { Org } from '../org.ts';
import { versionMax, versionMin } from '../rest/service.ts';
import type { Usage } from '../rest/usage.ts';
import { readXml, textIn } from '../xml/read.ts';
import { elements } from '../xml/write.ts';
import { type Batch, Bulk1Error, type Job, Jobs1 } from './jobs1.ts';
import { resultCsv, resultJson } from './results1.ts';

const namespace = 'http://www.force.com/2009/06/asyncapi/dataload';
const root = '/services/async/:version';

interface Ids {
  readonly Params: { readonly version: string; readonly job: string; readonly batch: string; readonly result: string };
}

export function registerBulk1(app: FastifyInstance, org: Org, usage: Usage): void {
  const jobs = new Jobs1(org);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, String(body)));
  app.setErrorHandler((error, request, reply) => sendError(request, reply, error));
  const at = (method: 'GET' | 'POST', path: string, work: (call: Call) => FastifyReply): void => {
    app.route<Ids>({
      method,
      url: `${root}${path}`,
      handler: (request, reply) => work({ request, reply, jobs, session: sessionIn(org, usage, request) }),
    });
  };
  at('POST', '/job', createJob);
  at('GET', '/job/:job', (call) => sendJob(call, jobIn(call)));
  at('POST', '/job/:job', changeJob);
  at('POST', '/job/:job/batch', addBatch);
  at('GET', '/job/:job/batch', listBatches);
  at('GET', '/job/:job/batch/:batch', (call) => sendBatch(call, jobIn(call), batchIn(call)));
  at('GET', '/job/:job/batch/:batch/request', (call) =>
    call.reply.type('text/csv; charset=utf-8').send(batchIn(call).content),
  );
  at('GET', '/job/:job/batch/:batch/result', batchResult);
  at('GET', '/job/:job/batch/:batch/result/:result', queryResult);
  app.addHook('onClose', async () => await jobs.stop());
}

interface Call {
  readonly request: FastifyRequest<Ids>;
  readonly reply: FastifyReply;
  readonly jobs: Jobs1;
  readonly session: Session;
}

function sessionIn(org: Org, usage: Usage, request: FastifyRequest): Session {
  const header = request.headers['x-sfdc-session'];
  const token =
    typeof header === 'string' ? header : /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const version = Number((request.params as Partial<Ids['Params']>).version);
  if (!(version >= versionMin && version <= versionMax)) throw new Bulk1Error('InvalidVersion', 'Invalid Api version');
  const session = token === undefined ? undefined : org.access.session(token);
  if (session === undefined) throw new Bulk1Error('InvalidSessionId', 'Invalid session id');
  if (org.access.switches.state.apiOff)
    throw new Bulk1Error('FeatureNotEnabled', 'API is not enabled for this Organization');
  if (!usage.take()) throw new Bulk1Error('ExceededQuota', 'TotalRequests Limit exceeded.');
  return session;
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const code = error instanceof Bulk1Error ? error.code : 'Unknown';
  const message = error instanceof Error ? error.message : String(error);
  void reply.code(400);
  if (wantsJson(request)) return reply.send({ exceptionCode: code, exceptionMessage: message });
  return sendXml(reply, 'error', { exceptionCode: code, exceptionMessage: message });
}

function wantsJson(request: FastifyRequest): boolean {
  return /json/.test(request.headers['content-type'] ?? '') || /application\/json/.test(request.headers.accept ?? '');
}

function sendXml(reply: FastifyReply, name: string, body: object): FastifyReply {
  const text = `<?xml version="1.0" encoding="UTF-8"?><${name} xmlns="${namespace}">${elements(body)}</${name}>`;
  return reply.type('application/xml; charset=utf-8').send(text);
}

function textOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}

/** The members of a body in XML or JSON. */
function bodyOf(request: FastifyRequest): (name: string) => string | undefined {
  const text = textOf(request);
  if (/json/.test(request.headers['content-type'] ?? '')) {
    const json = parsed(text);
    return (name) => (json[name] === undefined || json[name] === null ? undefined : String(json[name]));
  }
  const element = readXml(text.trim());
  if (element === undefined) throw new Bulk1Error('ClientInputError', 'Unable to parse the request body');
  return (name) => textIn(element, name);
}

function parsed(text: string): Readonly<Record<string, string | number | boolean | null>> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Bulk1Error('ClientInputError', 'Unable to parse the request body');
  }
}

function createJob(call: Call): FastifyReply {
  const { request, reply, jobs, session } = call;
  const body = bodyOf(request);
  const chunking = request.headers['sforce-enable-pkchunking'];
  const job = jobs.create(session.user, {
    operation: body('operation') ?? '',
    object: body('object') ?? '',
    externalIdFieldName: body('externalIdFieldName'),
    assignmentRuleId: body('assignmentRuleId'),
    concurrencyMode: body('concurrencyMode') ?? 'Parallel',
    contentType: body('contentType') ?? 'XML',
    version: request.params.version,
    chunkSize: typeof chunking === 'string' ? chunkSize(chunking) : undefined,
  });
  void reply.code(201);
  return sendJob(call, job);
}

function chunkSize(header: string): number | undefined {
  if (/^\s*false/i.test(header)) return undefined;
  return Math.min(250_000, Number(/chunkSize\s*=\s*(\d+)/i.exec(header)?.[1] ?? 100_000));
}

function jobIn({ jobs, request }: Call): Job {
  return jobs.find(request.params.job);
}

function batchIn(call: Call): Batch {
  return call.jobs.batch(jobIn(call), call.request.params.batch);
}

function changeJob(call: Call): FastifyReply {
  const state = bodyOf(call.request)('state');
  if (state !== 'Closed' && state !== 'Aborted')
    throw new Bulk1Error('InvalidJobState', `The state ${state} is none that a job is set to`);
  return sendJob(call, call.jobs.setState(jobIn(call), state));
}

function addBatch(call: Call): FastifyReply {
  const job = jobIn(call);
  const batch = call.jobs.add(job, textOf(call.request));
  void call.reply.code(201);
  return sendBatch(call, job, batch);
}

function sendJob({ request, reply }: Call, job: Job): FastifyReply {
  const batches = [...job.batches.values()];
  const count = (state: Batch['state']): number => batches.filter((batch) => batch.state === state).length;
  const sum = (of: 'processed' | 'failed'): number => batches.reduce((all, batch) => all + batch[of], 0);
  const info = {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.user.id,
    createdDate: job.createdDate,
    systemModstamp: job.createdDate,
    state: job.state,
    externalIdFieldName: job.externalIdFieldName,
    concurrencyMode: job.concurrencyMode,
    contentType: job.contentType,
    numberBatchesQueued: count('Queued'),
    numberBatchesInProgress: count('InProgress'),
    numberBatchesCompleted: count('Completed'),
    numberBatchesFailed: count('Failed'),
    numberBatchesTotal: batches.length,
    numberRecordsProcessed: sum('processed'),
    numberRetries: 0,
    apiVersion: job.version,
    assignmentRuleId: job.assignmentRuleId,
    numberRecordsFailed: sum('failed'),
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
  return wantsJson(request)
    ? reply.send({ ...info, apiVersion: Number(job.version) })
    : sendXml(reply, 'jobInfo', info);
}

function batchInfo(job: Job, batch: Batch): Readonly<Record<string, unknown>> {
  return {
    id: batch.id,
    jobId: job.id,
    state: batch.state,
    stateMessage: batch.stateMessage,
    createdDate: batch.createdDate,
    systemModstamp: batch.createdDate,
    numberRecordsProcessed: batch.processed,
    numberRecordsFailed: batch.failed,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
}

function sendBatch({ request, reply }: Call, job: Job, batch: Batch): FastifyReply {
  const info = batchInfo(job, batch);
  return job.contentType === 'JSON' || wantsJson(request) ? reply.send(info) : sendXml(reply, 'batchInfo', info);
}

function listBatches(call: Call): FastifyReply {
  const job = jobIn(call);
  const infos = [...job.batches.values()].map((batch) => batchInfo(job, batch));
  if (job.contentType === 'JSON') return call.reply.send({ batchInfo: infos });
  return sendXml(call.reply, 'batchInfoList', { batchInfo: infos });
}

function isQuery(job: Job): boolean {
  return job.operation === 'query' || job.operation === 'queryAll';
}

function batchResult(call: Call): FastifyReply {
  const job = jobIn(call);
  const batch = batchIn(call);
  if (batch.state !== 'Completed')
    throw new Bulk1Error('InvalidBatch', `Batch not completed, its state is ${batch.state}`);
  if (isQuery(job)) {
    if (job.contentType === 'JSON') return call.reply.send([resultId(batch)]);
    return sendXml(call.reply, 'result-list', { result: [resultId(batch)] });
  }
  if (job.contentType === 'JSON') return call.reply.send(resultJson(batch.results));
  return call.reply.type('text/csv; charset=utf-8').send(resultCsv(batch.results));
}

/** A batch has one result. */
function resultId(batch: Batch): string {
  return batch.id.replace(/^751/, '752');
}

function queryResult(call: Call): FastifyReply {
  const batch = batchIn(call);
  if (resultId(batch).slice(0, 15) !== call.request.params.result.slice(0, 15))
    throw new Bulk1Error('InvalidBatch', 'Unknown result');
  const type = jobIn(call).contentType === 'JSON' ? 'application/json; charset=utf-8' : 'text/csv; charset=utf-8';
  return call.reply.type(type).send(batch.output);
}
