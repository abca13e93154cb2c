import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account } from '../schema/standard/account.ts';
import { user } from '../schema/standard/administration.ts';
import { checkbox, multipicklist, numeric, text, values } from '../schema/standard/build.ts';
import { contact } from '../schema/standard/contact.ts';
import { openStore, type StoredRow } from '../store/store.ts';
import { compile, rowsOf } from './soql.ts';

const now = Date.UTC(2026, 10, 24, 12);
const store = openStore({ file: ':memory:', clock: () => now });
const extra = [
  numeric('Score__c', 'Score', 'double', 18, 2),
  multipicklist('Interests__c', 'Interests', values('a', 'b', 'c')),
  text('Label__c', 'Label', 1300, { calculated: true, calculatedFormula: 'UPPER(LastName) & " of " & Account.Name' }),
  numeric('Twice__c', 'Twice', 'double', 18, 1, { calculated: true, calculatedFormula: 'Score__c * 2' }),
  checkbox('Is_High__c', 'Is High', { calculated: true, calculatedFormula: 'Twice__c >= 20' }),
  text('Unknown__c', 'Unknown', 80, { calculated: true, calculatedFormula: 'NOSUCH(LastName)' }),
];
for (const describe of [account, user, { ...contact, fields: [...contact.fields, ...extra] }]) store.define(describe);

const [accountId = ''] = store.nextIds('Account', 1);
store.insert('Account', { Id: accountId, IsDeleted: 'false', Name: 'Ácme' });

const people: Readonly<Record<string, StoredRow>> = {
  ana: { LastName: 'Ana', Email: 'ANA@example.com', AccountId: accountId, Score__c: '10.0', Interests__c: 'a;b' },
  bob: { LastName: 'bób', Email: 'bob@example.com', Score__c: '9.5', Interests__c: 'b' },
  cy: { LastName: "C'y 100%_", Score__c: null, Birthdate: '1999-12-31', SystemModstamp: '2026-11-21T00:00:00.000Z' },
  gone: { LastName: 'Gone', IsDeleted: 'true' },
};
const ids = new Map<string, string>();
for (const [key, row] of Object.entries(people)) {
  const id = store.nextId('Contact');
  ids.set(id, key);
  const stamp = '2026-11-24T03:00:00.000Z';
  store.insert('Contact', { Id: id, IsDeleted: 'false', SystemModstamp: stamp, CreatedDate: stamp, ...row });
}
const idOf = (key: string): string => [...ids].find(([, name]) => name === key)?.[0] ?? '';

const all = { canRead: () => true };

/** The keys of the contacts a condition finds. */
function found(where: string, order = 'Id', options = {}): readonly string[] {
  const query = compile(`SELECT Id FROM Contact WHERE ${where} ORDER BY ${order}`, store.schema, all, now, options);
  return [...rowsOf(store, query)].map(([id]) => ids.get(id ?? '') ?? '');
}

const cases: readonly (readonly [string, readonly string[]])[] = [
  ["LastName = 'ANA'", ['ana']],
  ["LastName = 'BÓB'", ['bob']],
  ["LastName != 'ana'", ['bob', 'cy']],
  ["Email != 'ana@example.com'", ['bob', 'cy']],
  ["NOT Email = 'ana@example.com'", ['bob', 'cy']],
  ["NOT (Email = 'ana@example.com' OR LastName = 'x')", ['bob', 'cy']],
  ["LastName = 'C\\'y 100%_'", ['cy']],
  ["LastName LIKE '%100\\%\\_'", ['cy']],
  ["LastName LIKE '_ÓB'", ['bob']],
  ["LastName LIKE 'c%'", ['cy']],
  ["LastName IN ('ana', 'BÓB')", ['ana', 'bob']],
  ["Email NOT IN ('ana@example.com')", ['bob', 'cy']],
  ['Email = null', ['cy']],
  ["Email = ''", ['cy']],
  ['Email != NULL', ['ana', 'bob']],
  ['Score__c > 9', ['ana', 'bob']],
  ['Score__c = 10', ['ana']],
  ['Score__c IN (9.5, 10.00)', ['ana', 'bob']],
  ['Score__c < 10', ['bob']],
  ['HasOptedOutOfEmail = FALSE', []],
  ['Birthdate = 1999-12-31', ['cy']],
  ['Birthdate < 2000-01-01', ['cy']],
  ['SystemModstamp >= 2026-11-24T04:00:00+01:00', ['ana', 'bob']],
  ['SystemModstamp > 2026-11-24T03:00:00Z', []],
  ['SystemModstamp = TODAY', ['ana', 'bob']],
  ['SystemModstamp < TODAY', ['cy']],
  ['SystemModstamp = LAST_N_DAYS:3', ['ana', 'bob', 'cy']],
  ['SystemModstamp = YESTERDAY', []],
  ['CreatedDate = THIS_YEAR', ['ana', 'bob', 'cy']],
  ["Account.Name = 'áCME'", ['ana']],
  ["Account.Name != 'áCME'", ['bob', 'cy']],
  ["AccountId IN (SELECT Id FROM Account WHERE Name LIKE 'á%')", ['ana']],
  ["AccountId NOT IN (SELECT Id FROM Account WHERE Name LIKE 'á%')", ['bob', 'cy']],
  ["Interests__c INCLUDES ('a;b', 'c')", ['ana']],
  ["Interests__c INCLUDES ('a', 'b')", ['ana', 'bob']],
  ["Interests__c EXCLUDES ('a')", ['bob', 'cy']],
  ["(LastName = 'ana' OR LastName = 'bób') AND Score__c < 10", ['bob']],
  ["(LastName = 'ana' AND (Score__c = 10 OR Score__c = 3)) OR (Email = null)", ['ana', 'cy']],
  [`Id = '${idOf('bob').slice(0, 15)}'`, ['bob']],
  [`Id = '${idOf('bob').toLowerCase()}'`, ['bob']],
];

for (const [where, expected] of cases) {
  test(`[A5] WHERE ${where.replaceAll(/\w{15,18}/g, 'an id')} finds ${expected.join(', ') || 'nobody'}`, () => {
    assert.deepEqual(found(where), expected);
  });
}

test('[A5] order: nulls first unless told, names without case, numbers as numbers', () => {
  assert.deepEqual(found('Id != null', 'Score__c'), ['cy', 'bob', 'ana']);
  assert.deepEqual(found('Id != null', 'Score__c DESC NULLS LAST'), ['ana', 'bob', 'cy']);
  assert.deepEqual(found('Id != null', 'LastName DESC'), ['cy', 'bob', 'ana']);
});

test('[A12] deleted rows are seen by queryAll alone', () => {
  assert.deepEqual(found("LastName = 'gone'"), []);
  assert.deepEqual(found("LastName = 'gone'", 'Id', { all: true }), ['gone']);
  assert.deepEqual(found('IsDeleted = TRUE', 'Id', { all: true }), ['gone']);
});

test('[A5] LIMIT and OFFSET', () => {
  const query = compile('SELECT Id FROM Contact ORDER BY Id LIMIT 1 OFFSET 1', store.schema, all, now);
  assert.deepEqual(
    [...rowsOf(store, query)].map(([id]) => ids.get(id ?? '')),
    ['bob'],
  );
});

test('[A5] an IN list of thousands is one comparison', () => {
  const list = Array.from({ length: 5_000 }, (_, at) => `'n${at}'`).join(', ');
  assert.deepEqual(found(`LastName IN (${list}, 'ana')`), ['ana']);
});

test('[A4] a field that is not seen does not exist, alone or behind a parent', () => {
  const sight = { canRead: (object: string, field: string) => `${object}.${field}` !== 'Account.Name' };
  const ask = (soql: string): unknown => compile(soql, store.schema, sight, now);
  assert.throws(() => ask('SELECT Name FROM Account'), { errorCode: 'INVALID_FIELD' });
  assert.throws(() => ask('SELECT Account.Name FROM Contact'), { errorCode: 'INVALID_FIELD' });
  assert.throws(() => ask("SELECT Id FROM Account WHERE Name = 'x'"), { errorCode: 'INVALID_FIELD' });
  assert.throws(() => ask('SELECT Id FROM Account ORDER BY Name'), { errorCode: 'INVALID_FIELD' });
});

test('formula fields are read, filtered and sorted by their values', () => {
  const query = compile(
    `SELECT LastName, Label__c, Twice__c, Is_High__c, Account.Name FROM Contact WHERE Twice__c > 5 ORDER BY Twice__c DESC`,
    store.schema,
    all,
    now,
  );
  assert.deepEqual(
    [...rowsOf(store, query)].map((row) => [...row]),
    [
      ['Ana', 'ANA of Ácme', '20.0', 'true', 'Ácme'],
      ['bób', 'BÓB of ', '19.0', 'false', null],
    ],
  );
  assert.deepEqual(found('Is_High__c = true'), ['ana']);
  assert.deepEqual(found('Unknown__c = null', 'LastName').length, 3);
});
