import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Org } from '../org.ts';
import { clientNamed, credentialsIn, form, oauthError } from './clients.ts';
import { subjectOf } from './identity.ts';

/** Ends a session, or with a refresh token all sessions that came of it. */
export function revoke(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { access } = org;
  const given = form(request).get('token') ?? '';
  if (access.grants.revoke(given)) {
    access.sessions.closeAllFrom(given);
    return reply.code(200).send();
  }
  if (access.sessions.find(given) === undefined) {
    return oauthError(reply, 'unsupported_token_type', 'this token type is not supported');
  }
  access.closeSession(given);
  return reply.code(200).send();
}

/** Tells a client what a token of its own is good for; a token that is good for nothing is `{"active": false}`. */
export function introspect(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { access } = org;
  const { id, secret } = credentialsIn(request);
  const client = clientNamed(org, id);
  if (client === undefined || client.secret !== secret) {
    return oauthError(reply, 'invalid_client', 'invalid client credentials', 401);
  }
  const token = form(request).get('token') ?? '';
  const consent = access.grants.consent(token);
  const session = consent === undefined ? access.sessions.find(token) : undefined;
  const holder = consent ?? session;
  const user = holder === undefined ? undefined : access.user(holder.userId);
  if (holder === undefined || user === undefined) return reply.send({ active: false });
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return reply.send({
    active: true,
    scope: holder.scope ?? 'api',
    client_id: holder.clientId ?? client.id,
    username: user.username,
    sub: subjectOf(org, user),
    token_type: consent === undefined ? 'access_token' : 'refresh_token',
    ...(session === undefined ? {} : { iat: seconds(session.openedAt), nbf: seconds(session.openedAt) }),
    ...(session === undefined || session.endsAt === null ? {} : { exp: seconds(session.endsAt) }),
  });
}
