import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import { applyFields, fieldMapOf, loadFieldMap } from '../mapping/open-field-store.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { smallMap } from '../people/testing/small-map.ts';
import { type Answer, type Instance, startInstance } from './testing/instance.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
  const map = smallMap();
  const fields = SYNC_OBJECTS.flatMap((object) =>
    map.objects[object].fields.map((field, position) => ({ ...field, position })),
  );
  await instance.db.transaction(async (tx) => {
    await applyFields(tx, fields);
    await applyPeopleShape(tx, fieldMapOf(1, fields));
  });
  assert.equal((await loadFieldMap(instance.db)).version, 1);
  await instance.signIn();
});
after(() => instance?.close());

/** Three leads with an edited phone and title, as their record has them beside; and somebody whose lead was never made. */
beforeEach(async () => {
  const { db } = instance;
  await db.ownTransaction(async (tx) => {
    for (const table of [
      'marketing.person',
      'sync.outbox',
      'sync.sent',
      'sync.error',
      'sync.conflict',
      'sync.journal',
      'salesforce."Lead"',
      'sync.claim',
    ])
      await tx.run(`delete from ${table}`);
    await tx.run(
      `insert into marketing.person (id, last_name, phone, title, annual_revenue, salesforce_type, salesforce_id)
       select n, 'Jones' || n, 'new', 'CMO', 123456789012345678.25, 'Lead', '00Q' || n from generate_series(1, 3) n`,
    );
    await tx.run(
      `insert into salesforce."Lead" ("Id", "SystemModstamp", "_began_at", "LastName", "Phone", "Title", "AnnualRevenue")
       select '00Q' || n, now(), now(), 'Jones' || n, 'old', 'VP', 123456789012345678.5 from generate_series(1, 3) n`,
    );
    await tx.run(
      `insert into sync.outbox (person_id, edits, edited_at, due_at, parked, fault_tries)
       select n, '{"phone": 1, "title": 1}', jsonb_build_object('phone', now(), 'title', now()), 'infinity', '{"phone": "STRING_TOO_LONG"}', 3
         from generate_series(1, 3) n`,
    );
    await tx.run(
      `insert into sync.error (level, object, person_id, sf_id, code, fields, message, disposition)
       select 'record', 'Lead', n, '00Q' || n, 'STRING_TOO_LONG', '{Phone}', 'Phone: too long', 'park' from generate_series(1, 3) n`,
    );
  });
});

const list = (answer: Answer, key: string): readonly Record<string, unknown>[] =>
  Reflect.get(answer.body, key) as readonly Record<string, unknown>[];
const groupId = async (): Promise<unknown> =>
  list(await instance.ask('GET', '/api/errors/causes'), 'causes')[0]?.['id'];
const entries = () =>
  instance.db.query(
    `select person_id as id, array(select jsonb_object_keys(edits)) as edits, parked, fault_tries, due_at <= clock_timestamp() as is_due
       from sync.outbox order by 1`,
  );

test('[ERR2] [OUT34] one press sends a whole group again; its cause alone is freed', async () => {
  const { db, ask } = instance;
  await db.run(
    `update sync.outbox set parked = parked || '{"title": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}' where person_id = 2`,
  );
  const causes = list(await ask('GET', '/api/errors/causes'), 'causes');
  assert.deepEqual([causes.length, causes[0]?.['affected'], causes[0]?.['parked']], [1, 3, 3]);
  const answer = await ask('POST', '/api/errors/retry', { cause: await groupId() });
  assert.deepEqual([answer.status, answer.body], [200, { retried: 3, skipped: 0 }]);
  const freed = { edits: ['phone', 'title'], parked: {}, fault_tries: 0, is_due: true };
  assert.deepEqual(await entries(), [
    { id: 1, ...freed },
    { id: 2, ...freed, parked: { title: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' } },
    { id: 3, ...freed },
  ]);
  assert.deepEqual((await ask('POST', '/api/errors/retry', { cause: await groupId() })).body, {
    retried: 0,
    skipped: 3,
  });
});

test('a record on its way keeps its claim; one that waits for its time is tried now', async () => {
  const { db, ask } = instance;
  await db.run(`update sync.outbox set claim_id = 7 where person_id = 1`);
  await db.run(`update sync.outbox set parked = '{}', due_at = now() + interval '4 minutes' where person_id = 2`);
  const rows = await db.query<{ error_id: number }>('select error_id from sync.error where person_id < 3 order by 1');
  const answer = await ask('POST', '/api/errors/retry', { ids: rows.map(({ error_id }) => error_id) });
  assert.deepEqual(answer.body, { retried: 2, skipped: 0 });
  const [one] = await db.query(`select claim_id, due_at = 'infinity' as waits from sync.outbox where person_id = 1`);
  assert.deepEqual(one, { claim_id: 7, waits: true });
  const due = await entries();
  assert.deepEqual(
    due.map((row) => Reflect.get(row, 'is_due')),
    [false, true, false],
  );
});

test('a discarded change takes back what Salesforce has, exactly, as no edit, and the journal says so', async () => {
  const { db, ask } = instance;
  await db.run(`insert into sync.sent (person_id, acknowledged) values (2, '{"phone": "acknowledged"}')`);
  await db.run(`update sync.outbox set claim_id = 7 where person_id = 3`);
  const answer = await ask('POST', '/api/errors/discard', { cause: await groupId() });
  assert.deepEqual(answer.body, { discarded: 2, skipped: 1 }, 'one is on its way');
  const people = await db.query('select id, phone, title from marketing.person order by id');
  assert.deepEqual(people, [
    { id: 1, phone: 'old', title: 'CMO' },
    { id: 2, phone: 'acknowledged', title: 'CMO' },
    { id: 3, phone: 'new', title: 'CMO' },
  ]);
  const left = await entries();
  assert.deepEqual(left[0], { id: 1, edits: ['title'], parked: {}, fault_tries: 0, is_due: true });
  const journal = await db.query('select row_id as id, cause, fields from sync.journal order by row_id');
  assert.deepEqual(journal, [
    { id: 1, cause: 'withdrawn', fields: { phone: ['new', 'old'] } },
    { id: 2, cause: 'withdrawn', fields: { phone: ['new', 'acknowledged'] } },
  ]);
  const causes = await ask('GET', '/api/errors/causes');
  assert.deepEqual(
    [list(causes, 'causes')[0]?.['affected'], list(causes, 'healed')],
    [1, []],
    'discarded is not healed',
  );
});

test('a record parked as a whole is discarded as a whole, and its numbers keep every digit', async () => {
  const { db, ask } = instance;
  await db.run(
    `update sync.outbox set parked = '{"*": "CANNOT_EXECUTE_FLOW_TRIGGER"}', edits = '{"annual_revenue": 4, "title": 4}' where person_id = 1`,
  );
  await db.run(`update sync.error set code = 'CANNOT_EXECUTE_FLOW_TRIGGER', fields = '{}' where person_id = 1`);
  const [row] = await db.query<{ error_id: number }>('select error_id from sync.error where person_id = 1');
  assert.deepEqual((await ask('POST', '/api/errors/discard', { ids: [row?.error_id] })).body, {
    discarded: 1,
    skipped: 0,
  });
  const [person] = await db.query('select annual_revenue, title, phone from marketing.person where id = 1');
  assert.deepEqual(person, { annual_revenue: '123456789012345678.5', title: 'VP', phone: 'new' });
  assert.equal((await entries()).length, 2, 'nothing is left to send of the first');
});

test('a lead that was refused at its birth is not made, and its person stays as they are', async () => {
  const { db, ask } = instance;
  await db.ownTransaction((tx) =>
    tx.run(`update marketing.person set salesforce_id = null, salesforce_type = null where id = 1`),
  );
  await db.run(
    `update sync.outbox set create_lead = true, edits = '{}', parked = '{"*": "STRING_TOO_LONG"}' where person_id = 1`,
  );
  const [row] = await db.query<{ error_id: number }>('select error_id from sync.error where person_id = 1');
  assert.deepEqual((await ask('POST', '/api/errors/discard', { ids: [row?.error_id] })).body, {
    discarded: 1,
    skipped: 0,
  });
  assert.deepEqual(await db.query('select phone from marketing.person where id = 1'), [{ phone: 'new' }]);
  assert.equal((await entries()).length, 2);
});

test('[ERR1] one error shows what would be sent beside what Salesforce has, its words as text, and both ids', async () => {
  const { db, ask } = instance;
  const [row] = await db.query<{ error_id: number }>('select error_id from sync.error where person_id = 1');
  const answer = await ask('GET', `/api/errors/${row?.error_id}`);
  assert.equal(answer.status, 200, answer.text);
  const { personId, salesforceId, message, attempts, isParked } = answer.body as Record<string, unknown>;
  assert.deepEqual([personId, salesforceId, message, attempts, isParked], [1, '00Q1', 'Phone: too long', 3, true]);
  assert.deepEqual(
    list(answer, 'values').map(({ field, ours, theirs, isNamed }) => [field, ours, theirs, isNamed]),
    [
      ['phone', 'new', 'old', true],
      ['title', 'CMO', 'VP', false],
    ],
  );
  assert.equal((await ask('GET', '/api/errors/999999')).status, 404);
});

test('[ERR3] records that were sent close their group, which says how many of how many', async () => {
  const { db, ask } = instance;
  await db.run('update sync.error set resolved_at = now() where person_id < 3');
  const causes = await ask('GET', '/api/errors/causes');
  const [healed] = list(causes, 'healed');
  assert.deepEqual([healed?.['solved'], healed?.['total'], list(causes, 'causes').length], [2, 3, 1]);
});

test('[SEC5] lists leave as CSV for people, with their filters, whole', async () => {
  const { db, ask } = instance;
  await db.ownTransaction((tx) =>
    tx.run(`update marketing.person set last_name = '=1+1', email = 'a@acme.test' where id = 1`),
  );
  const people = await ask('GET', '/api/people/export.csv');
  assert.match(String(people.headers['content-type']), /^text\/csv/);
  const lines = people.text.trimEnd().split('\r\n');
  assert.equal(lines.length, 4);
  assert.ok(lines[0]?.startsWith('\uFEFFId,Name,E-mail'));
  assert.ok(
    lines.some((line) => line.startsWith(`1,'=1+1,a@acme.test,`)),
    people.text,
  );
  const errors = await ask('GET', `/api/errors/export.csv?cause=${String(await groupId())}`);
  assert.equal(errors.text.trimEnd().split('\r\n').length, 4);
  await db.run(
    `insert into sync.run (object, operation, status, ended_at) select case when n % 2 = 0 then 'Lead' else 'Contact' end, 'Pull updates', 'succeeded', now() from generate_series(1, 2500) n`,
  );
  const runs = await ask('GET', '/api/runs/export.csv?object=Lead');
  assert.equal(runs.text.trimEnd().split('\r\n').length, 1251, 'more than one page');
});

const hold = (): Promise<number> =>
  instance.db.run(
    `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
     select 'Lead', n, '00Q' || n, f, '"first"', '"stale"', '"stale"', 'hold', null from generate_series(1, 3) n, unnest('{phone,title}'::text[]) f`,
  );

test('[ID23] an id of somebody who was folded is answered with the survivor, in every route of a person', async () => {
  const { ask, db } = instance;
  await db.run(
    `insert into sync.person_redirect (person_id, survivor_id, external_id, reason) values (77, 1, 'gone', 'merge')`,
  );
  const answers = await Promise.all(
    ['/api/people/77', '/api/people/by-external-id/gone'].map((path) => ask('GET', path)),
  );
  assert.deepEqual(
    answers.map(({ body }) => Reflect.get(Reflect.get(body, 'person'), 'personId')),
    [1, 1],
  );
  assert.equal((await ask('GET', '/api/people/77/gates')).status, 200);
  assert.equal((await ask('PATCH', '/api/people/77', { fields: { title: 'Folded' } })).status, 200);
  assert.deepEqual(await db.query(`select id from marketing.person where title = 'Folded'`), [{ id: 1 }]);
  assert.equal((await ask('GET', '/api/people/78')).status, 404);
  await db.run('delete from sync.person_redirect');
});

test('[MRG13] what is held is listed with what stands on both sides now, counted by field, and shown on home and person', async () => {
  const { ask } = instance;
  await hold();
  const answer = await ask('GET', '/api/held?field=phone');
  const [row] = list(answer, 'rows');
  assert.deepEqual(
    [row?.['personName'], row?.['base'], row?.['ours'], row?.['theirs'], row?.['label']],
    ['Jones3', 'first', 'new', 'old', 'Phone'],
  );
  assert.deepEqual([list(answer, 'rows').length, Reflect.get(answer.body, 'total')], [3, 3]);
  assert.deepEqual(
    list(answer, 'fields').map(({ field, count }) => [field, count]),
    [
      ['phone', 3],
      ['title', 3],
    ],
  );
  assert.equal(Reflect.get((await ask('GET', '/api/status')).body, 'heldConflicts'), 6);
  const person = await ask('GET', '/api/people/1');
  assert.equal(list(person, 'fields').find(({ field }) => field === 'title')?.['state'], 'held');
  assert.deepEqual(list(await ask('GET', '/api/conflicts'), 'rows'), []);
});

test('[MRG13] a choice becomes an ordinary edit or a take, for one or for all that match', async () => {
  const { ask, db } = instance;
  await hold();
  await db.run(`update sync.outbox set parked = '{}'`);
  const [first] = list(await ask('GET', '/api/held?field=phone'), 'rows');
  assert.deepEqual((await ask('POST', '/api/held/resolve', { ids: [first?.['heldId'], 999_999], keep: 'ours' })).body, {
    resolved: 1,
    skipped: 1,
  });
  assert.deepEqual(await db.query('select person_id from sync.outbox where due_at <= clock_timestamp()'), [
    { person_id: 3 },
  ]);
  assert.deepEqual((await ask('POST', '/api/held/resolve', { filter: { field: 'phone' }, keep: 'theirs' })).body, {
    resolved: 2,
    skipped: 0,
  });
  assert.deepEqual(await db.query('select id, phone from marketing.person order by id'), [
    { id: 1, phone: 'old' },
    { id: 2, phone: 'old' },
    { id: 3, phone: 'new' },
  ]);
  assert.deepEqual(
    await db.query(`select person_id from sync.outbox where edits ? 'phone'`),
    [{ person_id: 3 }],
    'what was taken is not sent',
  );
  assert.deepEqual(
    await db.query(
      `select winner, decided_by, ours, theirs from sync.conflict where winner is not null order by person_id`,
    ),
    [
      { winner: 'salesforce', decided_by: 'Ana', ours: 'new', theirs: 'old' },
      { winner: 'salesforce', decided_by: 'Ana', ours: 'new', theirs: 'old' },
      { winner: 'marketing', decided_by: 'Ana', ours: 'new', theirs: 'stale' },
    ],
  );
  await ask('POST', '/api/held/resolve', { filter: {}, keep: 'theirs' });
  assert.equal(Reflect.get((await ask('GET', '/api/held')).body, 'total'), 0);
  assert.deepEqual(await db.query('select person_id, edits from sync.outbox order by 1'), [
    { person_id: 3, edits: { phone: 1 } },
  ]);
});

// -- the brake ----------------------------------------------------------------------------------------------------------

const stop = async (direction: 'in' | 'out', waiting: number): Promise<number> => {
  const [row] = await instance.db.query<{ brake_id: number }>(
    `insert into sync.brake (object, direction, changed, most, people, waiting, through_at)
     values ('Lead', $1, 500, 500, 5000, $2, now()) returning brake_id`,
    [direction, waiting],
  );
  return row?.brake_id ?? 0;
};
const meter = async (direction: 'in' | 'out') =>
  (
    await instance.db.query<{ granted: number; kept: boolean }>(
      `select granted, kept_through is not null as kept from sync.brake_meter where object = 'Lead' and direction = $1`,
      [direction],
    )
  )[0];

test('[SAFE2] what waits to be sent is shown with the statement that made it, and withdrawn: people take back what Salesforce has', async () => {
  const { db, ask } = instance;
  await db.run(
    `update sync.outbox set lane = 3, due_at = now(), parked = case person_id when 3 then '{"phone": "STRING_TOO_LONG"}' else '{}'::jsonb end`,
  );
  const brakeId = await stop('out', 3);
  const detail = (await ask('GET', `/api/brakes/${brakeId}`)).body;
  assert.equal(Reflect.get(detail, 'waiting'), 3);
  assert.deepEqual(
    (Reflect.get(detail, 'statements') as { records: number; fields: string[] }[]).map(({ records, fields }) => ({
      records,
      fields,
    })),
    [{ records: 3, fields: ['Phone', 'Title'] }],
  );
  assert.deepEqual(Reflect.get((Reflect.get(detail, 'sample') as object[])[0] ?? {}, 'fields'), [
    { label: 'Phone', before: 'old', after: 'new' },
    { label: 'Title', before: 'VP', after: 'CMO' },
  ]);
  assert.equal(
    (await ask('POST', `/api/brakes/${brakeId}/answer`, { answer: 'accept' })).status,
    400,
    'an answer of the other direction',
  );
  const answered = await ask('POST', `/api/brakes/${brakeId}/answer`, { answer: 'withdraw' });
  assert.deepEqual([answered.status, answered.body], [200, { records: 3 }]);
  assert.deepEqual(await db.query('select id, phone, title from marketing.person order by id'), [
    { id: 1, phone: 'old', title: 'VP' },
    { id: 2, phone: 'old', title: 'VP' },
    { id: 3, phone: 'new', title: 'VP' },
  ]);
  assert.deepEqual(
    (await entries()).map(({ id, edits }: Record<string, unknown>) => [id, edits]),
    [[3, ['phone']]],
    'what is parked waits for its own cause',
  );
  assert.equal((await db.query(`select from sync.journal where cause = 'withdrawn'`)).length, 3);
  const again = await ask('POST', `/api/brakes/${brakeId}/answer`, { answer: 'send' });
  assert.deepEqual([again.status, Reflect.get(again.body, 'code')], [409, 'brake-answered']);
});

test('[SAFE2] an answer is for the number that was said; ours that are kept have their way back answered for', async () => {
  const { db, ask } = instance;
  await db.run('delete from sync.brake_meter');
  const kept = await stop('in', 40);
  assert.deepEqual((await ask('POST', `/api/brakes/${kept}/answer`, { answer: 'keep' })).body, { records: 40 });
  assert.deepEqual(
    [await meter('in'), await meter('out')],
    [
      { granted: 40, kept: true },
      { granted: 40, kept: false },
    ],
  );
  await db.run(`update sync.outbox set lane = 4, due_at = now() where person_id <= 2`);
  const sent = await stop('out', 2);
  assert.deepEqual((await ask('POST', `/api/brakes/${sent}/answer`, { answer: 'send' })).body, { records: 2 });
  assert.deepEqual(await db.query('select distinct lane from sync.outbox where person_id <= 2'), [{ lane: 2 }]);
  const { rows } = (await ask('GET', '/api/brakes')).body as unknown as {
    rows: { answer: string; answeredBy: string }[];
  };
  assert.deepEqual(
    rows
      .slice(0, 2)
      .map(({ answer }) => answer)
      .toSorted(),
    ['keep', 'send'],
  );
});
