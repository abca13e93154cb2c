/** The Metadata API as jsforce speaks it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { RunningOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';

let org: RunningOrg;
let admin: Connection;
let sync: Connection;
before(async () => {
  org = await emptyOrg();
  admin = new Connection({ instanceUrl: org.url, accessToken: org.adminAccessToken, version: '64.0' });
  sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
});
after(async () => {
  await org.close();
});

type Plain = Record<string, unknown>;

async function create(type: string, metadata: Plain | Plain[]): Promise<readonly Plain[]> {
  const results = await admin.metadata.create(type as 'CustomObject', metadata as never);
  return [results].flat() as unknown as readonly Plain[];
}

async function read(type: string, fullName: string): Promise<Plain> {
  return (await admin.metadata.read(type as 'CustomObject', fullName)) as unknown as Plain;
}

async function made(object: string, record: Plain): Promise<string> {
  return ((await admin.sobject(object).create(record)) as { id?: string }).id ?? '';
}

function codeOf(result: Plain | undefined): unknown {
  return ([result?.['errors']].flat()[0] as Plain | undefined)?.['statusCode'];
}

/** Gives the sync user and the admin what was made: all fields of an object. */
async function grant(object: string, fields: readonly string[], name: string): Promise<void> {
  const fieldPermissions = fields.map((field) => ({ field: `${object}.${field}`, readable: true, editable: true }));
  const rights = { allowCreate: true, allowRead: true, allowEdit: true, allowDelete: true };
  const objectPermissions = { object, ...rights, viewAllRecords: true, modifyAllRecords: true };
  const [saved] = await create('PermissionSet', { fullName: name, label: name, fieldPermissions, objectPermissions });
  assert.equal(saved?.['success'], true, JSON.stringify(saved));
  const { records } = await admin.query<{ Id: string }>(`SELECT Id FROM PermissionSet WHERE Name = '${name}'`);
  for (const user of [org.org.access.admin, org.org.access.syncUser]) {
    await made('PermissionSetAssignment', { PermissionSetId: records[0]?.Id, AssigneeId: user.id });
  }
}

const base = { label: 'Trip', pluralLabel: 'Trips', deploymentStatus: 'Deployed', sharingModel: 'ReadWrite' };

test('[A17] custom objects are created, read, updated, upserted, renamed, listed and deleted', async () => {
  const metadata = [
    { ...base, fullName: 'Trip__c', nameField: { type: 'Text', label: 'Trip Name' } },
    {
      ...base,
      fullName: 'Leg__c',
      label: 'Leg',
      nameField: { type: 'AutoNumber', label: 'Leg #', displayFormat: 'L-{000}' },
    },
  ];
  const saved = await create('CustomObject', metadata);
  assert.deepEqual(
    saved.map(({ success, fullName }) => [success, fullName]),
    [
      [true, 'Trip__c'],
      [true, 'Leg__c'],
    ],
  );
  assert.equal(codeOf((await create('CustomObject', metadata))[0]), 'DUPLICATE_DEVELOPER_NAME');
  const trip = await read('CustomObject', 'Trip__c');
  assert.deepEqual(
    [trip['fullName'], trip['label'], (trip['nameField'] as Plain)['label']],
    ['Trip__c', 'Trip', 'Trip Name'],
  );
  const updated = await admin.metadata.update('CustomObject', { ...trip, label: 'Journey' } as never);
  assert.equal((updated as unknown as Plain)['success'], true);
  const upserted = await admin.metadata.upsert('CustomObject', [
    { ...base, fullName: 'Trip__c', label: 'Voyage', nameField: { type: 'Text', label: 'Trip Name' } },
    { ...base, fullName: 'Stop__c', label: 'Stop', nameField: { type: 'Text', label: 'Stop Name' } },
  ] as never);
  assert.deepEqual(
    ([upserted].flat() as unknown as Plain[]).map(({ created }) => created),
    [false, true],
  );
  assert.equal((await admin.describe('Trip__c')).label, 'Voyage');
  const renamed = await admin.metadata.rename('CustomObject', 'Stop__c', 'Halt__c');
  assert.equal(renamed.success, true);
  assert.equal((await read('CustomObject', 'Halt__c'))['fullName'], 'Halt__c');
  await assert.rejects(admin.describe('Stop__c'), { name: 'NOT_FOUND' });
  const listed = await admin.metadata.list({ type: 'CustomObject' });
  assert.ok(
    listed.some(({ fullName, id, type }) => fullName === 'Halt__c' && id.startsWith('01I') && type === 'CustomObject'),
  );
  const deleted = await admin.metadata.delete('CustomObject', ['Halt__c', 'Leg__c']);
  assert.ok(([deleted].flat() as unknown as Plain[]).every(({ success }) => success));
  await assert.rejects(admin.describe('Leg__c'), { name: 'NOT_FOUND' });
  await create('CustomObject', { ...metadata[1], fullName: 'Leg__c' });
});

const fields: readonly Plain[] = [
  { fullName: 'Text__c', type: 'Text', length: 40, externalId: true, unique: true },
  { fullName: 'Area__c', type: 'TextArea' },
  { fullName: 'Long__c', type: 'LongTextArea', length: 131072, visibleLines: 3 },
  { fullName: 'Rich__c', type: 'Html', length: 32768, visibleLines: 10 },
  { fullName: 'Number__c', type: 'Number', precision: 10, scale: 2 },
  { fullName: 'Money__c', type: 'Currency', precision: 18, scale: 2, defaultValue: '1.5' },
  { fullName: 'Share__c', type: 'Percent', precision: 5, scale: 1 },
  { fullName: 'Done__c', type: 'Checkbox', defaultValue: true },
  { fullName: 'Day__c', type: 'Date', defaultValue: 'TODAY()' },
  { fullName: 'At__c', type: 'DateTime' },
  { fullName: 'Time__c', type: 'Time' },
  { fullName: 'Phone__c', type: 'Phone' },
  { fullName: 'Email__c', type: 'Email' },
  { fullName: 'Url__c', type: 'Url' },
  { fullName: 'Secret__c', type: 'EncryptedText', length: 20, maskType: 'lastFour', maskChar: 'X' },
  { fullName: 'Place__c', type: 'Location', scale: 5, displayLocationInDecimal: true },
  { fullName: 'Twice__c', type: 'Number', precision: 18, scale: 1, formula: 'Number__c * 2' },
  { fullName: 'Account__c', type: 'Lookup', referenceTo: 'Account', relationshipName: 'Trips' },
  {
    fullName: 'Kind__c',
    type: 'Picklist',
    valueSet: {
      restricted: true,
      valueSetDefinition: {
        sorted: false,
        value: [
          { fullName: 'Work', default: true, label: 'Work' },
          { fullName: 'Fun', default: false, label: 'Pure fun' },
        ],
      },
    },
  },
  {
    fullName: 'Tags__c',
    type: 'MultiselectPicklist',
    visibleLines: 4,
    valueSet: {
      valueSetDefinition: {
        sorted: false,
        value: [
          { fullName: 'a', default: false },
          { fullName: 'b', default: false },
        ],
      },
    },
  },
];
const labelled = (field: Plain): Plain => ({ label: String(field['fullName']).replace('__c', ''), ...field });

test('[A17] fields of every kind, seen by nobody until a permission set grants them', async () => {
  const named = fields.map((field) => labelled({ ...field, fullName: `Trip__c.${String(field['fullName'])}` }));
  for (let at = 0; at < named.length; at += 10) {
    for (const saved of await create('CustomField', named.slice(at, at + 10))) {
      assert.equal(saved['success'], true, JSON.stringify(saved));
    }
  }
  const names = async (user: Connection): Promise<readonly string[]> =>
    (await user.describe('Trip__c')).fields.map(({ name }) => name).filter((name) => name.includes('__'));
  assert.deepEqual(await names(admin), []);
  await assert.rejects(sync.describe('Trip__c'), { name: 'NOT_FOUND' });
  const parts = ['Place__Latitude__s', 'Place__Longitude__s'];
  await grant('Trip__c', [...fields.map(({ fullName }) => String(fullName)), ...parts], 'Trips');
  const seen = await names(sync);
  assert.deepEqual([...seen].sort(), [...fields.map(({ fullName }) => String(fullName)), ...parts].sort());
  const described = Object.fromEntries((await sync.describe('Trip__c')).fields.map((field) => [field.name, field]));
  assert.deepEqual(
    [
      'Text__c',
      'Rich__c',
      'Money__c',
      'Time__c',
      'Secret__c',
      'Place__c',
      'Twice__c',
      'Account__c',
      'Kind__c',
      'Tags__c',
    ].map((name) => described[name]?.type),
    [
      'string',
      'textarea',
      'currency',
      'time',
      'encryptedstring',
      'location',
      'double',
      'reference',
      'picklist',
      'multipicklist',
    ],
  );
  assert.deepEqual([described['Number__c']?.precision, described['Number__c']?.scale], [10, 2]);
  assert.deepEqual([described['Twice__c']?.calculated, described['Twice__c']?.updateable], [true, false]);
  assert.ok(
    (await admin.describe('Account')).childRelationships.some(
      ({ relationshipName }) => relationshipName === 'Trips__r',
    ),
  );
});

test('[A17] records have their values, defaults, masks and formulas', async () => {
  const accountId = await made('Account', { Name: 'Parent' });
  const saved = (await sync.sobject('Trip__c').create({
    Name: 'First',
    Text__c: 'key',
    Number__c: 10.005,
    Secret__c: '4111111111111111',
    Place__Latitude__s: 40.4,
    Place__Longitude__s: -3.7,
    Account__c: accountId,
  })) as { id: string };
  const soql = `SELECT Name, Number__c, Money__c, Done__c, Day__c, Kind__c, toLabel(Kind__c) l, Secret__c, Place__c, Twice__c, Account__r.Name FROM Trip__c WHERE Id = '${saved.id}'`;
  const [trip] = (await sync.query<Plain>(soql)).records;
  assert.deepEqual(
    ['Name', 'Number__c', 'Money__c', 'Done__c', 'Day__c', 'Kind__c', 'Secret__c', 'Twice__c'].map(
      (name) => trip?.[name],
    ),
    ['First', 10.01, 1.5, true, new Date().toISOString().slice(0, 10), 'Work', 'XXXXXXXXXXXX1111', 20],
  );
  assert.deepEqual(trip?.['Place__c'], { latitude: 40.4, longitude: -3.7 });
  assert.equal((trip?.['Account__r'] as Plain | undefined)?.['Name'], 'Parent');
  const [clear] = (await admin.query<Plain>(`SELECT Secret__c FROM Trip__c`)).records;
  assert.equal(clear?.['Secret__c'], '4111111111111111');
  const parents = await sync.query<Plain>(`SELECT (SELECT Name FROM Trips__r) FROM Account WHERE Id = '${accountId}'`);
  assert.equal((parents.records[0]?.['Trips__r'] as { totalSize: number } | undefined)?.totalSize, 1);
  await assert.rejects(sync.sobject('Trip__c').create({ Kind__c: 'Other' }), {
    name: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  });
  const nameless = (await sync.sobject('Trip__c').create({ Text__c: 'other' })) as { id: string };
  const [own] = (await sync.query<Plain>(`SELECT Name FROM Trip__c WHERE Id = '${nameless.id}'`)).records;
  assert.equal(own?.['Name'], nameless.id);
});

test('[A17] a field that changes its type keeps the values that fit; one that is deleted loses them', async () => {
  const update = async (metadata: Plain): Promise<unknown> =>
    ((await admin.metadata.update('CustomField', metadata as never)) as unknown as Plain)['success'];
  assert.equal(
    await update({ fullName: 'Trip__c.Text__c', label: 'Text', type: 'Number', precision: 10, scale: 0 }),
    true,
  );
  const [trip] = (await sync.query<Plain>(`SELECT Text__c FROM Trip__c WHERE Name = 'First'`)).records;
  assert.equal(trip?.['Text__c'], null);
  // A formula that names the field goes first.
  for (const field of ['Trip__c.Twice__c', 'Trip__c.Number__c']) {
    const deleted = await admin.metadata.delete('CustomField', field);
    assert.equal((deleted as unknown as Plain)['success'], true, JSON.stringify(deleted));
  }
  await create('CustomField', labelled({ fullName: 'Trip__c.Number__c', type: 'Number', precision: 10, scale: 2 }));
  await assert.rejects(async () => await sync.query('SELECT Number__c FROM Trip__c'), { name: 'INVALID_FIELD' });
  const stored = org.org.store.database.prepare('select count("Number__c") as n from "Trip__c"').get();
  assert.equal(stored?.['n'], 0);
});

test('[A17] what cannot be made says why, and leaves nothing behind', async () => {
  const faults: readonly (readonly [string, Plain, string])[] = [
    ['CustomField', { fullName: 'Nothing__c.X__c', label: 'X', type: 'Date' }, 'INVALID_CROSS_REFERENCE_KEY'],
    ['CustomField', { fullName: 'Lead.X', label: 'X', type: 'Date' }, 'INVALID_FIELD'],
    ['CustomField', { fullName: 'Lead.X__c', label: 'X', type: 'Text' }, 'FIELD_INTEGRITY_EXCEPTION'],
    ['CustomField', { fullName: 'Lead.X__c', type: 'Date' }, 'REQUIRED_FIELD_MISSING'],
    [
      'CustomField',
      { fullName: 'Lead.X__c', label: 'X', type: 'Lookup', referenceTo: 'Nothing__c' },
      'INVALID_CROSS_REFERENCE_KEY',
    ],
    ['CustomField', { fullName: 'Lead.X__c', label: 'X', type: 'Text', formula: 'NOPE(' }, 'FIELD_INTEGRITY_EXCEPTION'],
    ['CustomObject', { fullName: 'Nothing', label: 'X' }, 'INVALID_CROSS_REFERENCE_KEY'],
    [
      'PermissionSet',
      { fullName: 'P', label: 'P', fieldPermissions: { field: 'Lead.Nope__c', readable: true } },
      'INVALID_CROSS_REFERENCE_KEY',
    ],
    [
      'ValidationRule',
      { fullName: 'Lead.V', active: true, errorConditionFormula: 'x', errorMessage: '' },
      'REQUIRED_FIELD_MISSING',
    ],
  ];
  for (const [type, metadata, code] of faults) {
    assert.equal(codeOf((await create(type, metadata))[0]), code, JSON.stringify(metadata));
  }
  assert.equal((await admin.query(`SELECT Id FROM PermissionSet WHERE Name = 'P'`)).totalSize, 0);
  await assert.rejects(sync.metadata.create('CustomObject', { fullName: 'Mine__c', label: 'x' } as never), {
    message: /INSUFFICIENT_ACCESS/,
  });
});

test('[A17] the statuses of leads are read as before API 38.0', async () => {
  const older = new Connection({ instanceUrl: org.url, accessToken: org.adminAccessToken, version: '37.0' });
  const status = (await older.metadata.read('CustomField', 'Lead.Status')) as unknown as {
    picklist: { picklistValues: { fullName: string; converted: string }[] };
  };
  const converted = status.picklist.picklistValues.filter(({ converted: is }) => String(is) === 'true');
  assert.deepEqual(
    converted.map(({ fullName }) => fullName),
    ['Closed - Converted'],
  );
});

const xml = (type: string, inside: string): Uint8Array =>
  strToU8(
    `<?xml version="1.0" encoding="UTF-8"?><${type} xmlns="http://soap.sforce.com/2006/04/metadata">${inside}</${type}>`,
  );
const manifest = (types: string): Uint8Array => xml('Package', `${types}<version>64.0</version>`);

function packageZip(): Buffer {
  const field =
    '<fields><fullName>Deployed__c</fullName><label>Deployed</label><length>20</length><type>Text</type></fields>';
  const rule =
    '<validationRules><fullName>Never</fullName><active>false</active><errorConditionFormula>true</errorConditionFormula><errorMessage>no</errorMessage></validationRules>';
  const granted =
    '<fieldPermissions><editable>true</editable><field>Lead.Deployed__c</field><readable>true</readable></fieldPermissions><label>Deployed</label>';
  const files = {
    'package.xml': manifest('<types><members>Lead.Deployed__c</members><name>CustomField</name></types>'),
    'objects/Lead.object': xml('CustomObject', field + rule),
    'permissionsets/Deployed.permissionset': xml('PermissionSet', granted),
    'classes/Tests.cls': strToU8('@isTest private class Tests {}'),
    'classes/Tests.cls-meta.xml': xml('ApexClass', '<apiVersion>64.0</apiVersion><status>Active</status>'),
  };
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`unpackaged/${name}`, bytes]))),
  );
}

test('[A17] a zip is deployed by SOAP: fields, rules, permission sets and classes', async () => {
  const options = { testLevel: 'RunSpecifiedTests', runTests: ['Tests'] } as const;
  admin.metadata.pollInterval = 10;
  const result = await admin.metadata
    .deploy(packageZip(), { ...options, runTests: [...options.runTests] })
    .complete(true);
  assert.deepEqual(
    [result.done, result.success, result.status, result.numberComponentErrors, result.numberTestsCompleted],
    [true, true, 'Succeeded', 0, 1],
  );
  assert.equal(result.numberComponentsDeployed, result.numberComponentsTotal);
  const successes = [result.details?.componentSuccesses ?? []].flat() as unknown as Plain[];
  assert.ok(
    successes.some(({ fullName, componentType }) => fullName === 'Lead.Deployed__c' && componentType === 'CustomField'),
  );
  assert.equal(org.org.schema.object('Lead')?.field('Deployed__c')?.length, 20);
});

test('[A17] REST deploys too, checks without changing, and deploys what was checked', async () => {
  const before_ = org.org.schema.objects.length;
  const bad = {
    'package.xml': manifest(''),
    'objects/New__c.object': xml('CustomObject', '<label>New</label><pluralLabel>New</pluralLabel>'),
    'objects/Lead.object': xml(
      'CustomObject',
      '<fields><fullName>Bad__c</fullName><label>Bad</label><type>Text</type></fields>',
    ),
  };
  const failed = await admin.metadata.deployRest(Buffer.from(zipSync(bad)), { rollbackOnError: true }).complete(true);
  assert.deepEqual([failed.status, failed.success, failed.numberComponentErrors], ['Failed', false, 1]);
  assert.equal(org.org.schema.objects.length, before_);
  const good = { ...bad, 'objects/Lead.object': xml('CustomObject', '') };
  const checked = await admin.metadata.deployRest(Buffer.from(zipSync(good)), { checkOnly: true }).complete();
  assert.deepEqual([checked.status, org.org.schema.object('New__c')], ['Succeeded', undefined]);
  for (const rest of [true, false]) {
    const id = await admin.metadata.deployRecentValidation({ id: checked.id, rest });
    assert.ok(typeof id === 'string' && id !== checked.id);
  }
  assert.ok(org.org.schema.object('New__c'));
});

test('[A17] what was deployed is retrieved', async () => {
  const types = [
    { name: 'CustomObject', members: ['Trip__c'] },
    { name: 'CustomField', members: ['Lead.Deployed__c'] },
    { name: 'PermissionSet', members: ['Deployed'] },
    { name: 'ApexClass', members: ['*'] },
  ];
  const request = { apiVersion: '64.0', singlePackage: true, unpackaged: { types, version: '64.0' } };
  const result = await admin.metadata.retrieve(request as never).complete();
  const files = unzipSync(new Uint8Array(Buffer.from(result.zipFile, 'base64')));
  const text = (name: string): string => strFromU8(files[name] ?? new Uint8Array());
  assert.match(text('objects/Trip__c.object'), /<fullName>Kind__c<\/fullName>/);
  assert.match(text('objects/Lead.object'), /<fullName>Deployed__c<\/fullName>/);
  assert.match(text('permissionsets/Deployed.permissionset'), /<field>Lead\.Deployed__c<\/field>/);
  assert.equal(text('classes/Tests.cls'), '@isTest private class Tests {}');
  assert.match(text('package.xml'), /<name>CustomField<\/name>/);
});

test('[A17] a session that has ended is refreshed on the way', async () => {
  let refreshes = 0;
  const expired = new Connection({
    instanceUrl: org.url,
    accessToken: 'invalid_token',
    version: '64.0',
    refreshFn: (_, done) => {
      refreshes += 1;
      done(null, org.adminAccessToken);
    },
  });
  assert.ok((await expired.metadata.list({ type: 'CustomObject' })).length > 0);
  assert.equal(refreshes, 1);
  const described = await expired.metadata.describe();
  assert.ok(described.metadataObjects.some(({ xmlName, suffix }) => xmlName === 'CustomObject' && suffix === 'object'));
});
