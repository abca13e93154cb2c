import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query } from './asking.ts';

let now = Date.UTC(2026, 10, 24, 12);
let org: RunningOrg;
before(async () => {
  org = await emptyOrg({ profile: 'empty', clock: () => now });
});
after(async () => {
  await org.close();
});

type Plain = Record<string, unknown>;

async function countOf(soql: string): Promise<number> {
  return ((await query(org, soql)).json as { totalSize: number }).totalSize;
}

test('[A6] a graph is all or none, and knows nothing of the others', async () => {
  const create = (referenceId: string, object: string, body: Plain): Plain => ({
    method: 'POST',
    url: `/services/data/v64.0/sobjects/${object}`,
    referenceId,
    body,
  });
  const reply = await ask(org, 'POST', 'composite/graph', {
    graphs: [
      {
        graphId: 'good',
        compositeRequest: [
          create('account', 'Account', { Name: 'Graph' }),
          create('contact', 'Contact', { LastName: 'Graph', AccountId: '@{account.id}' }),
        ],
      },
      {
        graphId: 'bad',
        compositeRequest: [create('first', 'Account', { Name: 'Undone' }), create('second', 'Contact', {})],
      },
    ],
  });
  assert.equal(reply.status, 200);
  const { graphs } = reply.json as {
    graphs: {
      graphId: string;
      isSuccessful: boolean;
      graphResponse: { compositeResponse: { httpStatusCode: number }[] };
    }[];
  };
  assert.deepEqual(
    graphs.map(({ graphId, isSuccessful }) => [graphId, isSuccessful]),
    [
      ['good', true],
      ['bad', false],
    ],
  );
  assert.deepEqual(
    graphs[0]?.graphResponse.compositeResponse.map(({ httpStatusCode }) => httpStatusCode),
    [201, 201],
  );
  assert.equal(await countOf(`SELECT Id FROM Contact WHERE Account.Name = 'Graph'`), 1);
  assert.equal(await countOf(`SELECT Id FROM Account WHERE Name = 'Undone'`), 0);
});

test('[A6] a tree is made with its children, or not at all', async () => {
  const tree = (lastName: string | undefined): Plain => ({
    records: [
      {
        attributes: { type: 'Account', referenceId: 'ref1' },
        Name: 'Tree',
        Contacts: {
          records: [
            { attributes: { type: 'Contact', referenceId: 'ref2' }, LastName: lastName },
            { attributes: { type: 'Contact', referenceId: 'ref3' }, LastName: 'Leaf' },
          ],
        },
      },
    ],
  });
  const good = await ask(org, 'POST', 'composite/tree/Account', tree('Branch'));
  assert.equal(good.status, 201, good.text);
  const { hasErrors, results } = good.json as { hasErrors: boolean; results: { referenceId: string; id: string }[] };
  assert.equal(hasErrors, false);
  assert.deepEqual(
    results.map(({ referenceId }) => referenceId),
    ['ref1', 'ref2', 'ref3'],
  );
  assert.equal(await countOf(`SELECT Id FROM Contact WHERE AccountId = '${results[0]?.id}'`), 2);
  const bad = await ask(org, 'POST', 'composite/tree/Account', tree(undefined));
  assert.equal(bad.status, 400);
  const failed = bad.json as {
    hasErrors: boolean;
    results: { referenceId: string; errors: { statusCode: string }[] }[];
  };
  assert.deepEqual(
    failed.results.map(({ referenceId, errors }) => [referenceId, errors[0]?.statusCode]),
    [['ref2', 'REQUIRED_FIELD_MISSING']],
  );
  assert.equal(await countOf(`SELECT Id FROM Account WHERE Name = 'Tree'`), 1);
});

async function conditional(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Plain,
): Promise<Response> {
  return await fetch(`${org.url}/services/data/v64.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${org.accessToken}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
}

test('[A6] a record is read and changed only if it has, or has not, changed since', async () => {
  const { id } = (await ask(org, 'POST', 'sobjects/Lead', { LastName: 'x', Company: 'y' })).json as { id: string };
  const path = `sobjects/Lead/${id}`;
  const first = await conditional('GET', path, {});
  const stamp = first.headers.get('last-modified') ?? '';
  assert.equal(stamp, new Date(now).toUTCString());
  assert.equal((await conditional('GET', path, { 'if-modified-since': stamp })).status, 304);
  now += 60_000;
  await ask(org, 'PATCH', path, { City: 'Lugo' });
  assert.equal((await conditional('GET', path, { 'if-modified-since': stamp })).status, 200);
  const late = await conditional('PATCH', path, { 'if-unmodified-since': stamp }, { City: 'Vigo' });
  assert.equal(late.status, 412);
  assert.equal(((await late.json()) as { errorCode: string }[])[0]?.errorCode, 'PRECONDITION_FAILED');
  const fresh = await conditional(
    'PATCH',
    path,
    { 'if-unmodified-since': new Date(now).toUTCString() },
    { City: 'Vigo' },
  );
  assert.equal(fresh.status, 204);
});

test('[A4] a describe is 304 until the schema changes', async () => {
  const path = 'sobjects/Account/describe';
  const stamp = (await conditional('GET', path, {})).headers.get('last-modified') ?? '';
  assert.equal((await conditional('GET', path, { 'if-modified-since': stamp })).status, 304);
  now += 60_000;
  org.org.metadata.put(org.org.access.admin, 'CustomField', 'Account.New__c', { type: 'Date', label: 'New' });
  assert.equal((await conditional('GET', path, { 'if-modified-since': stamp })).status, 200);
});

test('[A6] bytes come in a form, and are read as they are', async () => {
  const admin = new Connection({ instanceUrl: org.url, accessToken: org.adminAccessToken, version: '64.0' });
  const { id: ParentId } = (await admin.sobject('Account').create({ Name: 'Files' })) as { id: string };
  const bytes = Buffer.from([1, 2, 3, 0, 255, 13, 10]);
  const made = (await admin
    .sobject('Attachment')
    .create(
      { ParentId, Name: 'a.bin', ContentType: 'application/x-practice', Body: bytes } as never,
      { multipartFileFields: { Body: { contentType: 'application/x-practice', filename: 'a.bin' } } } as never,
    )) as { id?: string };
  const { records } = await admin.query<Plain>(`SELECT Body, BodyLength FROM Attachment WHERE Id = '${made.id}'`);
  assert.equal(records[0]?.['BodyLength'], 7);
  assert.equal(records[0]?.['Body'], `/services/data/v64.0/sobjects/Attachment/${made.id}/Body`);
  const read = await fetch(`${org.url}${String(records[0]?.['Body'])}`, {
    headers: { authorization: `Bearer ${org.adminAccessToken}` },
  });
  assert.equal(read.headers.get('content-type'), 'application/x-practice');
  assert.deepEqual(Buffer.from(await read.arrayBuffer()), bytes);
});

test('[A6] a record leads to its parent and its children', async () => {
  const account = (await ask(org, 'POST', 'sobjects/Account', { Name: 'Parent' })).json as { id: string };
  const contact = (await ask(org, 'POST', 'sobjects/Contact', { LastName: 'Child', AccountId: account.id })).json as {
    id: string;
  };
  const parent = await ask(org, 'GET', `sobjects/Contact/${contact.id}/Account?fields=Name`);
  assert.equal((parent.json as Plain)['Name'], 'Parent');
  const children = await ask(org, 'GET', `sobjects/Account/${account.id}/Contacts?fields=LastName`);
  assert.equal((children.json as { totalSize: number }).totalSize, 1);
  assert.equal((await ask(org, 'GET', `sobjects/Account/${account.id}/Nothing`)).status, 404);
});
