import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import { startOrg } from '../org.ts';

const xml = (type: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><${type} xmlns="http://soap.sforce.com/2006/04/metadata">${inside}</${type}>`;

const files: Readonly<Record<string, string>> = {
  'objects/Trip__c/Trip__c.object-meta.xml': xml(
    'CustomObject',
    '<label>Trip</label><pluralLabel>Trips</pluralLabel><nameField><displayFormat>T-{0000}</displayFormat><label>Number</label><type>AutoNumber</type></nameField>',
  ),
  'objects/Trip__c/fields/Lead__c.field-meta.xml': xml(
    'CustomField',
    '<fullName>Lead__c</fullName><label>Lead</label><referenceTo>Lead</referenceTo><relationshipName>Trips</relationshipName><type>Lookup</type>',
  ),
  'objects/Trip__c/fields/Where__c.field-meta.xml': xml(
    'CustomField',
    '<fullName>Where__c</fullName><label>Where</label><formula>Lead__r.City &amp; &quot;!&quot;</formula><type>Text</type>',
  ),
  'objects/Trip__c/fields/Days__c.field-meta.xml': xml(
    'CustomField',
    '<fullName>Days__c</fullName><label>Days</label><precision>3</precision><scale>0</scale><type>Number</type>',
  ),
  'objects/Trip__c/fields/Elsewhere__c.field-meta.xml': xml(
    'CustomField',
    '<fullName>Elsewhere__c</fullName><label>Elsewhere</label><referenceTo>Nowhere__c</referenceTo><type>Lookup</type>',
  ),
  'objects/Trip__c/validationRules/Short.validationRule-meta.xml': xml(
    'ValidationRule',
    '<fullName>Short</fullName><active>true</active><errorConditionFormula>Days__c &gt; 30</errorConditionFormula><errorMessage>Too long</errorMessage>',
  ),
};

async function folderOf(contents: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'source-'));
  for (const [name, text] of Object.entries(contents)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

test('[A17] an org begins with the objects, fields and rules of a source folder', async () => {
  const folder = await folderOf(files);
  const org = await startOrg({ schemaFolder: folder });
  try {
    const sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
    const lead = (await sync.sobject('Lead').create({ LastName: 'x', Company: 'y', City: 'Lugo' })) as { id: string };
    const trip = (await sync.sobject('Trip__c').create({ Lead__c: lead.id, Days__c: 3 })) as { id: string };
    const { records } = await sync.query<Record<string, unknown>>(
      `SELECT Name, Where__c FROM Trip__c WHERE Id = '${trip.id}'`,
    );
    assert.deepEqual([records[0]?.['Name'], records[0]?.['Where__c']], ['T-0001', 'Lugo!']);
    await assert.rejects(sync.sobject('Trip__c').create({ Days__c: 31 }), { message: 'Too long' });
    const parents = await sync.query<{ Trips__r: { totalSize: number } }>('SELECT (SELECT Id FROM Trips__r) FROM Lead');
    assert.equal(parents.records[0]?.Trips__r.totalSize, 1);
  } finally {
    await org.close();
    await rm(folder, { recursive: true });
  }
});

test('a file that is no metadata is named', async () => {
  const folder = await folderOf({ 'objects/Trip__c/fields/Bad__c.field-meta.xml': '<CustomField><label>' });
  try {
    await assert.rejects(startOrg({ schemaFolder: folder }), /Bad__c\.field-meta\.xml is no metadata/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const real = path.resolve(import.meta.dirname, '../../../../../shared/data/eda-org-schema');

test('[A17] the schema of a real org loads, with all its objects and fields', { skip: !existsSync(real) }, async () => {
  const org = await startOrg({ schemaFolder: real });
  try {
    const sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
    const described = await sync.describe('Education_History__c');
    assert.ok(described.fields.length > 20);
    const custom = org.org.schema.objects.flatMap(({ fields }) => fields.filter(({ name }) => name.endsWith('__c')));
    assert.equal(custom.length, 163);
    const people = [{ LastName: 'x' }, { LastName: 'y' }];
    const [person, other] = (await sync.sobject('Contact').create(people)) as { id: string }[];
    await sync.sobject('Relationship__c').create({ Contact__c: person?.id });
    const { records } = await sync.query<Record<string, unknown>>('SELECT Id, Contact__c FROM Relationship__c');
    await assert.rejects(
      sync.sobject('Relationship__c').update({ Id: String(records[0]?.['Id']), Contact__c: other?.id }),
      { name: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
    );
  } finally {
    await org.close();
  }
});
