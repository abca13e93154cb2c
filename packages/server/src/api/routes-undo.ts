/** What a run or an edit changed, put back (SAFE6). */
import {
  Undo,
  UndoLook,
  UndoLookQuery,
  UndoStays,
  UndoStaysQuery,
  type UndoTarget,
  UndoWish,
} from '@syncline/contract/undo';
import { z } from 'zod';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { Status } from '../status/status.ts';
import type { Undos } from '../undo/undo.ts';
import type { Api } from './api.ts';
import { notifyChanged } from './events.ts';
import { undoIdOf } from './path-ids.ts';

const Id = z.object({ id: z.string().max(40) });
/** As printable text without blanks, 255 at most. */
const Key = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional(),
});

export const registerUndoRoutes = (
  app: Api,
  { db, undos, status }: { readonly db: Database; readonly undos: Undos; readonly status: Status },
): void => {
  app.get('/undos/look', { schema: { querystring: UndoLookQuery, response: { 200: UndoLook } } }, (request) =>
    undos.look(whole(request.query)),
  );
  app.post('/undos', { schema: { headers: Key, body: UndoWish, response: { 202: Undo } } }, async (request, reply) => {
    const { people = null, ...target } = request.body;
    const undoId = await undos.begin(whole(target), {
      by: request.caller?.name ?? '',
      key: request.headers['idempotency-key'] ?? null,
      people,
      isLookedAt: request.caller?.userId != null,
    });
    await notifyChanged(db, 'people');
    return reply
      .status(202)
      .header('location', `/api/undos/${undoId}`)
      .send(await undos.undo(undoId));
  });
  app.get('/undos/:id', { schema: { params: Id, response: { 200: Undo } } }, (request) =>
    undos.undo(undoIdOf(request.params.id)),
  );
  app.get(
    '/undos/:id/stays',
    { schema: { params: Id, querystring: UndoStaysQuery, response: { 200: UndoStays } } },
    (request) => status.undoStays(undoIdOf(request.params.id), request.query),
  );
};

/** A line of the journal is found by its person. */
const whole = (target: UndoTarget): UndoTarget => {
  if ((target.kind === 'edit' || target.kind === 'mass_edit') && target.personId === undefined)
    throw new Problem('bad-request', { where: 'personId' });
  return target;
};
