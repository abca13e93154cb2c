import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { CometD, type Message } from 'cometd';
import { adapt } from 'cometd-nodejs-client';
import jsforce from 'jsforce';
import { StreamingExtension } from 'jsforce/lib/api/streaming.js';
import { platformEvent } from '../events/describes.ts';
import { type RunningOrg, startOrg } from '../org.ts';
import { ask } from '../rest/asking.ts';
import { numeric, text } from '../schema/standard/build.ts';

adapt();
const org = await startOrg({ captured: ['Lead', 'Contact'] });
org.org.store.define(
  platformEvent('Sample__e', 'Sample', 'e00', [
    text('Message__c', 'Message', 255),
    numeric('Amount__c', 'Amount', 'double', 18, 2),
  ]),
);
const admin: RunningOrg = { ...org, accessToken: org.adminAccessToken };
const endings: (() => Promise<unknown> | void)[] = [];
after(async () => {
  for (const end of endings) await end();
  await org.close();
});

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, otherwise);
    await wait(5);
  }
}

/** What comes on a channel: `data` of each message. */
interface Told {
  readonly schema?: string;
  readonly event: {
    readonly replayId: number;
    readonly type?: string;
    readonly createdDate?: string;
    readonly EventUuid?: string;
  };
  readonly payload: Readonly<Record<string, unknown>> & {
    readonly ChangeEventHeader?: {
      readonly changeType: string;
      readonly changedFields: readonly string[];
      readonly recordIds: readonly string[];
    };
  };
  readonly sobject?: Readonly<Record<string, unknown>>;
}

/** A CometD client that has shaken hands. */
async function shaken(of: RunningOrg): Promise<CometD> {
  const client = new CometD();
  client.unregisterTransport('websocket');
  client.configure({
    url: `${of.url}/cometd/64.0`,
    requestHeaders: { Authorization: `OAuth ${of.accessToken}` },
    appendMessageTypeToURL: true,
    logLevel: 'warn',
  });
  endings.push(async () => {
    if (client.getStatus() === 'connected') await new Promise((resolve) => client.disconnect(resolve));
  });
  const answer = await new Promise<Message>((resolve) => client.handshake(resolve));
  assert.equal(answer.successful, true, JSON.stringify(answer));
  return client;
}

async function subscribed(client: CometD, channel: string, replay?: number): Promise<Told[]> {
  const told: Told[] = [];
  const props = replay === undefined ? {} : { ext: { replay: { [channel]: replay } } };
  const answer = await new Promise<Message>((resolve) =>
    client.subscribe(channel, (message) => void told.push(message.data as Told), props, resolve),
  );
  assert.equal(answer.successful, true, JSON.stringify(answer));
  return told;
}

async function create(object: string, record: object, of: RunningOrg = org): Promise<string> {
  const { json, status, text: said } = await ask(of, 'POST', `sobjects/${object}`, record);
  assert.equal(status, 201, said);
  return (json as { id: string }).id;
}

async function update(object: string, id: string, record: object): Promise<void> {
  const { status, text: said } = await ask(org, 'PATCH', `sobjects/${object}/${id}`, record);
  assert.equal(status, 204, said);
}

test('change events come with field names, dates as text and only what changed', async () => {
  const told = await subscribed(await shaken(org), '/data/LeadChangeEvent');
  const id = await create('Lead', { FirstName: 'Aiko', LastName: 'Ito', Company: 'x', Phone: '1', City: 'Kyoto' });
  await update('Lead', id, { Phone: null, FirstName: 'Emi' });
  await until(() => told.length >= 2, 'two events do not come');
  const [made, moved] = told;
  assert.deepEqual(made?.payload['Name'], { FirstName: 'Aiko', LastName: 'Ito' });
  assert.deepEqual(made?.payload['Address'], { City: 'Kyoto' });
  assert.match(String(made?.payload['CreatedDate']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(Object.keys(moved?.payload ?? {}).toSorted(), [
    'ChangeEventHeader',
    'LastModifiedDate',
    'Name',
    'Phone',
  ]);
  assert.equal(moved?.payload['Phone'], null);
  const header = moved?.payload.ChangeEventHeader;
  assert.deepEqual(header?.changedFields.toSorted(), ['LastModifiedDate', 'Name.FirstName', 'Phone']);
  assert.deepEqual(header?.recordIds, [id]);
  assert.ok((moved?.event.replayId ?? 0) > (made?.event.replayId ?? 0));
});

test('a client comes back behind a replay id, or hears all that is kept; an id never given out is refused', async () => {
  const first = await subscribed(await shaken(org), '/data/LeadChangeEvent');
  await create('Lead', { LastName: 'One', Company: 'x' });
  await create('Lead', { LastName: 'Two', Company: 'x' });
  await until(() => first.length >= 2, 'two events do not come');
  const client = await shaken(org);
  const rest = await subscribed(client, '/data/LeadChangeEvent', first[0]?.event.replayId);
  await until(() => rest.length >= 1, 'the second event does not come again');
  assert.equal(rest[0]?.event.replayId, first[1]?.event.replayId);
  const all = await subscribed(await shaken(org), '/data/LeadChangeEvent', -2);
  await until(() => all.length >= 2, 'what is kept does not come');
  const refused = await new Promise<Message>((resolve) =>
    client.subscribe(
      '/data/ContactChangeEvent',
      () => undefined,
      { ext: { replay: { '/data/ContactChangeEvent': 99_999_999 } } },
      resolve,
    ),
  );
  assert.equal(refused.successful, false);
  assert.match(refused.error ?? '', /^400::The replayId \{99999999\} you provided was invalid/);
});

test('a channel that is not there, and one the user may not read, are refused', async () => {
  const client = await shaken(org);
  const answers = await Promise.all(
    ['/data/NothingChangeEvent', '/event/Sample__e', '/topic/None'].map(
      (channel) => new Promise<Message>((resolve) => client.subscribe(channel, () => undefined, resolve)),
    ),
  );
  assert.deepEqual(
    answers.map(({ error }) => error),
    [
      '400::The channel you requested to subscribe to does not exist /data/NothingChangeEvent',
      '403::Subscriber does not have access to the entities in the Channel',
      '400::The channel you requested to subscribe to does not exist /topic/None',
    ],
  );
});

test('platform events published by REST come with all their fields', async () => {
  const told = await subscribed(await shaken(admin), '/event/Sample__e');
  const answer = await ask(admin, 'POST', 'sobjects/Sample__e', { Message__c: 'hello' });
  const uuid = (answer.json as { errors: { message: string }[] }).errors[0]?.message;
  await until(() => told.length >= 1, 'the event does not come');
  const { CreatedDate, ...payload } = told[0]?.payload ?? {};
  assert.deepEqual(payload, { Message__c: 'hello', Amount__c: null, CreatedById: org.org.access.admin.id });
  assert.ok(!Number.isNaN(Date.parse(String(CreatedDate))));
  assert.equal(told[0]?.event.EventUuid, uuid);
  const schema = await ask(admin, 'GET', `event/eventSchema/${told[0]?.schema}?payloadFormat=COMPACT`);
  assert.equal((schema.json as { name: string }).name, 'Sample__e');
});

test('a session that ends is told as 401 and not to reconnect; a stranger cannot shake hands', async () => {
  const session = org.org.access.openSession(org.org.access.syncUser);
  const client = await shaken({ ...org, accessToken: session.token });
  await subscribed(client, '/data/LeadChangeEvent');
  const told: Message[] = [];
  client.addListener('/meta/connect', (message) => void told.push(message));
  org.org.access.closeSession(session.token);
  await until(() => told.some(({ successful }) => successful === false), 'the client is not told');
  const last = told.find(({ successful }) => successful === false);
  assert.equal(last?.error, '401::Authentication invalid');
  assert.equal(last?.advice?.reconnect, 'none');
  const response = await fetch(`${org.url}/cometd/64.0`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer nobody' },
    body: JSON.stringify([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }]),
  });
  const [refused] = (await response.json()) as { error: string; ext: { sfdc: { failureReason: string } } }[];
  assert.equal(refused?.error, '403::Handshake denied');
  assert.equal(refused.ext.sfdc.failureReason, '401::Authentication invalid');
});

test('an outage sends the client through a new handshake; spent events end it for good', async () => {
  const client = await shaken(org);
  const channel = '/data/LeadChangeEvent';
  const told = await subscribed(client, channel);
  const handshakes: Message[] = [];
  client.addListener('/meta/handshake', (message) => void handshakes.push(message));
  org.org.events.endStreams();
  await until(() => handshakes.length === 1, 'there is no new handshake');
  // A new handshake has no subscriptions, as CometD would have it.
  const again = await subscribed(client, channel);
  const refusals: Message[] = [];
  client.addListener('/meta/connect', (message) => {
    if (message.successful === false) refusals.push(message);
  });
  org.org.access.switches.set({ dailyEvents: org.org.events.state().deliveredToday });
  await create('Lead', { LastName: 'Too many', Company: 'x' });
  await until(() => refusals.length > 0, 'there is no limit');
  assert.equal(refusals[0]?.error, '403::Organization total events daily limit exceeded');
  assert.deepEqual([told.length, again.length], [0, 0]);
  org.org.access.switches.set({ dailyEvents: 50_000 });
});

function connection(of: RunningOrg) {
  const conn = new jsforce.Connection({ instanceUrl: of.url, accessToken: of.accessToken, version: '64.0' });
  // Its Faye clients would try for ever to reach an org that has ended; jsforce itself has no way to end them.
  const { _fayeClients } = conn.streaming as unknown as { _fayeClients: Record<string, { disconnect(): void }> };
  endings.push(() => Object.values(_fayeClients).forEach((client) => client.disconnect()));
  return conn;
}

test('jsforce hears a PushTopic: created, updated and deleted records that fit its query', async () => {
  const conn = connection(admin);
  const made = await conn.sobject('PushTopic').create({
    Name: 'Kyoto',
    Query: "SELECT Id, LastName, Phone FROM Contact WHERE MailingCity = 'Kyoto'",
    ApiVersion: 64,
    NotifyForFields: 'Referenced',
  });
  assert.equal(made.success, true);
  const told: Told[] = [];
  const subscription = conn.streaming.topic('Kyoto').subscribe((message: unknown) => void told.push(message as Told));
  await subscription;
  const id = await create('Contact', { LastName: 'Ito', MailingCity: 'Kyoto' });
  await create('Contact', { LastName: 'Else', MailingCity: 'Osaka' });
  await update('Contact', id, { Title: 'not watched' });
  await update('Contact', id, { Phone: '1' });
  await ask(org, 'DELETE', `sobjects/Contact/${id}`);
  await until(() => told.length >= 3, 'three messages do not come');
  assert.deepEqual(
    told.map(({ event, sobject }) => [event.type, sobject]),
    [
      ['created', { Id: id, LastName: 'Ito', Phone: null }],
      ['updated', { Id: id, LastName: 'Ito', Phone: '1' }],
      ['deleted', { Id: id }],
    ],
  );
});

test('jsforce pushes into a generic channel and hears it, with its replay extension', async () => {
  const conn = connection(admin);
  await conn.sobject('StreamingChannel').create({ Name: '/u/notes' });
  const pushed = (await conn.streaming.channel('/u/notes').push({ payload: 'first' } as never)) as unknown;
  assert.deepEqual(pushed, { fanoutCount: -1, userOnlineStatus: {} });
  const client = conn.streaming.createClient([new StreamingExtension.Replay('/u/notes', -2)] as never);
  endings.push(() => (client as unknown as { disconnect(): void }).disconnect());
  const told: Told[] = [];
  const subscription = client.subscribe('/u/notes', (message: unknown) => void told.push(message as Told));
  await subscription;
  await conn.streaming.channel('/u/notes').push({ payload: 'second' } as never);
  await until(() => told.length >= 2, 'two messages do not come');
  assert.deepEqual(
    told.map(({ payload }) => payload as unknown),
    ['first', 'second'],
  );
});
