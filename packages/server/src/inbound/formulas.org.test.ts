import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import pino from 'pino';
import { grantFields } from '../../../emulator/src/access/first-grants.ts';
import { treeFromJson } from '../../../emulator/src/metadata/tree.ts';
import type { RunningOrg } from '../../../emulator/src/org.ts';
import { createPresence } from '../work/create-presence.ts';
import { createSweeper } from '../work/create-sweeper.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

const silent = pino({ level: 'silent' });
const EVERY_MS = 3_600_000;
/** Formulas that another record's change moves, and nothing else. */
const FORMULAS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'Contact.Sector__c': { label: 'Sector', type: 'Text', formula: 'Account.Site' },
  'Contact.Staff__c': { label: 'Staff', type: 'Number', precision: 18, scale: 0, formula: 'Account.NumberOfEmployees' },
  'Account.Head__c': { label: 'Head', type: 'Text', formula: 'Parent.Site' },
};
const addFormulas = ({ org }: RunningOrg): void => {
  for (const [name, field] of Object.entries(FORMULAS)) {
    org.metadata.put(org.access.admin, 'CustomField', name, treeFromJson(field));
    const [object = '', fieldName = ''] = name.split('.');
    const made = org.schema.object(object)?.fields.filter((each) => each.name === fieldName) ?? [];
    grantFields(org.store, object, made);
  }
};

let bench: OrgBench;
let account: string;
let contacts: readonly string[];
beforeEach(async () => {
  bench = await OrgBench.create({ pageRows: 3, formulaEveryMs: EVERY_MS }, addFormulas);
  [account = ''] = bench.insert('Account', [
    { Name: 'Northwind', Site: 'Retail', NumberOfEmployees: '7', SystemModstamp: fromNow(-7200) },
  ]);
  bench.insert('Account', [{ Name: 'Branch', ParentId: account, SystemModstamp: fromNow(-7200) }]);
  contacts = bench.insert(
    'Contact',
    Array.from({ length: 70 }, (_, n) => ({
      LastName: `Formula ${n}`,
      AccountId: n % 2 ? account : null,
      SystemModstamp: fromNow(-7200),
    })),
  );
  await bench.load();
});
afterEach(() => bench?.close());

const sweep = (object: 'Contact' | 'Account' | 'Lead' = 'Contact', inbound = bench.inbound()) =>
  inbound.sweepFormulas(object, AbortSignal.timeout(30_000));
/** Another record changes: nothing of a contact's own moves. */
const changeAccount = (values: Readonly<Record<string, string | null>>): void =>
  bench.org.org.store.update('Account', account, values);
const withSector = (sector: string): Promise<number> => bench.count('marketing.person', `sector = '${sector}'`);
/** Everything that a sweep may not touch. */
const untouched = () =>
  bench.database.db.query(
    `select (select jsonb_agg(to_jsonb(m) - 'Sector__c' - 'Staff__c' - '_began_at' order by m."Id") from salesforce."Contact" m) as mirror,
            (select jsonb_agg(to_jsonb(p) - 'sector' - 'staff' order by p.id) from marketing.person p) as people,
            (select jsonb_agg(c) from sync.cursor c) as cursors, (select count(*) from sync.outbox) as entries,
            (select count(*) from sync.conflict) as conflicts`,
  );

test('[IN24] a sweep takes the new values of formulas, and nothing else moves: no stamp, no cursor, no entry', async () => {
  assert.equal(await withSector('Retail'), 35);
  const before = await untouched();
  changeAccount({ Site: 'Wholesale', NumberOfEmployees: null });
  await bench.inbound().poll(['Contact'], { deep: false });
  assert.equal(await withSector('Retail'), 35, 'no poll hears of it');
  await bench.database.db.run(
    'update sync.cursor set last_began_at = null, last_fetched_at = null, next_fetch_at = null, quiet_cycles = 0',
  );
  const [cursors] = await bench.database.db.query('select jsonb_agg(c) as cursors from sync.cursor c');
  assert.equal(await sweep(), 35);
  assert.equal(await withSector('Wholesale'), 35);
  assert.equal(await bench.count('marketing.person', 'staff is not null'), 0);
  assert.equal(await bench.count('salesforce."Contact"', `"Sector__c" = 'Wholesale' and "Staff__c" is null`), 35);
  const after = await untouched();
  assert.deepEqual({ ...after[0], cursors }, { ...before[0], ...cursors, cursors });
  const journal = await bench.database.db.query(
    `select distinct fields, cause, r.operation, r.status, r.updated::int as updated from sync.journal j join sync.run r using (run_id) where r.operation = 'Pull formulas'`,
  );
  assert.deepEqual(journal, [
    {
      fields: { sector: ['Retail', 'Wholesale'], staff: [7, null] },
      cause: 'salesforce',
      operation: 'Pull formulas',
      status: 'succeeded',
      updated: 35,
    },
  ]);
});

test('[IN24] a company, too; a sweep that finds nothing writes nothing, and costs four calls', async () => {
  changeAccount({ Site: 'Wholesale' });
  assert.equal(await sweep('Account'), 1);
  assert.equal(await bench.count('marketing.company', `head = 'Wholesale'`), 1);
  const before = await bench.database.db.query(
    'select (select count(*) from sync.run) as runs, (select count(*) from sync.journal) as lines',
  );
  const calls = bench.salesforce.usage().calls;
  assert.equal(await sweep('Account'), 0);
  assert.ok(bench.salesforce.usage().calls - calls <= 4, `${bench.salesforce.usage().calls - calls} calls`);
  assert.deepEqual(
    await bench.database.db.query(
      'select (select count(*) from sync.run) as runs, (select count(*) from sync.journal) as lines',
    ),
    before,
  );
});

test('[IN24] a record that changed meanwhile is left to the poll, whole', async () => {
  const [, touched = ''] = contacts;
  changeAccount({ Site: 'Wholesale' });
  bench.update('Contact', touched, { Title: 'CEO' });
  assert.equal(await sweep(), 34);
  const { sector, title } = await bench.person(touched);
  assert.deepEqual([sector, title], ['Retail', null]);
  await bench.inbound().poll(['Contact'], { deep: false });
  const after = await bench.person(touched);
  assert.deepEqual([after['sector'], after['title']], ['Wholesale', 'CEO']);
});

test('[IN24] [IN8] neither a page read before the sweep nor a sweep older than a read brings an old value back', async () => {
  const [, one = ''] = contacts;
  const slow = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await bench.database.db.run(`insert into sync.reread (object, sf_id, reason) values ('Contact', $1, 'stale_read')`, [
    one,
  ]);
  const reading = bench
    .inbound((org) => ({
      queryAll: async (queries) => {
        const answers = await org.queryAll(queries);
        asked.resolve();
        await slow.promise;
        return answers;
      },
    }))
    .reread();
  await asked.promise;
  changeAccount({ Site: 'Wholesale' });
  await sweep();
  slow.resolve();
  await reading;
  assert.equal((await bench.person(one))['sector'], 'Wholesale');

  const late = bench.inbound((org) => ({
    queryJob: async (jobId) => {
      const job = await org.queryJob(jobId);
      if (job.state !== 'JobComplete') return job;
      changeAccount({ Site: 'Export' });
      await bench.database.db.run(
        `insert into sync.reread (object, sf_id, reason) values ('Contact', $1, 'stale_read') on conflict do nothing`,
        [one],
      );
      await bench.inbound().reread();
      return job;
    },
  }));
  changeAccount({ Site: 'Import' });
  await sweep('Contact', late);
  assert.equal((await bench.person(one))['sector'], 'Export');
});

test('[IN24] [IN25] a sweep that fails keeps what it took and is begun anew after a while; a misfit waits alone; a hidden formula is left out', async () => {
  changeAccount({ Site: 'Wholesale', NumberOfEmployees: '99' });
  let pages = 0;
  const broken = bench.inbound((org) => ({
    queryJobPage: (...args) => {
      pages += 1;
      return pages > 1 ? Promise.reject(new Error('killed')) : org.queryJobPage(...args);
    },
  }));
  await assert.rejects(sweep('Contact', broken), /killed/);
  assert.equal(await withSector('Wholesale'), 15);
  assert.equal(
    await bench.count('sync.run', `operation = 'Pull formulas' and status = 'incomplete' and updated = 15`),
    1,
  );
  assert.equal(
    await bench.count('sync.formula_sweep', `object = 'Contact' and retry_at > now() and swept_at is null`),
    1,
  );
  await bench.database.db.run(`alter table marketing.person alter column sector type varchar(9)`);
  changeAccount({ Site: 'Export and import' });
  bench.org.org.access.switches.set({ hiddenFields: ['Contact.Staff__c'] });
  assert.equal(await sweep(), 0);
  assert.equal(
    await bench.count('sync.error', `level = 'value' and fields = '{Sector__c}' and value = 'Export and import'`),
    35,
  );
  assert.equal(await withSector('Retail'), 20);
  bench.org.org.access.switches.set({ hiddenFields: [] });
  changeAccount({ Site: 'Export' });
  assert.equal(await sweep(), 35);
  assert.equal(await bench.count('sync.error', `level = 'value' and resolved_at is null`), 0);
});

test('[IN24] [MAP14] formulas that have no column of their own are swept, and what lies beside them stays', async () => {
  const { db } = bench.database;
  await db.run(
    `update sync.field set is_in_mirror_more = true, is_in_more = true where object = 'Contact' and name in ('Sector__c', 'Staff__c', 'Notes__c')`,
  );
  await db.run(`alter table salesforce."Contact" add column _more jsonb not null default '{}'`);
  await db.run(`alter table marketing.person add column more jsonb not null default '{}'`);
  const [, one = ''] = contacts;
  bench.update('Contact', one, { Notes__c: 'kept' });
  await bench.inbound().poll(['Contact'], { deep: false });
  changeAccount({ Site: 'Wholesale' });
  assert.equal(await sweep(), 35);
  const { more } = await bench.person(one);
  assert.deepEqual(more, { notes: 'kept', sector: 'Wholesale', staff: 7 });
});

test('[IN24] [IN26] of two processes one sweeps, each object that has formulas and is due; others are never asked for', async () => {
  const { db } = bench.database;
  await db.run(
    `insert into sync.connection (method, host, confirmed_at, started_at) values ('client_credentials', 'https://example.my.salesforce.com', now(), now())`,
  );
  changeAccount({ Site: 'Wholesale' });
  const first = await createPresence(db, 'first');
  const second = await createPresence(db, 'second');
  assert.ok(await first.takeReading());
  const swept: string[] = [];
  const whenDone = Promise.withResolvers<void>();
  const sweeperOf = (presence: typeof first, name: string) => {
    const inbound = bench.inbound();
    return createSweeper({
      db,
      inbound: {
        dueSweep: () => inbound.dueSweep(),
        sweepFormulas: async (object, signal) => {
          const changed = await inbound.sweepFormulas(object, signal);
          swept.push(`${name} ${object}`);
          if (swept.length === 2) whenDone.resolve();
          return changed;
        },
      },
      takeReading: () => presence.takeReading(),
      bounds: bench.bounds,
      log: silent,
      noteFailure: () => Promise.resolve(),
      onChanged: () => undefined,
    });
  };
  assert.equal(await bench.inbound().dueSweep(), null, 'not before its time');
  await db.run(`update sync.load set ended_at = now() - interval '2 hours'`);
  const parts = [sweeperOf(first, 'first'), sweeperOf(second, 'second')];
  for (const part of parts) await part.start();
  try {
    await whenDone.promise;
  } finally {
    for (const part of parts) await part.stop();
  }
  assert.deepEqual(swept.toSorted(), ['first Account', 'first Contact']);
  assert.equal(await bench.inbound().dueSweep(), null);
  await first.leave();
  await second.leave();
});
