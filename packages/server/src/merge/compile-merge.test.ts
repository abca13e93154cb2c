/** The statements of a small map, kept to be read. `UPDATE_SNAPSHOTS=1` writes them again. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import { fieldMapOf } from '../mapping/open-field-store.ts';
import { type DescribedField, planFields } from '../mapping/plan-fields.ts';
import { compileMerge } from './compile-merge.ts';
import type { MergeStatements, Statement } from './merge.ts';

const field = (name: string, type = 'string', writable = true): DescribedField => ({
  name,
  label: name,
  type,
  length: 80,
  precision: 0,
  scale: 0,
  digits: 0,
  custom: name.endsWith('__c'),
  createable: writable,
  updateable: writable,
  calculated: false,
  autoNumber: false,
  nillable: true,
});
const system = [
  field('Id', 'id', false),
  field('IsDeleted', 'boolean', false),
  field('MasterRecordId', 'reference', false),
  field('SystemModstamp', 'datetime', false),
  field('LastModifiedDate', 'datetime', false),
];
const person = [
  ...system,
  field('Syncline_Key__c'),
  field('Name', 'string', false),
  field('Email', 'email'),
  field('HasOptedOutOfEmail', 'boolean'),
  field('Interests__c', 'multipicklist'),
];
const map: FieldMap = fieldMapOf(
  1,
  planFields([
    {
      name: 'Lead',
      fields: [...person, field('IsConverted', 'boolean', false), field('ConvertedContactId', 'reference', false)],
    },
    { name: 'Contact', fields: [...person, field('AccountId', 'reference')] },
    { name: 'Account', fields: [...system, field('Name'), field('AnnualRevenue', 'currency')] },
  ]).fields,
);

const statement = ({ name, why, when, sql }: Statement): string =>
  `-- ${name}: ${why}\n${when ? `-- when ${when.join(', ')}\n` : ''}${sql.trim()};\n`;
const readable = (statements: MergeStatements): string =>
  [
    `-- The merge of ${statements.object}, compiled from a map of a few fields.`,
    '',
    '-- == staging, once a session ==',
    '',
    ...statements.staging.map(statement),
    '-- == a page arrives ==',
    '',
    `${statements.copyIn};`,
    `${statements.readJson};`,
    '',
    '-- == merge ==',
    '',
    ...statements.merge.map(statement),
    '-- == a page of an initial load ==',
    '',
    ...[...statements.load.open, statements.load.copyIn, ...statements.load.close].map((sql) => `${sql};\n`),
  ].join('\n');

for (const object of ['Lead', 'Contact', 'Account'] satisfies SyncObject[]) {
  test(`the statements of ${object} are those of the snapshot`, () => {
    const file = fileURLToPath(new URL(`snapshots/${object}.sql`, import.meta.url));
    const text = readable(compileMerge(map, object));
    if (process.env['UPDATE_SNAPSHOTS']) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });
}

test('[IN10] statements for fewer fields name no other, but where two whole persons become one', () => {
  const fields = ['Id', 'SystemModstamp', 'Email'];
  const statements = compileMerge(map, 'Lead', fields);
  assert.deepEqual(statements.fields, fields);
  const text = readable({ ...statements, merge: statements.merge.filter(({ name }) => !name.startsWith('fold_')) });
  assert.ok(!/Interests|interests|HasOptedOut|"Name"/.test(text));
});

test('a page without Id or SystemModstamp is refused', () => {
  assert.throws(() => compileMerge(map, 'Lead', ['Id', 'Email']), TypeError);
});
