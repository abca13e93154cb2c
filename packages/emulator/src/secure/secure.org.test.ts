import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { type RunningOrg, startOrg } from '../org.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'org-tls-'));
after(() => rmSync(folder, { recursive: true }));

/** Asks over HTTPS, trusting nobody but the org's authority. */
async function versions(org: RunningOrg, host: string): Promise<unknown> {
  const ca = readFileSync(org.caFile ?? '', 'utf8');
  const request = get({ host, port: org.httpsPort, path: '/services/data', ca, agent: false });
  const [response] = await once(request, 'response');
  return await json(response);
}

test('HTTPS answers what HTTP answers, to who trusts the authority alone, and after a restart still', async () => {
  const file = path.join(folder, 'org.db');
  const first = await startOrg({ file, tls: {} });
  const plain = await (await fetch(`${first.url}/services/data`)).json();
  assert.deepEqual(await versions(first, 'localhost'), plain);
  assert.deepEqual(await versions(first, '127.0.0.1'), plain);
  const trusted = readFileSync(first.caFile ?? '', 'utf8');
  await first.close();
  const second = await startOrg({ file, tls: {} });
  assert.equal(readFileSync(second.caFile ?? '', 'utf8'), trusted);
  assert.deepEqual(await versions(second, 'localhost'), plain);
  await second.close();
});

test('a TLS port that is taken ends the start, and nothing listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await assert.rejects(startOrg({ tls: { grpcPort: port } }), { code: 'EADDRINUSE' });
  server.close();
});

test('an org without TLS has no TLS ports', async () => {
  const org = await startOrg();
  assert.deepEqual([org.httpsPort, org.grpcPort, org.caFile], [undefined, undefined, undefined]);
  await org.close();
});
