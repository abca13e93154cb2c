import assert from 'node:assert/strict';
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { Connection, OAuth2 } from '@jsforce/jsforce-node';
import { type RunningOrg, startOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';

const redirectUri = 'http://localhost:1717/OauthRedirect';
let now = Date.UTC(2026, 10, 24, 12);
let org: RunningOrg;
before(async () => {
  org = await emptyOrg({ clock: () => now });
});
after(async () => {
  await org.close();
});
afterEach(() => {
  org.org.access.switches.set({
    autoApprove: false,
    rotateRefreshTokens: false,
    appPreauthorized: true,
    passwordFlow: false,
    trustedNetwork: false,
    callbackUrls: [],
    jwtTokens: false,
  });
});

/** A browser that keeps cookies and follows nothing by itself. */
class Browser {
  #cookie = '';

  async go(url: string, form?: Record<string, string>): Promise<{ to: string | null; text: string }> {
    const response = await fetch(new URL(url, org.url), {
      redirect: 'manual',
      headers: { cookie: this.#cookie },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    return { to: response.headers.get('location'), text: await response.text() };
  }

  /** From the authorize address to where the client is called back. */
  async consent(url: string, answer: 'save' | 'cancel' = 'save', password = org.password): Promise<URL | undefined> {
    const toLogin = await this.go(url);
    assert.match(toLogin.to ?? '', /^\/\?ec=302&/);
    const form = await this.go(toLogin.to ?? '');
    assert.match(form.text, /id="username"/);
    const startURL = new URL(toLogin.to ?? '', org.url).searchParams.get('startURL') ?? '';
    const loggedIn = await this.go('/login', { un: org.username, pw: password, startURL, Login: 'Log In' });
    if (loggedIn.to === null) return undefined;
    const toConsent = await this.go(loggedIn.to);
    if (toConsent.to?.startsWith('http') === true) return new URL(toConsent.to);
    assert.match(toConsent.to ?? '', /^\/setup\/secur\/RemoteAccessAuthorizationPage\.apexp/);
    const page = await this.go(toConsent.to ?? '');
    assert.match(page.text, /id="oaapprove"/);
    const source = new URL(toConsent.to ?? '', org.url).searchParams.get('source') ?? '';
    const back = await this.go('/setup/secur/RemoteAccessAuthorizationPage.apexp', { source, [answer]: 'x' });
    return new URL(back.to ?? '');
  }
}

function oauth2(): OAuth2 {
  return new OAuth2({ loginUrl: org.url, clientId: org.clientId, clientSecret: org.clientSecret, redirectUri });
}

async function token(parameters: Record<string, string>): Promise<Record<string, string>> {
  const body = new URLSearchParams(parameters);
  const response = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body });
  return (await response.json()) as Record<string, string>;
}

async function introspect(given: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${org.url}/services/oauth2/introspect`, {
    method: 'POST',
    body: new URLSearchParams({ token: given, client_id: org.clientId, client_secret: org.clientSecret }),
  });
  return (await response.json()) as Record<string, unknown>;
}

async function authorized(url: string): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '', org.url);
}

test('[A2] a browser signs in, agrees, and jsforce trades the code for a session and a refresh token', async () => {
  const connection = new Connection({ oauth2: oauth2(), version: '64.0' });
  const url = connection.oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 'hello' });
  const back = await new Browser().consent(url);
  assert.equal(back?.searchParams.get('state'), 'hello');
  const user = await connection.authorize(back?.searchParams.get('code') ?? '');
  assert.equal(user.organizationId, org.orgId);
  assert.equal(connection.instanceUrl, org.url);
  assert.ok(connection.refreshToken);
  assert.equal((await connection.identity()).username, org.username);
});

test('[A2] a consent once given is not asked again, and a wrong password shows the login page', async () => {
  const url = oauth2().getAuthorizationUrl({ state: 'again' });
  const back = await new Browser().consent(url);
  assert.equal(back?.searchParams.get('state'), 'again');
  assert.equal(await new Browser().consent(url, 'save', 'wrong'), undefined);
  const denied = await new Browser().consent(`${url}&prompt=consent`, 'cancel');
  assert.equal(denied?.searchParams.get('error'), 'access_denied');
});

test('[A2] PKCE: a code is good once, with its verifier and its address; the method is S256 unless said', async () => {
  org.org.access.switches.set({ autoApprove: true });
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'PlatformCLI',
    redirect_uri: redirectUri,
    scope: 'refresh_token api web',
    code_challenge: challenge,
  });
  const code = async (): Promise<string> =>
    (await authorized(`${org.url}/services/oauth2/authorize?${query.toString()}`)).searchParams.get('code') ?? '';
  const parameters = {
    grant_type: 'authorization_code',
    client_id: 'PlatformCLI',
    redirect_uri: redirectUri,
    code: await code(),
  };
  assert.equal((await token({ ...parameters, code_verifier: 'no' }))['error_description'], 'invalid code verifier');
  const fresh = { ...parameters, code: await code(), code_verifier: verifier };
  const good = await token(fresh);
  assert.ok(good['access_token'] && good['refresh_token']);
  assert.equal(good['scope'], 'refresh_token api web');
  assert.equal((await token(fresh))['error'], 'invalid_grant');
  const elsewhere = { ...fresh, code: await code(), redirect_uri: 'http://localhost:9/x' };
  assert.equal((await token(elsewhere))['error'], 'redirect_uri_mismatch');
  const late = { ...fresh, code: await code() };
  now += 601_000;
  assert.equal((await token(late))['error_description'], 'expired authorization code');
});

test('[A2] an unknown client and a foreign callback are told on a page, not by a redirect', async () => {
  org.org.access.switches.set({ callbackUrls: ['https://app.example.com/back'] });
  const url = new OAuth2({ loginUrl: org.url, clientId: 'nobody', redirectUri }).getAuthorizationUrl();
  assert.equal((await authorized(url)).searchParams.get('error'), 'invalid_client_id');
  assert.equal((await authorized(oauth2().getAuthorizationUrl())).searchParams.get('error'), 'redirect_uri_mismatch');
});

test('[A2] jsforce refreshes a session that has ended; without rotation the refresh token stays', async () => {
  org.org.access.switches.set({ autoApprove: true });
  const code = (await authorized(oauth2().getAuthorizationUrl())).searchParams.get('code') ?? '';
  const connection = new Connection({ oauth2: oauth2(), version: '64.0' });
  await connection.authorize(code);
  const { refreshToken } = connection;
  let refreshed = '';
  connection.on('refresh', (accessToken: string) => {
    refreshed = accessToken;
  });
  now += 7_201_000;
  await connection.query('SELECT Id FROM User');
  assert.match(refreshed, /^00D/);
  const answer = await oauth2().refreshToken(refreshToken ?? '');
  assert.equal(answer.refresh_token, undefined);
  await assert.rejects(oauth2().refreshToken('nothing'), {
    name: 'invalid_grant',
    message: 'expired access/refresh token',
  });
});

test('[A2] with rotation a refresh token is good once, and its answer has the next', async () => {
  org.org.access.switches.set({ autoApprove: true, rotateRefreshTokens: true });
  const code = (await authorized(oauth2().getAuthorizationUrl())).searchParams.get('code') ?? '';
  const first = await oauth2().requestToken(code);
  const second = await oauth2().refreshToken(first.refresh_token ?? '');
  assert.ok(second.refresh_token && second.refresh_token !== first.refresh_token);
  await assert.rejects(oauth2().refreshToken(first.refresh_token ?? ''), { name: 'invalid_grant' });
  assert.ok((await oauth2().refreshToken(second.refresh_token)).access_token);
});

test('[A2] revoking a refresh token ends its sessions; introspection tells what is alive', async () => {
  org.org.access.switches.set({ autoApprove: true });
  const code = (await authorized(oauth2().getAuthorizationUrl())).searchParams.get('code') ?? '';
  const { access_token: accessToken, refresh_token: refreshToken = '' } = await oauth2().requestToken(code);
  const alive = await introspect(accessToken);
  assert.deepEqual(
    [alive['active'], alive['username'], alive['client_id'], alive['token_type']],
    [true, org.username, org.clientId, 'access_token'],
  );
  assert.equal(alive['exp'], Math.floor(now / 1000) + 7_200);
  await oauth2().revokeToken(refreshToken);
  assert.deepEqual(await introspect(accessToken), { active: false });
  const wrong = await fetch(`${org.url}/services/oauth2/introspect`, {
    method: 'POST',
    body: new URLSearchParams({ token: accessToken, client_id: org.clientId, client_secret: 'x' }),
  });
  assert.equal(wrong.status, 401);
});

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

function assertion(claims: Record<string, unknown>, key = keys.privateKey): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const all = { iss: org.clientId, sub: org.username, aud: org.url, exp: Math.floor(now / 1000) + 180, ...claims };
  const signed = `${part({ alg: 'RS256' })}.${part(all)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

async function bearer(claims: Record<string, unknown>, key = keys.privateKey): Promise<string> {
  const answer = await token({ grant_type: jwtBearer, assertion: assertion(claims, key) });
  return answer['error_description'] ?? (answer['access_token'] === undefined ? 'nothing' : 'session');
}

test('[A2] jsforce signs in by JWT bearer; exp in milliseconds is far away, and the audience may have a slash', async () => {
  const connection = new Connection({ oauth2: { loginUrl: org.url }, version: '64.0' });
  await connection.authorize({ grant_type: jwtBearer, assertion: assertion({}) });
  assert.equal((await connection.identity()).username, org.username);
  // `sf` says `Date.now() + 300`, and may be slow.
  const exp = now + 300;
  now += 5_000;
  assert.equal(await bearer({ exp }), 'session');
  assert.equal(await bearer({ aud: `${org.url}/` }), 'session');
  assert.equal(await bearer({ aud: 'https://login.salesforce.com' }), 'session');
});

test('[A2] an assertion for somebody else, too late, for another or by another is refused', async () => {
  assert.equal(await bearer({ aud: 'https://test.salesforce.com' }), 'audience is invalid');
  assert.equal(await bearer({ exp: Math.floor(now / 1000) - 1 }), 'invalid assertion');
  assert.equal(await bearer({ sub: 'nobody@example.com' }), "user hasn't approved this consumer");
  assert.equal(await bearer({ iss: 'nobody' }), 'client identifier invalid');
  const certificate = keys.publicKey.export({ type: 'spki', format: 'pem' });
  const put = await fetch(`${org.url}/practice/app`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ certificate }),
  });
  assert.equal(put.status, 204);
  assert.equal(await bearer({}), 'session');
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  assert.equal(await bearer({}, other.privateKey), 'invalid assertion');
  org.org.access.switches.set({ appPreauthorized: false });
  assert.equal(await bearer({ sub: org.adminUsername }), "user hasn't approved this consumer");
});

test('[A2] user name and password get a token where the org allows it', async () => {
  const secret = org.password + org.securityToken;
  await assert.rejects(oauth2().authenticate(org.username, secret), { name: 'invalid_grant' });
  org.org.access.switches.set({ passwordFlow: true });
  assert.ok((await oauth2().authenticate(org.username, secret)).access_token);
});

test('[A1] from a trusted network the password alone signs in', async () => {
  const connection = new Connection({ loginUrl: org.url, version: '64.0' });
  await assert.rejects(connection.login(org.username, org.password), /LOGIN_MUST_USE_SECURITY_TOKEN/);
  org.org.access.switches.set({ trustedNetwork: true });
  await connection.login(org.username, org.password);
});

test('[A1] SOAP does not take tokens in the form of a JWT; REST does', async () => {
  org.org.access.switches.set({ jwtTokens: true });
  const connection = new Connection({
    oauth2: { loginUrl: org.url, clientId: org.clientId, clientSecret: org.clientSecret },
    version: '64.0',
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  assert.match(connection.accessToken ?? '', /^ey[\w-]+\.[\w-]+\.[\w-]+$/);
  await connection.query('SELECT Id FROM User');
  const envelope = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader xmlns="urn:partner.soap.sforce.com"><sessionId>${connection.accessToken}</sessionId></SessionHeader></e:Header><e:Body><getUserInfo xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>`;
  const response = await fetch(`${org.url}/services/Soap/u/64.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: envelope,
  });
  assert.match(await response.text(), /<faultcode>sf:INVALID_SESSION_ID<\/faultcode>/);
});

/** A client credentials request that reached this host name. */
async function statusAt(of: RunningOrg, host: string, username: string, password: string): Promise<string> {
  const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>${username}</username><password>${password}</password></login></e:Body></e:Envelope>`;
  return await new Promise((resolve, reject) => {
    const { port } = new URL(of.url);
    const headers = { host: `${host}:${port}`, 'content-type': 'text/xml', soapaction: '""' };
    const sent = request(
      { port, host: '127.0.0.1', path: '/services/Soap/u/64.0', method: 'POST', headers },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on('end', () => resolve(/<faultcode>sf:(\w+)/.exec(text)?.[1] ?? 'session'));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

test('[A1] users of a sandbox sign in at test.*, those of production at login.*, and both at their own address', async () => {
  const sandbox = await startOrg({ sandbox: true });
  try {
    const at = async (of: RunningOrg, host: string): Promise<string> =>
      await statusAt(of, host, of.username, of.password + of.securityToken);
    assert.match(sandbox.username, /\.practice$/);
    assert.deepEqual(
      await Promise.all(
        ['test.localhost', 'login.localhost', '127.0.0.1'].map(async (host) => await at(sandbox, host)),
      ),
      ['session', 'INVALID_LOGIN', 'session'],
    );
    assert.deepEqual(
      await Promise.all(['test.localhost', 'login.localhost', '127.0.0.1'].map(async (host) => await at(org, host))),
      ['INVALID_LOGIN', 'session', 'session'],
    );
  } finally {
    await sandbox.close();
  }
});
