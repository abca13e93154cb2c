import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, afterEach, beforeEach, test } from 'node:test';
import type { BulkPage } from '../salesforce/salesforce.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

let bench: OrgBench;
beforeEach(async () => {
  bench = await OrgBench.create({ pageRows: 100 });
});
afterEach(() => bench?.close());
after(() => undefined);

const leads = (count: number): readonly string[] =>
  bench.insert(
    'Lead',
    Array.from({ length: count }, (_, index) => ({ LastName: `Load ${index}`, SystemModstamp: fromNow(-3600) })),
  );
const loadOf = async (object: string) =>
  (await bench.database.db.query<Record<string, unknown>>('select * from sync.load where object = $1', [object]))[0];

test("[IN15] [IN17] a load brings each record once, with no entry; the cursor is Salesforce's time before the job", async () => {
  leads(950);
  bench.insert('Contact', [{ LastName: 'One', SystemModstamp: fromNow(-3600) }]);
  const gone = bench.insert('Lead', [{ IsDeleted: 'true' }, { IsConverted: 'true' }]);
  await bench.load();
  assert.deepEqual(
    [
      await bench.count('marketing.person'),
      await bench.count('sync.link'),
      await bench.count('salesforce."Lead"'),
      await bench.count('sync.outbox'),
    ],
    [951, 951, 951, 0],
  );
  assert.equal(await bench.count('sync.link', `sf_id = any ('{${gone.join(',')}}')`), 0);
  assert.equal(await bench.count('sync.journal', `cause = 'load' and object = 'Lead'`), 950);
  const load = await loadOf('Lead');
  assert.deepEqual([load?.['phase'], load?.['read_rows'], load?.['total_rows']], ['done', 951, 951]);
  assert.equal(
    await bench.count(
      'sync.cursor c join sync.load l using (object)',
      'c.at = l.cursor_from and l.cursor_from <= l.job_began_at',
    ),
    6,
  );
  assert.equal(await bench.count('sync.load_page', `object = 'Lead'`), 10);
  assert.equal(
    await bench.count(
      'sync.run',
      `object = 'Lead' and operation = 'Initial sync' and status = 'succeeded' and created = 950`,
    ),
    1,
  );
});

test('[IN15] a killed load goes on with its job from the first missing page, and before the last page the cursor does not move', async () => {
  leads(950);
  let pages = 0;
  const killed = bench.inbound((salesforce) => ({
    queryJobPage: (...args) => {
      pages += 1;
      return pages > 6 ? Promise.reject(new Error('killed')) : salesforce.queryJobPage(...args);
    },
  }));
  await assert.rejects(killed.load(AbortSignal.timeout(60_000)), /killed/);
  const before = await loadOf('Lead');
  const done = await bench.count('marketing.person');
  assert.ok(done > 0 && done < 950, `${done} people`);
  assert.equal(await bench.count('sync.cursor', `object = 'Lead' and at is not null`), 0);

  let later = 0;
  const resumed = bench.inbound((salesforce) => ({
    createQueryJob: () => Promise.reject(new Error('a second job')),
    queryJobPage: (job, ...rest) => {
      if (job.jobId === before?.['job_id']) later += 1;
      return salesforce.queryJobPage(job, ...rest);
    },
  }));
  await resumed.load(AbortSignal.timeout(60_000));
  assert.equal(later, (950 - done) / 100 + (done % 100 === 0 ? 0.5 : 0), 'only missing pages are read');
  assert.deepEqual(
    [await bench.count('marketing.person'), await bench.count('sync.journal', `cause = 'load' and object = 'Lead'`)],
    [950, 950],
  );
});

test('[IN15] a job that is gone is started anew, and nobody is there twice', async () => {
  leads(450);
  let pages = 0;
  const killed = bench.inbound((salesforce) => ({
    queryJobPage: (...args) => {
      pages += 1;
      return pages > 4 ? Promise.reject(new Error('killed')) : salesforce.queryJobPage(...args);
    },
  }));
  await assert.rejects(killed.load(AbortSignal.timeout(60_000)), /killed/);
  const before = await loadOf('Lead');
  await bench.database.db.run(`update sync.load set job_id = '750000000000000AAA' where object = 'Lead'`);
  await bench.load();
  const load = await loadOf('Lead');
  assert.notEqual(load?.['job_id'], before?.['job_id']);
  assert.deepEqual([load?.['generation'], load?.['phase']], [2, 'done']);
  assert.deepEqual([await bench.count('marketing.person'), await bench.count('sync.link')], [450, 450]);
});

test('[IN15] what changed while the load ran is found by the first poll', async () => {
  const [id = ''] = leads(10);
  const inbound = bench.inbound((salesforce) => ({
    queryJobPage: async (...args) => {
      const page = await salesforce.queryJobPage(...args);
      bench.update('Lead', id, { Phone: 'meanwhile' });
      return page;
    },
  }));
  await inbound.load(AbortSignal.timeout(60_000));
  await inbound.poll(['Lead'], { deep: true });
  assert.equal((await bench.person(id))['phone'], 'meanwhile');
});

test('[IN10] [IN15] a job made while a field was hidden is read to its end by a process that does not know of it', async () => {
  leads(250);
  bench.org.org.access.switches.set({ hiddenFields: ['Lead.Phone'] });
  let pages = 0;
  const killed = bench.inbound((salesforce) => ({
    queryJobPage: (...args) => {
      pages += 1;
      return pages > 2 ? Promise.reject(new Error('killed')) : salesforce.queryJobPage(...args);
    },
  }));
  await assert.rejects(killed.load(AbortSignal.timeout(60_000)), /killed/);
  bench.org.org.access.switches.set({ hiddenFields: [] });
  await bench.load();
  assert.equal(await bench.count('marketing.person'), 250);
});

test('[IN16] a page with fewer rows than Salesforce said is read again, and nothing of the short one stays', async () => {
  leads(250);
  let cut = 0;
  const inbound = bench.inbound((salesforce) => ({
    queryJobPage: async (job, locator, max) => {
      const page = await salesforce.queryJobPage(job, locator, max);
      if (locator === null || page.rows !== 100 || cut > 0) return page;
      cut += 1;
      return withoutLastLine(page);
    },
  }));
  await inbound.load(AbortSignal.timeout(60_000));
  assert.equal(cut, 1);
  assert.deepEqual(
    [await bench.count('marketing.person'), await bench.count('sync.load_page', `object = 'Lead' and rows = 100`)],
    [250, 2],
  );
  // Had a row of the short page stayed, its next reading would have met somebody known and been merged.
  assert.equal(await bench.count('sync.journal', `cause = 'load' and object = 'Lead'`), 250);
});

const withoutLastLine = async (page: BulkPage): Promise<BulkPage> => {
  const chunks: Buffer[] = [];
  for await (const chunk of page.body) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  return { ...page, body: Readable.from([Buffer.from(`${lines.slice(0, -1).join('\n')}\n`)]), nulsRemoved: () => 0 };
};

test('[IN17] a page that holds somebody known goes the way of the merge', async () => {
  const [known = '', keyed = ''] = leads(120);
  await bench.database.db.run(`insert into marketing.person (external_id, last_name) values ('k1', 'Here')`);
  bench.org.org.store.update('Lead', keyed, { Syncline_Key__c: 'k1' });
  const inbound = bench.inbound();
  await bench.database.db.ownTransaction(async (tx) => {
    await tx.run(
      `insert into marketing.person (id, salesforce_id, salesforce_type, last_name) values (nextval('sync.person_id'), $1, 'Lead', 'Known')`,
      [known],
    );
    await tx.run(
      `insert into sync.link (sf_id, object, person_id) select salesforce_id, 'Lead', id from marketing.person where salesforce_id = $1`,
      [known],
    );
  });
  await inbound.load(AbortSignal.timeout(60_000));
  assert.deepEqual([await bench.count('marketing.person'), await bench.count('sync.link')], [120, 120]);
  assert.equal((await bench.person(keyed))['external_id'], 'k1');
});

const HOSTILE: readonly (readonly [what: string, value: string])[] = [
  ['quotes', `"it's" ""quoted"", back\\slash \\. and \\N`],
  ['line feed', 'a\nb\n\\.\nc'],
  ['carriage return and line feed', 'a\r\nb'],
  ['a bare carriage return', 'a\rb'],
  ['the word null', 'null'],
  ['not available', '#N/A'],
  ['a formula', '=1+1'],
  ['right-to-left marks', '\u202Eשלום\u200F'],
  ['four-byte characters', '😀𝒳'],
  ['131,072 characters', 'ж'.repeat(131_072)],
];

test('[MAP18] [MAP17] [MAP16] hostile values arrive the same by Bulk and by REST', async () => {
  const before = HOSTILE.map(([, value]) => ({ Description: value, SystemModstamp: fromNow(-3600) }));
  const loaded = bench.insert('Lead', [
    ...before,
    { NumberOfEmployees: '123456789', AnnualRevenue: '123456789012345678.25' },
  ]);
  await bench.load();
  const polled = bench.insert(
    'Lead',
    HOSTILE.map(([, value]) => ({ Description: value })),
  );
  await bench.inbound().poll(['Lead'], { deep: false });
  for (const [index, [what, value]] of HOSTILE.entries()) {
    for (const id of [loaded[index] ?? '', polled[index] ?? '']) {
      const [mirror] = await bench.database.db.query<{ text: string }>(
        'select "Description" as text from salesforce."Lead" where "Id" = $1',
        [id],
      );
      assert.equal(mirror?.text, value, what);
      assert.equal((await bench.person(id))['description'], value, what);
    }
  }
  const numbers = await bench.person(loaded[HOSTILE.length] ?? '');
  assert.deepEqual([numbers['annual_revenue'], numbers['number_of_employees']], ['123456789012345678.25', 123456789]);
});

test('[MAP18] a NUL is removed and noted, by Bulk and by REST', async () => {
  const [loaded = ''] = bench.insert('Lead', [{ Description: 'a\0b' }]);
  await bench.load();
  assert.equal((await bench.person(loaded))['description'], 'ab');
  const [polled = ''] = bench.insert('Lead', [{ Description: 'c\0d' }]);
  await bench.inbound().poll(['Lead'], { deep: false });
  assert.equal((await bench.person(polled))['description'], 'cd');
  assert.equal(await bench.count('sync.error', `code = 'NUL_REMOVED'`), 2);
});
