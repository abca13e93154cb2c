import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { searchPeople } from '../status/people-search.ts';
import { readPerson } from '../status/person-page.ts';
import { at, Bench, CONTACT, contact, idOf, LEAD, lead } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());
beforeEach(() => bench.empty());

const OTHER = idOf('Lead', 2);
const links = () =>
  bench.db.query<{ sf_id: string; state: string }>('select sf_id, state from sync.link order by sf_id');
const keyOf = async (sfId: string): Promise<string> => String((await bench.person(sfId))['external_id']);
/** Somebody made here, whose lead is wanted. */
const wanted = async (key: string): Promise<void> => {
  await bench.db.transaction((tx) =>
    tx.run(`insert into marketing.person (external_id, last_name, company) values ($1, 'Diaz', 'Acme')`, [key]),
  );
  await bench.db.run(
    `insert into sync.outbox (person_id, create_lead, lane) select id, true, 0 from marketing.person where external_id = $1`,
    [key],
  );
};

test('[ID1] the database itself refuses a second live record of a person', async () => {
  await bench.apply('Lead', [lead()]);
  const [{ person_id } = { person_id: 0 }] = await bench.db.query<{ person_id: number }>(
    'select person_id from sync.link',
  );
  await assert.rejects(
    bench.db.run(`insert into sync.link (sf_id, object, person_id) values ($1, 'Lead', $2)`, [OTHER, person_id]),
    { code: '23505' },
  );
});

test('[ID2] an id of 15 characters is the record of its 18; differing in case it is another; a bad checksum is refused', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.apply('Lead', [lead({ Id: LEAD.slice(0, 15), SystemModstamp: at(5), Phone: '2' })]);
  assert.equal((await bench.person(LEAD))['phone'], '2');
  assert.equal(await bench.count('marketing.person'), 1);
  const id18 = async (id: string) => (await bench.db.query<{ id: string }>('select sync.id18($1) as id', [id]))[0]?.id;
  assert.equal(await id18('001A0000006Vm9r'), '001A0000006Vm9rIAC');
  assert.notEqual(await id18('001a0000006Vm9r'), '001A0000006Vm9rIAC');
  await assert.rejects(id18('001A0000006Vm9rIAA'), { code: '22023' });
  await assert.rejects(id18(`001'; drop--`), { code: '22023' });
});

test('[ID3] its external id names a person without a live record: that person', async () => {
  await wanted('k1');
  const counts = await bench.apply('Lead', [lead({ Syncline_Key__c: 'k1' })]);
  assert.deepEqual([counts.created, counts.updated, await bench.count('marketing.person')], [0, 1, 1]);
  const person = await bench.person(LEAD);
  assert.deepEqual(
    [person['salesforce_id'], person['salesforce_type'], person['email']],
    [LEAD, 'Lead', 'amy@example.com'],
  );
  assert.equal(await bench.count('sync.outbox', 'create_lead'), 0);
  assert.ok((await bench.journal()).some((line) => line.cause === 'linked'));
});

test("[RACE2] a create's answer is lost and the lead arrives first: one person, one link, the entry settled", async () => {
  await wanted('k1');
  await bench.db.run(
    `insert into sync.sent (person_id, unanswered, late_until) select id, '{"last_name": "Diaz", "company": "Acme"}', clock_timestamp() + interval '15 minutes' from marketing.person`,
  );
  await bench.apply('Lead', [lead({ Syncline_Key__c: 'k1', Status: 'Open' })]);
  assert.deepEqual(
    [await links(), await bench.count('marketing.person'), await bench.count('sync.outbox'), await bench.sent(LEAD)],
    [[{ sf_id: LEAD, state: 'live' }], 1, 0, null],
  );
  assert.deepEqual(await bench.conflicts(), []);
});

test('[ID3] where the named person has a live record, both are read again; still two, the unknown one is somebody new', async () => {
  await bench.apply('Lead', [lead()]);
  const key = await keyOf(LEAD);
  const clone = lead({ Id: OTHER, Syncline_Key__c: key });
  const counts = await bench.apply('Lead', [clone]);
  assert.deepEqual([counts.created, counts.skipped, await bench.count('marketing.person')], [0, 1, 1]);
  assert.deepEqual(await bench.db.query('select sf_id, reason from sync.reread order by sf_id'), [
    { sf_id: LEAD, reason: 'classify' },
    { sf_id: OTHER, reason: 'identity' },
  ]);
  await bench.apply('Lead', [lead()], { mode: 'reread' });
  const again = await bench.apply('Lead', [clone], { mode: 'reread' });
  assert.equal(again.created, 1);
  assert.notEqual(await keyOf(OTHER), key);
});

test('[ID3] the live record turns out to be deleted: the unknown one is the same person', async () => {
  await bench.apply('Lead', [lead()]);
  const key = await keyOf(LEAD);
  await bench.apply('Lead', [
    lead({ SystemModstamp: at(5), IsDeleted: true }),
    lead({ Id: OTHER, SystemModstamp: at(5), Syncline_Key__c: key, Phone: '2' }),
  ]);
  assert.deepEqual(await links(), [
    { sf_id: LEAD, state: 'deleted' },
    { sf_id: OTHER, state: 'live' },
  ]);
  const person = await bench.person(OTHER);
  assert.deepEqual(
    [person['external_id'], person['phone'], person['is_deleted'], await bench.count('marketing.person')],
    [key, '2', false, 1],
  );
});

test("[ID3] the contact of a converted lead is the lead's person, with its edits", async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { title: 'CEO' });
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), IsConverted: true, ConvertedContactId: CONTACT })]);
  assert.equal(await bench.count('sync.outbox', `due_at = 'infinity'`), 1, 'nothing is sent to a converted lead');
  await bench.apply('Contact', [contact({ SystemModstamp: at(5), Title: 'CEO' })]);
  assert.deepEqual(await links(), [
    { sf_id: CONTACT, state: 'live' },
    { sf_id: LEAD, state: 'converted' },
  ]);
  const person = await bench.person(CONTACT);
  assert.deepEqual(
    [person['salesforce_id'], person['salesforce_type'], await bench.count('marketing.person')],
    [CONTACT, 'Contact', 1],
  );
  assert.deepEqual(await bench.edits(CONTACT), []);
});

test('[MRG19] what only leads have stays when the person becomes a contact, its edits make no entry, and the page says that it has no place', async () => {
  await bench.apply('Lead', [lead({ Status: 'Open' })]);
  await bench.apply('Lead', [
    lead({ SystemModstamp: at(5), Status: 'Open', IsConverted: true, ConvertedContactId: CONTACT }),
  ]);
  await bench.apply('Contact', [contact({ SystemModstamp: at(5) })]);
  assert.equal((await bench.person(CONTACT))['status'], 'Open');
  await bench.edit(CONTACT, { status: 'Working' });
  assert.deepEqual([await bench.count('sync.outbox'), await bench.count('sync.error')], [0, 0]);
  await bench.apply('Contact', [contact({ SystemModstamp: at(9), Phone: '2' })]);
  const { id, status } = await bench.person(CONTACT);
  assert.equal(status, 'Working');
  const { fields } = await readPerson(bench.db, bench.map, Number(id));
  const shown = fields.find(({ field }) => field === 'status');
  assert.deepEqual([shown?.ours, shown?.salesforceName, shown?.state], ['Working', null, 'no_place']);
  assert.equal(fields.find(({ field }) => field === 'phone')?.state, 'equal');
});

test('[ID3] e-mail is never asked: two records with one address are two people', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  assert.equal(await bench.count('marketing.person', `email = 'amy@example.com'`), 2);
});

test('a record with an external id that names nobody brings its person back under it', async () => {
  await bench.apply('Lead', [lead({ Syncline_Key__c: 'kept-elsewhere' })]);
  assert.equal(await keyOf(LEAD), 'kept-elsewhere');
});

test("[ID16] a deleted record's person stays, says so, and its entries are withdrawn and journalled", async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: 'mine' });
  const counts = await bench.apply('Lead', [
    lead({ SystemModstamp: at(5), IsDeleted: true, Phone: 'theirs', Title: 'last' }),
  ]);
  assert.deepEqual([counts.deleted, counts.updated], [1, 0]);
  const person = await bench.person(LEAD);
  assert.deepEqual(
    [person['is_deleted'], person['phone'], person['title'], person['salesforce_id']],
    [true, 'mine', 'last', LEAD],
  );
  assert.deepEqual(
    [await links(), await bench.count('sync.outbox'), await bench.conflicts()],
    [[{ sf_id: LEAD, state: 'deleted' }], 0, []],
  );
  const causes = (await bench.journal()).map((line) => line.cause);
  assert.deepEqual(causes, ['salesforce', 'deleted', 'withdrawn']);
  await bench.edit(LEAD, { phone: 'later' });
  assert.deepEqual(
    await bench.db.query(`select due_at::text as due from sync.outbox`),
    [{ due: 'infinity' }],
    'remembered without a send',
  );
});

test('[ID17] undeleted, the same person is live again, and fields edited meanwhile are ours', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), IsDeleted: true })]);
  await bench.edit(LEAD, { phone: 'mine' });
  await bench.apply('Lead', [lead({ SystemModstamp: at(9), Title: 'back' })]);
  const person = await bench.person(LEAD);
  assert.deepEqual([person['is_deleted'], person['phone'], person['title']], [false, 'mine', 'back']);
  assert.deepEqual([await links(), await bench.edits(LEAD)], [[{ sf_id: LEAD, state: 'live' }], ['phone']]);
  assert.equal(await bench.count('sync.outbox', `due_at <= clock_timestamp()`), 1);
});

test('[ID17] undeleted beside another live record of its person, it is somebody new', async () => {
  await bench.apply('Lead', [lead()]);
  const key = await keyOf(LEAD);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), IsDeleted: true })]);
  await bench.apply('Lead', [lead({ Id: OTHER, SystemModstamp: at(6), Syncline_Key__c: key })]);
  const counts = await bench.apply('Lead', [lead({ SystemModstamp: at(9) })]);
  assert.equal(counts.created, 1);
  assert.deepEqual(await links(), [
    { sf_id: LEAD, state: 'live' },
    { sf_id: OTHER, state: 'live' },
  ]);
  assert.notEqual((await bench.person(LEAD))['id'], (await bench.person(OTHER))['id']);
});

test('a person deleted here by SQL is not brought back by its record', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.db.transaction((tx) => tx.run('delete from marketing.person'));
  const counts = await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: '2' })]);
  assert.deepEqual([counts.created, counts.skipped, await links()], [0, 1, [{ sf_id: LEAD, state: 'deleted_here' }]]);
});

/** Deleted here by plain SQL, at a time of the pages. */
const deleteHere = async (minute: number): Promise<void> => {
  await bench.db.run('delete from marketing.person');
  await bench.db.run('update sync.deleted_person set deleted_at = $1', [at(minute)]);
};
const changed = (minute: number, row: object = {}) =>
  lead({ SystemModstamp: at(minute), LastModifiedDate: at(minute), ...row });

test('[ID20] somebody deleted here comes back only by a change there after the delete', async () => {
  await bench.apply('Lead', [changed(1)]);
  const key = await keyOf(LEAD);
  await deleteHere(10);
  const nobody = async (why: string): Promise<void> => {
    assert.deepEqual(
      [await bench.count('marketing.person'), await links()],
      [0, [{ sf_id: LEAD, state: 'deleted_here' }]],
      why,
    );
  };
  await bench.apply('Lead', [changed(1)]);
  await nobody('an overlap');
  await bench.apply('Lead', [changed(1)], { mode: 'reread' });
  await nobody('a read by id');
  await bench.apply('Lead', [changed(8, { Phone: '8' })]);
  await nobody('a change before the delete that was read after it');
  await bench.apply('Lead', [lead({ SystemModstamp: at(20), LastModifiedDate: at(8), Phone: '8' })]);
  await nobody('a stamp that moved without a change');
  await bench.db.run(`update salesforce."Lead" set "Title" = 'a column that came later'`);
  await bench.apply('Lead', [lead({ SystemModstamp: at(20), LastModifiedDate: at(8), Phone: '8' })], {
    mode: 'reread',
  });
  await nobody('a backfill of a field');
  await bench.apply('Lead', [changed(30, { Phone: '30', Syncline_Key__c: key })]);
  assert.deepEqual([await bench.count('marketing.person'), await links()], [1, [{ sf_id: LEAD, state: 'live' }]]);
  const again = await bench.person(LEAD);
  assert.deepEqual([again['phone'], again['external_id']], ['30', key], 'made again, under its old external id');
  await bench.apply('Lead', [changed(31, { Phone: '31' })]);
  assert.equal((await bench.person(LEAD))['phone'], '31', 'and in the sync like everybody');
});

test('[ID20] our own write that lands after the delete is no change, and the next change there is one', async () => {
  await bench.apply('Lead', [changed(1)]);
  await bench.db.run(
    `insert into sync.sent (person_id, sf_id, in_flight) select person_id, sf_id, '{"phone": "9"}' from sync.link`,
  );
  await deleteHere(10);
  await bench.apply('Lead', [changed(11, { Phone: '9' })]);
  assert.equal(await bench.count('marketing.person'), 0, 'the echo');
  await bench.db.run(`update salesforce."Lead" set "Title" = 'a column that came later'`);
  await bench.apply('Lead', [changed(11, { Phone: '9' })], { mode: 'reread' });
  assert.equal(await bench.count('marketing.person'), 0, 'nor when it is read again');
  await bench.apply('Lead', [changed(12, { Phone: '12' })]);
  assert.equal(await bench.count('marketing.person'), 1);
});

test('[RACE4] deleted here while its create is in flight: the echo brings nobody back, a later change there does', async () => {
  await wanted('k4');
  await bench.db.run(
    `insert into sync.sent (person_id, in_flight) select id, '{"last_name": "Diaz"}' from marketing.person`,
  );
  await deleteHere(10);
  await bench.apply('Lead', [changed(11, { Syncline_Key__c: 'k4' })]);
  await bench.apply('Lead', [changed(11, { Syncline_Key__c: 'k4' })], { mode: 'reread' });
  assert.deepEqual(
    [await bench.count('marketing.person'), await links()],
    [0, [{ sf_id: LEAD, state: 'deleted_here' }]],
  );
  await bench.apply('Lead', [changed(40, { Syncline_Key__c: 'k4' })]);
  assert.equal(await bench.count('marketing.person'), 1);
});

test('[ID21] whoever is erased is not made again, whatever way the record comes, and nothing names them', async () => {
  await bench.apply('Lead', [changed(1, { Email: 'gone@acme.test' })]);
  const key = await keyOf(LEAD);
  await bench.db.transaction(async (tx) => {
    const [person] = await tx.query<{ id: number }>('delete from marketing.person returning id');
    await tx.query('select sync.erase_deleted(array[$1::bigint])', [person?.id]);
  });
  await bench.apply('Lead', [changed(20, { Email: 'gone@acme.test', Syncline_Key__c: key })]);
  await bench.apply('Lead', [changed(21, { Syncline_Key__c: '' })], { mode: 'reread' });
  await bench.apply('Lead', [changed(22, { Id: OTHER, Syncline_Key__c: key })]);
  await bench.apply('Contact', [contact({ Syncline_Key__c: key })]);
  assert.deepEqual(
    [
      await bench.count('marketing.person'),
      await bench.count('salesforce."Lead"'),
      await links(),
      await bench.journal(),
    ],
    [0, 0, [], []],
  );
  const [{ marks } = { marks: 0 }] = await bench.db.query<{ marks: number }>(
    'select count(*)::int as marks from sync.erased',
  );
  assert.equal(marks, 2);
  await bench.apply('Lead', [lead({ Id: idOf('Lead', 9) })]);
  assert.equal(await bench.count('marketing.person'), 1, 'others come as ever');
});

test('[ID5] a clone is somebody new with an external id of its own, listed as a likely duplicate of the first', async () => {
  await bench.apply('Lead', [lead()]);
  const key = await keyOf(LEAD);
  const clone = lead({ Id: OTHER, Syncline_Key__c: key });
  await bench.apply('Lead', [clone]);
  await bench.apply('Lead', [lead()], { mode: 'reread' });
  await bench.apply('Lead', [clone], { mode: 'reread' });
  assert.match(await keyOf(OTHER), /^[0-9a-f]{32}$/);
  const found = await searchPeople(bench.db, bench.map, { view: 'likely_duplicates' });
  assert.equal(found.rows.length, 2);
});

test('[ID6] one e-mail on several records is several people, and a new e-mail on either side the same person', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  await bench.apply('Contact', [contact()]);
  assert.equal(await bench.count('marketing.person', `email = 'amy@example.com'`), 3);
  const was = (await bench.person(LEAD))['id'];
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Email: 'amy@new.example' })]);
  await bench.edit(LEAD, { email: 'amy@ours.example' });
  assert.equal((await bench.person(LEAD))['id'], was);
  assert.equal(await bench.count('marketing.person'), 3);
});

test('[ID19] a record that was re-created with our external id after a data restore is linked to the same person', async () => {
  await bench.apply('Lead', [lead()]);
  const [was, key] = [(await bench.person(LEAD))['id'], await keyOf(LEAD)];
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), IsDeleted: true, Syncline_Key__c: key })]);
  await bench.apply('Lead', [lead({ Id: OTHER, SystemModstamp: at(9), Syncline_Key__c: key, Phone: '2' })]);
  const person = await bench.person(OTHER);
  assert.deepEqual(
    [
      person['id'],
      person['salesforce_id'],
      person['is_deleted'],
      person['phone'],
      await bench.count('marketing.person'),
    ],
    [was, OTHER, false, '2', 1],
  );
});
