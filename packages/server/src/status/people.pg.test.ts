import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MergeChoices } from '@syncline/contract/actions';
import type { People, PeopleQuery } from '@syncline/contract/people';
import { type Instance, startInstance } from '../api/testing/instance.ts';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import { applyFields, fieldMapOf, loadFieldMap } from '../mapping/open-field-store.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { smallMap } from '../people/testing/small-map.ts';
import { searchPeople } from './people-search.ts';
import { ensureSearchIndexes } from './search-indexes.ts';

let instance: Instance;
const PEOPLE = 900;

before(async () => {
  instance = await startInstance();
  const { db } = instance;
  const map = smallMap({
    Lead: [
      [
        'Evil"; drop table marketing.person; --',
        'string',
        'evil"; drop table marketing.person; --',
        { direction: 'both', isUpdateable: true },
      ],
    ],
  });
  const fields = SYNC_OBJECTS.flatMap((object) =>
    map.objects[object].fields.map((field, position) => ({ ...field, position })),
  );
  await db.transaction(async (tx) => {
    await applyFields(tx, fields);
    await applyPeopleShape(tx, fieldMapOf(1, fields));
  });
  await instance.signIn();
  // Every third is a lead, every third a contact, every third was made here; ids of links are real ids of 18 characters.
  await db.ownTransaction(async (tx) => {
    await tx.run(
      `insert into marketing.person (last_name, first_name, email, phone, salesforce_type, salesforce_id, annual_revenue)
       select 'Jones' || n, 'Mary', case when n % 10 = 0 then null else 'mary' || lpad(n::text, 4, '0') || '@Acme.test' end, '1',
              case n % 3 when 0 then 'Lead' when 1 then 'Contact' end,
              case n % 3 when 0 then sync.id18('00Q500000' || lpad(n::text, 6, 'a')) when 1 then sync.id18('003500000' || lpad(n::text, 6, 'a')) end,
              123456789012345678.25
         from generate_series(1, $1::int) n`,
      [PEOPLE],
    );
    await tx.run(
      `insert into sync.link (sf_id, object, person_id) select salesforce_id, salesforce_type, id from marketing.person where salesforce_id is not null`,
    );
    await tx.run(
      `insert into salesforce."Lead" ("Id", "SystemModstamp", "_began_at", "LastName", "Email", "Phone", "AnnualRevenue")
       select salesforce_id, '2026-05-04T14:00:00Z', now(), last_name, email, '2', annual_revenue from marketing.person where salesforce_type = 'Lead'`,
    );
    await tx.run(
      `insert into salesforce."Contact" ("Id", "SystemModstamp", "_began_at", "LastName", "Email", "Phone")
       select salesforce_id, '2026-05-04T14:00:00Z', now(), last_name, email, '2' from marketing.person where salesforce_type = 'Contact'`,
    );
  });
});
after(() => instance?.close());

const search = (query: PeopleQuery): Promise<People> => instance.status.people(query);
/** All pages, one after another. */
const everything = async (query: PeopleQuery): Promise<People['rows']> => {
  const rows: People['rows'] = [];
  for (let cursor: string | undefined; ; ) {
    const page: People = await search({ ...query, ...(cursor ? { cursor } : {}) });
    rows.push(...page.rows);
    assert.equal(page.total, (await search(query)).total);
    if (page.nextCursor === null) return rows;
    cursor = page.nextCursor;
  }
};
/** The same from the last page to the first; and from a page in the middle one comes on again. */
const backwards = async (query: PeopleQuery): Promise<People['rows']> => {
  const rows: People['rows'] = [];
  let page = await search({ ...query, from: 'end' });
  assert.equal(page.nextCursor, null);
  for (;;) {
    rows.unshift(...page.rows);
    if (page.previousCursor === null) return rows;
    const before: People = await search({ ...query, cursor: page.previousCursor });
    const again = await search({ ...query, cursor: before.nextCursor ?? '' });
    assert.deepEqual(ids(again.rows).slice(0, page.rows.length), ids(page.rows));
    page = before;
  }
};
const ids = (rows: People['rows']): number[] => rows.map(({ personId }) => personId);
const unique = (list: readonly number[]): number => new Set(list).size;

const searchesAreRight = async (): Promise<void> => {
  const all = await everything({});
  assert.deepEqual([all.length, unique(ids(all))], [PEOPLE, PEOPLE]);
  const byEmail = await everything({ q: 'MARY00', limit: 7 });
  assert.deepEqual(
    [byEmail.length, unique(ids(byEmail))],
    [90, 90],
    'mary0001 to mary0099, every tenth without an e-mail',
  );
  assert.ok(byEmail.every(({ email }) => email?.startsWith('mary00')));
  const byName = await everything({ q: 'jones1', limit: 11 });
  assert.deepEqual(
    [byName.length, unique(ids(byName))],
    [111, 111],
    'jones1, jones10 to jones19, jones100 to jones199',
  );
  const outside = await everything({ view: 'not_in_salesforce', limit: 50 });
  assert.deepEqual([outside.length, outside.every(({ recordKind }) => recordKind === 'marketing_only')], [300, true]);
  const both = await everything({ q: 'mary', view: 'not_in_salesforce', limit: 50 });
  assert.equal(both.length, 270);
  for (const query of [{ limit: 200 }, { q: 'jones1', limit: 31 }, { q: 'm', limit: 197 }] as const)
    assert.deepEqual(
      ids(await backwards(query)),
      ids(await everything(query)),
      `from the end: ${JSON.stringify(query)}`,
    );
};

test('views are counted, duplicates stand side by side, and record and owner narrow every view', async () => {
  const { db, status } = instance;
  // As the sync writes, so that nothing waits to be sent.
  await db.ownTransaction((tx) =>
    tx.run(
      `update marketing.person
          set email = case when email like 'mary0007%' then 'MARY0001@acme.test' else email end, has_opted_out_of_email = email like 'mary000%'
        where email like 'mary0002%' or email like 'mary0007%'`,
    ),
  );
  const twins = await everything({ view: 'likely_duplicates', limit: 1 });
  assert.deepEqual(
    twins.map(({ email }) => email?.toLowerCase()),
    ['mary0001@acme.test', 'mary0001@acme.test'],
  );
  const { views } = await status.peopleViews();
  assert.deepEqual(
    views.map(({ view, total }) => [view, total]),
    [
      ['all', PEOPLE],
      ['waiting', 0],
      ['with_errors', 0],
      ['not_in_salesforce', 300],
      ['likely_duplicates', 2],
      ['opted_out', 2],
    ],
  );
  assert.equal((await search({ view: 'opted_out', record: 'contact' })).total, 1);
  assert.equal((await search({ record: 'contact', q: 'mary' })).total, 270);
  assert.equal((await search({ view: 'waiting', record: 'lead', owner: `o'brien` })).total, 0);
  await db.ownTransaction((tx) =>
    tx.run(
      `update marketing.person set email = case when email like 'MARY%' then 'mary0007@Acme.test' else email end, has_opted_out_of_email = false
        where has_opted_out_of_email`,
    ),
  );
});

const asks = (...conditions: readonly (readonly [string, string, string | null])[]): { readonly where: string } => ({
  where: JSON.stringify(conditions.map(([field, operator, value]) => ({ field, operator, value }))),
});

test('any field narrows the list, each by its kind, and its values can stand beside', async () => {
  const total = async (query: PeopleQuery): Promise<number> => (await search(query)).total;
  assert.equal(await total(asks(['last_name', 'is', 'JONES17'])), 1);
  assert.equal(await total(asks(['last_name', 'contains', 'nes17'])), 11);
  assert.equal(await total(asks(['email', 'empty', null])), PEOPLE / 10);
  assert.equal(await total(asks(['email', 'not_contains', 'mary'])), PEOPLE / 10, 'who has none contains nothing');
  assert.equal(await total(asks(['annual_revenue', 'at_least', '123456789012345678.26'])), 0, 'no float in between');
  assert.equal(await total(asks(['annual_revenue', 'at_least', '123456789012345678.25'])), PEOPLE);
  assert.equal(await total(asks(['number_of_employees', 'is', '999999999999999999'])), 0, 'more than an integer holds');
  assert.equal(await total(asks(['has_opted_out_of_email', 'is', 'true'])), 0);
  assert.equal(await total(asks(['birthdate', 'at_most', '2026-01-01'])), 0);
  assert.equal(
    await total({ ...asks(['last_name', 'contains', 'nes17'], ['email', 'not_empty', null]), record: 'lead' }),
    3,
  );
  assert.equal(await total({ ...asks(['last_name', 'contains', 'nes17']), q: 'jones170' }), 1);
  const [row] = (await search({ q: 'jones17', columns: 'annual_revenue,has_opted_out_of_email,birthdate', limit: 1 }))
    .rows;
  assert.deepEqual(row?.values, {
    annual_revenue: '123456789012345678.25',
    has_opted_out_of_email: null,
    birthdate: null,
  });
  const file = await instance.ask('GET', '/api/people/export.csv?q=jones17&columns=annual_revenue,birthdate');
  assert.match(file.text.split('\r\n')[0] ?? '', /,Updated at,annual_revenue,birthdate$/);
  assert.match(file.text.split('\r\n')[1] ?? '', /,123456789012345678\.25,$/);
  const { fields } = await instance.status.peopleFields();
  assert.deepEqual(
    fields.find(({ field }) => field === 'birthdate'),
    {
      field: 'birthdate',
      label: 'Birthdate',
      kind: 'date',
      operators: ['is', 'is_not', 'at_least', 'at_most', 'empty', 'not_empty'],
      values: null,
    },
  );
});

test('[SEC9] what is asked of a field is only data, and no name but a column of the map is asked', async () => {
  const hostile = `'); drop table marketing.person; --`;
  const evil = 'evil"; drop table marketing.person; --';
  for (const text of [hostile, `' or '1'='1`, '%', '_', '\\', '$1', '\u{10FFFF}']) {
    assert.equal((await search(asks([evil, 'is', text]))).total, 0, text);
    assert.equal((await search(asks([evil, 'contains', text]))).total, 0, text);
  }
  assert.equal((await search({ columns: evil, limit: 1 })).rows[0]?.values[evil], null);
  const refusal = async (query: string): Promise<unknown> => {
    const { status, body } = await instance.ask('GET', `/api/people?${query}`);
    const file = query.startsWith('cursor') ? null : await instance.ask('GET', `/api/people/export.csv?${query}`);
    if (file)
      assert.deepEqual(
        file.body,
        { ...body, requestId: Reflect.get(file.body, 'requestId') },
        'the file is refused alike',
      );
    return [status, Reflect.get(body, 'code')];
  };
  const where = (conditions: unknown): string => `where=${encodeURIComponent(JSON.stringify(conditions))}`;
  const one = (field: string, operator: string, value: string): string => where([{ field, operator, value }]);
  assert.deepEqual(await refusal(one('external_id', 'is', 'x')), [422, 'field-unknown']);
  assert.deepEqual(await refusal(one('email is null or p.email', 'is', 'x')), [422, 'field-unknown']);
  assert.deepEqual(await refusal(one('email', 'at_least', 'x')), [422, 'filter-wrong']);
  assert.deepEqual(await refusal(one('birthdate', 'is', hostile)), [422, 'filter-wrong']);
  assert.deepEqual(await refusal(one('birthdate', 'is', '2026-02-30')), [422, 'filter-wrong']);
  assert.deepEqual(await refusal(one('annual_revenue', 'is', '1e400')), [422, 'filter-wrong']);
  assert.deepEqual(await refusal(one('last_name', 'is', 'a\u0000b')), [422, 'filter-wrong']);
  assert.deepEqual(await refusal(one('last_name', 'like', 'x')), [400, 'bad-request']);
  assert.deepEqual(await refusal('where=nonsense'), [400, 'bad-request']);
  assert.deepEqual(await refusal('columns=external_id'), [422, 'field-unknown']);
  assert.deepEqual(await refusal('cursor=WzEsMl0'), [400, 'bad-request']);
});

test('who changed lately is asked of the journal, and what a load brought is no change', async () => {
  const { db } = instance;
  const [one, two, three] = ids((await search({ limit: 3 })).rows);
  await db.run(
    `insert into sync.journal (object, row_id, cause, at) values
       ('Lead', $1, 'salesforce', now() - interval '30 minutes'), ('Contact', $2, 'sent', now() - interval '20 hours'),
       ('Lead', $3, 'load', now()), ('Account', $3, 'salesforce', now())`,
    [one, two, three],
  );
  assert.deepEqual(ids((await search({ changed: 1 })).rows), [one]);
  assert.deepEqual(ids((await search({ changed: 24 })).rows), [one, two]);
  await db.run('delete from sync.journal');
});

test('a list that takes too long says so, and a count that does says only what is known', async () => {
  const { db } = instance;
  const map = await loadFieldMap(db);
  await db.transaction(async (tx) => {
    await tx.run('lock table marketing.person in access exclusive mode');
    const search = searchPeople(db, map, asks(['last_name', 'contains', 'x']), { pageMs: 20, countMs: 20 });
    await assert.rejects(search, { code: 'list-too-slow' });
  });
  assert.equal((await search(asks(['last_name', 'contains', 'nes17']))).total, 11, 'and nothing is left of it');
});

test('[ACT3] everybody whom a list shows is counted first and then meant as a set, each named where they were refused', async () => {
  const { db, ask } = instance;
  const choice = { q: 'jones1', ...asks(['email', 'not_empty', null]) };
  const { total } = await search(choice);
  const wish = { kind: 'delete', matching: choice, inSalesforce: true, here: false };
  const { body: counted } = await ask('POST', '/api/actions/count', wish);
  assert.deepEqual(counted, {
    people: total,
    acted: total - 33,
    leads: 0,
    skipped: [{ code: 'not-in-salesforce', people: 33 }],
  });
  const sync = await ask('POST', '/api/actions/count', { kind: 'sync', matching: choice });
  assert.deepEqual(sync.body, { people: total, acted: total, leads: 33, skipped: [] });
  const uncounted = await ask('POST', '/api/actions', wish);
  assert.deepEqual([uncounted.status, Reflect.get(uncounted.body, 'code')], [422, 'count-wrong']);
  const asked = await ask('POST', '/api/actions', { ...wish, count: total });
  assert.equal(asked.status, 202);
  const actionId = Number(Reflect.get(asked.body, 'actionId'));
  // Who comes to match afterwards is not meant, and who was meant stays so.
  await db.ownTransaction((tx) =>
    tx.run(`update marketing.person set last_name = 'Smith' where last_name = 'Jones102'`),
  );
  await db.run(
    `update sync.action_person a set step = 'refused', problem = '{"code": "not-in-salesforce", "detail": {}}'
       from marketing.person p where p.id = a.person_id and a.action_id = $1 and p.salesforce_id is null`,
    [actionId],
  );
  const { body } = await ask('GET', `/api/actions/${actionId}`);
  assert.deepEqual(
    [Reflect.get(body, 'total'), Reflect.get(body, 'refusals')],
    [total, [{ code: 'not-in-salesforce', people: 33 }]],
  );
  const people = Reflect.get(body, 'people') as { step: string; name: string }[];
  assert.deepEqual([...new Set(people.slice(0, 33).map(({ step }) => step))], ['refused'], 'they stand first');
  assert.equal(
    people.every(({ name }) => /^Mary (Jones1|Smith)/.test(name)),
    true,
  );
  await db.run('delete from sync.action');
  await db.ownTransaction((tx) =>
    tx.run(`update marketing.person set last_name = 'Jones102' where last_name = 'Smith'`),
  );
});

test('an action names whom it is for: by id or as a list, and somebody', async () => {
  const { ask } = instance;
  const codeOf = async (whom: object): Promise<unknown> =>
    Reflect.get((await ask('POST', '/api/actions', { kind: 'sync', ...whom })).body, 'code');
  assert.equal(await codeOf({}), 'bad-request');
  assert.equal(await codeOf({ ids: [1], matching: {} }), 'bad-request');
  assert.equal(await codeOf({ ids: [] }), 'bad-request');
  assert.equal(await codeOf({ matching: { q: 'nobody at all' } }), 'set-empty');
  assert.equal(await codeOf({ matching: { where: 'drop' } }), 'bad-request');
});

test('pages hold each person once, by view, by e-mail and by name, without the search indexes', searchesAreRight);

test('and with them, which are made once the load is over', async () => {
  const { db, status } = instance;
  assert.equal(await status.prepareSearch(), false, 'not before the load');
  await db.run(`insert into sync.load (object, phase) values ('Lead', 'done')`);
  assert.equal(await status.prepareSearch(), true);
  assert.equal(await ensureSearchIndexes(db, await loadFieldMap(db)), true, 'twice is the same as once');
  const [plan] = await db.query<{ text: string }>(
    `select string_agg(indexname, ' ' order by indexname) as text from pg_indexes where indexname like 'person_search%'`,
  );
  assert.equal(plan?.text, 'person_search_address person_search_last_name person_search_outside');
  await searchesAreRight();
});

test('[ID2] a person is found by our id, and by an id of 15 or 18 characters that it has or had', async () => {
  const { db } = instance;
  const [lead] = await db.query<{ id: number; salesforce_id: string }>(
    `select id, salesforce_id from marketing.person where salesforce_type = 'Lead' limit 1`,
  );
  assert.ok(lead);
  await db.run(
    `insert into sync.link (sf_id, object, person_id, state) values (sync.id18('00Q500000convrT'), 'Lead', $1, 'converted')`,
    [lead.id],
  );
  for (const q of [String(lead.id), lead.salesforce_id, lead.salesforce_id.slice(0, 15), '00Q500000convrT']) {
    assert.deepEqual(ids((await search({ q })).rows), [lead.id], q);
  }
  assert.deepEqual((await search({ q: `${lead.salesforce_id.slice(0, 17)}Z` })).rows, []);
  assert.deepEqual((await search({ q: '99999999' })).rows, []);
});

test('[SEC9] what somebody searches for is only data', async () => {
  const before = (await search({})).total;
  for (const q of [
    `'; drop table marketing.person; --`,
    `" or 1=1`,
    '%',
    'mary%',
    '_',
    '\\',
    '<script>alert(1)</script>',
    '\u{10FFFF}',
    `mary' OR Name != '`,
  ]) {
    assert.deepEqual((await search({ q })).rows, [], q);
  }
  assert.equal((await search({})).total, before);
  const answer = await instance.ask('GET', `/api/people?q=${encodeURIComponent('<script>alert(1)</script>')}`);
  assert.equal(answer.status, 200);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.equal((await instance.ask('GET', `/api/people?cursor=${encodeURIComponent("1'; drop table")}`)).status, 400);
});

const lead = async (): Promise<number> =>
  (
    await instance.db.query<{ id: number }>(
      `select id from marketing.person where salesforce_type = 'Lead' order by id limit 1`,
    )
  )[0]?.id ?? 0;

test('[SEC9] a field named to break out is a column like any other', async () => {
  const id = await lead();
  const evil = 'evil"; drop table marketing.person; --';
  assert.equal(
    (await instance.ask('PATCH', `/api/people/${id}`, { fields: { [evil]: `'); drop table sync.outbox; --` } })).status,
    200,
  );
  const person = await instance.status.person(id);
  assert.equal(person.fields.find(({ field }) => field === evil)?.ours, `'); drop table sync.outbox; --`);
  const stranger = await instance.ask('PATCH', `/api/people/${id}`, { fields: { 'x" = 1, "email': 'a' } });
  assert.deepEqual([stranger.status, Reflect.get(stranger.body, 'code')], [422, 'field-unknown']);
  await instance.db.run('delete from sync.outbox where person_id = $1', [id]);
});

test('[MAP7] an edit is offered what leads and contacts have in common, whichever of them the person is', async () => {
  const { db, status } = instance;
  const id = await lead();
  const offers = async (name: string) => {
    const found = (await status.person(id)).fields.find(({ field }) => field === name);
    return found && { offers: found.offers, isSeveral: found.isSeveral };
  };
  const tell = (object: string, picklist: readonly string[] | null) =>
    db.run(`update sync.field set picklist = $2 where object = $1 and column_name = 'title'`, [object, picklist]);
  assert.deepEqual(await offers('title'), { offers: null, isSeveral: false });
  await tell('Lead', ['CEO', 'CTO', 'Buyer']);
  await tell('Contact', ['Buyer', 'CFO', 'CEO']);
  assert.deepEqual(await offers('title'), { offers: ['CEO', 'Buyer'], isSeveral: false });
  await tell('Contact', null);
  assert.deepEqual(await offers('title'), { offers: ['CEO', 'CTO', 'Buyer'], isSeveral: false });
  await tell('Lead', null);
  const type = (name: string) =>
    db.run(`update sync.field set type = $1 where object = 'Lead' and column_name = 'title'`, [name]);
  await type('multipicklist');
  assert.equal((await offers('title'))?.isSeveral, true);
  await type('string');
});

test('a person shows both sides, exactly, and what each field is doing', async () => {
  const { db, ask, status } = instance;
  const id = await lead();
  const field = async (name: string) => (await status.person(id)).fields.find(({ field: column }) => column === name);
  assert.deepEqual(
    [(await field('annual_revenue'))?.ours, (await field('annual_revenue'))?.state],
    ['123456789012345678.25', 'equal'],
    'no float in between',
  );
  assert.deepEqual(
    [(await field('phone'))?.ours, (await field('phone'))?.theirs, (await field('phone'))?.state],
    ['1', '2', 'differs'],
  );
  assert.equal((await field('department'))?.state, 'no_place', 'a lead has no such field');
  assert.equal((await status.person(id)).gate, null);

  assert.equal(
    (await ask('PATCH', `/api/people/${id}`, { fields: { phone: '3', has_opted_out_of_email: true } })).status,
    200,
  );
  assert.deepEqual(
    [(await field('phone'))?.state, (await field('has_opted_out_of_email'))?.ours],
    ['waiting_to_send', true],
  );
  assert.equal((await search({ view: 'waiting' })).total, 1);
  assert.equal((await status.person(id)).gate?.gate, 'waiting');
  const [entry] = await db.query<{ lane: number }>('select lane from sync.outbox where person_id = $1', [id]);
  assert.equal(entry?.lane, 0, 'somebody is looking: it is urgent');

  await db.run(`update sync.outbox set parked = '{"phone": "STRING_TOO_LONG"}' where person_id = $1`, [id]);
  assert.deepEqual(
    [(await field('phone'))?.state, (await field('phone'))?.problemCode],
    ['refused', 'STRING_TOO_LONG'],
  );
  assert.equal((await search({ view: 'with_errors' })).rows[0]?.syncState, 'with_errors');
  assert.equal((await search({ view: 'waiting' })).total, 0);
  await db.run(
    `insert into sync.sent (person_id, in_flight, acknowledged) values ($1, '{"phone": "3"}', '{"last_name": "Before"}')`,
    [id],
  );
  assert.equal((await field('phone'))?.state, 'sending');
  assert.equal((await field('last_name'))?.base, 'Before', 'base is the acknowledged value where there is one');
  assert.equal((await field('email'))?.base, (await field('email'))?.theirs);
  await db.run('delete from sync.sent');
  await db.run('delete from sync.outbox');
});

test('an edit that does not fit its column is refused whole, and names the field', async () => {
  const { ask } = instance;
  const id = await lead();
  const refusal = async (fields: object): Promise<unknown> => {
    const { body } = await ask('PATCH', `/api/people/${id}`, { fields });
    return [Reflect.get(body, 'code'), Reflect.get(Reflect.get(body, 'detail') ?? {}, 'field')];
  };
  assert.deepEqual(await refusal({ phone: '9', birthdate: 'not a date' }), ['value-wrong', 'birthdate']);
  assert.deepEqual(await refusal({ account_id: '001' }), ['field-read-only', 'account_id']);
  assert.deepEqual(await refusal({ salesforce_id: '00Q' }), ['field-unknown', 'salesforce_id']);
  assert.deepEqual(await refusal({}), ['bad-request', undefined]);
  assert.equal((await instance.status.person(id)).fields.find(({ field }) => field === 'phone')?.ours, '3');
  const nobody = await ask('PATCH', '/api/people/99999999', { fields: { phone: '1' } });
  assert.equal(nobody.status, 404);
});

test('Sync person asks for a lead once, and says why not', async () => {
  const { ask, db } = instance;
  const [fresh] = await db.query<{ id: number }>(
    'select id from marketing.person where salesforce_id is null order by id limit 1',
  );
  const id = fresh?.id ?? 0;
  assert.equal((await instance.status.person(id)).gate?.gate, 'never_asked');
  assert.equal(Reflect.get((await ask('GET', `/api/people/${id}/sync`)).body, 'state'), 'none');
  assert.equal(Reflect.get((await ask('POST', `/api/people/${id}/sync`)).body, 'state'), 'waiting');
  assert.equal((await instance.status.person(id)).gate?.gate, 'waiting');
  await db.run(`update sync.outbox set parked = '{"*": "field-empty"}' where person_id = $1`, [id]);
  await db.run(
    `insert into sync.error (level, object, person_id, code, fields, message, disposition) values ('record', 'Lead', $1, 'field-empty', '{Company}', 'Company is empty', 'park')`,
    [id],
  );
  const parked = (await ask('GET', `/api/people/${id}/sync`)).body;
  assert.deepEqual(
    [Reflect.get(parked, 'state'), Reflect.get(parked, 'code'), Reflect.get(parked, 'message')],
    ['parked', 'field-empty', 'Company is empty'],
  );
  const linked = await ask('POST', `/api/people/${await lead()}/sync`);
  assert.deepEqual([linked.status, Reflect.get(linked.body, 'code')], [409, 'already-in-salesforce']);
  assert.equal((await ask('POST', '/api/people/99999999/sync')).status, 404);
});

test('the journal of a person keeps exact values, and its loads do not fill the page', async () => {
  const { db } = instance;
  const id = await lead();
  await db.run(
    `insert into sync.journal (object, row_id, cause, fields) values
       ('Lead', $1, 'load', null), ('Lead', $1, 'salesforce', '{"annual_revenue": [null, 123456789012345678.25], "title": ["CMO", null]}'), ('Account', $1, 'salesforce', '{"name": ["a", "b"]}')`,
    [id],
  );
  const { journal } = await instance.status.person(id);
  assert.deepEqual(
    journal.filter(({ cause }) => cause !== 'edited').map(({ cause, changes }) => ({ cause, changes })),
    [
      {
        cause: 'salesforce',
        changes: [
          { field: 'annual_revenue', before: null, after: '123456789012345678.25' },
          { field: 'title', before: 'CMO', after: null },
        ],
      },
    ],
  );
});

test('a person is made over the API like by SQL, and found by its external id', async () => {
  const { ask, db } = instance;
  const made = await ask('POST', '/api/people', { fields: { last_name: 'Novak', email: 'novak@acme.test' } });
  assert.equal(made.status, 201, made.text);
  const { personId, externalId } = made.body as { readonly personId?: number; readonly externalId?: string };
  assert.equal(made.headers['location'], `/api/people/${personId}`);
  const found = await ask('GET', `/api/people/by-external-id/${externalId}`);
  assert.deepEqual(
    [
      found.status,
      Reflect.get(Reflect.get(found.body, 'person'), 'personId'),
      Reflect.get(Reflect.get(found.body, 'gate'), 'gate'),
    ],
    [200, personId, 'never_asked'],
  );
  assert.deepEqual(await db.query('select from sync.outbox where person_id = $1', [personId]), []);
  const wanted = await ask('POST', '/api/people', { fields: { last_name: 'Novak', lead_company: 'Acme' }, sync: true });
  const [entry] = await db.query<{ create_lead: boolean; lane: number }>(
    'select create_lead, lane from sync.outbox where person_id = $1',
    [Reflect.get(wanted.body, 'personId')],
  );
  assert.deepEqual(entry, { create_lead: true, lane: 0 });
  for (const [fields, expected] of [
    [{ last_name: 'X', salesforce_id: '00Q' }, 'field-unknown'],
    [{ account_id: '001' }, 'field-read-only'],
    [{ number_of_employees: 'many' }, 'value-wrong'],
    [{}, 'bad-request'],
  ] as const) {
    const refused = await ask('POST', '/api/people', { fields });
    assert.equal(Reflect.get(refused.body, 'code'), expected);
  }
  assert.equal((await ask('GET', '/api/people/by-external-id/nobody')).status, 404);
});

test('[ID22] before a merge: those with the same address, in what they differ, and what hangs on each', async () => {
  const { db } = instance;
  const [contact, lead, outside] = await db.query<{ id: number }>(
    `select id from marketing.person where id in (select min(id) from marketing.person group by salesforce_type)
      order by salesforce_type collate "C" nulls last`,
  );
  assert.ok(contact && lead && outside);
  await db.run(
    `update marketing.person set email = 'Twin@acme.test', phone = $2, annual_revenue = 123456789012345678.25 where id = $1`,
    [contact.id, '7'],
  );
  await db.run(`update marketing.person set email = 'twin@ACME.test', phone = $2 where id = $1`, [lead.id, '8']);
  await db.run(`update marketing.person set email = 'twin@acme.test', phone = $2 where id = $1`, [outside.id, '']);
  await db.ownTransaction(async (tx) => {
    await tx.run('create table marketing.visit (person bigint references marketing.person)');
    await tx.run('insert into marketing.visit values ($1), ($1)', [lead.id]);
  });
  const ask = async (of: number, more = '') =>
    (await instance.ask('GET', `/api/people/${of}/merge${more}`)).body as unknown as MergeChoices;
  const choices = await ask(outside.id);
  assert.deepEqual(
    choices.people.map(({ personId, record, references }) => [personId, record, references]),
    [
      [contact.id, 'contact', 0],
      [lead.id, 'lead', 2],
      [outside.id, 'marketing_only', 0],
    ],
    'a contact first, then a lead',
  );
  assert.ok((choices.people[1]?.waiting ?? 0) >= 2, 'what was edited waits');
  assert.deepEqual(choices.fields.find(({ field }) => field === 'phone')?.values, ['7', '8', null]);
  assert.equal(
    choices.fields.find(({ field }) => field === 'annual_revenue'),
    undefined,
    'of a contact it is the company’s',
  );
  const two = await ask(lead.id, `?with=${outside.id}`);
  assert.deepEqual(
    two.people.map(({ personId }) => personId),
    [lead.id, outside.id],
  );
  assert.equal((await instance.ask('GET', `/api/people/${lead.id}/merge?with=abc`)).status, 404);
  assert.equal((await instance.ask('GET', '/api/people/999999/merge')).status, 404);
  await db.ownTransaction((tx) => tx.run('drop table marketing.visit'));
});
