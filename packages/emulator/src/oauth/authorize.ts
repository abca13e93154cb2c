import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OrgUser } from '../access/access.ts';
import type { CodeRequest } from '../access/grants.ts';
import { checkPassword } from '../access/password.ts';
import type { Org } from '../org.ts';
import { type Html, html, layout, problem } from '../page/html.ts';
import { allScopes, clientNamed, form, isElsewhere } from './clients.ts';

const pendingMax = 1_000;
const cookieName = 'sid';

/** What an authorize request asks for, before anybody has agreed. */
interface Asked {
  readonly request: Omit<CodeRequest, 'userId'>;
  readonly state: string | null;
  readonly hint: string | null;
  readonly prompt: readonly string[];
}

/**
 * The web server flow in a browser (A2): authorize → login page (`/?ec=302`, where there is no session in the browser) →
 * consent page (where the user has not consented before) → back to the client with a code. The paths and the ids of the
 * fields and buttons are Salesforce's, since scripts that drive a browser know them.
 */
export function registerAuthorize(app: FastifyInstance, org: Org): void {
  const pending = new Map<string, Asked>();
  app.get('/services/oauth2/authorize', (request, reply) => authorize(org, pending, request, reply));
  app.get('/login', (request, reply) => loginPage(reply, parametersOf(request)));
  app.post('/login', (request, reply) => login(org, request, reply));
  app.get('/setup/secur/RemoteAccessAuthorizationPage.apexp', (request, reply) =>
    consentPage(org, pending, request, reply),
  );
  app.post('/setup/secur/RemoteAccessAuthorizationPage.apexp', (request, reply) =>
    consent(org, pending, request, reply),
  );
  app.get('/setup/secur/RemoteAccessErrorPage.apexp', (request, reply) => {
    const parameters = parametersOf(request);
    const lines = [`${parameters.get('error')}: ${parameters.get('error_description')}`];
    return page(reply.code(400), 'This app cannot sign you in', problem(lines));
  });
}

function parametersOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(request.url.split('?').slice(1).join('?'));
}

function errorPage(reply: FastifyReply, error: string, description: string): FastifyReply {
  const query = new URLSearchParams({ error, error_description: description });
  return reply.redirect(`/setup/secur/RemoteAccessErrorPage.apexp?${query.toString()}`, 302);
}

function authorize(org: Org, pending: Map<string, Asked>, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const parameters = parametersOf(request);
  const client = clientNamed(org, parameters.get('client_id'));
  if (client === undefined) return errorPage(reply, 'invalid_client_id', 'client identifier invalid');
  const redirectUri = parameters.get('redirect_uri') ?? '';
  if (!isCallback(org, redirectUri)) {
    return errorPage(reply, 'redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  const state = parameters.get('state');
  if (parameters.get('response_type') !== 'code') {
    return back(
      reply,
      redirectUri,
      { error: 'unsupported_response_type', error_description: 'response type not supported' },
      state,
    );
  }
  const asked: Asked = {
    request: {
      clientId: client.id,
      redirectUri,
      scope: parameters.get('scope')?.trim() || allScopes,
      challenge: parameters.get('code_challenge'),
      challengeMethod: parameters.get('code_challenge_method') === 'plain' ? 'plain' : 'S256',
      nonce: parameters.get('nonce'),
    },
    state,
    hint: parameters.get('login_hint'),
    prompt: (parameters.get('prompt') ?? '').split(' '),
  };
  const { access } = org;
  if (access.switches.state.autoApprove) {
    const user = access.userNamed(asked.hint ?? '') ?? access.syncUser;
    return giveCode(org, reply, asked, user);
  }
  const user = asked.prompt.includes('login') && parameters.get('loggedIn') === null ? undefined : userIn(org, request);
  if (user === undefined) {
    // `prompt=login` asks once: the page comes back here with a mark that it was shown.
    const startURL = `${request.url}&loggedIn=1`;
    return reply.redirect(`/?${new URLSearchParams({ ec: '302', startURL, un: asked.hint ?? '' }).toString()}`, 302);
  }
  if (!asked.prompt.includes('consent') && access.grants.hasConsented(user.id, client.id)) {
    return giveCode(org, reply, asked, user);
  }
  const source = randomUUID();
  pending.set(source, asked);
  for (const oldest of pending.keys()) {
    if (pending.size <= pendingMax) break;
    pending.delete(oldest);
  }
  return reply.redirect(`/setup/secur/RemoteAccessAuthorizationPage.apexp?source=${source}`, 302);
}

/** Any absolute address, unless the org names the ones it takes. */
function isCallback(org: Org, uri: string): boolean {
  const known = org.access.switches.state.callbackUrls;
  if (known.length > 0) return known.includes(uri);
  return URL.canParse(uri) && !uri.includes('#');
}

function back(
  reply: FastifyReply,
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
  state: string | null,
): FastifyReply {
  const query = new URLSearchParams({ ...parameters, ...(state === null ? {} : { state }) });
  return reply.redirect(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query.toString()}`, 302);
}

function giveCode(org: Org, reply: FastifyReply, asked: Asked, user: OrgUser): FastifyReply {
  const code = org.access.grants.makeCode({ ...asked.request, userId: user.id });
  return back(reply, asked.request.redirectUri, { code }, asked.state);
}

/** The user whose browser this is: their session is in a cookie. */
function userIn(org: Org, request: FastifyRequest): OrgUser | undefined {
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
  return cookie === undefined ? undefined : org.access.session(decodeURIComponent(cookie))?.user;
}

function page(reply: FastifyReply, title: string, body: Html, above?: Html): FastifyReply {
  // The form's answer leads to the client's own address, so the policy cannot hold forms to this one.
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'")
    .header('cache-control', 'no-store')
    .send(layout(title, body, above));
}

function loginPage(reply: FastifyReply, parameters: URLSearchParams, fault?: string): FastifyReply {
  const body = html`<form class="fields" method="post" action="/login">
<input type="hidden" name="startURL" value="${parameters.get('startURL') ?? '/'}">
<div><label for="username">Username</label><input id="username" name="un" value="${parameters.get('un') ?? ''}" autocomplete="username" required></div>
<div><label for="password">Password</label><input id="password" name="pw" type="password" autocomplete="current-password" required></div>
<div class="wide"><button name="Login" id="Login" value="Log In">Log In</button></div>
</form>`;
  return page(reply, 'Log in', body, fault === undefined ? undefined : problem([fault]));
}

function login(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const parameters = form(request);
  const checked = checkPassword(org.access, parameters.get('un') ?? '', parameters.get('pw') ?? '', true);
  if (!checked.ok || isElsewhere(org, request)) {
    const fault =
      "Please check your username and password. If you still can't log in, contact your Salesforce administrator.";
    return loginPage(reply.code(200), parameters, fault);
  }
  const { token } = org.access.openSession(checked.user);
  const startURL = parameters.get('startURL') ?? '/';
  return reply
    .header('set-cookie', `${cookieName}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Lax`)
    .redirect(/^\/(?!\/)/.test(startURL) ? startURL : '/', 302);
}

function askedIn(pending: Map<string, Asked>, source: string | null): Asked | undefined {
  return source === null ? undefined : pending.get(source);
}

function consentPage(
  org: Org,
  pending: Map<string, Asked>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const source = parametersOf(request).get('source');
  const asked = askedIn(pending, source);
  const user = userIn(org, request);
  if (source === null || asked === undefined || user === undefined)
    return errorPage(reply, 'invalid_request', 'start again');
  const body = html`<p>The connected app <code>${asked.request.clientId}</code> asks for <b>${asked.request.scope}</b> on behalf of ${user.username}.
Its answer goes to <code>${asked.request.redirectUri}</code>.</p>
<form class="bar" method="post" action="/setup/secur/RemoteAccessAuthorizationPage.apexp">
<input type="hidden" name="source" value="${source}">
<button id="oaapprove" name="save" value="Allow">Allow</button>
<button id="oadeny" name="cancel" value="Deny" class="quiet">Deny</button>
</form>`;
  return page(reply, 'Allow access?', body);
}

function consent(org: Org, pending: Map<string, Asked>, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const parameters = form(request);
  const source = parameters.get('source');
  const asked = askedIn(pending, source);
  const user = userIn(org, request);
  const site = request.headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (source === null || asked === undefined || user === undefined || foreign) {
    return errorPage(reply, 'invalid_request', 'start again');
  }
  pending.delete(source);
  if (parameters.get('save') !== null) return giveCode(org, reply, asked, user);
  const denied = { error: 'access_denied', error_description: 'end-user denied authorization' };
  return back(reply, asked.request.redirectUri, denied, asked.state);
}
