/** Ways to get and end a session: OAuth client credentials, SOAP login, revoke; and who a session is (A1, A2). */
import { createHmac } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OrgUser } from '../access/access.ts';
import type { Org } from '../org.ts';
import { identityUrl } from './service.ts';
import { soapFault, soapLoginResult, soapLogoutResult } from './soap-text.ts';

const loginVersionMax = 64;

export function registerSignIn(app: FastifyInstance, org: Org): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.addContentTypeParser(['text/xml', 'application/soap+xml'], { parseAs: 'string' }, (_, body, done) => {
    done(null, String(body));
  });
  app.post('/services/oauth2/token', (request, reply) => token(org, request, reply));
  app.post('/services/oauth2/revoke', (request, reply) => revoke(org, request, reply));
  app.get('/services/oauth2/revoke', (request, reply) => revoke(org, request, reply));
  app.get('/services/oauth2/userinfo', (request, reply) => identity(org, request, reply));
  app.post('/services/oauth2/userinfo', (request, reply) => identity(org, request, reply));
  app.get('/id/:org/:user', (request, reply) => identity(org, request, reply));
  app.post('/services/Soap/:api/:version', (request, reply) => soap(org, request, reply));
  app.post('/services/Soap/:api/:version/:org', (request, reply) => soap(org, request, reply));
}

function form(request: FastifyRequest): URLSearchParams {
  if (request.body instanceof URLSearchParams) return request.body;
  return new URLSearchParams(request.url.split('?')[1] ?? '');
}

interface Client {
  readonly id: string | null;
  readonly secret: string | null;
}

function clientOf(request: FastifyRequest): Client {
  const basic = /^Basic\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) {
    const parameters = form(request);
    return { id: parameters.get('client_id'), secret: parameters.get('client_secret') };
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) };
}

function oauthError(reply: FastifyReply, error: string, description: string, status = 400): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}

function token(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { access } = org;
  const grant = form(request).get('grant_type');
  if (grant === 'password') return oauthError(reply, 'invalid_grant', 'authentication failure');
  if (grant === 'refresh_token') return oauthError(reply, 'invalid_grant', 'expired access/refresh token');
  if (grant !== 'client_credentials') {
    return oauthError(reply, 'unsupported_grant_type', 'grant type not supported');
  }
  const client = clientOf(request);
  if (client.id !== access.clientId) return oauthError(reply, 'invalid_client_id', 'client identifier invalid');
  if (client.secret !== access.clientSecret) return oauthError(reply, 'invalid_client', 'invalid client credentials');
  const { userLocked, apiOff } = access.switches.state;
  if (userLocked) return oauthError(reply, 'inactive_user', 'user is inactive');
  if (apiOff) return oauthError(reply, 'inactive_org', 'API is disabled for this organization');
  const session = access.openSession(access.syncUser);
  const id = identityUrl(org, session.user);
  const issuedAt = String(org.store.clock());
  return reply.send({
    access_token: session.token,
    signature: createHmac('sha256', access.clientSecret)
      .update(id + issuedAt)
      .digest('base64'),
    scope: 'api',
    instance_url: org.url(),
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
  });
}

function revoke(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const given = form(request).get('token');
  if (given === null || org.access.session(given) === undefined) {
    return oauthError(reply, 'unsupported_token_type', 'this token type is not supported');
  }
  org.access.closeSession(given);
  return reply.code(200).send();
}

function identity(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const given = header ?? new URLSearchParams(request.url.split('?')[1] ?? '').get('oauth_token') ?? '';
  const session = org.access.session(given);
  if (session === undefined) return reply.code(403).type('text/plain').send('Bad_OAuth_Token');
  return reply.send(identityOf(org, session.user));
}

function identityOf(org: Org, user: OrgUser): Record<string, unknown> {
  const name = user.isAdmin ? 'Org Admin' : 'Sync User';
  const rest = `${org.url()}/services/data/v{version}/`;
  return {
    // Clients insist on https here, whatever the org is reached by (A2).
    id: `https://login.salesforce.com/id/${org.access.orgId}/${user.id}`,
    sub: `https://login.salesforce.com/id/${org.access.orgId}/${user.id}`,
    asserted_user: true,
    user_id: user.id,
    organization_id: org.access.orgId,
    username: user.username,
    preferred_username: user.username,
    nick_name: name,
    nickname: name,
    display_name: name,
    name,
    email: user.username,
    email_verified: true,
    photos: {},
    urls: {
      enterprise: `${org.url()}/services/Soap/c/{version}/${org.access.orgId.slice(0, 15)}`,
      partner: `${org.url()}/services/Soap/u/{version}/${org.access.orgId.slice(0, 15)}`,
      rest,
      sobjects: `${rest}sobjects/`,
      query: `${rest}query/`,
    },
    active: true,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
    utcOffset: 0,
    is_lightning_login_user: false,
  };
}

/** The text of an element; '' where it has none. */
function textOf(member: unknown): string {
  return typeof member === 'string' ? member : '';
}

const xml = new XMLParser({ removeNSPrefix: true, parseTagValue: false, trimValues: false });

/** The child of the SOAP body: its name and its members; undefined if the text is no envelope. */
function soapCall(text: unknown): { name: string; members: Record<string, unknown>; sessionId: string } | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const envelope = (xml.parse(text) as Record<string, Record<string, unknown>>)['Envelope'];
    const body = envelope?.['Body'] as Record<string, unknown> | undefined;
    const [name, members] = Object.entries(body ?? {}).find(([key]) => !key.startsWith('#')) ?? [];
    const header = envelope?.['Header'] as Record<string, Record<string, unknown>> | undefined;
    if (name === undefined) return undefined;
    const sessionId = textOf(header?.['SessionHeader']?.['sessionId']).trim();
    return { name, members: (members ?? {}) as Record<string, unknown>, sessionId };
  } catch {
    return undefined;
  }
}

function soap(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { version = '' } = request.params as { version?: string };
  const call = soapCall(request.body);
  void reply.type('text/xml; charset=utf-8');
  const fault = (code: string, message: string): FastifyReply => reply.code(500).send(soapFault(code, message));
  if (call === undefined) return fault('UNKNOWN_EXCEPTION', 'The request is not a SOAP envelope.');
  if (call.name === 'logout') {
    if (org.access.session(call.sessionId) === undefined) return fault('INVALID_SESSION_ID', invalidSession);
    org.access.closeSession(call.sessionId);
    return reply.send(soapLogoutResult());
  }
  if (call.name !== 'login') {
    if (org.access.session(call.sessionId) === undefined) return fault('INVALID_SESSION_ID', invalidSession);
    return fault('INVALID_OPERATION', `The operation ${call.name} is not available in this org.`);
  }
  const number = Number(version);
  if (!(number >= 7)) return fault('UNSUPPORTED_API_VERSION', `Unsupported API version: ${version}`);
  if (number < 31) return fault('UNSUPPORTED_API_VERSION', `API version ${version} has been retired.`);
  if (number > loginVersionMax) {
    return fault(
      'INVALID_OPERATION',
      `SOAP API login() is not available in API version ${version}. Use OAuth, or API version ${loginVersionMax}.0 or earlier.`,
    );
  }
  const username = textOf(call.members['username']);
  const refusal = loginRefusal(org, username, textOf(call.members['password']));
  if (refusal !== undefined) return fault(refusal.code, refusal.message);
  const user = org.access.userNamed(username) as OrgUser;
  return reply.send(soapLoginResult(org, org.access.openSession(user), version));
}

const invalidSession = 'Invalid Session ID found in SessionHeader: Illegal Session. Session not found';
const invalidLogin = 'Invalid username, password, security token; or user locked out.';

/** Why this user name and password (with the security token behind it) do not open a session; undefined if they do. */
function loginRefusal(org: Org, username: string, password: string): { code: string; message: string } | undefined {
  const user = org.access.userNamed(username);
  const { state } = org.access.switches;
  const known = user === undefined ? undefined : org.access.credentials(user);
  const locked = state.userLocked && user?.isAdmin === false;
  if (known === undefined || locked || !password.startsWith(known.password)) {
    return { code: 'INVALID_LOGIN', message: invalidLogin };
  }
  if (password === known.password) {
    return {
      code: 'LOGIN_MUST_USE_SECURITY_TOKEN',
      message:
        'Invalid username, password, security token; or user locked out. Are you at a new location? When accessing Salesforce--either via a desktop client or the API--from outside of your company’s trusted networks, you must add a security token to your password to log in. To get your new security token, log in to Salesforce. From your personal settings, enter Reset My Security Token in the Quick Find box, then select Reset My Security Token.',
    };
  }
  if (password !== known.password + known.securityToken) return { code: 'INVALID_LOGIN', message: invalidLogin };
  if (state.apiOff)
    return { code: 'API_DISABLED_FOR_ORG', message: 'API is not enabled for this Organization or Partner' };
  if (state.passwordExpired && user?.isAdmin === false) {
    return {
      code: 'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
      message: 'The users password has expired, you must call SetPassword before attempting any other API operations',
    };
  }
  return undefined;
}
