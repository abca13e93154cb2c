import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningOrg } from '../org.ts';
import { ask, connect, emptyOrg, query } from './asking.ts';

interface Row {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly { statusCode: string; message: string; fields: readonly string[] }[];
}

let org: RunningOrg;
before(async () => {
  org = await emptyOrg();
});
after(async () => {
  await org.close();
});

const lead = (fields: Record<string, unknown>): Record<string, unknown> => ({
  attributes: { type: 'Lead' },
  LastName: 'Ito',
  Company: 'Example',
  ...fields,
});

async function rows(method: string, path: string, body?: unknown): Promise<readonly Row[]> {
  const reply = await ask(org, method, path, body);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as readonly Row[];
}

test('[A6] jsforce writes collections: 300 creates, updates and deletes, each with its own answer', async () => {
  const connection = connect(org);
  const records = Array.from({ length: 300 }, (_, at) => ({ LastName: `L${at}`, Company: 'C' }));
  const made = await connection.sobject('Lead').create(records, { allowRecursive: true });
  const ids = made.flatMap((result) => (result.success ? [result.id] : []));
  assert.equal(new Set(ids).size, 300);
  const updated = await connection.sobject('Lead').update(
    ids.map((Id) => ({ Id, City: 'Lima' })),
    { allowRecursive: true },
  );
  assert.equal(
    updated.every((result) => result.success),
    true,
  );
  const deleted = await connection.sobject('Lead').destroy(ids, { allowRecursive: true });
  assert.equal(
    deleted.every((result) => result.success),
    true,
  );
});

test('[A6] a refused row says statusCode and leaves the others alone', async () => {
  const [good, bad] = await rows('POST', 'composite/sobjects', {
    records: [lead({}), lead({ Email: 'no mail' })],
  });
  assert.equal(good?.success, true);
  assert.deepEqual(bad, {
    success: false,
    errors: [
      { statusCode: 'INVALID_EMAIL_ADDRESS', message: 'Email: invalid email address: no mail', fields: ['Email'] },
    ],
  });
});

test('[A6] all or none: the bad row keeps its code, the others are rolled back', async () => {
  const answer = await rows('POST', 'composite/sobjects', {
    allOrNone: true,
    records: [lead({ LastName: 'Rolled' }), lead({ LastName: null })],
  });
  assert.deepEqual(
    answer.map((row) => row.errors[0]?.statusCode),
    ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING'],
  );
  const { json } = await query(org, "SELECT COUNT() FROM Lead WHERE LastName = 'Rolled'");
  assert.equal((json as { totalSize: number }).totalSize, 0);
});

test('[A6] an upsert collection tells created and known apart; a key twice, empty or unknown is refused by row', async () => {
  const path = 'composite/sobjects/Lead/Syncline_Key__c';
  const record = (key: unknown): Record<string, unknown> => lead({ Syncline_Key__c: key });
  await rows('PATCH', path, { records: [record('c-1')] });
  const answer = await rows('PATCH', path, { records: [record('c-1'), record('c-2'), record('c-2'), record(null)] });
  assert.deepEqual(
    answer.map((row) => [row.success, row.created, row.errors[0]?.statusCode]),
    [
      [true, false, undefined],
      [true, true, undefined],
      [false, false, 'DUPLICATE_VALUE'],
      [false, false, 'MISSING_ARGUMENT'],
    ],
  );
  const known = await rows('PATCH', 'composite/sobjects/Lead/City', { records: [lead({ City: 'Lima' })] });
  assert.equal(known[0]?.errors[0]?.statusCode, 'INVALID_FIELD');
});

test('[A7] updates of a deleted, an unknown and a malformed id', async () => {
  const [made] = await rows('POST', 'composite/sobjects', { records: [lead({})] });
  await rows('DELETE', `composite/sobjects?ids=${made?.id}`);
  const answer = await rows('PATCH', 'composite/sobjects', {
    records: [made?.id, '00Q8x0000009999', 'nothing'].map((id) => ({ attributes: { type: 'Lead' }, id, City: 'Lima' })),
  });
  assert.deepEqual(
    answer.map((row) => row.errors[0]?.statusCode),
    ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'MALFORMED_ID'],
  );
  const twice = await rows('DELETE', `composite/sobjects?ids=${made?.id}`);
  assert.equal(twice[0]?.errors[0]?.statusCode, 'ENTITY_IS_DELETED');
});

test('[A6] records are retrieved by id, null for those that are not there', async () => {
  const [made] = await rows('POST', 'composite/sobjects', { records: [lead({ City: 'Porto' })] });
  const reply = await ask(org, 'POST', 'composite/sobjects/Lead', {
    ids: [made?.id, '00Q8x0000009999'],
    fields: ['Id', 'City'],
  });
  const records = reply.json as (Record<string, unknown> | null)[];
  assert.equal(records[0]?.['City'], 'Porto');
  assert.equal(records[1], null);
});

test('[A6] more than 200 records are refused as a whole', async () => {
  const reply = await ask(org, 'POST', 'composite/sobjects', { records: Array.from({ length: 201 }, () => lead({})) });
  assert.equal(reply.status, 400);
});

test('[A7] a reference by the parent’s external id is found, or INVALID_FIELD', async () => {
  await rows('PATCH', 'composite/sobjects/Contact/Syncline_Key__c', {
    records: [{ attributes: { type: 'Contact' }, Syncline_Key__c: 'boss', LastName: 'Boss' }],
  });
  const report = (key: string): Record<string, unknown> => ({
    attributes: { type: 'Contact' },
    LastName: 'Report',
    ReportsTo: { Syncline_Key__c: key },
  });
  const [good, bad] = await rows('POST', 'composite/sobjects', { records: [report('boss'), report('nobody')] });
  const { json } = await query(org, `SELECT ReportsTo.Name FROM Contact WHERE Id = '${good?.id}'`);
  const { records } = json as { records: { ReportsTo: { Name: string } }[] };
  assert.equal(records[0]?.ReportsTo.Name, 'Boss');
  assert.equal(bad?.errors[0]?.statusCode, 'INVALID_FIELD');
});
