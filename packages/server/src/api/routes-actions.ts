/** What is done with people by an action, and to whom a record may be given. */
import { Action, ConversionChoices, Owners, OwnersQuery, PersonAction } from '@syncline/contract/actions';
import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import type { Database } from '../db/db.ts';
import type { Api } from './api.ts';
import { notifyChanged } from './events.ts';
import { actionIdOf, personIdOf } from './path-ids.ts';

const Id = z.object({ id: z.string().max(40) });
/** As printable text without blanks, 255 at most. */
const Key = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional(),
});

export const registerActionRoutes = (
  app: Api,
  {
    db,
    actions,
  }: { readonly db: Database; readonly actions: Pick<Actions, 'begin' | 'action' | 'owners' | 'conversion'> },
): void => {
  app.post(
    '/actions',
    { schema: { headers: Key, body: PersonAction, response: { 202: Action } } },
    async (request, reply) => {
      const actionId = await actions.begin(request.body, {
        by: request.caller?.name ?? '',
        key: request.headers['idempotency-key'] ?? null,
      });
      await notifyChanged(db, 'people');
      return reply
        .status(202)
        .header('location', `/api/actions/${actionId}`)
        .send(await actions.action(actionId));
    },
  );
  app.get('/actions/:id', { schema: { params: Id, response: { 200: Action } } }, (request) =>
    actions.action(actionIdOf(request.params.id)),
  );
  app.get('/people/:id/conversion', { schema: { params: Id, response: { 200: ConversionChoices } } }, (request) =>
    actions.conversion(personIdOf(request.params.id)),
  );
  app.get('/owners', { schema: { querystring: OwnersQuery, response: { 200: Owners } } }, async (request) => ({
    owners: [...(await actions.owners(request.query.q ?? ''))],
  }));
};
