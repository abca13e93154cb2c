import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sessionOf } from '../access/access.ts';
import { originOf } from '../events/events.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { resultFiles } from './ingest-progress.ts';
import { type IngestRunner, uploadFile } from './ingest-runner.ts';
import { bodyOf, invalidJob, invalidState, jobInfo, shapeOf, spent, textIn, versionOf } from './job-info.ts';
import { type IngestJob, isOver, type Jobs } from './jobs.ts';

/** Bytes of one upload. */
const uploadMax = 150 * 1024 * 1024;

interface JobRequest {
  readonly Params: { readonly id: string };
}

const jobsPath = '/services/data/:version/jobs/ingest';

export function registerIngest(app: FastifyInstance, org: Org, jobs: Jobs, runner: IngestRunner): void {
  // The CSV goes to its file as it comes; nothing holds it.
  app.addContentTypeParser('text/csv', (_request, payload, done) => {
    done(null, payload);
  });
  app.post(jobsPath, (request) => jobInfo(create(request, org, jobs)));
  app.get(jobsPath, () => ({ done: true, records: jobs.all('ingest').map(jobInfo), nextRecordsUrl: null }));
  app.get<JobRequest>(`${jobsPath}/:id`, (request) => jobInfo(jobs.find('ingest', request.params.id)));
  app.put<JobRequest>(`${jobsPath}/:id/batches`, { bodyLimit: uploadMax }, async (request, reply) => {
    await upload(request, jobs);
    return reply.code(201).send();
  });
  app.patch<JobRequest>(`${jobsPath}/:id`, (request) => {
    const state = textIn(bodyOf(request.body), 'state');
    return jobInfo(advance(jobs.find('ingest', request.params.id), state, jobs, runner));
  });
  app.delete<JobRequest>(`${jobsPath}/:id`, (request, reply) => {
    const job = jobs.find('ingest', request.params.id);
    if (!isOver(job.state)) throw invalidState(job.state, 'only a finished job can be deleted.');
    jobs.remove(job);
    return reply.code(204).send();
  });
  for (const list of ['successfulResults', 'failedResults', 'unprocessedrecords', 'unprocessedRecords'] as const) {
    app.get<JobRequest>(`${jobsPath}/:id/${list}`, async (request, reply) => {
      const job = jobs.find('ingest', request.params.id);
      await runner.settled(job);
      return sendList(reply, jobs, job, listFile(list));
    });
  }
}

function listFile(list: keyof typeof resultFiles | 'unprocessedRecords'): string {
  return resultFiles[list === 'unprocessedRecords' ? 'unprocessedrecords' : list];
}

const operations = ['insert', 'update', 'upsert', 'delete', 'hardDelete'] as const;

function create(request: FastifyRequest, org: Org, jobs: Jobs): IngestJob {
  const body = bodyOf(request.body);
  const operation = operations.find((known) => known === textIn(body, 'operation'));
  if (operation === undefined) throw invalidJob(`Unknown operation: ${textIn(body, 'operation')}`);
  const object = org.schema.object(textIn(body, 'object') ?? '');
  if (object === undefined) throw invalidJob(`Unable to find object: ${textIn(body, 'object')}`);
  const { user } = sessionOf(request);
  if (operation === 'hardDelete' && !org.access.sight(user).has('BulkApiHardDelete')) {
    const message =
      'hardDelete operation requires special user profile permission, please contact your system administrator';
    throw new SalesforceError(400, 'FEATURENOTENABLED', message);
  }
  if (!org.bulkUsage.batches.take(org.access.switches.state.dailyBatches)) throw spent('batches');
  const assignmentRuleId = textIn(body, 'assignmentRuleId');
  return jobs.create<IngestJob>({
    kind: 'ingest',
    operation,
    object: object.name,
    userId: user.id,
    apiVersion: versionOf(request.url),
    state: 'Open',
    errorMessage: undefined,
    ...shapeOf(body),
    processed: 0,
    failed: 0,
    totalProcessingTime: 0,
    externalIdFieldName: operation === 'upsert' ? externalIdOf(body, object) : undefined,
    origin: originOf('bulkapi', versionOf(request.url), String(request.headers['sforce-call-options'] ?? '')),
    uploaded: false,
    ...(assignmentRuleId === undefined ? {} : { assignmentRuleId }),
  });
}

function externalIdOf(
  body: Readonly<Record<string, unknown>>,
  object: {
    readonly name: string;
    field(name: string): { name: string; externalId: boolean; idLookup: boolean } | undefined;
  },
): string {
  const name = textIn(body, 'externalIdFieldName');
  if (name === undefined) throw invalidJob('External ID field name is required for upsert operations');
  const field = object.field(name);
  if (field !== undefined && (field.externalId || field.idLookup)) return field.name;
  throw invalidJob(
    `Field name provided, ${name} does not match an External ID, Salesforce Id, or indexed field for ${object.name}`,
  );
}

/** Takes the CSV, once and while the job is Open; a body that breaks off leaves nothing. */
async function upload(request: FastifyRequest<JobRequest>, jobs: Jobs): Promise<void> {
  const job = jobs.find('ingest', request.params.id);
  if (job.state !== 'Open' || job.uploaded) throw invalidState(job.state, 'its data has arrived already.');
  if (request.body === undefined || request.body === null) throw invalidJob('The CSV is missing; send it as text/csv');
  const file = jobs.file(job, uploadFile);
  const zipped = request.headers['content-encoding'] === 'gzip';
  const body = request.body as Readable;
  try {
    if (zipped) await pipeline(body, createGunzip(), atMost(uploadMax), createWriteStream(file));
    else await pipeline(body, atMost(uploadMax), createWriteStream(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  jobs.change(job, { uploaded: true });
}

function atMost(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= bytesMax) done(null, chunk);
      else
        done(
          new SalesforceError(
            413,
            'REQUEST_ENTITY_TOO_LARGE',
            `An upload may have ${bytesMax} bytes; send several jobs`,
          ),
        );
    },
  });
}

function advance(job: IngestJob, state: string | undefined, jobs: Jobs, runner: IngestRunner): IngestJob {
  if (state === 'Aborted') {
    if (isOver(job.state)) throw invalidState(job.state, 'a finished job cannot be aborted.');
    return jobs.change(job, { state: 'Aborted' });
  }
  if (state !== 'UploadComplete') throw invalidJob(`A job can be set to UploadComplete or Aborted, not to ${state}`);
  if (job.state !== 'Open') throw invalidState(job.state, 'only an Open job can be set to UploadComplete.');
  if (!job.uploaded) throw invalidState(job.state, 'send its data to contentUrl first.');
  const closed = jobs.change(job, { state: 'UploadComplete' });
  runner.start(closed);
  return closed;
}

function sendList(reply: FastifyReply, jobs: Jobs, job: IngestJob, name: string): FastifyReply {
  if (!isOver(job.state)) throw invalidState(job.state, 'results are there once it has ended.');
  const file = jobs.file(job, name);
  reply.header('content-type', 'text/csv; charset=UTF-8');
  if (!existsSync(file)) return reply.send('');
  return reply.header('content-length', statSync(file).size).send(createReadStream(file));
}
