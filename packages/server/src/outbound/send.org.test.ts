/** One edit on its way: what goes, when, and as what. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { LANE } from './outbound.ts';
import { Corridor } from './testing/corridor.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
});
after(() => corridor?.close());
afterEach(() => corridor.rest());

const setPhone = (person: number, phone: string | null): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = $1', [person, phone]);
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 15_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, 'it did not come to be so');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('an edit by SQL reaches its record', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Fast', Phone: '1' });
  await corridor.edit(`update marketing.person set phone = '2', title = 'CTO' where id = $1`, [person]);
  assert.deepEqual(await corridor.send(), { claimed: 1, settled: 1, retried: 0, parked: 0, released: 0 });
  assert.equal(corridor.record('Lead', id)['Phone'], '2');
  assert.equal(corridor.record('Lead', id)['Title'], 'CTO');
  assert.equal(await corridor.entry(person), undefined);
  assert.deepEqual(await corridor.db.query('select * from sync.claim'), []);
});

test('[OUT6] a thousand edits of one person before a claim are one record with the values of that moment', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Busy' });
  for (let n = 1; n <= 1000; n += 1) await setPhone(person, `p${n}`);
  const { requests, send } = await corridor.watched({
    before: async () => {
      const [sent] = await corridor.db.query('select in_flight, versions is not null as has_versions from sync.sent');
      assert.deepEqual(sent, { in_flight: { phone: 'p1000' }, has_versions: true });
    },
  });
  assert.equal((await send()).claimed, 1);
  assert.deepEqual(
    requests.map((request) => JSON.parse(request.json)),
    [[{ attributes: { type: 'Lead' }, Id: id, Phone: 'p1000' }]],
  );
});

test('[OUT10] [OUT9] an edit made in flight stays unsettled, and is sent when the answer is in', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Flight' });
  await setPhone(person, 'A');
  const first = await corridor.watched({
    before: async () => {
      await setPhone(person, 'B');
      assert.equal((await corridor.send()).claimed, 0, 'its new value waits for the first answer');
    },
  });
  await first.send();
  assert.deepEqual(Object.keys((await corridor.entry(person))?.edits ?? {}), ['phone']);
  assert.deepEqual(await corridor.db.query('select acknowledged, in_flight from sync.sent'), [
    { acknowledged: { phone: 'A' }, in_flight: {} },
  ]);
  assert.equal(corridor.record('Lead', id)['Phone'], 'A');
  assert.equal((await corridor.send()).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], 'B');
  assert.equal(await corridor.entry(person), undefined);
});

test('[OUT5] an edit that commits after later ones were claimed is sent at the next claim', async () => {
  const [first, second] = await corridor.leads([{ LastName: 'Slow commit' }, { LastName: 'Quick commit' }]);
  assert.ok(first && second);
  const { promise: written, resolve: write } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = corridor.db.transaction(async (tx) => {
    await tx.run(`update marketing.person set phone = 'slow' where id = $1`, [first.person]);
    write();
    await released;
  });
  await written;
  await setPhone(second.person, 'quick');
  assert.equal((await corridor.send()).claimed, 1);
  release();
  await slow;
  assert.equal((await corridor.send()).claimed, 1);
  assert.equal(corridor.record('Lead', first.id)['Phone'], 'slow');
});

test('[OUT5] a person that is being edited is left for the next claim, and nobody waits', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Held' });
  await setPhone(person, 'one');
  await corridor.db.transaction(async (tx) => {
    await tx.run('select from marketing.person where id = $1 for no key update', [person]);
    assert.equal((await corridor.send()).claimed, 0, 'an UPDATE holds its row before its trigger has run');
    await tx.run(`update marketing.person set phone = 'two' where id = $1`, [person]);
    assert.equal((await corridor.send()).claimed, 0);
  });
  await corridor.send();
  assert.equal(corridor.record('Lead', id)['Phone'], 'two');
});

test('[OUT14] one refused record of a batch does not stop the others', async () => {
  const [good, bad, other] = await corridor.leads([{ LastName: 'Good' }, { LastName: 'Bad' }, { LastName: 'Other' }]);
  assert.ok(good && bad && other);
  corridor.switches({ refuse: [{ object: 'Lead', when: { Phone: 'bad' }, message: 'No such phone' }] });
  await corridor.edit(
    `update marketing.person set phone = case id when $1 then 'bad' else 'good' end where id = any($2)`,
    [bad.person, [good.person, bad.person, other.person]],
  );
  assert.deepEqual(await corridor.send(), { claimed: 3, settled: 2, retried: 0, parked: 1, released: 0 });
  assert.equal(corridor.record('Lead', other.id)['Phone'], 'good');
  const entry = await corridor.entry(bad.person);
  assert.deepEqual([entry?.parked, entry?.waits], [{ '*': 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }, true]);
  assert.deepEqual(await corridor.errors(bad.person), [
    { code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', disposition: 'park', fields: [], open: true },
  ]);
  await setPhone(bad.person, 'better');
  await corridor.send();
  assert.equal(corridor.record('Lead', bad.id)['Phone'], 'better');
  assert.deepEqual(
    (await corridor.errors(bad.person)).map((error) => error.open),
    [false],
  );
});

test('[OUT19] an update forbids assignment rules, a create asks for nothing', async () => {
  const { person } = await corridor.lead({ LastName: 'Assigned' });
  await setPhone(person, '9');
  const { requests, send } = await corridor.watched();
  await send();
  await corridor.edit('select marketing.sync_person($1)', [
    await corridor.newPerson({ last_name: 'Unassigned', company: 'Northwind' }),
  ]);
  await send(LANE.urgent);
  assert.deepEqual(
    requests.map((request) => [request.object, request.autoAssign]),
    [
      [null, 'FALSE'],
      ['Lead', undefined],
    ],
  );
});

test('[OUT20] a contact waits for a read of its object, a lead under marketing does not', async () => {
  const contact = await corridor.contact({ LastName: 'Read first' });
  const lead = await corridor.lead({ LastName: 'Not read' });
  await corridor.own(`update sync.cursor set last_began_at = clock_timestamp() - interval '2 minutes'`);
  await corridor.edit(`update marketing.person set phone = '3' where id = any($1)`, [[contact.person, lead.person]]);
  await corridor.send();
  assert.equal(corridor.record('Lead', lead.id)['Phone'], '3');
  assert.equal((await corridor.send()).claimed, 0);
  assert.ok(corridor.main.reads.includes('Contact'));
  corridor.changeThere('Contact', contact.id, { Phone: 'theirs' });
  await corridor.poll(['Contact']);
  await corridor.sendAll();
  assert.equal(
    corridor.record('Contact', contact.id)['Phone'],
    'theirs',
    'an edit never seen would be overwritten else',
  );
  assert.deepEqual(await corridor.person(contact.person, 'phone'), { phone: 'theirs' });
});

test('[MRG1] an edit that was undone before it was sent needs no call', async () => {
  const { person } = await corridor.lead({ LastName: 'Undone', Phone: '1' });
  await setPhone(person, '2');
  await setPhone(person, '1');
  const { requests, send } = await corridor.watched();
  assert.equal((await send()).claimed, 0);
  assert.deepEqual(requests, []);
  assert.equal(await corridor.entry(person), undefined);
  const [line] = await corridor.db.query(
    `select cause from sync.journal where row_id = $1 order by journal_id desc limit 1`,
    [person],
  );
  assert.deepEqual(line, { cause: 'withdrawn' });
});

test('[MRG1] an undone edit whose value may have landed is sent all the same', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Undone late', Phone: '1' });
  await setPhone(person, '2');
  corridor.switches({ loseAnswers: 1 });
  await corridor.send();
  assert.equal(corridor.record('Lead', id)['Phone'], '2');
  await setPhone(person, '1');
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Phone'], '1');
});

test('[MRG13] a held field is not sent, what else was edited is; edited to what Salesforce has, nobody is asked any more', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Held', Phone: '1', Title: 'VP' });
  await corridor.own(
    `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
     values ('Lead', $1, $2, 'phone', '"0"', '"1"', '"mine"', 'hold', null)`,
    [person, id],
  );
  await corridor.edit(`update marketing.person set phone = 'mine', title = 'CTO' where id = $1`, [person]);
  await corridor.sendAll();
  assert.deepEqual([corridor.record('Lead', id)['Phone'], corridor.record('Lead', id)['Title']], ['1', 'CTO']);
  assert.deepEqual(Object.keys((await corridor.entry(person))?.edits ?? {}), ['phone']);
  await setPhone(person, '1');
  await corridor.sendAll();
  assert.deepEqual(
    [await corridor.entry(person), await corridor.db.query('select from sync.conflict')],
    [undefined, []],
  );
});

test('[MRG5] an edit back to the value before our last send is sent', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Back', Phone: '1' });
  await setPhone(person, '2');
  await corridor.send();
  await setPhone(person, '1');
  assert.equal((await corridor.send()).settled, 1);
  assert.equal(corridor.record('Lead', id)['Phone'], '1');
});

test('[OUT26] after a lost answer current values are sent, and the unanswered ones are remembered for a while', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Unanswered' });
  await setPhone(person, 'A');
  corridor.switches({ loseAnswers: 1 });
  const brief = await corridor.another({ lateLandingMs: 300 });
  assert.equal((await brief.outbound.sendOnce(LANE.normal, { includeUpdates: true })).retried, 1);
  assert.deepEqual(
    await corridor.db.query('select unanswered, late_until > clock_timestamp() as waits from sync.sent'),
    [{ unanswered: { phone: 'A' }, waits: true }],
  );
  await setPhone(person, 'B');
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', id)['Phone'], 'B');
  await until(async () => {
    await brief.outbound.takeOver();
    return (await corridor.db.query('select from sync.reread where sf_id = $1', [id])).length === 1;
  });
  await corridor.inbound.reread();
  await brief.outbound.takeOver();
  assert.deepEqual(await corridor.db.query('select * from sync.sent where person_id = $1', [person]), []);
  assert.deepEqual(await corridor.db.query('select * from sync.conflict'), []);
  assert.deepEqual(await corridor.person(person, 'phone'), { phone: 'B' });
});

test('while the sync is disabled only what an action asked for is sent', async () => {
  const { person } = await corridor.lead({ LastName: 'Disabled' });
  await setPhone(person, 'later');
  await corridor.edit('select marketing.sync_person($1)', [
    await corridor.newPerson({ last_name: 'Acted', company: 'Northwind' }),
  ]);
  for (const lane of Object.values(LANE)) await corridor.send(lane, { includeUpdates: false });
  assert.equal(corridor.leadsNamed('Acted').length, 1);
  assert.ok(await corridor.entry(person));
});

test('[MAP12] [MAP16] [MAP17] [MAP18] values go out as they are', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Values' });
  const hostile = 'null #N/A =1+1 "quoted" \u202eright to left\u202c \u{1f642} a\r\nb\nc\rd \\ \' ; \t';
  await corridor.edit(
    `update marketing.person set notes = $2, legacy_number = 123456789012345678, budget = 1234567890123456.78, trial_starts = '1700-01-01', last_seen = '4000-12-31T23:59:59Z',
            call_after = '09:30:15', newsletter = true, interests = 'Events;Mobile' where id = $1`,
    [person, hostile],
  );
  await corridor.sendAll();
  const record = corridor.record('Lead', id);
  assert.deepEqual(await corridor.errors(person), []);
  assert.equal(record['Notes__c'], hostile.trim());
  assert.equal(record['Legacy_Number__c']?.replace(/\.0$/, ''), '123456789012345678');
  assert.equal(record['Budget__c'], '1234567890123456.78');
  assert.equal(record['Trial_Starts__c'], '1700-01-01');
  assert.equal(record['Last_Seen__c'], '4000-12-31T23:59:59.000Z');
  assert.equal(record['Call_After__c'], '09:30:15.000Z');
  assert.equal(record['Newsletter__c'], 'true');
  assert.equal(record['Interests__c'], 'Events;Mobile');
  await corridor.edit(
    `update marketing.person set notes = '', legacy_number = null, trial_starts = null, newsletter = null where id = $1`,
    [person],
  );
  await corridor.sendAll();
  assert.deepEqual(await corridor.errors(person), []);
  const cleared = corridor.record('Lead', id);
  assert.deepEqual(
    [cleared['Notes__c'], cleared['Legacy_Number__c'], cleared['Trial_Starts__c'], cleared['Newsletter__c']],
    [null, null, null, 'false'],
  );
});

test('[MAP18] a text of 131,072 characters, and one that says what bulk takes for null, arrive', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Long' });
  const long = 'äöx.'.repeat(32_768);
  await corridor.edit('update marketing.person set notes = $2, title = $3 where id = $1', [person, long, '#N/A']);
  await corridor.sendAll();
  assert.ok(corridor.record('Lead', id)['Notes__c'] === long, JSON.stringify(await corridor.errors(person)));
  assert.equal(corridor.record('Lead', id)['Title'], '#N/A');
});
