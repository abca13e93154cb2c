import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OrgUser } from '../access/access.ts';
import { checkPassword } from '../access/password.ts';
import type { Org } from '../org.ts';
import { identityUrl } from '../rest/service.ts';
import {
  addressFor,
  allScopes,
  clientNamed,
  credentialsIn,
  form,
  hostOf,
  isElsewhere,
  type OauthClient,
  oauthError,
} from './clients.ts';
import { subjectOf } from './identity.ts';
import { checkAssertion, makeJwt } from './jwt.ts';

/** What a grant comes to: a session for a user, or an OAuth error. */
type Outcome =
  | {
      readonly ok: true;
      readonly user: OrgUser;
      readonly scope: string;
      /** Given to the client where it is new to it. */
      readonly refreshToken?: string | undefined;
      readonly showRefreshToken?: boolean;
      readonly nonce?: string | null;
    }
  | { readonly ok: false; readonly error: string; readonly description: string };

const refused = (error: string, description: string): Outcome => ({ ok: false, error, description });

const grantTypes: Readonly<Record<string, (org: Org, request: FastifyRequest, client: OauthClient) => Outcome>> = {
  client_credentials: byClientCredentials,
  authorization_code: byCode,
  refresh_token: byRefreshToken,
  'urn:ietf:params:oauth:grant-type:jwt-bearer': byAssertion,
  password: byPassword,
};

/** POST token: a session for whichever grant the client has (A2). */
export function token(org: Org, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const type = form(request).get('grant_type') ?? '';
  const grant = grantTypes[type];
  if (grant === undefined) return oauthError(reply, 'unsupported_grant_type', 'grant type not supported');
  const isJwt = grant === byAssertion;
  const id = isJwt ? issuerOf(form(request).get('assertion') ?? '') : credentialsIn(request).id;
  const client = clientNamed(org, id);
  if (client === undefined) return oauthError(reply, 'invalid_client_id', 'client identifier invalid');
  const outcome = grant(org, request, client);
  if (!outcome.ok) return oauthError(reply, outcome.error, outcome.description);
  const { user } = outcome;
  if (org.access.isLocked(user)) return oauthError(reply, 'inactive_user', 'user is inactive');
  if (org.access.switches.state.apiOff) {
    return oauthError(reply, 'inactive_org', 'API is disabled for this organization');
  }
  return reply.header('cache-control', 'no-cache, no-store').send(answerOf(org, request, client, outcome));
}

function issuerOf(assertion: string): string | null {
  try {
    const payload = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as { iss?: string };
    return payload.iss ?? null;
  } catch {
    // No assertion at all: no client is named.
    return null;
  }
}

function answerOf(
  org: Org,
  request: FastifyRequest,
  client: OauthClient,
  { user, scope, refreshToken, showRefreshToken, nonce }: Extract<Outcome, { ok: true }>,
): Record<string, string> {
  const { access, store } = org;
  const origin = { clientId: client.id, scope, ...(refreshToken === undefined ? {} : { refreshToken }) };
  const issuedAt = store.clock();
  const opaque = access.openSession(user, origin).token;
  const now = Math.floor(issuedAt / 1000);
  const sub = subjectOf(org, user);
  const claims = { iss: org.url(), sub, aud: client.id, iat: now, exp: now + 7200 };
  let accessToken = opaque;
  if (access.switches.state.jwtTokens) {
    accessToken = makeJwt(org, { ...claims, scp: scope, jti: opaque.slice(18, 40) });
    access.closeSession(opaque);
    access.sessions.open(accessToken, user.id, origin);
  }
  const id = identityUrl(org, user);
  return {
    access_token: accessToken,
    ...(refreshToken !== undefined && showRefreshToken === true ? { refresh_token: refreshToken } : {}),
    signature: createHmac('sha256', access.clientSecret).update(`${id}${issuedAt}`).digest('base64'),
    scope,
    ...(scope.split(' ').includes('openid')
      ? { id_token: makeJwt(org, { ...claims, ...(nonce === null || nonce === undefined ? {} : { nonce }) }) }
      : {}),
    instance_url: addressFor(org, request),
    id,
    token_type: 'Bearer',
    issued_at: String(issuedAt),
  };
}

function scopeIn(request: FastifyRequest, otherwise: string): string {
  return form(request).get('scope')?.trim() || otherwise;
}

/** Runs as the app's run-as user, on the org's own address only, and gives no refresh token. */
function byClientCredentials(org: Org, request: FastifyRequest, client: OauthClient): Outcome {
  if (hostOf(request) !== 'own') return refused('invalid_grant', 'request not supported on this domain');
  if (client.secret === null || client.secret !== credentialsIn(request).secret) {
    return refused('invalid_client', 'invalid client credentials');
  }
  return { ok: true, user: org.access.syncUser, scope: scopeIn(request, 'api') };
}

function byCode(org: Org, request: FastifyRequest, client: OauthClient): Outcome {
  const parameters = form(request);
  const verifier = parameters.get('code_verifier');
  const { secret } = credentialsIn(request);
  // An app that proves itself by PKCE needs no secret; one that gives a secret must give the right one.
  if (client.secret !== null && secret !== client.secret && (secret !== null || verifier === null)) {
    return refused('invalid_client', 'invalid client credentials');
  }
  const redeemed = org.access.grants.redeem(parameters.get('code') ?? '', {
    clientId: client.id,
    redirectUri: parameters.get('redirect_uri'),
    verifier,
  });
  if (!redeemed.ok) return redeemed;
  const { userId, scope, nonce } = redeemed.grant;
  const user = org.access.user(userId);
  if (user === undefined) return refused('inactive_user', 'user is inactive');
  const refreshes = /\b(?:refresh_token|offline_access|full)\b/.test(scope);
  const refreshToken = refreshes ? org.access.grants.makeRefreshToken(redeemed.grant) : undefined;
  return { ok: true, user, scope, nonce, refreshToken, showRefreshToken: true };
}

/** A new session for an old consent. Where the org rotates, the token is used up and the answer has the next. */
function byRefreshToken(org: Org, request: FastifyRequest, client: OauthClient): Outcome {
  const { access } = org;
  const given = form(request).get('refresh_token') ?? '';
  const consent = access.grants.consent(given);
  const { secret } = credentialsIn(request);
  if (client.secret !== null && secret !== null && secret !== client.secret) {
    return refused('invalid_client', 'invalid client credentials');
  }
  const user = consent === undefined ? undefined : access.user(consent.userId);
  if (consent === undefined || consent.clientId !== client.id || user === undefined) {
    return refused('invalid_grant', 'expired access/refresh token');
  }
  if (!access.switches.state.rotateRefreshTokens) {
    return { ok: true, user, scope: consent.scope, refreshToken: given };
  }
  access.grants.revoke(given);
  const next = access.grants.makeRefreshToken(consent);
  return { ok: true, user, scope: consent.scope, refreshToken: next, showRefreshToken: true };
}

function byAssertion(org: Org, request: FastifyRequest, client: OauthClient): Outcome {
  const checked = checkAssertion(org, request, form(request).get('assertion') ?? '');
  if (!checked.ok) return refused('invalid_grant', checked.description);
  const { access } = org;
  const user = isElsewhere(org, request) ? undefined : access.userNamed(checked.username);
  if (user === undefined) return refused('invalid_grant', "user hasn't approved this consumer");
  const approved = access.switches.state.appPreauthorized || access.grants.hasConsented(user.id, client.id);
  if (!approved) return refused('invalid_grant', "user hasn't approved this consumer");
  return { ok: true, user, scope: 'api web id' };
}

function byPassword(org: Org, request: FastifyRequest, client: OauthClient): Outcome {
  const { access } = org;
  if (!access.switches.state.passwordFlow) return refused('invalid_grant', 'authentication failure');
  if (client.secret !== credentialsIn(request).secret) return refused('invalid_client', 'invalid client credentials');
  const parameters = form(request);
  const checked = checkPassword(access, parameters.get('username') ?? '', parameters.get('password') ?? '');
  if (!checked.ok || isElsewhere(org, request)) return refused('invalid_grant', 'authentication failure');
  return { ok: true, user: checked.user, scope: scopeIn(request, allScopes.replace(' refresh_token', '')) };
}
