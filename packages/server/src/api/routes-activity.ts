/** What is going on, and the two switches of it. */
import { Conflicts, ConflictsQuery } from '@syncline/contract/conflicts';
import { ErrorCauses, Errors, ErrorsQuery } from '@syncline/contract/errors';
import { InitialSync } from '@syncline/contract/initial-sync';
import { Runs, RunsQuery } from '@syncline/contract/runs';
import { Done } from '@syncline/contract/shared';
import { Objects, Status as StatusAnswer, SyncSwitch } from '@syncline/contract/status';
import type { Setup } from '../setup/setup.ts';
import type { Status } from '../status/status.ts';
import type { Api } from './api.ts';
import { forCaller } from './unquoted.ts';

export const registerActivityRoutes = (
  app: Api,
  { setup, status }: { readonly setup: Setup; readonly status: Status },
): void => {
  app.get('/status', { schema: { response: { 200: StatusAnswer } } }, async (request) =>
    forCaller(request, await status.status()),
  );
  app.get('/objects', { schema: { response: { 200: Objects } } }, async (request) =>
    forCaller(request, { objects: [...(await status.objects())] }),
  );
  app.get('/initial-sync', { schema: { response: { 200: InitialSync } } }, async (request) =>
    forCaller(request, await status.initialSync()),
  );
  app.get('/runs', { schema: { querystring: RunsQuery, response: { 200: Runs } } }, async (request) =>
    forCaller(request, await status.runs(request.query)),
  );
  app.get('/errors/causes', { schema: { response: { 200: ErrorCauses } } }, async (request) =>
    forCaller(request, await status.errorCauses()),
  );
  app.get('/errors', { schema: { querystring: ErrorsQuery, response: { 200: Errors } } }, async (request) => {
    const page = await status.errors(request.query);
    return { ...page, rows: [...page.rows] };
  });
  app.get('/conflicts', { schema: { querystring: ConflictsQuery, response: { 200: Conflicts } } }, (request) =>
    status.conflicts(request.query),
  );

  app.put('/sync', { schema: { body: SyncSwitch, response: { 200: Done } } }, async (request) => {
    await setup.setEnabled(request.body.enabled);
    return { done: true as const };
  });
  app.post('/sync/now', { schema: { response: { 200: Done } } }, async () => {
    await setup.syncNow();
    return { done: true as const };
  });
};
