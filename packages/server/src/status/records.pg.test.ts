import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, type Instance, startInstance } from '../api/testing/instance.ts';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import { applyFields, fieldMapOf } from '../mapping/open-field-store.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { smallMap } from '../people/testing/small-map.ts';

let instance: Instance;
before(async () => {
  instance = await startInstance();
  const { db } = instance;
  const theirs = { direction: 'from_salesforce' } as const;
  const map = smallMap({
    User: [['Name', 'string', 'name', theirs]],
    Lead: [['LastModifiedById', 'reference', null]],
    Account: [
      ['Name', 'string', 'name', theirs],
      ['OwnerId', 'reference', 'owner_id', theirs],
      ['Order "x"; --', 'string', 'order "x"; --', theirs],
    ],
    Opportunity: [
      ['Name', 'string', 'name', theirs],
      ['StageName', 'picklist', 'stage_name', theirs],
      ['Amount', 'currency', 'amount', theirs],
      ['CloseDate', 'date', 'close_date', theirs],
      ['AccountId', 'reference', 'account_id', theirs],
      ['OwnerId', 'reference', 'owner_id', theirs],
    ],
    OpportunityContactRole: [
      ['OpportunityId', 'reference', 'opportunity_id', theirs],
      ['ContactId', 'reference', 'contact_id', theirs],
      ['Role', 'picklist', 'role', theirs],
      ['IsPrimary', 'boolean', 'is_primary', theirs],
    ],
  });
  const fields = SYNC_OBJECTS.flatMap((object) =>
    map.objects[object].fields.map((field, position) => ({ ...field, position })),
  );
  await db.transaction(async (tx) => {
    await applyFields(tx, fields);
    await applyPeopleShape(tx, fieldMapOf(1, fields));
  });
  await db.ownTransaction(async (tx) => {
    await tx.run(`insert into marketing.owner (salesforce_id, name) values ('005A', 'Ray Diaz')`);
    await tx.run(
      `insert into marketing.company (salesforce_id, name, owner_id, "order ""x""; --")
       select sync.id18('0015000' || lpad(n::text, 8, '0')), case when n = 7 then null else 'Acme ' || lpad(n::text, 3, '0') end, '005A', 'ours' from generate_series(1, 250) n`,
    );
    await tx.run(
      `insert into salesforce."Account" ("Id", "SystemModstamp", "_began_at", "Name", "OwnerId", "Order ""x""; --")
       select salesforce_id, '2026-05-04T14:00:00Z', now(), name, owner_id, 'theirs' from marketing.company`,
    );
    await tx.run(
      `insert into marketing.person (id, last_name, salesforce_type, salesforce_id, account_id) values (901, 'Jones', 'Contact', '003A', '001500000000001AAA'), (902, 'Ito', 'Contact', '003B', '001500000000001AAA')`,
    );
    await tx.run(
      `insert into sync.link (sf_id, object, person_id, state) values ('003A', 'Contact', 901, 'live'), ('003B', 'Contact', 902, 'live')`,
    );
    await tx.run(
      `insert into marketing.opportunity (salesforce_id, name, stage_name, amount, close_date, account_id, owner_id)
       values ('006A', 'Big one', 'Won', 123456789012345678.25, '2026-05-31', '001500000000001AAA', '005A'), ('006B', null, null, null, null, null, null)`,
    );
    await tx.run(
      `insert into marketing.opportunity_role (salesforce_id, opportunity_id, contact_id, role, is_primary)
       values ('00KA', '006A', '003B', 'User', false), ('00KB', '006A', '003A', 'Decision Maker', true), ('00KC', '006A', '003Z', null, false)`,
    );
  });
  await instance.signIn();
});
after(() => instance?.close());

const get = async (url: string): Promise<Answer> => {
  const answer = await instance.ask('GET', url);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};
const at = (answer: Answer, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    answer.body,
  );
const rowsOf = (answer: Answer, key = 'rows'): readonly Record<string, unknown>[] =>
  at(answer, key) as readonly Record<string, unknown>[];

const listsAreRight = async (): Promise<void> => {
  const names: unknown[] = [];
  for (let cursor = ''; ; ) {
    const page = await get(`/api/companies?limit=60${cursor}`);
    names.push(...rowsOf(page).map(({ name }) => name));
    const next = at(page, 'nextCursor');
    if (typeof next !== 'string') break;
    cursor = `&cursor=${next}`;
  }
  assert.deepEqual([names.length, new Set(names).size, names[0], names.at(-1)], [250, 250, 'Acme 001', null]);
  const found = await get('/api/companies?q=ACME 24');
  assert.deepEqual([rowsOf(found).length, at(found, 'total'), at(found, 'totalIsExact')], [10, 10, true]);
  assert.deepEqual(
    rowsOf(await get('/api/companies?q=001500000000001AAA')).map(({ name }) => name),
    ['Acme 001'],
  );
  assert.deepEqual(
    rowsOf(await get('/api/companies?q=001500000000001')).length,
    1,
    '15 characters, all of them digits',
  );
};

test('companies are listed by name, each once, and found by a beginning or an id', async () => {
  await listsAreRight();
  await instance.db.run(`insert into sync.load (object, phase) values ('Lead', 'done')`);
  assert.equal(await instance.status.prepareSearch(), true);
  await listsAreRight();
});

test('[SEC9] a company shows its people, opportunities and both sides of its fields, whatever these are called', async () => {
  const [row] = rowsOf(await get('/api/companies?q=acme 001'));
  assert.deepEqual(
    [row?.['people'], row?.['opportunities'], row?.['owner'], row?.['updatedAt']],
    [2, 1, 'Ray Diaz', '2026-05-04T14:00:00.000Z'],
  );
  const page = await get(`/api/companies/${String(row?.['companyId'])}`);
  assert.deepEqual(
    rowsOf(page, 'people').map(({ personId, company }) => [personId, company]),
    [
      [901, 'Acme 001'],
      [902, 'Acme 001'],
    ],
  );
  assert.deepEqual(
    rowsOf(page, 'opportunities').map(({ name }) => name),
    ['Big one'],
  );
  assert.deepEqual(
    rowsOf(page, 'fields')
      .filter(({ differs }) => differs === true)
      .map(({ field, ours, theirs }) => [field, ours, theirs]),
    [['order "x"; --', 'ours', 'theirs']],
  );
  assert.equal((await instance.ask('GET', '/api/companies/999999')).status, 404);
});

test('an opportunity keeps every digit, and names its people through any record they ever were', async () => {
  const [row, other] = rowsOf(await get('/api/opportunities'));
  assert.deepEqual(
    [row?.['name'], row?.['stage'], row?.['amount'], row?.['closeDate'], row?.['roles'], other?.['roles']],
    ['Big one', 'Won', '123456789012345678.25', '2026-05-31', 3, 0],
  );
  assert.equal(at({ body: row } as never, 'company', 'name'), 'Acme 001');
  const page = await get(`/api/opportunities/${String(row?.['opportunityId'])}`);
  assert.deepEqual(
    rowsOf(page, 'roles').map(({ person, role, isPrimary }) => [
      person && Reflect.get(person as object, 'name'),
      role,
      isPrimary,
    ]),
    [
      ['Jones', 'Decision Maker', true],
      ['Ito', 'User', false],
      [null, null, false],
    ],
  );
});

test('why a value is here: each line that moved it, the conflict beside its line, and who did it only while that is known', async () => {
  const { db } = instance;
  await db.ownTransaction(async (tx) => {
    await tx.run(
      `insert into marketing.person (id, last_name, title, salesforce_type, salesforce_id, created_at) values (910, 'Novak', 'CMO', 'Lead', '00QN', '2026-01-01Z')`,
    );
    await tx.run(
      `insert into salesforce."Lead" ("Id", "SystemModstamp", "_began_at", "LastName", "Title", "LastModifiedById") values ('00QN', now(), '2026-03-01T00:00:00Z', 'Novak', 'VP', '005A')`,
    );
    await tx.run(
      `insert into sync.journal (at, object, row_id, sf_id, cause, run_id, fields) values
         ('2026-02-01Z', 'Lead', 910, '00QN', 'sent', 4, '{"title": ["Chief", "Head"]}'),
         ('2026-02-02Z', 'Lead', 910, '00QN', 'salesforce', 5, '{"phone": ["1", "2"]}'),
         ('2026-03-02Z', 'Lead', 910, '00QN', 'conflict', 6, '{"title": ["Head", "VP"]}')`,
    );
    await tx.run(
      `insert into sync.conflict (at, object, person_id, sf_id, field, base, theirs, ours, policy, winner) values
         ('2026-03-02Z', 'Lead', 910, '00QN', 'title', '"Chief"', '"VP"', '"Head"', 'salesforce', 'salesforce')`,
    );
  });
  await db.run(`update marketing.person set title = 'CTO' where id = 910`);
  const answer = await get('/api/people/910/fields/title/decisions');
  assert.deepEqual(
    rowsOf(answer, 'decisions').map(({ kind, before, after, by, runId }) => [kind, before, after, by, runId]),
    [
      ['waiting', 'VP', 'CTO', null, null],
      ['conflict', 'Head', 'VP', 'Ray Diaz', 6],
      ['sent', 'Chief', 'Head', null, 4],
      ['load', null, 'Chief', null, null],
    ],
  );
  assert.equal(at(answer, 'decisions', 1, 'conflict', 'winner'), 'salesforce');
  await db.run(`update salesforce."Lead" set "_began_at" = now() where "Id" = '00QN'`);
  assert.equal(at(await get('/api/people/910/fields/title/decisions'), 'decisions', 1, 'by'), null, 'read again since');
  const unknown = await instance.ask('GET', '/api/people/910/fields/nothing/decisions');
  assert.equal(Reflect.get(unknown.body, 'code'), 'field-unknown');
});

test('[ERR4] the gates of a person, in their order, up to the first that is closed', async () => {
  const { db } = instance;
  await db.run(`insert into marketing.person (id, last_name) values (920, 'Kim')`);
  const closed = async (): Promise<unknown> => at(await get('/api/people/920/gates'), 'closed');
  assert.equal(await closed(), 'never_asked');
  await db.transaction((tx) => tx.query('select marketing.sync_person(920)'));
  await db.run(
    `insert into sync.connection (method, host, started_at, enabled) values ('client_credentials', 'https://acme.my.salesforce.com', now(), false)`,
  );
  assert.equal(await closed(), 'waiting', 'what an action asked for goes while the sync is disabled');
  await db.run(`update sync.connection set paused = '{"code": "user-locked", "detail": {}}'`);
  const answer = await get('/api/people/920/gates');
  assert.deepEqual(
    rowsOf(answer, 'gates').map(({ gate, state }) => `${String(gate)} ${String(state)}`),
    [
      'never_asked open',
      'ended_unseen open',
      'deleted_in_salesforce open',
      'out_of_sight open',
      'out_of_scope open',
      'sync_disabled open',
      'connection_paused closed',
      'held not_reached',
      'parked not_reached',
      'waiting not_reached',
      'in_flight not_reached',
    ],
  );
  assert.match(JSON.stringify(rowsOf(answer, 'gates')[6]), /"code":"user-locked"/);
  await db.run('update sync.connection set paused = null');
  await db.run(`update sync.outbox set parked = '{"*": "field-empty"}', due_at = 'infinity' where person_id = 920`);
  assert.equal(await closed(), 'parked');
  assert.equal((await instance.ask('GET', '/api/people/999999/gates')).status, 404);
});

test("[MRG20] a contact's company field shows and takes the company's value, says whose it is, and why it is there", async () => {
  const field = async (personId: number): Promise<Record<string, unknown> | undefined> =>
    rowsOf(await get(`/api/people/${personId}`), 'fields').find((each) => each['field'] === 'lead_company');
  const change = (value: string, personId = 901): Promise<Answer> =>
    instance.ask('PATCH', `/api/people/${personId}`, { fields: { lead_company: value, department: 'Sales' } });
  assert.equal((await change('Northwind')).status, 200);
  assert.equal((await change('Acme 001', 902)).status, 200);
  assert.equal((await change('Northwind')).status, 200, 'the same value again, after a colleague gave another one');
  const shown = await field(902);
  assert.deepEqual(
    [shown?.['ours'], shown?.['theirs'], shown?.['state'], shown?.['isEditable']],
    ['Northwind', 'Acme 001', 'of_company', true],
  );
  const page = await get('/api/people/902');
  assert.deepEqual([at(page, 'company', 'people'), at(page, 'person', 'company')], [2, 'Northwind']);
  const company = await get(`/api/companies/${String(at(page, 'company', 'companyId'))}`);
  assert.deepEqual(
    rowsOf(company, 'fields')
      .map((each) => [each['field'], each['differs']])
      .slice(0, 1),
    [['name', true]],
  );
  assert.deepEqual(
    await instance.db.query(
      `select person_id, array(select jsonb_object_keys(edits)) as columns from sync.outbox where person_id in (901, 902) order by 1`,
    ),
    [
      { person_id: 901, columns: ['department'] },
      { person_id: 902, columns: ['department'] },
    ],
  );
  const why = await get('/api/people/902/fields/lead_company/decisions');
  assert.deepEqual(
    rowsOf(why, 'decisions')
      .slice(0, 2)
      .map(({ cause, before, after }) => [cause, before, after]),
    [
      ['edited', 'Acme 001', 'Northwind'],
      ['edited', 'Northwind', 'Acme 001'],
    ],
  );
});
