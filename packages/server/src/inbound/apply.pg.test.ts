import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { at, Bench, contact, idOf, LEAD, lead, type Row } from './testing/bench.ts';

let bench: Bench;
before(async () => {
  bench = await Bench.create();
});
after(() => bench.drop());
beforeEach(() => bench.empty());

/** Row versions of everything that a page may touch. */
const versions = () =>
  bench.db.query(`select (select array_agg(xmin::text order by "Id") from salesforce."Lead") as mirror, (select array_agg(xmin::text order by id) from marketing.person) as people,
    (select count(*) from sync.journal) as journal, (select count(*) from sync.conflict) as conflicts, (select count(*) from sync.run) as runs, (select count(*) from sync.outbox) as entries`);

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
  assert.equal(await bench.count('salesforce."Lead"'), 1);
  assert.equal(await bench.count('sync.outbox'), 0);
});

test('[IN1] a page that fails at its end leaves nothing of itself, and applied twice it changes nothing', async () => {
  await bench.apply('Lead', [lead()]);
  const before = await versions();
  const failing = bench.apply('Lead', [lead({ SystemModstamp: at(9), Phone: '2' }), lead({ Id: idOf('Lead', 2) })], {
    onStatement: (name) => {
      if (name === 'cursor') throw new Error('cut off');
    },
  });
  await assert.rejects(failing, /cut off/);
  assert.deepEqual(await versions(), before);
  const page = [lead({ SystemModstamp: at(9), Phone: '2' }), lead({ Id: idOf('Lead', 2) })];
  await bench.apply('Lead', page);
  const applied = await versions();
  await bench.apply('Lead', page);
  assert.deepEqual(await versions(), applied);
});

test('[IN4] the cursor is the greatest stamp applied, never moves back, and an empty answer leaves it', async () => {
  const cursor = async () =>
    (await bench.db.query<{ at: Date }>(`select at from sync.cursor where object = 'Lead'`))[0]?.at?.toISOString();
  await bench.apply('Lead', [lead({ SystemModstamp: at(7) }), lead({ Id: idOf('Lead', 2), SystemModstamp: at(3) })]);
  assert.equal(await cursor(), '2026-11-24T12:00:07.000Z');
  await bench.apply('Lead', [lead({ Id: idOf('Lead', 2), SystemModstamp: at(3) })]);
  assert.equal(await cursor(), '2026-11-24T12:00:07.000Z');
  await bench.apply('Lead', [lead({ SystemModstamp: at(9) })], { mode: 'reread' });
  assert.equal(await cursor(), '2026-11-24T12:00:07.000Z', 'a read by id moves nothing');
});

test('[IN7] a row read again writes nothing: no update, no journal line, no dead row version', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: idOf('Lead', 2) })]);
  const before = await versions();
  const counts = await bench.apply('Lead', [lead(), lead({ Id: idOf('Lead', 2) })]);
  assert.equal(counts.found, false);
  assert.equal(counts.skipped, 2);
  assert.deepEqual(await versions(), before);
});

test('[IN8] an older row is discarded whole; at one stamp the read that began later wins; unknown, it is read again', async () => {
  const early = await bench.now();
  const late = await bench.now();
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: '5' })], { beganAt: late });
  await bench.apply('Lead', [lead({ SystemModstamp: at(4), Phone: '4', Title: 'old' })]);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: 'before' })], { beganAt: early });
  assert.deepEqual([(await bench.person(LEAD))['phone'], (await bench.person(LEAD))['title']], ['5', null]);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: 'unknown' })], { beganAt: late });
  assert.equal((await bench.person(LEAD))['phone'], '5');
  assert.equal(await bench.count('sync.reread', `sf_id = '${LEAD}'`), 1);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), Phone: 'after' })]);
  assert.equal((await bench.person(LEAD))['phone'], 'after');
});

test('[IN9] a stamp that moved alone moves the mirror, counts as skipped, and leaves people and journal', async () => {
  await bench.apply('Lead', [lead()]);
  const [before] = await versions();
  const counts = await bench.apply('Lead', [lead({ SystemModstamp: at(5), LastModifiedDate: at(5) })]);
  assert.deepEqual([counts.updated, counts.skipped], [0, 1]);
  const [now] = await versions();
  assert.deepEqual([now?.['people'], now?.['journal']], [before?.['people'], before?.['journal']]);
  assert.equal(await bench.count('salesforce."Lead"', `"SystemModstamp" = '${at(5)}'`), 1);
});

test('[IN10] a field that the page lacks keeps its value on both sides; one that is empty is null', async () => {
  await bench.apply('Lead', [lead({ Title: 'CEO', Description: 'tall' })]);
  const { Title: _title, ...rest } = lead({ SystemModstamp: at(5), Description: null });
  await bench.apply('Lead', [rest]);
  const person = await bench.person(LEAD);
  assert.deepEqual([person['title'], person['description']], ['CEO', null]);
  assert.equal(await bench.count('salesforce."Lead"', `"Title" = 'CEO' and "Description" is null`), 1);
});

test('[IN11] one page brings a change and a delete; the delete does not overtake the change', async () => {
  await bench.apply('Lead', [lead(), lead({ Id: idOf('Lead', 2) })]);
  const counts = await bench.apply('Lead', [
    lead({ SystemModstamp: at(5), Phone: 'last', IsDeleted: true }),
    lead({ Id: idOf('Lead', 2), SystemModstamp: at(5), IsDeleted: true, MasterRecordId: LEAD }),
  ]);
  assert.deepEqual([counts.updated, counts.deleted], [1, 1]);
  const person = await bench.person(LEAD);
  assert.deepEqual([person['phone'], person['is_deleted']], ['last', true]);
  const states = await bench.db.query('select state from sync.link order by sf_id');
  assert.deepEqual(states, [{ state: 'deleted' }, { state: 'merged' }]);
});

test('[IN17] a record that was deleted, merged away or converted before we knew it makes no person', async () => {
  const counts = await bench.apply('Lead', [
    lead({ IsDeleted: true }),
    lead({ Id: idOf('Lead', 2), IsDeleted: true, MasterRecordId: idOf('Lead', 9) }),
    lead({ Id: idOf('Lead', 3), IsConverted: true }),
  ]);
  assert.deepEqual([counts.created, counts.skipped], [0, 3]);
  assert.equal(await bench.count('marketing.person'), 0);
  assert.equal(await bench.count('salesforce."Lead"'), 3);
});

test('[IN18] children that arrive before their parents are joined when both are there, with no second read', async () => {
  const [account, opportunity, role] = [idOf('Account', 1), idOf('Opportunity', 1), idOf('OpportunityContactRole', 1)];
  const base = { IsDeleted: false, MasterRecordId: null, SystemModstamp: at(1), LastModifiedDate: at(1) };
  const person = contact({ AccountId: account });
  await bench.apply('OpportunityContactRole', [
    { ...base, Id: role, OpportunityId: opportunity, ContactId: person['Id'], Role: 'Buyer', IsPrimary: true },
  ]);
  await bench.apply('Contact', [person]);
  await bench.apply('Opportunity', [{ ...base, Id: opportunity, Name: 'Deal', AccountId: account, Amount: 10 }]);
  await bench.apply('Account', [{ ...base, Id: account, Name: 'Acme', Website: null, AnnualRevenue: null }]);
  const joined = await bench.db.query(
    `select c.name as company, o.name as opportunity, v.role, v.is_primary
       from marketing.person p join marketing.company c on c.salesforce_id = p.account_id
       join marketing.opportunity_person v on v.person_id = p.id join marketing.opportunity o on o.id = v.opportunity_id`,
  );
  assert.deepEqual(joined, [{ company: 'Acme', opportunity: 'Deal', role: 'Buyer', is_primary: true }]);
  assert.equal(await bench.count('sync.reread'), 0);
});

test('[MRG21] a row of a read-only object overwrites every mapped field that differs here, also those it did not change', async () => {
  const account = {
    Id: idOf('Account', 1),
    IsDeleted: false,
    MasterRecordId: null,
    SystemModstamp: at(1),
    LastModifiedDate: at(1),
    Name: 'Acme',
    Website: 'acme.example',
    AnnualRevenue: 5,
  };
  await bench.apply('Account', [account]);
  await bench.db.run(`update marketing.company set name = 'Mine', website = null`);
  await bench.apply('Account', [account]);
  assert.equal(await bench.count('marketing.company', `name = 'Mine'`), 1, 'a row equal to the mirror writes nothing');
  const counts = await bench.apply('Account', [{ ...account, SystemModstamp: at(5), AnnualRevenue: 6 }]);
  assert.equal(counts.updated, 1);
  assert.deepEqual(await bench.db.query('select name, website, annual_revenue from marketing.company'), [
    { name: 'Acme', website: 'acme.example', annual_revenue: '6' },
  ]);
  const [, line] = await bench.journal();
  assert.deepEqual(line?.fields, { name: ['Mine', 'Acme'], website: [null, 'acme.example'], annual_revenue: [5, 6] });
});

test('[MRG21] a read-only field of a person is overwritten whenever its row is applied', async () => {
  await bench.apply('Lead', [lead()]);
  await bench.edit(LEAD, { name: 'Somebody else' });
  assert.deepEqual(await bench.edits(LEAD), []);
  await bench.apply('Lead', [lead({ SystemModstamp: at(5), LastModifiedDate: at(5) })]);
  assert.equal((await bench.person(LEAD))['name'], 'Amy Diaz');
});

const ACCOUNT = idOf('Account', 1);
const account = (more: Row = {}): Row => ({
  Id: ACCOUNT,
  IsDeleted: false,
  MasterRecordId: null,
  SystemModstamp: at(1),
  LastModifiedDate: at(1),
  Name: 'Acme',
  Website: 'acme.example',
  AnnualRevenue: 5,
  ...more,
});
const colleague = (n: number): Row =>
  contact({ Id: idOf('Contact', n), AccountId: ACCOUNT, Email: `${n}@acme.example` });
const companies = () => bench.db.query('select name, website from marketing.company');
const shown = () =>
  bench.db.query(
    `select p.salesforce_id as id, v.company, v.website from marketing.person_company v join marketing.person p on p.id = v.person_id order by 1`,
  );

test("[MRG20] a company field of a lead is the lead's own, and is sent", async () => {
  await bench.apply('Account', [account()]);
  await bench.apply('Lead', [lead({ Company: 'Acme', Website: null })]);
  await bench.edit(LEAD, { company: 'Acme Iberia' });
  assert.deepEqual(
    [await bench.edits(LEAD), await companies()],
    [['company'], [{ name: 'Acme', website: 'acme.example' }]],
  );
  assert.deepEqual(await shown(), [{ id: LEAD, company: 'Acme Iberia', website: null }]);
});

test('[MRG20] [OBJ1] a company field edited through a contact changes the one company for all its people, sends nothing, and is overwritten by the next change there', async () => {
  await bench.apply('Account', [account()]);
  await bench.apply('Contact', [colleague(1), colleague(2), contact({ Id: idOf('Contact', 3), AccountId: null })]);
  const [one, two, alone] = [1, 2, 3].map((n) => idOf('Contact', n)) as [string, string, string];
  await bench.edit(one, { company: 'Acme Iberia', title: 'CEO' });
  assert.deepEqual(
    [await bench.edits(one), await bench.edits(two)],
    [['title'], []],
    'only what is the contact’s own is sent',
  );
  assert.deepEqual(await shown(), [
    { id: one, company: 'Acme Iberia', website: 'acme.example' },
    { id: two, company: 'Acme Iberia', website: 'acme.example' },
    { id: alone, company: null, website: null },
  ]);
  assert.deepEqual(
    (await bench.journal()).filter(({ cause }) => cause === 'edited'),
    [{ cause: 'edited', fields: { name: ['Acme', 'Acme Iberia'] } }],
  );
  assert.deepEqual(await bench.db.query('select fields from sync.company_edit'), [{ fields: ['name'] }]);
  await bench.edit(two, { website: '' });
  await bench.edit(alone, { website: 'mine.example' });
  assert.deepEqual(
    await companies(),
    [{ name: 'Acme Iberia', website: 'acme.example' }],
    'empty text is null, and no edit of what was never there',
  );
  await bench.apply('Account', [account({ SystemModstamp: at(5), AnnualRevenue: 6 })]);
  assert.deepEqual(await companies(), [{ name: 'Acme', website: 'acme.example' }]);
  assert.equal(await bench.count('sync.company_edit'), 0);
});

test('[MRG20] the view of people with their companies takes the edits of engineers, on both kinds of records', async () => {
  await bench.apply('Account', [account()]);
  await bench.apply('Lead', [lead({ Company: 'Acme', Website: null })]);
  await bench.apply('Contact', [colleague(1), colleague(2)]);
  const engineer = new pg.Client({ connectionString: bench.database.engineerUrl });
  await engineer.connect();
  await engineer.query(`update marketing.person_company set company = 'Acme ' || person_id, website = null`);
  await assert.rejects(engineer.query('update marketing.person_company set company_id = null'), { code: '42501' });
  await assert.rejects(engineer.query(`select sync.edit_person_company()`), { code: '0A000' });
  await engineer.end();
  const people = await bench.db.query<{ id: number; salesforce_type: string }>(
    'select id, salesforce_type from marketing.person order by id',
  );
  const names = (type: string) => people.filter((one) => one.salesforce_type === type).map(({ id }) => `Acme ${id}`);
  const [company] = await companies();
  assert.ok(names('Contact').includes(String(company?.['name'])), 'of two people of one company either counts');
  assert.equal(company?.['website'], null);
  assert.deepEqual([await bench.edits(LEAD), (await bench.person(LEAD))['company']], [['company'], names('Lead')[0]]);
  assert.equal(await bench.count('sync.outbox'), 1);
});

test('a company row that is deleted and comes back stays one row', async () => {
  const account = {
    Id: idOf('Account', 1),
    IsDeleted: false,
    MasterRecordId: null,
    SystemModstamp: at(1),
    LastModifiedDate: at(1),
    Name: 'Acme',
    Website: null,
    AnnualRevenue: null,
  };
  await bench.apply('Account', [account]);
  const gone = await bench.apply('Account', [{ ...account, SystemModstamp: at(2), IsDeleted: true }]);
  assert.deepEqual([gone.updated, gone.deleted, await bench.count('marketing.company', 'is_deleted')], [0, 1, 1]);
  const back = await bench.apply('Account', [{ ...account, SystemModstamp: at(3) }]);
  assert.deepEqual([back.updated, back.created, await bench.count('marketing.company', 'not is_deleted')], [1, 0, 1]);
});

test('of a record that a page holds twice the latest stays', async () => {
  const counts = await bench.apply('Lead', [
    lead({ SystemModstamp: at(6), Phone: 'new' }),
    lead({ SystemModstamp: at(5), Phone: 'old' }),
  ]);
  assert.deepEqual([counts.read, counts.created, counts.skipped], [2, 1, 1]);
  assert.equal((await bench.person(LEAD))['phone'], 'new');
});

test('[MAP16] numbers of 18 digits arrive exactly', async () => {
  const row = JSON.stringify(lead()).replace('"Worth__c":null', '"Worth__c":123456789012345678.25');
  const beganAt = await bench.now();
  await bench.db.ownTransaction((tx) => bench.applyText(tx, 'Lead', `{"records":[${row}]}`, { beganAt }));
  assert.equal((await bench.person(LEAD))['worth'], '123456789012345678.25');
});

test('[MAP17] dates from 1700 to 4000 and datetimes are the same in Postgres', async () => {
  await bench.apply('Lead', [
    lead({ Born__c: '1700-02-28', Seen__c: '4000-12-31T23:59:59.000+0000' }),
    lead({ Id: idOf('Lead', 2), Born__c: '4000-12-31', Seen__c: '1700-01-01T00:00:00.000+0000' }),
  ]);
  assert.deepEqual(
    await bench.db.query(
      `select born, to_char(seen at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as seen from marketing.person order by salesforce_id`,
    ),
    [
      { born: '1700-02-28', seen: '4000-12-31 23:59:59' },
      { born: '4000-12-31', seen: '1700-01-01 00:00:00' },
    ],
  );
});

test("[OUT2] what a customer's trigger makes of our write is an edit made here, and nothing else is", async () => {
  await bench.apply('Lead', [lead()]);
  await bench.db.run(
    `create function marketing.shout() returns trigger language plpgsql as $$ begin new.title := upper(new.title); return new; end $$`,
  );
  await bench.db.run(
    'create trigger shout before insert or update on marketing.person for each row execute function marketing.shout()',
  );
  try {
    await bench.apply('Lead', [
      lead({ SystemModstamp: at(5), Phone: '2', Title: 'ceo' }),
      lead({ Id: idOf('Lead', 2), Title: 'cfo' }),
      lead({ Id: idOf('Lead', 3) }),
    ]);
    assert.deepEqual(
      [await bench.edits(LEAD), await bench.edits(idOf('Lead', 2)), await bench.edits(idOf('Lead', 3))],
      [['title'], ['title'], []],
    );
    assert.deepEqual([(await bench.person(LEAD))['title'], (await bench.person(LEAD))['phone']], ['CEO', '2']);
  } finally {
    await bench.db.run('drop trigger shout on marketing.person');
    await bench.db.run('drop function marketing.shout()');
  }
});
