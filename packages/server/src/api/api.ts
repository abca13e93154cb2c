/**
 * The door of HTTP: JSON under /api, one event stream, the web app, and two probes. Shapes are the contract's: a request that does not
 * fit is refused before anything runs, and an answer holds what its shape names and nothing else (SEC2).
 *
 * Promises: everything below /api but `/api/me` and signing in needs a session; a changing request needs proof that our own pages
 * sent it (SEC8); a failure is `application/problem+json` with a code of the problems table and a request id; no line of the log holds a
 * person's details, a query text or a secret (SEC3).
 */
import { randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import type { User } from '@syncline/contract/users';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { Setup } from '../setup/setup.ts';
import type { Status } from '../status/status.ts';
import { createEventHub } from './events.ts';
import { requireOwnOrigin, SESSION_COOKIE } from './guard.ts';
import { answerProblem, traceOf } from './problem-answers.ts';
import { registerActivityRoutes } from './routes-activity.ts';
import { registerEventRoutes } from './routes-events.ts';
import { registerPeopleRoutes } from './routes-people.ts';
import { registerSetupRoutes } from './routes-setup.ts';
import { registerUserRoutes } from './routes-users.ts';
import { userOfSession } from './users.ts';
import { registerWebApp, SECURITY_HEADERS } from './web-app.ts';

export interface ApiOptions {
  readonly db: Database;
  readonly setup: Setup;
  readonly status: Status;
  /** Whether this process may take requests: false while it starts and while it stops. */
  readonly isReady: () => boolean;
  /** The built web app, `packages/web/dist`. */
  readonly webDir: string;
  readonly log: FastifyBaseLogger;
}

/** Fastify with the contract's shapes as types of requests and answers. */
export type Api = FastifyInstance<
  import('fastify').RawServerDefault,
  import('http').IncomingMessage,
  import('http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set for every route that needs a session. */
    user: User | null;
  }
}

const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** The caller listens and closes; closing ends the event streams first. */
export const buildApi = (options: ApiOptions): FastifyInstance => {
  const { db, setup, status, log } = options;
  const app = fastify({
    loggerInstance: log,
    // Fastify's own request lines hold the whole address, and a search is somebody's e-mail.
    disableRequestLogging: true,
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerProblem);
  app.decorateRequest('user', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, id } = request;
    request.log.debug({ id, method, route: request.routeOptions.url ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  void app.register(fastifyCookie);
  void app.register(fastifyRateLimit, { global: false });

  const hub = createEventHub({
    db,
    isRunning: () => status.isRunning(),
    onError: (error) => log.warn({ cause: traceOf(error) }, 'the event stream could not ask what runs'),
  });
  app.addHook('onReady', () => hub.start());
  app.addHook('preClose', () => hub.stop());

  registerProbes(app, options);
  void app.register(async (scope) => {
    scope.addHook('onRequest', requireOwnOrigin);
    scope.addHook('onSend', async (_, reply) => {
      void reply.header('cache-control', 'no-store');
    });
    await scope.register(async (open) => registerUserRoutes(open.withTypeProvider<ZodTypeProvider>(), db), { prefix: '/api' });
    await scope.register(
      async (closed) => {
        closed.addHook('onRequest', async (request) => {
          request.user = await requireSession(db, request);
        });
        const api = closed.withTypeProvider<ZodTypeProvider>();
        registerSetupRoutes(api, setup);
        registerActivityRoutes(api, { setup, status });
        registerPeopleRoutes(api, { db, status });
        registerEventRoutes(api, hub);
      },
      { prefix: '/api' },
    );
  });
  registerWebApp(app, options.webDir);
  return app as unknown as FastifyInstance;
};

const requireSession = async (db: Database, request: FastifyRequest): Promise<User> => {
  const token = request.cookies[SESSION_COOKIE];
  const user = token ? await userOfSession(db, token) : null;
  if (!user) throw new Problem('not-signed-in');
  return user;
};

const registerProbes = (app: Pick<FastifyInstance, 'get'>, { db, isReady }: ApiOptions): void => {
  app.get('/livez', async () => ({ alive: true }));
  app.get('/readyz', async () => {
    if (!isReady()) throw new Problem('stopping');
    await db.query('select 1');
    return { ready: true };
  });
};
