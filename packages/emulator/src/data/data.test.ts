import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeAccess } from '../access/access.ts';
import { openStore, type Store, type StoredRow } from '../store/store.ts';
import { benchFields } from './bench.ts';
import { describeOrg, type Filling, fillOrg } from './data.ts';
import { ExportError } from './export.ts';

const at = Date.parse('2026-11-24T12:00:00.250Z');

async function filled(filling: Filling, file = ':memory:') {
  const store = openStore({ file, clock: () => at });
  for (const described of await describeOrg(filling)) store.define(described);
  const access = makeAccess(store);
  const counts = await fillOrg({ store, access }, filling);
  return { store, access, counts };
}

const rowsOf = (store: Store, sql: string): readonly StoredRow[] =>
  store.database.prepare(sql).all() as unknown as readonly StoredRow[];
const numberOf = (store: Store, sql: string): number => Number(rowsOf(store, sql)[0]?.['n']);

test('the demo org is the same for the same seed and another for another', async () => {
  const [one, again, other] = [
    await filled({ profile: 'demo', seed: 7 }),
    await filled({ profile: 'demo', seed: 7 }),
    await filled({ profile: 'demo', seed: 8 }),
  ];
  const people = (store: Store) =>
    rowsOf(store, 'select "Id", "Name", "Email", "SystemModstamp" from "Lead" order by "Id"');
  assert.deepEqual(people(one.store), people(again.store));
  assert.notDeepEqual(people(one.store), people(other.store));
});

test('the demo org has the sizes, duplicates, gaps and scripts of a real one', async () => {
  const { store, counts } = await filled({ profile: 'demo', seed: 1 });
  assert.deepEqual(
    [counts?.['Lead'], counts?.['Contact'], counts?.['Account'], counts?.['Opportunity']],
    [2_000, 1_000, 300, 400],
  );
  assert.ok(store.count('OpportunityContactRole') > 400);
  const doubled =
    'select count(*) as n from (select fold("Email") from "Lead" where "Email" is not null group by 1 having count(*) > 1)';
  assert.ok(numberOf(store, doubled) > 50);
  assert.ok(numberOf(store, 'select count(*) as n from "Lead" where "Email" is null') > 100);
  assert.ok(numberOf(store, `select count(*) as n from "Lead" where "Name" glob '*[áéíñóöü]*'`) > 50);
  assert.equal(numberOf(store, `select count(*) as n from "Lead" where "IsConverted" <> 'false'`), 0);
  const elsewhere = `select count(*) as n from (select "Email" from "Lead" union all select "Email" from "Contact" union all select "Email" from "User")
    where "Email" not like '%@example.com' and "Email" not like '%@example.org' and "Email" not like '%@example.net' and "Email" not like '%.example.com'`;
  assert.equal(numberOf(store, elsewhere), 0);
  assert.equal(
    numberOf(store, `select count(*) as n from "Lead" where "SystemModstamp" > '2026-11-24T11:00:00.000Z'`),
    0,
  );
});

test('the bench has exactly 50 business fields, of the kinds promised', async () => {
  const { store } = await filled({ profile: 'bench', rows: 100 });
  const lead = store.schema.object('Lead');
  const kinds = benchFields.map((name) => lead?.field(name)?.type);
  const of = (...types: readonly (string | undefined)[]) => kinds.filter((type) => types.includes(type)).length;
  assert.equal(new Set(benchFields).size, 50);
  assert.deepEqual(
    [of('int'), of('double', 'currency'), of('datetime'), of('boolean'), of('date'), of(undefined)],
    [4, 4, 4, 5, 3, 0],
  );
  assert.equal(store.count('Lead'), 100);
  const business = lead?.fields.filter(({ name }) => benchFields.includes(name)).length;
  assert.equal(business, 50);
  const bytes = rowsOf(store, `select * from "Lead"`).map((row) =>
    benchFields.reduce((sum, name) => sum + (row[name] ?? '').length + 3, 0),
  );
  const mean = bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
  assert.ok(mean > 600 && mean < 800, String(mean));
});

test('an empty org has no records but its own, and no prepared field', async () => {
  const { store } = await filled({ profile: 'empty' });
  assert.equal(store.count('Lead'), 0);
  assert.equal(store.count('User'), 2);
  assert.equal(store.schema.object('Lead')?.field('Syncline_Key__c'), undefined);
  assert.ok(store.schema.object('Lead')?.field('HasOptedOutOfEmail'));
});

const hostile = [
  'a "quoted" word',
  'lf\nin',
  'crlf\r\nin',
  'cr\rin',
  '\u202Eabc\u200F',
  '👩‍👩‍👧🙂',
  'null',
  '#N/A',
  '=1+1',
  ' blanks ',
  'nul\0in',
  'x'.repeat(131_072),
];

async function exportFolder(
  t: { after(fn: () => Promise<void>): void },
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'export-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

test('an export keeps ids and values exactly; empty is null; owner and stamps are filled', async (t) => {
  const id = (n: number): string => `00Q5f000000000${String.fromCharCode(65 + n)}EAQ`;
  const lines = hostile.map(
    (value, at) => `"${id(at)}","L${at}","C","${value.replaceAll('"', '""')}",,1700-01-01,4000-12-31T23:59:59Z`,
  );
  const folder = await exportFolder(t, {
    'Lead.csv': `\uFEFFId,LASTNAME,Company,Notes__c,FirstName,Trial_Starts__c,Last_Seen__c\r\n${lines.join('\r\n')}\r\n`,
  });
  const { store, access, counts } = await filled({ profile: 'demo', exportFolder: folder });
  assert.deepEqual(counts, { Lead: hostile.length });
  const rows = rowsOf(store, 'select * from "Lead" order by cast(substr("LastName", 2) as integer)');
  assert.deepEqual(
    rows.map((row) => row['Notes__c']),
    hostile,
  );
  const [first] = rows;
  assert.deepEqual(
    ['Id', 'FirstName', 'Trial_Starts__c', 'Last_Seen__c', 'OwnerId', 'SystemModstamp', 'DoNotCall', 'Name'].map(
      (name) => first?.[name],
    ),
    [id(0), null, '1700-01-01', '4000-12-31T23:59:59.000Z', access.admin.id, '2026-11-24T11:00:00.000Z', 'false', 'L0'],
  );
});

test('an export that cannot be loaded says file, row and column', async (t) => {
  const cases: readonly (readonly [string, string, ExportError['code'], RegExp])[] = [
    ['Nothing.csv', 'Id\n', 'UNKNOWN_OBJECT', /^Nothing.csv/],
    ['Lead.csv', 'Id,Nope__c\n', 'UNKNOWN_COLUMN', /Nope__c/],
    ['Lead.csv', 'LastName\nSmith\n', 'NO_ID_COLUMN', /Id/],
    ['Lead.csv', 'Id\n0035f0000000001AAA\n', 'BAD_ID', /row 1, Id/],
    ['Lead.csv', 'Id\n00Q5f0000000001ZZZ\n', 'BAD_VALUE', /MALFORMED_ID/],
    ['Lead.csv', `Id,City\n00Q5f0000000001EAA,${'x'.repeat(41)}\n`, 'BAD_VALUE', /row 1, City: STRING_TOO_LONG/],
    ['Lead.csv', 'Id,DoNotCall\n00Q5f0000000001EAA,maybe\n', 'BAD_VALUE', /row 1, DoNotCall/],
    ['Lead.csv', 'Id\n00Q5f0000000001EAA\n00Q5f0000000001EAA\n', 'DUPLICATE_ID', /Lead.csv/],
    ['Lead.csv', 'Id,City\n00Q5f0000000001EAA\n', 'BAD_CSV', /Lead.csv/],
  ];
  for (const [file, text, code, message] of cases) {
    const folder = await exportFolder(t, { [file]: text });
    await assert.rejects(
      filled({ profile: 'demo', exportFolder: folder }),
      (error) => error instanceof ExportError && error.code === code && message.test(error.message),
      code,
    );
  }
  await assert.rejects(filled({ profile: 'demo', exportFolder: '/no/such' }), { code: 'BAD_EXPORT_FOLDER' });
});

test('a filling that was cut off begins anew, one that ended is left alone', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'org-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'org.db');
  const broken = await exportFolder(t, { 'Account.csv': 'Id,Name\n0015f0000000001AAA,One\n', 'Lead.csv': 'Id,Nope\n' });
  await assert.rejects(filled({ profile: 'demo', exportFolder: broken }, file), ExportError);
  const whole = await exportFolder(t, { 'Account.csv': 'Id,Name\n0015f0000000001AAA,One\n' });
  const second = await filled({ profile: 'demo', exportFolder: whole }, file);
  assert.deepEqual(second.counts, { Account: 1 });
  second.store.close();
  const third = await filled({ profile: 'demo', exportFolder: whole }, file);
  assert.equal(third.counts, undefined);
  assert.equal(third.store.count('Account'), 1);
  third.store.close();
});

const recorded = path.resolve(import.meta.dirname, '../../../../../shared/data');

test('a recorded export loads whole into recorded describes', {
  skip: existsSync(recorded) ? false : 'no recorded org beside the project',
}, async () => {
  const { store, counts } = await filled({
    profile: 'demo',
    schemaFolder: path.join(recorded, 'describe'),
    exportFolder: path.join(recorded, 'org-export'),
  });
  assert.deepEqual(
    ['Lead', 'Contact', 'Account', 'Opportunity', 'OpportunityContactRole'].map((name) => counts?.[name]),
    [5_000, 1_024, 1_223, 1_517, 3_499],
  );
  const doubled = `select count(*) as n from (select 1 from "OpportunityContactRole" where "IsPrimary" = 'true' group by "OpportunityId" having count(*) > 1)`;
  assert.equal(numberOf(store, doubled), 1);
  assert.ok(store.schema.object('Lead')?.field('Syncline_Key__c'));
  assert.equal(store.schema.object('Lead')?.field('HasOptedOutOfEmail'), undefined);
});
