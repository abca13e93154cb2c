import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startOrg } from '../org.ts';
import { ask } from '../rest/asking.ts';
import { type Client, connectPubSub, followed, Heard, until } from './testing/listening.ts';

const org = await startOrg({ tls: {} });
const admin = { ...org, accessToken: org.adminAccessToken };
const clients: Client[] = [];
const open: Heard[] = [];
after(async () => {
  await org.close();
  await until(
    () => open.every(({ isEnded }) => isEnded),
    () => 'a stream outlives the org',
  );
  for (const client of clients) client.close();
});

// The client asks the Tooling API at the address that signing in tells, which is that of the HTTP port.
const signIn = {
  authType: 'username-password',
  loginUrl: org.loginUrl,
  username: org.username,
  password: org.password,
  userToken: org.securityToken,
};

async function follow(): Promise<{ client: Client; heard: Heard; id: string }> {
  const client = await connectPubSub(org, signIn);
  clients.push(client);
  const heard = new Heard();
  open.push(heard);
  const before = org.org.events.state().followers.length;
  await client.subscribeWithManagedSubscription('Leads', heard.callback);
  await followed(org, before + 1);
  const found = org.org.events.managed.find('Leads');
  return { client, heard, id: found?.id ?? assert.fail() };
}

async function lead(lastName: string): Promise<void> {
  const { status, text } = await ask(org, 'POST', 'sobjects/Lead', { LastName: lastName, Company: 'x' });
  assert.equal(status, 201, text);
}

test('setup captures leads and makes a managed subscription by the Tooling API; only once, and only who may', async () => {
  const member = {
    FullName: 'ChangeEvents_LeadChangeEvent',
    Metadata: { eventChannel: 'ChangeEvents', selectedEntity: 'LeadChangeEvent' },
  };
  const refused = await ask(org, 'POST', 'tooling/sobjects/PlatformEventChannelMember', member);
  assert.equal(refused.status, 403);
  const made = await ask(admin, 'POST', 'tooling/sobjects/PlatformEventChannelMember', member);
  assert.equal(made.status, 201, made.text);
  const again = await ask(admin, 'POST', 'tooling/sobjects/PlatformEventChannelMember', member);
  assert.equal((again.json as { errorCode: string }[])[0]?.errorCode, 'DUPLICATE_DEVELOPER_NAME');
  const wrong = { FullName: 'x', Metadata: { eventChannel: 'ChangeEvents', selectedEntity: 'NoneChangeEvent' } };
  assert.equal((await ask(admin, 'POST', 'tooling/sobjects/PlatformEventChannelMember', wrong)).status, 400);
  const soql = "SELECT Id, SelectedEntity FROM PlatformEventChannelMember WHERE EventChannel = 'ChangeEvents'";
  const found = await ask(org, 'GET', `tooling/query?q=${encodeURIComponent(soql)}`);
  const { size, records } = found.json as { size: number; records: { SelectedEntity: string; Id: string }[] };
  assert.deepEqual([size, records[0]?.SelectedEntity], [1, 'LeadChangeEvent']);
  assert.equal(records[0]?.Id, (made.json as { id: string }).id);
  const managed = await ask(admin, 'POST', 'tooling/sobjects/ManagedEventSubscription', {
    FullName: 'Leads',
    Metadata: { label: 'Leads', topicName: '/data/LeadChangeEvent', defaultReplay: 'EARLIEST', state: 'RUN' },
  });
  assert.equal(managed.status, 201, managed.text);
});

test('a managed subscription goes on behind the replay id that was committed to it', async () => {
  await lead('One');
  const first = await follow();
  await lead('Two');
  const [one] = await first.heard.atLeast(2);
  first.client.commitReplayId(first.id, one?.replayId ?? assert.fail());
  await until(
    () => org.org.events.managed.committed(first.id) === one?.replayId,
    () => 'the replay id is not committed',
  );
  org.org.events.endStreams();
  await until(
    () => first.heard.isEnded,
    () => 'the stream goes on',
  );
  const second = await follow();
  const [two] = await second.heard.atLeast(1);
  assert.equal(two?.replayId, first.heard.events[1]?.replayId);
});

test('a managed subscription whose place is no longer kept goes on as it says', async () => {
  org.org.events.forget();
  const { heard } = await follow();
  await lead('Three');
  assert.equal((await heard.atLeast(1)).length, 1);
});

test('a custom channel tells its own members alone', async () => {
  const channel = { FullName: 'People__chn', Metadata: { channelType: 'data', label: 'People' } };
  assert.equal((await ask(admin, 'POST', 'tooling/sobjects/PlatformEventChannel', channel)).status, 201);
  const heard = new Heard();
  open.push(heard);
  const client = await connectPubSub(org, signIn);
  clients.push(client);
  const before = org.org.events.state().followers.length;
  client.subscribe('/data/People__chn', heard.callback);
  await followed(org, before + 1);
  await lead('Not a member yet');
  const member = { eventChannel: 'People__chn', selectedEntity: 'ContactChangeEvent' };
  const chosen = { FullName: 'People_ContactChangeEvent', Metadata: member };
  assert.equal((await ask(admin, 'POST', 'tooling/sobjects/PlatformEventChannelMember', chosen)).status, 201);
  await lead('Still none');
  await ask(org, 'POST', 'sobjects/Contact', { LastName: 'Member' });
  const events = await heard.atLeast(1);
  assert.deepEqual(
    events.map(({ payload }) => payload.ChangeEventHeader.entityName),
    ['Contact'],
  );
});
