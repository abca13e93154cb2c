import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { type RunningOrg, startOrg } from '../org.ts';
import { connectPubSub, followed, Heard, until } from '../pubsub/testing/listening.ts';
import { ask } from '../rest/asking.ts';
import type { LoggedEvent } from './log.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'org-events-'));
const opened: RunningOrg[] = [];
after(async () => {
  for (const org of opened) await org.close();
  rmSync(folder, { recursive: true });
});

let now = Date.UTC(2026, 10, 24, 3);
const clock = (): number => now;
const hourMs = 3_600_000;

async function capturing(options: object = {}): Promise<RunningOrg> {
  const org = await startOrg({ captured: ['Lead', 'Account', 'Contact'], ...options });
  opened.push(org);
  return org;
}

async function create(org: RunningOrg, lastName = 'Ito', more: object = {}): Promise<string> {
  const { json, status, text } = await ask(org, 'POST', 'sobjects/Lead', { LastName: lastName, Company: 'x', ...more });
  assert.equal(status, 201, text);
  return (json as { id: string }).id;
}

/** All events kept on a topic, in order. */
function kept(org: RunningOrg, topic = '/data/ChangeEvents'): readonly LoggedEvent[] {
  const follower = org.org.events.follow(topic, 'earliest', () => undefined);
  const events = follower.take(1000);
  follower.close();
  return events;
}

function headers(org: RunningOrg) {
  return kept(org).map(({ body }) => (body.kind === 'change' ? body.header : assert.fail('no change event')));
}

test('what is undone is not told: a refused row, a collection of all or none, a composite', async () => {
  const org = await capturing();
  const rows = [
    { attributes: { type: 'Lead' }, LastName: 'Good', Company: 'x' },
    { attributes: { type: 'Lead' }, LastName: 'Bad' },
  ];
  await ask(org, 'POST', 'composite/sobjects', { allOrNone: true, records: rows });
  const one = (referenceId: string, body: object) => ({
    method: 'POST',
    url: '/services/data/v64.0/sobjects/Lead',
    referenceId,
    body,
  });
  const good = one('a', { LastName: 'Good', Company: 'x' });
  await ask(org, 'POST', 'composite', { allOrNone: true, compositeRequest: [good, one('b', { LastName: 'Bad' })] });
  assert.deepEqual(kept(org), []);
  await ask(org, 'POST', 'composite/sobjects', { allOrNone: false, records: rows });
  await ask(org, 'POST', 'composite', {
    allOrNone: true,
    compositeRequest: [good, one('b', { LastName: 'C', Company: 'y' })],
  });
  const [collection, first, second] = headers(org);
  assert.equal(headers(org).length, 3);
  assert.notEqual(collection?.transactionKey, first?.transactionKey);
  assert.equal(first?.transactionKey, second?.transactionKey);
  assert.deepEqual([first?.sequenceNumber, second?.sequenceNumber], [1, 2]);
});

test('an account that is deleted takes its contacts along, and each is told', async () => {
  const org = await capturing();
  const account = (await ask(org, 'POST', 'sobjects/Account', { Name: 'x' })).json as { id: string };
  const contact = (await ask(org, 'POST', 'sobjects/Contact', { LastName: 'y', AccountId: account.id })).json as {
    id: string;
  };
  await ask(org, 'DELETE', `sobjects/Account/${account.id}`);
  const deletes = headers(org).filter(({ changeType }) => changeType === 'DELETE');
  assert.deepEqual(
    deletes.map(({ recordIds }) => recordIds),
    [[account.id], [contact.id]],
  );
});

test('gaps and overflows come when the switches say so, and then no more', async () => {
  const org = await capturing();
  org.org.access.switches.set({ gapEvents: 1 });
  const id = await create(org);
  await create(org);
  org.org.access.switches.set({ overflowEvents: 1 });
  await create(org);
  await create(org);
  const told = headers(org);
  assert.deepEqual(
    told.map(({ changeType }) => changeType),
    ['GAP_CREATE', 'CREATE', 'GAP_OVERFLOW', 'CREATE'],
  );
  assert.deepEqual([told[0]?.recordIds, told[2]?.recordIds], [[id], ['000000000000000AAA']]);
});

test('events can be lost, and delivered twice', async () => {
  const org = await capturing();
  org.org.access.switches.set({ loseEvents: 1 });
  await create(org, 'Lost');
  await create(org, 'Twice');
  org.org.access.switches.set({ duplicateEvents: 1 });
  const [first, second, ...rest] = kept(org);
  assert.equal(first?.replayId, second?.replayId);
  assert.deepEqual(rest, []);
  assert.equal(kept(org).length, 1);
});

test('events wait as long as the switch says', async () => {
  const org = await capturing({ clock });
  org.org.access.switches.set({ eventLagMs: 60_000 });
  let isWoken = false;
  const follower = org.org.events.follow('/data/LeadChangeEvent', 'latest', () => {
    isWoken = true;
  });
  await create(org);
  assert.deepEqual(follower.take(10), []);
  now += 60_000;
  await until(
    () => isWoken,
    () => 'the follower is not woken',
  );
  assert.equal(follower.take(10).length, 1);
});

test('events are kept for 72 hours; an id behind which events are gone is refused, and so is one never given out', async () => {
  const org = await capturing({ clock });
  await create(org, 'Old');
  const [old] = kept(org);
  now += 71 * hourMs;
  await create(org, 'New');
  const follow = (from: number) => org.org.events.follow('/data/LeadChangeEvent', from, () => undefined);
  assert.equal(follow(old?.replayId ?? 0).take(10).length, 1);
  now += 2 * hourMs;
  assert.throws(() => follow(old?.replayId ?? 0), { reason: 'invalid replay id' });
  assert.equal(kept(org).length, 1);
  assert.throws(() => follow(org.org.events.state().lastReplayId + 1), { reason: 'invalid replay id' });
});

test('an idle client is given an id that stays good, though no event comes for days', async () => {
  const org = await capturing({ clock });
  await create(org);
  const follower = org.org.events.follow('/data/LeadChangeEvent', 'latest', () => undefined);
  for (let hours = 0; hours < 200; hours += 2) {
    now += 2 * hourMs;
    follower.rest();
  }
  const place = follower.position;
  await create(org, 'After all');
  assert.equal(org.org.events.follow('/data/LeadChangeEvent', place, () => undefined).take(10).length, 1);
});

test('the log, its ids and what is captured survive a restart', async () => {
  const file = path.join(folder, 'org.db');
  const first = await capturing({ file });
  await create(first, 'One');
  const [one] = kept(first);
  await first.close();
  opened.splice(opened.indexOf(first), 1);
  const second = await capturing({ file, captured: [] });
  await create(second, 'Two');
  const follower = second.org.events.follow('/data/LeadChangeEvent', one?.replayId ?? 0, () => undefined);
  const told = follower.take(10);
  assert.equal(told.length, 1);
  assert.ok((told[0]?.replayId ?? 0) > (one?.replayId ?? 0));
});

test('a row can appear with a stamp of before', async () => {
  const org = await capturing({ clock });
  org.org.access.switches.set({ lateCommitMs: 5000 });
  const id = await create(org);
  const row = org.org.store.read('Lead', id);
  assert.equal(row?.['SystemModstamp'], new Date(now - 5000).toISOString());
  assert.equal(headers(org)[0]?.commitTimestamp, now);
});

test('over gRPC: forgotten ids are corrupted, an outage is UNAVAILABLE, spent events are a limit, silence is told', async () => {
  const org = await capturing({ tls: {}, quietMs: 50 });
  const client = await connectPubSub(org);
  const practise = (body: object) =>
    fetch(`${org.url}/practice/events`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const silent = new Heard();
  client.subscribe('/data/LeadChangeEvent', silent.callback);
  await until(
    () => silent.keepAlives >= 2,
    () => 'silence is not told',
  );
  await create(org);
  const [event] = await silent.atLeast(1);
  assert.equal((await practise({ forget: true, endStreams: true })).status, 200);
  await until(
    () => silent.isEnded,
    () => 'the stream outlives the outage',
  );
  assert.equal(silent.errors[0]?.code, 14);
  const lost = new Heard();
  client.subscribeFromReplayId('/data/LeadChangeEvent', lost.callback, null, event?.replayId ?? assert.fail());
  await until(
    () => lost.isEnded,
    () => 'a forgotten id is good',
  );
  assert.match(String(lost.errors[0]?.metadata?.get('error-code')[0]), /replayid\.corrupted$/);
  const spent = new Heard();
  client.subscribe('/data/LeadChangeEvent', spent.callback);
  await followed(org);
  org.org.access.switches.set({ dailyEvents: org.org.events.state().deliveredToday + 1 });
  await create(org, 'Last');
  await spent.atLeast(1);
  await create(org, 'Too many');
  await until(
    () => spent.isEnded,
    () => 'there is no limit',
  );
  assert.equal(spent.errors[0]?.code, 8);
  assert.deepEqual(spent.errors[0]?.metadata?.get('error-code'), [
    'sfdc.platform.eventbus.grpc.subscription.limit.exceeded',
  ]);
  const limits = (await ask(org, 'GET', 'limits')).json as Record<string, { Remaining: number }>;
  assert.equal(limits['DailyDeliveredPlatformEvents']?.Remaining, 0);
});
