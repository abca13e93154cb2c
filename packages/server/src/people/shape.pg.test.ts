import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts';
import { refusalOf } from './people.ts';
import { renewPeopleShape } from './shape.ts';
import { layOut, smallMap } from './testing/small-map.ts';

let base: TestDatabase;
let engineer: pg.Client;
let admin: pg.Client;

before(async () => {
  base = await createTestDatabase();
  await layOut(base.db, smallMap());
  engineer = new pg.Client({ connectionString: base.engineerUrl });
  admin = new pg.Client({ connectionString: base.adminUrl });
  await Promise.all([engineer.connect(), admin.connect()]);
});
after(async () => {
  await engineer?.end();
  await admin?.end();
  await base?.drop();
});
beforeEach(async () => {
  await base.db.ownTransaction(async (tx) => {
    for (const table of ['marketing.person', 'sync.outbox', 'sync.sent', 'sync.link', 'sync.conflict'])
      await tx.run(`delete from ${table}`);
  });
});

const people = (sql: string, params: readonly unknown[] = []): Promise<number> =>
  base.db.ownTransaction((tx) => tx.run(sql, params));
/** A person as the sync makes one: linked, or not when `sfId` is null. */
const person = (id: number, sfId: string | null, type: 'Lead' | 'Contact' = 'Lead'): Promise<number> =>
  people(
    `with p as (insert into marketing.person (id, salesforce_id, salesforce_type, last_name, phone) values ($1, $2, $3, 'Fields', '1'))
     insert into sync.link (sf_id, object, person_id) select $2, $3, $1 where $2 is not null`,
    [id, sfId, sfId && type],
  );
const edited = async (id = 1): Promise<readonly string[] | null> => {
  const [row] = await base.db.query<{ keys: string[] }>(
    'select array(select jsonb_object_keys(edits) order by 1) as keys from sync.outbox where person_id = $1',
    [id],
  );
  return row?.keys ?? null;
};
const refused = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

test('[OUT1] an update of a linked person notes exactly the columns whose value is distinct', async () => {
  await person(1, '00Q1');
  await engineer.query(`update marketing.person set phone = '2', title = null, last_name = 'Fields' where id = 1`);
  assert.deepEqual(await edited(), ['phone']);
});

test('[OUT1] MERGE, upsert and a function of the engineers are captured, a rollback is not', async () => {
  await person(1, '00Q1');
  await person(2, '00Q2');
  await person(3, '00Q3');
  await engineer.query('begin');
  await engineer.query(`update marketing.person set phone = 'x'`);
  await engineer.query('rollback');
  assert.equal(await edited(), null);
  await engineer.query(
    `merge into marketing.person p using (values (1, 'm')) v (id, t) on p.id = v.id when matched then update set title = v.t`,
  );
  assert.deepEqual(await edited(1), ['title']);
  await admin.query(
    `insert into marketing.person (id, email) values (2, 'a@example.com') on conflict (id) do update set email = excluded.email`,
  );
  assert.deepEqual(await edited(2), ['email']);
  await admin.query(
    `create or replace function public.shout() returns void language sql as $$ update marketing.person set title = 'ONE' where id = 3 $$`,
  );
  await admin.query('select public.shout()');
  assert.deepEqual(await edited(3), ['title']);
});

test('[OUT1] [MAP12] unmapped and read-only columns, and empty text for null, are no edits', async () => {
  await person(1, '003A', 'Contact');
  await admin.query(`update marketing.person set account_id = '001A', title = '', created_at = now() where id = 1`);
  assert.equal(await edited(), null);
  await admin.query(`update marketing.person set description = E'a\\nb' where id = 1`);
  await people(`delete from sync.outbox`);
  await admin.query(`update marketing.person set description = E'a\\r\\nb' where id = 1`);
  assert.equal(await edited(), null, 'line ends count as equal');
});

test('[OUT1] a column counts only on the object the person is', async () => {
  await person(1, '00Q1');
  await person(2, '003A', 'Contact');
  await engineer.query(
    `update marketing.person set department = 'Sales', lead_company = 'Northwind', annual_revenue = 12.5`,
  );
  assert.deepEqual(await edited(1), ['annual_revenue', 'lead_company']);
  assert.deepEqual(await edited(2), ['department']);
});

test('[OUT2] [OUT3] the sync notes nothing, and a stranger with its mark is captured', async () => {
  await person(1, '00Q1');
  await people(`update marketing.person set phone = 'own' where id = 1`);
  assert.equal(await edited(), null);
  await engineer.query(`begin`);
  await engineer.query(`set local syncline.origin = 'sync'`);
  await engineer.query(`update marketing.person set phone = 'stranger' where id = 1`);
  await engineer.query('commit');
  assert.deepEqual(await edited(), ['phone']);
});

test('[OUT4] TRUNCATE is refused and a replica-mode session is captured', async () => {
  await person(1, '00Q1');
  // Without `cascade` the tables that refer to people refuse it already.
  await assert.rejects(admin.query('truncate marketing.person'), refused('0A000'));
  await assert.rejects(admin.query('truncate marketing.person cascade'), refused('42501'));
  await admin.query(`set session_replication_role = replica`);
  await admin.query(`update marketing.person set phone = 'replica' where id = 1`);
  await admin.query(`reset session_replication_role`);
  assert.deepEqual(await edited(), ['phone']);
});

test('[OUT6] edits coalesce; each column keeps the version and the time of its last edit', async () => {
  await person(1, '00Q1');
  for (let n = 0; n < 20; n += 1)
    await engineer.query(`update marketing.person set phone = $1 where id = 1`, [`p${n}`]);
  await engineer.query(`update marketing.person set title = 'CTO' where id = 1`);
  const [row] = await base.db.query<{ phone: number; title: number; times: string[]; lane: number }>(
    `select (edits ->> 'phone')::bigint as phone, (edits ->> 'title')::bigint as title, lane,
            array(select jsonb_object_keys(edited_at) order by 1) as times from sync.outbox`,
  );
  assert.ok(row && row.title > row.phone);
  assert.deepEqual(row.times, ['phone', 'title']);
  assert.equal(row.lane, 1);
});

test('[OUT7] a person who has never been in Salesforce is not noted, until its lead is asked for', async () => {
  await engineer.query(`insert into marketing.person (last_name) values ('New')`);
  const [{ id }] = (await engineer.query<{ id: string }>('select id from marketing.person')).rows as [{ id: string }];
  await engineer.query(`update marketing.person set phone = '3'`);
  assert.equal(await edited(Number(id)), null);
  await engineer.query('select marketing.sync_person($1)', [id]);
  await engineer.query(`update marketing.person set phone = '4'`);
  assert.deepEqual(await edited(Number(id)), ['phone'], 'an edit between claim and link would be lost else');
  assert.deepEqual(await base.db.query('select create_lead, lane from sync.outbox'), [{ create_lead: true, lane: 0 }]);
});

test('[OUT21] nobody but the sync changes the ids of a person', async () => {
  await person(1, '00Q1');
  for (const set of [
    'id = 9',
    `external_id = 'mine'`,
    `salesforce_id = '00Q9'`,
    `salesforce_type = 'Contact'`,
    'is_deleted = true',
  ]) {
    await assert.rejects(admin.query(`update marketing.person set ${set}`), refused('42501'), set);
  }
  await assert.rejects(
    admin.query(`insert into marketing.person (salesforce_id, salesforce_type) values ('00Q8', 'Lead')`),
    refused('42501'),
  );
  await assert.rejects(engineer.query(`update marketing.person set external_id = 'mine'`), refused('42501'));
  const [row] = await base.db.query<{ external_id: string }>('select external_id from marketing.person');
  assert.match(row?.external_id ?? '', /^[0-9a-f]{32}$/);
});

test('a plain delete leaves the link as a tombstone and takes what waited with it', async () => {
  await person(1, '00Q1');
  await engineer.query(`update marketing.person set phone = '5'`);
  await engineer.query(`delete from marketing.person where id = 1`);
  assert.deepEqual(await base.db.query('select state, ended_at is not null as ended from sync.link'), [
    { state: 'deleted_here', ended: true },
  ]);
  assert.deepEqual(await base.db.query('select person_id from sync.outbox'), []);
});

test('[ID16] an edit of a deleted person is remembered and waits for something other than time', async () => {
  await person(1, '00Q1');
  await people(`update marketing.person set is_deleted = true`);
  await engineer.query(`update marketing.person set phone = '6'`);
  assert.deepEqual(await base.db.query(`select due_at = 'infinity' as waits from sync.outbox`), [{ waits: true }]);
});

test('an edit frees what was parked, and a claimed entry keeps its time', async () => {
  await person(1, '00Q1');
  await person(2, '00Q2');
  await people(
    `insert into sync.outbox (person_id, edits, parked, due_at, fault_tries, claim_id) values
       (1, '{"phone": 1}', '{"*": "validation-rule"}', 'infinity', 12, null),
       (2, '{"phone": 1}', '{}', 'infinity', 3, 7)`,
  );
  await engineer.query(`update marketing.person set phone = '7'`);
  assert.deepEqual(
    await base.db.query(
      `select parked, fault_tries, due_at <= clock_timestamp() as due from sync.outbox order by person_id`,
    ),
    [
      { parked: {}, fault_tries: 0, due: true },
      { parked: {}, fault_tries: 3, due: false },
    ],
  );
});

test('an entry takes the highest lane among its edits', async () => {
  await person(1, '00Q1');
  await engineer.query(`set syncline.lane = 'backfill'`);
  await engineer.query(`update marketing.person set phone = '8'`);
  assert.deepEqual(await base.db.query('select lane from sync.outbox'), [{ lane: 2 }]);
  await engineer.query(`set syncline.lane = 'urgent'`);
  await engineer.query(`update marketing.person set title = '8'`);
  await engineer.query(`reset syncline.lane`);
  await engineer.query(`update marketing.person set title = '9'`);
  assert.deepEqual(await base.db.query('select lane from sync.outbox'), [{ lane: 0 }]);
});

test('[ID18] Sync person refuses who is unknown or in Salesforce; a lead that was deleted there is made anew', async () => {
  const refusal = async (id: number): Promise<string | undefined> => {
    try {
      await engineer.query('select marketing.sync_person($1)', [id]);
      return undefined;
    } catch (error) {
      return refusalOf(error, id)?.code;
    }
  };
  await person(1, '00Q1');
  await person(2, '00Q2');
  await people(`update marketing.person set is_deleted = true where id = 2`);
  assert.equal(await refusal(1), 'already-in-salesforce');
  assert.equal(await refusal(2), undefined);
  assert.equal(await refusal(404), 'person-not-found');
});

test('[MRG12] reversing a conflict is an ordinary edit, once, and only while the winner still stands', async () => {
  await person(1, '003A', 'Contact');
  const conflict = async (theirs: unknown): Promise<number> => {
    const [row] = await base.db.query<{ id: number }>(
      `insert into sync.conflict (object, person_id, sf_id, field, base, theirs, ours, policy, winner)
       values ('Contact', 1, '003A', 'phone', '"0"', $1, '"ours"', 'salesforce', 'salesforce') returning conflict_id as id`,
      [JSON.stringify(theirs)],
    );
    return row?.id ?? 0;
  };
  const reverse = (id: number): Promise<unknown> => engineer.query('select marketing.reverse_conflict($1)', [id]);
  const first = await conflict('1');
  await reverse(first);
  assert.deepEqual(await edited(), ['phone']);
  assert.deepEqual(await base.db.query('select phone from marketing.person'), [{ phone: 'ours' }]);
  await assert.rejects(reverse(first), refused('SL005'));
  const moved = await conflict('something else');
  await assert.rejects(reverse(moved), refused('SL006'));
  await assert.rejects(reverse(404), refused('SL004'));
});

test('[SEC10] engineers read the three schemas without secrets and write people only', async () => {
  const may = async (sql: string): Promise<boolean> => {
    try {
      await engineer.query(sql);
      return true;
    } catch (error) {
      if (refused('42501')(error)) return false;
      throw error;
    }
  };
  await person(1, '00Q1');
  const reads = [
    'marketing.company',
    'salesforce."Lead"',
    'sync.outbox',
    'sync.link',
    'sync.journal',
    'sync.conflict',
    'sync.cursor',
  ];
  for (const table of reads) assert.equal(await may(`select * from ${table}`), true, table);
  assert.equal(await may('select host, org_id from sync.connection'), true);
  for (const sql of [
    'select secrets from sync.connection',
    'select password_hash from sync.app_user',
    'select token_hash from sync.session',
    'select code_hash from sync.sign_in_code',
    `update sync.link set state = 'live'`,
    'delete from sync.outbox',
    `update sync.cursor set at = now()`,
    `update salesforce."Lead" set "Phone" = '1'`,
    `insert into marketing.company (salesforce_id) values ('001')`,
    `update marketing.person set account_id = '001'`,
    `insert into marketing.person (external_id) values ('mine')`,
  ]) {
    assert.equal(await may(sql), false, sql);
  }
  assert.equal(await may(`insert into marketing.person (last_name) values ('Allowed')`), true);
  assert.equal(await may(`delete from marketing.person where last_name = 'Allowed'`), true);
});

test('[SEC9] a column named to break out is only a name', async () => {
  const hostile = await createTestDatabase();
  const name = `"; drop table marketing.person; -- '`;
  const writable = { direction: 'both', isCreateable: true, isUpdateable: true } as const;
  await layOut(
    hostile.db,
    smallMap({
      Lead: [
        ['Evil__c', 'string', name, writable],
        ['Order__c', 'string', 'order', writable],
      ],
    }),
  );
  await hostile.db.ownTransaction((tx) =>
    tx.run(`insert into marketing.person (id, salesforce_id, salesforce_type) values (1, '00Q1', 'Lead')`),
  );
  await hostile.db.run(`update marketing.person set ${pg.escapeIdentifier(name)} = 'x', "order" = 'y'`);
  const [row] = await hostile.db.query<{ keys: string[] }>(
    'select array(select jsonb_object_keys(edits)) as keys from sync.outbox',
  );
  assert.deepEqual([...(row?.keys ?? [])].sort(), [name, 'order'].sort());
  await hostile.drop();
});

test('the shape that another Syncline applied is renewed at the start of a process, and its own is left alone', async () => {
  assert.equal(await renewPeopleShape(base.db, smallMap()), false);
  await base.db.run(`comment on function sync.note_person_update() is 'of an older one'`);
  await base.db.run('drop view marketing.person_company');
  assert.equal(await renewPeopleShape(base.db, smallMap()), true);
  await engineer.query('select company_id from marketing.person_company');
  assert.equal(await renewPeopleShape(base.db, smallMap()), false);
});
