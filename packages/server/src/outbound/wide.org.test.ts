/** Objects with 800 custom fields, all of them filled, there and back. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { describeOrg } from '../../../emulator/src/data/data.ts';
import type { RunningOrg } from '../../../emulator/src/org.ts';
import type { FieldDescribe } from '../../../emulator/src/schema/schema.ts';
import { checkbox, date, datetime, numeric, text } from '../../../emulator/src/schema/standard/build.ts';
import { discardErrors } from '../api/error-acts.ts';
import { resolveHeld } from '../api/held-acts.ts';
import { editPerson, insertPerson } from '../api/people-acts.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { createUndos } from '../undo/create-undos.ts';
import { Corridor, type Values } from './testing/corridor.ts';

const FIELDS = 800;
/** Words that SQL reserves, and one name under two namespaces. */
const ODD = ['Order__c', 'Group__c', 'Select__c', 'User__c', 'Size__c', 'acme__Size__c', 'zeta__Size__c', 'More__c'];

/** Each tenth is no text. The first half have the same names on both objects. */
const wideFields = (object: 'Lead' | 'Contact'): readonly FieldDescribe[] => [
  ...ODD.map((name) => text(name, name, 80)),
  ...Array.from({ length: FIELDS - ODD.length }, (_, at) => {
    const name = at < FIELDS / 2 ? `Both_${at}__c` : `${object}_${at}__c`;
    const makers = [
      () => numeric(name, name, 'double', 18, 2),
      () => checkbox(name, name),
      () => date(name, name),
      () => datetime(name, name),
    ];
    return at % 10 === 0 ? (makers[(at / 10) % 4] ?? (() => text(name, name, 80)))() : text(name, name, 80);
  }),
];

/** What a field holds in one round; texts are long enough that 450 of them would not fit a row. */
const valueOf = ({ name, type }: FieldDescribe, round: number): string => {
  const number = name.split('').reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7) + round;
  if (type === 'double') return `${1_234_567_890_120_000 + number}.25`;
  if (type === 'boolean') return String(number % 2 === 0);
  if (type === 'date') return `${1_700 + (number % 2_000)}-02-0${1 + (number % 9)}`;
  if (type === 'datetime') return `20${10 + (number % 80)}-11-24T10:00:0${number % 10}.000Z`;
  return `${round}: é "${name}" ${'x'.repeat(20)}`;
};
const valuesOf = (fields: readonly FieldDescribe[], round: number): Values =>
  Object.fromEntries(fields.map((field) => [field.name, valueOf(field, round)]));

const fields = { Lead: wideFields('Lead'), Contact: wideFields('Contact') };
let corridor: Corridor;
let schemaFolder: string;
let lead: { person: number; id: string };

const make = (org: RunningOrg, object: 'Lead' | 'Contact', record: Values): string => {
  const [result] = org.org.dml.write(org.org.access.admin, [{ kind: 'create', object, record }]);
  if (!result?.success) throw new Error(JSON.stringify(result));
  return result.id;
};

before(async () => {
  schemaFolder = mkdtempSync(join(tmpdir(), 'syncline-wide-'));
  for (const described of await describeOrg({ profile: 'demo' })) {
    const { name } = described;
    if (name === 'Lead' || name === 'Contact')
      writeFileSync(
        join(schemaFolder, `${name}.json`),
        JSON.stringify({ ...described, fields: [...described.fields, ...fields[name]] }),
      );
  }
  let id = '';
  corridor = await Corridor.open(
    { bulkFrom: 3 },
    {
      schemaFolder,
      fill: (org) => {
        id = make(org, 'Lead', { LastName: 'Loaded', Company: 'Wide', ...valuesOf(fields.Lead, 1) });
      },
    },
  );
  const [row] = await corridor.db.query<{ person_id: number }>('select person_id from sync.link where sf_id = $1', [
    id,
  ]);
  lead = { person: row?.person_id ?? 0, id };
});
after(async () => {
  await corridor?.close();
  rmSync(schemaFolder, { recursive: true, force: true });
});

/** The person's values by Salesforce's names, wherever they lie. */
const here = async (object: 'Lead' | 'Contact', person: number): Promise<Record<string, unknown>> => {
  const map = await loadFieldMap(corridor.db);
  const { row } = await corridor.person<{ row: Record<string, unknown> }>(person, 'to_jsonb(person) || more as row');
  return Object.fromEntries(map.objects[object].fields.map((field) => [field.name, row[field.column ?? '']]));
};

const same = (field: FieldDescribe, value: unknown, expected: string): boolean => {
  if (field.type === 'datetime') return Date.parse(String(value)) === Date.parse(expected);
  if (field.type === 'double') return Number(value) === Number(expected);
  return String(value) === expected;
};

const assertHere = async (object: 'Lead' | 'Contact', person: number, round: number): Promise<void> => {
  const values = await here(object, person);
  for (const field of fields[object])
    assert.ok(same(field, values[field.name], valueOf(field, round)), `${field.name}: ${String(values[field.name])}`);
};
const assertThere = (object: 'Lead' | 'Contact', id: string, round: number): void => {
  const record = corridor.record(object, id);
  for (const field of fields[object])
    assert.ok(same(field, record[field.name], valueOf(field, round)), `${field.name}: ${record[field.name]}`);
};

/** Every field of the object, edited by plain SQL: columns as columns, the others in `more`. */
const editAll = async (object: 'Lead' | 'Contact', person: number, round: number): Promise<void> => {
  const map = await loadFieldMap(corridor.db);
  const mapped = new Map(map.objects[object].fields.map((field) => [field.name, field]));
  const more: Record<string, unknown> = {};
  const sets: string[] = [];
  const params: unknown[] = [];
  for (const field of fields[object]) {
    const { column, isInMore } = mapped.get(field.name) ?? {};
    const value = valueOf(field, round);
    if (column === null || column === undefined) throw new Error(`${field.name} has no column`);
    if (isInMore) more[column] = field.type === 'boolean' ? value === 'true' : value;
    else sets.push(`"${column}" = $${params.push(value)}`);
  }
  await corridor.edit(
    `update marketing.person set ${sets.join(', ')}, more = more || $${params.push(JSON.stringify(more))}::jsonb where id = $${params.push(person)}`,
    params,
  );
};

test('[MAP14] [MAP15] 800 filled custom fields are loaded, each under its own name', async () => {
  await assertHere('Lead', lead.person, 1);
  const { objects } = await loadFieldMap(corridor.db);
  const columns = [...objects.Lead.fields, ...objects.Contact.fields].flatMap(({ column, name, isCustom }) =>
    column === null || !isCustom ? [] : [[column, name]],
  );
  for (const name of ODD)
    assert.equal(new Set(columns.filter(([, of]) => of === name).map(([to]) => to)).size, 1, name);
  assert.equal(new Set(columns.map(([column]) => column)).size, new Set(columns.map(([, name]) => name)).size);
});

test('[MAP14] every field is edited here and arrives there, and the other way round, by REST and by Bulk', async () => {
  await editAll('Lead', lead.person, 2);
  await corridor.sendAll();
  assertThere('Lead', lead.id, 2);
  await corridor.poll();
  await assertHere('Lead', lead.person, 2);
  assert.deepEqual(await corridor.db.query('select from sync.outbox'), [], 'an echo is no change');

  corridor.changeThere('Lead', lead.id, valuesOf(fields.Lead, 3));
  await corridor.poll();
  await assertHere('Lead', lead.person, 3);

  const others = await corridor.leads(['a', 'b', 'c'].map((LastName) => ({ LastName })));
  for (const { person } of others) await editAll('Lead', person, 4);
  await corridor.sendAll();
  for (const { id } of others) assertThere('Lead', id, 4);
  assert.deepEqual(await corridor.db.query('select from sync.conflict'), []);
});

test('[MAP14] one field of each side, edited at once, both survive', async () => {
  const both = (await loadFieldMap(corridor.db)).objects.Lead.fields.filter((field) => field.isInMore);
  const [mine, theirs] = both.filter((field) => field.type === 'string');
  assert.ok(mine && theirs);
  await corridor.edit(
    'update marketing.person set more = more || jsonb_build_object($2::text, $3::text) where id = $1',
    [lead.person, mine.column, 'mine'],
  );
  corridor.changeThere('Lead', lead.id, { [theirs.name]: 'theirs' });
  await corridor.poll();
  await corridor.sendAll();
  await corridor.poll();
  const values = await here('Lead', lead.person);
  assert.deepEqual([values[mine.name], values[theirs.name]], ['mine', 'theirs']);
  assert.equal(corridor.record('Lead', lead.id)[mine.name], 'mine');
  assert.deepEqual(await corridor.db.query('select from sync.conflict'), []);
});

test('[MAP14] the API edits and makes people in every field, and says what it was before', async () => {
  const columnsOf = await loadFieldMap(corridor.db);
  const wanted = fields.Lead.flatMap((field) => {
    const column = columnsOf.objects.Lead.fields.find(({ name }) => name === field.name)?.column;
    return column == null ? [] : [[column, valueOf(field, 9)] as const];
  });
  const asked = Object.fromEntries(wanted);
  const line = await editPerson(corridor.db, lead.person, asked, { lane: 'urgent', by: 'Ana' });
  await corridor.sendAll();
  assertThere('Lead', lead.id, 9);
  const [noted] = await corridor.db.query<{ n: number }>(
    'select count(*)::int as n from sync.journal, jsonb_object_keys(fields) where journal_id = $1',
    [line],
  );
  // A checkbox may have been what it is asked to be.
  assert.ok((noted?.n ?? 0) > FIELDS * 0.95, String(noted?.n));
  assert.equal(
    await editPerson(corridor.db, lead.person, asked, { lane: 'urgent', by: 'Ana' }),
    null,
    'nothing changed',
  );

  const inMore = columnsOf.objects.Lead.fields.filter((field) => field.isInMore);
  const [date, text] = ['date', 'string'].map((type) => inMore.find((field) => field.type === type)?.column ?? '');
  const wrong = { [date ?? '']: 'soon' };
  await assert.rejects(editPerson(corridor.db, lead.person, wrong, { lane: 'urgent', by: 'Ana' }), {
    code: 'value-wrong',
  });
  const made = await insertPerson(corridor.db, {
    fields: { last_name: 'Madewide', company: 'A', ...asked },
    sync: true,
  });
  await corridor.sendAll();
  const [person] = await corridor.db.query<{ id: string }>(
    'select salesforce_id as id from marketing.person where id = $1',
    [made.personId],
  );
  assertThere('Lead', person?.id ?? '', 9);
  await editPerson(corridor.db, made.personId, { [text ?? '']: null }, { lane: 'urgent', by: 'Ana' });
  await corridor.sendAll();
  const name = inMore.find(({ column }) => column === text)?.name ?? '';
  assert.equal(corridor.record('Lead', person?.id ?? '')[name], null);
});

test('[MAP14] a held field and a refused one without columns of their own go back to what Salesforce has', async () => {
  const both = (await loadFieldMap(corridor.db)).objects.Lead.fields.filter(
    (field) => field.isInMore && field.type === 'string',
  );
  const [held, refused] = both;
  assert.ok(held?.column && refused?.column);
  const { person, id } = await corridor.lead({ LastName: 'Takes', [held.name]: 'a', [refused.name]: 'b' });
  const set = (column: string, value: string): Promise<unknown> =>
    corridor.edit('update marketing.person set more = more || jsonb_build_object($2::text, $3::text) where id = $1', [
      person,
      column,
      value,
    ]);
  await set(held.column, 'ours');
  await corridor.own(
    `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
     values ('Lead', $1, $2, $3, '"0"', '"a"', '"ours"', 'hold', null)`,
    [person, id, held.column],
  );
  assert.deepEqual(await resolveHeld(corridor.db, { keep: 'theirs', filter: { field: held.column } }, 'Ana'), {
    resolved: 1,
    skipped: 0,
  });
  assert.equal((await here('Lead', person))[held.name], 'a');

  await set(refused.column, 'x'.repeat(100));
  await corridor.sendAll();
  const [error] = await corridor.db.query<{ error_id: number }>(
    'select error_id from sync.error where person_id = $1 and resolved_at is null',
    [person],
  );
  assert.deepEqual(await discardErrors(corridor.db, { ids: [error?.error_id ?? 0] }), { discarded: 1, skipped: 0 });
  assert.equal((await here('Lead', person))[refused.name], 'b');
  assert.deepEqual(await corridor.db.query('select from sync.outbox where person_id = $1', [person]), []);
});

test('[MAP14] people whose lead and contact are both wide share one table', async () => {
  const contact = await corridor.contact({ LastName: 'Wide', ...valuesOf(fields.Contact, 5) });
  await assertHere('Contact', contact.person, 5);
  await editAll('Contact', contact.person, 6);
  await corridor.poll();
  await corridor.sendAll();
  assertThere('Contact', contact.id, 6);
});

test('[SAFE6] [MAP14] a run that changed all fields is undone, those without a column of their own as well', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Back', ...valuesOf(fields.Lead, 7) });
  corridor.changeThere('Lead', id, valuesOf(fields.Lead, 8));
  await corridor.poll(['Lead']);
  const [run] = await corridor.db.query<{ run_id: number }>('select max(run_id) as run_id from sync.run');
  const undos = createUndos({
    db: corridor.db,
    loadMap: () => loadFieldMap(corridor.db),
    bounds: corridor.bounds,
  });
  const asked = { by: 'Ana', key: null, people: null, isLookedAt: true };
  const undoId = await undos.begin({ kind: 'run', id: run?.run_id ?? 0 }, asked);
  while (await undos.workOnce());
  assert.deepEqual((await undos.undo(undoId)).stays, []);
  await assertHere('Lead', person, 7);
  await corridor.sendAll();
  assertThere('Lead', id, 7);
});
