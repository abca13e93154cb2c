/** What an admin changes in the org while the sync runs: named, delays nobody else, and heals by itself when undone. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { changeSchema } from '../../../emulator/src/control/schema-changes.ts';
import { createMappings } from '../setup/create-mappings.ts';
import type { Mappings } from '../setup/setup.ts';
import type { Healed } from './outbound.ts';
import { Corridor, type Values } from './testing/corridor.ts';

let corridor: Corridor;
let mappings: Mappings;
before(async () => {
  corridor = await Corridor.open({ probeFromMs: 0 });
  mappings = createMappings({
    db: corridor.db,
    connection: { current: () => Promise.resolve(corridor.salesforce) },
    now: () => performance.now(),
    notify: () => Promise.resolve(),
    wake: () => Promise.resolve(),
  });
  await mappings.look();
});
after(() => corridor?.close());
afterEach(async () => {
  await corridor.rest();
  await corridor.own('delete from sync.probe');
});

const leads = (rows: readonly (string | Values)[]) =>
  corridor.leads(rows.map((row) => (typeof row === 'string' ? { LastName: row } : row)));
const open = (): Promise<readonly { code: string; fields: readonly string[]; many: number }[]> =>
  corridor.db.query(
    `select code, fields, count(*)::int as many from sync.error where resolved_at is null and level = 'record' group by 1, 2 order by 1`,
  );
/** Looks whether causes went away, sends, and looks again, as the loops do. */
const healOnce = async (): Promise<number> => {
  const before = await heal();
  await corridor.sendAll();
  return before.freed + (await heal()).freed;
};
const heal = (options = { look: true, atOnce: false }): Promise<Healed> => corridor.main.outbound.heal(options);
const untilSent = async (): Promise<void> => {
  await healOnce();
  await corridor.sendAll();
  assert.deepEqual(await open(), []);
  assert.deepEqual(await corridor.db.query('select from sync.outbox'), []);
};

const schema = (change: Parameters<typeof changeSchema>[1]): void => changeSchema(corridor.org.org, change);
type Difference = Awaited<ReturnType<Mappings['differences']>>['differences'][number];
/** What the admin sees after a look: `object.field`, what changed, who can mend it. */
const changed = async (): Promise<readonly (readonly [string, Difference['kind'], Difference['whoCanFix']])[]> => {
  await mappings.look();
  const { differences } = await mappings.differences();
  return differences.map(({ object, name, kind, whoCanFix }) => [`${object}.${name}`, kind, whoCanFix]);
};
const sayOf = async (name: string): Promise<Difference | undefined> =>
  (await mappings.differences()).differences.find((each) => each.name === name);

test('[SET6] [MAP5] a look names what was hidden, deleted, retyped or taken away, changes nothing here, and forgets it when undone', async () => {
  assert.deepEqual(await changed(), []);
  const state = () =>
    corridor.db.query(
      `select (select count(*)::int from information_schema.columns where table_schema in ('marketing', 'salesforce')) as columns,
              (select max(version) from sync.map_version) as version, (select count(*)::int from sync.field) as fields`,
    );
  const before = await state();
  corridor.switches({ hiddenFields: ['Lead.Phone'], readOnlyFields: ['Lead.Title'], takenRights: ['Contact.edit'] });
  schema({ remove: 'Lead.Nickname__c' });
  schema({ retype: { field: 'Lead.Fit__c', type: 'Text', length: 40 } });
  assert.deepEqual(await changed(), [
    ['Contact.*', 'object_read_only', 'salesforce-admin'],
    ['Lead.Fit__c', 'retyped', 'salesforce-admin'],
    ['Lead.Nickname__c', 'deleted', 'salesforce-admin'],
    ['Lead.Phone', 'hidden', 'salesforce-admin'],
    ['Lead.Title', 'read_only', 'salesforce-admin'],
  ]);
  const since = (await sayOf('Phone'))?.since;
  await changed();
  assert.equal((await sayOf('Phone'))?.since, since, 'it is said since when');
  assert.deepEqual(await state(), before);

  corridor.switches({ hiddenFields: [], readOnlyFields: [], takenRights: [] });
  schema({ restore: 'Lead.Nickname__c' });
  schema({ retype: { field: 'Lead.Fit__c', type: 'Percent', precision: 5, scale: 2 } });
  assert.deepEqual(await changed(), []);
});

test('[SET6] the schema is looked at when the last look is old, and at once when an answer hints at a change', async () => {
  const [one] = await leads(['Hint']);
  const isDue = (everyMs: number): Promise<boolean> => mappings.lookIfDue({ everyMs, hintedMs: 0 });
  assert.deepEqual([await isDue(0), await isDue(3_600_000)], [true, false]);
  corridor.switches({ readOnlyFields: ['Lead.Phone'] });
  await corridor.edit(`update marketing.person set phone = '9' where id = $1`, [one?.person]);
  await corridor.sendAll();
  assert.deepEqual([await isDue(3_600_000), await isDue(3_600_000)], [true, false]);
  assert.equal((await sayOf('Phone'))?.kind, 'read_only');
});

test('[OUT34] [OUT30] [ERR3] a field that may not be written waits alone, and goes when it may be again', async () => {
  const [one, two] = await leads(['Read only 1', 'Read only 2']);
  assert.ok(one && two);
  corridor.switches({ readOnlyFields: ['Lead.Phone'] });
  await corridor.edit(`update marketing.person set phone = '1', title = 'CMO' where id = any($1)`, [
    [one.person, two.person],
  ]);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', one.id)['Title'], 'CMO', 'the rest of the record goes without it');
  assert.deepEqual(await open(), [{ code: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['Phone'], many: 2 }]);
  assert.equal(await healOnce(), 0, 'while it lasts, nobody is freed');
  corridor.switches({ readOnlyFields: [] });
  await untilSent();
  assert.deepEqual(
    [one, two].map(({ id }) => corridor.record('Lead', id)['Phone']),
    ['1', '1'],
  );
});

test('[OUT34] [ERR3] a field that is hidden or deleted keeps its edits, and they go when it is back', async () => {
  const [one, two] = await leads(['Hidden 1', 'Hidden 2']);
  assert.ok(one && two);
  corridor.switches({ hiddenFields: ['Lead.Phone'] });
  await corridor.edit(`update marketing.person set phone = 'h', title = 'CFO' where id = any($1)`, [
    [one.person, two.person],
  ]);
  await corridor.sendAll();
  await corridor.poll();
  assert.equal(corridor.record('Lead', two.id)['Title'], 'CFO');
  assert.deepEqual(
    (await open()).map(({ code, many }) => [code, many]),
    [['INVALID_FIELD', 2]],
  );
  assert.deepEqual(await corridor.person(one.person, 'phone'), { phone: 'h' });
  corridor.switches({ hiddenFields: [] });
  await untilSent();
  assert.deepEqual(
    [one, two].map(({ id }) => corridor.record('Lead', id)['Phone']),
    ['h', 'h'],
  );
});

test('[MAP5] a field that was renamed is offered as such, and goes on in its column with what waited and what changed meanwhile', async () => {
  const [one, two] = await leads(['Renamed 1', 'Renamed 2']);
  assert.ok(one && two);
  schema({ rename: { field: 'Lead.Nickname__c', to: 'Short_Name__c' } });
  assert.deepEqual(await changed(), [['Lead.Nickname__c', 'renamed', 'you']]);
  await corridor.edit(`update marketing.person set nickname = 'waits' where id = $1`, [one.person]);
  await corridor.sendAll();
  await corridor.poll();
  corridor.changeThere('Lead', two.id, { Short_Name__c: 'meanwhile' });
  await corridor.poll();
  assert.equal((await open()).length, 1);
  await assert.rejects(mappings.rename({ object: 'Lead', name: 'Title' }), { code: 'field-unknown' });

  await mappings.rename({ object: 'Lead', name: 'Nickname__c' });
  assert.deepEqual(await changed(), []);
  await untilSent();
  assert.equal(corridor.record('Lead', one.id)['Short_Name__c'], 'waits');
  await corridor.inbound.poll(['Lead'], { deep: true });
  await corridor.own(`update sync.reread set due_at = now()`);
  await corridor.inbound.reread();
  assert.deepEqual(await corridor.person(two.person, 'nickname'), { nickname: 'meanwhile' });

  schema({ rename: { field: 'Lead.Short_Name__c', to: 'Nickname__c' } });
  await changed();
  await mappings.rename({ object: 'Lead', name: 'Short_Name__c' });
  corridor.changeThere('Lead', two.id, { Nickname__c: 'as before' });
  await corridor.inbound.poll(['Lead'], { deep: true });
  assert.deepEqual(await corridor.person(two.person, 'nickname'), { nickname: 'as before' });
});

test('[MAP5] the edits of a deleted field are withdrawn by whoever says so, or after 15 days, and the journal keeps them', async () => {
  const [one, two] = await leads(['Deleted 1', 'Deleted 2']);
  assert.ok(one && two);
  // Where the list of fields names one that is hidden, what it does not name is deleted.
  corridor.switches({ hiddenFields: ['Lead.Fax'] });
  schema({ remove: 'Lead.Nickname__c' });
  await changed();
  const edit = async (person: number): Promise<number | undefined> => {
    await corridor.edit(`update marketing.person set nickname = 'last words' where id = $1`, [person]);
    await corridor.sendAll();
    return (await sayOf('Nickname__c'))?.waiting;
  };
  const journalOf = (person: number) =>
    corridor.db.query(`select fields from sync.journal where cause = 'withdrawn' and row_id = $1`, [person]);
  const kept = [{ fields: { nickname: ['last words', null] } }];
  await assert.rejects(mappings.withdraw({ object: 'Lead', name: 'Title' }), { code: 'field-unknown' });
  assert.equal(await edit(one.person), 1);
  await mappings.withdraw({ object: 'Lead', name: 'Nickname__c' });
  assert.deepEqual([(await sayOf('Nickname__c'))?.waiting, await journalOf(one.person), await open()], [0, kept, []]);
  assert.deepEqual(await corridor.person(one.person, 'nickname'), { nickname: 'last words' });

  assert.equal(await edit(two.person), 1);
  await mappings.lookIfDue({ everyMs: 0, hintedMs: 0 });
  assert.equal((await sayOf('Nickname__c'))?.waiting, 1);
  await corridor.own(`update sync.schema_change set since = since - interval '15 days 1 minute'`);
  await mappings.lookIfDue({ everyMs: 0, hintedMs: 0 });
  assert.deepEqual([await journalOf(two.person), await open()], [kept, []]);
  schema({ restore: 'Lead.Nickname__c' });
  corridor.switches({ hiddenFields: [] });
  assert.deepEqual(await changed(), []);
});

test('[MAP7] [OUT34] [OUT30] whoever holds a removed value is counted, its edit waits alone, and the value brings it back', async () => {
  const [one, two, three] = await leads(['North 1', 'North 2', 'South']);
  assert.ok(one && two && three);
  const region = (value: string, ...persons: readonly number[]) =>
    corridor.edit(`update marketing.person set region = $1 where id = any($2)`, [value, persons]);
  await region('North', one.person, two.person);
  await corridor.sendAll();
  schema({ removeValue: { field: 'Lead.Region__c', value: 'North' } });
  assert.deepEqual(await changed(), [['Lead.Region__c', 'picklist', 'salesforce-admin']]);
  const said = await sayOf('Region__c');
  assert.deepEqual([said?.removed, said?.wouldFail, said?.isNotable, said?.isInFilter], [['North'], 2, false, false]);
  await corridor.own(
    `insert into sync.filter (object, match, conditions) values ('Lead', 'all', '[{"field": "Region__c", "operator": "is", "value": "North"}]')`,
  );
  assert.equal((await sayOf('Region__c'))?.isInFilter, true, 'the filter that uses it is named');
  await corridor.own('delete from sync.filter');

  await region('South', three.person);
  await corridor.edit(`update marketing.person set region = 'North', title = 'CIO' where id = $1`, [three.person]);
  await corridor.edit(`update marketing.person set phone = '5' where id = $1`, [one.person]);
  await corridor.sendAll();
  assert.deepEqual(await open(), [{ code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', fields: ['Region__c'], many: 1 }]);
  assert.equal(corridor.record('Lead', three.id)['Title'], 'CIO');
  assert.equal(corridor.record('Lead', one.id)['Phone'], '5', 'who holds it and changes something else goes on');
  assert.equal(await healOnce(), 0);
  schema({ addValue: { field: 'Lead.Region__c', value: 'North' } });
  await untilSent();
  assert.equal(corridor.record('Lead', three.id)['Region__c'], 'North');
  assert.deepEqual(await changed(), []);
});

test('[OUT34] [ERR3] edits of leads wait while the sync user may not edit leads, contacts go on, and given back they go', async () => {
  const [one, two] = await leads(['No edit 1', 'No edit 2']);
  const contact = await corridor.contact({ LastName: 'Edited' });
  assert.ok(one && two);
  corridor.switches({ takenRights: ['Lead.edit'] });
  await corridor.edit(`update marketing.person set phone = '77' where id = any($1)`, [
    [one.person, two.person, contact.person],
  ]);
  await corridor.sendAll();
  await corridor.inbound.reread();
  await corridor.sendAll();
  assert.equal(corridor.record('Contact', contact.id)['Phone'], '77');
  assert.deepEqual(
    (await open()).map(({ code, many }) => [code, many]),
    [['INSUFFICIENT_ACCESS_OR_READONLY', 2]],
  );
  assert.equal(await healOnce(), 0);
  corridor.switches({ takenRights: [] });
  await untilSent();
  assert.deepEqual(
    [one, two].map(({ id }) => corridor.record('Lead', id)['Phone']),
    ['77', '77'],
  );
});

test('[MAP6] [OUT30] a value that a retyped field does not take waits alone, and goes when the type is as before', async () => {
  const [one, two] = await leads(['Retyped 1', 'Retyped 2']);
  assert.ok(one && two);
  schema({ retype: { field: 'Lead.Nickname__c', type: 'Number', precision: 10, scale: 0 } });
  await corridor.edit(`update marketing.person set nickname = 'words', title = 'CTO' where id = $1`, [one.person]);
  await corridor.edit(`update marketing.person set phone = '8' where id = $1`, [two.person]);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', two.id)['Phone'], '8', 'nobody else waits');
  assert.equal(corridor.record('Lead', one.id)['Title'], 'CTO', 'nothing else of the person either');
  assert.deepEqual(await open(), [{ code: 'JSON_PARSER_ERROR', fields: ['Nickname__c'], many: 1 }]);
  assert.deepEqual(await changed(), [['Lead.Nickname__c', 'retyped', 'salesforce-admin']]);
  assert.equal(await healOnce(), 0);
  schema({ retype: { field: 'Lead.Nickname__c', type: 'Text', length: 80 } });
  await untilSent();
  assert.equal(corridor.record('Lead', one.id)['Nickname__c'], 'words');
});

test('[MAP13] a mask is never stored: a field that became encrypted is left out and named, comes back when it is plain, and is not added', async () => {
  const [one] = await leads(['Masked']);
  assert.ok(one);
  corridor.changeThere('Lead', one.id, { Nickname__c: 'in clear' });
  await corridor.poll();
  schema({ retype: { field: 'Lead.Nickname__c', type: 'EncryptedText', length: 80, maskType: 'all', maskChar: 'X' } });
  assert.deepEqual(await changed(), [['Lead.Nickname__c', 'masked', 'salesforce-admin']]);
  await corridor.inbound.poll(['Lead'], { deep: true });
  corridor.changeThere('Lead', one.id, { Title: 'CXO' });
  await corridor.poll();
  assert.deepEqual(await corridor.person(one.person, 'nickname, title'), { nickname: 'in clear', title: 'CXO' });
  await corridor.own(
    `insert into sync.connection (method, host, confirmed_at, started_at) values ('client_credentials', 'https://example.my.salesforce.com', now(), now())`,
  );
  await assert.rejects(mappings.edit([{ kind: 'add', object: 'Lead', name: 'Nickname__c' }], 'Ana'), {
    code: 'field-masked',
  });

  schema({ retype: { field: 'Lead.Nickname__c', type: 'Text', length: 80 } });
  assert.deepEqual(await changed(), []);
  corridor.changeThere('Lead', one.id, { Nickname__c: 'plain again' });
  await corridor.inbound.poll(['Lead'], { deep: true });
  assert.deepEqual(await corridor.person(one.person, 'nickname'), { nickname: 'plain again' });
});

test('what nothing waits for is taken note of: the map has it as Salesforce does, and a value that is held is not forgotten', async () => {
  const [one] = await leads(['Noted']);
  assert.ok(one);
  corridor.changeThere('Lead', one.id, { Region__c: 'East' });
  await corridor.poll();
  schema({ retype: { field: 'Lead.Nickname__c', type: 'Text', length: 255, label: 'Short name' } });
  schema({ removeValue: { field: 'Lead.Region__c', value: 'East' } });
  assert.deepEqual(
    (await changed()).map(([name, kind]) => [name, kind]),
    [
      ['Lead.Nickname__c', 'length'],
      ['Lead.Nickname__c', 'relabelled'],
      ['Lead.Region__c', 'picklist'],
    ],
  );
  await assert.rejects(mappings.note({ object: 'Lead', name: 'Region__c' }), { code: 'field-unknown' });
  await mappings.note({ object: 'Lead', name: 'Nickname__c' });
  const [known] = await corridor.db.query(
    `select label, length, column_name as "column", direction from sync.field where object = 'Lead' and name = 'Nickname__c'`,
  );
  assert.deepEqual(known, { label: 'Short name', length: 255, column: 'nickname', direction: 'both' });
  schema({ addValue: { field: 'Lead.Region__c', value: 'East' } });
  assert.deepEqual(await changed(), []);
});

test('[OUT34] [ERR3] a validation rule stops its records alone; one of them is tried, and its success frees the rest', async () => {
  const people = await leads(['Rule 1', 'Rule 2', 'Rule 3', 'Free']);
  const free = people[3];
  assert.ok(free);
  const requests: number[] = [];
  corridor.switches({
    refuse: [{ object: 'Lead', when: { Phone: 'ruled' }, message: 'No phones, please.', fields: [] }],
  });
  await corridor.edit(`update marketing.person set phone = 'ruled' where id = any($1)`, [
    people.slice(0, 3).map(({ person }) => person),
  ]);
  await corridor.edit(`update marketing.person set phone = 'fine' where id = $1`, [free.person]);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', free.id)['Phone'], 'fine', 'nobody else waits');
  assert.deepEqual(await open(), [{ code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: [], many: 3 }]);

  const { trying } = await heal();
  requests.push((await corridor.send()).claimed);
  assert.deepEqual([trying, requests], [1, [1]], 'one record is tried');
  assert.equal((await heal()).freed, 0);
  await corridor.sendAll();
  corridor.switches({ refuse: [] });
  await untilSent();
  for (const { id } of people.slice(0, 3)) assert.equal(corridor.record('Lead', id)['Phone'], 'ruled');
});

test('[OUT34] the pause between the tries of a cause grows from a minute to a day; a move of the schema, and another rule, wait for none', async () => {
  const patient = await corridor.another({ probeFromMs: 60_000, probeToMs: 86_400_000 });
  const look = { look: false, atOnce: false };
  const tries = async (options = look): Promise<number> => (await patient.outbound.heal(options)).trying;
  const minutesPass = async (minutes: number): Promise<void> => {
    await corridor.own(`update sync.error set at = at - $1::int * interval '1 minute'`, [minutes]);
    await corridor.own(`update sync.probe set at = at - $1::int * interval '1 minute'`, [minutes]);
  };
  const [one, two] = await leads(['Patient', 'Another rule']);
  assert.ok(one && two);
  corridor.switches({
    refuse: [
      { object: 'Lead', when: { Phone: 'p' }, message: 'Not today.', fields: [] },
      { object: 'Lead', when: { Phone: 'q' }, message: 'Nor that.', fields: [] },
    ],
  });
  await corridor.edit(`update marketing.person set phone = 'p' where id = $1`, [one.person]);
  await corridor.sendAll();
  assert.equal(await tries(), 0, 'it failed just now');
  for (const minutes of [1, 2, 4, 1024, 1440]) {
    if (minutes === 1024) await corridor.own('update sync.probe set tries = 10');
    await minutesPass(minutes - 1);
    assert.equal(await tries(), 0, `less than ${minutes} minutes`);
    await minutesPass(1);
    assert.equal(await tries(), 1, `${minutes} minutes`);
    await corridor.sendAll();
  }
  assert.equal(await tries({ look: false, atOnce: true }), 1);
  await corridor.sendAll();
  await corridor.edit(`update marketing.person set phone = 'q' where id = $1`, [two.person]);
  await corridor.sendAll();
  await minutesPass(1);
  assert.equal(await tries(), 1, 'each rule has pauses of its own');
});

test('[OUT34] a record that was refused and changed in Salesforce is tried again, and our own write coming home is no change', async () => {
  const [one] = await leads(['Mended there']);
  assert.ok(one);
  corridor.switches({ readOnlyFields: ['Lead.Phone'] });
  await corridor.edit(`update marketing.person set phone = 'm', title = 'Mine' where id = $1`, [one.person]);
  await corridor.sendAll();
  const waits = (): Promise<unknown> => corridor.db.query(`select parked <> '{}' as waits from sync.outbox`);
  assert.deepEqual([corridor.record('Lead', one.id)['Title'], await waits()], ['Mine', [{ waits: true }]]);
  await corridor.poll();
  assert.deepEqual(await waits(), [{ waits: true }]);
  corridor.switches({ readOnlyFields: [] });
  corridor.changeThere('Lead', one.id, { Description: 'Somebody mended it.' });
  await corridor.poll();
  assert.deepEqual(await waits(), [{ waits: false }]);
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', one.id)['Phone'], 'm');
  assert.deepEqual(await open(), []);
});

test('[MAP6] a retyped field is converted in place by the apply of a draft, once every value fits; then it flows as the new type', async () => {
  const [one, two] = await leads([
    { LastName: 'Fits', Summary__c: '12' },
    { LastName: 'Misfits', Summary__c: 'words' },
  ]);
  assert.ok(one && two);
  schema({ retype: { field: 'Lead.Summary__c', type: 'Number', precision: 10, scale: 0 } });
  assert.deepEqual(await changed(), [['Lead.Summary__c', 'retyped', 'salesforce-admin']]);
  await corridor.inbound.poll(['Lead'], { deep: true });

  const { draft } = await mappings.edit([{ kind: 'retype', object: 'Lead', name: 'Summary__c' }], 'Ana');
  const changeId = draft?.changeId ?? 0;
  const misfits = async () => (await mappings.dryRun(changeId)).dryRun?.atOnce.misfits;
  assert.deepEqual(
    (await misfits())?.samples.map(({ personId, before }) => [personId, before]),
    [[two.person, 'words']],
  );
  await assert.rejects(mappings.apply(changeId, { backfill: false }), { code: 'type-misfit' });
  assert.deepEqual(await corridor.person(two.person, 'summary'), { summary: 'words' });

  await corridor.edit(`update marketing.person set summary = '34' where id = $1`, [two.person]);
  assert.equal((await misfits())?.changed, 0);
  await mappings.apply(changeId, { backfill: false });
  assert.deepEqual(await changed(), []);
  assert.deepEqual(await corridor.person(one.person, 'pg_typeof(summary)::text as type, summary::text'), {
    type: 'numeric',
    summary: '12',
  });
  await untilSent();
  assert.equal(Number(corridor.record('Lead', two.id)['Summary__c']), 34);
  corridor.changeThere('Lead', one.id, { Summary__c: '56' });
  await corridor.inbound.poll(['Lead'], { deep: true });
  assert.deepEqual(await corridor.person(one.person, 'summary = 56 as same'), { same: true });
});
