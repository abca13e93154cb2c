/**
 * The org on the wire: one HTTP server with everything Salesforce's clients ask (A1 to A10).
 *
 * Every answer of a REST resource carries `Sforce-Limit-Info`; a refusal is `[{"message", "errorCode", "fields"?}]` with
 * A7's status. Two slashes in a path are one. All versions from 31.0 to 68.0 answer with the same code. Numbers keep
 * their digits in both directions.
 */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { sessionOf } from '../access/access.ts';
import { registerBulk1 } from '../bulk1/bulk1.ts';
import { registerMetadataSoap } from '../metadata/soap.ts';
import { registerOauth } from '../oauth/oauth.ts';
import type { Org } from '../org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { registerSoap } from '../soap/soap.ts';
import { Results } from '../soql/results.ts';
import { type Answer, type Call, errorAnswer } from './answer.ts';
import { registerGuard } from './guard.ts';
import { type Json, parseJson } from './json.ts';
import { Multipart, readMultipart } from './multipart.ts';
import { makeResources } from './resources.ts';
import { versions } from './service.ts';
import type { Usage } from './usage.ts';

const bodyMax = 50 * 1024 * 1024;

/** Makes the server with all routes of `rest`; the caller adds plugins and listens. */
export function makeServer(org: Org, usage: Usage): FastifyInstance {
  const app = fastify({
    bodyLimit: bodyMax,
    // The guard refuses what is too long in Salesforce's words; Node would close the connection.
    http: { maxHeaderSize: 4 * 16_384 },
    routerOptions: { maxParamLength: 5000 },
    forceCloseConnections: true,
    rewriteUrl: (request) => collapse(request.url ?? '/'),
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJson(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request, body, done) => {
    done(null, readMultipart(request.headers['content-type'] ?? '', body as Buffer));
  });
  app.setErrorHandler((error, _, reply) => send(reply, errorAnswer(asRefusal(error))));
  app.setNotFoundHandler((request, reply) => {
    const refusal = new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (request.url.startsWith('/services/')) return send(reply, errorAnswer(refusal));
    return reply.code(404).type('text/plain').send('There is nothing here.');
  });
  registerGuard(app, org, usage);
  // Each in a scope of its own: its body parsers are nobody else's.
  void app.register(async (scope) => registerOauth(scope, org));
  void app.register(async (scope) => registerSoap(scope, org, usage));
  void app.register(async (scope) => registerMetadataSoap(scope, org, usage));
  void app.register(async (scope) => registerBulk1(scope, org, usage));
  registerResources(app, org);
  return app;
}

/**
 * `//services//data/` is `/services/data`; the query is left as it is (A3). `/?ec=302` is the login page's address in
 * Salesforce.
 */
function collapse(url: string): string {
  if (url.startsWith('/?ec=')) return `/login${url.slice(1)}`;
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const plain = path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return plain + (at < 0 ? '' : url.slice(at));
}

/** Fastify's own refusals in Salesforce's words. */
function asRefusal(error: unknown): unknown {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 415) return new SalesforceError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content type not supported');
  if (status === 413) return new SalesforceError(413, 'REQUEST_TOO_LARGE', 'The request body is too large');
  return error;
}

function send(reply: FastifyReply, { status, body, bytes, headers }: Answer): FastifyReply {
  if (headers !== undefined) void reply.headers(headers);
  if (bytes !== undefined) return reply.code(status).send(Buffer.from(bytes));
  if (body === '') return reply.code(status).send();
  return reply.code(status).type('application/json;charset=UTF-8').send(body);
}

function registerResources(app: FastifyInstance, org: Org): void {
  const resources = makeResources(new Results(org.store));
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    send(reply, resources(callOf(org, request)));
  app.get('/services/data', (_, reply) => reply.send(versions()));
  app.all('/services/data/:version', handle);
  app.all('/services/data/:version/*', handle);
}

function callOf(org: Org, request: FastifyRequest): Call {
  const url = new URL(request.url, 'http://org');
  const [, version = '', path = ''] = /^\/services\/data\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  return {
    org,
    session: sessionOf(request),
    // Clients that cannot PATCH send `POST ?_HttpMethod=PATCH`.
    method: (url.searchParams.get('_HttpMethod') ?? request.method).toUpperCase().replace('HEAD', 'GET'),
    version,
    path: path.replace(/\/+$/, ''),
    query: url.searchParams,
    headers: request.headers as Record<string, string | undefined>,
    ...bodyOf(request.body),
  };
}

function bodyOf(body: unknown): Pick<Call, 'body' | 'parts'> {
  if (!(body instanceof Multipart)) return { body: body as Json | undefined };
  const json = body.parts.find(({ contentType }) => /json/i.test(contentType ?? ''));
  return { body: json === undefined ? undefined : parseJson(Buffer.from(json.bytes).toString()), parts: body.parts };
}
