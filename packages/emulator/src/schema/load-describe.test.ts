import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { describedBy, loadDescribeFolder, parseDescribe, SchemaError } from './load-describe.ts';
import { text } from './standard/build.ts';
import { object } from './standard/object.ts';

const lead = { name: 'Lead', keyPrefix: '00Q', label: 'Lead', fields: [{ name: 'Id', type: 'id', length: 18 }] };

test('a describe file counts under its name, and files that name no object are left out', () => {
  assert.equal(describedBy('Lead.json'), 'Lead');
  assert.equal(describedBy('Custom__c.json'), 'Custom__c');
  assert.equal(describedBy('ns__Custom__c.json'), 'ns__Custom__c');
  assert.equal(describedBy('Account_PersonAccount.json'), undefined);
  assert.equal(describedBy('Global.json'), undefined);
  assert.equal(describedBy('LICENSE'), undefined);
  assert.equal(parseDescribe('Prospect', JSON.stringify(lead)).name, 'Prospect');
});

test('attributes that a file leaves out are those of an ordinary field; those it gives are kept', () => {
  const [id] = parseDescribe('Lead', JSON.stringify(lead)).fields;
  assert.deepEqual(Object.keys(id ?? {}).toSorted(), Object.keys(text('X', 'X', 1)).toSorted());
  assert.equal(id?.length, 18);
  assert.equal(id?.label, 'Id');
});

test('a folder of describe files is read without its other files', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'describe-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'Lead.json'), JSON.stringify(lead));
  await writeFile(path.join(folder, 'Global.json'), '{"sobjects":[]}');
  await writeFile(path.join(folder, 'notes.txt'), 'none');
  const found = await loadDescribeFolder(folder);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['Lead'],
  );
});

test('a file or folder that cannot be read says which and what to do', async () => {
  const bad = [
    ['{', 'it is not JSON'],
    ['[]', 'the file is not an object'],
    ['{"keyPrefix":"00Q","fields":[]}', 'it has no fields'],
    ['{"keyPrefix":"00Q","fields":[{"name":"X"}]}', 'field 1 has no name or no type'],
    ['{"keyPrefix":null,"fields":[{"name":"X","type":"id"}]}', 'its keyPrefix is not three characters'],
  ] as const;
  for (const [given, why] of bad) {
    assert.throws(
      () => parseDescribe('Lead', given),
      (error) => error instanceof SchemaError && error.code === 'BAD_DESCRIBE_FILE' && error.message.includes(why),
    );
  }
  await assert.rejects(loadDescribeFolder('/no/such/folder'), { code: 'BAD_SCHEMA_FOLDER' });
});

test('an object built by hand has the attributes of a describe answer', () => {
  const built = object('Thing__c', 'Thing', 'Things', 'a00', [text('Name', 'Name', 80)]);
  assert.equal(built.custom, true);
  assert.equal(built.recordTypeInfos[0]?.master, true);
});
