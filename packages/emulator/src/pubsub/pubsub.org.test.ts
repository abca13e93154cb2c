import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import { platformEvent } from '../events/describes.ts';
import { type RunningOrg, startOrg } from '../org.ts';
import { ask } from '../rest/asking.ts';
import { checkbox, date, datetime, numeric, text } from '../schema/standard/build.ts';
import { type Client, connectPubSub, followed, Heard, until } from './testing/listening.ts';

const org = await startOrg({ tls: {}, captured: ['Lead', 'Account'] });
org.org.store.define(
  platformEvent('Sample__e', 'Sample', 'e00', [
    text('Message__c', 'Message', 255),
    numeric('Amount__c', 'Amount', 'double', 18, 2),
    checkbox('Good__c', 'Good'),
    date('Day__c', 'Day'),
    datetime('At__c', 'At'),
  ]),
);
const clients: Client[] = [];
const open: Heard[] = [];
after(async () => {
  // The client's streams outlive its `close`, so the org goes first, while somebody listens to their end.
  await org.close();
  await until(
    () => open.every(({ isEnded }) => isEnded),
    () => 'a stream outlives the org',
  );
  for (const client of clients) client.close();
});

function hear(): Heard {
  const heard = new Heard();
  open.push(heard);
  return heard;
}

async function client(how: object = {}, of: RunningOrg = org): Promise<Client> {
  const made = await connectPubSub(of, how);
  clients.push(made);
  return made;
}

const asAdmin = { accessToken: org.adminAccessToken };

/** Listens to a topic from now on. */
async function listen(topic: string, how: object = {}): Promise<Heard> {
  const heard = hear();
  const before = org.org.events.state().followers.length;
  (await client(how)).subscribe(topic, heard.callback);
  await followed(org, before + 1);
  return heard;
}

async function create(object: string, record: object): Promise<string> {
  const { json, status, text } = await ask(org, 'POST', `sobjects/${object}`, record);
  assert.equal(status, 201, text);
  return (json as { id: string }).id;
}

async function update(object: string, id: string, record: object): Promise<void> {
  const { status, text } = await ask(org, 'PATCH', `sobjects/${object}/${id}`, record);
  assert.equal(status, 204, text);
}

test('a created account is told with its values; an update names what changed, parts of an address too', async () => {
  const heard = await listen('/data/AccountChangeEvent');
  const id = await create('Account', { Name: 'Ito & Söhne', BillingCity: 'Köln', NumberOfEmployees: 12 });
  const [made] = await heard.atLeast(1);
  assert.equal(made?.payload.ChangeEventHeader.changeType, 'CREATE');
  assert.deepEqual(made.payload.ChangeEventHeader.recordIds, [id]);
  assert.equal(made.payload['Name'], 'Ito & Söhne');
  assert.equal(made.payload['NumberOfEmployees'], 12);
  assert.equal(made.payload['OwnerId'], org.org.access.syncUser.id);
  await update('Account', id, { BillingCity: 'Bonn', Phone: '123', NumberOfEmployees: null });
  const [, moved] = await heard.atLeast(2);
  const header = moved?.payload.ChangeEventHeader ?? assert.fail();
  assert.deepEqual(header.changedFields.toSorted(), [
    'BillingAddress.City',
    'LastModifiedDate',
    'NumberOfEmployees',
    'Phone',
  ]);
  assert.deepEqual(header.nulledFields, ['NumberOfEmployees']);
  assert.deepEqual([moved?.payload['Phone'], moved?.payload['Name']], ['123', null]);
  assert.equal(header.commitUser, org.org.access.syncUser.id);
  assert.equal(header.changeOrigin, 'com/salesforce/api/rest/64.0');
  const { status } = await ask(org, 'DELETE', `sobjects/Account/${id}`);
  assert.equal(status, 204);
  const [, , gone] = await heard.atLeast(3);
  assert.equal(gone?.payload.ChangeEventHeader.changeType, 'DELETE');
  assert.deepEqual(gone.payload.ChangeEventHeader.changedFields, []);
  assert.equal(gone.payload['Phone'], null);
});

test('the name of a lead is told by its parts; stamps are milliseconds', async () => {
  const heard = await listen('/data/LeadChangeEvent');
  const id = await create('Lead', { FirstName: 'Aiko', LastName: 'Ito', Company: 'Example' });
  await update('Lead', id, { FirstName: 'Emi' });
  const [made, moved] = await heard.atLeast(2);
  assert.ok(String(made?.payload['Name']) !== '');
  assert.deepEqual(moved?.payload.ChangeEventHeader.changedFields, ['LastModifiedDate', 'Name.FirstName']);
  const stamp = moved?.payload['LastModifiedDate'];
  assert.equal(typeof stamp, 'number');
  assert.ok(Math.abs(Number(stamp) - Date.now()) < 60_000);
});

test('a transaction has one key and counts its events; rows that change alike share one', async () => {
  const ids = [
    await create('Lead', { LastName: 'A', Company: 'x' }),
    await create('Lead', { LastName: 'B', Company: 'y' }),
  ];
  const heard = await listen('/data/ChangeEvents');
  const records = ids.map((id) => ({ attributes: { type: 'Lead' }, id, City: 'Kyoto' }));
  const third = { attributes: { type: 'Lead' }, id: ids[0], State: 'Kyoto' };
  const { text } = await ask(org, 'PATCH', 'composite/sobjects', { records: [...records, third] });
  assert.match(text, /^\[\{"id".*success":true.*success":true.*success":true/);
  const told = (await heard.atLeast(2)).map(({ payload }) => payload.ChangeEventHeader);
  assert.deepEqual(told[0]?.recordIds, ids);
  assert.deepEqual(told[1]?.recordIds, [ids[0]]);
  assert.deepEqual(
    told.map(({ sequenceNumber }) => sequenceNumber),
    [1, 2],
  );
  assert.equal(told[0]?.transactionKey, told[1]?.transactionKey);
  assert.equal(told[0]?.commitNumber, told[1]?.commitNumber);
});

test('a client goes on behind a replay id, and from the earliest event that is kept', async () => {
  const first = await listen('/data/LeadChangeEvent');
  await create('Lead', { LastName: 'One', Company: 'x' });
  await create('Lead', { LastName: 'Two', Company: 'x' });
  const [one, two] = await first.atLeast(2);
  const again = hear();
  (await client()).subscribeFromReplayId('/data/LeadChangeEvent', again.callback, 1, one?.replayId ?? assert.fail());
  const [next] = await again.atLeast(1);
  assert.equal(next?.replayId, two?.replayId);
  await until(
    () => again.isLast,
    () => 'the last event was not told as such',
  );
  const all = hear();
  (await client()).subscribeFromEarliestEvent('/data/LeadChangeEvent', all.callback);
  const replayed = await all.atLeast(2);
  assert.ok((replayed[0]?.replayId ?? 0) <= (one?.replayId ?? 0));
});

test('a replay id that was never given out ends the stream with its error code', async () => {
  const heard = hear();
  (await client()).subscribeFromReplayId('/data/LeadChangeEvent', heard.callback, null, 987_654_321);
  await until(
    () => heard.isEnded,
    () => 'the stream goes on',
  );
  assert.equal(heard.errors[0]?.code, 3);
  assert.deepEqual(heard.errors[0]?.metadata?.get('error-code'), [
    'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted',
  ]);
});

test('a bad token is UNAUTHENTICATED, an unknown topic NOT_FOUND, and both streams end', async () => {
  const stranger = new Heard();
  const token = `${org.orgId.slice(0, 15)}!invalid`;
  (await client({ accessToken: token })).subscribe('/data/LeadChangeEvent', stranger.callback);
  await until(
    () => stranger.isEnded,
    () => 'the stream of a stranger goes on',
  );
  assert.equal(stranger.errors[0]?.code, 16);
  const lost = hear();
  (await client()).subscribe('/event/Nothing__e', lost.callback);
  await until(
    () => lost.isEnded,
    () => 'the stream of no topic goes on',
  );
  assert.equal(lost.errors[0]?.code, 5);
});

test('a session that ends while its stream is open ends the stream', async () => {
  const session = org.org.access.openSession(org.org.access.syncUser);
  const heard = await listen('/data/LeadChangeEvent', { accessToken: session.token });
  org.org.access.closeSession(session.token);
  await until(
    () => heard.isEnded,
    () => 'the stream goes on',
  );
  assert.equal(heard.errors[0]?.code, 16);
});

test('a platform event that the user was not granted is no topic to them', async () => {
  const heard = hear();
  (await client()).subscribe('/event/Sample__e', heard.callback);
  await until(
    () => heard.isEnded,
    () => 'the stream goes on',
  );
  assert.equal(heard.errors[0]?.code, 5);
});

test('platform events are published one by one, in a batch and by REST, and told with all types of values', async () => {
  const heard = await listen('/event/Sample__e', asAdmin);
  const publisher = await client(asAdmin);
  const payload = (message: string) => ({
    CreatedDate: Date.now(),
    CreatedById: org.org.access.syncUser.id,
    Message__c: { string: message },
    Amount__c: { double: 12.5 },
    Good__c: { boolean: true },
    Day__c: { long: Date.UTC(2026, 10, 24) },
    At__c: null,
  });
  const published = await publisher.publish('/event/Sample__e', payload('one'), 'key-1');
  assert.equal(published.correlationKey, 'key-1');
  const results: unknown[] = [];
  const batches = hear();
  await publisher.publishBatch(
    '/event/Sample__e',
    [
      { id: 'a', payload: payload('two') },
      { id: 'b', payload: payload('three') },
    ] as never,
    (_info, type, data) => {
      if (type === 'error') batches.callback(undefined, 'end');
      if (type === 'publishResponse') results.push(...(data as { results: unknown[] }).results);
    },
  );
  await until(
    () => results.length === 2,
    () => 'the batch has no answer',
  );
  const four = { Message__c: 'four', At__c: '2026-11-24T03:00:00Z' };
  const answer = await ask({ ...org, accessToken: org.adminAccessToken }, 'POST', 'sobjects/Sample__e', four);
  assert.equal(answer.status, 201, answer.text);
  assert.equal((answer.json as { errors: { statusCode: string }[] }).errors[0]?.statusCode, 'OPERATION_ENQUEUED');
  const told = await heard.atLeast(4);
  assert.equal(told[0]?.replayId, published.replayId);
  assert.equal(told[0]?.id, 'key-1');
  assert.deepEqual(
    told.map((event) => event.payload['Message__c']),
    ['one', 'two', 'three', 'four'],
  );
  assert.deepEqual(
    [told[0]?.payload['Amount__c'], told[0]?.payload['Good__c'], told[0]?.payload['Day__c']],
    [12.5, true, Date.UTC(2026, 10, 24)],
  );
  assert.equal(told[3]?.payload['At__c'], Date.UTC(2026, 10, 24, 3));
});

test('change events are not published by clients', async () => {
  await assert.rejects((await client()).publish('/data/LeadChangeEvent', {} as never), /Failed to publish/);
});

test('the client signs in with a password, client credentials and JWT bearer, and hears events by each', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const { loginUrl, username, password, securityToken: userToken, clientId, clientSecret } = org;
  const ways = [
    { authType: 'username-password', loginUrl, username, password, userToken },
    { authType: 'oauth-client-credentials', loginUrl, clientId, clientSecret },
    { authType: 'oauth-jwt-bearer', loginUrl, clientId, username, privateKey },
  ];
  const listeners: Heard[] = [];
  for (const way of ways) listeners.push(await listen('/data/LeadChangeEvent', way));
  await create('Lead', { LastName: 'Heard', Company: 'x' });
  for (const heard of listeners) assert.equal((await heard.atLeast(1)).length, 1);
});

test('a field that the user may not see is in no event', async () => {
  org.org.access.switches.set({ hiddenFields: ['Lead.Phone', 'Lead.FirstName'] });
  const heard = await listen('/data/LeadChangeEvent');
  const admin = await listen('/data/LeadChangeEvent', { accessToken: org.adminAccessToken });
  const [result] = org.org.dml.write(org.org.access.admin, [
    { kind: 'create', object: 'Lead', record: { FirstName: 'A', LastName: 'B', Company: 'x', Phone: '1' } },
  ]);
  const id = result?.success === true ? result.id : assert.fail();
  org.org.dml.write(org.org.access.admin, [{ kind: 'update', object: 'Lead', id, record: { Phone: '2', City: 'c' } }]);
  const [made, moved] = await heard.atLeast(2);
  assert.equal(made?.payload['Phone'], null);
  assert.deepEqual(moved?.payload.ChangeEventHeader.changedFields, ['LastModifiedDate', 'Address.City']);
  const [, all] = await admin.atLeast(2);
  assert.deepEqual(all?.payload.ChangeEventHeader.changedFields, ['Phone', 'LastModifiedDate', 'Address.City']);
  org.org.access.switches.set({ hiddenFields: [] });
});

test('a field that is added makes a new schema; events of before are read by theirs', async () => {
  await create('Lead', { LastName: 'Before', Company: 'x' });
  const describe = org.org.schema.object('Lead')?.describe ?? assert.fail();
  const added = text('Added__c', 'Added', 20, { permissionable: false });
  org.org.store.define({ ...describe, fields: [...describe.fields.slice(0, 5), added, ...describe.fields.slice(5)] });
  await create('Lead', { LastName: 'After', Company: 'x', Added__c: 'new' });
  const heard = hear();
  (await client()).subscribeFromEarliestEvent('/data/LeadChangeEvent', heard.callback);
  await until(
    () => heard.events.some(({ payload }) => payload['Added__c'] === 'new'),
    () => 'the new field is not told',
  );
  assert.deepEqual(heard.errors, []);
  assert.equal(new Set(heard.events.map(({ schemaId }) => schemaId)).size, 2);
  const before = heard.events.find(({ schemaId }) => schemaId !== heard.events.at(-1)?.schemaId);
  assert.ok(!('Added__c' in (before?.payload ?? {})));
});
