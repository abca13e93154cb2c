/** People: search, one person, a new one, an edit, Sync person, and the reversal of a decision. */

import { MergeChoices, MergeQuery } from '@syncline/contract/actions';
import {
  MadePerson,
  NewPerson,
  People,
  PeopleFields,
  PeopleQuery,
  PeopleViews,
  Person,
  PersonChange,
  PersonChanged,
  SyncPersonOutcome,
} from '@syncline/contract/people';
import { FieldDecisions, PersonGates } from '@syncline/contract/person-why';
import { Done } from '@syncline/contract/shared';
import { z } from 'zod';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { findByExternalId, presentPersonId } from '../people/people.ts';
import type { Status } from '../status/status.ts';
import type { Api } from './api.ts';
import { notifyChanged } from './events.ts';
import { conflictIdOf, personIdOf } from './path-ids.ts';
import { editPerson, insertPerson, reverseConflict, syncPerson } from './people-acts.ts';

const Id = z.object({ id: z.string().max(40) });

export const registerPeopleRoutes = (
  app: Api,
  { db, status }: { readonly db: Database; readonly status: Status },
): void => {
  /** ID23. */
  const present = (id: string): Promise<number> => presentPersonId(db, personIdOf(id));
  app.get('/people', { schema: { querystring: PeopleQuery, response: { 200: People } } }, (request) =>
    status.people(request.query),
  );
  app.post('/people', { schema: { body: NewPerson, response: { 201: MadePerson } } }, async (request, reply) => {
    const made = await insertPerson(db, request.body);
    await notifyChanged(db, 'people');
    return reply.status(201).header('location', `/api/people/${made.personId}`).send(made);
  });
  app.get('/people/views', { schema: { response: { 200: PeopleViews } } }, () => status.peopleViews());
  app.get(
    '/people/:id/merge',
    { schema: { params: Id, querystring: MergeQuery, response: { 200: MergeChoices } } },
    async (request) => {
      const others = request.query.with?.split(',').map(personIdOf);
      const present = others && (await Promise.all(others.map((id) => presentPersonId(db, id))));
      return status.mergeChoices(await presentPersonId(db, personIdOf(request.params.id)), present ?? null);
    },
  );
  app.get('/people/fields', { schema: { response: { 200: PeopleFields } } }, () => status.peopleFields());
  app.get(
    '/people/by-external-id/:externalId',
    { schema: { params: z.object({ externalId: z.string().max(100) }), response: { 200: Person } } },
    async (request) => {
      const { externalId } = request.params;
      const id = await findByExternalId(db, externalId);
      if (id === null) throw new Problem('person-not-found', { id: externalId });
      return status.person(id);
    },
  );
  app.get('/people/:id', { schema: { params: Id, response: { 200: Person } } }, async (request) =>
    status.person(await present(request.params.id)),
  );
  app.patch(
    '/people/:id',
    { schema: { params: Id, body: PersonChange, response: { 200: PersonChanged } } },
    async (request) => {
      const lane = request.caller?.userId == null ? 'normal' : 'urgent';
      const journalId = await editPerson(db, await present(request.params.id), request.body.fields, {
        lane,
        by: request.caller?.name ?? '',
        reason: request.body.reason,
      });
      await notifyChanged(db, 'people');
      return { done: true as const, journalId };
    },
  );
  app.get('/people/:id/gates', { schema: { params: Id, response: { 200: PersonGates } } }, async (request) =>
    status.gates(await present(request.params.id)),
  );
  app.get(
    '/people/:id/fields/:field/decisions',
    { schema: { params: Id.extend({ field: z.string().max(63) }), response: { 200: FieldDecisions } } },
    async (request) => status.decisions(await present(request.params.id), request.params.field),
  );
  app.get('/people/:id/sync', { schema: { params: Id, response: { 200: SyncPersonOutcome } } }, async (request) =>
    status.syncPersonOutcome(await present(request.params.id)),
  );
  app.post('/people/:id/sync', { schema: { params: Id, response: { 200: SyncPersonOutcome } } }, async (request) => {
    const id = await present(request.params.id);
    await syncPerson(db, id);
    await notifyChanged(db, 'people');
    return status.syncPersonOutcome(id);
  });
  app.post('/conflicts/:id/reverse', { schema: { params: Id, response: { 200: Done } } }, async (request) => {
    await reverseConflict(db, conflictIdOf(request.params.id));
    await notifyChanged(db, 'conflicts');
    return { done: true as const };
  });
};
