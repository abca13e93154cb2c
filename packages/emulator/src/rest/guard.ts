/**
 * What stands before every REST resource: the switches' faults, the version, the session, the API's own state and the
 * day's calls, in the order Salesforce answers them. Routes below `/services/data/vXX.0` come through here whichever
 * plugin they belong to.
 */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noteSession } from '../access/access.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { isObject, type Json } from './json.ts';
import { versionMax, versionMin } from './service.ts';
import type { Usage } from './usage.ts';

const restPath = /^\/services\/data\/([^/?]+)/;

export function registerGuard(app: FastifyInstance, org: Org, usage: Usage): void {
  const { switches } = org.access;
  const underWay = new Set<FastifyRequest>();
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/services/')) return;
    underWay.add(request);
    reply.raw.once('close', () => underWay.delete(request));
    const most = switches.state.concurrentRequests;
    const isCrowded = most > 0 && underWay.size > most;
    if (switches.take('resetConnections')) {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    }
    if (switches.state.latencyMs > 0) await wait(switches.state.latencyMs);
    if (switches.take('failWith503')) {
      throw new SalesforceError(503, 'SERVER_UNAVAILABLE', 'Server is temporarily unavailable; try again later');
    }
    checkSize(request);
    const version = restPath.exec(request.url)?.[1];
    if (version === undefined) return;
    // Every answer tells the calls of the day, refusals too.
    void reply.header('Sforce-Limit-Info', usage.header);
    checkVersion(version);
    countDown(org);
    noteSession(request, sessionIn(org, request));
    if (switches.state.apiOff) {
      throw new SalesforceError(403, 'API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner');
    }
    if (switches.state.apiPaused) {
      throw new SalesforceError(403, 'API_CURRENTLY_DISABLED', 'API is temporarily disabled for this organization');
    }
    if (switches.take('failWith500')) {
      throw new SalesforceError(500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred. Please include this ErrorId');
    }
    if (!usage.take()) throw new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    if (isCrowded) throw crowded();
    void reply.header('Sforce-Limit-Info', usage.header);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (!isWrite(request) || !switches.take('loseRequests')) return;
    reply.hijack();
    request.raw.socket.destroy();
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.url.startsWith('/services/') || reply.statusCode >= 400) return payload;
    if (isWrite(request)) {
      if (switches.take('loseAnswers')) request.raw.socket.destroy();
      return payload;
    }
    return restPath.test(request.url) && switches.take('truncateBodies') ? await halfOf(payload, reply) : payload;
  });
}

/** Bytes of an address, and of all headers together. */
const sizeMax = 16_384;

function checkSize({ url, raw }: FastifyRequest): void {
  if (url.length > sizeMax) throw new SalesforceError(414, 'URI_TOO_LONG', `The address exceeds ${sizeMax} bytes`);
  const headers = raw.rawHeaders.reduce((bytes, text) => bytes + text.length, 0);
  if (headers <= sizeMax) return;
  throw new SalesforceError(431, 'REQUEST_HEADER_FIELDS_TOO_LARGE', `The headers exceed ${sizeMax} bytes`);
}

function crowded(): SalesforceError {
  const message = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.';
  return new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', message);
}

/** The sync user's sessions end when the last of the requests that they were left has been answered. */
function countDown({ access }: Org): void {
  const left = access.switches.state.expireSessionsAfter;
  if (left === 0) return;
  access.switches.set({ expireSessionsAfter: left - 1 });
  if (left === 1) setImmediate(() => access.expireSessions());
}

/** The first half of a body, behind headers that promise all of it, and then the end of the connection. */
async function halfOf(payload: unknown, reply: FastifyReply): Promise<Readable> {
  const whole = await bytesOf(payload);
  void reply.header('content-length', whole.length);
  const half = async function* (): AsyncGenerator<Buffer> {
    yield whole.subarray(0, Math.floor(whole.length / 2));
    // What was written goes out before the connection ends.
    await new Promise(setImmediate);
    throw new Error('The switch truncateBodies breaks off this answer.');
  };
  return Readable.from(half(), { objectMode: false });
}

async function bytesOf(payload: unknown): Promise<Buffer> {
  if (payload instanceof Readable) return await buffer(payload);
  if (typeof payload === 'string' || payload instanceof Uint8Array) return Buffer.from(payload as string);
  return Buffer.alloc(0);
}

function checkVersion(version: string): void {
  const number = Number(/^v(\d+)\.0$/.exec(version)?.[1]);
  if (number >= versionMin && number <= versionMax) return;
  if (number > 0 && number < versionMin) {
    throw new SalesforceError(
      410,
      'GONE',
      `API version ${number}.0 has been retired. Use a version from ${versionMin}.0 on.`,
    );
  }
  throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function sessionIn(org: Org, request: FastifyRequest): ReturnType<Org['access']['openSession']> {
  const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim();
  const session = token === undefined ? undefined : org.access.session(token);
  if (session === undefined) throw new SalesforceError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  return session;
}

const soapWrite = /<(?:\w+:)?(?:create|update|upsert|delete|undelete|merge|convertLead|emptyRecycleBin)[\s>]/;

/** Whether a request changes the org: queries and other reads by POST do not. */
function isWrite(request: FastifyRequest): boolean {
  if (request.url.startsWith('/services/Soap/u/'))
    return typeof request.body === 'string' && soapWrite.test(request.body);
  if (!restPath.test(request.url) || request.method === 'GET' || request.method === 'HEAD') return false;
  const path = request.url.replace(restPath, '').split('?')[0] ?? '';
  if (path.startsWith('/jobs/query')) return false;
  if (path === '/composite' || path === '/composite/batch') return hasWriting(request.body as Json | undefined);
  return !(request.method === 'POST' && /^\/composite\/sobjects\/[^/]+$/.test(path));
}

function hasWriting(body: Json | undefined): boolean {
  const list = isObject(body) ? (body['compositeRequest'] ?? body['batchRequests']) : undefined;
  if (!Array.isArray(list)) return false;
  return (list as readonly Json[]).some((one) => isObject(one) && one['method'] !== 'GET');
}
