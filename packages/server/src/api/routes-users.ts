/** The administrator's page of people and programs: users with their roles, and API tokens. */
import { Done } from '@syncline/contract/shared';
import { ApiTokens, MadeToken, TokenWish } from '@syncline/contract/tokens';
import { NewUser, User, UserChange, Users } from '@syncline/contract/users';
import { z } from 'zod';
import type { Database } from '../db/db.ts';
import type { Api } from './api.ts';
import { plainIdOf } from './path-ids.ts';
import { listTokens, makeToken, revokeToken } from './tokens.ts';
import { changeUser, createUser, listUsers, removeUser } from './users.ts';

const Id = z.object({ id: z.string().max(40) });
const done = { done: true as const };

export const registerUserRoutes = (app: Api, db: Database): void => {
  app.get('/users', { schema: { response: { 200: Users } } }, async () => ({ users: [...(await listUsers(db))] }));
  app.post('/users', { schema: { body: NewUser, response: { 200: User } } }, (request) => createUser(db, request.body));
  app.patch('/users/:id', { schema: { params: Id, body: UserChange, response: { 200: Done } } }, async (request) => {
    await changeUser(db, plainIdOf(request.params.id), request.body);
    return done;
  });
  app.delete('/users/:id', { schema: { params: Id, response: { 200: Done } } }, async (request) => {
    await removeUser(db, plainIdOf(request.params.id));
    return done;
  });

  app.get('/tokens', { schema: { response: { 200: ApiTokens } } }, async () => ({
    tokens: [...(await listTokens(db))],
  }));
  app.post('/tokens', { schema: { body: TokenWish, response: { 200: MadeToken } } }, (request) =>
    makeToken(db, request.body, request.caller?.name ?? ''),
  );
  app.delete('/tokens/:id', { schema: { params: Id, response: { 200: Done } } }, async (request) => {
    await revokeToken(db, plainIdOf(request.params.id));
    return done;
  });
};
