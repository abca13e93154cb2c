import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Instance, ORIGIN, startInstance } from './testing/instance.ts';
import { makeSignInCode } from './users.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
});
after(() => instance?.close());

const ANA = { name: 'Ana', email: 'Ana@Acme.test', password: 'a long enough password', language: 'es' };
const code = (answer: { readonly body: object }): unknown => Reflect.get(answer.body, 'code');

test('[SEC8] there is no default user, and nothing is shown before somebody signs in', async () => {
  const { ask, db } = instance;
  assert.deepEqual((await ask('GET', '/api/me')).body, { user: null, firstUserNeeded: true });
  assert.deepEqual(await db.query('select from sync.app_user'), []);
  for (const url of [
    '/api/status',
    '/api/setup',
    '/api/people',
    '/api/events',
    '/api/setup/connection',
    '/api/errors',
    '/api/practice',
  ]) {
    const answer = await ask('GET', url);
    assert.deepEqual([answer.status, code(answer)], [401, 'not-signed-in'], url);
  }
});

test('[SEC8] the first administrator is made with a code that works once', async () => {
  const { ask, db } = instance;
  const refused = await ask('POST', '/api/users/first', { ...ANA, code: 'guessed' });
  assert.deepEqual([refused.status, code(refused)], [410, 'link-used']);
  const older = await makeSignInCode(db);
  const newer = await makeSignInCode(db);
  assert.equal(
    (await ask('POST', '/api/users/first', { ...ANA, code: older })).status,
    410,
    'a later start made another',
  );
  const made = await ask('POST', '/api/users/first', { ...ANA, code: newer });
  assert.equal(made.status, 200);
  const cookie = String(made.headers['set-cookie']);
  for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'])
    assert.ok(cookie.includes(part), `${part} in ${cookie}`);
  assert.equal((await ask('GET', '/api/status')).status, 200);
  assert.equal((await ask('POST', '/api/users/first', { ...ANA, email: 'eve@acme.test', code: newer })).status, 410);
  const another = await makeSignInCode(db);
  assert.equal(
    (await ask('POST', '/api/users/first', { ...ANA, email: 'eve@acme.test', code: another })).status,
    410,
    'a first user exists',
  );
  const [users] = await db.query<{ count: number }>('select count(*) from sync.app_user');
  assert.equal(users?.count, 1);
});

test('[SEC8] the database holds neither passwords, nor sessions, nor codes as they are', async () => {
  const { app, db } = instance;
  const signedIn = await app.inject({
    method: 'POST',
    url: '/api/sessions',
    headers: ORIGIN,
    payload: { email: 'ana@acme.test', password: ANA.password },
  });
  const token = signedIn.cookies[0]?.value ?? '';
  assert.ok(token.length >= 40);
  const secret = await makeSignInCode(db);
  const dump = JSON.stringify(
    await db.query(`select u.password_hash, encode(s.token_hash, 'escape') as token, encode(c.code_hash, 'escape') as code
    from sync.app_user u, sync.session s, sync.sign_in_code c`),
  );
  for (const canary of [token, secret, ANA.password]) assert.equal(dump.includes(canary), false);
});

test('[SEC8] an unknown user and a wrong password get the same answer', async () => {
  const { app } = instance;
  const answer = async (email: string): Promise<unknown> => {
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: ORIGIN,
      payload: { email, password: 'not this one' },
    });
    return { statusCode, ...JSON.parse(body), requestId: '' };
  };
  const [known, unknown] = [await answer('ana@acme.test'), await answer('nobody@acme.test')];
  assert.deepEqual(known, unknown);
  assert.equal(Reflect.get(known as object, 'code'), 'wrong-credentials');
});

test('[SEC8] attempts are limited, for known and unknown names alike', async () => {
  for (const email of ['victim@acme.test', 'ghost@acme.test']) {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const answer = await instance.app.inject({
        method: 'POST',
        url: '/api/sessions',
        headers: ORIGIN,
        remoteAddress: `10.0.0.${attempt + (email.startsWith('v') ? 1 : 101)}`,
        payload: { email, password: 'guess' },
      });
      statuses.push(answer.statusCode);
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 401, 429, 429], email);
  }
});

test('[SEC8] a changing request from another origin is refused before anything runs', async () => {
  const { app } = instance;
  for (const headers of [
    { host: 'localhost' },
    { host: 'localhost', origin: 'http://evil.test' },
    { ...ORIGIN, 'sec-fetch-site': 'same-site' },
  ]) {
    const answer = await app.inject({ method: 'DELETE', url: '/api/sessions', headers });
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'origin-missing']);
  }
});

test('[SEC8] signing out ends the session itself, and the printed link signs the administrator in once', async () => {
  const { app, db } = instance;
  const link = await makeSignInCode(db);
  const signedIn = await app.inject({ method: 'POST', url: '/api/sessions', headers: ORIGIN, payload: { code: link } });
  assert.equal(signedIn.statusCode, 200);
  const cookie = `syncline_session=${signedIn.cookies[0]?.value}`;
  const again = await app.inject({ method: 'POST', url: '/api/sessions', headers: ORIGIN, payload: { code: link } });
  assert.deepEqual([again.statusCode, again.json().code], [410, 'link-used']);
  assert.equal((await app.inject({ url: '/api/status', headers: { ...ORIGIN, cookie } })).statusCode, 200);
  await app.inject({ method: 'DELETE', url: '/api/sessions', headers: { ...ORIGIN, cookie } });
  assert.equal((await app.inject({ url: '/api/status', headers: { ...ORIGIN, cookie } })).statusCode, 401);
});

test('a role that may not act is refused with the role it takes', async () => {
  const { ask, db } = instance;
  await db.run(`update sync.app_user set role = 'viewer'`);
  const answer = await ask('PUT', '/api/sync', { enabled: false });
  assert.deepEqual([answer.status, code(answer)], [403, 'not-allowed']);
  assert.equal((await ask('GET', '/api/status')).status, 200);
  await db.run(`update sync.app_user set role = 'admin'`);
});

test('every failure is a problem with a code and a request id; a stranger address is not found', async () => {
  const { ask, app } = instance;
  const bad = await ask('PUT', '/api/sync', { enabled: 'perhaps' });
  assert.equal(bad.status, 400);
  assert.match(String(bad.headers['content-type']), /^application\/problem\+json/);
  assert.equal(code(bad), 'bad-request');
  assert.equal(Reflect.get(bad.body, 'requestId'), bad.headers['x-request-id']);
  assert.match(String(Reflect.get(bad.body, 'advice')), /body\.enabled/);
  assert.deepEqual(
    [code(await ask('GET', '/api/nothing')), code(await ask('GET', '/api/people/0'))],
    ['not-found', 'person-not-found'],
  );
  const page = await app.inject({ url: '/people/12', headers: { accept: 'text/html' } });
  assert.equal(page.statusCode, 200);
  assert.match(
    String(page.headers['content-security-policy']),
    /default-src 'none'; script-src 'self'; style-src 'self' 'sha256-/,
  );
  assert.equal((await app.inject({ url: '/livez' })).statusCode, 200);
  assert.equal((await app.inject({ url: '/readyz' })).statusCode, 200);
});
