import { randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Problem } from '../errors/errors.ts';
import { traceOf } from '../errors/trace.ts';
import type { ApiOptions } from './api.ts';
import { requireAccess } from './caller.ts';
import { createEventHub, type EventHub } from './events.ts';
import { requireOwnOrigin } from './guard.ts';
import { createMetrics, isFromThisMachine } from './metrics.ts';
import { registerOpenApi, registerOpenApiRoute } from './openapi.ts';
import { answerProblem } from './problem-answers.ts';
import { registerActionRoutes } from './routes-actions.ts';
import { registerActivityRoutes } from './routes-activity.ts';
import { registerEventRoutes } from './routes-events.ts';
import { registerExportRoutes } from './routes-exports.ts';
import { registerMappingRoutes } from './routes-mappings.ts';
import { registerOrgSetupRoutes } from './routes-org-setup.ts';
import { registerPeopleRoutes } from './routes-people.ts';
import { registerRecordRoutes } from './routes-records.ts';
import { registerSessionRoutes } from './routes-sessions.ts';
import { registerSettingsRoutes } from './routes-settings.ts';
import { registerSetupRoutes } from './routes-setup.ts';
import { registerUndoRoutes } from './routes-undo.ts';
import { registerUserRoutes } from './routes-users.ts';
import { registerWebSignInRoutes } from './routes-web-sign-in.ts';
import { registerWebApp, SECURITY_HEADERS } from './web-app.ts';

const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** The caller listens and closes; closing ends the event streams first. */
export const buildApi = (options: ApiOptions): FastifyInstance => {
  const { db, actions, undos, setup, orgSetup, mappings, settings, status, log } = options;
  const app = fastify({
    loggerInstance: log,
    // Fastify's own request lines hold the whole address, and a search is somebody's e-mail.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerProblem);
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, id } = request;
    request.log.debug(
      {
        id,
        method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
  void app.register(fastifyCookie);
  void app.register(fastifyRateLimit, { global: false });

  registerOpenApi(app as unknown as FastifyInstance, options.version);
  const hub = createEventHub({
    db,
    isRunning: () => status.isRunning(),
    onError: (error) => log.warn({ cause: traceOf(error) }, 'the event stream could not ask what runs'),
  });
  app.addHook('onReady', () => hub.start());
  prepareSearchAfterLoad(app, hub, options);
  app.addHook('preClose', () => hub.stop());

  registerProbes(app, options);
  registerMetrics(app, options);
  void app.register(async (scope) => {
    scope.addHook('onRequest', requireOwnOrigin);
    scope.addHook('onRequest', requireAccess(db));
    scope.addHook('onSend', async (_, reply) => {
      void reply.header('cache-control', 'no-store');
    });
    await scope.register(
      async (inner) => {
        const api = inner.withTypeProvider<ZodTypeProvider>();
        registerSessionRoutes(api, db);
        registerUserRoutes(api, db);
        registerSetupRoutes(api, setup);
        registerWebSignInRoutes(api, setup.web);
        registerOrgSetupRoutes(api, orgSetup);
        registerMappingRoutes(api, mappings);
        registerActivityRoutes(api, { db, setup, status });
        registerExportRoutes(api, status);
        registerPeopleRoutes(api, { db, status });
        registerActionRoutes(api, { db, actions, status });
        registerUndoRoutes(api, { db, undos, status });
        registerRecordRoutes(api, status);
        registerSettingsRoutes(api, { settings, status });
        registerEventRoutes(api, hub);
        registerOpenApiRoute(inner);
      },
      { prefix: '/api' },
    );
  });
  registerWebApp(app, options.webDir);
  return app as unknown as FastifyInstance;
};

/** The initial load ends at some moment in some process; whoever hears of it makes the search fast. */
const prepareSearchAfterLoad = (
  app: Pick<FastifyInstance, 'addHook'>,
  hub: EventHub,
  { status, log }: ApiOptions,
): void => {
  let isDone = false;
  let isAsking = false;
  const prepare = async (): Promise<void> => {
    if (isDone || isAsking) return;
    isAsking = true;
    try {
      isDone = await status.prepareSearch();
    } catch (error) {
      log.warn({ cause: traceOf(error) }, 'the search is not prepared yet');
    } finally {
      isAsking = false;
    }
  };
  app.addHook('onReady', async () => {
    hub.watch((topic) => {
      if (topic !== 'tick') void prepare();
    });
    void prepare();
  });
};

const registerProbes = (app: Pick<FastifyInstance, 'get'>, { db, isReady = () => true }: ApiOptions): void => {
  app.get('/livez', async () => ({ alive: true }));
  app.get('/readyz', async () => {
    if (!isReady()) throw new Problem('stopping');
    await db.query('select 1');
    return { ready: true };
  });
};

const registerMetrics = (app: Pick<FastifyInstance, 'get'>, { db, status }: ApiOptions): void => {
  const metrics = createMetrics();
  const requireScraper = async (request: FastifyRequest): Promise<void> => {
    if (!isFromThisMachine(request)) await requireAccess(db)(request);
  };
  app.get('/metrics', { onRequest: requireScraper }, async (_, reply) =>
    reply
      .type(metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.text(await status.metrics())),
  );
};
