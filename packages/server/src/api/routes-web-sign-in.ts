/**
 * A sign-in in a window of Salesforce over HTTP (SEC7). The address that Salesforce sends the browser back to is the origin of the page that began it, so that it is
 * right behind a proxy as well; what became of it is asked by the page, never told in an address.
 */
import { ConnectionAnswer, WebSignIn, WebSignInBegun, WebSignInOutcome } from '@syncline/contract/setup';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '../errors/errors.ts';
import type { WebSignIns } from '../setup/setup.ts';
import type { Api } from './api.ts';
import { clearWebSignInCookie, setWebSignInCookie, WEB_SIGN_IN_COOKIE } from './guard.ts';

const CALLBACK = '/api/setup/web-sign-in/callback';

const Text = z.string().max(4000).catch('');
const Callback = z.object({ state: Text, code: Text, error: Text });

/** A program has no browser to be sent anywhere. */
const byUser = (request: FastifyRequest): number => {
  const userId = request.caller?.userId;
  if (userId == null) throw new Problem('not-allowed', { role: 'admin' });
  return userId;
};

const callbackOf = (request: FastifyRequest): string => {
  const { origin } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) throw new Problem('bad-request', { where: 'header origin' });
  return `${origin}${CALLBACK}`;
};

export const registerWebSignInRoutes = (app: Api, web: WebSignIns): void => {
  app.get('/setup/web-sign-in', { schema: { response: { 200: WebSignInOutcome } } }, (request) =>
    web.outcome(byUser(request)),
  );
  app.post(
    '/setup/web-sign-in',
    { schema: { body: WebSignIn, response: { 200: WebSignInBegun } } },
    async (request, reply) => {
      const callbackUrl = callbackOf(request);
      const { authorizeUrl, browser } = await web.begin(request.body, byUser(request), callbackUrl);
      setWebSignInCookie(reply, browser);
      return { authorizeUrl, callbackUrl };
    },
  );
  app.get('/setup/web-sign-in/callback', { schema: { querystring: Callback } }, async (request, reply) => {
    const browser = request.cookies[WEB_SIGN_IN_COOKIE] ?? '';
    const isOurs = await web.finish({ ...request.query, browser });
    if (isOurs) clearWebSignInCookie(reply);
    return reply.redirect(`/setup/connect?from=${isOurs ? 'web' : 'mismatch'}`, 303);
  });
  app.post('/setup/web-sign-in/keep', { schema: { response: { 200: ConnectionAnswer } } }, (request) =>
    web.keep(byUser(request)),
  );
};
