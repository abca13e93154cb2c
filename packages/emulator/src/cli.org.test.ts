import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Client, credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Connection } from '@jsforce/jsforce-node';

const cli = path.join(import.meta.dirname, 'cli.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'org-cli-'));
const started: ChildProcess[] = [];
after(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function run(...options: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [cli, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

interface Ready extends Record<string, unknown> {
  readonly instanceUrl: string;
  readonly loginUrl: string;
  readonly accessToken: string;
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly orgId: string;
  readonly httpsPort: number;
  readonly grpcPort: number;
  readonly caFile: string;
  readonly pid: number;
}

async function ready(child: ChildProcess): Promise<Ready> {
  let line = '';
  for await (const chunk of child.stdout ?? []) {
    line += String(chunk);
    if (line.includes('\n')) break;
  }
  return JSON.parse(line) as Ready;
}

async function refusal(...options: readonly string[]): Promise<{ code: unknown; said: string }> {
  const child = run(...options);
  const [said, [code]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'exit')]);
  return { code, said };
}

test('the ready line tells how to connect; a second start on the file goes on; SIGTERM ends it with 0', async () => {
  const options = ['--port', '0', '--profile', 'empty', '--json', '--file', path.join(folder, 'org.db')];
  const child = run(...options);
  const first = await ready(child);
  assert.deepEqual(Object.keys(first).sort(), [
    'accessToken',
    'adminAccessToken',
    'adminPassword',
    'adminSecurityToken',
    'adminUsername',
    'clientId',
    'clientSecret',
    'instanceUrl',
    'loginUrl',
    'orgId',
    'password',
    'pid',
    'refreshToken',
    'securityToken',
    'username',
  ]);
  assert.equal(first.pid, child.pid);
  const headers = { authorization: `Bearer ${first.accessToken}`, 'content-type': 'application/json' };
  const made = await fetch(`${first.instanceUrl}/services/data/v64.0/sobjects/Lead`, {
    method: 'POST',
    headers,
    body: '{"LastName":"Ito","Company":"Example"}',
  });
  assert.equal(made.status, 201);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  const again = run(...options);
  const second = await ready(again);
  assert.deepEqual([second['username'], second['clientSecret']], [first['username'], first['clientSecret']]);
  const count = await fetch(`${second.instanceUrl}/services/data/v64.0/query?q=SELECT+COUNT()+FROM+Lead`, { headers });
  assert.deepEqual(await count.json(), { totalSize: 1, done: true, records: [] });
});

test('a port in use, a file that is no org, a wrong option: one sentence and exit code 1', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const taken = await refusal('--port', String(port), '--profile', 'empty');
  server.close();
  assert.deepEqual(taken, {
    code: 1,
    said: `Port ${port} is in use. Give another with --port, or 0 for any free one.\n`,
  });
  const file = path.join(folder, 'other.txt');
  writeFileSync(file, 'x'.repeat(5000));
  const other = await refusal('--port', '0', '--file', file);
  assert.equal(other.code, 1);
  assert.match(other.said, /^The org file .* cannot be opened\. .*\n$/);
  assert.match((await refusal('--profile', 'nope')).said, /--profile is one of demo, empty, clients, bench/);
  assert.match((await refusal('--currencies', 'dollars')).said, /--currencies is a list like USD,EUR:0\.92/);
});

/** What the Pub/Sub API tells of a topic, to a client that trusts the org's authority alone. */
async function topicAt(
  line: Ready,
  topic: string,
): Promise<{ readonly topicName: string; readonly tenantGuid: string }> {
  const { eventbus } = loadPackageDefinition(
    loadSync(path.join(import.meta.dirname, 'pubsub/pubsub.proto')),
  ) as never as {
    readonly eventbus: { readonly v1: { readonly PubSub: typeof Client } };
  };
  const client = new eventbus.v1.PubSub(
    `localhost:${line.grpcPort}`,
    credentials.createSsl(readFileSync(line.caFile)),
  ) as Client &
    Record<'GetTopic', (asked: object, as: Metadata, told: (error: Error | null, topic: never) => void) => void>;
  const as = new Metadata();
  as.set('accesstoken', line.accessToken);
  as.set('instanceurl', line.instanceUrl);
  as.set('tenantid', line.orgId);
  try {
    return await new Promise((resolve, reject) => {
      client.GetTopic({ topicName: topic }, as, (error, told) => (error === null ? resolve(told) : reject(error)));
    });
  } finally {
    client.close();
  }
}

test('[B1] the ready line of the profile of clients is all that a suite needs: each address, port and secret is good', async () => {
  const child = run('--port', '0', '--profile', 'clients', '--json', '--events', 'Campaign');
  const line = await ready(child);
  const state = (await (await fetch(`${line.instanceUrl}/practice/events`)).json()) as { members: string[] };
  assert.equal(state.members.at(-1), 'ChangeEvents_CampaignChangeEvent');
  assert.equal(state.members.length, 5);
  const given = new Connection({ instanceUrl: line.instanceUrl, accessToken: line.accessToken, version: '68.0' });
  assert.equal((await given.identity()).username, line.username);
  // jsforce trusts what Node trusts.
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(line.caFile, 'utf8')]);
  for (const loginUrl of [line.loginUrl, `https://localhost:${line.httpsPort}`]) {
    const connection = new Connection({ loginUrl, version: '64.0' });
    await connection.login(line.username, line.password + line.securityToken);
    assert.equal(new URL(connection.instanceUrl).protocol, new URL(loginUrl).protocol);
    assert.equal((await connection.query('SELECT Id FROM Account')).totalSize, 12);
  }
  const topic = await topicAt(line, '/data/CampaignChangeEvent');
  assert.deepEqual([topic.topicName, topic.tenantGuid], ['/data/CampaignChangeEvent', line.orgId]);
  child.kill('SIGTERM');
  await once(child, 'exit');
  assert.match(
    (await refusal('--port', '0', '--profile', 'empty', '--events', 'Nothing')).said,
    /^Changes of Nothing cannot be captured/,
  );
});
