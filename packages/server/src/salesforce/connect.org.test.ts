import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, test } from 'node:test';
import pino from 'pino';
import { type RunningOrg, startOrg } from '../../../emulator/src/org.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { createSalesforce, type OpenSalesforce } from './connect.ts';
import { isSigningKey } from './open-assertion.ts';
import { authorizeUrl, heldToken, redeemCode } from './open-web-sign-in.ts';
import type { Credentials, SalesforceError } from './salesforce.ts';
import { isEqual, select } from './soql.ts';
import { publicLookup } from './wire.ts';

let org: RunningOrg;
let noRecords: string;
const open: OpenSalesforce[] = [];
const log = pino({ level: 'silent' });

before(async () => {
  noRecords = mkdtempSync(join(tmpdir(), 'syncline-no-records-'));
  org = await startOrg({ profile: 'demo', exportFolder: noRecords });
});
after(async () => {
  await org?.close();
  rmSync(noRecords, { recursive: true, force: true });
});
afterEach(async () => {
  org.org.access.switches.set({
    userLocked: false,
    passwordExpired: false,
    apiOff: false,
    autoApprove: false,
    rotateRefreshTokens: false,
    loseAnswers: 0,
    failWith503: 0,
    lockRow: 0,
    latencyMs: 0,
  });
  await Promise.all(open.splice(0).map((salesforce) => salesforce.close()));
});

const connect = (
  credentials: Credentials,
  more: { allowedHosts?: readonly string[]; expectedOrgId?: string; requestTimeoutMs?: number } = {},
): OpenSalesforce => {
  const salesforce = createSalesforce({
    credentials,
    bounds: { ...DEFAULT_BOUNDS, requestTimeoutMs: more.requestTimeoutMs ?? 5_000 },
    allowedHosts: more.allowedHosts ?? [org.url],
    log,
    clientName: 'syncline',
    expectedOrgId: more.expectedOrgId ?? null,
  });
  open.push(salesforce);
  return salesforce;
};
const asApp = (secret = org.clientSecret): Credentials => ({
  method: 'client_credentials',
  host: org.url,
  isSandbox: false,
  clientId: org.clientId,
  clientSecret: secret,
});
const byPassword = (change: Partial<Extract<Credentials, { method: 'password' }>> = {}): Credentials => ({
  method: 'password',
  host: org.url,
  isSandbox: false,
  username: org.username,
  password: org.password,
  securityToken: org.securityToken,
  ...change,
});
const failsWith = (code: string) => (error: unknown) => {
  assert.equal((error as SalesforceError).code, code, String(error));
  return true;
};
const lead = async (salesforce: OpenSalesforce, lastName: string, key: string): Promise<string> => {
  const [answer] = await salesforce.upsertRecords(
    'Lead',
    'Syncline_Key__c',
    JSON.stringify([{ attributes: { type: 'Lead' }, Syncline_Key__c: key, LastName: lastName, Company: 'Northwind' }]),
    {},
  );
  assert.ok(answer?.ok, JSON.stringify(answer));
  return answer.id;
};

test('client credentials sign in at My Domain and learn the org', async () => {
  const identity = await connect(asApp()).identity();
  assert.equal(identity.orgId, org.orgId);
  assert.equal(identity.apiVersion, '68.0');
  assert.equal(identity.username, org.username);
  assert.ok(identity.callsLimit > 0);
});

test('[SET12] user name, password and token sign in, pinned to 64.0', async () => {
  const identity = await connect(byPassword()).identity();
  assert.equal(identity.orgId, org.orgId);
  assert.equal(identity.apiVersion, '64.0');
});

test('[SET12] a refused password is not sent again', async () => {
  const salesforce = connect(byPassword({ password: 'wrong' }));
  await assert.rejects(salesforce.identity(), failsWith('credentials-refused'));
  const { calls } = salesforce.usage();
  await assert.rejects(salesforce.identity(), failsWith('credentials-refused'));
  await assert.rejects(salesforce.describe('Lead'), failsWith('credentials-refused'));
  assert.equal(salesforce.usage().calls, calls);
});

test('each refusal of a sign-in has its own code', async () => {
  await assert.rejects(connect(asApp('wrong')).identity(), failsWith('credentials-refused'));
  await assert.rejects(connect(byPassword({ securityToken: '' })).identity(), failsWith('token-missing'));
  org.org.access.switches.set({ passwordExpired: true });
  await assert.rejects(connect(byPassword()).identity(), failsWith('password-expired'));
  org.org.access.switches.set({ passwordExpired: false, userLocked: true });
  await assert.rejects(connect(byPassword()).identity(), failsWith('credentials-refused'));
  await assert.rejects(connect(asApp()).identity(), failsWith('user-locked'));
  org.org.access.switches.set({ userLocked: false, apiOff: true });
  await assert.rejects(connect(byPassword()).identity(), failsWith('api-disabled'));
  await assert.rejects(connect(asApp()).identity(), failsWith('api-disabled'));
});

test('[A2] an assertion signed with the key of the app signs in, and any other key is refused', async () => {
  const keys = () =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
  const [ours, strange] = [keys(), keys()];
  const answer = await fetch(`${org.url}/practice/app`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ certificate: ours.publicKey }),
  });
  assert.ok(answer.ok, await answer.text());
  const byKey = (privateKey: string, username = org.username): Credentials => ({
    method: 'jwt',
    host: org.url,
    isSandbox: false,
    clientId: org.clientId,
    username,
    privateKey,
  });
  const identity = await connect(byKey(ours.privateKey)).identity();
  assert.deepEqual([identity.username, identity.apiVersion], [org.username, '68.0']);
  await assert.rejects(connect(byKey(strange.privateKey)).identity(), failsWith('app-not-allowed'));
  await assert.rejects(connect(byKey(ours.privateKey, 'nobody@example.com')).identity(), failsWith('app-not-allowed'));
  assert.equal(isSigningKey(ours.privateKey), true);
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  for (const pem of [ours.publicKey, 'no key', String(small.export({ type: 'pkcs8', format: 'pem' }))])
    assert.equal(isSigningKey(pem), false);
});

test('[A2] a web sign-in lasts by its refresh token, also where each use gives the next one', async () => {
  org.org.access.switches.set({ autoApprove: true, rotateRefreshTokens: true });
  const login = { host: org.url, isSandbox: false, clientId: org.clientId, callbackUrl: 'http://127.0.0.1:4000/back' };
  const url = authorizeUrl(login, { state: 's', verifier: 'v'.repeat(43) }, [org.url]);
  const { headers } = await fetch(url, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const parts = { ...login, code, clientSecret: org.clientSecret, allowedHosts: [org.url], requestTimeoutMs: 5_000 };
  const first = await redeemCode({ ...parts, verifier: 'v'.repeat(43) });
  await assert.rejects(redeemCode({ ...parts, verifier: 'v'.repeat(43) }), failsWith('app-not-allowed'));
  const token = heldToken(first);
  const byToken = (refreshToken = token): Credentials => ({
    method: 'web',
    ...login,
    clientSecret: org.clientSecret,
    refreshToken,
  });
  const salesforce = connect(byToken());
  assert.equal((await salesforce.identity()).username, org.username);
  const second = token.last();
  assert.notEqual(second, first);
  org.org.access.expireSessions();
  assert.ok(await salesforce.describe('Lead'));
  assert.notEqual(token.last(), second);
  await assert.rejects(connect(byToken(heldToken(first))).identity(), failsWith('sign-in-over'));
  assert.throws(
    () => authorizeUrl({ ...login, host: 'https://evil.test' }, { state: 's', verifier: 'v' }, [org.url]),
    failsWith('host-not-allowed'),
  );
});

test('[SET9] [SAFE11] a sign-in that leads to another org is refused before anything else is asked', async () => {
  await assert.rejects(
    connect(asApp(), { expectedOrgId: '00D000000000001AAA' }).describe('Lead'),
    failsWith('org-changed'),
  );
  assert.ok(await connect(asApp(), { expectedOrgId: org.orgId }).describe('Lead'));
});

test('[OUT28] an expired session is renewed once for all who wait, and the request repeated', async () => {
  const salesforce = connect(asApp());
  const id = await lead(salesforce, 'Expires', 'expires');
  org.org.access.expireSessions();
  const before = salesforce.usage().calls;
  const update = JSON.stringify([{ attributes: { type: 'Lead' }, Id: id, Title: 'after' }]);
  const [answers] = await Promise.all([
    salesforce.updateRecords(update, { autoAssign: 'FALSE' }),
    salesforce.describe('Lead'),
    salesforce.count('Lead'),
  ]);
  assert.deepEqual(answers, [{ ok: true, id, created: false }]);
  // Three requests, three refusals at most, one token and one list of versions, three repeats.
  assert.ok(salesforce.usage().calls - before <= 8, String(salesforce.usage().calls - before));
});

test('[SEC4] an instance of another host gets neither token nor request', async () => {
  const heard: string[] = [];
  const evil = await listening((path) => {
    heard.push(path);
    return [200, '{}'];
  });
  const liar = await listening(() => [
    200,
    JSON.stringify({
      access_token: 'secret',
      instance_url: evil.url,
      id: 'https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA',
    }),
  ]);
  const soapLiar = await listening(() => [
    200,
    `<Envelope><Body><loginResponse><result><passwordExpired>false</passwordExpired><serverUrl>${evil.url}/services</serverUrl><sessionId>secret</sessionId><userId>005</userId><userInfo><organizationId>00D</organizationId></userInfo></result></loginResponse></Body></Envelope>`,
  ]);
  try {
    const allowedHosts = [liar.url, soapLiar.url];
    await assert.rejects(
      connect({ ...asApp(), host: liar.url }, { allowedHosts }).describe('Lead'),
      failsWith('host-not-allowed'),
    );
    await assert.rejects(
      connect(byPassword({ host: soapLiar.url }), { allowedHosts }).describe('Lead'),
      failsWith('host-not-allowed'),
    );
    await assert.rejects(connect({ ...asApp(), host: evil.url }).describe('Lead'), failsWith('host-not-allowed'));
    assert.deepEqual(heard, []);
  } finally {
    await Promise.all([evil, liar, soapLiar].map((server) => server.close()));
  }
});

test('[SEC4] a redirect is not followed, and a page that is no answer says so', async () => {
  const heard: string[] = [];
  const evil = await listening((path) => {
    heard.push(path);
    return [200, '{}'];
  });
  const redirecting = await listening(() => [
    302,
    '<html>moved</html>',
    { location: `${evil.url}/services/oauth2/token` },
  ]);
  try {
    await assert.rejects(
      connect({ ...asApp(), host: redirecting.url }, { allowedHosts: [redirecting.url] }).identity(),
      failsWith('answer-not-understood'),
    );
    assert.deepEqual(heard, []);
  } finally {
    await Promise.all([evil.close(), redirecting.close()]);
  }
});

test('[SEC4] a name that resolves to a loopback address is refused at the connect', async () => {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  publicLookup('localhost', { all: true }, (error) => resolve(error));
  assert.equal((await promise)?.name, 'PrivateAddress');
});

test('a host where nobody listens is unreachable, and nothing has landed', async () => {
  const gone = await listening(() => [200, '']);
  await gone.close();
  await assert.rejects(connect({ ...asApp(), host: gone.url }, { allowedHosts: [gone.url] }).identity(), (error) => {
    assert.equal((error as SalesforceError).mayHaveLanded, false);
    return failsWith('org-unreachable')(error);
  });
});

test('[OUT12] a request has a deadline, and a lost answer may have landed', async () => {
  const salesforce = connect(asApp(), { requestTimeoutMs: 400 });
  const id = await lead(salesforce, 'Deadline', 'deadline');
  const update = (title: string): Promise<unknown> =>
    salesforce.updateRecords(JSON.stringify([{ attributes: { type: 'Lead' }, Id: id, Title: title }]), {
      autoAssign: 'FALSE',
    });
  const lost = (error: unknown): boolean => {
    assert.equal((error as SalesforceError).mayHaveLanded, true);
    return failsWith('org-unreachable')(error);
  };
  org.org.access.switches.set({ latencyMs: 2_000 });
  await assert.rejects(update('late'), lost);
  org.org.access.switches.set({ latencyMs: 0, loseAnswers: 1 });
  await assert.rejects(update('lost'), lost);
  assert.equal(org.org.store.read('Lead', id)?.['Title'], 'lost');
});

test('503 is the org being busy', async () => {
  const salesforce = connect(asApp());
  await salesforce.identity();
  org.org.access.switches.set({ failWith503: 1 });
  await assert.rejects(salesforce.describe('Lead'), failsWith('salesforce-busy'));
});

test('[SAFE7] five queries are one call, and each has its own answer', async () => {
  const salesforce = connect(asApp());
  await lead(salesforce, 'Composite', 'composite');
  const before = salesforce.usage().calls;
  const good = select({ fields: ['Id', 'LastName'], from: 'Lead', where: isEqual('Syncline_Key__c', 'composite') });
  const answers = await salesforce.queryAll([good, 'SELECT Nothing__c FROM Lead', good, good, good]);
  assert.equal(salesforce.usage().calls - before, 1);
  const [first, second] = answers;
  assert.ok(first?.ok && first.page.done && first.page.rows === 1);
  const found = first.page.path.reduce(
    (at: unknown, key) => (at as Record<string, unknown>)[key],
    JSON.parse(first.page.body),
  ) as { LastName: string }[];
  assert.equal(found[0]?.LastName, 'Composite');
  assert.ok(second && !second.ok && second.error.code === 'INVALID_FIELD');
});

test('[OUT14] one answer for each record, in the order sent', async () => {
  const salesforce = connect(asApp());
  const id = await lead(salesforce, 'Partial', 'partial');
  const answers = await salesforce.updateRecords(
    JSON.stringify([
      { attributes: { type: 'Lead' }, Id: '00Q000000000000AAA', Title: 'nobody' },
      { attributes: { type: 'Lead' }, Id: id, Title: 'somebody' },
    ]),
    { autoAssign: 'FALSE' },
  );
  assert.deepEqual(
    answers.map((answer) => answer.ok),
    [false, true],
  );
});

test('[MAP16] [MAP18] bulk carries bytes as they are, up and down', async () => {
  const salesforce = connect(asApp());
  const value = 'a\r\n"b", =1+1 \u202e🙂';
  const id = await lead(salesforce, 'Bulk', 'bulk');
  const job = await salesforce.createIngestJob('Lead', 'update');
  await salesforce.uploadIngest(
    job.jobId,
    Readable.from([Buffer.from(`Id,Description\n${id},"${value.replaceAll('"', '""')}"\n`)]),
  );
  const done = await finished(() => salesforce.ingestJob(job.jobId));
  assert.equal(done.recordsFailed, 0, await text(await salesforce.ingestResults(job.jobId, 'failedResults')));
  const query = await salesforce.createQueryJob(
    select({ fields: ['Id', 'Description'], from: 'Lead', where: isEqual('Syncline_Key__c', 'bulk') }),
  );
  await finished(() => salesforce.queryJob(query.jobId));
  const page = await salesforce.queryJobPage(query, null, 1000);
  assert.equal(page.rows, 1);
  assert.equal(page.nextLocator, null);
  assert.equal(await text(page.body), `"Id","Description"\n"${id}","${value.replaceAll('"', '""')}"\n`);
  assert.equal(page.nulsRemoved(), 0);
});

const finished = async <Job extends { readonly state: string }>(ask: () => Promise<Job>): Promise<Job> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const job = await ask();
    if (job.state === 'JobComplete') return job;
    assert.ok(Date.now() < deadline && job.state !== 'Failed', `job is ${JSON.stringify(job)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** A server that answers every request the same way. */
const listening = async (
  answer: (path: string) => readonly [number, string, Record<string, string>?],
): Promise<Listening> => {
  const server: Server = createServer((request, reply) => {
    const [status, body, headers] = answer(request.url ?? '');
    reply.writeHead(status, headers);
    reply.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
