/** An admin's data of a whole org is spoilt, and put back from a backup: a snapshot of the practice org, read and written back record by record. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { holdOpen, writeAnswer } from '../brake/brake.ts';
import { Corridor, type Values } from './testing/corridor.ts';

const FLOOR = 10;
const SPOILT = 15;
const BINNED = 15;
const ERASED = 15;

let corridor: Corridor;
before(async () => {
  corridor = await Corridor.open({ brakeFloor: FLOOR, brakeShare: 0.1 });
});
after(() => corridor?.close());

type Row = Readonly<Record<string, string | null>>;
interface Lead {
  readonly person: number;
  readonly id: string;
}

const write = (
  rows: readonly {
    readonly kind: 'update' | 'delete' | 'purge' | 'undelete';
    readonly id: string;
    readonly record?: Values;
  }[],
): void => {
  const { dml, access } = corridor.org.org;
  const results = dml.write(
    access.admin,
    rows.map(({ kind, id, record }) =>
      kind === 'update' ? { kind, object: 'Lead', id, record: record ?? {} } : { kind, object: 'Lead', id },
    ),
  );
  for (const result of results) if (!result.success) throw new Error(JSON.stringify(result.errors));
};

/** The backup is read beside the org as it is now: what happened since is there again afterwards. */
const readBackup = (name: string): readonly Row[] => {
  const { org } = corridor;
  org.snapshot('as-it-is');
  org.restore(name);
  const rows = org.org.store.statement(`select * from "Lead" where "IsDeleted" = 'false'`).all() as unknown as Row[];
  org.restore('as-it-is');
  return rows.map((row) => ({ ...row }));
};

const openBrakes = () =>
  corridor.db.query<{ brake_id: number; object: string; direction: string }>(
    'select brake_id, object, direction from sync.brake where answer is null',
  );
const acceptAll = async (): Promise<number> => {
  const open = await openBrakes();
  for (const { brake_id } of open)
    await corridor.db.transaction(async (tx) => {
      const held = await holdOpen(tx, brake_id);
      assert.ok(held);
      await writeAnswer(tx, brake_id, held, 'accept', 'Amy Diaz');
    });
  return open.length;
};
const quiet = async (): Promise<void> => {
  for (let round = 0; round < 4; round += 1) {
    await corridor.poll(['Lead']);
    await corridor.own('update sync.reread set due_at = now()');
    await corridor.inbound.reread();
    await corridor.sendAll();
  }
};
/** What an hour does to the meters of the brake. */
const anHourLater = (): Promise<number> => corridor.own('delete from sync.brake_meter');

const livePersons = () =>
  corridor.db.query<{
    id: number;
    salesforce_id: string;
    phone: string | null;
    title: string | null;
    is_deleted: boolean;
  }>('select id, salesforce_id, phone, title, is_deleted from marketing.person order by id');

/** Made here, so that each record carries the external id of its person. */
const makeLeads = async (count: number): Promise<readonly Lead[]> => {
  const people: number[] = [];
  for (let at = 0; at < count; at += 1)
    people.push(await corridor.newPerson({ last_name: `Kept ${at}`, company: 'Northwind', phone: `+1 ${at}` }));
  await corridor.edit('select marketing.sync_person(id) from unnest($1::bigint[]) id', [people]);
  await corridor.sendAll();
  await corridor.poll(['Lead']);
  const rows = await corridor.db.query<{ person: number; id: string }>(
    `select person_id as person, sf_id as id from sync.link where state = 'live' order by person_id`,
  );
  assert.equal(rows.length, count);
  return rows;
};

test('[RACE17] an org put back by its admin: twice braked and answered, re-created records are their old persons, and nobody is doubled', async () => {
  const leads = await makeLeads(SPOILT + BINNED + ERASED);
  await anHourLater();
  const [spoilt, binned, erased] = [
    leads.slice(0, SPOILT),
    leads.slice(SPOILT, SPOILT + BINNED),
    leads.slice(SPOILT + BINNED),
  ];
  corridor.org.snapshot('backup');
  const before = await livePersons();

  // An integration runs wild.
  write(spoilt.map(({ id }) => ({ kind: 'update', id, record: { Phone: 'spoilt' } })));
  write([...binned, ...erased].map(({ id }) => ({ kind: 'delete', id })));
  write(erased.map(({ id }) => ({ kind: 'purge', id })));
  await corridor.own(`insert into sync.reread (object, sf_id, reason) select 'Lead', unnest($1::text[]), 'sweep'`, [
    erased.map(({ id }) => id),
  ]);
  await corridor.poll(['Lead']);
  await corridor.inbound.reread();
  assert.equal((await openBrakes()).length, 1, 'so much at once is asked about');
  const changed = (await livePersons()).filter((person) => person.phone === 'spoilt' || person.is_deleted).length;
  assert.ok(changed <= FLOOR, `${changed} changed before anybody was asked`);
  assert.equal(await acceptAll(), 1);
  await quiet();
  const gone = (await livePersons()).filter((person) => person.is_deleted).map(({ id }) => id);
  assert.deepEqual(
    gone,
    [...binned, ...erased].map(({ person }) => person),
  );

  // Meanwhile people are edited here.
  const [first, second, third] = [spoilt[0], binned[0], erased[0]].map((lead) => lead?.person ?? 0);
  await corridor.edit(`update marketing.person set title = 'Edited meanwhile' where id = any ($1)`, [
    [first, second, third],
  ]);
  await quiet();
  await anHourLater();

  // The admin puts it all back.
  const backup = readBackup('backup');
  assert.equal(backup.length, leads.length);
  const old = (id: string): Row => backup.find((row) => row['Id'] === id) ?? {};
  write(spoilt.map(({ id }) => ({ kind: 'update', id, record: { Phone: old(id)['Phone'] ?? null } })));
  write(binned.map(({ id }) => ({ kind: 'undelete', id })));
  const again = corridor.there(
    'Lead',
    erased.map(({ id }) => ({
      LastName: old(id)['LastName'] ?? '',
      Company: old(id)['Company'] ?? '',
      Phone: old(id)['Phone'] ?? '',
      Syncline_Key__c: old(id)['Syncline_Key__c'] ?? '',
    })),
  );
  await corridor.poll(['Lead']);
  assert.equal((await openBrakes()).length, 1, 'so is putting so much back');
  assert.equal(await acceptAll(), 1);
  await quiet();
  assert.deepEqual(await openBrakes(), []);

  const now = await livePersons();
  assert.deepEqual(
    now.map(({ id, phone, is_deleted }) => ({ id, phone, is_deleted })),
    before.map(({ id, phone }) => ({ id, phone, is_deleted: false })),
    'the same persons, as they were',
  );
  assert.deepEqual(
    now.map(({ salesforce_id }) => salesforce_id),
    [...[...spoilt, ...binned].map(({ id }) => id), ...again],
  );
  assert.deepEqual(
    now.filter(({ title }) => title === 'Edited meanwhile').map(({ id }) => id),
    [first, second, third],
  );
  for (const { salesforce_id, title } of now.filter((person) => person.title !== null))
    assert.equal(corridor.record('Lead', salesforce_id)['Title'], title, 'and their edits are there');
  const there = corridor.org.org.store
    .statement(
      `select count(*) as records, count(distinct "Syncline_Key__c") as keys from "Lead" where "IsDeleted" = 'false'`,
    )
    .all();
  assert.deepEqual({ ...there[0] }, { records: leads.length, keys: leads.length }, 'none was made by us');
  assert.deepEqual(
    await corridor.db.query(`select state, count(*)::int as count from sync.link group by state order by state`),
    [
      { state: 'deleted', count: ERASED },
      { state: 'live', count: leads.length },
    ],
  );
});
