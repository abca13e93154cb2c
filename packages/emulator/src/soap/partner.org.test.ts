/** The partner API as node-soap speaks it from Salesforce's own WSDL. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Client, createClientAsync } from 'soap';
import type { RunningOrg } from '../org.ts';
import { emptyOrg, query } from '../rest/asking.ts';

const root = path.dirname(createRequire(import.meta.url).resolve('jsforce/package.json'));
const wsdl = path.join(root, 'src/api/soap/wsdl.xml');

let now = Date.UTC(2026, 10, 24, 12);
let org: RunningOrg;
let client: Client;
before(async () => {
  org = await emptyOrg({ clock: () => now });
  client = await createClientAsync(wsdl, { endpoint: `${org.url}/services/Soap/u/64.0` });
  const { result } = await call('login', { username: org.username, password: org.password + org.securityToken });
  const login = result as { serverUrl: string; sessionId: string };
  client.setEndpoint(login.serverUrl);
  client.addSoapHeader({ SessionHeader: { sessionId: login.sessionId } }, '', 'tns', 'urn:partner.soap.sforce.com');
});
after(async () => {
  await org.close();
});

type Answer = Record<string, unknown>;

async function call(operation: string, message: object): Promise<Answer> {
  const method = (client as unknown as Record<string, (of: object) => Promise<readonly Answer[]>>)[`${operation}Async`];
  assert.ok(method, operation);
  const [answer] = await method.call(client, message);
  return answer ?? {};
}

async function results(operation: string, message: object): Promise<readonly Answer[]> {
  const { result } = await call(operation, message);
  return [result ?? []].flat() as unknown as readonly Answer[];
}

function codeOf(row: Answer | undefined): unknown {
  return ([row?.['errors']].flat()[0] as Answer | undefined)?.['statusCode'];
}

/** The code of the fault that a call ends in. */
async function faultOf(operation: string, message: object): Promise<string> {
  try {
    await call(operation, message);
    return 'none';
  } catch (error) {
    const fault = (error as { root?: { Envelope?: { Body?: { Fault?: { faultcode?: string } } } } }).root;
    return fault?.Envelope?.Body?.Fault?.faultcode ?? String(error);
  }
}

async function rows(soql: string): Promise<readonly Answer[]> {
  const { result } = await call('query', { queryString: soql });
  const { records, size } = result as { records?: Answer | Answer[]; size: number };
  const found = [records ?? []].flat();
  assert.equal(found.length, size);
  return found;
}

async function made(record: Answer): Promise<string> {
  const [row] = await results('create', { sObjects: record });
  assert.equal(row?.['success'], true, JSON.stringify(row));
  return String(row?.['id']);
}

test('[A1] who the session is, and what time it is', async () => {
  const { result } = await call('getUserInfo', {});
  const info = result as Answer;
  assert.deepEqual([info['userName'], info['organizationId']], [org.username, org.orgId]);
  const time = (await call('getServerTimestamp', {}))['result'] as { timestamp: Date };
  assert.equal(time.timestamp.getTime(), now);
});

test('[A12] create, query, update with fieldsToNull, retrieve', async () => {
  const id = await made({ type: 'Lead', LastName: "O'Neil & <Sons>", Company: 'Acme', City: 'Cádiz' });
  const [lead] = await rows(
    `SELECT Id, LastName, City, Owner.Name, IsConverted, CreatedDate FROM Lead WHERE Id = '${id}'`,
  );
  assert.equal(lead?.['LastName'], "O'Neil & <Sons>");
  // As in Salesforce, the id is there as the sObject's own and as a field that was asked for.
  assert.deepEqual(lead?.['Id'], [id, id]);
  assert.equal((lead?.['Owner'] as Answer | undefined)?.['Name'], 'Sync User');
  const [updated] = await results('update', {
    sObjects: { type: 'Lead', fieldsToNull: ['City'], Id: id, Company: 'Bolt' },
  });
  assert.deepEqual([updated?.['success'], updated?.['id']], [true, id]);
  const [read, nothing] = await results('retrieve', {
    fieldList: 'Company, City',
    sObjectType: 'Lead',
    ids: [id, '00Q000000000000AAA'],
  });
  assert.equal(read?.['Company'], 'Bolt');
  assert.ok(!read?.['City'] || (read['City'] as Answer)['$attributes'] !== undefined || read['City'] === null);
  assert.ok(nothing === undefined || nothing === null || Object.keys(nothing).length <= 1);
});

test('[A12] rows have results of their own; all or none undoes them', async () => {
  const good = { type: 'Lead', LastName: 'Good', Company: 'x' };
  const bad = { type: 'Lead', LastName: 'Bad' };
  const [first, second] = await results('create', { sObjects: [good, bad] });
  assert.equal(first?.['success'], true);
  const [error] = (second?.['errors'] ?? []) as Answer[];
  assert.deepEqual(
    [second?.['success'], error?.['statusCode'], error?.['fields']],
    [false, 'REQUIRED_FIELD_MISSING', ['Company']],
  );
  client.addSoapHeader({ AllOrNoneHeader: { allOrNone: true } }, '', 'tns', 'urn:partner.soap.sforce.com');
  try {
    const both = await results('create', { sObjects: [{ ...good, LastName: 'Undone' }, bad] });
    assert.deepEqual(both.map(codeOf), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    assert.equal((await rows(`SELECT Id FROM Lead WHERE LastName = 'Undone'`)).length, 0);
  } finally {
    client.getSoapHeaders().pop();
  }
});

test('[A12] upsert by external id, and a parent by its own', async () => {
  const upsert = async (): Promise<Answer | undefined> =>
    (
      await results('upsert', {
        externalIDFieldName: 'Syncline_Key__c',
        sObjects: { type: 'Lead', LastName: 'Up', Company: 'x', Syncline_Key__c: 'k1' },
      })
    )[0];
  const [first, second] = [await upsert(), await upsert()];
  assert.deepEqual([first?.['created'], second?.['created']], [true, false]);
  assert.equal(first?.['id'], second?.['id']);
});

test('[A5] a long result comes in pages', async () => {
  const { dml, access } = org.org;
  const writes = Array.from({ length: 250 }, (_, at) => ({
    kind: 'create' as const,
    object: 'Campaign',
    record: { Name: `C${at}` },
  }));
  dml.write(access.syncUser, writes);
  client.addSoapHeader({ QueryOptions: { batchSize: 200 } }, '', 'tns', 'urn:partner.soap.sforce.com');
  try {
    const first = (await call('query', { queryString: 'SELECT Name FROM Campaign' }))['result'] as Answer;
    assert.deepEqual([first['done'], first['size'], (first['records'] as Answer[]).length], [false, 250, 200]);
    const next = (await call('queryMore', { queryLocator: first['queryLocator'] }))['result'] as Answer;
    assert.deepEqual([next['done'], (next['records'] as Answer[]).length], [true, 50]);
  } finally {
    client.getSoapHeaders().pop();
  }
});

test('[A5] children and aggregates', async () => {
  const AccountId = await made({ type: 'Account', Name: 'Parent' });
  await made({ type: 'Contact', LastName: 'Child', AccountId });
  const [parent] = await rows(`SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Id = '${AccountId}'`);
  const contacts = (parent?.['Contacts'] ?? {}) as { size: unknown; records: Answer };
  assert.equal(String(contacts.size), '1');
  assert.equal([contacts.records].flat()[0]?.['LastName'], 'Child');
  const [count] = await rows(`SELECT COUNT(Id) n FROM Contact WHERE AccountId = '${AccountId}'`);
  assert.deepEqual([count?.['type'], String(count?.['n'])], ['AggregateResult', '1']);
});

test('[A12] delete takes along, undelete brings it all back, and an emptied bin keeps it', async () => {
  const AccountId = await made({ type: 'Account', Name: 'Bin' });
  const contactId = await made({ type: 'Contact', LastName: 'Along', AccountId });
  const earlier = await made({ type: 'Contact', LastName: 'Earlier', AccountId });
  await results('delete', { ids: earlier });
  assert.equal((await results('delete', { ids: AccountId }))[0]?.['success'], true);
  const isDeleted = async (id: string): Promise<unknown> => {
    const reply = await query(org, `SELECT IsDeleted FROM Contact WHERE Id = '${id}'`, 'queryAll');
    return (reply.json as { records: Answer[] }).records[0]?.['IsDeleted'];
  };
  assert.equal(await isDeleted(contactId), true);
  const [again] = await results('delete', { ids: AccountId });
  assert.equal(codeOf(again), 'ENTITY_IS_DELETED');
  assert.equal((await results('undelete', { ids: AccountId }))[0]?.['success'], true);
  assert.deepEqual([await isDeleted(contactId), await isDeleted(earlier)], [false, true]);
  const [live, bad] = await results('undelete', { ids: [AccountId, 'nonsense'] });
  assert.equal(codeOf(live), 'UNDELETE_FAILED');
  assert.equal(codeOf(bad), 'MALFORMED_ID');
  await results('delete', { ids: AccountId });
  assert.equal((await results('emptyRecycleBin', { ids: AccountId }))[0]?.['success'], true);
  assert.equal(await isDeleted(contactId), undefined);
  now += 60_000;
  const window = { startDate: new Date(now - 600_000).toISOString(), endDate: new Date(now + 60_000).toISOString() };
  const log = (await call('getDeleted', { sObjectType: 'Contact', ...window }))['result'] as {
    deletedRecords: Answer[];
  };
  assert.ok(log.deletedRecords.some(({ id }) => id === contactId));
});

test('[A12] a lead is converted, and one is merged into another, by the elements of the WSDL', async () => {
  const lead = { type: 'Lead', Company: 'Wsdl' };
  const leadId = await made({ ...lead, LastName: 'Converted' });
  const [converted] = await results('convertLead', {
    leadConverts: {
      convertedStatus: 'Closed - Converted',
      doNotCreateOpportunity: true,
      leadId,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
    },
  });
  const [contact] = await rows(
    `SELECT AccountId, LastName FROM Contact WHERE Id = '${String(converted?.['contactId'])}'`,
  );
  assert.deepEqual(
    [converted?.['success'], contact?.['LastName'], contact?.['AccountId']],
    [true, 'Converted', converted?.['accountId']],
  );
  const stays = await made({ ...lead, LastName: 'Stays' });
  const goes = await made({ ...lead, LastName: 'Goes' });
  const request = { masterRecord: { type: 'Lead', Id: stays, City: 'Lugo' }, recordToMergeIds: goes };
  const [merged] = await results('merge', { request });
  assert.deepEqual([merged?.['success'], merged?.['id'], merged?.['mergedRecordIds']], [true, stays, [goes]]);
  const left = await rows(`SELECT LastName, City FROM Lead WHERE Id IN ('${stays}', '${goes}')`);
  assert.deepEqual(
    left.map(({ LastName, City }) => [LastName, City]),
    [['Stays', 'Lugo']],
  );
});

test('[A4] describe says the same as REST does', async () => {
  const [described] = await results('describeSObjects', { sObjectType: 'Lead' });
  const fields = described?.['fields'] as Answer[];
  const status = fields.find(({ name }) => name === 'Status') as { type: string; picklistValues: Answer[] };
  assert.equal(status.type, 'picklist');
  assert.ok(status.picklistValues.some(({ value }) => value === 'Working - Contacted'));
  const global = (await call('describeGlobal', {}))['result'] as { sobjects: Answer[]; maxBatchSize: number };
  assert.equal(global.maxBatchSize, 200);
  assert.ok(global.sobjects.some(({ name, keyPrefix }) => name === 'Lead' && keyPrefix === '00Q'));
});

test('[A7] what cannot be done is a fault behind sf:', async () => {
  assert.equal(await faultOf('query', { queryString: 'SELECT Nothing FROM Lead' }), 'sf:INVALID_FIELD');
  assert.equal(await faultOf('query', { queryString: 'SELECT Id FROM Nothing' }), 'sf:INVALID_TYPE');
  assert.equal(await faultOf('query', { queryString: 'SELECT FROM' }), 'sf:MALFORMED_QUERY');
  assert.equal(await faultOf('queryMore', { queryLocator: '0r8000000000000AAA-500' }), 'sf:INVALID_QUERY_LOCATOR');
  assert.equal(await faultOf('create', { sObjects: { type: 'Nothing' } }), 'sf:INVALID_TYPE');
  assert.equal(await faultOf('describeSObject', { sObjectType: 'Nothing' }), 'sf:INVALID_TYPE');
  org.org.access.switches.set({ apiOff: true });
  assert.equal(await faultOf('getUserInfo', {}), 'sf:API_DISABLED_FOR_ORG');
  org.org.access.switches.set({ apiOff: false, dailyLimit: 1 });
  assert.equal(await faultOf('getUserInfo', {}), 'sf:REQUEST_LIMIT_EXCEEDED');
  org.org.access.switches.set({ dailyLimit: 100_000 });
});

test('[A1] a password is set by an administrator, or by its user who knows the old one', async () => {
  const { access } = org.org;
  assert.equal(
    await faultOf('setPassword', { userId: access.admin.id, password: 'longer than 8' }),
    'sf:INSUFFICIENT_ACCESS',
  );
  assert.equal(await faultOf('changeOwnPassword', { oldPassword: 'x', newPassword: 'y' }), 'sf:INVALID_OLD_PASSWORD');
  await call('changeOwnPassword', { oldPassword: org.password, newPassword: 'quite-new-1' });
  assert.equal(access.credentials(access.syncUser).password, 'quite-new-1');
});

test('[A1] logout ends the session', async () => {
  await call('logout', {});
  assert.equal(await faultOf('getUserInfo', {}), 'sf:INVALID_SESSION_ID');
});
