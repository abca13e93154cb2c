import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { grantFields } from '../../../emulator/src/access/first-grants.ts';
import { changeSchema } from '../../../emulator/src/control/schema-changes.ts';
import { treeFromJson } from '../../../emulator/src/metadata/tree.ts';
import { createMappings } from '../setup/create-mappings.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

let bench: OrgBench;
beforeEach(async () => {
  bench = await OrgBench.create({ pageRows: 100 });
});
afterEach(() => bench?.close());

const OLD = fromNow(-3600);
const leads = (count: number, values: (index: number) => Readonly<Record<string, string>> = () => ({})) =>
  bench.insert(
    'Lead',
    Array.from({ length: count }, (_, index) => ({
      LastName: `Load ${index}`,
      Fit__c: '5',
      Phone: '1',
      SystemModstamp: OLD,
      ...values(index),
    })),
  );
const load = (inbound = bench.inbound()) => inbound.load(AbortSignal.timeout(60_000));
const change = (members: Readonly<Record<string, unknown>>): void => changeSchema(bench.org.org, members);
const OPEN = `level = 'value' and resolved_at is null`;
/** An inbound that does something to the org before the page of the number given. */
const beforePage = (number: number, act: () => void) => {
  let pages = 0;
  return bench.inbound((org) => ({
    queryJobPage: (...args) => {
      pages += 1;
      if (pages === number) act();
      return org.queryJobPage(...args);
    },
  }));
};

test('[IN25] in a load a value that does not fit waits alone, and pages without one are copied as ever', async () => {
  const ids = leads(450, (index) =>
    index % 150 === 7 ? { Trial_Starts__c: 'soon' } : { Trial_Starts__c: '2024-01-31' },
  );
  await load();
  assert.deepEqual(
    [
      await bench.count('marketing.person', `phone = '1'`),
      await bench.count('marketing.person', `trial_starts = '2024-01-31'`),
      await bench.count('salesforce."Lead"'),
      await bench.count('sync.journal', `object = 'Lead' and cause = 'load'`), // of the two pages that were copied
      await bench.count('sync.outbox'),
    ],
    [450, 447, 450, 150, 0],
  );
  const waiting = await bench.database.db.query(
    `select e.sf_id, e.value, p.last_name from sync.error e join marketing.person p on p.id = e.person_id where ${OPEN} order by e.sf_id`,
  );
  assert.deepEqual(
    waiting,
    [7, 157, 307].map((index) => ({ sf_id: ids[index], value: 'soon', last_name: `Load ${index}` })),
  );
  bench.update('Lead', ids[7] ?? '', { Trial_Starts__c: '2025-01-31' });
  await bench.inbound().poll(['Lead'], { deep: true });
  assert.equal(await bench.count('sync.error', OPEN), 2);
  assert.equal((await bench.person(ids[7] ?? ''))['trial_starts'], '2025-01-31');
});

test('[IN25] [IN15] a load killed amid pages with misfits goes on from its place, and each value is listed once', async () => {
  leads(450, (index) => (index % 50 === 7 ? { Trial_Starts__c: 'soon' } : {}));
  let pages = 0;
  const killed = bench.inbound((org) => ({
    queryJobPage: (...args) => {
      pages += 1;
      return pages > 7 ? Promise.reject(new Error('killed')) : org.queryJobPage(...args);
    },
  }));
  await assert.rejects(load(killed), /killed/);
  const done = await bench.count('marketing.person');
  assert.ok(done < 450, `${done} people`);
  await load();
  assert.deepEqual(
    [await bench.count('marketing.person'), await bench.count('sync.error', OPEN), await bench.count('sync.error')],
    [450, 9, 9],
  );
});

test('[IN25] [MAP14] a load of a wide object takes its values as text, too', async () => {
  await bench.database.db.run(
    `update sync.field set is_in_mirror_more = true, is_in_more = true where object = 'Lead' and name in ('Trial_Starts__c', 'Blog__c')`,
  );
  await bench.database.db.run(`alter table salesforce."Lead" add column _more jsonb not null default '{}'`);
  await bench.database.db.run(`alter table marketing.person add column more jsonb not null default '{}'`);
  leads(120, (index) => ({ Trial_Starts__c: index === 3 ? 'soon' : '2024-01-31', Blog__c: 'b' }));
  await load();
  assert.deepEqual(
    [
      await bench.count('marketing.person', `more ->> 'blog' = 'b'`),
      await bench.count('marketing.person', `more ->> 'trial_starts' = '2024-01-31'`),
      await bench.count('sync.error', OPEN),
    ],
    [120, 119, 1],
  );
});

/** An inbound whose jobs take an hour before their pages are there, and tell what they hold. */
const longAgo = () =>
  bench.inbound((org) => ({
    queryJob: async (jobId) => {
      await bench.database.db.run(
        `update sync.load set job_began_at = job_began_at - interval '1 hour' where job_id = $1 and phase = 'preparing'`,
        [jobId],
      );
      return org.queryJob(jobId);
    },
  }));

/** What may become of a field, and how it comes back. */
const FATES: readonly {
  readonly what: string;
  readonly code: string;
  readonly go: () => void;
  readonly back: () => void;
}[] = [
  {
    what: 'retyped',
    code: 'field-retyped',
    go: () => change({ retype: { field: 'Lead.Fit__c', type: 'Text', length: 20 } }),
    back: () => change({ retype: { field: 'Lead.Fit__c', type: 'Percent', precision: 5, scale: 2 } }),
  },
  {
    what: 'deleted',
    code: 'field-gone',
    go: () => change({ remove: 'Lead.Fit__c' }),
    back: () => change({ restore: 'Lead.Fit__c' }),
  },
  {
    what: 'hidden',
    code: 'field-gone',
    go: () => bench.org.org.access.switches.set({ hiddenFields: ['Lead.Fit__c'] }),
    back: () => bench.org.org.access.switches.set({ hiddenFields: [] }),
  },
];

for (const { what, code, go, back } of FATES) {
  test(`[IN25] [RACE11] a field ${what} before a load's job is left out and named, every row is there, and its values come with it`, async () => {
    const ids = leads(450);
    go();
    if (what === 'retyped') for (const id of ids) bench.org.org.store.update('Lead', id, { Fit__c: 'very' });
    await load(what === 'retyped' ? longAgo() : bench.inbound());
    const facts = async () => [
      await bench.count('marketing.person', `phone = '1'`),
      await bench.count('marketing.person', 'fit is not null'),
      await bench.count('sync.error', OPEN),
      await bench.count('sync.error', `code = '${code}' and resolved_at is null`),
    ];
    assert.deepEqual(await facts(), [450, 0, 0, 1]);
    back();
    for (const id of ids) bench.org.org.store.update('Lead', id, { Fit__c: '5' });
    // Another process begins: nothing in its memory says what was left out.
    const after = bench.inbound();
    await after.poll(['Lead'], { deep: true });
    while ((await after.reread()) > 0);
    assert.deepEqual(await facts(), [450, 450, 0, 0]);
  });

  test(`[IN25] [RACE11] a field ${what} amid the pages of a load: the load goes on from its place, and nothing is emptied`, async () => {
    leads(450);
    await load(beforePage(4, go));
    assert.deepEqual(
      [await bench.count('marketing.person', 'fit = 5'), await bench.count('sync.load_page', `object = 'Lead'`)],
      [450, 5],
    );
    await bench.inbound().poll(['Lead'], { deep: true });
    assert.deepEqual(
      [await bench.count('marketing.person', 'fit = 5'), await bench.count('salesforce."Lead"', '"Fit__c" = 5')],
      [450, 450],
    );
  });
}

test('[IN25] [RACE11] a job that fails because a field vanished is made anew without it, and its pages are copied as ever', async () => {
  leads(250);
  const leadJob = async () =>
    (await bench.database.db.query<{ job_id: string }>(`select job_id from sync.load where object = 'Lead'`))[0]
      ?.job_id;
  let isVisible = true;
  const inbound = bench.inbound((org) => ({
    queryJob: async (jobId) => {
      const job = await org.queryJob(jobId);
      if (job.state !== 'JobComplete' || !isVisible || jobId !== (await leadJob())) return job;
      isVisible = false;
      bench.org.org.access.switches.set({ hiddenFields: ['Lead.Fit__c'] });
      return { ...job, state: 'Failed', errorMessage: "INVALID_FIELD: No such column 'Fit__c' on entity 'Lead'" };
    },
  }));
  await assert.rejects(load(inbound), /job-failed/);
  await load(inbound);
  assert.deepEqual(
    [
      await bench.count('marketing.person', `phone = '1'`),
      await bench.count('sync.journal', `object = 'Lead' and cause = 'load'`),
      await bench.count('sync.error', `code = 'field-gone' and fields = '{Fit__c}' and resolved_at is null`),
    ],
    [250, 250, 1],
  );
});

test('[IN25] [MAP3] a field that appears amid a load stops nothing, and is named afterwards, to be added with its values', async () => {
  leads(450);
  await load(
    beforePage(4, () => {
      const { metadata, access, schema, store } = bench.org.org;
      metadata.put(
        access.admin,
        'CustomField',
        'Lead.Shoe_Size__c',
        treeFromJson({ label: 'Shoe size', type: 'Text', length: 20 }),
      );
      const made = schema.object('Lead')?.fields.filter(({ name }) => name === 'Shoe_Size__c') ?? [];
      grantFields(store, 'Lead', made);
    }),
  );
  assert.equal(await bench.count('marketing.person', 'fit = 5'), 450);
  const mappings = createMappings({
    db: bench.database.db,
    connection: { current: () => Promise.resolve(bench.salesforce) },
    now: () => performance.now(),
    notify: () => Promise.resolve(),
    wake: () => Promise.resolve(),
  });
  assert.ok(await mappings.lookIfDue({ everyMs: 600_000, hintedMs: 15_000 }), 'the first look is due at once');
  const { differences } = await mappings.differences();
  assert.deepEqual(
    differences.filter(({ kind }) => kind === 'new').map(({ object, name }) => `${object}.${name}`),
    ['Lead.Shoe_Size__c'],
  );
});
