import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Corridor } from '../outbound/testing/corridor.ts';
import { breakLoops } from './break-loops.ts';

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open();
});
after(() => corridor?.close());
afterEach(() => corridor.rest());

const setPhones = (people: readonly { readonly person: number }[], phone: string): Promise<number> =>
  corridor.edit('update marketing.person set phone = $2 where id = any($1)', [
    people.map(({ person }) => person),
    phone,
  ]);

test('[SAFE8] a field that goes back and forth is held with both values and the user, and the rest of the record flows', async () => {
  const { person, id } = await corridor.lead({ LastName: 'Bounces' });
  const turn = async (): Promise<void> => {
    await setPhones([{ person }], 'ours');
    await corridor.sendAll();
    await corridor.poll();
    corridor.changeThere('Lead', id, { Phone: 'theirs' });
    await corridor.poll();
  };
  await turn();
  await turn();
  assert.equal(await breakLoops(corridor.db, corridor.bounds), 0, 'three turns are no loop');
  await turn();
  await setPhones([{ person }], 'ours');
  await corridor.sendAll();
  assert.equal(await breakLoops(corridor.db, corridor.bounds), 1);
  assert.equal(await breakLoops(corridor.db, corridor.bounds), 0, 'held once');
  const held = await corridor.db.query<{ field: string; theirs: string; ours: string; theirs_by: string }>(
    `select field, theirs, ours, theirs_by from sync.conflict where person_id = $1 and winner is null`,
    [person],
  );
  assert.deepEqual(held, [
    { field: 'phone', theirs: 'theirs', ours: 'ours', theirs_by: corridor.org.org.access.admin.id },
  ]);
  corridor.changeThere('Lead', id, { Phone: 'theirs' });
  await corridor.poll();
  await corridor.edit(`update marketing.person set phone = 'ours', title = 'Flows' where id = $1`, [person]);
  await corridor.send();
  await corridor.poll();
  await corridor.send();
  assert.deepEqual(
    [corridor.record('Lead', id)['Phone'], corridor.record('Lead', id)['Title']],
    ['theirs', 'Flows'],
    'only this field waits',
  );
  assert.equal((await corridor.db.query('select from sync.conflict where winner is null')).length, 1);
});
