import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';

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
  readonly accessToken: string;
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

test('--tls, which the profile of clients has anyhow, tells the TLS ports and the file of their authority', async () => {
  const child = run('--port', '0', '--profile', 'clients', '--json', '--events', 'Campaign');
  const line = await ready(child);
  assert.equal(typeof line['httpsPort'], 'number');
  assert.equal(typeof line['grpcPort'], 'number');
  assert.match(readFileSync(String(line['caFile']), 'utf8'), /^-----BEGIN CERTIFICATE-----/);
  const state = (await (await fetch(`${line.instanceUrl}/practice/events`)).json()) as { members: string[] };
  assert.equal(state.members.at(-1), 'ChangeEvents_CampaignChangeEvent');
  assert.equal(state.members.length, 5);
  child.kill('SIGTERM');
  await once(child, 'exit');
  assert.match(
    (await refusal('--port', '0', '--profile', 'empty', '--events', 'Nothing')).said,
    /^Changes of Nothing cannot be captured/,
  );
});
