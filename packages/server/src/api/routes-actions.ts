/** What is done with people by an action, and to whom a record may be given. */
import {
  Action,
  ActionCount,
  ConversionChoices,
  ConvertedStatuses,
  Owners,
  OwnersQuery,
  PersonAction,
  SetAction,
} from '@syncline/contract/actions';
import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import type { Database } from '../db/db.ts';
import type { Status } from '../status/status.ts';
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

interface ActionRoutesParts {
  readonly db: Database;
  readonly actions: Pick<Actions, 'begin' | 'count' | 'action' | 'owners' | 'conversion' | 'convertedStatuses'>;
  readonly status: Pick<Status, 'peopleNamed'>;
}

export const registerActionRoutes = (app: Api, { db, actions, status }: ActionRoutesParts): void => {
  const named = async (actionId: number): Promise<Action> => {
    const action = await actions.action(actionId);
    const rows = await status.peopleNamed(action.people.map(({ personId }) => personId));
    const names = new Map(rows.map(({ personId, name, email }) => [personId, name ?? email]));
    return { ...action, people: action.people.map((each) => ({ ...each, name: names.get(each.personId) ?? null })) };
  };
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
        .send(await named(actionId));
    },
  );
  app.post('/actions/count', { schema: { body: SetAction, response: { 200: ActionCount } } }, (request) =>
    actions.count(request.body),
  );
  app.get('/actions/:id', { schema: { params: Id, response: { 200: Action } } }, (request) =>
    named(actionIdOf(request.params.id)),
  );
  app.get('/people/:id/conversion', { schema: { params: Id, response: { 200: ConversionChoices } } }, (request) =>
    actions.conversion(personIdOf(request.params.id)),
  );
  app.get('/conversion', { schema: { response: { 200: ConvertedStatuses } } }, async () => ({
    statuses: [...(await actions.convertedStatuses())],
  }));
  app.get('/owners', { schema: { querystring: OwnersQuery, response: { 200: Owners } } }, async (request) => ({
    owners: [...(await actions.owners(request.query.q ?? ''))],
  }));
};
