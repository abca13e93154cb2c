import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Person } from '@syncline/contract/people';
import type { Undo, UndoLook, UndoStays } from '@syncline/contract/undo';
import { createTestDatabase } from '../db/test-database.ts';
import { layOut, smallMap } from '../people/testing/small-map.ts';
import { createUndos } from '../undo/create-undos.ts';
import { type Instance, startInstance } from './testing/instance.ts';

let instance: Instance;
let lines = 0;
const map = smallMap();

before(async () => {
  instance = await startInstance();
  await layOut(instance.db, map);
  await instance.db.run(
    `insert into sync.field (object, name, label, type, position, mirror_type, column_name, direction, is_updateable)
     select o, initcap(c), initcap(c), 'string', 1, 'text', c, 'both', true from unnest(array['Lead', 'Contact']) o, unnest(array['phone', 'title']) c`,
  );
  await instance.signIn();
});
after(() => instance?.close());

const work = async (): Promise<void> => {
  const undos = createUndos({
    db: instance.db,
    loadMap: async () => map,
    bounds: { brakeFloor: Number.POSITIVE_INFINITY, brakeShare: 1, brakeWindowMs: 1_000 },
  });
  while (await undos.workOnce());
};

const lead = async (): Promise<number> => {
  lines += 1;
  const rows = await instance.db.ownTransaction((tx) =>
    tx.query<{ id: number }>(
      `insert into marketing.person (salesforce_id, salesforce_type, phone, title) values ($1, 'Lead', '1', 'CMO') returning id`,
      [`00Q${String(lines).padStart(12, '0')}AAA`],
    ),
  );
  return rows[0]?.id ?? 0;
};
const read = async <Body>(url: string): Promise<Body> => {
  const answer = await instance.ask('GET', url);
  assert.equal(answer.status, 200, answer.text);
  return answer.body as Body;
};

test('[SAFE6] a person is edited by the API, and the edit is looked at and undone by the line that the answer names', async () => {
  const id = await lead();
  const edited = await instance.ask('PATCH', `/api/people/${id}`, { fields: { phone: '2', title: 'CMO' } });
  const { journalId } = edited.body as { readonly journalId?: number };
  const [line] = (await read<Person>(`/api/people/${id}`)).journal;
  assert.deepEqual(
    [line?.journalId, line?.cause, line?.by, line?.undo, line?.isUndoable, line?.changes],
    [journalId, 'edited', 'Ana', null, true, [{ field: 'phone', before: '1', after: '2' }]],
  );
  const look = await read<UndoLook>(`/api/undos/look?kind=edit&id=${journalId}&personId=${id}`);
  assert.deepEqual([look.people, look.samples[0]?.now, look.samples[0]?.back], [1, '2', '1']);
  const made = await instance.ask('POST', '/api/undos', { kind: 'edit', id: journalId, personId: id });
  assert.equal(made.status, 202, made.text);
  const { undoId } = made.body as { readonly undoId?: number };
  assert.equal(made.headers['location'], `/api/undos/${undoId}`);
  await work();
  const undo = await read<Undo>(`/api/undos/${undoId}`);
  assert.deepEqual([undo.isEnded, undo.changed, undo.askedBy], [true, 1, 'Ana']);
  const [newest] = (await read<Person>(`/api/people/${id}`)).journal;
  assert.deepEqual(
    [newest?.cause, newest?.by, newest?.undo],
    ['undo', 'Ana', { undoId, kind: 'edit', target: journalId }],
  );
  const same = await instance.ask('PATCH', `/api/people/${id}`, { fields: { phone: '1' } });
  assert.deepEqual(same.body, { done: true, journalId: null }, 'nothing changed');
});

test('[SAFE6] what stayed is listed page after page, with what it holds and what it would have gone back to', async () => {
  const { db, ask } = instance;
  const people = await Promise.all(Array.from({ length: 61 }, () => lead()));
  const [run] = await db.query<{ run_id: number }>(
    `insert into sync.run (object, operation, ended_at) values ('Lead', 'Pull updates', clock_timestamp()) returning run_id`,
  );
  await db.run(
    `insert into sync.journal (object, row_id, cause, run_id, fields)
     select 'Lead', id, 'salesforce', $1, '{"phone": ["0", "9"], "title": [null, "CFO"]}' from unnest($2::bigint[]) id`,
    [run?.run_id, people],
  );
  const made = await ask('POST', '/api/undos', { kind: 'run', id: run?.run_id });
  const { undoId } = made.body as { readonly undoId?: number };
  await work();
  const first = await read<UndoStays>(`/api/undos/${undoId}/stays`);
  assert.deepEqual([first.rows.length, first.total], [100, 122]);
  assert.deepEqual(first.rows[0], {
    personId: people.toSorted((one, other) => one - other)[0],
    personName: null,
    field: 'phone',
    label: 'Phone',
    now: '1',
    back: '0',
    why: 'changed',
  });
  const rest = await read<UndoStays>(`/api/undos/${undoId}/stays?cursor=${first.nextCursor}`);
  assert.deepEqual([rest.rows.length, rest.nextCursor], [22, null]);
  const detail = await read<{ readonly undoId: number }>(`/api/runs/${run?.run_id}`);
  assert.equal(detail.undoId, undoId);
});

test('[SAFE6] [SEC6] a viewer looks and does not undo; nonsense and strangers are refused', async () => {
  const { ask } = instance;
  const refused = async (method: 'GET' | 'POST', url: string, body?: object): Promise<unknown> =>
    Reflect.get((await ask(method, url, body)).body, 'code');
  assert.equal(await refused('GET', '/api/undos/look?kind=edit&id=1'), 'bad-request');
  assert.equal(await refused('GET', '/api/undos/look?kind=all&id=1'), 'bad-request');
  assert.equal(await refused('GET', "/api/undos/look?kind=run&id=1'--"), 'bad-request');
  assert.equal(await refused('POST', '/api/undos', { kind: 'mass_edit', id: 1 }), 'bad-request');
  assert.equal(await refused('GET', '/api/undos/x'), 'undo-not-found');
  assert.equal(await refused('GET', '/api/undos/404/stays'), 'undo-not-found');
  assert.equal(await refused('GET', '/api/undos/404/stays?cursor=x'), 'bad-request');
  const made = await ask('POST', '/api/tokens', { name: 'reader', role: 'viewer' });
  const token = Reflect.get(made.body, 'secret') as string;
  const asViewer = await instance.app.inject({
    method: 'POST',
    url: '/api/undos',
    headers: { authorization: `Bearer ${token}` },
    payload: { kind: 'run', id: 1 },
  });
  assert.equal(asViewer.statusCode, 403, asViewer.body);
});

test('[SAFE6] how far an undo is can be asked by the engineers’ role, also where the layout is older', async () => {
  const older = await createTestDatabase();
  try {
    const [may] = await older.db.query<{ may: boolean }>(
      `select has_table_privilege('syncline_engineer', 'sync.undo', 'select') and has_table_privilege('syncline_engineer', 'sync.undo_person', 'select') as may`,
    );
    assert.equal(may?.may, true);
  } finally {
    await older.drop();
  }
});
