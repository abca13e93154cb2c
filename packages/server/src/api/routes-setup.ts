/** The setup over HTTP. Whoever is not an administrator reads. */
import {
  ConfirmCredentials,
  ConfirmedCredentials,
  ConnectionAnswer,
  ConnectionChoice,
  ConnectionComparison,
  ConnectionTest,
  Practice,
  PracticeUse,
  Setup as SetupHub,
  Started,
  StartPreview,
  StartSync,
  SyncFields,
  SyncFieldsChoice,
} from '@syncline/contract/setup';
import { Done } from '@syncline/contract/shared';
import type { FastifyRequest } from 'fastify';
import type { Setup } from '../setup/setup.ts';
import type { Api } from './api.ts';

const done = { done: true as const };
const by = (request: FastifyRequest): string => request.caller?.name ?? '';

export const registerSetupRoutes = (app: Api, setup: Setup): void => {
  app.get('/setup', { schema: { response: { 200: SetupHub } } }, () => setup.hub());

  app.get('/setup/connection', { schema: { response: { 200: ConnectionAnswer } } }, () => setup.connection());
  app.put('/setup/connection', { schema: { body: ConnectionChoice, response: { 200: ConnectionAnswer } } }, (request) =>
    setup.saveConnection(request.body, by(request)),
  );
  app.post('/setup/connection/test', { schema: { response: { 200: ConnectionTest } } }, () => setup.test());

  app.post(
    '/setup/connection/compare',
    { schema: { body: ConnectionChoice, response: { 200: ConnectionComparison } } },
    (request) => setup.compare(request.body),
  );

  app.get('/setup/sync-fields', { schema: { response: { 200: SyncFields } } }, () => setup.syncFields());
  app.put('/setup/sync-fields', { schema: { body: SyncFieldsChoice, response: { 200: Done } } }, async (request) => {
    await setup.dropFields(request.body);
    return done;
  });
  app.post(
    '/setup/confirm-credentials',
    { schema: { body: ConfirmCredentials, response: { 200: ConfirmedCredentials } } },
    (request) => setup.confirm(request.body),
  );
  app.get('/setup/start', { schema: { response: { 200: StartPreview } } }, () => setup.startPreview());
  app.post('/setup/start', { schema: { body: StartSync.nullish(), response: { 200: Started } } }, (request) =>
    setup.start(request.body ?? {}),
  );

  app.get('/practice', { schema: { response: { 200: Practice } } }, () => setup.practice());
  app.post('/practice/use', { schema: { body: PracticeUse, response: { 200: ConnectionAnswer } } }, (request) =>
    setup.usePractice(request.body.method, by(request)),
  );
};
