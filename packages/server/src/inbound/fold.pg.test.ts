/** Two persons become one, because their records did: conversion and merge that come from Salesforce. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { findByExternalId, presentPersonId } from '../people/people.ts';
import { readPerson } from '../status/person-page.ts';
import { at, Bench, CONTACT, contact, idOf, LEAD, lead, type Row } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());
beforeEach(() => bench.empty());

const OTHER = idOf('Lead', 2);
const THIRD = idOf('Lead', 3);
const links = () =>
  bench.db.query<{ sf_id: string; state: string }>('select sf_id, state from sync.link order by sf_id');
const idOfPerson = async (sfId: string): Promise<number> => Number((await bench.person(sfId))['id']);
const merged = (into: string, more: Row = {}): Row =>
  lead({ SystemModstamp: at(5), IsDeleted: true, MasterRecordId: into, ...more });
const converted = (more: Row = {}): Row =>
  lead({ SystemModstamp: at(5), IsConverted: true, ConvertedContactId: CONTACT, ...more });
const asked = async (): Promise<readonly string[]> =>
  (await bench.db.query<{ sf_id: string }>('select sf_id from sync.reread order by sf_id')).map((row) => row.sf_id);
/** The records that were asked for are read, as `rereadDue` does: what Salesforce says of them now. */
const reread = async (...rows: readonly Row[]): Promise<void> => {
  const wanted = await asked();
  await bench.db.run('delete from sync.reread');
  for (const row of rows) {
    assert.ok(wanted.includes(String(row['Id'])), `${String(row['Id'])} was not asked for`);
    await bench.apply(String(row['Id']).startsWith('003') ? 'Contact' : 'Lead', [row], { mode: 'reread' });
  }
};
const redirects = () =>
  bench.db.query<{ person_id: number; survivor_id: number }>(
    'select person_id, survivor_id from sync.person_redirect order by person_id',
  );
/** Nothing is left of a fold but the one person. */
const onlyOne = async (): Promise<void> => {
  assert.deepEqual([await bench.count('marketing.person'), await bench.count('sync.heir')], [1, 0]);
};

test('[ID11] a merge leaves one person, the winner’s: mapped fields are its row’s, also where empty; its links are all its ids', async () => {
  await bench.apply('Lead', [lead({ Title: null }), lead({ Id: OTHER, Title: 'CEO', Phone: '2' })]);
  const [winner, loser] = [await idOfPerson(LEAD), await idOfPerson(OTHER)];
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Title: null, Phone: '9' }), merged(LEAD, { Id: OTHER })]);
  await onlyOne();
  const person = await bench.person(OTHER);
  assert.deepEqual(
    [Number(person['id']), person['title'], person['phone'], person['salesforce_id'], person['is_deleted']],
    [winner, null, '9', LEAD, false],
  );
  assert.deepEqual(await links(), [
    { sf_id: LEAD, state: 'live' },
    { sf_id: OTHER, state: 'merged' },
  ]);
  assert.deepEqual(await redirects(), [{ person_id: loser, survivor_id: winner }]);
  const folded = (await bench.journal()).find((line) => line.cause === 'folded');
  assert.deepEqual(folded?.fields, { id: [loser, winner] });
  assert.deepEqual(await asked(), [], 'the page held both');
});

test('[ID11] what only we have takes the winner’s value, or the loser’s where that is empty', async () => {
  const contactOther = idOf('Contact', 2);
  await bench.apply('Lead', [lead({ Status: 'Open' })]);
  await bench.apply('Lead', [lead({ SystemModstamp: at(2), Status: 'Working' })]);
  await bench.apply('Contact', [
    contact({ CreatedDate: '2020-01-01T00:00:00.000+0000' }),
    contact({ Id: contactOther }),
  ]);
  await bench.apply('Lead', [converted({ Status: 'Working' })]);
  await reread(contact({ CreatedDate: '2020-01-01T00:00:00.000+0000' }));
  assert.equal((await bench.person(CONTACT))['status'], 'Working', 'a contact has no status of its own');
  assert.equal(await bench.count('marketing.person'), 2);
});

test('[ID9] a conversion into an existing contact leaves the contact’s person, and all its ids resolve to it', async () => {
  await bench.apply('Lead', [lead({ Phone: 'lead' })]);
  await bench.apply('Contact', [contact({ Phone: 'contact' })]);
  const [loser, survivor] = [await idOfPerson(LEAD), await idOfPerson(CONTACT)];
  await bench.apply('Lead', [converted({ SystemModstamp: at(200), Phone: 'lead' })]);
  assert.equal(await bench.count('marketing.person'), 2, 'the contact is read first');
  await reread(contact({ Phone: 'contact' }));
  await onlyOne();
  const person = await bench.person(LEAD);
  assert.deepEqual(
    [Number(person['id']), person['phone'], person['salesforce_id'], person['salesforce_type']],
    [survivor, 'contact', CONTACT, 'Contact'],
  );
  assert.deepEqual(await redirects(), [{ person_id: loser, survivor_id: survivor }]);
  assert.deepEqual(await links(), [
    { sf_id: CONTACT, state: 'live' },
    { sf_id: LEAD, state: 'converted' },
  ]);
});

test('[ID8] a conversion to a new contact: the lead’s person is the contact, under its account, and what the contact lacks it has not either', async () => {
  const account = idOf('Account', 1);
  const base = { IsDeleted: false, MasterRecordId: null, SystemModstamp: at(1), LastModifiedDate: at(1) };
  await bench.apply('Account', [{ ...base, Id: account, Name: 'Acme', Website: 'acme.example', AnnualRevenue: 1 }]);
  await bench.apply('Lead', [lead({ Phone: 'lead', Title: 'CEO' })]);
  const was = await idOfPerson(LEAD);
  await bench.apply('Lead', [converted({ Phone: 'lead', Title: 'CEO' })]);
  await bench.apply('Contact', [contact({ AccountId: account, SystemModstamp: at(5), Phone: null, Title: 'CEO' })]);
  await onlyOne();
  const person = await bench.person(CONTACT);
  assert.deepEqual(
    [Number(person['id']), person['account_id'], person['phone'], person['title']],
    [was, account, null, 'CEO'],
  );
  assert.equal(await bench.count('marketing.company', `website = 'acme.example'`), 1);
  assert.deepEqual([await redirects(), await bench.count('sync.outbox'), await bench.conflicts()], [[], 0, []]);
});

test('[ID10] [RACE18] a contact that arrives before its lead is seen as converted is the lead’s person, with what was edited here in between', async () => {
  await bench.apply('Lead', [lead({ Title: 'CEO', Status: 'Open' })]);
  const [was, key] = [await idOfPerson(LEAD), (await bench.person(LEAD))['external_id']];
  const made = contact({ CreatedDate: at(5), SystemModstamp: at(5), Title: 'CEO' });
  await bench.apply('Contact', [made]);
  const early = await idOfPerson(CONTACT);
  await bench.edit(CONTACT, { title: 'CFO' });
  await bench.apply('Lead', [converted({ Title: 'CEO', Status: 'Open' })]);
  await reread(made);
  await onlyOne();
  const person = await bench.person(CONTACT);
  assert.deepEqual(
    [Number(person['id']), person['external_id'], person['title'], person['status'], person['salesforce_id']],
    [was, key, 'CFO', 'Open', CONTACT],
  );
  assert.deepEqual(
    [await bench.edits(CONTACT), await redirects()],
    [['title'], [{ person_id: early, survivor_id: was }]],
  );
  assert.equal(await bench.count('sync.outbox', `due_at <= clock_timestamp()`), 1);
});

test('[ID10] whichever of the rows of one conversion arrives first, the same is left', async () => {
  const leadRow = converted({ Title: 'CEO' });
  const contactRow = contact({ CreatedDate: at(5), SystemModstamp: at(5), Title: 'CEO' });
  const outcome = async (): Promise<unknown> => {
    const { id: _, ...person } = await bench.person(CONTACT);
    const again = [await bench.apply('Lead', [leadRow]), await bench.apply('Contact', [contactRow])];
    assert.ok(
      again.every((counts) => !counts.found),
      'read again nothing happens',
    );
    await onlyOne();
    return [{ ...person, external_id: '', created_at: '' }, await links()];
  };
  await bench.apply('Lead', [lead({ Title: 'CEO' })]);
  await bench.apply('Lead', [leadRow]);
  await bench.apply('Contact', [contactRow]);
  const leadFirst = await outcome();
  await bench.empty();
  await bench.apply('Lead', [lead({ Title: 'CEO' })]);
  await bench.apply('Contact', [contactRow]);
  await bench.apply('Lead', [leadRow]);
  await reread(contactRow);
  assert.deepEqual(await outcome(), leadFirst);
});

test('[ID11] of leads that were merged before the winner was converted, the winner’s empty fields stay empty', async () => {
  await bench.apply('Lead', [lead({ Status: null }), lead({ Id: OTHER, Status: 'Open' })]);
  await bench.apply('Lead', [converted({ Status: null }), merged(LEAD, { Id: OTHER, Status: 'Open' })]);
  await bench.apply('Contact', [contact({ CreatedDate: at(5), SystemModstamp: at(5) })]);
  await onlyOne();
  assert.equal((await bench.person(CONTACT))['status'], null);
  assert.equal((await links()).length, 3);
});

test('[ID13] two losers and a chain, the last first, end at one person under its id', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER }), lead({ Id: THIRD })]);
  const [a, b, c] = [await idOfPerson(LEAD), await idOfPerson(OTHER), await idOfPerson(THIRD)];
  await bench.apply('Lead', [merged(OTHER)]);
  assert.deepEqual(await asked(), [OTHER]);
  await bench.apply('Lead', [lead({ Id: THIRD, SystemModstamp: at(7) })]);
  assert.equal(await bench.count('marketing.person'), 3, 'nobody knows yet');
  await reread(merged(THIRD, { Id: OTHER, SystemModstamp: at(7) }));
  await reread(lead({ Id: THIRD, SystemModstamp: at(7) }));
  await onlyOne();
  assert.equal(await idOfPerson(LEAD), c);
  assert.deepEqual(await redirects(), [
    { person_id: a, survivor_id: c },
    { person_id: b, survivor_id: c },
  ]);
});

test('[ID13] a chain whose links were folded one after another stays flat in the redirects', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER }), lead({ Id: THIRD })]);
  const [a, b, c] = [await idOfPerson(LEAD), await idOfPerson(OTHER), await idOfPerson(THIRD)];
  await bench.apply('Lead', [merged(OTHER), lead({ Id: OTHER, SystemModstamp: at(5) })]);
  await bench.apply('Lead', [
    merged(THIRD, { Id: OTHER, SystemModstamp: at(8) }),
    lead({ Id: THIRD, SystemModstamp: at(8) }),
  ]);
  await onlyOne();
  assert.deepEqual(await redirects(), [
    { person_id: a, survivor_id: c },
    { person_id: b, survivor_id: c },
  ]);
  assert.deepEqual(
    await bench.db.query(`select distinct row_id from sync.journal where cause <> 'load'`),
    [{ row_id: c }],
    'their story is its story',
  );
});

test('[ID13] a winner that nobody has seen is asked for; the loser’s person becomes it', async () => {
  await bench.apply('Lead', [lead({ Phone: '2', Title: 'CEO' })]);
  const was = await idOfPerson(LEAD);
  await bench.apply('Lead', [merged(OTHER, { Phone: '2', Title: 'CEO' })]);
  const waiting = await bench.person(LEAD);
  assert.deepEqual([waiting['is_deleted'], waiting['salesforce_id']], [true, LEAD]);
  await reread(lead({ Id: OTHER, SystemModstamp: at(5), Phone: null, Title: 'CEO' }));
  await onlyOne();
  const person = await bench.person(OTHER);
  assert.deepEqual(
    [Number(person['id']), person['phone'], person['title'], person['salesforce_id'], person['is_deleted']],
    [was, null, 'CEO', OTHER, false],
  );
  assert.deepEqual(await redirects(), []);
});

test('[ID13] records that name each other are an error, and no loop', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  await bench.apply('Lead', [merged(OTHER), merged(LEAD, { Id: OTHER })]);
  const errors = await bench.db.query(`select code from sync.error order by sf_id`);
  assert.deepEqual(
    [errors, await bench.count('sync.heir'), await asked()],
    [[{ code: 'merge-chain-too-long' }, { code: 'merge-chain-too-long' }], 0, []],
  );
  assert.equal(await bench.count('marketing.person', 'is_deleted'), 2, 'both stay');
});

test('[ID15] [RACE6] an edit of a merge loser meets the winner’s value under policy, with the base it had', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER, Phone: '2', Title: 'CEO' })]);
  await bench.edit(OTHER, { phone: 'mine', title: 'CFO' });
  await bench.claim(OTHER, ['phone']);
  await bench.apply('Lead', [
    lead({ SystemModstamp: at(5), Phone: '1', Title: 'CEO' }),
    merged(LEAD, { Id: OTHER, Phone: '2', Title: 'CEO' }),
  ]);
  await onlyOne();
  const person = await bench.person(LEAD);
  assert.deepEqual([person['phone'], person['title']], ['mine', 'CFO'], 'leads: marketing wins');
  assert.deepEqual(await bench.edits(LEAD), ['phone', 'title']);
  assert.deepEqual(
    await bench.db.query('select claim_id, fault_tries, due_at <= clock_timestamp() as due from sync.outbox'),
    [{ claim_id: null, fault_tries: 0, due: true }],
    'the answer of the send to the loser changes nothing',
  );
  assert.deepEqual(
    (await bench.conflicts()).map(({ field, base, theirs, ours, winner }) => [field, base, theirs, ours, winner]),
    [['phone', '2', '1', 'mine', 'marketing']],
    'the title did not move there: no conflict',
  );
});

test('[ID15] [RACE5] an edit of a converted lead meets the contact under the contact’s policy', async () => {
  await bench.apply('Lead', [lead({ Phone: '1', Title: 'CEO', Status: 'Open' })]);
  await bench.edit(LEAD, { phone: 'mine', title: 'CFO', status: 'Working' });
  await bench.claim(LEAD, ['title']);
  await bench.apply('Lead', [converted({ Phone: '1', Title: 'CEO', Status: 'Open' })]);
  await bench.apply('Contact', [contact({ SystemModstamp: at(5), Phone: '9', Title: 'CEO' })]);
  await onlyOne();
  const person = await bench.person(CONTACT);
  assert.deepEqual([person['phone'], person['title'], person['status']], ['9', 'CFO', 'Working']);
  assert.deepEqual(await bench.edits(CONTACT), ['title'], 'status has no place on a contact');
  assert.deepEqual(
    (await bench.conflicts()).map(({ field, base, theirs, ours, winner }) => [field, base, theirs, ours, winner]),
    [['phone', '1', '9', 'mine', 'salesforce']],
  );
  const withdrawn = (await bench.journal()).filter((line) => line.cause === 'withdrawn');
  assert.deepEqual(
    withdrawn.map((line) => line.fields),
    [{ status: ['Working', null] }],
  );
  assert.deepEqual(await bench.sent(CONTACT), null, 'nothing is in flight to the lead');
});

test('[ID15] of one field edited on several, the latest edit counts', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER }), lead({ Id: THIRD })]);
  await bench.edit(THIRD, { phone: 'third' });
  await bench.edit(OTHER, { phone: 'second', title: 'second' });
  await bench.edit(LEAD, { title: 'last' });
  await bench.apply('Lead', [
    lead({ SystemModstamp: at(5) }),
    merged(LEAD, { Id: OTHER }),
    merged(LEAD, { Id: THIRD }),
  ]);
  const person = await bench.person(LEAD);
  assert.deepEqual([person['phone'], person['title'], await bench.edits(LEAD)], ['second', 'last', ['phone', 'title']]);
});

test('[ID13] a chain that comes in one page ends at once', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER }), lead({ Id: THIRD })]);
  const [a, b, c] = [await idOfPerson(LEAD), await idOfPerson(OTHER), await idOfPerson(THIRD)];
  await bench.apply('Lead', [merged(OTHER), merged(THIRD, { Id: OTHER }), lead({ Id: THIRD, SystemModstamp: at(5) })]);
  await onlyOne();
  assert.deepEqual(await redirects(), [
    { person_id: a, survivor_id: c },
    { person_id: b, survivor_id: c },
  ]);
});

test('[ID17] a merge loser that is undeleted is somebody new; what moved stays moved', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5) }), merged(LEAD, { Id: OTHER })]);
  const counts = await bench.apply('Lead', [lead({ Id: OTHER, SystemModstamp: at(9), MasterRecordId: LEAD })]);
  assert.equal(counts.created, 1);
  assert.notEqual(await idOfPerson(OTHER), await idOfPerson(LEAD));
  assert.equal(await bench.count('marketing.person'), 2);
});

test('[ID17] a loser that is undeleted before its winner was read passes to nobody', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.apply('Lead', [merged(OTHER)]);
  await bench.apply('Lead', [lead({ SystemModstamp: at(9), MasterRecordId: OTHER })]);
  await bench.apply('Lead', [lead({ Id: OTHER, SystemModstamp: at(9) })]);
  assert.notEqual(await idOfPerson(LEAD), await idOfPerson(OTHER));
  assert.deepEqual(
    [await bench.count('sync.link', `state = 'live'`), await bench.count('sync.heir'), await redirects()],
    [2, 0, []],
  );
});

test('rows of others that name a person by foreign key follow it', async () => {
  await bench.db.ownTransaction(async (tx) => {
    await tx.run(
      'create table marketing.note_of_test (person_id bigint references marketing.person on delete cascade, note text)',
    );
  });
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  await bench.db.run(`insert into marketing.note_of_test select id, salesforce_id from marketing.person`);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5) }), merged(LEAD, { Id: OTHER })]);
  const survivor = await idOfPerson(LEAD);
  assert.deepEqual(
    await bench.db.query('select distinct person_id, count(*)::int as notes from marketing.note_of_test group by 1'),
    [{ person_id: survivor, notes: 2 }],
  );
  await bench.db.ownTransaction((tx) => tx.run('drop table marketing.note_of_test'));
});

test('a row of others that can neither follow nor let go keeps the one that left as a row that is no record’s', async () => {
  await bench.db.ownTransaction((tx) =>
    tx.run('create table marketing.badge_of_test (person_id bigint unique references marketing.person)'),
  );
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  await bench.db.run('insert into marketing.badge_of_test select id from marketing.person');
  const left = await idOfPerson(OTHER);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5) }), merged(LEAD, { Id: OTHER })]);
  assert.deepEqual(
    await bench.db.query('select id, salesforce_id, is_deleted from marketing.person where salesforce_id is null'),
    [{ id: left, salesforce_id: null, is_deleted: true }],
  );
  assert.equal(await presentPersonId(bench.db, left), await idOfPerson(OTHER), 'its id answers with the survivor');
  await bench.db.ownTransaction((tx) => tx.run('drop table marketing.badge_of_test'));
});

test('[ID12] the default score is the sum, added once for each loser and sent as an edit; other fields keep the winner’s', async () => {
  await bench.apply('Lead', [
    lead({ Score__c: 10, Worth__c: 1 }),
    lead({ Id: OTHER, Score__c: 20, Worth__c: 2 }),
    lead({ Id: THIRD, Score__c: 5 }),
  ]);
  const winner = lead({ SystemModstamp: at(5), Score__c: 10, Worth__c: 1 });
  const losers = [merged(LEAD, { Id: OTHER, Score__c: 20 }), merged(LEAD, { Id: THIRD, Score__c: 5 })];
  await bench.apply('Lead', [winner, ...losers]);
  const sums = async () => {
    const person = await bench.person(LEAD);
    return [Number(person['score']), Number(person['worth'])];
  };
  assert.deepEqual([await sums(), await bench.edits(LEAD)], [[35, 1], ['score']]);
  await bench.apply('Lead', [winner, ...losers.map((row) => ({ ...row, SystemModstamp: at(9) }))]);
  assert.deepEqual([await sums(), await bench.conflicts()], [[35, 1], []], 'however often it is read');
});

test('[ID12] a winner that was never seen has the sum as well', async () => {
  await bench.apply('Lead', [lead({ Score__c: 20 })]);
  await bench.edit(LEAD, { score: 21 });
  await bench.apply('Lead', [merged(OTHER, { Score__c: 20 })]);
  await reread(lead({ Id: OTHER, SystemModstamp: at(5), Score__c: 10 }));
  assert.deepEqual([Number((await bench.person(OTHER))['score']), await bench.edits(OTHER)], [31, ['score']]);
  assert.deepEqual(await bench.conflicts(), []);
});

const row = { IsDeleted: false, MasterRecordId: null, SystemModstamp: at(1), LastModifiedDate: at(1) };
const account = (more: Row): Row => ({ ...row, Name: 'Acme', Website: null, AnnualRevenue: null, ...more });

test('[ID14] [OBJ3] merged accounts are one company, and every contact of the loser shows the winner', async () => {
  const [winner, loser] = [idOf('Account', 1), idOf('Account', 2)];
  const deal = { ...row, Id: idOf('Opportunity', 1), Name: 'Deal', AccountId: loser, Amount: 1 };
  await bench.apply('Account', [account({ Id: winner }), account({ Id: loser, Name: 'Acme Ltd' })]);
  await bench.apply('Contact', [contact({ AccountId: loser })]);
  await bench.apply('Opportunity', [deal]);
  await bench.apply('Account', [
    account({ Id: winner, SystemModstamp: at(5) }),
    account({ Id: loser, SystemModstamp: at(5), IsDeleted: true, MasterRecordId: winner }),
  ]);
  assert.deepEqual(await bench.db.query('select salesforce_id from marketing.company'), [{ salesforce_id: winner }]);
  assert.deepEqual(await asked(), [CONTACT, deal.Id], 'they moved without a stamp');
  await reread(contact({ AccountId: winner }));
  await bench.apply('Opportunity', [{ ...deal, AccountId: winner }], { mode: 'reread' });
  assert.equal((await bench.person(CONTACT))['account_id'], winner);
  assert.equal(await bench.count('marketing.opportunity', `account_id = '${winner}'`), 1);
});

test('[OBJ3] a contact that moved to another account changes its company, and neither company changes', async () => {
  const [from, to] = [idOf('Account', 1), idOf('Account', 2)];
  await bench.apply('Account', [account({ Id: from }), account({ Id: to, Name: 'Other' })]);
  await bench.apply('Contact', [contact({ AccountId: from })]);
  const companies = () => bench.db.query('select * from marketing.company order by id');
  const before = await companies();
  await bench.apply('Contact', [contact({ SystemModstamp: at(5), AccountId: to })]);
  assert.equal((await bench.person(CONTACT))['account_id'], to);
  assert.deepEqual(await companies(), before);
});

test('[ID14] roles of a merged contact are read again, and its opportunities are the winner’s', async () => {
  const other = idOf('Contact', 2);
  const role = {
    ...row,
    Id: idOf('OpportunityContactRole', 1),
    OpportunityId: idOf('Opportunity', 1),
    Role: 'Buyer',
    IsPrimary: true,
  };
  await bench.apply('Opportunity', [{ ...row, Id: role.OpportunityId, Name: 'Deal', AccountId: null, Amount: 1 }]);
  await bench.apply('Contact', [contact(), contact({ Id: other })]);
  await bench.apply('OpportunityContactRole', [{ ...role, ContactId: other }]);
  await bench.apply('Contact', [
    contact({ SystemModstamp: at(5) }),
    contact({ Id: other, SystemModstamp: at(5), IsDeleted: true, MasterRecordId: CONTACT }),
  ]);
  assert.deepEqual(await asked(), [role.Id]);
  assert.deepEqual(await bench.db.query('select person_id from marketing.opportunity_person'), [
    { person_id: await idOfPerson(CONTACT) },
  ]);
});

test('[ID23] an id of somebody who was folded, ours or external, answers with the survivor, whose page has all their ids', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  await bench.apply('Contact', [contact()]);
  const [left, key, survivor] = [
    await idOfPerson(OTHER),
    String((await bench.person(OTHER))['external_id']),
    await idOfPerson(CONTACT),
  ];
  const between = await idOfPerson(LEAD);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5) }), merged(LEAD, { Id: OTHER })]);
  await bench.apply('Lead', [converted({ SystemModstamp: at(200) })]);
  await reread(contact());
  assert.equal(await presentPersonId(bench.db, left), survivor);
  assert.equal(await presentPersonId(bench.db, between), survivor);
  assert.equal(await presentPersonId(bench.db, survivor), survivor);
  assert.equal(await findByExternalId(bench.db, key), survivor);
  assert.equal(await findByExternalId(bench.db, 'nobody'), null);
  assert.equal(await bench.count('marketing.person_redirect', `survivor_id = ${survivor}`), 2);
  const page = await readPerson(bench.db, bench.map, survivor);
  assert.deepEqual(
    page.folded.map(({ personId }) => personId),
    [left, between],
  );
  assert.deepEqual(
    Object.fromEntries(page.links.map(({ salesforceId, state, endedIn }) => [salesforceId, [state, endedIn]])),
    { [CONTACT]: ['live', null], [LEAD]: ['converted', CONTACT], [OTHER]: ['merged', LEAD] },
  );
  const causes = new Set(page.journal.map((line) => line.cause));
  assert.ok(['converted', 'merged', 'folded'].every((cause) => causes.has(cause)));
});

test('[ID4] a linked record that carries another person’s external id stays with its person, and the odd id is listed', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: OTHER })]);
  const [one, other] = [await idOfPerson(LEAD), await idOfPerson(OTHER)];
  const key = String((await bench.person(LEAD))['external_id']);
  await bench.apply('Lead', [lead({ Id: OTHER, SystemModstamp: at(5), Syncline_Key__c: key })]);
  assert.deepEqual([await idOfPerson(LEAD), await idOfPerson(OTHER)], [one, other]);
  const listed = () => bench.db.query('select person_id, code, resolved_at is null as open from sync.error');
  assert.deepEqual(await listed(), [{ person_id: other, code: 'external-id-of-another', open: true }]);
  await bench.apply('Lead', [lead({ Id: OTHER, SystemModstamp: at(9), Syncline_Key__c: null })]);
  assert.deepEqual(await listed(), [{ person_id: other, code: 'external-id-of-another', open: false }]);
});
