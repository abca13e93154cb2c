/** What is going on, and the two switches of it. */
import { BrakeAnswered, BrakeChoice, BrakeDetail, Brakes } from '@syncline/contract/brakes';
import { Conflicts, ConflictsQuery } from '@syncline/contract/conflicts';
import {
  ErrorCauses,
  ErrorDetail,
  Errors,
  ErrorsChoice,
  ErrorsDiscarded,
  ErrorsQuery,
  ErrorsRetried,
  MatchChoice,
} from '@syncline/contract/errors';
import { Held, HeldChoice, HeldQuery, HeldResolved } from '@syncline/contract/held';
import { InitialSync } from '@syncline/contract/initial-sync';
import { RunDetail, Runs, RunsQuery } from '@syncline/contract/runs';
import { Differences, DifferencesQuery, Repaired } from '@syncline/contract/sameness';
import { Done, SyncObjectName } from '@syncline/contract/shared';
import { Objects, Status as StatusAnswer, SyncSwitch } from '@syncline/contract/status';
import { z } from 'zod';
import type { Database } from '../db/db.ts';
import type { Setup } from '../setup/setup.ts';
import type { Status } from '../status/status.ts';
import type { Api } from './api.ts';
import { answerBrake } from './brake-acts.ts';
import { linkToMatch, saveAnyway } from './duplicate-acts.ts';
import { discardErrors, retryErrors } from './error-acts.ts';
import { notifyChanged } from './events.ts';
import { resolveHeld } from './held-acts.ts';
import { plainIdOf } from './path-ids.ts';
import { repairDifferences, wantCheck } from './sameness-acts.ts';
import { forCaller } from './unquoted.ts';

const Id = z.object({ id: z.string().max(40) });
const OfObject = z.object({ object: SyncObjectName });

export const registerActivityRoutes = (
  app: Api,
  { db, setup, status }: { readonly db: Database; readonly setup: Setup; readonly status: Status },
): void => {
  app.get('/status', { schema: { response: { 200: StatusAnswer } } }, async (request) =>
    forCaller(request, await status.status()),
  );
  app.get('/objects', { schema: { response: { 200: Objects } } }, async (request) =>
    forCaller(request, { objects: [...(await status.objects())] }),
  );
  app.get('/differences', { schema: { querystring: DifferencesQuery, response: { 200: Differences } } }, (request) =>
    status.differences(request.query),
  );
  app.post('/objects/:object/check', { schema: { params: OfObject, response: { 200: Done } } }, async (request) => {
    await wantCheck(db, request.params.object);
    await notifyChanged(db, 'objects');
    return { done: true as const };
  });
  app.post(
    '/objects/:object/repair',
    { schema: { params: OfObject, response: { 200: Repaired } } },
    async (request) => {
      const asked = await repairDifferences(db, request.params.object);
      await setup.wake();
      await notifyChanged(db, 'objects');
      return { asked };
    },
  );
  app.get('/brakes', { schema: { response: { 200: Brakes } } }, () => status.brakes());
  app.get('/brakes/:id', { schema: { params: Id, response: { 200: BrakeDetail } } }, (request) =>
    status.brake(plainIdOf(request.params.id)),
  );
  app.post(
    '/brakes/:id/answer',
    { schema: { params: Id, body: BrakeChoice, response: { 200: BrakeAnswered } } },
    async (request) => {
      const { answer } = request.body;
      const answered = await answerBrake(db, plainIdOf(request.params.id), answer, request.caller?.name ?? '');
      await db.run(`select pg_notify('syncline_outbox', '')`);
      await setup.wake();
      await notifyChanged(db, 'everything');
      return answered;
    },
  );
  app.get('/initial-sync', { schema: { response: { 200: InitialSync } } }, async (request) =>
    forCaller(request, await status.initialSync()),
  );
  app.get('/runs', { schema: { querystring: RunsQuery, response: { 200: Runs } } }, async (request) =>
    forCaller(request, await status.runs(request.query)),
  );
  app.get('/runs/:id', { schema: { params: Id, response: { 200: RunDetail } } }, async (request) =>
    forCaller(request, await status.run(plainIdOf(request.params.id))),
  );
  app.get('/errors/causes', { schema: { response: { 200: ErrorCauses } } }, async (request) =>
    forCaller(request, await status.errorCauses()),
  );
  app.get('/errors', { schema: { querystring: ErrorsQuery, response: { 200: Errors } } }, async (request) => {
    const page = await status.errors(request.query);
    return { ...page, rows: [...page.rows] };
  });
  app.get('/errors/:id', { schema: { params: Id, response: { 200: ErrorDetail } } }, (request) =>
    status.error(plainIdOf(request.params.id)),
  );
  app.post('/errors/retry', { schema: { body: ErrorsChoice, response: { 200: ErrorsRetried } } }, async (request) => {
    const outcome = await retryErrors(db, request.body, () => setup.wake());
    await notifyChanged(db, 'errors');
    return outcome;
  });
  app.post(
    '/errors/discard',
    { schema: { body: ErrorsChoice, response: { 200: ErrorsDiscarded } } },
    async (request) => {
      const outcome = await discardErrors(db, request.body);
      await notifyChanged(db, 'errors');
      return outcome;
    },
  );
  app.post(
    '/errors/:id/link',
    { schema: { params: Id, body: MatchChoice, response: { 200: Done } } },
    async (request) => {
      const choice = { salesforceId: request.body.salesforceId, by: request.caller?.name ?? '' };
      await linkToMatch(db, plainIdOf(request.params.id), choice);
      await setup.wake();
      return { done: true as const };
    },
  );
  app.post('/errors/:id/save', { schema: { params: Id, response: { 200: Done } } }, async (request) => {
    await saveAnyway(db, plainIdOf(request.params.id));
    await notifyChanged(db, 'errors');
    return { done: true as const };
  });
  app.get('/held', { schema: { querystring: HeldQuery, response: { 200: Held } } }, (request) =>
    status.held(request.query),
  );
  app.post('/held/resolve', { schema: { body: HeldChoice, response: { 200: HeldResolved } } }, async (request) => {
    const outcome = await resolveHeld(db, request.body, request.caller?.name ?? '');
    await notifyChanged(db, 'conflicts');
    return outcome;
  });
  app.get('/conflicts', { schema: { querystring: ConflictsQuery, response: { 200: Conflicts } } }, (request) =>
    status.conflicts(request.query),
  );

  app.put('/sync', { schema: { body: SyncSwitch, response: { 200: Done } } }, async (request) => {
    await setup.setEnabled(request.body.enabled);
    return { done: true as const };
  });
  app.post('/sync/read-anew', { schema: { response: { 200: Done } } }, async () => {
    await setup.readAnew();
    return { done: true as const };
  });
  app.post('/sync/now', { schema: { response: { 200: Done } } }, async () => {
    await setup.syncNow();
    return { done: true as const };
  });
};
