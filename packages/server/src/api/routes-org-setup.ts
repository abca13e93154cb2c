/** Steps 1 and 2 of the setup over HTTP. An admin's session belongs to the user of ours who signed it in; a program has none. */
import {
  AdminSessionAnswer,
  AdminSignIn,
  SetupFields,
  SetupFieldsAct,
  SetupOutcomes,
  SetupUser,
} from '@syncline/contract/setup-org';
import { Done } from '@syncline/contract/shared';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors/errors.ts';
import type { OrgSetup } from '../setup/setup.ts';
import type { Api } from './api.ts';

/** Nobody is user 0. */
const by = (request: FastifyRequest): number => request.caller?.userId ?? 0;
const byUser = (request: FastifyRequest): number => {
  const userId = request.caller?.userId;
  if (userId == null) throw new Problem('admin-not-signed-in');
  return userId;
};

export const registerOrgSetupRoutes = (app: Api, orgSetup: OrgSetup): void => {
  app.post(
    '/setup/admin-session',
    { schema: { body: AdminSignIn, response: { 200: AdminSessionAnswer } } },
    async (request) => ({ admin: await orgSetup.signInAdmin(byUser(request), request.body) }),
  );
  app.delete('/setup/admin-session', { schema: { response: { 200: Done } } }, async (request) => {
    await orgSetup.signOutAdmin(by(request));
    return { done: true as const };
  });
  app.get('/setup/fields', { schema: { response: { 200: SetupFields } } }, (request) => orgSetup.fields(by(request)));
  app.post(
    '/setup/fields',
    { schema: { body: SetupFieldsAct, response: { 200: SetupOutcomes } } },
    async (request) => ({
      outcomes: [...(await orgSetup.actOnFields(byUser(request), request.body))],
    }),
  );
  app.get('/setup/sync-user', { schema: { response: { 200: SetupUser } } }, (request) =>
    orgSetup.syncUser(by(request)),
  );
  app.post('/setup/sync-user', { schema: { response: { 200: SetupOutcomes } } }, async (request) => ({
    outcomes: [...(await orgSetup.mendSyncUser(byUser(request)))],
  }));
  app.get('/setup/package.zip', { schema: {} }, async (_, reply) =>
    reply
      .type('application/zip')
      .header('content-disposition', 'attachment; filename="syncline-salesforce.zip"')
      .send(await orgSetup.packageZip()),
  );
};
