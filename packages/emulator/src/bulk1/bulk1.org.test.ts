/** Bulk API 1.0 as jsforce speaks it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';

let org: RunningOrg;
let sync: Connection;
before(async () => {
  org = await emptyOrg();
  sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
  sync.bulk.pollInterval = 20;
  sync.bulk.pollTimeout = 60_000;
});
after(async () => {
  await org.close();
});

type Row = { readonly id: string | null; readonly success: boolean; readonly errors: readonly string[] };

test('[A9] ten thousand rows go in, come out, change and are deleted', async () => {
  const records = Array.from({ length: 10_000 }, (_, at) => ({
    Name: `Bulk ${at}`,
    BillingCity: at % 2 === 0 ? 'Lugo' : 'a;b "c"',
  }));
  const inserted = (await sync.bulk.load('Account', 'insert', records)) as unknown as readonly Row[];
  assert.equal(inserted.length, 10_000);
  assert.ok(inserted.every(({ success, id }) => success && id?.startsWith('001')));
  const stream = await sync.bulk.query(`SELECT Id, Name, BillingCity FROM Account WHERE Name LIKE 'Bulk %'`);
  const read = (await stream.toArray()) as unknown as readonly { Id: string; BillingCity: string }[];
  assert.equal(read.length, 10_000);
  assert.deepEqual(new Set(read.map(({ BillingCity }) => BillingCity)), new Set(['Lugo', 'a;b "c"']));
  const few = read.slice(0, 500).map(({ Id }) => ({ Id, BillingCity: 'Vigo' }));
  const updated = (await sync.bulk.load('Account', 'update', few)) as unknown as readonly Row[];
  assert.ok(updated.every(({ success }) => success));
  const deleted = (await sync.bulk.load(
    'Account',
    'delete',
    few.map(({ Id }) => ({ Id })),
  )) as unknown as readonly Row[];
  assert.equal(deleted.filter(({ success }) => success).length, 500);
});

test('[A9] a row that cannot be says why, in Salesforce’s own text', async () => {
  const rows = (await sync.bulk.load('Account', 'insert', [
    { Name: 'Good', BillingCity: 'x' },
    { Name: '', BillingCity: 'x' },
  ])) as unknown as readonly Row[];
  assert.deepEqual(
    rows.map(({ success }) => success),
    [true, false],
  );
  assert.equal(rows[1]?.errors[0], 'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --');
});

test('[A9] upsert by external id, and jobs and batches tell their state', async () => {
  const job = sync.bulk.createJob('Lead', 'upsert', { extIdField: 'Syncline_Key__c' });
  const batch = job.createBatch();
  const result = new Promise((resolve, reject) => {
    batch.on('response', resolve);
    batch.on('error', reject);
  });
  batch.execute([{ Syncline_Key__c: 'k', LastName: 'x', Company: 'y' }]);
  batch.on('queue', () => batch.poll(20, 30_000));
  const rows = (await result) as readonly Row[];
  assert.equal(rows[0]?.success, true);
  const info = await job.check();
  assert.deepEqual([info.object, info.operation, String(info.state)], ['Lead', 'upsert', 'Open']);
  const [listed] = await job.list();
  assert.equal(listed?.state, 'Completed');
  await job.close();
});

async function post(path: string, body: string, token = org.accessToken): Promise<{ status: number; text: string }> {
  const response = await fetch(`${org.url}/services/async/64.0/${path}`, {
    method: 'POST',
    headers: {
      'x-sfdc-session': token,
      'content-type': path.endsWith('batch') ? 'text/csv' : 'application/xml; charset=UTF-8',
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const jobXml = (operation: string, object = 'Lead'): string =>
  `<?xml version="1.0"?><jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload"><operation>${operation}</operation><object>${object}</object><contentType>CSV</contentType></jobInfo>`;

test('[A9] refusals are XML with status 400', async () => {
  const expired = await post('job', jobXml('insert'), 'nothing');
  assert.equal(expired.status, 400);
  assert.match(expired.text, /<exceptionCode>InvalidSessionId<\/exceptionCode>/);
  assert.match((await post('job', jobXml('insert', 'Nothing'))).text, /InvalidJob/);
  assert.match((await post('job', jobXml('hardDelete'))).text, /FeatureNotEnabled/);
  const created = await post('job', jobXml('insert'));
  assert.equal(created.status, 201);
  const id = /<id>(\w+)<\/id>/.exec(created.text)?.[1] ?? '';
  assert.match((await post(`job/${id}/batch`, '')).text, /<exceptionCode>ClientInputError<\/exceptionCode>/);
  assert.match((await post(`job/${id}`, '<jobInfo><state>Closed</state></jobInfo>')).text, /<state>Closed<\/state>/);
  assert.match((await post(`job/${id}/batch`, 'LastName\nx')).text, /InvalidJobState/);
});

test('[A9] a batch with a column that is not there fails whole', async () => {
  await assert.rejects(
    async () => await sync.bulk.load('Account', 'insert', [{ Nothing__c: 'x' }]),
    /Field name not found : Nothing__c/,
  );
});

test('[A9] a query in chunks leaves its own batch undone, and has one for each range of ids', async () => {
  const created = await fetch(`${org.url}/services/async/64.0/job`, {
    method: 'POST',
    headers: {
      'x-sfdc-session': org.accessToken,
      'content-type': 'application/xml',
      'sforce-enable-pkchunking': 'chunkSize=4000',
    },
    body: jobXml('query', 'Account'),
  });
  const id = /<id>(\w+)<\/id>/.exec(await created.text())?.[1] ?? '';
  await post(`job/${id}/batch`, 'SELECT Id FROM Account');
  const deadline = performance.now() + 30_000;
  let text = '';
  do {
    const listed = await fetch(`${org.url}/services/async/64.0/job/${id}/batch`, {
      headers: { 'x-sfdc-session': org.accessToken },
    });
    text = await listed.text();
    assert.ok(performance.now() < deadline, text);
  } while (/Queued|InProgress/.test(text) || !/Completed/.test(text));
  assert.equal(text.match(/<state>NotProcessed<\/state>/g)?.length, 1);
  assert.equal(text.match(/<state>Completed<\/state>/g)?.length, 3);
});
