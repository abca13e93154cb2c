/** The four ways of signing in (A1, A2). Nothing here is tried twice: a refused password that is repeated locks its user out (SET12). */
import type { Meaning } from './error-words.ts';
import { meaningOfLogin, meaningOfRefresh, meaningOfToken } from './error-words.ts';
import { judgeHost, PRODUCTION_LOGIN, SANDBOX_LOGIN } from './hosts.ts';
import { signedAssertion } from './open-assertion.ts';
import { type Credentials, SalesforceError } from './salesforce.ts';
import { hostRefused, type Wire } from './wire.ts';
import { textOfXml, xmlText } from './xml.ts';

/** A signed-in user of one org. */
export interface SignedIn {
  readonly token: string;
  /** Origin, judged (SEC4). */
  readonly instanceUrl: string;
  /** 15 or 18 characters, as the answer says it. */
  readonly orgId: string;
  readonly userId: string;
  /** SOAP says it; null: unknown until the org is asked. */
  readonly isSandbox: boolean | null;
  /** What the door pins: 64.0 for SOAP; null: the newest the org serves. */
  readonly apiVersion: string | null;
}

/** The last version that has SOAP login (A1). */
const SOAP_VERSION = '64.0';

export interface SignInParts {
  readonly wire: Wire;
  readonly credentials: Credentials;
  readonly allowedHosts: readonly string[];
  readonly clientName: string;
}

export const loginHost = (credentials: Pick<Credentials, 'host' | 'isSandbox'>): string =>
  credentials.host ?? (credentials.isSandbox ? SANDBOX_LOGIN : PRODUCTION_LOGIN);

export const signIn = (parts: SignInParts, deadline: AbortSignal): Promise<SignedIn> => {
  const { credentials } = parts;
  switch (credentials.method) {
    case 'client_credentials':
      return signInAsApp(parts, credentials, deadline);
    case 'web':
      return signInAgain(parts, credentials, deadline);
    case 'jwt':
      return signInByAssertion(parts, credentials, deadline);
    case 'password':
      return signInByPassword(parts, credentials, deadline);
  }
};

type Way<Method extends Credentials['method']> = Extract<Credentials, { method: Method }>;

const signInAsApp = async (
  parts: SignInParts,
  credentials: Way<'client_credentials'>,
  deadline: AbortSignal,
): Promise<SignedIn> => {
  const { clientId, clientSecret } = credentials;
  const asked = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return (await askToken(parts, credentials, asked, meaningOfToken, deadline)).signedIn;
};

/** By the refresh token; where the answer holds the next one, that is kept before the session is used. */
const signInAgain = (parts: SignInParts, credentials: Way<'web'>, deadline: AbortSignal): Promise<SignedIn> =>
  credentials.refreshToken.lend(async (token) => {
    const { clientId, clientSecret } = credentials;
    const asked = {
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: clientId,
      ...(clientSecret === null ? {} : { client_secret: clientSecret }),
    };
    const { signedIn, refreshToken } = await askToken(parts, credentials, asked, meaningOfRefresh, deadline);
    return { next: refreshToken === token ? null : refreshToken, value: signedIn };
  });

const signInByAssertion = async (
  parts: SignInParts,
  credentials: Way<'jwt'>,
  deadline: AbortSignal,
): Promise<SignedIn> => {
  const { origin, isNamed } = judged(loginHost(credentials), parts.allowedHosts);
  const assertion = signedAssertion({
    clientId: credentials.clientId,
    username: credentials.username,
    // My Domain takes what is meant for the login host; an org that the operator named has no other name.
    audience: isNamed ? origin : credentials.isSandbox ? SANDBOX_LOGIN : PRODUCTION_LOGIN,
    privateKey: credentials.privateKey,
    now: Date.now(),
  });
  const asked = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return (await askToken(parts, credentials, asked, meaningOfToken, deadline)).signedIn;
};

/** The token endpoint's answer: a session, and with some grants a refresh token. */
export interface TokenAnswer {
  readonly signedIn: SignedIn;
  readonly refreshToken: string | null;
}

/** One request to the token endpoint; `meaning` tells what its `error` means. */
export const askToken = async (
  { wire, allowedHosts }: Pick<SignInParts, 'wire' | 'allowedHosts'>,
  login: Pick<Credentials, 'host' | 'isSandbox'>,
  asked: Readonly<Record<string, string>>,
  meaning: (word: string, status: number) => Meaning,
  deadline: AbortSignal,
): Promise<TokenAnswer> => {
  const { origin, host } = judged(loginHost(login), allowedHosts);
  const answer = await wire.send({
    method: 'POST',
    origin,
    path: '/services/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(asked).toString(),
    deadline,
  });
  const body = asRecord(await answer.text());
  if (answer.status !== 200 || body === null) {
    const word = body === null ? '' : textOf(body['error']);
    if (word === '' && answer.status < 500) throw notUnderstood(host);
    throw refusal(meaning(word, answer.status), word, textOf(body?.['error_description']), host);
  }
  const [, orgId = '', userId = ''] = /\/id\/(\w{15,18})\/(\w{15,18})$/.exec(textOf(body['id'])) ?? [];
  if (typeof body['access_token'] !== 'string' || typeof body['instance_url'] !== 'string' || orgId === '')
    throw notUnderstood(host);
  return {
    signedIn: {
      token: body['access_token'],
      instanceUrl: judged(body['instance_url'], allowedHosts).origin,
      orgId,
      userId,
      isSandbox: null,
      apiVersion: null,
    },
    refreshToken: textOf(body['refresh_token']) || null,
  };
};

const signInByPassword = async (
  { wire, allowedHosts, clientName }: SignInParts,
  credentials: Way<'password'>,
  deadline: AbortSignal,
): Promise<SignedIn> => {
  const { origin, host } = judged(loginHost(credentials), allowedHosts);
  const answer = await wire.send({
    method: 'POST',
    origin,
    path: `/services/Soap/u/${SOAP_VERSION}`,
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
    body: loginEnvelope(credentials.username, credentials.password + credentials.securityToken, clientName),
    deadline,
  });
  const xml = await answer.text();
  const said = (tag: string): string | null => textOfXml(xml, tag);
  if (answer.status !== 200) {
    const word = said('exceptionCode') ?? said('faultcode')?.replace(/^.*:/, '') ?? '';
    if (word === '' && answer.status < 500) throw notUnderstood(host);
    throw refusal(
      meaningOfLogin(word, answer.status),
      word,
      said('exceptionMessage') ?? said('faultstring') ?? '',
      host,
    );
  }
  if (said('passwordExpired') === 'true')
    throw new SalesforceError('password-expired', { disposition: 'pause', detail: { host } });
  const [token, serverUrl, orgId, userId] = [
    said('sessionId'),
    said('serverUrl'),
    said('organizationId'),
    said('userId'),
  ];
  if (!token || !serverUrl || !orgId || !userId) throw notUnderstood(host);
  return {
    token,
    instanceUrl: judged(serverUrl, allowedHosts).origin,
    orgId,
    userId,
    isSandbox: said('sandbox') === 'true',
    apiVersion: SOAP_VERSION,
  };
};

const loginEnvelope = (username: string, password: string, client: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com">
<soapenv:Header><urn:CallOptions><urn:client>${xmlText(client)}</urn:client></urn:CallOptions></soapenv:Header>
<soapenv:Body><urn:login><urn:username>${xmlText(username)}</urn:username><urn:password>${xmlText(password)}</urn:password></urn:login></soapenv:Body>
</soapenv:Envelope>`;

/** Errors: `host-not-allowed`. */
export const judged = (
  url: string,
  allowedHosts: readonly string[],
): { readonly origin: string; readonly host: string; readonly isNamed: boolean } => {
  const verdict = judgeHost(url, allowedHosts);
  if (!verdict.isAllowed) throw hostRefused(verdict.host);
  return { origin: verdict.origin, host: new URL(verdict.origin).host, isNamed: verdict.isNamed };
};

const refusal = ({ code, disposition }: Meaning, word: string, message: string, host: string): SalesforceError =>
  new SalesforceError(code, { disposition, word: word || null, detail: { host, word, message } });

const notUnderstood = (host: string): SalesforceError =>
  new SalesforceError('answer-not-understood', { disposition: 'pause', detail: { host } });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const asRecord = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};
