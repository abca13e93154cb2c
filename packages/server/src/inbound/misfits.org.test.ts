import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { discardErrors, retryErrors } from '../api/error-acts.ts';
import { loadFieldMap } from '../mapping/open-field-store.ts';
import { readErrorCauses, readErrors } from '../status/error-lists.ts';
import { fromNow, OrgBench } from './testing/org-bench.ts';

let bench: OrgBench;
beforeEach(async () => {
  bench = await OrgBench.create({ pageRows: 100 });
  await bench.load();
});
afterEach(() => bench?.close());

const poll = (deep = false) => bench.inbound().poll(['Lead'], { deep });
const OPEN = `level = 'value' and resolved_at is null`;
/** What waits, by record. */
const waiting = () =>
  bench.database.db.query<{ sf_id: string; field: string; value: string; person: boolean; detail: string }>(
    `select sf_id, fields[1] as field, value, person_id is not null as person, message as detail from sync.error where ${OPEN} order by sf_id, fields`,
  );
/** Straight into the org, as a field that changed its type leaves its values. */
const store = (id: string, values: Readonly<Record<string, string | null>>): void => {
  bench.org.org.store.update('Lead', id, { SystemModstamp: bench.org.org.store.now(), ...values });
};

/** The same question of a time in which nothing changed. */
const later = (soql: string): string =>
  soql.replace(/(SystemModstamp >= )[-:TZ\d]+/, `$1${fromNow(3600).replace('.000', '')}`);

const MISFITS: readonly (readonly [field: string, value: string])[] = [
  ['NumberOfEmployees', '99999999999'],
  ['Trial_Starts__c', '2024-02-30'],
  ['Last_Seen__c', '0000-00-00T00:00:00.000Z'],
  ['Call_After__c', 'in the afternoon'],
];

test('[IN25] by the poll, a value that does not fit waits alone with its text; every other field and row is applied', async () => {
  const ids = bench.insert(
    'Lead',
    MISFITS.map(() => ({ NumberOfEmployees: '5', Trial_Starts__c: '2024-01-31', Phone: '1' })),
  );
  const [other = ''] = bench.insert('Lead', [{ Phone: '1' }]);
  await poll();
  for (const [index, [field, value]] of MISFITS.entries()) store(ids[index] ?? '', { [field]: value, Phone: '2' });
  store(other, { Phone: '2' });
  const [fresh = ''] = bench.insert('Lead', [{ Trial_Starts__c: '-', Phone: '2' }]);
  const [outcome] = await poll();
  assert.deepEqual([outcome?.created, outcome?.updated], [1, ids.length + 1]);
  for (const id of [...ids, other, fresh]) assert.equal((await bench.person(id))['phone'], '2');
  for (const id of ids) {
    const { number_of_employees, trial_starts } = await bench.person(id);
    assert.deepEqual([number_of_employees, trial_starts], [5, '2024-01-31']);
  }
  assert.equal((await bench.person(fresh))['trial_starts'], null);
  assert.deepEqual(
    (await waiting()).map(({ sf_id, field, value, person }) => [sf_id, field, value, person]),
    [
      ...MISFITS.map(([field, value], index) => [ids[index], field, value.replace('Z', '+0000'), true]),
      [fresh, 'Trial_Starts__c', '-', true],
    ],
  );
  assert.deepEqual(JSON.parse((await waiting())[0]?.detail ?? ''), {
    object: 'Lead',
    field: 'NumberOfEmployees',
    type: 'integer',
    value: '99999999999',
  });
});

test('[IN25] [IN7] read again with its misfit, a record writes nothing; mended in Salesforce, its line is over', async () => {
  const [id = ''] = bench.insert('Lead', [{ Trial_Starts__c: '2024-01-31' }]);
  await poll();
  store(id, { Trial_Starts__c: 'soon', Phone: '2' });
  await poll();
  const traces = `select (select jsonb_agg(e) from sync.error e) as errors, (select count(*) from sync.journal) as journal, (select xmin::text from salesforce."Lead") as mirror`;
  const before = await bench.database.db.query(traces);
  await poll();
  assert.deepEqual(await bench.database.db.query(traces), before);
  store(id, { Trial_Starts__c: 'later', Phone: '2' });
  await poll();
  assert.deepEqual(
    (await waiting()).map(({ value }) => value),
    ['later'],
  );
  store(id, { Trial_Starts__c: '2025-01-31' });
  await poll();
  assert.equal((await waiting()).length, 0);
  assert.equal((await bench.person(id))['trial_starts'], '2025-01-31');
});

test('[IN25] an edit made here stands against a misfit there, and what was acknowledged is not taken back', async () => {
  const [id = ''] = bench.insert('Lead', [{ Trial_Starts__c: '2024-01-31' }]);
  await poll();
  await bench.database.db.run(`update marketing.person set trial_starts = '2026-01-31'`);
  store(id, { Trial_Starts__c: 'soon' });
  await poll();
  assert.equal((await bench.person(id))['trial_starts'], '2026-01-31');
  assert.equal(await bench.count('sync.outbox', `edits ? 'trial_starts'`), 1);
  assert.equal(await bench.count('sync.conflict'), 0);
});

test('[IN25] a column of ours that is narrower keeps its value, and what waits is read when it was widened', async () => {
  await bench.database.db.run('alter table marketing.person alter column phone type varchar(5)');
  const [id = ''] = bench.insert('Lead', [{ Phone: '1', Title: 'CEO' }]);
  await poll();
  store(id, { Phone: '123456', Title: 'CFO' });
  await poll();
  const person = await bench.person(id);
  assert.deepEqual([person['phone'], person['title']], ['1', 'CFO']);
  assert.deepEqual(
    (await waiting()).map(({ field, value }) => [field, value]),
    [['Phone', '123456']],
  );
  await poll(true);
  assert.equal(await bench.count('sync.reread'), 0, 'what does not fit yet is not read again');
  await bench.database.db.run('alter table marketing.person alter column phone type varchar(10)');
  const without = bench.inbound((org) => ({
    queryAll: (queries) => org.queryAll(queries.map(later)),
  }));
  await without.poll(['Lead'], { deep: true });
  assert.equal((await bench.person(id))['phone'], '1');
  await bench.inbound().reread();
  assert.equal((await bench.person(id))['phone'], '123456');
  assert.equal((await waiting()).length, 0);
});

test('[IN25] a record read by id waits alone as well, and its ask is served', async () => {
  const [bad = '', good = ''] = bench.insert('Lead', [{}, {}]);
  await poll();
  await bench.database.db.run(
    `insert into sync.reread (object, sf_id, reason) select 'Lead', unnest($1::text[]), 'stale_read'`,
    [[bad, good]],
  );
  store(bad, { Trial_Starts__c: 'soon', Phone: '2' });
  store(good, { Phone: '2' });
  await bench.inbound().reread();
  assert.deepEqual([(await bench.person(bad))['phone'], (await bench.person(good))['phone']], ['2', '2']);
  assert.deepEqual([(await waiting()).length, await bench.count('sync.reread')], [1, 0]);
});

test('[IN25] [SAFE1] under the brake a page with misfits goes as far as it may, and what was left out is noted when it comes', async () => {
  await bench.close();
  bench = await OrgBench.create({ brakeFloor: 5, brakeShare: 0.1 });
  const ids = bench.insert(
    'Lead',
    Array.from({ length: 20 }, () => ({ Phone: '1', SystemModstamp: fromNow(-3600) })),
  );
  await bench.load();
  for (const [index, id] of ids.entries())
    store(id, { Phone: '2', SystemModstamp: fromNow(index), ...(index % 2 ? { Trial_Starts__c: 'soon' } : {}) });
  await poll();
  const changed = await bench.count('marketing.person', `phone = '2'`);
  assert.ok(changed >= 1 && changed <= 5, `${changed} changed`);
  assert.ok((await waiting()).length <= changed);
  assert.equal(await bench.count('sync.brake', 'answer is null'), 1);
});

test('[IN25] [SAFE3] a sameness check goes over a value that does not fit', async () => {
  await bench.close();
  bench = await OrgBench.create();
  const [bad = ''] = bench.insert('Lead', [
    { Trial_Starts__c: '2024-01-31', SystemModstamp: fromNow(-7200) },
    { Phone: '1', SystemModstamp: fromNow(-7200) },
  ]);
  await bench.load();
  bench.org.org.store.update('Lead', bad, { Trial_Starts__c: 'soon' });
  const { compared, differing } = await bench.inbound().checkSameness('Lead', AbortSignal.timeout(60_000));
  assert.deepEqual([compared, differing, await bench.count('sync.difference')], [2, 0, 0]);
});

test('[IN25] [ERR2] the list says what came, of whom and who can mend it; a retry reads the record, and nothing can be discarded', async () => {
  const { db } = bench.database;
  const [id = ''] = bench.insert('Lead', [{ LastName: 'Ruiz', Trial_Starts__c: 'x'.repeat(300) }]);
  await poll();
  const { causes, records } = await readErrorCauses(db);
  const [cause] = causes;
  assert.deepEqual(
    [records, cause?.level, cause?.cause, cause?.fields, cause?.whoCanFix, cause?.affected],
    [1, 'record', 'value-misfit', ['Trial_Starts__c'], 'salesforce-admin', 1],
  );
  assert.equal(cause?.message, `Trial_Starts__c came as “${'x'.repeat(200)}…”, and its column holds only date.`);
  const list = await readErrors(db, await loadFieldMap(db), { cause: cause?.id ?? '' });
  assert.deepEqual([list.total, list.rows[0]?.salesforceId, list.rows[0]?.personName], [1, id, 'Ruiz']);
  assert.equal((await waiting())[0]?.value, 'x'.repeat(300));
  assert.deepEqual(await discardErrors(db, { cause: cause?.id ?? '' }), { discarded: 0, skipped: 1 });
  store(id, { Trial_Starts__c: '2024-01-31' });
  assert.deepEqual(await retryErrors(db, { cause: cause?.id ?? '' }, () => Promise.resolve()), {
    retried: 1,
    skipped: 0,
  });
  await bench.inbound().reread();
  assert.deepEqual([(await waiting()).length, (await bench.person(id))['trial_starts']], [0, '2024-01-31']);
});

test('[IN25] [IN8] of an older reading neither a misfit is listed nor one that waits is over', async () => {
  const [id = '', other = ''] = bench.insert('Lead', [{ Trial_Starts__c: '2024-01-31' }, {}]);
  await poll();
  const stamps = { old: fromNow(-30), now: fromNow(0) };
  store(id, { Trial_Starts__c: 'soon', SystemModstamp: stamps.now });
  store(other, { Trial_Starts__c: '2024-01-31', SystemModstamp: stamps.now });
  await poll();
  store(id, { Trial_Starts__c: '2023-01-31', SystemModstamp: stamps.old });
  store(other, { Trial_Starts__c: 'soon', SystemModstamp: stamps.old });
  await poll();
  assert.deepEqual(
    (await waiting()).map(({ sf_id, value }) => [sf_id, value]),
    [[id, 'soon']],
  );
});
