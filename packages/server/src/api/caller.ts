/**
 * Who asks: a person with a session, whose cookie the browser sends, or a program with a token, which it sends on purpose. A bearer token
 * needs no proof of origin: no page of another site can make a browser send one.
 */
import '@fastify/cookie';
import type { TokenRole } from '@syncline/contract/tokens';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { accessOf, requireRole } from './access.ts';
import { bearerOf, SESSION_COOKIE } from './guard.ts';
import { tokenBearer } from './tokens.ts';
import { userOfSession } from './users.ts';

export interface Caller {
  /** As it is written down beside what they did. */
  readonly name: string;
  readonly role: TokenRole;
  /** null: a program. */
  readonly userId: number | null;
}

/** Errors: `not-signed-in`, also for a token that is unknown, revoked or over. */
const callerOf = async (db: Database, request: FastifyRequest): Promise<Caller> => {
  const bearer = bearerOf(request);
  const caller = bearer === null ? await callerOfSession(db, request) : await tokenBearer(db, bearer);
  if (!caller) throw new Problem('not-signed-in');
  return caller;
};

const callerOfSession = async (db: Database, request: FastifyRequest): Promise<Caller | null> => {
  const token = request.cookies[SESSION_COOKIE];
  const user = token ? await userOfSession(db, token) : null;
  return user && { name: user.name, role: user.role, userId: user.userId };
};

/** Lets nobody past whom the table does not; the one hook of all routes. */
export const requireAccess =
  (db: Database) =>
  async (request: FastifyRequest): Promise<void> => {
    const access = accessOf(request.method, request.routeOptions.url);
    if (access === 'open') return;
    request.caller = await callerOf(db, request);
    requireRole(request.caller.role, access);
  };
