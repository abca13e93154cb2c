/** Signing in and out, the first user, and one's own page. */
import { Done } from '@syncline/contract/shared';
import { FirstUser, Me, MeChange, SignIn } from '@syncline/contract/users';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { Api } from './api.ts';
import { clearSessionCookie, SESSION_COOKIE, setSessionCookie } from './guard.ts';
import {
  changeMe,
  createFirstUser,
  isFirstUserNeeded,
  SESSION_HOURS,
  signIn,
  signOut,
  userOfSession,
} from './users.ts';

const WINDOW_MS = 60_000;
/** Attempts a minute from one address, and for one name or code from anywhere; known and unknown names count alike (SEC8). */
const ATTEMPTS_AN_ADDRESS = 20;
const ATTEMPTS_A_NAME = 6;

export const registerSessionRoutes = (app: Api, db: Database): void => {
  const tooMany = (_: FastifyRequest, context: { readonly ttl: number }): Problem =>
    new Problem('too-many-attempts', { seconds: Math.max(1, Math.ceil(context.ttl / 1000)) });
  const limits = { timeWindow: WINDOW_MS, errorResponseBuilder: tooMany };
  const anAddress = { rateLimit: { ...limits, max: ATTEMPTS_AN_ADDRESS, hook: 'onRequest' as const } };

  app.get('/me', { schema: { response: { 200: Me } } }, async (request) => {
    const token = request.cookies[SESSION_COOKIE];
    return { user: token ? await userOfSession(db, token) : null, firstUserNeeded: await isFirstUserNeeded(db) };
  });

  app.patch('/me', { schema: { body: MeChange, response: { 200: Done } } }, async (request) => {
    const userId = request.caller?.userId;
    if (userId == null) throw new Problem('not-allowed', { role: 'viewer' }); // A program has no page of its own.
    await changeMe(db, userId, request.body, request.cookies[SESSION_COOKIE] ?? null);
    return { done: true as const };
  });

  app.post(
    '/users/first',
    { config: anAddress, schema: { body: FirstUser, response: { 200: Me } } },
    async (request, reply) => {
      const { user, token } = await createFirstUser(db, request.body);
      setSessionCookie(reply, token, SESSION_HOURS);
      return { user, firstUserNeeded: false };
    },
  );

  app.after(() => {
    const attemptsOfName = app.createRateLimit({
      timeWindow: WINDOW_MS,
      max: ATTEMPTS_A_NAME,
      keyGenerator: (request) => `name ${nameOf(request.body)}`,
    });
    const aName = async (request: FastifyRequest): Promise<void> => {
      const attempt = await attemptsOfName(request);
      if (!attempt.isAllowed && attempt.isExceeded) throw tooMany(request, attempt);
    };
    app.post(
      '/sessions',
      { config: anAddress, preHandler: aName, schema: { body: SignIn, response: { 200: Me } } },
      async (request, reply) => {
        const { user, token } = await signIn(db, request.body);
        setSessionCookie(reply, token, SESSION_HOURS);
        return { user, firstUserNeeded: false };
      },
    );
  });

  app.delete('/sessions', { schema: { response: { 200: Done } } }, async (request, reply) => {
    const token = request.cookies[SESSION_COOKIE];
    if (token) await signOut(db, token);
    clearSessionCookie(reply);
    return { done: true as const };
  });
};

/** All codes share one name: whoever guesses codes is limited as one. */
const nameOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'email' in body && typeof body.email === 'string'
    ? body.email.toLowerCase()
    : '(code)';
