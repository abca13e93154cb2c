/** The Tooling API as jsforce speaks it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';

let org: RunningOrg;
let admin: Connection;
before(async () => {
  org = await emptyOrg();
  admin = new Connection({ instanceUrl: org.url, accessToken: org.adminAccessToken, version: '64.0' });
});
after(async () => {
  await org.close();
});

type Plain = Record<string, unknown>;

async function create(type: string, record: Plain): Promise<string> {
  const saved = (await admin.tooling.create(type, record as never)) as unknown as { id?: string; success: boolean };
  assert.ok(saved.success && saved.id !== undefined);
  return saved.id;
}

async function rows(soql: string): Promise<readonly Plain[]> {
  const found = await admin.tooling.query<Plain>(soql);
  // jsforce keeps `size` to itself; other clients read it.
  const raw = await admin.request<{ size: number }>(`/tooling/query?q=${encodeURIComponent(soql)}`);
  assert.equal(raw.size, found.records.length);
  return found.records;
}

const score = {
  FullName: 'Lead.Score__c',
  Metadata: { type: 'Number', label: 'Score', precision: 5, scale: 1, externalId: false },
};

test('[A17] a field is made, queried, changed and deleted', async () => {
  const id = await create('CustomField', score);
  assert.match(id, /^00N/);
  await assert.rejects(admin.tooling.create('CustomField', score as never), { name: 'DUPLICATE_DEVELOPER_NAME' });
  const [field] = await rows(
    `SELECT Id, DeveloperName, TableEnumOrId, Metadata FROM CustomField WHERE DeveloperName = 'Score'`,
  );
  assert.deepEqual([field?.['Id'], field?.['TableEnumOrId']], [id, 'Lead']);
  assert.deepEqual(field?.['Metadata'], { type: 'Number', label: 'Score', precision: 5, scale: 1, externalId: false });
  const one = (await admin.tooling.retrieve('CustomField', id)) as Plain;
  assert.equal(one['FullName'], 'Lead.Score__c');
  await admin.tooling.update('CustomField', { Id: id, Metadata: { ...score.Metadata, label: 'Points' } } as never);
  assert.equal(org.org.schema.object('Lead')?.field('Score__c')?.label, 'Points');
  await admin.tooling.destroy('CustomField', id);
  assert.equal(org.org.schema.object('Lead')?.field('Score__c'), undefined);
  await assert.rejects(admin.tooling.create('CustomField', { ...score, FullName: 'Nope__c.X__c' } as never), {
    name: 'INVALID_CROSS_REFERENCE_KEY',
  });
});

test('[A17] objects and fields are looked up by what defines them, by both APIs', async () => {
  const [lead] = await rows(
    `SELECT QualifiedApiName, KeyPrefix FROM EntityDefinition WHERE QualifiedApiName = 'Lead' AND IsQueryable = true`,
  );
  assert.equal(lead?.['KeyPrefix'], '00Q');
  const [email] = await rows(
    `SELECT DataType, EntityDefinition.Label FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Lead' AND QualifiedApiName = 'Email'`,
  );
  assert.deepEqual(
    [email?.['DataType'], (email?.['EntityDefinition'] as Plain | undefined)?.['Label']],
    ['Email', 'Lead'],
  );
  const withFields = `SELECT QualifiedApiName, (SELECT QualifiedApiName FROM Fields WHERE DataType = 'Email') FROM EntityDefinition WHERE QualifiedApiName IN ('Lead', 'Campaign') ORDER BY QualifiedApiName`;
  for (const found of [await rows(withFields), (await admin.query<Plain>(withFields)).records]) {
    const names = found.map(({ Fields }) =>
      (Fields as { records: Plain[] } | null)?.records.map(({ QualifiedApiName }) => QualifiedApiName),
    );
    assert.deepEqual(names, [undefined, ['Email']]);
  }
  const all = await admin.query<Plain>(
    'SELECT QualifiedApiName, Label FROM EntityDefinition WHERE IsDeprecatedAndHidden = false',
  );
  assert.ok(all.totalSize > 10);
  const users = await rows('SELECT Id, Username FROM User LIMIT 2');
  assert.equal(users.length, 2);
});

test('[A17] a result of more than a page goes on, and the columns of a query are told without its rows', async () => {
  const { metadata, store, access } = org.org;
  store.transaction(() => {
    for (let at = 0; at < 2_100; at += 1) metadata.components.put('ApexTrigger', `Trigger${at}`, {}, access.admin.id);
  });
  const soql = 'SELECT Name, CreatedBy.Name FROM ApexTrigger';
  const all = await admin.tooling.query<{ Name: string; CreatedBy: { Name: string } }>(soql, {
    autoFetch: true,
    maxFetch: 50_000,
  });
  assert.deepEqual([all.totalSize, all.records[0]?.CreatedBy.Name], [2_100, 'Org Admin']);
  assert.equal(new Set(all.records.map(({ Name }) => Name)).size, 2_100);
  const first = await admin.request<{ done: boolean; size: number }>(`/tooling/query?q=${encodeURIComponent(soql)}`);
  assert.deepEqual([first.done, first.size], [false, 2_000]);
  const told = await admin.request<{ columnMetadata: { columnName: string }[] }>(
    `/tooling/query?columns=true&q=${encodeURIComponent(soql)}`,
  );
  assert.deepEqual(
    told.columnMetadata.map(({ columnName }) => columnName),
    ['Name', 'CreatedBy'],
  );
});

test('[A17] objects and rules are made too', async () => {
  const Metadata = {
    label: 'Visit',
    pluralLabel: 'Visits',
    nameField: { type: 'Text', label: 'Name' },
    deploymentStatus: 'Deployed',
  };
  await create('CustomObject', { FullName: 'Visit__c', Metadata });
  assert.ok(org.org.schema.object('Visit__c'));
  const rule = {
    active: true,
    errorConditionFormula: 'ISBLANK(City)',
    errorMessage: 'Say where',
    errorDisplayField: 'City',
  };
  const id = await create('ValidationRule', { FullName: 'Lead.Where', Metadata: rule });
  await assert.rejects(admin.sobject('Lead').create({ LastName: 'x', Company: 'y' }), {
    name: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    message: 'Say where',
  });
  const [found] = await rows(
    `SELECT ValidationName, Active, ErrorMessage FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = 'Lead'`,
  );
  assert.deepEqual(
    [found?.['ValidationName'], found?.['Active'], found?.['ErrorMessage']],
    ['Where', true, 'Say where'],
  );
  await admin.tooling.destroy('ValidationRule', id);
  await admin.sobject('Lead').create({ LastName: 'x', Company: 'y' });
});

test('[A17] the objects of this API are described', async () => {
  const global = await admin.tooling.describeGlobal();
  assert.ok(global.sobjects.some(({ name }) => name === 'ApexClass'));
  assert.equal((await admin.tooling.sobject('ApexClass').describe()).name, 'ApexClass');
  await assert.rejects(admin.tooling.sobject('SourceMember').describe(), { name: 'NOT_FOUND' });
});

test('[A17] classes are kept and not run; resources are bytes', async () => {
  const id = await create('ApexClass', { Name: 'Greeter', Body: 'public class Greeter {}' });
  const found = (await admin.tooling.sobject('ApexClass').findOne({ Name: 'Greeter' })) as Plain | null;
  assert.deepEqual([found?.['Id'], found?.['Body']], [id, 'public class Greeter {}']);
  assert.equal((await admin.tooling.executeAnonymous('System.debug(1);')).success, true);
  assert.equal(typeof (await admin.tooling.runTestsAsynchronous({ classNames: 'Greeter' } as never)), 'string');
  assert.deepEqual((await admin.tooling.runTestsSynchronous({ tests: [{ classId: id }] } as never))?.failures, []);
  assert.ok((await admin.tooling.completions('apex')).publicDeclarations);
  const bytes = Buffer.from([80, 75, 3, 4, 0, 255]);
  const record = {
    ContentType: 'application/zip',
    CacheControl: 'Private',
    Name: 'Bytes',
    Body: bytes.toString('base64'),
  };
  const resource = await create('StaticResource', record);
  const { Body } = (await admin.tooling.retrieve('StaticResource', resource)) as Plain;
  const read = await fetch(`${org.url}${String(Body)}`, {
    headers: { authorization: `Bearer ${org.adminAccessToken}` },
  });
  assert.deepEqual(Buffer.from(await read.arrayBuffer()), bytes);
  const files = { multipartFileFields: { Body: { contentType: 'application/zip', filename: 'a.zip' } } };
  const sent = (await admin.tooling.create(
    'StaticResource',
    { ...record, Name: 'Sent', Body: bytes } as never,
    files as never,
  )) as {
    id?: string;
  };
  assert.equal(org.org.metadata.components.find('StaticResource', 'Sent')?.content, bytes.toString('base64'));
  assert.match(sent.id ?? '', /^081/);
});

test('[A17] who may not customize the application changes nothing', async () => {
  const sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
  await assert.rejects(sync.tooling.create('CustomField', score as never), { name: 'INSUFFICIENT_ACCESS' });
});
