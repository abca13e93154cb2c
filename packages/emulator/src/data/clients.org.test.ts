import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import { type RunningOrg, startOrg } from '../org.ts';

/** What a suite of somebody else's client is told, and nothing more. */
let org: RunningOrg;
let suite: Connection;
before(async () => {
  org = await startOrg({ profile: 'clients', name: 'Suites' });
  suite = new Connection({ loginUrl: org.loginUrl, version: '64.0', oauth2: { ...org, redirectUri: 'http://x/' } });
  await suite.login(org.username, org.password);
});
after(() => org.close());

test('[B1] a suite signs in with a password alone, by its refresh token, and with the password flow', async () => {
  const refreshed = await suite.oauth2.refreshToken(org.refreshToken);
  assert.match(refreshed.access_token, /^00D/);
  const granted = await suite.oauth2.authenticate(org.username, org.password);
  assert.match(granted.access_token, /^00D/);
});

test('[B1] there is a table of more rows than jsforce reads at once, and a key that is not unique', async () => {
  const all = await suite.query('SELECT Id, Name FROM BigTable__c', { autoFetch: true, maxFetch: 20_000 });
  assert.equal(all.records.length, 10_500);
  const table = suite.sobject('UpsertTable__c');
  const made = await table.upsert({ Name: 'One', ExtId__c: 'A' }, 'ExtId__c');
  const again = await table.upsert({ Name: 'Two', ExtId__c: 'A' }, 'ExtId__c');
  assert.deepEqual([made.success, again.success, again.id], [true, true, made.id]);
  await table.create({ Name: 'Three', ExtId__c: 'A' });
  await assert.rejects(table.upsert({ Name: 'Four', ExtId__c: 'A' }, 'ExtId__c'), { name: 'MULTIPLE_CHOICES' });
});

test('[B1] standard records, record types, list views, a report and a dashboard in folders are found', async () => {
  const count = async (soql: string): Promise<number> => (await suite.query(soql)).totalSize;
  assert.deepEqual(
    [
      await count('SELECT Id FROM Account'),
      await count('SELECT Id FROM Contact'),
      await count(`SELECT Id FROM RecordType WHERE SobjectType = 'Account'`),
      await count(`SELECT Id FROM ListView WHERE SobjectType = 'Account'`),
      await count(`SELECT Id FROM Report WHERE DeveloperName = 'Lead_List_Report' AND FolderName = 'Client Reports'`),
      await count(`SELECT Id FROM Dashboard WHERE Title = 'Lead List Dashboard' AND Folder.Type = 'Dashboard'`),
      await count(`SELECT Id FROM PermissionSet WHERE Name IN ('Client_Suites', 'Upsert_Readers')`),
    ],
    [12, 20, 2, 1, 1, 1, 2],
  );
  const described = await suite.describe('Account');
  assert.deepEqual(
    described.recordTypeInfos.map((info) => Reflect.get(info, 'developerName') as string),
    ['Master', 'Business', 'Partner'],
  );
  const actions = await suite.metadata.list({ type: 'QuickAction' });
  assert.deepEqual(actions.map(({ fullName }) => fullName).toSorted(), ['Account.NewContact', 'LogACall', 'NewLead']);
});

test('[B1] list views are listed and described by a query that runs; quick actions are listed', async () => {
  const views = await suite.request<{ listviews: { label: string; describeUrl: string }[] }>(
    `${suite._baseUrl()}/sobjects/Account/listviews`,
  );
  assert.deepEqual(
    views.listviews.map(({ label }) => label),
    ['All Accounts'],
  );
  const described = await suite.request<{ query: string }>(views.listviews[0]?.describeUrl ?? '');
  assert.equal((await suite.query(described.query)).totalSize, 12);
  const names = async (actions: Promise<unknown>): Promise<unknown> =>
    ((await actions) as { name: string }[]).map(({ name }) => name);
  assert.deepEqual(await names(suite.quickActions()), ['LogACall', 'NewLead']);
  const own = await names(suite.sobject('Account').quickActions());
  assert.deepEqual(own, ['Account.NewContact', 'LogACall', 'NewLead']);
});

test('[B1] the user may set up: a field is made and granted; events are told and published', async () => {
  const made = await suite.metadata.create('CustomField', {
    fullName: 'UpsertTable__c.Note__c',
    label: 'Note',
    type: 'Text',
    length: 20,
  } as never);
  assert.equal([made].flat()[0]?.success, true);
  const event = await suite.sobject('Sample__e').create({ Message__c: 'Hello' });
  assert.equal(event.success, true);
  const state = org.org.events.state();
  assert.ok(state.members.includes('ChangeEvents_AccountChangeEvent'));
  const managed = await suite.tooling.query<{ DeveloperName: string }>(
    'SELECT Id, DeveloperName FROM ManagedEventSubscription',
  );
  assert.equal(managed.records[0]?.DeveloperName, 'Managed_Sample_PE');
});

test('an org has an id of its own: the same for the same name, another for another and for none', async () => {
  const named = await startOrg({ name: 'Suites' });
  const [one, two] = [await startOrg({ seed: 7 }), await startOrg()];
  const ids = [org, named, one, two].map(({ orgId }) => orgId);
  await Promise.all([named, one, two].map((other) => other.close()));
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 3);
  const { records } = await suite.query<{ Id: string; Name: string }>('SELECT Id, Name FROM Organization');
  assert.deepEqual([records[0]?.Id, records[0]?.Name], [org.orgId, 'Suites']);
});
