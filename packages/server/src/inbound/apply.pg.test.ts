import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { at, Bench, idOf, LEAD, type Row } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());
beforeEach(() =>
  bench.db.ownTransaction(async (tx) => {
    await tx.run(`delete from marketing.person`);
    for (const table of [
      'salesforce."Lead"',
      'salesforce."Contact"',
      'salesforce."Account"',
      'marketing.company',
      'sync.link',
      'sync.outbox',
      'sync.sent',
      'sync.reread',
      'sync.journal',
      'sync.conflict',
      'sync.run',
    ])
      await tx.run(`delete from ${table}`);
    await tx.run('update sync.cursor set at = null');
  }),
);

const lead = (more: Row = {}): Row => ({
  Id: LEAD,
  IsDeleted: false,
  MasterRecordId: null,
  SystemModstamp: at(1),
  LastModifiedDate: at(1),
  Syncline_Key__c: null,
  LastName: 'Diaz',
  Name: 'Amy Diaz',
  Email: 'amy@example.com',
  Phone: '1',
  Title: null,
  Description: null,
  HasOptedOutOfEmail: false,
  Interests__c: null,
  Worth__c: null,
  Seen__c: null,
  Born__c: null,
  Company: 'Acme',
  Status: 'Open',
  IsConverted: false,
  ConvertedContactId: null,
  ...more,
});

test('an unknown lead is a new person with its values, a link, a mirror row and a journal line', async () => {
  const counts = await bench.apply('Lead', [lead({ Worth__c: 12.5, Born__c: '1700-01-01' })]);
  assert.deepEqual([counts.read, counts.created, counts.updated, counts.deleted, counts.skipped], [1, 1, 0, 0, 0]);
  const person = await bench.person(LEAD);
  assert.deepEqual(
    [person['salesforce_id'], person['salesforce_type'], person['last_name'], person['worth'], person['born']],
    [LEAD, 'Lead', 'Diaz', '12.5', '1700-01-01'],
  );
  assert.match(String(person['external_id']), /^[0-9a-f]{32}$/);
  assert.equal(await bench.count('sync.journal', `cause = 'salesforce' and run_id is not null`), 1);
  assert.equal(await bench.count('sync.outbox'), 0);
});

test('[MRG1] a field that theirs moved is taken, and nothing else', async () => {
  await bench.apply('Lead', [lead()]);
  const counts = await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: '2' })]);
  assert.deepEqual([counts.created, counts.updated, counts.skipped], [0, 1, 0]);
  assert.equal((await bench.person(LEAD))['phone'], '2');
  const [line] = await bench.db.query<{ fields: unknown }>(`select fields from sync.journal where fields is not null`);
  assert.deepEqual(line?.fields, { phone: ['1', '2'] });
});

test('[MRG2] edits of different fields on both sides survive, in either order', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { title: 'CEO' });
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: '2' })]);
  const person = await bench.person(LEAD);
  assert.deepEqual([person['title'], person['phone']], ['CEO', '2']);
  assert.deepEqual(await bench.edits(LEAD), ['title']);
  assert.equal(await bench.count('sync.conflict'), 0);
});

test('[IN7] a row read again writes nothing at all', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: idOf('Lead', 2) })]);
  const before = await bench.db.query(
    `select (select array_agg(xmin::text) from salesforce."Lead") m, (select array_agg(xmin::text) from marketing.person) p, (select count(*) from sync.journal) j`,
  );
  const counts = await bench.apply('Lead', [lead(), lead({ Id: idOf('Lead', 2) })]);
  assert.equal(counts.found, false);
  assert.equal(counts.skipped, 2);
  assert.deepEqual(
    await bench.db.query(
      `select (select array_agg(xmin::text) from salesforce."Lead") m, (select array_agg(xmin::text) from marketing.person) p, (select count(*) from sync.journal) j`,
    ),
    before,
  );
  assert.equal(await bench.count('sync.run'), 1);
});
