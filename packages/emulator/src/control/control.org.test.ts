import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query } from '../rest/asking.ts';

let org: RunningOrg;
let empty: string;
before(async () => {
  org = await emptyOrg();
  empty = org.snapshot('empty');
});
after(() => org.close());
beforeEach(() => {
  org.clock.release();
  org.restore(empty);
});

interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

async function practise(method: string, path: string, body?: unknown): Promise<Reply> {
  const response = await fetch(`${org.url}/practice/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function lead(lastName: string): Promise<string> {
  const made = await ask(org, 'POST', 'sobjects/Lead', { LastName: lastName, Company: 'x' });
  assert.equal(made.status, 201, made.text);
  return (made.json as { id: string }).id;
}

const stampOf = (id: string) => org.org.store.read('Lead', id)?.['SystemModstamp'];
const names = () =>
  org.org.store
    .statement(`select "LastName" from "Lead" order by 1`)
    .all()
    .map(({ LastName }) => LastName);

test('[A11] a held clock stamps alike, one that is moved stamps later, and a released one goes with the machine', async () => {
  org.clock.hold('2026-11-24T09:30:00.700Z');
  assert.equal(stampOf(await lead('Held')), '2026-11-24T09:30:00.000Z');
  org.clock.advance(60_000);
  assert.equal(stampOf(await lead('Later')), '2026-11-24T09:31:00.000Z');
  const seen = await query(org, 'SELECT COUNT() FROM Lead WHERE CreatedDate = TODAY');
  assert.deepEqual(seen.json, { totalSize: 2, done: true, records: [] });
  org.clock.release();
  assert.equal(org.clock.state.aheadMs, 0);
});

test('the clock is held, moved and released over HTTP, and says how far it is from the machine', async () => {
  const held = await practise('PUT', 'clock', { hold: '2030-01-01T00:00:00Z', advanceMs: 1_500 });
  assert.deepEqual([held.json['now'], held.json['isHeld']], ['2030-01-01T00:00:01.500Z', true]);
  await practise('PUT', 'clock', { release: true });
  await practise('PUT', 'clock', { advanceMs: 3_600_000 });
  assert.deepEqual((await practise('GET', 'clock')).json['aheadMs'], 3_600_000);
  await practise('PUT', 'switches', { clockSkewMs: -7_200_000 });
  assert.deepEqual((await practise('GET', 'clock')).json['aheadMs'], -3_600_000);
  for (const wrong of [{ hold: 'noon' }, { stop: true }, { advanceMs: 'much' }]) {
    const refused = await practise('PUT', 'clock', wrong);
    assert.deepEqual([refused.status, Reflect.get(refused.json, 0)?.errorCode], [400, 'INVALID_INPUT']);
  }
});

test('a moved clock ends what has a life: a session that is not used for two hours', async () => {
  const session = org.org.access.openSession(org.org.access.syncUser).token;
  const status = async (): Promise<number> =>
    (await fetch(`${org.url}/services/data/v64.0/limits`, { headers: { authorization: `Bearer ${session}` } })).status;
  assert.equal(await status(), 200);
  org.clock.advance(2 * 3_600_000 + 1_000);
  assert.equal(await status(), 401);
});

test('a restored org is what it was: records, ids, schema, switches, what is captured; and sessions stay', async () => {
  const first = await lead('Before');
  const snapshot = org.snapshot();
  const later = await lead('After');
  org.org.access.switches.set({ apiOff: true });
  org.org.events.capture('Lead');
  org.org.metadata.put(org.org.access.admin, 'CustomField', 'Lead.Extra__c', { label: 'E', type: 'Text', length: '9' });
  org.org.metadata.put(org.org.access.admin, 'CustomObject', 'Trip__c', { label: 'Trip', pluralLabel: 'Trips' });
  org.org.store.update('Lead', first, { LastName: 'Changed' });
  const session = org.org.access.openSession(org.org.access.syncUser);
  org.restore(snapshot);
  assert.deepEqual(names(), ['Before']);
  assert.equal(org.org.access.switches.state.apiOff, false);
  assert.deepEqual(org.org.events.state().members, []);
  assert.equal(org.org.schema.object('Lead')?.field('Extra__c'), undefined);
  assert.equal(org.org.schema.object('Trip__c'), undefined);
  assert.equal(org.org.access.session(session.token)?.user.id, org.org.access.syncUser.id);
  assert.equal(await lead('Again'), later, 'ids begin where they were');
});

test('a replay id is given out once, whatever is restored; a stream goes on', async () => {
  org.org.events.capture('Lead');
  const snapshot = org.snapshot();
  const follower = org.org.events.follow('/data/LeadChangeEvent', 'latest', () => undefined);
  await lead('One');
  const [one] = follower.take(10);
  org.restore(snapshot);
  await lead('Two');
  const [two, ...rest] = follower.take(10);
  follower.close();
  assert.ok((two?.replayId ?? 0) > (one?.replayId ?? 0));
  assert.deepEqual(rest, []);
});

test('[A8] a job that had ended is back with its results, and one made since is gone', async () => {
  const job = async (): Promise<string> => {
    const made = await ask(org, 'POST', 'jobs/query', { operation: 'query', query: 'SELECT Id FROM Lead' });
    return (made.json as { id: string }).id;
  };
  const state = async (id: string) => ((await ask(org, 'GET', `jobs/query/${id}`)).json as { state?: string }).state;
  const kept = await job();
  while ((await state(kept)) !== 'JobComplete') await new Promise(setImmediate);
  const snapshot = org.snapshot();
  const lost = await job();
  while ((await state(lost)) !== 'JobComplete') await new Promise(setImmediate);
  org.restore(snapshot);
  assert.equal((await ask(org, 'GET', `jobs/query/${kept}/results`)).text, '"Id"\n');
  assert.equal((await ask(org, 'GET', `jobs/query/${lost}`)).status, 404);
});

test('snapshots are taken, listed, restored and removed over HTTP; a wrong name is refused', async () => {
  assert.deepEqual(await practise('POST', 'snapshots', { name: 'one' }), { status: 201, json: { name: 'one' } });
  await lead('Since');
  assert.ok(((await practise('GET', 'snapshots')).json['snapshots'] as string[]).includes('one'));
  assert.equal((await practise('POST', 'snapshots/one/restore')).status, 204);
  assert.deepEqual(names(), []);
  assert.equal((await practise('DELETE', 'snapshots/one')).status, 204);
  const gone = await practise('POST', 'snapshots/one/restore');
  assert.deepEqual([gone.status, Reflect.get(gone.json, 0)?.errorCode], [404, 'NOT_FOUND']);
  assert.equal((await practise('POST', 'snapshots', { name: '../x' })).status, 400);
  assert.equal((await practise('POST', 'snapshots', '{')).status, 400);
  assert.equal(existsSync(`${org.org.jobsDirectory}/snapshots/one`), false);
});
