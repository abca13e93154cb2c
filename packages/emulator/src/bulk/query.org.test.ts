import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Connection } from '@jsforce/jsforce-node';
import { parse } from 'csv-parse/sync';
import { type RunningOrg, startOrg } from '../org.ts';
import { Wire } from './wire.ts';

const hostile = [
  'a "quoted" word, with comma',
  'lf\nin',
  'crlf\r\nin',
  'cr\rin',
  '\u202Eright\u200F\u202C to left',
  '👩‍👩‍👧🙂',
  'null',
  '#N/A',
  '=1+1',
  'ñandú; `^|\tend',
  'nul\0in',
  'x'.repeat(131_072),
];

let org: RunningOrg;
let wire: Wire;

before(async () => {
  org = await startOrg({ profile: 'demo', seed: 3 });
  wire = new Wire(org);
  org.org.store.insertMany(
    'Account',
    ['Id', 'IsDeleted', 'SystemModstamp', 'Name'],
    [['0015f0000000001AAA', 'false', '1999-01-01T00:00:00.000Z', 'Parent "of" all']],
  );
  const ids = org.org.store.nextIds('Lead', hostile.length);
  org.org.store.insertMany(
    'Lead',
    [
      'Id',
      'IsDeleted',
      'SystemModstamp',
      'Company',
      'LastName',
      'Notes__c',
      'Trial_Starts__c',
      'Last_Seen__c',
      'Legacy_Number__c',
      'Sponsor__c',
      'DoNotCall',
    ],
    hostile.map((value, at) => [
      ids[at] as string,
      'false',
      '2020-01-01T00:00:00.000Z',
      'Hostile',
      `L${at}`,
      value,
      '1700-01-01',
      '4000-12-31T23:59:59.000Z',
      '123456789012345678.0',
      '0015f0000000001AAA',
      'true',
    ]),
  );
});
after(() => org.close());

/** Every page of a job by its locators, as the wire gives them. */
async function pages(id: string, maxRecords?: number, headers: Readonly<Record<string, string>> = {}) {
  const found: { rows: number; text: string; locator: string; encoding: string | undefined }[] = [];
  for (let locator = ''; locator !== 'null'; ) {
    const parameters = new URLSearchParams({
      ...(locator === '' ? {} : { locator }),
      ...(maxRecords === undefined ? {} : { maxRecords: String(maxRecords) }),
    });
    const page = await raw(`jobs/query/${id}/results?${parameters.toString()}`, headers);
    locator = String(page.headers['sforce-locator']);
    found.push({
      rows: Number(page.headers['sforce-numberofrecords']),
      text: page.body.toString(),
      locator,
      encoding: page.headers['content-encoding'],
    });
  }
  return found;
}

/** Fetched without a client that would unpack the answer. */
async function raw(where: string, headers: Readonly<Record<string, string>>) {
  const url = `${org.url}/services/data/v68.0/${where}`;
  return await new Promise<{ headers: NodeJS.Dict<string>; body: Buffer }>((resolve, reject) => {
    get(url, { headers: { authorization: `Bearer ${org.accessToken}`, ...headers } }, (response) => {
      buffer(response)
        .then((bytes) => {
          const zipped = response.headers['content-encoding'] === 'gzip';
          resolve({ headers: response.headers as NodeJS.Dict<string>, body: zipped ? gunzipSync(bytes) : bytes });
        })
        .catch(reject);
    }).on('error', reject);
  });
}

test('a result comes in pages whose counts are told, and the last says a literal null, gzip or not', async () => {
  const job = await wire.query('SELECT Id, Name, Company, Notes__c, SystemModstamp FROM Lead');
  assert.equal(job.state, 'JobComplete');
  assert.equal(job['numberRecordsProcessed'], 2_000 + hostile.length);
  assert.equal(job['jobType'], 'V2Query');
  const plain = await pages(job.id, 700);
  const zipped = await pages(job.id, 700, { 'accept-encoding': 'gzip' });
  assert.deepEqual(
    plain.map(({ rows }) => rows),
    [700, 700, 612],
  );
  assert.deepEqual(
    plain.map(({ encoding }) => encoding),
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    zipped.map(({ encoding }) => encoding),
    ['gzip', 'gzip', 'gzip'],
  );
  assert.deepEqual(
    zipped.map(({ text }) => text),
    plain.map(({ text }) => text),
  );
  const parsed = plain.map(({ text }) => parse(text, { record_delimiter: '\n' }));
  for (const page of parsed) assert.deepEqual(page[0], ['Id', 'Name', 'Company', 'Notes__c', 'SystemModstamp']);
  const ids = parsed.flatMap((page) => page.slice(1).map((row) => row[0]));
  assert.equal(new Set(ids).size, 2_000 + hostile.length);
  const [whole] = await pages(job.id);
  assert.equal(whole?.rows, 2_000 + hostile.length);
  assert.equal(whole?.locator, 'null');
});

test('values arrive byte for byte, everything quoted', async () => {
  const job = await wire.query(
    `SELECT LastName, Notes__c, Trial_Starts__c, Last_Seen__c, Legacy_Number__c, Sponsor__r.Name, DoNotCall, FirstName
     FROM Lead WHERE Company = 'Hostile'`,
  );
  const [page] = await pages(job.id);
  const expected = hostile.map((value, at) => [
    `L${at}`,
    value,
    '1700-01-01',
    '4000-12-31T23:59:59.000Z',
    '123456789012345678.0',
    'Parent "of" all',
    'true',
    '',
  ]);
  const quote = (row: readonly string[]): string =>
    `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
  const header = [
    'LastName',
    'Notes__c',
    'Trial_Starts__c',
    'Last_Seen__c',
    'Legacy_Number__c',
    'Sponsor__r.Name',
    'DoNotCall',
    'FirstName',
  ];
  assert.equal(page?.text, quote(header) + expected.map(quote).join(''));
});

test('a result without rows has its header, no rows and no next page', async () => {
  const job = await wire.query(`SELECT Id, Name FROM Lead WHERE LastName = 'nobody of this name'`);
  assert.deepEqual(await pages(job.id), [{ rows: 0, text: '"Id","Name"\n', locator: 'null', encoding: undefined }]);
  const { resultPages, done } = await wire.json('GET', `jobs/query/${job.id}/resultPages`);
  assert.deepEqual([resultPages, done], [[{ resultUrl: `/services/data/v68.0/jobs/query/${job.id}/results` }], true]);
});

test('resultPages gives five addresses a call, and together they are the whole result', async () => {
  const job = await wire.query('SELECT Id FROM Contact ORDER BY Id');
  const urls: string[] = [];
  const counts: number[] = [];
  for (let next: string | undefined = `jobs/query/${job.id}/resultPages?maxRecords=150`; next !== undefined; ) {
    const answer = await wire.json('GET', next.replace('/services/data/v68.0/', ''));
    const found = (answer['resultPages'] as { resultUrl: string }[]).map(({ resultUrl }) => resultUrl);
    counts.push(found.length);
    urls.push(...found);
    next = answer['nextRecordsUrl'] as string | undefined;
    assert.equal(answer['done'], next === undefined);
  }
  assert.deepEqual(counts, [5, 2]);
  const rows: string[] = [];
  for (const url of urls)
    rows.push(...(await raw(url.replace('/services/data/v68.0/', ''), {})).body.toString().split('\n').slice(1, -1));
  const [whole] = await pages(job.id);
  assert.deepEqual(rows, whole?.text.split('\n').slice(1, -1));
});

test('delimiter and line end are those asked for; queryAll brings deleted rows', async () => {
  const [id] = org.org.store.nextIds('Contact', 1);
  org.org.store.insert('Contact', {
    Id: id as string,
    LastName: 'Gone',
    IsDeleted: 'true',
    SystemModstamp: org.org.store.now(),
  });
  const query = `SELECT Id, LastName, IsDeleted FROM Contact WHERE Id = '${id}'`;
  const live = await wire.query(query);
  assert.equal(live['numberRecordsProcessed'], 0);
  const all = await wire.query(query, { operation: 'queryAll', columnDelimiter: 'TAB', lineEnding: 'CRLF' });
  const [page] = await pages(all.id);
  assert.equal(page?.text, `"Id"\t"LastName"\t"IsDeleted"\r\n"${id}"\t"Gone"\t"true"\r\n`);
});

test('what Bulk cannot query is refused when the job is made', async () => {
  const cases = [
    ['SELECT COUNT() FROM Lead', 'API_ERROR'],
    ['SELECT LastName, COUNT(Id) FROM Lead GROUP BY LastName', 'API_ERROR'],
    ['SELECT Id FROM Lead LIMIT 5 OFFSET 5', 'API_ERROR'],
    ['SELECT Id, Address FROM Lead', 'API_ERROR'],
    ['SELECT Id, Nope__c FROM Lead', 'INVALID_FIELD'],
    ['SELECT Id FROM Nope__c', 'INVALID_TYPE'],
    ['SELECT FROM', 'MALFORMED_QUERY'],
  ] as const;
  for (const [query, errorCode] of cases) {
    const answer = (await wire.json('POST', 'jobs/query', { operation: 'query', query }, 400)) as unknown as {
      errorCode: string;
    }[];
    assert.equal(answer[0]?.errorCode, errorCode, query);
  }
});

test('a hidden field is unknown to the sync user', async () => {
  org.org.access.switches.set({ hiddenFields: ['Lead.Phone'] });
  const answer = (await wire.json(
    'POST',
    'jobs/query',
    { operation: 'query', query: 'SELECT Phone FROM Lead' },
    400,
  )) as unknown as { errorCode: string }[];
  org.org.access.switches.set({ hiddenFields: [] });
  assert.equal(answer[0]?.errorCode, 'INVALID_FIELD');
});

test('results want the version of their job, a known locator and a job that is there', async () => {
  const job = await wire.query('SELECT Id FROM Lead');
  const where = `jobs/query/${job.id}/results`;
  assert.equal((await new Wire(org, 'v60.0').ask('GET', where)).status, 409);
  await wire.json('GET', `${where}?locator=nonsense`, undefined, 400);
  await wire.json('GET', `${where}?maxRecords=0`, undefined, 400);
  await wire.json('GET', 'jobs/query/7508x0000000zzzAAA/results', undefined, 404);
  assert.equal((await wire.ask('GET', `jobs/query/${job.id.slice(0, 15)}`)).status, 200);
  assert.equal((await wire.ask('DELETE', `jobs/query/${job.id}`)).status, 204);
  await wire.json('GET', `jobs/query/${job.id}`, undefined, 404);
  await wire.json('PATCH', `jobs/query/${job.id}`, { state: 'Aborted' }, 404);
});

test('without a session the answer is 401 INVALID_SESSION_ID', async () => {
  const response = await fetch(`${org.url}/services/data/v68.0/jobs/query`, {
    headers: { authorization: 'Bearer no' },
  });
  assert.equal(response.status, 401);
});

test("jsforce's bulk2 client reads a query to its end", async () => {
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
  const stream = await connection.bulk2.query('SELECT Id, Name FROM Account', {
    pollInterval: 20,
    pollTimeout: 10_000,
  });
  const records: unknown[] = [];
  for await (const record of stream as unknown as AsyncIterable<unknown>) records.push(record);
  assert.equal(records.length, 301);
});

test('a job and its results outlive a restart of the org, and one that was cut off runs again', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bulk-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'org.db');
  const first = await startOrg({ file, profile: 'bench', rows: 3_000 });
  const said = new Wire(first);
  const done = await said.query('SELECT Id, Name FROM Lead');
  const { id } = await said.json('POST', 'jobs/query', {
    operation: 'query',
    query: "SELECT Id FROM Lead WHERE City LIKE 'spring%'",
  });
  await first.close();
  const second = await startOrg({ file, profile: 'bench' });
  t.after(() => second.close());
  const again = new Wire(second);
  assert.equal((await again.ended('query', id))['numberRecordsProcessed'], 3_000);
  const page = await again.ask('GET', `jobs/query/${done.id}/results?maxRecords=1000`);
  assert.equal(page.headers.get('sforce-numberofrecords'), '1000');
  assert.equal((await page.text()).split('\n').length, 1_002);
});

test('a file org answers a query of one moment while others write', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bulk-'));
  t.after(() => rm(folder, { recursive: true }));
  const running = await startOrg({ file: path.join(folder, 'org.db'), profile: 'bench', rows: 20_000 });
  t.after(() => running.close());
  const said = new Wire(running);
  const { id } = await said.json('POST', 'jobs/query', {
    operation: 'query',
    query: 'SELECT Id, City FROM Lead ORDER BY SystemModstamp, Id',
  });
  const { store } = running.org;
  // Moves rows that are still to be read behind the reader and before it.
  for (const row of store.database.prepare('select "Id" from "Lead" where rowid % 500 = 0').all()) {
    store.update('Lead', String(row['Id']), { City: 'Moved', SystemModstamp: store.now() });
  }
  await said.ended('query', id);
  const text = await (await said.ask('GET', `jobs/query/${id}/results`)).text();
  const ids = text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(1, 19));
  assert.equal(ids.length, 20_000);
  assert.equal(new Set(ids).size, 20_000);
});
