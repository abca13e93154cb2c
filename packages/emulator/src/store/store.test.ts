import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { text } from '../schema/standard/build.ts';
import { lead } from '../schema/standard/lead.ts';
import { canonicalId, checksum, makeId } from './ids.ts';
import { openStore } from './store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'store-'));
after(() => rmSync(folder, { recursive: true }));

test('[ID2] 15 characters become 18, as in the pair Salesforce documents', () => {
  assert.equal(checksum('001D000000K0fXO'), 'IAZ');
  assert.equal(canonicalId('001D000000K0fXO'), '001D000000K0fXOIAZ');
});

test('[ID2] 18 characters of any case find their own; a bad checksum is none', () => {
  assert.equal(canonicalId('001d000000k0fxoiaz'), '001D000000K0fXOIAZ');
  assert.equal(canonicalId('001D000000K0fXOIAA'), undefined);
  assert.equal(canonicalId('001D000000K0fX'), undefined);
  assert.notEqual(canonicalId('001D000000K0fXO'), canonicalId('001D000000K0fXo'));
});

test('[A11] ids of growing numbers sort as the numbers do', () => {
  const ids = [1, 9, 10, 35, 36, 61, 62, 3843, 3844, 1_000_000].map((number) => makeId('00Q', number));
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, ids.length);
});

test('a file goes on where it stopped: objects, rows, settings, ids', () => {
  const file = path.join(folder, 'goes-on.db');
  const first = openStore({ file, clock: () => Date.UTC(2026, 10, 24, 3, 0, 0, 999) });
  first.define(lead);
  const id = first.nextId('Lead');
  assert.equal(first.now(), '2026-11-24T03:00:00.000Z');
  first.insert('Lead', { Id: id, IsDeleted: 'false', LastName: 'Ito', SystemModstamp: first.now() });
  first.setSetting('a', 'b');
  first.close();
  const second = openStore({ file });
  assert.equal(second.read('Lead', id)?.['LastName'], 'Ito');
  assert.equal(second.setting('a'), 'b');
  assert.notEqual(second.nextId('Lead'), id);
  assert.equal(second.count('Lead'), 1);
  second.close();
});

test('defining an object again adds the columns it lacks and keeps its rows', () => {
  const store = openStore({ file: ':memory:' });
  store.define(lead);
  store.insertMany('Lead', ['Id', 'IsDeleted', 'LastName'], [['1', 'false', 'Ito']]);
  store.define({ ...lead, fields: [...lead.fields, text('Late__c', 'Late', 10)] });
  store.update('Lead', '1', { Late__c: 'x' });
  assert.deepEqual([store.read('Lead', '1')?.['LastName'], store.read('Lead', '1')?.['Late__c']], ['Ito', 'x']);
});

test('an inner transaction that fails undoes only its own part', () => {
  const store = openStore({ file: ':memory:' });
  store.transaction(() => {
    store.setSetting('outer', '1');
    assert.throws(() =>
      store.transaction(() => {
        store.setSetting('inner', '1');
        throw new Error('no');
      }),
    );
  });
  assert.deepEqual([store.setting('outer'), store.setting('inner')], ['1', undefined]);
});

test('a file that is no org is refused in a sentence that names it', () => {
  const file = path.join(folder, 'other.txt');
  writeFileSync(file, 'not a database at all, but long enough to be looked at as one. '.repeat(20));
  assert.throws(() => openStore({ file }), { message: new RegExp(`${file} cannot be opened`) });
});

test('a poll by SystemModstamp reads an index, in order, and sorts nothing', () => {
  const store = openStore({ file: ':memory:' });
  store.define(lead);
  const plan = store.database
    .prepare(
      `explain query plan select t0."Id" from "Lead" as t0 where t0."IsDeleted" = 'false' and (t0."SystemModstamp" >= ?)
       order by t0."SystemModstamp", t0."Id"`,
    )
    .all('2026')
    .map(({ detail }) => String(detail))
    .join('\n');
  assert.match(plan, /USING INDEX Lead\.SystemModstamp/);
  assert.doesNotMatch(plan, /TEMP B-TREE/);
});
