import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Undo, UndoTarget } from '@syncline/contract/undo';
import { editPerson } from '../api/people-acts.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { Corridor } from '../outbound/testing/corridor.ts';
import { createUndos } from './create-undos.ts';
import type { UndoAsked, Undos } from './undo.ts';

let corridor: Corridor;
let undos: Undos;

const undosOf = (peopleMax = 1_000, bounds = corridor.bounds): Undos =>
  createUndos({ db: corridor.db, loadMap: () => loadFieldMap(corridor.db), bounds, peopleMax });

before(async () => {
  corridor = await Corridor.open();
  undos = undosOf();
});
after(() => corridor?.close());
beforeEach(async () => {
  await corridor.rest();
  await corridor.own('delete from sync.undo');
});

const asked: UndoAsked = { by: 'Ana', key: null, people: null, isLookedAt: true };
const begin = (target: UndoTarget, more: Partial<UndoAsked> = {}): Promise<number> =>
  undos.begin(target, { ...asked, ...more });
const finish = async (undoId: number, by: Undos = undos): Promise<Undo> => {
  while (await by.workOnce());
  const undo = await by.undo(undoId);
  assert.ok(undo.isEnded, JSON.stringify(undo));
  return undo;
};
const did = async (target: UndoTarget): Promise<Undo> => finish(await begin(target));

/** Leads that Salesforce changes in one run: their persons, their ids, and the run. */
const runOf = async (
  changes: readonly Readonly<Record<string, string | null>>[],
  first: Readonly<Record<string, string | null>> = {},
): Promise<{ readonly people: readonly { readonly person: number; readonly id: string }[]; readonly run: number }> => {
  const people = await corridor.leads(
    changes.map((_, at) => ({ LastName: `Lee ${at}`, Phone: '1', Title: 'CMO', ...first })),
  );
  for (const [at, change] of changes.entries()) corridor.changeThere('Lead', people[at]?.id ?? '', change);
  await corridor.poll(['Lead']);
  return { people, run: await lastRun('Lead') };
};
const lastRun = async (object: string, operation = 'Pull updates'): Promise<number> => {
  const [row] = await corridor.db.query<{ run_id: number }>(
    'select run_id from sync.run where object = $1 and operation = $2 order by run_id desc limit 1',
    [object, operation],
  );
  return row?.run_id ?? 0;
};
const lineOf = async (person: number, cause: string): Promise<number> => {
  const [row] = await corridor.db.query<{ journal_id: number }>(
    'select journal_id from sync.journal where row_id = $1 and cause = $2 order by journal_id desc limit 1',
    [person, cause],
  );
  return row?.journal_id ?? 0;
};
const staysOf = async (undoId: number): Promise<Readonly<Record<string, string>>> => {
  const rows = await corridor.db.query<{ field: string; why: string }>(
    'select e.key as field, e.value as why from sync.undo_person u cross join jsonb_each_text(u.stays) e where undo_id = $1',
    [undoId],
  );
  return Object.fromEntries(rows.map(({ field, why }) => [field, why]));
};

test('[SAFE6] what a run took goes back as ordinary edits and is sent; what changed since, here or there, or back and forth, stays and is listed', async () => {
  const { people, run } = await runOf([{ Phone: '2', Title: 'CTO' }, { Phone: '2' }, { Phone: '2' }, { Phone: '2' }]);
  const [one, here, there, forth] = people.map(({ person }) => person) as [number, number, number, number];
  await corridor.edit(`update marketing.person set phone = '3' where id = $1`, [here]);
  corridor.changeThere('Lead', people[2]?.id ?? '', { Phone: '4' });
  await corridor.poll(['Lead']);
  for (const phone of ['5', '2']) {
    await corridor.edit('update marketing.person set phone = $2 where id = $1', [forth, phone]);
    await corridor.sendAll();
  }
  const look = await undos.look({ kind: 'run', id: run });
  assert.deepEqual(
    [
      look.people,
      look.fields.map(({ field, people }) => [field, people]),
      look.stays,
      look.there.records,
      look.there.calls,
    ],
    [
      1,
      [
        ['phone', 1],
        ['title', 1],
      ],
      [{ why: 'changed', fields: 3, people: 3 }],
      1,
      1,
    ],
  );
  assert.deepEqual(
    look.samples.map(({ personId, field, now, back }) => [personId, field, now, back]),
    [
      [one, 'phone', '2', '1'],
      [one, 'title', 'CTO', 'CMO'],
    ],
  );
  const undo = await did({ kind: 'run', id: run });
  assert.deepEqual([undo.people, undo.decided, undo.changed, undo.stays, undo.gone], [4, 4, 1, look.stays, 0]);
  assert.deepEqual(await corridor.person(one, 'phone, title'), { phone: '1', title: 'CMO' });
  assert.deepEqual(await corridor.person(here, 'phone'), { phone: '3' });
  assert.deepEqual(await corridor.person(there, 'phone'), { phone: '4' });
  assert.deepEqual(await corridor.person(forth, 'phone'), { phone: '2' });
  assert.deepEqual(
    [(await corridor.entry(one))?.lane, Object.keys((await corridor.entry(one))?.edits ?? {}).sort()],
    [1, ['phone', 'title']],
  );
  await corridor.sendAll();
  assert.deepEqual(
    [corridor.record('Lead', people[0]?.id ?? '')['Phone'], corridor.record('Lead', people[0]?.id ?? '')['Title']],
    ['1', 'CMO'],
  );
  const [line] = await corridor.db.query(
    `select cause, fields, said_by, undo_id from sync.journal where row_id = $1 and undo_id is not null`,
    [one],
  );
  assert.deepEqual(line, {
    cause: 'undo',
    fields: { phone: ['2', '1'], title: ['CTO', 'CMO'] },
    said_by: 'Ana',
    undo_id: undo.undoId,
  });
});

test('[SAFE6] an undo can be undone, also after it was sent and read home; the second time nothing is left to put back', async () => {
  const { people, run } = await runOf([{ Phone: '2' }, { Phone: '2', Title: null }]);
  const [one, two] = people.map(({ person }) => person) as [number, number];
  const first = await did({ kind: 'run', id: run });
  await corridor.sendAll();
  await corridor.poll(['Lead']);
  await corridor.edit(`update marketing.person set phone = '9' where id = $1`, [one]);
  const second = await did({ kind: 'undo', id: first.undoId });
  assert.deepEqual([second.changed, second.stays], [1, [{ why: 'changed', fields: 1, people: 1 }]]);
  assert.deepEqual(await corridor.person(two, 'phone, title'), { phone: '2', title: null });
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', people[1]?.id ?? '')['Title'], null);
  const again = await did({ kind: 'undo', id: first.undoId });
  assert.deepEqual([again.changed, again.stays], [0, [{ why: 'changed', fields: 3, people: 2 }]]);
});

test('[SAFE6] several changes of a run are one: back to before the first, and only if the last still stands', async () => {
  const { people, run } = await runOf([{ Phone: '2' }]);
  const [{ person, id }] = people as [{ person: number; id: string }];
  corridor.changeThere('Lead', id, { Phone: '3' });
  await corridor.poll(['Lead']);
  await corridor.own('update sync.journal set run_id = $1 where run_id = $2', [run, await lastRun('Lead')]);
  assert.equal((await did({ kind: 'run', id: run })).changed, 1);
  assert.deepEqual(await corridor.person(person, 'phone'), { phone: '1' });
});

test('[SAFE6] an edit goes back, before it was sent without a call and after it with one; one statement is one edit, for one person or for all', async () => {
  const people = await corridor.leads([1, 2, 3].map((n) => ({ LastName: `Coe ${n}`, Phone: '1' })));
  const [one, two, three] = people.map(({ person }) => person) as [number, number, number];
  const line = await editPerson(corridor.db, one, { phone: '2', title: 'CTO' }, { lane: 'urgent', by: 'Ana' });
  await did({ kind: 'edit', id: line ?? 0, personId: one });
  assert.deepEqual(await corridor.person(one, 'phone, title'), { phone: '1', title: null });
  const { calls } = corridor.salesforce.usage();
  await corridor.sendAll();
  assert.equal(corridor.salesforce.usage().calls, calls, 'nothing was left to say');
  await corridor.edit(`update marketing.person set phone = '7' where id = any ($1)`, [[one, two, three]]);
  await corridor.edit(`update marketing.person set title = 'CFO' where id = $1`, [two]);
  await corridor.sendAll();
  const target = { id: await lineOf(two, 'sent'), personId: two };
  const look = await undos.look({ kind: 'edit', ...target });
  assert.deepEqual([look.people, look.fields.length, look.massPeople], [1, 2, 3]);
  await did({ kind: 'edit', ...target });
  assert.deepEqual(await corridor.person(two, 'phone, title'), { phone: '1', title: null });
  assert.equal((await corridor.entry(two))?.lane, 0, 'somebody looks');
  const mass = await did({ kind: 'mass_edit', id: await lineOf(three, 'sent'), personId: three });
  assert.deepEqual([mass.people, mass.changed, mass.stays], [3, 2, [{ why: 'changed', fields: 1, people: 1 }]]);
  await corridor.sendAll();
  assert.deepEqual(
    people.map(({ id }) => corridor.record('Lead', id)['Phone']),
    ['1', '1', '1'],
  );
});

test('[SAFE6] [MRG15] an undo never loosens an opt-out, and one that tightens it goes', async () => {
  const { people, run } = await runOf([{ HasOptedOutOfEmail: 'true', Phone: '2' }]);
  const [one] = people.map(({ person }) => person) as [number];
  const undo = await did({ kind: 'run', id: run });
  assert.deepEqual(await staysOf(undo.undoId), { has_opted_out_of_email: 'opt_out' });
  assert.deepEqual(await corridor.person(one, 'phone, has_opted_out_of_email'), {
    phone: '1',
    has_opted_out_of_email: true,
  });
  const loosened = await runOf([{ HasOptedOutOfEmail: 'false' }], { HasOptedOutOfEmail: 'true' });
  await did({ kind: 'run', id: loosened.run });
  await corridor.sendAll();
  assert.equal(corridor.record('Lead', loosened.people[0]?.id ?? '')['HasOptedOutOfEmail'], 'true');
});

test('[SAFE6] what Salesforce alone writes, a record that was deleted there, and a held field stay; who was deleted here is counted', async () => {
  const { people, run } = await runOf([
    { Phone: '2', FirstName: 'Al' },
    { Phone: '2' },
    { Phone: '2' },
    { Phone: '2' },
  ]);
  const [one, there, here, held] = people.map(({ person }) => person) as [number, number, number, number];
  corridor.org.org.dml.write(corridor.org.org.access.admin, [
    { kind: 'delete', object: 'Lead', id: people[1]?.id ?? '' },
  ]);
  await corridor.poll(['Lead']);
  await corridor.edit('delete from marketing.person where id = $1', [here]);
  await corridor.own(
    `insert into sync.conflict (object, person_id, sf_id, field, policy, winner) values ('Lead', $1, $2, 'phone', 'hold', null)`,
    [held, people[3]?.id],
  );
  const look = await undos.look({ kind: 'run', id: run });
  const undo = await did({ kind: 'run', id: run });
  assert.deepEqual([look.people, look.gone, undo.people, undo.gone], [1, 1, 3, 1]);
  assert.deepEqual(
    Object.fromEntries(undo.stays.map(({ why, people }) => [why, people])),
    { read_only: 1, deleted: 1, held: 1 },
    'the name is put together by Salesforce',
  );
  assert.deepEqual(await corridor.person(one, 'phone, first_name'), { phone: '1', first_name: null });
  assert.deepEqual(await corridor.person(there, 'phone'), { phone: '2' });
});

test('[SAFE6] [MRG20] a lead that became a contact: its own fields go back, its company’s stay; who was folded is followed', async () => {
  const { people, run } = await runOf([{ Phone: '2', Industry: 'Energy', Title: 'CTO' }]);
  const [{ person, id }] = people as [{ person: number; id: string }];
  await corridor.own(`update marketing.person set salesforce_type = 'Contact' where id = $1`, [person]);
  const undo = await begin({ kind: 'run', id: run });
  const survivor = await corridor.newPerson({ last_name: 'Survivor', phone: '2', title: 'CEO' });
  await corridor.own('update sync.journal set row_id = $2 where row_id = $1', [person, survivor]);
  await corridor.own(`update sync.link set person_id = $2 where sf_id = $1`, [id, survivor]);
  await corridor.own('select sync.fold_person($1, $2, $2)', [person, survivor]);
  await corridor.own(`update marketing.person set salesforce_type = 'Contact' where id = $1`, [survivor]);
  await finish(undo);
  assert.deepEqual(await staysOf(undo), { industry: 'of_company', title: 'changed' });
  assert.deepEqual(await corridor.person(survivor, 'phone, title'), { phone: '1', title: 'CEO' });
});

test('[SAFE6] the same key is the same undo, an open one of the same target too, and another wish under a key is refused', async () => {
  const { people, run } = await runOf([{ Phone: '2' }]);
  const target = { kind: 'run', id: run } as const;
  const first = await begin(target, { key: 'k' });
  assert.equal(await begin(target, { key: 'k' }), first);
  assert.equal(await begin(target), first, 'it is open');
  await assert.rejects(begin({ kind: 'run', id: 1 }, { key: 'k' }), { code: 'request-key-used' });
  await finish(first);
  assert.equal(await begin(target, { key: 'k' }), first);
  assert.deepEqual(await corridor.person(people[0]?.person ?? 0, 'phone'), { phone: '1' });
});

test('[SAFE6] two who ask at the same moment begin one undo, and two processes share its people', async () => {
  const { people, run } = await runOf(Array.from({ length: 12 }, () => ({ Phone: '2' })));
  const ids = await Promise.all([begin({ kind: 'run', id: run }), begin({ kind: 'run', id: run })]);
  assert.equal(ids[0], ids[1]);
  const [one, other] = [undosOf(3), undosOf(2)];
  await Promise.all([finish(ids[0], one), finish(ids[0], other)]);
  const undo = await undos.undo(ids[0]);
  assert.deepEqual([undo.changed, undo.stays], [12, []]);
  const [lines] = await corridor.db.query<{ lines: number; edited: number }>(
    `select count(*)::int as lines, count(distinct row_id)::int as edited from sync.journal where undo_id = $1`,
    [ids[0]],
  );
  assert.deepEqual(lines, { lines: 12, edited: 12 });
  await corridor.sendAll();
  assert.ok(people.every(({ id }) => corridor.record('Lead', id)['Phone'] === '1'));
});

/** The session that waits for a person's row. */
const KILL_WAITING = `
select pg_terminate_backend(pid) from pg_stat_activity
 where wait_event_type = 'Lock' and query like 'select from marketing.person where id = any%' and datname = current_database()`;

test('[SAFE6] a process that dies within a set has done nothing of it, and the next one does the rest', async () => {
  const { people, run } = await runOf([{ Phone: '2' }, { Phone: '2' }, { Phone: '2' }]);
  const undo = await begin({ kind: 'run', id: run });
  const dying = undosOf(2);
  await dying.workOnce();
  await corridor.db.transaction(async (tx) => {
    await tx.run('select from marketing.person where id = $1 for update', [people[2]?.person]);
    const died = assert.rejects(dying.workOnce());
    while ((await corridor.db.query(KILL_WAITING)).length === 0);
    await died;
  });
  assert.deepEqual([(await undos.undo(undo)).decided, (await undos.undo(undo)).isEnded], [2, false]);
  assert.equal((await finish(undo)).changed, 3);
  await corridor.sendAll();
  assert.ok(people.every(({ id }) => corridor.record('Lead', id)['Phone'] === '1'));
});

test('[SAFE6] [SAFE1] the brake counts what an undo sends, and the look says so; one person’s edit is urgent and goes', async () => {
  const { people, run } = await runOf(Array.from({ length: 5 }, () => ({ Phone: '2' })));
  const bounds = { brakeFloor: 3, brakeShare: 0, brakeWindowMs: 3_600_000 };
  const look = await undosOf(1_000, { ...corridor.bounds, ...bounds }).look({ kind: 'run', id: run });
  assert.deepEqual(look.brakes, [{ object: 'Lead', records: 5, left: 3 }]);
  await did({ kind: 'run', id: run });
  const braked = await corridor.another(bounds);
  await braked.outbound.sendOnce(1, { includeUpdates: true });
  await braked.outbound.sendOnce(1, { includeUpdates: true });
  assert.equal(people.filter(({ id }) => corridor.record('Lead', id)['Phone'] === '1').length, 3);
  assert.deepEqual(await corridor.db.query('select object, direction, waiting::int as waiting from sync.brake'), [
    { object: 'Lead', direction: 'out', waiting: 2 },
  ]);
});

test('[SAFE6] a value that a constraint of the owner’s refuses stays, and keeps nobody else', async () => {
  const { people, run } = await runOf([{ Phone: '2' }, { Phone: '2', FirstName: 'Al' }, { Phone: '2' }], {
    FirstName: 'Jo',
  });
  await corridor.own(
    `alter table marketing.person add constraint no_one check (id <> ${people[1]?.person ?? 0} or phone = '2') not valid`,
  );
  try {
    const undo = await did({ kind: 'run', id: run });
    assert.deepEqual(
      [undo.changed, await staysOf(undo.undoId)],
      [2, { phone: 'refused', first_name: 'refused', name: 'read_only' }],
    );
    assert.deepEqual(await corridor.person(people[1]?.person ?? 0, 'phone, first_name'), {
      phone: '2',
      first_name: 'Al',
    });
  } finally {
    await corridor.own('alter table marketing.person drop constraint no_one');
  }
});

test('[SAFE6] above 50 people their number must be said; what changed nothing, or is at work, is refused', async () => {
  const { run } = await runOf(Array.from({ length: 51 }, () => ({ Phone: '2' })));
  await assert.rejects(begin({ kind: 'run', id: run }), { code: 'undo-count-wrong' });
  await assert.rejects(begin({ kind: 'run', id: run }, { people: 50 }), { code: 'undo-count-wrong' });
  assert.equal((await finish(await begin({ kind: 'run', id: run }, { people: 51 }))).changed, 51);
  const person = await corridor.newPerson({ last_name: 'New', company: 'Acme', phone: '1' });
  await corridor.edit('select marketing.sync_person($1)', [person]);
  await corridor.edit(`update marketing.person set phone = '2' where id = $1`, [person]);
  await corridor.sendAll();
  await assert.rejects(undos.look({ kind: 'run', id: await lastRun('Lead', 'Push new') }), { code: 'undo-nothing' });
  await assert.rejects(undos.look({ kind: 'edit', id: await lineOf(person, 'sent'), personId: person }), {
    code: 'undo-nothing',
  });
  await assert.rejects(undos.look({ kind: 'edit', id: 1, personId: person }), { code: 'undo-nothing' });
  await assert.rejects(undos.look({ kind: 'run', id: 404_404 }), { code: 'not-found' });
  await assert.rejects(undos.look({ kind: 'undo', id: 404_404 }), { code: 'undo-not-found' });
  await corridor.own('update sync.run set ended_at = null where run_id = $1', [run]);
  await assert.rejects(undos.look({ kind: 'run', id: run }), { code: 'undo-too-soon' });
});

test('[SAFE6] a value that the column does not hold any more stays', async () => {
  const { people, run } = await runOf([{ NumberOfEmployees: '7', Phone: '2' }], { NumberOfEmployees: '1' });
  await corridor.own(
    `update sync.journal set fields = jsonb_set(fields, '{number_of_employees,0}', '"about a hundred"') where run_id = $1`,
    [run],
  );
  const undo = await did({ kind: 'run', id: run });
  assert.deepEqual(await staysOf(undo.undoId), { number_of_employees: 'misfit' });
  assert.deepEqual(await corridor.person(people[0]?.person ?? 0, 'phone, number_of_employees'), {
    phone: '1',
    number_of_employees: 7,
  });
});

test('[SAFE6] values of every kind come back as they were', async () => {
  const first = {
    Phone: `'; drop table "x" -- ü𝒳`,
    Description: 'one\r\ntwo "three" \\ {"a": [null]}',
    AnnualRevenue: '98765432101234.0',
    NumberOfEmployees: '0',
    FirstName: null,
    Title: '1e5',
  };
  const { people, run } = await runOf(
    [{ Phone: null, Description: null, AnnualRevenue: null, NumberOfEmployees: '7', FirstName: 'null', Title: 'true' }],
    first,
  );
  const { person, id } = people[0] ?? { person: 0, id: '' };
  const before = { ...first, FirstName: null };
  await did({ kind: 'run', id: run });
  await corridor.sendAll();
  const record = corridor.record('Lead', id);
  for (const [name, value] of Object.entries(before))
    assert.equal(record[name]?.replaceAll('\r\n', '\n') ?? null, value?.replaceAll('\r\n', '\n') ?? null, name);
  assert.deepEqual(await corridor.person(person, 'annual_revenue, number_of_employees'), {
    annual_revenue: '98765432101234.0',
    number_of_employees: 0,
  });
});
