import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { type Instance, ORIGIN, startInstance } from './testing/instance.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
  await instance.signIn();
});
after(() => instance?.close());

const tokenOf = async (role: string, extra: object = {}): Promise<string> => {
  const made = await instance.ask('POST', '/api/tokens', { name: `a ${role}`, role, ...extra });
  assert.equal(made.status, 200, made.text);
  return String(Reflect.get(made.body, 'secret'));
};

/** As a program asks: no cookie, no origin. */
const asProgram = async (token: string, method: InjectOptions['method'], url: string, payload?: object) => {
  const answer = await instance.app.inject({
    ...(method ? { method } : {}),
    url,
    headers: { host: 'localhost', authorization: `Bearer ${token}` },
    ...(payload ? { payload } : {}),
  });
  return { status: answer.statusCode, text: answer.body };
};

test('[SEC8] a bearer token acts without proof of origin, by its own role alone', async () => {
  const [monitor, viewer, operator] = [await tokenOf('monitor'), await tokenOf('viewer'), await tokenOf('operator')];
  const statuses = async (token: string): Promise<number[]> => [
    (await asProgram(token, 'GET', '/api/status')).status,
    (await asProgram(token, 'GET', '/api/people')).status,
    (await asProgram(token, 'POST', '/api/sync/now')).status,
    (await asProgram(token, 'PUT', '/api/sync', { enabled: false })).status,
    (await asProgram(token, 'GET', '/api/tokens')).status,
  ];
  assert.deepEqual(await statuses(monitor), [200, 403, 403, 403, 403]);
  assert.deepEqual(await statuses(viewer), [200, 200, 403, 403, 403]);
  // 409: the operator may, but nothing was started yet.
  assert.deepEqual(await statuses(operator), [200, 200, 409, 403, 403]);
});

test('[SEC8] a cookie is not helped by a header that is no bearer token', async () => {
  const signedIn = await instance.app.inject({
    method: 'POST',
    url: '/api/sessions',
    headers: ORIGIN,
    payload: { email: 'ana@acme.test', password: 'a long enough password' },
  });
  const cookie = `syncline_session=${signedIn.cookies[0]?.value}`;
  const asked = { method: 'PUT' as const, url: '/api/sync', payload: { enabled: false } };
  const basic = await instance.app.inject({
    ...asked,
    headers: { host: 'localhost', cookie, authorization: 'Basic eDp5' },
  });
  assert.deepEqual([basic.statusCode, basic.json().code], [403, 'origin-missing']);
  const wrong = await instance.app.inject({
    ...asked,
    headers: { ...ORIGIN, cookie, authorization: 'Bearer syncline_x' },
  });
  assert.deepEqual(
    [wrong.statusCode, wrong.json().code],
    [401, 'not-signed-in'],
    'the token counts, not the cookie beside it',
  );
});

test('[SEC2] a token is shown once, and the database cannot tell it', async () => {
  const secret = await tokenOf('viewer');
  const listed = await instance.ask('GET', '/api/tokens');
  assert.equal(listed.text.includes(secret), false);
  assert.ok(listed.text.includes(secret.slice(-4)));
  const [dump] = await instance.db.query<{ text: string }>('select json_agg(t)::text as text from sync.api_token t');
  assert.equal(dump?.text.includes(secret.slice('syncline_'.length, -4)), false);
  assert.equal(instance.logged().includes(secret), false);
});

test('[SEC8] a token that is revoked, over or changed is nobody', async () => {
  const secret = await tokenOf('viewer', { expiresInDays: 1 });
  assert.equal((await asProgram(secret, 'GET', '/api/status')).status, 200);
  assert.equal((await asProgram(`${secret.slice(0, -1)}_`, 'GET', '/api/status')).status, 401);
  await instance.db.run(`update sync.api_token set expires_at = now() where expires_at is not null`);
  assert.equal((await asProgram(secret, 'GET', '/api/status')).status, 401);
  const other = await tokenOf('viewer');
  const [row] = await instance.db.query<{ token_id: number }>('select max(token_id) as token_id from sync.api_token');
  assert.equal((await instance.ask('DELETE', `/api/tokens/${row?.token_id}`)).status, 200);
  assert.equal((await asProgram(other, 'GET', '/api/status')).status, 401);
});

test('[SEC6] a monitor reads causes and counts, and no text that may quote a person', async () => {
  const { db } = instance;
  await db.run(
    `insert into sync.error (level, object, person_id, code, fields, message, disposition)
     values ('record', 'Lead', 1, 'STRING_TOO_LONG', '{Phone}', 'Phone: value too large: canary-4711', 'park')`,
  );
  await db.run(
    `insert into sync.run (object, operation, status, ended_at, problem)
     values ('Lead', 'Push updates', 'failed', now(), '{"code": "salesforce-refused", "detail": {"word": "X", "message": "canary-4711"}}')`,
  );
  const token = await tokenOf('monitor');
  for (const url of ['/api/errors/causes', '/api/runs', '/api/status', '/api/objects']) {
    const { status, text } = await asProgram(token, 'GET', url);
    assert.equal(status, 200, text);
    assert.equal(text.includes('canary-4711'), false, url);
  }
  const causes = (await asProgram(token, 'GET', '/api/errors/causes')).text;
  assert.match(causes, /STRING_TOO_LONG.*Phone/);
  assert.ok((await instance.ask('GET', '/api/errors/causes')).text.includes('canary-4711'), 'a viewer sees it');
  await db.run('delete from sync.error');
});

test('an administrator makes users; a role and a password take effect at once', async () => {
  const { ask, app } = instance;
  const made = await ask('POST', '/api/users', {
    name: 'Ben',
    email: 'Ben@acme.test',
    role: 'viewer',
    language: 'es',
    password: 'another long password',
  });
  assert.equal(made.status, 200, made.text);
  const ben = Number(Reflect.get(made.body, 'userId'));
  const signIn = async (password: string): Promise<string | null> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: ORIGIN,
      payload: { email: 'ben@acme.test', password },
    });
    return answer.statusCode === 200 ? `syncline_session=${answer.cookies[0]?.value}` : null;
  };
  const asBen = async (cookie: string | null, method: InjectOptions['method'], url: string, payload?: object) =>
    app.inject({
      ...(method ? { method } : {}),
      url,
      headers: { ...ORIGIN, cookie: cookie ?? '' },
      ...(payload ? { payload } : {}),
    });
  const cookie = await signIn('another long password');
  assert.deepEqual((await asBen(cookie, 'GET', '/api/users')).json().detail, { role: 'admin' });
  assert.equal((await ask('PATCH', `/api/users/${ben}`, { role: 'operator' })).status, 200);
  assert.equal((await asBen(cookie, 'GET', '/api/status')).statusCode, 401, 'a session of the old role is over');
  const again = await signIn('another long password');
  assert.equal((await asBen(again, 'POST', '/api/sync/now')).statusCode, 409);
  const wrong = { password: { present: 'not this', wanted: 'a third long password' } };
  assert.equal((await asBen(again, 'PATCH', '/api/me', wrong)).statusCode, 401);
  const right = { password: { present: 'another long password', wanted: 'a third long password' } };
  assert.equal((await asBen(again, 'PATCH', '/api/me', right)).statusCode, 200);
  assert.equal((await asBen(again, 'GET', '/api/status')).statusCode, 200, 'the session that changed it goes on');
  assert.equal(await signIn('another long password'), null);
  const taken = await ask('POST', '/api/users', {
    name: 'Other',
    email: 'ben@acme.test',
    role: 'admin',
    language: 'en',
    password: 'yet another password',
  });
  assert.deepEqual([taken.status, Reflect.get(taken.body, 'code')], [409, 'email-taken']);
  assert.equal((await ask('DELETE', `/api/users/${ben}`)).status, 200);
  assert.equal((await asBen(again, 'GET', '/api/status')).statusCode, 401);
});

test('the last administrator stays one', async () => {
  const { ask, db } = instance;
  const [row] = await db.query<{ user_id: number }>(`select user_id from sync.app_user where role = 'admin'`);
  const lost = await ask('PATCH', `/api/users/${row?.user_id}`, { role: 'viewer' });
  assert.deepEqual([lost.status, Reflect.get(lost.body, 'code')], [409, 'last-administrator']);
  assert.equal((await ask('DELETE', `/api/users/${row?.user_id}`)).status, 409);
});

test('[SEC8] [ACT2] an action is an operator’s; its key makes a repetition the same action, and no other one', async () => {
  const act = (token: string, ownerId: string) =>
    instance.app.inject({
      method: 'POST',
      url: '/api/actions',
      headers: { host: 'localhost', authorization: `Bearer ${token}`, 'idempotency-key': 'again' },
      payload: { kind: 'change_owner', ids: [404], ownerId },
    });
  assert.equal((await act(await tokenOf('viewer'), '005000000000001')).statusCode, 403);
  const operator = await tokenOf('operator');
  const [first, second] = [await act(operator, '005000000000001'), await act(operator, '005000000000001')];
  assert.deepEqual([first.statusCode, second.statusCode], [202, 202]);
  assert.equal(second.json().actionId, first.json().actionId);
  assert.equal(first.headers['location'], `/api/actions/${first.json().actionId}`);
  assert.equal((await act(operator, '005000000000002')).json().code, 'request-key-used');
  const read = await asProgram(await tokenOf('viewer'), 'GET', `/api/actions/${first.json().actionId}`);
  assert.deepEqual(
    [read.status, JSON.parse(read.text).people],
    [200, [{ personId: 404, name: null, step: 'waiting', problem: null, made: null }]],
  );
  assert.equal((await asProgram(operator, 'GET', '/api/actions/9')).status, 404);
});
