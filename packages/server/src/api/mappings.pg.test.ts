/** A change of the map after the start: draft, dry run, apply, backfill. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { DryRun, FieldChange, MapEdit, MapFile } from '@syncline/contract/mappings';
import type { FieldMaps } from '@syncline/contract/setup';
import { type MappedField, SYNC_OBJECTS } from '../mapping/mapping.ts';
import { applyFields, loadFieldMap } from '../mapping/open-field-store.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { smallMap } from '../people/testing/small-map.ts';
import { type Answer, type Instance, startInstance } from './testing/instance.ts';

const custom: Partial<MappedField> = { isCustom: true, direction: 'both', isCreateable: true, isUpdateable: true };
const map = smallMap({
  Lead: [
    ['Tier__c', 'string', 'tier', custom],
    ['Region__c', 'string', 'region', custom],
  ],
  Contact: [
    ['Customer_Tier__c', 'string', 'customer_tier', custom],
    ['Region__c', 'string', 'region', { ...custom, joined: 'automatic' }],
  ],
});

let instance: Instance;
before(async () => {
  instance = await startInstance();
  await instance.signIn();
  await instance.db.run(
    `insert into sync.connection (method, host, confirmed_at, started_at) values ('client_credentials', 'https://acme.my.salesforce.com', now(), now())`,
  );
});
after(() => instance?.close());

/**
 * Leads 1 to 4 and contacts 11 to 13, with the map as it was confirmed. Of the leads, phone here and there: both and equal, only here, only
 * there, both and different.
 */
beforeEach(async () => {
  const { db } = instance;
  const fields = SYNC_OBJECTS.flatMap((object) =>
    map.objects[object].fields.map((field, position) => ({ ...field, position })),
  );
  await db.ownTransaction(async (tx) => {
    for (const table of ['field', 'field_change', 'outbox', 'sent', 'conflict', 'journal', 'link', 'reread'])
      await tx.run(`delete from sync.${table}`);
    await tx.run('delete from marketing.person');
    await applyFields(tx, fields);
    await applyPeopleShape(tx, await loadFieldMap(tx));
    for (const object of ['Lead', 'Contact']) await tx.run(`delete from salesforce."${object}"`);
    await tx.run(
      `insert into marketing.person (id, last_name, phone, salesforce_type, salesforce_id)
       select n, 'Lead' || n, (array['1', '2', null, '4'])[n], 'Lead', '00Q' || n from generate_series(1, 4) n`,
    );
    await tx.run(
      `insert into salesforce."Lead" ("Id", "SystemModstamp", "_began_at", "LastName", "Phone")
       select '00Q' || n, now(), now(), 'Lead' || n, (array['1', null, '3', 'other'])[n] from generate_series(1, 4) n`,
    );
    await tx.run(
      `insert into marketing.person (id, last_name, tier, customer_tier, region, salesforce_type, salesforce_id)
       select n, 'Contact' || n, (array[null, 'gold', 'old'])[n - 10], (array['new', 'gold', null])[n - 10], 'R' || n, 'Contact', '003' || n
         from generate_series(11, 13) n`,
    );
    await tx.run(
      `insert into salesforce."Contact" ("Id", "SystemModstamp", "_began_at", "LastName", "Customer_Tier__c", "Region__c")
       select '003' || n, now(), now(), 'Contact' || n, (array['new', 'gold', null])[n - 10], 'R' || n from generate_series(11, 13) n`,
    );
  });
});

const edit = (...edits: readonly MapEdit[]): Promise<Answer> => instance.ask('POST', '/api/field-maps/edit', { edits });
const draftOf = (answer: Answer): FieldChange => {
  const { draft } = answer.body as unknown as { readonly draft: FieldChange | null };
  assert.ok(draft, answer.text);
  return draft;
};
const dryRunOf = async (changeId: number): Promise<DryRun> => {
  const answer = await instance.ask('POST', `/api/field-changes/${changeId}/dry-run`);
  const { dryRun } = answer.body as unknown as FieldChange;
  assert.ok(dryRun, answer.text);
  return dryRun;
};
const apply = (changeId: number, backfill: boolean): Promise<Answer> =>
  instance.ask('POST', `/api/field-changes/${changeId}/apply`, { backfill });
const carryOut = async (backfill: boolean, ...edits: readonly MapEdit[]): Promise<DryRun> => {
  const { changeId } = draftOf(await edit(...edits));
  const dryRun = await dryRunOf(changeId);
  const answer = await apply(changeId, backfill);
  assert.equal(answer.status, 200, answer.text);
  return dryRun;
};
const backfillAll = async (): Promise<void> => {
  while (await instance.mappings.backfillOnce());
};
const codeOf = (answer: Answer): unknown => Reflect.get(answer.body, 'code');
const mapsOf = async (): Promise<FieldMaps> =>
  (await instance.ask('GET', '/api/field-maps')).body as unknown as FieldMaps;
const values = async (column: string, where: string): Promise<readonly (string | null)[]> =>
  (
    await instance.db.query<{ value: string | null }>(
      `select "${column}" as value from marketing.person where ${where} order by id`,
    )
  ).map(({ value }) => value);
const entries = () =>
  instance.db.query(
    'select person_id as id, array(select jsonb_object_keys(edits) order by 1) as edits, lane from sync.outbox order by 1',
  );
const columnOf = async (name: string): Promise<string | null | undefined> =>
  (await loadFieldMap(instance.db)).objects.Contact.fields.find((field) => field.name === name)?.column;

const JOIN: MapEdit = { kind: 'join', lead: 'Tier__c', contact: 'Customer_Tier__c' };
const phone = (direction: 'both' | 'from_salesforce' | 'none'): MapEdit => ({
  kind: 'choose',
  object: 'Lead',
  name: 'Phone',
  direction,
});

test('[MAP9] a join is tried, nothing changes before it is applied, and its outcome is the one that was foretold', async () => {
  const draft = draftOf(await edit(JOIN));
  assert.equal(codeOf(await apply(draft.changeId, false)), 'dry-run-first');
  const { atOnce, backfill } = await dryRunOf(draft.changeId);
  assert.deepEqual(
    [atOnce.changed, ...atOnce.samples.map((sample) => [sample.personId, sample.before, sample.after])],
    [2, [11, null, 'new'], [13, 'old', null]],
  );
  assert.deepEqual([backfill.here.changed, backfill.there.changed, backfill.calls], [0, 0, 0]);
  assert.deepEqual(await values('tier', 'id > 10'), [null, 'gold', 'old']);
  assert.equal(await columnOf('Customer_Tier__c'), 'customer_tier');

  assert.equal((await apply(draft.changeId, false)).status, 200);
  assert.deepEqual(await values('tier', 'id > 10'), ['new', 'gold', null]);
  assert.deepEqual(await entries(), [], 'nothing of it is sent');
  const maps = await mapsOf();
  const row = maps.maps.find(({ ourColumn }) => ourColumn === 'tier');
  assert.deepEqual(
    [row?.names, row?.joined, maps.draft],
    [{ Lead: 'Tier__c', Contact: 'Customer_Tier__c' }, 'by_hand', null],
  );
  assert.deepEqual(await instance.db.query('select cause, fields from sync.journal where row_id = 13'), [
    { cause: 'mapping', fields: { tier: ['old', null] } },
  ]);
});

test('[MAP9] breaking a pair copies the joint value to both fields and sends nothing; what waits or flies follows its field', async () => {
  const { db } = instance;
  await db.run(`update marketing.person set region = 'edited' where id = 11`);
  await db.run(
    `insert into sync.sent (person_id, in_flight, versions) values (12, '{"region": "R12"}', '{"region": 1}')`,
  );
  const { atOnce } = await carryOut(false, { kind: 'break', lead: 'Region__c', contact: 'Region__c' });
  assert.deepEqual([atOnce.changed, atOnce.copied], [0, 3]);
  assert.equal(await columnOf('Region__c'), 'region_2');
  for (const column of ['region', 'region_2'])
    assert.deepEqual(await values(column, 'id > 10'), ['edited', 'R12', 'R13']);
  assert.deepEqual(await entries(), [{ id: 11, edits: ['region_2'], lane: 1 }]);
  assert.deepEqual(await db.query('select in_flight, versions from sync.sent'), [
    { in_flight: { region_2: 'R12' }, versions: { region_2: 1 } },
  ]);
  await db.run(`update marketing.person set region = 'here' where id = 13`);
  assert.equal((await entries()).length, 1, 'the field of leads has no place on a contact');
});

test('[MAP9] data that moved since the dry run refuses the apply, and nothing was done', async () => {
  const draft = draftOf(await edit(JOIN));
  await dryRunOf(draft.changeId);
  await instance.db.run(`update marketing.person set customer_tier = 'platinum' where id = 11`);
  const answer = await apply(draft.changeId, false);
  assert.deepEqual([answer.status, codeOf(answer), Reflect.get(answer.body, 'detail')], [409, 'data-moved', { n: 1 }]);
  assert.deepEqual(await values('tier', 'id = 11'), [null]);
  await dryRunOf(draft.changeId);
  assert.equal((await apply(draft.changeId, false)).status, 200);
});

test('[MAP3] a backfill fills what is empty, agrees on what is equal, and lets the policy decide the rest; without it nothing moves', async () => {
  const { db } = instance;
  await carryOut(true, phone('none'));
  await backfillAll();
  assert.deepEqual(await values('phone', 'id < 10'), ['1', '2', null, '4'], 'not synced');

  const policy: MapEdit = { kind: 'choose', object: 'Lead', name: 'Phone', policy: 'salesforce' };
  const { backfill } = await carryOut(true, phone('both'), policy);
  assert.deepEqual(
    [backfill.here.changed, backfill.there.changed, backfill.conflicts, backfill.calls],
    [2, 1, { salesforce: 1, marketing: 0, held: 0 }, 1],
  );
  assert.deepEqual(await values('phone', 'id < 10'), ['1', '2', null, '4'], 'the batches come after');
  await backfillAll();
  assert.deepEqual(await values('phone', 'id < 10'), ['1', '2', '3', 'other']);
  assert.deepEqual(await entries(), [{ id: 2, edits: ['phone'], lane: 2 }]);
  assert.deepEqual(await db.query('select person_id, base, theirs, ours, winner from sync.conflict'), [
    { person_id: 4, base: null, theirs: 'other', ours: '4', winner: 'salesforce' },
  ]);
  const [done] = await db.query(
    `select backfill_done as done, backfilled_at is not null as is_over from sync.field_change order by change_id desc limit 1`,
  );
  assert.deepEqual(done, { done: 7, is_over: true });
});

test('[MAP3] without a backfill existing values stay, and a live edit of a field that is being backfilled stands in its lane', async () => {
  await carryOut(false, phone('none'));
  await carryOut(false, phone('both'));
  await backfillAll();
  assert.deepEqual([await values('phone', 'id < 10'), await entries()], [['1', '2', null, '4'], []]);

  await carryOut(false, phone('none'));
  await carryOut(true, phone('both'));
  await instance.db.run(`update marketing.person set phone = 'live' where id = 3`);
  await backfillAll();
  assert.deepEqual(await values('phone', 'id = 3'), ['live']);
  assert.deepEqual(await entries(), [
    { id: 2, edits: ['phone'], lane: 2 },
    { id: 3, edits: ['phone'], lane: 1 },
    { id: 4, edits: ['phone'], lane: 2 },
  ]);
});

test('edits of a field that is not sent any more are withdrawn, and the journal says so', async () => {
  const { db } = instance;
  await db.run(`update marketing.person set phone = 'edited', title = 'CTO' where id = 1`);
  const { atOnce } = await carryOut(true, phone('from_salesforce'));
  assert.equal(atOnce.withdrawn, 1);
  await backfillAll();
  assert.deepEqual(await entries(), [{ id: 1, edits: ['title'], lane: 1 }]);
  assert.deepEqual(await values('phone', 'id < 10'), ['1', null, '3', 'other']);
  assert.deepEqual(await db.query(`select fields from sync.journal where row_id = 1 and cause = 'withdrawn'`), [
    { fields: { phone: ['edited', null] } },
  ]);
});

test('a draft gathers edits, shows the map as it would be, gives one back, and is discarded', async () => {
  await edit(phone('from_salesforce'));
  const draft = draftOf(
    await edit(
      { kind: 'choose', object: 'Lead', name: 'Phone', policy: 'hold' },
      { kind: 'choose', object: 'Contact', name: 'Title', policy: 'newest' },
    ),
  );
  assert.equal(draft.edits.length, 2, 'two choices of one field are one edit');
  const shown = async () =>
    (await mapsOf()).maps.flatMap(({ isDrafted, ourColumn }) => (isDrafted ? [ourColumn] : [])).toSorted();
  assert.deepEqual(await shown(), ['phone', 'title']);
  await instance.ask('DELETE', `/api/field-changes/${draft.changeId}/edits/0`);
  assert.deepEqual(await shown(), ['title']);
  assert.equal(
    codeOf(await edit({ kind: 'choose', object: 'Lead', name: 'Email', direction: 'none' })),
    'field-needed',
  );
  await instance.ask('DELETE', `/api/field-changes/${draft.changeId}`);
  assert.deepEqual(await shown(), []);
  assert.equal(codeOf(await apply(draft.changeId, false)), 'change-not-found');
});

test('a map that is exported and imported again changes nothing; a file that differs becomes edits of a draft', async () => {
  const file = (await instance.ask('GET', '/api/field-maps/export')).body as unknown as MapFile;
  assert.equal(Reflect.get((await instance.ask('POST', '/api/field-maps/import', file)).body, 'draft'), null);
  const other = (field: MapFile['fields'][number]): Partial<MapFile['fields'][number]> => {
    if (field.name === 'Customer_Tier__c') return { joinedWith: 'Tier__c' };
    if (field.name === 'Region__c') return { joinedWith: null };
    return field.object === 'Lead' && field.name === 'Phone' ? { policy: 'newest' } : {};
  };
  const answer = await instance.ask('POST', '/api/field-maps/import', {
    ...file,
    fields: file.fields.map((field) => ({ ...field, ...other(field) })),
  });
  assert.deepEqual(draftOf(answer).edits, [
    { kind: 'break', lead: 'Region__c', contact: 'Region__c' },
    { kind: 'join', lead: 'Tier__c', contact: 'Customer_Tier__c' },
    { kind: 'choose', object: 'Lead', name: 'Phone', policy: 'newest' },
  ]);
});

test('before the start an edit holds at once', async () => {
  await instance.db.run('update sync.connection set started_at = null');
  const answer = await edit(JOIN);
  await instance.db.run('update sync.connection set started_at = now()');
  assert.deepEqual(answer.body, { draft: null });
  assert.equal(await columnOf('Customer_Tier__c'), 'tier');
});

test('[MAP2] a hidden field is on no screen of people and is not edited there; its column and its values stay', async () => {
  const rest: MapEdit = { kind: 'choose', object: 'Lead', name: 'Phone', direction: 'none' };
  const both: MapEdit = { ...rest, object: 'Contact' };
  const hide: MapEdit = { kind: 'hide', object: 'Lead', name: 'Phone', isHidden: true };
  assert.equal(codeOf(await edit(hide)), 'field-in-use');
  await carryOut(false, rest, both, hide);
  const person = await instance.ask('GET', '/api/people/1');
  const fields = (person.body as unknown as { fields: readonly { field: string }[] }).fields.map(({ field }) => field);
  assert.ok(fields.includes('title') && !fields.includes('phone'), fields.join(', '));
  assert.equal(codeOf(await instance.ask('PATCH', '/api/people/1', { fields: { phone: '9' } })), 'field-unknown');
  assert.deepEqual(await values('phone', 'id <= 2'), ['1', '2']);
  const row = (await mapsOf()).maps.find(({ ourColumn }) => ourColumn === 'phone');
  assert.deepEqual([row?.isHidden, row?.direction], [true, 'none']);
  await carryOut(false, { kind: 'hide', object: 'Contact', name: 'Phone', isHidden: false });
  assert.equal((await mapsOf()).maps.find(({ ourColumn }) => ourColumn === 'phone')?.isHidden, false);
});
