import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

let bench: OrgBench;
before(async () => {
  bench = await OrgBench.create();
  await bench.load();
});
after(() => bench?.close());
afterEach(() => bench.org.org.access.switches.set({ hiddenFields: [] }));

const poll = (deep = false) => bench.inbound().poll(['Lead'], { deep });
const created = async (deep = false): Promise<number> => (await poll(deep))[0]?.created ?? -1;
/** Where the lead's cursor stands, to say what is late. */
const cursorAt = async (seconds: number): Promise<void> => {
  await bench.database.db.run(
    `update sync.cursor set at = date_trunc('second', clock_timestamp()) + $1 * interval '1 second', deep_from = null, last_deep_at = null where object = 'Lead'`,
    [seconds],
  );
};

test('[IN2] [IN3] a row committed late by less than the overlap is taken by the next poll, one at the very stamp too', async () => {
  await cursorAt(0);
  bench.insert('Lead', [
    { SystemModstamp: fromNow(0) },
    { SystemModstamp: fromNow(-110) },
    { SystemModstamp: fromNow(-130) },
  ]);
  assert.equal(await created(), 2);
  assert.equal(await created(), 0);
});

test('[IN3] a row later than that is taken by the deep poll, which starts from where the cursor stood at the one before', async () => {
  await cursorAt(-3600);
  await poll(true);
  await bench.database.db.run(`update sync.cursor set at = clock_timestamp() where object = 'Lead'`);
  bench.insert('Lead', [{ SystemModstamp: fromNow(-3600 - 800) }, { SystemModstamp: fromNow(-3600 - 1000) }]);
  assert.equal(await created(), 0);
  assert.equal(await created(true), 1, 'within the deep overlap of the cursor of the previous deep poll');
  assert.equal(await created(true), 0, 'the next deep poll starts from where the cursor stood at this one');
});

test('[IN10] [MAP4] a field hidden from the sync user keeps its values, is reported once, and flows again when it is shown', async () => {
  const [id = ''] = bench.insert('Lead', [{ Phone: '1', Title: 'CEO' }]);
  await poll();
  bench.org.org.access.switches.set({ hiddenFields: ['Lead.Phone'] });
  bench.update('Lead', id, { Phone: '2', Title: 'CFO' });
  const inbound = bench.inbound();
  await inbound.poll(['Lead'], { deep: false });
  await inbound.poll(['Lead'], { deep: false });
  const person = await bench.person(id);
  assert.deepEqual([person['phone'], person['title']], ['1', 'CFO']);
  assert.equal(
    await bench.count('sync.error', `code = 'field-gone' and fields = '{Phone}' and resolved_at is null`),
    1,
  );
  bench.org.org.access.switches.set({ hiddenFields: [] });
  await inbound.poll(['Lead'], { deep: true });
  assert.equal(await bench.count('sync.error', `code = 'field-gone' and resolved_at is null`), 0);
  await inbound.reread();
  assert.equal((await bench.person(id))['phone'], '2', 'what changed while it was hidden is read');
});

test('[MAP6] [IN25] a field that became another kind of value is left out and named, delays nobody, keeps its value, and comes back', async () => {
  const [id = ''] = bench.insert('Lead', [{ Fit__c: '5', Title: 'CEO' }]);
  await poll();
  let isText = true;
  const inbound = bench.inbound((org) => ({
    describe: async (object) => {
      const described = await org.describe(object);
      return {
        ...described,
        fields: described.fields.map((field) =>
          isText && field.name === 'Fit__c' ? { ...field, type: 'string' } : field,
        ),
      };
    },
    queryAll: async (queries) =>
      (await org.queryAll(queries)).map((answer) =>
        isText && answer.ok
          ? {
              ...answer,
              page: { ...answer.page, body: answer.page.body.replaceAll(/"Fit__c":[\d.]+/g, '"Fit__c":"very"') },
            }
          : answer,
      ),
  }));
  bench.update('Lead', id, { Fit__c: '6', Title: 'CFO' });
  await inbound.poll(['Lead'], { deep: false });
  const person = await bench.person(id);
  assert.deepEqual([Number(person['fit']), person['title']], [5, 'CFO']);
  const open = `code = 'field-retyped' and fields = '{Fit__c}' and resolved_at is null`;
  assert.equal(await bench.count('sync.error', open), 1);
  await inbound.poll(['Lead'], { deep: true });
  assert.equal(await bench.count('sync.error', open), 1);
  isText = false;
  await inbound.poll(['Lead'], { deep: true });
  assert.equal(await bench.count('sync.error', open), 0);
  await inbound.reread();
  assert.equal(Number((await bench.person(id))['fit']), 6);
});

test('[IN11] one poll brings a change and a delete; the person keeps the last values and says it is deleted', async () => {
  const [id = ''] = bench.insert('Lead', [{ Phone: '1' }]);
  await poll();
  bench.update('Lead', id, { Phone: '2' });
  bench.remove('Lead', id);
  const [outcome] = await poll();
  assert.deepEqual([outcome?.deleted, outcome?.updated], [1, 0]);
  const person = await bench.person(id);
  assert.deepEqual([person['phone'], person['is_deleted']], ['2', true]);
  assert.equal(await bench.count('sync.run', `object = 'Lead' and operation = 'Pull deletes' and deleted = 1`), 1);
});

test('[SAFE7] an empty cycle of five objects is one call and writes nothing but its status', async () => {
  await bench.inbound().poll(SYNC_OBJECTS, { deep: true });
  const five = SYNC_OBJECTS.filter((object) => object !== 'User');
  const tables = `select (select count(*) from sync.run) as runs, (select count(*) from sync.journal) as journal, (select max(xmin::text) from salesforce."Lead") as mirror,
     (select max(xmin::text) from marketing.person) as people, (select count(*) from sync.outbox) as entries`;
  const before = await bench.database.db.query(tables);
  const calls = bench.salesforce.usage().calls;
  await bench.inbound().poll(five, { deep: false });
  assert.equal(bench.salesforce.usage().calls - calls, 1);
  assert.deepEqual(await bench.database.db.query(tables), before);
  assert.equal(
    await bench.count(
      'sync.cursor',
      `object = any ('{${five.join(',')}}') and quiet_cycles > 0 and last_began_at > clock_timestamp() - interval '1 minute'`,
    ),
    5,
  );
});

test('an object that Salesforce refuses delays no other', async () => {
  const [id = ''] = bench.insert('Lead', [{ Phone: '7' }]);
  const inbound = bench.inbound((salesforce) => ({
    queryAll: async (queries) => {
      const answers = await salesforce.queryAll(queries);
      return answers.map((answer, index) =>
        queries[index]?.includes('FROM Account')
          ? { ok: false as const, error: { code: 'INVALID_TYPE', message: 'no', fields: [] } }
          : answer,
      );
    },
  }));
  await assert.rejects(inbound.poll(['Account', 'Lead'], { deep: false }), { code: 'object-unreadable' });
  assert.equal((await bench.person(id))['phone'], '7');
  assert.equal(await bench.count('sync.run', `object = 'Account' and status = 'failed'`), 1);
});

test('[MRG6] what was asked to be read again is read by id, and moves no cursor', async () => {
  const [id = ''] = bench.insert('Lead', [{ Phone: '1', SystemModstamp: fromNow(-86_400) }]);
  await bench.database.db.run(`insert into sync.reread (object, sf_id, reason) values ('Lead', $1, 'stale_read')`, [
    id,
  ]);
  const cursor = `select at from sync.cursor where object = 'Lead'`;
  const before = await bench.database.db.query(cursor);
  assert.equal(await bench.inbound().reread(), 1);
  assert.deepEqual([(await bench.person(id))['phone'], await bench.count('sync.reread')], ['1', 0]);
  assert.deepEqual(await bench.database.db.query(cursor), before);
});

test('[ID3] a clone that carries the external id of a person with a live record is somebody new, after both were read again', async () => {
  const [id = ''] = bench.insert('Lead', [{ Phone: '1' }]);
  await poll();
  const person = await bench.person(id);
  const [clone = ''] = bench.insert('Lead', [{ Syncline_Key__c: String(person['external_id']) }]);
  assert.equal(await created(), 0);
  assert.equal(await bench.inbound().reread(), 2);
  assert.notEqual((await bench.person(clone))['id'], person['id']);
  assert.deepEqual([(await bench.person(id))['id'], await bench.count('sync.reread')], [person['id'], 0]);
});

test('a record that a read by id does not find is out of sight, not deleted; seen again, it is the same person', async () => {
  const [id = ''] = bench.insert('Lead', [{ Phone: '1' }]);
  await poll();
  const before = await bench.person(id);
  const { database } = bench.org.org.store;
  const row = database.prepare('select * from "Lead" where "Id" = ?').get(id) as Record<string, string | null>;
  database.prepare('delete from "Lead" where "Id" = ?').run(id);
  await bench.database.db.run(`insert into sync.reread (object, sf_id, reason) values ('Lead', $1, 'classify')`, [id]);
  await bench.inbound().reread();
  assert.equal(await bench.count('sync.link', `sf_id = '${id}' and state = 'out_of_sight'`), 1);
  assert.equal((await bench.person(id))['is_deleted'], false);
  bench.org.org.store.insert('Lead', { ...row, Phone: '2', SystemModstamp: fromNow(1) });
  await poll();
  const person = await bench.person(id);
  assert.deepEqual(
    [person['id'], person['phone'], await bench.count('sync.link', `sf_id = '${id}' and state = 'live'`)],
    [before['id'], '2', 1],
  );
});

test('[OBJ5] the owner of a person is the user as Salesforce has it, whose rename is one write; a queue is nobody', async () => {
  const { id: user } = bench.org.org.access.admin;
  const [lead = '', queued = ''] = bench.insert('Lead', [{}, { OwnerId: '00G8x0000000001EAA' }]);
  bench.update('User', user, { FirstName: 'Ana', LastName: 'Ruiz', Email: 'ana@acme.test' });
  await bench.inbound().poll(['User', 'Lead'], { deep: false });
  const ownerOf = async (sfId: string): Promise<unknown> =>
    (
      await bench.database.db.query(
        `select o.name, o.email from marketing.person_owner o join sync.link l on l.person_id = o.person_id where l.sf_id = $1`,
        [sfId],
      )
    )[0];
  assert.deepEqual(
    [await ownerOf(lead), await ownerOf(queued)],
    [{ name: 'Ana Ruiz', email: 'ana@acme.test' }, undefined],
  );
  const lines = await bench.count('sync.journal');
  bench.update('User', user, { LastName: 'Soler', Email: 'soler@acme.test' });
  const [outcome] = await bench.inbound().poll(['User'], { deep: false });
  assert.deepEqual(
    [outcome?.updated, (await bench.count('sync.journal')) - lines, await ownerOf(lead)],
    [1, 1, { name: 'Ana Soler', email: 'soler@acme.test' }],
  );
});
