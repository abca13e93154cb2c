/**
 * OAuth 2 (A2): the ways to get, look at and end a session, and who a session is.
 *
 * `token` answers client credentials, authorization codes (with PKCE), refresh, JWT bearer and, by a switch, user name
 * and password; `authorize` shows a login and a consent page, or by the switch `autoApprove` sends the browser straight
 * back. Clients are the org's own connected app and `PlatformCLI`, which `sf` uses and which has no secret. The scope
 * granted is the one asked, or all. Everything is answered on the org's own address, which is its My Domain, and on the
 * hosts `login.*` (production) and `test.*` (sandboxes), where a user of the other kind does not exist.
 *
 * `PUT /practice/app` with `{"certificate": PEM}` gives the connected app a certificate; until then every RS256
 * signature of a JWT is taken.
 */
import type { FastifyInstance } from 'fastify';
import type { Org } from '../org.ts';
import { registerAuthorize } from './authorize.ts';
import { configuration, identity } from './identity.ts';
import { introspect, revoke } from './revoke.ts';
import { token } from './token.ts';

export function registerOauth(app: FastifyInstance, org: Org): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.post('/services/oauth2/token', (request, reply) => token(org, request, reply));
  app.post('/services/oauth2/revoke', (request, reply) => revoke(org, request, reply));
  app.get('/services/oauth2/revoke', (request, reply) => revoke(org, request, reply));
  app.post('/services/oauth2/introspect', (request, reply) => introspect(org, request, reply));
  app.get('/services/oauth2/userinfo', (request, reply) => identity(org, request, reply));
  app.post('/services/oauth2/userinfo', (request, reply) => identity(org, request, reply));
  app.get('/id/:org/:user', (request, reply) => identity(org, request, reply));
  app.get('/.well-known/openid-configuration', (request, reply) => reply.send(configuration(org, request)));
  registerAuthorize(app, org);
}
