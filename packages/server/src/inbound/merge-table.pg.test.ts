/** MRG1 to MRG15 where nothing is in flight: an edit here meets a change there. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { at, Bench, CONTACT, contact, LEAD, lead, mapWith, type Row } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());
beforeEach(() => bench.empty());

const moved = (more: Row): Row => lead({ SystemModstamp: at(5), LastModifiedDate: at(4), ...more });
const phone = async (): Promise<unknown> => (await bench.person(LEAD))['phone'];

test('[MRG1] t = b and no entry: nothing', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.apply('Lead', [moved({ Title: 'x' })]);
  assert.equal(await phone(), '1');
});

test('[MRG1] t = b and an entry: the person keeps o, and the entry stays', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: 'mine' });
  await bench.apply('Lead', [moved({ Title: 'x' })]);
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.conflicts()], ['mine', ['phone'], []]);
});

test('[MRG1] t differs and no entry: the person takes t', async () => {
  await bench.apply('Lead', [lead()]);
  const counts = await bench.apply('Lead', [moved({ Phone: '2' })]);
  assert.deepEqual([await phone(), counts.updated, counts.skipped], ['2', 1, 0]);
  assert.deepEqual((await bench.journal())[1], { cause: 'salesforce', fields: { phone: ['1', '2'] } });
});

test('[MRG1] both sides say the same: settled without a send and without a conflict', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: '2', title: 'CEO' });
  await bench.apply('Lead', [moved({ Phone: '2' })]);
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.conflicts()], ['2', ['title'], []]);
  assert.deepEqual((await bench.journal())[1], { cause: 'agreed', fields: { phone: ['2', '2'] } });
});

test('[MRG1] an edit that was undone is withdrawn when the next row shows it', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: '2' });
  await bench.edit(LEAD, { phone: '1' });
  assert.deepEqual(await bench.edits(LEAD), ['phone']);
  await bench.apply('Lead', [moved({ Title: 'x' })]);
  assert.deepEqual([await phone(), await bench.count('sync.outbox'), await bench.conflicts()], ['1', 0, []]);
  assert.ok((await bench.journal()).some((line) => line.cause === 'undone'));
});

test('[MRG2] edits of different fields on both sides survive', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { title: 'CEO' });
  await bench.apply('Lead', [moved({ Phone: '2' })]);
  const person = await bench.person(LEAD);
  assert.deepEqual(
    [person['title'], person['phone'], await bench.edits(LEAD), await bench.conflicts()],
    ['CEO', '2', ['title'], []],
  );
});

test('[MRG3] a field that one side cleared and the other changed is a conflict like any other', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: null });
  await bench.apply('Lead', [moved({ Phone: '2' })]);
  assert.deepEqual([await phone(), await bench.edits(LEAD)], [null, ['phone']]);
  assert.deepEqual(await bench.conflicts(), [
    { field: 'phone', base: '1', theirs: '2', ours: null, policy: 'marketing', winner: 'marketing' },
  ]);
});

const EQUALS: readonly (readonly [what: string, field: string, column: string, before: unknown, after: unknown])[] = [
  ['line ends', 'Description', 'description', 'a\nb', 'a\r\nb'],
  ['multi-picklists as sets', 'Interests__c', 'interests', 'Golf;Chess', 'Chess;Golf'],
  ['numbers by value', 'Worth__c', 'worth', 1, '1.00'],
  ['datetimes by instant', 'Seen__c', 'seen', '2026-01-01T10:00:00.000+0000', '2026-01-01T12:00:00.000+0200'],
];
for (const [what, field, column, before, after] of EQUALS) {
  test(`[MRG4] ${what} are equal: no change of the person`, async () => {
    await bench.apply('Lead', [lead({ [field]: before })]);
    const kept = (await bench.person(LEAD))[column];
    const counts = await bench.apply('Lead', [moved({ [field]: after })]);
    assert.deepEqual([counts.updated, counts.skipped], [0, 1]);
    assert.deepEqual((await bench.person(LEAD))[column], kept);
  });
}

test('[MRG4] empty text here and null there are equal: agreed; blanks are a value', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: '' });
  await bench.apply('Lead', [moved({ Phone: null })]);
  assert.deepEqual([await bench.edits(LEAD), await bench.conflicts()], [[], []]);
  await bench.edit(LEAD, { phone: '  ' });
  await bench.apply('Lead', [moved({ SystemModstamp: at(9), Phone: '3' })]);
  assert.equal((await bench.conflicts()).length, 1);
});

test('[MRG8] [MRG9] on a lead marketing wins: the person keeps o, the mirror moves, and o is sent', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: 'mine' });
  await bench.apply('Lead', [moved({ Phone: 'theirs' })]);
  assert.deepEqual([await phone(), await bench.edits(LEAD)], ['mine', ['phone']]);
  assert.equal(await bench.count('salesforce."Lead"', `"Phone" = 'theirs'`), 1);
});

test('[MRG8] [MRG9] on a contact Salesforce wins: the person takes t, and the entry is withdrawn', async () => {
  await bench.apply('Contact', [contact()]);
  await bench.edit(CONTACT, { phone: 'mine', title: 'CEO' });
  await bench.apply('Contact', [contact({ SystemModstamp: at(5), Phone: 'theirs' })]);
  assert.equal((await bench.person(CONTACT))['phone'], 'theirs');
  assert.deepEqual(await bench.edits(CONTACT), ['title']);
  assert.equal((await bench.conflicts())[0]?.winner, 'salesforce');
});

test("[MRG9] a policy of the field itself comes before the object's", async () => {
  const map = mapWith(bench.map, 'Lead', { Phone: { policy: 'salesforce' } });
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: 'mine', title: 'mine' });
  await bench.apply('Lead', [moved({ Phone: 'theirs', Title: 'theirs' })], { map });
  const person = await bench.person(LEAD);
  assert.deepEqual([person['phone'], person['title'], await bench.edits(LEAD)], ['theirs', 'mine', ['title']]);
});

test('[MRG12] a conflict leaves one row with base, theirs, ours, policy, both times and the winner, however often the row is read', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { phone: 'mine' });
  for (let reads = 0; reads < 3; reads += 1) await bench.apply('Lead', [moved({ Phone: 'theirs' })]);
  assert.deepEqual(await bench.conflicts(), [
    { field: 'phone', base: '1', theirs: 'theirs', ours: 'mine', policy: 'marketing', winner: 'marketing' },
  ]);
  const [times] = await bench.db.query<{ ours_at: Date | null; theirs_at: Date }>(
    'select ours_at, theirs_at from sync.conflict',
  );
  assert.ok(times?.ours_at);
  assert.equal(times.theirs_at.toISOString(), '2026-11-24T12:00:04.000Z');
});

test('[MRG15] opted out wins over every policy, whoever says so', async () => {
  await bench.apply('Lead', [lead({ HasOptedOutOfEmail: null })]);
  await bench.edit(LEAD, { has_opted_out_of_email: false });
  await bench.apply('Lead', [moved({ HasOptedOutOfEmail: true })]);
  assert.equal((await bench.person(LEAD))['has_opted_out_of_email'], true, 'theirs, although marketing wins on a lead');
  assert.deepEqual(await bench.edits(LEAD), []);
  await bench.apply('Contact', [contact({ HasOptedOutOfEmail: null })]);
  await bench.edit(CONTACT, { has_opted_out_of_email: true });
  await bench.apply('Contact', [contact({ SystemModstamp: at(5), HasOptedOutOfEmail: false })]);
  assert.equal(
    (await bench.person(CONTACT))['has_opted_out_of_email'],
    true,
    'ours, although Salesforce wins on a contact',
  );
  assert.deepEqual(await bench.edits(CONTACT), ['has_opted_out_of_email']);
  assert.deepEqual(
    (await bench.conflicts()).map(({ policy, winner }) => [policy, winner]),
    [
      ['opt_out', 'salesforce'],
      ['opt_out', 'marketing'],
    ],
  );
});

test('[MRG13] a held field keeps both values, other fields flow, later edits change what is asked, and equal values dissolve it', async () => {
  const map = mapWith(bench.map, 'Lead', { Phone: { policy: 'hold' }, HasOptedOutOfEmail: { policy: 'hold' } });
  const said = async () =>
    (await bench.conflicts()).map(({ base, theirs, ours, winner }) => [base, theirs, ours, winner]);
  await bench.apply('Lead', [lead()], { map });
  await bench.edit(LEAD, { phone: 'mine' });
  await bench.apply('Lead', [moved({ Phone: 'theirs', Title: 'CEO' })], { map });
  assert.deepEqual(
    [await phone(), (await bench.person(LEAD))['title'], await bench.edits(LEAD)],
    ['mine', 'CEO', ['phone']],
  );
  assert.deepEqual(await said(), [['1', 'theirs', 'mine', null]]);
  await bench.edit(LEAD, { phone: 'mine too' });
  await bench.apply('Lead', [moved({ SystemModstamp: at(9), Phone: 'theirs too' })], { map });
  assert.deepEqual([await phone(), await said()], ['mine too', [['1', 'theirs too', 'mine too', null]]]);
  await bench.apply('Lead', [moved({ SystemModstamp: at(12), Phone: 'mine too' })], { map });
  assert.deepEqual([await phone(), await bench.edits(LEAD), await said()], ['mine too', [], []]);
});

test('[MRG13] a held field of a deleted record asks nobody any more', async () => {
  const map = mapWith(bench.map, 'Lead', { Phone: { policy: 'hold' } });
  await bench.apply('Lead', [lead()], { map });
  await bench.edit(LEAD, { phone: 'mine' });
  await bench.apply('Lead', [moved({ Phone: 'theirs' })], { map });
  await bench.apply('Lead', [moved({ SystemModstamp: at(9), Phone: 'theirs', IsDeleted: true })], { map });
  assert.deepEqual(await bench.conflicts(), []);
});

/** Ours is edited now; theirs so many seconds later by Salesforce's clock, which is off by `offsetMs`. */
const NEWEST: readonly (readonly [
  what: string,
  laterS: number,
  offsetMs: number | null,
  winner: string,
  policy: string,
])[] = [
  ['theirs is newer', 60, 0, 'salesforce', 'newest'],
  ['ours is newer', -60, 0, 'marketing', 'newest'],
  ['theirs only seems newer, by a clock that is two minutes ahead', 60, 120_000, 'marketing', 'newest'],
  ['within a second nobody knows: the object decides', 0, 0, 'marketing', 'newest_unsure'],
  ['nobody measured the clocks: the object decides', 60, null, 'marketing', 'newest_unsure'],
];
for (const [what, laterS, offsetMs, winner, policy] of NEWEST) {
  test(`[MRG14] [RACE10] ${what}`, async () => {
    const map = mapWith(bench.map, 'Lead', { Phone: { policy: 'newest' } });
    if (offsetMs !== null)
      await bench.db.run('insert into sync.clock (offset_ms, doubt_ms) values ($1, 500)', [offsetMs]);
    await bench.apply('Lead', [lead()], { map });
    await bench.edit(LEAD, { phone: 'mine' });
    const theirsAt = new Date(Date.parse(await bench.now()) + laterS * 1000).toISOString();
    await bench.apply('Lead', [moved({ Phone: 'theirs', LastModifiedDate: theirsAt })], { map });
    assert.deepEqual(
      (await bench.conflicts()).map((conflict) => [conflict.winner, conflict.policy]),
      [[winner, policy]],
    );
    assert.equal(await phone(), winner === 'salesforce' ? 'theirs' : 'mine');
  });
}

test('[MRG15] opted out wins over hold', async () => {
  const map = mapWith(bench.map, 'Lead', { HasOptedOutOfEmail: { policy: 'hold' } });
  await bench.apply('Lead', [lead({ HasOptedOutOfEmail: null })], { map });
  await bench.edit(LEAD, { has_opted_out_of_email: false });
  await bench.apply('Lead', [moved({ HasOptedOutOfEmail: true })], { map });
  assert.equal((await bench.person(LEAD))['has_opted_out_of_email'], true);
});

/** Somebody made here, whose external id names a record that nobody has read yet. */
const made = async (values: Readonly<Record<string, string>>): Promise<void> => {
  const entries = Object.entries({ external_id: 'k1', last_name: 'Diaz', ...values });
  await bench.db.run(
    `insert into marketing.person (${entries.map(([column]) => column).join(', ')}) values (${entries.map((_, n) => `$${n + 1}`).join(', ')})`,
    entries.map(([, value]) => value),
  );
};
const metAs = (more: Row): Row => lead({ Syncline_Key__c: 'k1', ...more });

test('[MRG17] two rows that meet for the first time: equal is agreed, a value fills an empty one on either side, and two values are a conflict without a base', async () => {
  await made({ phone: '1', title: 'Ours', description: 'Ours alone', interests: 'Golf;Chess' });
  await bench.apply('Lead', [
    metAs({ Phone: '1', Title: 'Theirs', Description: null, Interests__c: 'Chess;Golf', Status: 'Open', Worth__c: 5 }),
  ]);
  const { phone: same, title, description, status, worth } = await bench.person(LEAD);
  assert.deepEqual([same, title, description, status, Number(worth)], ['1', 'Ours', 'Ours alone', 'Open', 5]);
  assert.deepEqual(await bench.edits(LEAD), ['description', 'title']);
  assert.deepEqual(await bench.conflicts(), [
    { field: 'title', base: null, theirs: 'Theirs', ours: 'Ours', policy: 'marketing', winner: 'marketing' },
  ]);
  assert.deepEqual(await bench.db.query('select base is null as is_unknown from sync.conflict'), [
    { is_unknown: true },
  ]);
  await bench.apply('Lead', [
    metAs({ SystemModstamp: at(5), Title: 'Theirs', Phone: '2', Status: 'Open', Worth__c: 5 }),
  ]);
  assert.deepEqual([await phone(), (await bench.conflicts()).length], ['2', 1], 'from then on there is a base');
});

test('[MRG17] a first meeting follows each policy and direction; an opt-out on either side goes to both', async () => {
  const map = mapWith(bench.map, 'Lead', {
    Phone: { policy: 'salesforce' },
    Title: { policy: 'hold' },
    Description: { direction: 'to_salesforce' },
    Company: { direction: 'from_salesforce' },
    Born__c: { direction: 'to_salesforce', isWriteOnce: true },
  });
  await made({ phone: 'ours', title: 'ours', description: 'ours', company: 'ours', has_opted_out_of_email: 'true' });
  await bench.apply(
    'Lead',
    [metAs({ Phone: 'theirs', Title: 'theirs', Description: 'theirs', Company: null, Born__c: '2001-01-01' })],
    { map },
  );
  const person = await bench.person(LEAD);
  assert.deepEqual(
    [person['phone'], person['title'], person['description'], person['company'], person['has_opted_out_of_email']],
    ['theirs', 'ours', 'ours', null, true],
  );
  assert.ok(person['born'] !== null, 'filled once');
  assert.deepEqual(await bench.edits(LEAD), ['description', 'has_opted_out_of_email', 'title']);
  const winners = (await bench.conflicts()).map(({ field, policy, winner }) => `${field} ${policy} ${winner}`);
  assert.deepEqual(winners.toSorted(), [
    'has_opted_out_of_email opt_out marketing',
    'phone salesforce salesforce',
    'title hold null',
  ]);
  await bench.empty();
  await made({ has_opted_out_of_email: 'false' });
  await bench.apply('Lead', [metAs({ HasOptedOutOfEmail: true })], { map });
  assert.deepEqual([(await bench.person(LEAD))['has_opted_out_of_email'], await bench.edits(LEAD)], [true, []]);
});

test('[MRG17] an edit that waits when the two meet is ours; one that emptied its field takes theirs', async () => {
  await made({ phone: '7', title: 'x' });
  await bench.db.run(`insert into sync.outbox (person_id, create_lead) select id, true from marketing.person`);
  await bench.db.run(`update marketing.person set phone = null, title = 'mine'`);
  await bench.apply('Lead', [metAs({ Phone: '1', Title: 'theirs' })]);
  const { phone: filled, title } = await bench.person(LEAD);
  assert.deepEqual([filled, title, await bench.edits(LEAD)], ['1', 'mine', ['title']]);
  assert.deepEqual(
    (await bench.conflicts()).map(({ field, winner }) => `${field} ${winner}`),
    ['title marketing'],
  );
});

test('[MRG18] of a field blocked from Salesforce theirs moves the mirror alone, and our edits are still sent', async () => {
  const map = mapWith(bench.map, 'Lead', { Phone: { direction: 'to_salesforce' } });
  await bench.apply('Lead', [lead({ Phone: null })], { map });
  await bench.apply('Lead', [moved({ Phone: 'theirs' })], { map });
  assert.deepEqual([await phone(), await bench.count('salesforce."Lead"', `"Phone" = 'theirs'`)], [null, 1]);
  await bench.edit(LEAD, { phone: 'mine' });
  await bench.apply('Lead', [moved({ SystemModstamp: at(9), Phone: 'theirs too' })], { map });
  assert.deepEqual([await phone(), await bench.edits(LEAD), await bench.conflicts()], ['mine', ['phone'], []]);
});

test('[MRG18] a write-once block lets the first value into an empty field', async () => {
  const map = mapWith(bench.map, 'Lead', { Phone: { direction: 'to_salesforce', isWriteOnce: true } });
  await bench.apply('Lead', [lead({ Phone: null })], { map });
  await bench.apply('Lead', [moved({ Phone: 'first' })], { map });
  assert.equal(await phone(), 'first');
  await bench.apply('Lead', [moved({ SystemModstamp: at(9), Phone: 'second' })], { map });
  assert.deepEqual([await phone(), await bench.edits(LEAD)], ['first', []]);
  await bench.edit(LEAD, { title: 'CEO' });
  await bench.apply('Lead', [moved({ SystemModstamp: at(12), Phone: 'third' })], { map });
  assert.equal(await phone(), 'first', 'also where something else of the person waits');
});

test('[MRG22] a parked entry counts as ours; lost, it is withdrawn with its error', async () => {
  await bench.apply('Contact', [contact()]);
  await bench.edit(CONTACT, { phone: 'mine', title: 'CEO' });
  await bench.db.run(`update sync.outbox set parked = '{"phone": "STRING_TOO_LONG"}', due_at = 'infinity'`);
  await bench.db.run(
    `insert into sync.error (level, object, person_id, code, message, disposition)
     select 'record', 'Contact', person_id, 'STRING_TOO_LONG', '', 'park' from sync.outbox`,
  );
  await bench.apply('Contact', [contact({ SystemModstamp: at(5), Phone: 'theirs' })]);
  assert.deepEqual(await bench.db.query('select parked from sync.outbox'), [{ parked: {} }]);
  assert.equal(await bench.count('sync.error', 'resolved_at is null'), 0);
});

test("an edit under way is seen: the merge waits for it, and the user's value is kept", async () => {
  await bench.apply('Lead', [lead()]);
  let applying: Promise<unknown> | undefined;
  await bench.db.transaction(async (tx) => {
    await tx.run(`update marketing.person set phone = 'mine'`);
    applying = bench.apply('Lead', [moved({ Phone: 'theirs' })]);
    await waitForBlocked();
  });
  await applying;
  assert.deepEqual([await phone(), await bench.edits(LEAD), (await bench.conflicts()).length], ['mine', ['phone'], 1]);
});

/** Until somebody waits for a lock in this database. */
const waitForBlocked = async (): Promise<void> => {
  const deadline = Date.now() + 10_000;
  while ((await bench.count('pg_stat_activity', `datname = current_database() and wait_event_type = 'Lock'`)) === 0) {
    if (Date.now() > deadline) throw new Error('nobody waits for the edit');
  }
};
