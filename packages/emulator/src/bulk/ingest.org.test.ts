import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Connection } from '@jsforce/jsforce-node';
import { parse } from 'csv-parse/sync';
import { type RunningOrg, startOrg } from '../org.ts';
import { delimiters, lineEnds } from './jobs.ts';
import { Wire } from './wire.ts';

let org: RunningOrg;
let wire: Wire;
before(async () => {
  org = await startOrg({ profile: 'demo', seed: 5 });
  wire = new Wire(org);
});
after(() => org.close());

const leadIds = (count: number, offset = 0): readonly string[] =>
  org.org.store.database
    .prepare('select "Id" from "Lead" order by "Id" limit ? offset ?')
    .all(count, offset)
    .map((row) => String(row['Id']));

test('an update writes cells, leaves empty ones alone and clears #N/A; each row is in the list of its outcome', async () => {
  const [one, two, three] = leadIds(3);
  org.org.store.update('Lead', two as string, { City: 'Before', Title: 'Before' });
  const csv = `Id,CITY,Title,Email\n${one},"new\r\nline, ""quoted""",,\n${two},#N/A,,\n${three},,,no-email\n00Q8x0000000zzzEAB,x,,\n`;
  const job = await wire.ingest({ operation: 'update', object: 'lead' }, csv);
  assert.deepEqual(
    [job.state, job['numberRecordsProcessed'], job['numberRecordsFailed'], job['object'], job['jobType']],
    ['JobComplete', 4, 2, 'Lead', 'V2Ingest'],
  );
  assert.equal(
    await wire.list(job.id, 'successfulResults'),
    `"sf__Id","sf__Created","Id","CITY","Title","Email"\n"${one}","false","${one}","new\r\nline, ""quoted""","",""\n"${two}","false","${two}","#N/A","",""\n`,
  );
  const failed = parse(await wire.list(job.id, 'failedResults'));
  assert.deepEqual(failed[0], ['sf__Id', 'sf__Error', 'Id', 'CITY', 'Title', 'Email']);
  assert.match(String(failed[1]?.[1]), /^INVALID_EMAIL_ADDRESS:.*:Email --$/);
  assert.match(String(failed[2]?.[1]), /^[A-Z_]+:.*--$/);
  assert.equal(await wire.list(job.id, 'unprocessedrecords'), '"Id","CITY","Title","Email"\n');
  assert.equal(await wire.list(job.id, 'unprocessedRecords'), '"Id","CITY","Title","Email"\n');
  assert.equal(org.org.store.read('Lead', one as string)?.['City'], 'new\r\nline, "quoted"');
  assert.equal(org.org.store.read('Lead', two as string)?.['City'], null);
  assert.equal(org.org.store.read('Lead', two as string)?.['Title'], 'Before');
});

test('[A8] every delimiter and line end carries every other through a job and back', async () => {
  const awkward = 'a,b;c|d^e`f\tg"h';
  for (const [columnDelimiter, mark] of Object.entries(delimiters)) {
    for (const [lineEnding, end] of Object.entries(lineEnds)) {
      const LastName = `${columnDelimiter} ${lineEnding}`;
      const quoted = `"${awkward.replaceAll('"', '""')}"`;
      const csv = [
        ['LastName', 'Company'],
        [LastName, quoted],
      ]
        .map((row) => row.join(mark) + end)
        .join('');
      const job = await wire.ingest({ operation: 'insert', object: 'Lead', columnDelimiter, lineEnding }, csv);
      assert.deepEqual(
        [job.state, job['numberRecordsFailed'], job['columnDelimiter']],
        ['JobComplete', 0, columnDelimiter],
      );
      const query = `SELECT LastName, Company FROM Lead WHERE LastName = '${LastName}'`;
      const { id } = await wire.query(query, { columnDelimiter, lineEnding });
      const result = await (await wire.ask('GET', `jobs/query/${id}/results`)).text();
      assert.equal(result, `"LastName"${mark}"Company"${end}"${LastName}"${mark}${quoted}${end}`);
    }
  }
});

test('an upsert by external id creates once and updates after, and says which', async () => {
  const job = {
    operation: 'upsert',
    object: 'Lead',
    externalIdFieldName: 'syncline_key__c',
    lineEnding: 'CRLF',
    columnDelimiter: 'SEMICOLON',
  };
  const csv =
    'Syncline_Key__c;LastName;Company;Sponsor__r.Customer_Number__c\r\nk1;Smith;C;C-000001\r\nk2;"Jo;nes";C;\r\n';
  const first = await wire.ingest(job, csv);
  const second = await wire.ingest(job, csv);
  const outcomes = async (id: string) =>
    parse(await wire.list(id, 'successfulResults'), { delimiter: ';' })
      .slice(1)
      .map(([id, created]) => [id, created]);
  const [made, again] = [await outcomes(first.id), await outcomes(second.id)];
  assert.deepEqual(
    made.map(([, created]) => created),
    ['true', 'true'],
  );
  assert.deepEqual(
    again,
    made.map(([id]) => [id, 'false']),
  );
  const row = org.org.store.read('Lead', String(made[0]?.[0]));
  const sponsor = org.org.store.read('Account', String(row?.['Sponsor__c']));
  assert.equal(sponsor?.['Customer_Number__c'], 'C-000001');
  assert.equal(org.org.store.read('Lead', String(made[1]?.[0]))?.['LastName'], 'Jo;nes');
});

test('an insert that lacks a required field fails with the text clients know, without an Id', async () => {
  const job = await wire.ingest({ operation: 'insert', object: 'Account' }, 'Name,Site\n,here\n');
  assert.equal(
    await wire.list(job.id, 'failedResults'),
    '"sf__Id","sf__Error","Name","Site"\n"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","here"\n',
  );
});

test('a delete takes ids in 15 characters', async () => {
  const [id] = leadIds(1, 20);
  const job = await wire.ingest({ operation: 'delete', object: 'Lead' }, `Id\n${id?.slice(0, 15)}\n`);
  assert.equal(job['numberRecordsFailed'], 0);
  assert.equal(org.org.store.read('Lead', id as string)?.['IsDeleted'], 'true');
});

test('a file that is not what its job says fails the whole job, and touches nothing', async () => {
  const [id] = leadIds(1);
  const cases = [
    [{}, `Id,City\r\n${id},x\r\n`, /LineEnding is invalid/],
    [{ lineEnding: 'CRLF' }, `Id,City\n${id},x\n`, /LineEnding is invalid/],
    [{ columnDelimiter: 'TAB' }, `Id,City\n${id},x\n`, /Field name not found/],
    [{}, `Id,Nope__c\n${id},x\n`, /Field name not found : Nope__c/],
    [{}, `Id,City\n${id}\n`, /InvalidBatch/],
    [{}, `Id,City\n${id},"x\n`, /InvalidBatch/],
  ] as const;
  for (const [more, csv, message] of cases) {
    const job = await wire.ingest({ operation: 'update', object: 'Lead', ...more }, csv);
    assert.equal(job.state, 'Failed', csv);
    assert.match(job.errorMessage, message);
  }
  assert.notEqual(org.org.store.read('Lead', id as string)?.['City'], 'x');
});

test('a job is open, then closed, then over; anything else is refused', async () => {
  const { id, state } = await wire.json('POST', 'jobs/ingest', { operation: 'insert', object: 'Lead' });
  assert.equal(state, 'Open');
  await wire.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' }, 400);
  await wire.json('GET', `jobs/ingest/${id}/successfulResults`, undefined, 400);
  assert.equal((await wire.ask('DELETE', `jobs/ingest/${id}`)).status, 400);
  assert.equal((await wire.ask('PUT', `jobs/ingest/${id}/batches`, 'LastName,Company\nA,B\n')).status, 201);
  assert.equal((await wire.ask('PUT', `jobs/ingest/${id}/batches`, 'LastName,Company\nA,B\n')).status, 400);
  assert.equal((await wire.json('PATCH', `jobs/ingest/${id}`, { state: 'Aborted' }))['state'], 'Aborted');
  await wire.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' }, 400);
  assert.equal((await wire.ask('DELETE', `jobs/ingest/${id}`)).status, 204);
  for (const body of [
    { operation: 'hardDelete', object: 'Lead' },
    { operation: 'insert', object: 'Nope' },
    { operation: 'upsert', object: 'Lead' },
    { operation: 'upsert', object: 'Lead', externalIdFieldName: 'City' },
    { operation: 'insert', object: 'Lead', columnDelimiter: 'SPACE' },
    { operation: 'insert', object: 'Lead', lineEnding: 'CR' },
  ]) {
    await wire.json('POST', 'jobs/ingest', body, 400);
  }
});

test('[A10] a hard delete wants its own permission; what it takes is in no query and no bin, and in the log of deletes', async () => {
  const { store, metadata, dml, access } = org.org;
  metadata.put(access.admin, 'PermissionSet', 'Erasers', {
    label: 'Erasers',
    userPermissions: [{ enabled: 'true', name: 'BulkApiHardDelete' }],
  });
  const set = store.statement(`select "Id" from "PermissionSet" where "Name" = 'Erasers'`).get();
  const [assigned] = dml.write(access.admin, [
    {
      kind: 'create',
      object: 'PermissionSetAssignment',
      record: { PermissionSetId: String(set?.['Id']), AssigneeId: access.syncUser.id },
    },
  ]);
  assert.equal(assigned?.success, true);
  const [one = '', two = ''] = leadIds(2, 40);
  const job = await wire.ingest({ operation: 'hardDelete', object: 'Lead' }, `Id\n${one}\n${two}\n`);
  assert.deepEqual([job.state, job['numberRecordsProcessed'], job['numberRecordsFailed']], ['JobComplete', 2, 0]);
  const soql = encodeURIComponent(`SELECT Id FROM Lead WHERE Id IN ('${one}', '${two}')`);
  assert.equal((await wire.json('GET', `queryAll?q=${soql}`))['totalSize'], 0);
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  const log = await wire.json('GET', `sobjects/Lead/deleted/?start=${at(-600)}&end=${at(120)}`);
  const ids = (log['deletedRecords'] as { readonly id: string }[]).map(({ id }) => id);
  assert.deepEqual([ids.includes(one), ids.includes(two)], [true, true]);
  store.statement(`delete from "PermissionSetAssignment" where "Id" = ?`).run(assigned?.success ? assigned.id : '');
});

test('an abort leaves the rows that were not reached in unprocessedrecords', async () => {
  const rows = 4_000;
  const csv = `LastName,Company\n${Array.from({ length: rows }, (_, at) => `Abort${at},C\n`).join('')}`;
  const { id } = await wire.json('POST', 'jobs/ingest', { operation: 'insert', object: 'Lead' });
  await wire.ask('PUT', `jobs/ingest/${id}/batches`, csv);
  await wire.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  await wire.json('PATCH', `jobs/ingest/${id}`, { state: 'Aborted' });
  const done = parse(await wire.list(id, 'successfulResults')).length - 1;
  const left = parse(await wire.list(id, 'unprocessedrecords')).length - 1;
  assert.equal(done + left, rows);
  assert.ok(left > 0);
  const made = org.org.store.database.prepare(`select count(*) as n from "Lead" where "LastName" like 'Abort%'`).get();
  assert.equal(made?.['n'], done);
});

test('an upload may be compressed, and one that breaks off leaves the job open', async () => {
  const { id } = await wire.json('POST', 'jobs/ingest', { operation: 'insert', object: 'Lead' });
  const broken = await wire.ask('PUT', `jobs/ingest/${id}/batches`, new Uint8Array([1, 2, 3]), {
    'content-encoding': 'gzip',
  });
  assert.ok(broken.status >= 400);
  const zipped = new Uint8Array(gzipSync('LastName,Company\nZipped,C\n'));
  assert.equal(
    (await wire.ask('PUT', `jobs/ingest/${id}/batches`, zipped, { 'content-encoding': 'gzip' })).status,
    201,
  );
  await wire.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  assert.equal((await wire.ended('ingest', id))['numberRecordsProcessed'], 1);
});

test("rows of one job succeed and fail on their own when the org's own rules refuse some", async () => {
  org.org.access.switches.set({ lockRow: 1 });
  const ids = leadIds(3, 30);
  const job = await wire.ingest(
    { operation: 'update', object: 'Lead' },
    `Id,City\n${ids.map((id) => `${id},L\n`).join('')}`,
  );
  assert.equal(job['numberRecordsFailed'], 1);
  assert.match(await wire.list(job.id, 'failedResults'), /UNABLE_TO_LOCK_ROW:/);
});

test("jsforce's bulk2 client loads ten thousand rows, reads all three lists, and queries every row back", async () => {
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
  const polling = { pollInterval: 20, pollTimeout: 60_000 };
  const rows = Array.from({ length: 10_000 }, (_, at) => ({ LastName: `Forced ${at}`, Company: 'C, "D"' }));
  const results = await connection.bulk2.loadAndWaitForResults({
    object: 'Lead',
    operation: 'insert',
    input: [...rows, { LastName: '', Company: 'E' }],
    ...polling,
  });
  assert.equal(results.successfulResults.length, rows.length);
  const [first] = results.successfulResults;
  assert.deepEqual({ ...first, sf__Id: '' }, { sf__Id: '', sf__Created: 'true', ...rows[0] });
  assert.match(String(results.failedResults[0]?.sf__Error), /^REQUIRED_FIELD_MISSING:/);
  assert.deepEqual(results.unprocessedRecords, []);
  const soql = "SELECT Id, LastName, Company FROM Lead WHERE LastName LIKE 'Forced %'";
  const stream = (await connection.bulk2.query(soql, polling)) as unknown as AsyncIterable<Record<string, string>>;
  const read = new Map<string, string>();
  for await (const { LastName = '', Company = '' } of stream) read.set(LastName, Company);
  assert.deepEqual(read, new Map(rows.map(({ LastName, Company }) => [LastName, Company])));
});

test('a job that a stop cut off goes on at the next start; every row is written once and listed once', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ingest-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'org.db');
  const rows = 6_000;
  const csv = `LastName,Company,Email\n${Array.from({ length: rows }, (_, at) => `Cut${at},C,${at % 10 === 0 ? 'bad' : ''}\n`).join('')}`;
  const first = await startOrg({ file, profile: 'empty' });
  const said = new Wire(first);
  const { id } = await said.json('POST', 'jobs/ingest', { operation: 'insert', object: 'Lead' });
  await said.ask('PUT', `jobs/ingest/${id}/batches`, csv);
  await said.json('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  const deadline = performance.now() + 10_000;
  for (let done = 0; done === 0; ) {
    const info = await said.json('GET', `jobs/ingest/${id}`);
    done = Number(info['numberRecordsProcessed']);
    assert.ok(performance.now() < deadline && done < rows, 'the job is caught half-way');
  }
  await first.close();
  // What a kill between writing the lists and committing the rows leaves behind.
  await appendFile(path.join(`${file}.jobs`, String(id), 'successful.csv'), '"torn"\n'.repeat(100_000));
  const second = await startOrg({ file, profile: 'empty' });
  t.after(() => second.close());
  assert.ok(second.org.store.count('Lead') < rows);
  const again = new Wire(second);
  const job = await again.ended('ingest', id);
  assert.deepEqual(
    [job.state, job['numberRecordsProcessed'], job['numberRecordsFailed']],
    ['JobComplete', rows, rows / 10],
  );
  const successful = parse(await again.list(id, 'successfulResults')).slice(1);
  const failed = parse(await again.list(id, 'failedResults')).slice(1);
  assert.equal(new Set(successful.map((row) => row[2])).size, (rows * 9) / 10);
  assert.equal(successful.length, (rows * 9) / 10);
  assert.equal(failed.length, rows / 10);
  assert.equal(second.org.store.count('Lead'), (rows * 9) / 10);
});
