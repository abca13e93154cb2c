import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';

let org: RunningOrg;
before(async () => {
  org = await emptyOrg();
});
after(async () => {
  await org.close();
});

async function soapLogin(
  version: string,
  username: string,
  password: string,
): Promise<{ status: number; text: string }> {
  const envelope = `<?xml version="1.0"?><se:Envelope xmlns:se="http://schemas.xmlsoap.org/soap/envelope/"><se:Body><login xmlns="urn:partner.soap.sforce.com"><username>${username}</username><password>${password}</password></login></se:Body></se:Envelope>`;
  const response = await fetch(`${org.url}/services/Soap/u/${version}`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', soapaction: '""' },
    body: envelope,
  });
  return { status: response.status, text: await response.text() };
}

async function token(parameters: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(`${org.url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(parameters),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

test('[A1] jsforce signs in by user name, password and security token at 64.0', async () => {
  const connection = new Connection({ loginUrl: org.url, version: '64.0' });
  const user = await connection.login(org.username, org.password + org.securityToken);
  assert.equal(user.organizationId, org.orgId);
  assert.equal(connection.instanceUrl, org.url);
  assert.match(connection.accessToken ?? '', /^00D[0-9A-Za-z]{12}![\w.]+$/);
  const found = await connection.query<{ Username: string }>(`SELECT Username FROM User WHERE Id = '${user.id}'`);
  assert.equal(found.records[0]?.Username, org.username);
});

test('[A1] login is refused from 65.0 on with INVALID_OPERATION', async () => {
  const connection = new Connection({ loginUrl: org.url, version: '65.0' });
  await assert.rejects(connection.login(org.username, org.password + org.securityToken), /INVALID_OPERATION/);
  const { status, text } = await soapLogin('65.0', org.username, org.password + org.securityToken);
  assert.equal(status, 500);
  assert.match(text, /<faultcode>sf:INVALID_OPERATION<\/faultcode>/);
  assert.match(text, /<sf:exceptionCode>INVALID_OPERATION<\/sf:exceptionCode>/);
});

test('[A1] a wrong password, a missing token and an old version each have their fault', async () => {
  const wrong = await soapLogin('64.0', org.username, 'x');
  assert.match(wrong.text, /<faultcode>sf:INVALID_LOGIN<\/faultcode>/);
  const bare = await soapLogin('64.0', org.username, org.password);
  assert.match(bare.text, /<faultcode>sf:LOGIN_MUST_USE_SECURITY_TOKEN<\/faultcode>/);
  const old = await soapLogin('30.0', org.username, org.password + org.securityToken);
  assert.match(old.text, /<faultcode>sf:UNSUPPORTED_API_VERSION<\/faultcode>/);
  assert.deepEqual([wrong.status, bare.status, old.status], [500, 500, 500]);
});

test('[A1] the switches lock the user, expire the password and close the API', async () => {
  const { switches } = org.org.access;
  const secret = org.password + org.securityToken;
  switches.set({ userLocked: true });
  assert.match((await soapLogin('64.0', org.username, secret)).text, /sf:INVALID_LOGIN/);
  assert.match(
    (await soapLogin('64.0', org.adminUsername, org.adminPassword + org.adminSecurityToken)).text,
    /sessionId/,
  );
  switches.set({ userLocked: false, passwordExpired: true });
  assert.match((await soapLogin('64.0', org.username, secret)).text, /sf:INVALID_OPERATION_WITH_EXPIRED_PASSWORD/);
  switches.set({ passwordExpired: false, apiOff: true });
  assert.match((await soapLogin('64.0', org.username, secret)).text, /sf:API_DISABLED_FOR_ORG/);
  switches.set({ apiOff: false });
  assert.match((await soapLogin('64.0', org.username, secret)).text, /sessionId/);
});

test('[A2] jsforce gets a token by client credentials, which run as the sync user', async () => {
  const connection = new Connection({
    oauth2: { loginUrl: org.url, clientId: org.clientId, clientSecret: org.clientSecret },
    version: '68.0',
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  const identity = await connection.identity();
  assert.equal(identity.username, org.username);
  assert.match(identity.id, /^https:\/\//);
});

test('[A2] a token answer names the instance and the identity; refusals say what is wrong', async () => {
  const good = await token({
    grant_type: 'client_credentials',
    client_id: org.clientId,
    client_secret: org.clientSecret,
  });
  assert.equal(good.status, 200);
  assert.deepEqual(Object.keys(good.body).sort(), [
    'access_token',
    'id',
    'instance_url',
    'issued_at',
    'scope',
    'signature',
    'token_type',
  ]);
  assert.equal(good.body['instance_url'], org.url);
  const wrong = await token({ grant_type: 'client_credentials', client_id: org.clientId, client_secret: 'x' });
  assert.deepEqual(wrong, {
    status: 400,
    body: { error: 'invalid_client', error_description: 'invalid client credentials' },
  });
  const password = await token({
    grant_type: 'password',
    client_id: org.clientId,
    username: org.username,
    password: org.password,
  });
  assert.equal(password.body['error'], 'invalid_grant');
});

test('[A2] a revoked token is INVALID_SESSION_ID', async () => {
  const { body } = await token({
    grant_type: 'client_credentials',
    client_id: org.clientId,
    client_secret: org.clientSecret,
  });
  const authorization = `Bearer ${body['access_token']}`;
  const limits = (): Promise<Response> =>
    fetch(`${org.url}/services/data/v64.0/limits`, { headers: { authorization } });
  assert.equal((await limits()).status, 200);
  const revoked = await fetch(`${org.url}/services/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: body['access_token'] ?? '' }),
  });
  assert.equal(revoked.status, 200);
  const refused = await limits();
  assert.equal(refused.status, 401);
  assert.deepEqual(await refused.json(), [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
});

test('[A3] versions are listed without a session, and two slashes are one', async () => {
  const response = await fetch(`${org.url}//services/data/`);
  const versions = (await response.json()) as { label: string; url: string; version: string }[];
  assert.deepEqual(versions[0]?.version, '31.0');
  assert.deepEqual(versions.at(-1), { label: "Winter '27", url: '/services/data/v68.0', version: '68.0' });
});

test('[A1] a retired version answers 410, one to come 404', async () => {
  const at = async (version: string): Promise<number> =>
    (await fetch(`${org.url}/services/data/${version}/limits`)).status;
  assert.deepEqual([await at('v30.0'), await at('v69.0')], [410, 404]);
});

test('[A1] ten wrong passwords in a row lock the user for a quarter of an hour', async () => {
  const right = (): Promise<{ text: string }> => soapLogin('64.0', org.username, org.password + org.securityToken);
  const wrong = async (times: number): Promise<void> => {
    for (let at = 0; at < times; at += 1) await soapLogin('64.0', org.username, 'wrong');
  };
  await wrong(9);
  assert.match((await right()).text, /sessionId/);
  await wrong(10);
  assert.match((await right()).text, /sf:INVALID_LOGIN/);
  org.clock.advance(15 * 60_000);
  assert.match((await right()).text, /sessionId/);
});
