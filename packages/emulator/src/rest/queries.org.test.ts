import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningOrg } from '../org.ts';
import { ask, connect, emptyOrg, query } from './asking.ts';

interface Page {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly Record<string, unknown>[];
}

const count = 4_321;
let org: RunningOrg;
before(async () => {
  org = await emptyOrg({ rows: count });
});
after(async () => {
  await org.close();
});

async function page(soql: string, resource?: string): Promise<Page> {
  const reply = await query(org, soql, resource);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as Page;
}

async function refusal(soql: string): Promise<string> {
  const reply = await query(org, soql);
  assert.equal(reply.status, 400, reply.text);
  return (reply.json as { errorCode: string }[])[0]?.errorCode ?? '';
}

test('[A5] jsforce reads a result of several pages, each row once and in order', async () => {
  const soql = 'SELECT Id FROM Lead ORDER BY SystemModstamp, Id';
  const found = await connect(org).query<{ Id: string }>(soql, { autoFetch: true, maxFetch: 10_000 });
  const ids = found.records.map((record) => record.Id);
  assert.equal(found.totalSize, count);
  assert.equal(new Set(ids).size, count);
  assert.deepEqual(ids, [...ids].sort());
});

test('[A5] a page holds 2000 rows, or what batchSize says, and names the next', async () => {
  const first = await page('SELECT Id, Name FROM Lead');
  assert.deepEqual(
    { size: first.totalSize, done: first.done, rows: first.records.length },
    { size: count, done: false, rows: 2000 },
  );
  assert.match(first.nextRecordsUrl ?? '', /^\/services\/data\/v64\.0\/query\/0r8\w{15}-2000$/);
  const next = await fetch(`${org.url}${first.nextRecordsUrl}`, {
    headers: { authorization: `Bearer ${org.accessToken}`, 'sforce-query-options': 'batchSize=500' },
  });
  const second = (await next.json()) as Page;
  assert.equal(second.records.length, 500);
  assert.match(second.nextRecordsUrl ?? '', /-2500$/);
});

test('[A5] a locator nobody gave is INVALID_QUERY_LOCATOR', async () => {
  const reply = await ask(org, 'GET', 'query/0r8000000000000AAA-2000');
  assert.equal(reply.status, 400);
  assert.equal((reply.json as { errorCode: string }[])[0]?.errorCode, 'INVALID_QUERY_LOCATOR');
});

test('[A5] a locator is its user’s alone, and ends after two days', async () => {
  let now = Date.now();
  const clocked = await emptyOrg({ rows: 2_500, clock: () => now });
  try {
    const first = (await query(clocked, 'SELECT Id FROM Lead')).json as Page;
    const more = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${clocked.url}${first.nextRecordsUrl}`, { headers })).status;
    };
    assert.deepEqual([await more(clocked.accessToken), await more(clocked.adminAccessToken)], [200, 400]);
    now += 49 * 3_600_000;
    assert.equal(await more(clocked.accessToken), 400);
  } finally {
    await clocked.close();
  }
});

test('[A5] names come back in canonical case, parents nested, missing parents null', async () => {
  const { records } = await page('select id, OWNER.name, masterrecord.NAME from lead limit 1');
  const record = records[0] as { Owner: Record<string, unknown>; MasterRecord: unknown };
  assert.deepEqual(Object.keys(record), ['attributes', 'Id', 'Owner', 'MasterRecord']);
  assert.equal(record.Owner['Name'], 'Org Admin');
  assert.deepEqual(record.Owner['attributes'], {
    type: 'Name',
    url: `/services/data/v64.0/sobjects/User/${org.org.access.admin.id}`,
  });
  assert.equal(record.MasterRecord, null);
});

test('[A5] COUNT(), aggregates with and without alias, groups', async () => {
  assert.deepEqual(await page('SELECT COUNT() FROM Lead'), { totalSize: count, done: true, records: [] });
  const { records } = await page('SELECT MAX(SystemModstamp), COUNT(Id) many FROM Lead');
  assert.deepEqual(Object.keys(records[0] ?? {}), ['attributes', 'expr0', 'many']);
  assert.match(String(records[0]?.['expr0']), /\.000\+0000$/);
  assert.equal(records[0]?.['many'], count);
  const groups = await page('SELECT Status, COUNT(Id) FROM Lead GROUP BY Status ORDER BY Status');
  const total = groups.records.reduce((sum, record) => sum + Number(record['expr0']), 0);
  assert.equal(total, count);
});

test('[A5] refusals: unknown object, field, syntax, mixed AND and OR, wrong literal', async () => {
  assert.equal(await refusal('SELECT Id FROM Nope'), 'INVALID_TYPE');
  assert.equal(await refusal('SELECT Nope FROM Lead'), 'INVALID_FIELD');
  assert.equal(await refusal('SELECT Owner.Nope FROM Lead'), 'INVALID_FIELD');
  assert.equal(await refusal('SELECT Nope.Name FROM Lead'), 'INVALID_FIELD');
  assert.equal(await refusal('SELECT Id FROM'), 'MALFORMED_QUERY');
  assert.equal(await refusal("SELECT Id FROM Lead WHERE City = 'a' OR City = 'b' AND State = 'c'"), 'MALFORMED_QUERY');
  assert.equal(await refusal("SELECT Id FROM Lead WHERE SystemModstamp > '2026-01-01'"), 'INVALID_FIELD');
  assert.equal(await refusal('SELECT Id FROM Lead WHERE City = 5'), 'INVALID_FIELD');
  assert.equal(await refusal("SELECT Id FROM Lead WHERE Id = 'x'"), 'INVALID_QUERY_FILTER_OPERATOR');
  assert.equal(await refusal('SELECT FIELDS(ALL) FROM Lead'), 'MALFORMED_QUERY');
  assert.equal(await refusal('SELECT IsPersonAccount FROM Account LIMIT 1'), 'INVALID_FIELD');
});

test('[A4] a hidden field is absent from describe, FIELDS and records, and INVALID_FIELD by name', async () => {
  const { switches } = org.org.access;
  switches.set({ hiddenFields: ['Lead.Phone'], readOnlyFields: ['Lead.City'] });
  try {
    const described = await connect(org).sobject('Lead').describe();
    assert.equal(
      described.fields.some((field) => field.name === 'Phone'),
      false,
    );
    const city = described.fields.find((field) => field.name === 'City');
    assert.deepEqual([city?.createable, city?.updateable], [false, false]);
    assert.equal(await refusal('SELECT Phone FROM Lead'), 'INVALID_FIELD');
    assert.equal(await refusal("SELECT Id FROM Lead WHERE Phone = '1'"), 'INVALID_FIELD');
    const all = await page('SELECT FIELDS(ALL) FROM Lead LIMIT 1');
    assert.equal('Phone' in (all.records[0] ?? {}), false);
    const id = String(all.records[0]?.['Id']);
    assert.equal('Phone' in ((await ask(org, 'GET', `sobjects/Lead/${id}`)).json as object), false);
    const hidden = await ask(org, 'PATCH', `sobjects/Lead/${id}`, { Phone: '1' });
    assert.equal((hidden.json as { errorCode: string }[])[0]?.errorCode, 'INVALID_FIELD');
    const closed = await ask(org, 'PATCH', `sobjects/Lead/${id}`, { City: 'Lima' });
    assert.equal((closed.json as { errorCode: string }[])[0]?.errorCode, 'INVALID_FIELD_FOR_INSERT_UPDATE');
  } finally {
    switches.set({ hiddenFields: [], readOnlyFields: [] });
  }
  assert.equal((await query(org, 'SELECT Phone FROM Lead LIMIT 1')).status, 200);
});

test('[A4] jsforce describes the org and an object', async () => {
  const connection = connect(org);
  const global = await connection.describeGlobal();
  assert.equal(
    global.sobjects.some(({ name, keyPrefix }) => name === 'Lead' && keyPrefix === '00Q'),
    true,
  );
  const lead = await connection.describe('lead');
  const key = lead.fields.find((field) => field.name === 'Syncline_Key__c');
  assert.deepEqual(
    { length: key?.length, unique: key?.unique, caseSensitive: key?.caseSensitive, externalId: key?.externalId },
    { length: 32, unique: true, caseSensitive: true, externalId: true },
  );
});

test('[A6] composite answers several queries in one call, each with its own status', async () => {
  const one = (q: string, referenceId: string): Record<string, string> => ({
    method: 'GET',
    url: `/services/data/v64.0/queryAll?q=${encodeURIComponent(q)}`,
    referenceId,
  });
  const before = org.org.usage().used;
  const reply = await ask(org, 'POST', 'composite', {
    compositeRequest: [one('SELECT COUNT() FROM Lead', 'leads'), one('SELECT Nope FROM Contact', 'contacts')],
  });
  const { compositeResponse } = reply.json as {
    compositeResponse: { referenceId: string; httpStatusCode: number; body: unknown }[];
  };
  assert.deepEqual(
    compositeResponse.map(({ referenceId, httpStatusCode }) => [referenceId, httpStatusCode]),
    [
      ['leads', 200],
      ['contacts', 400],
    ],
  );
  assert.deepEqual(compositeResponse[0]?.body, { totalSize: count, done: true, records: [] });
  assert.equal(org.org.usage().used, before + 1);
  const six = Array.from({ length: 6 }, (_, at) => one('SELECT COUNT() FROM Lead', `r${at}`));
  assert.equal((await ask(org, 'POST', 'composite', { compositeRequest: six })).status, 400);
});

test('[A6] composite refers back to earlier answers, and undoes all when one of all-or-none fails', async () => {
  const create = {
    method: 'POST',
    url: '/services/data/v64.0/sobjects/Account',
    body: { Name: 'Ref' },
    referenceId: 'a',
  };
  const child = (name: string | null): Record<string, unknown> => ({
    method: 'POST',
    url: '/services/data/v64.0/sobjects/Contact',
    body: { LastName: name, AccountId: '@{a.id}' },
    referenceId: 'c',
  });
  const good = await ask(org, 'POST', 'composite', { allOrNone: true, compositeRequest: [create, child('Ito')] });
  assert.equal(
    (good.json as { compositeResponse: { httpStatusCode: number }[] }).compositeResponse[1]?.httpStatusCode,
    201,
  );
  const bad = await ask(org, 'POST', 'composite', { allOrNone: true, compositeRequest: [create, child(null)] });
  assert.match(bad.text, /PROCESSING_HALTED/);
  assert.match(bad.text, /REQUIRED_FIELD_MISSING/);
  assert.equal((await page("SELECT Id FROM Account WHERE Name = 'Ref'")).totalSize, 1);
});

test('[A3] every answer carries Sforce-Limit-Info, and the day ends with REQUEST_LIMIT_EXCEEDED', async () => {
  const { switches } = org.org.access;
  const reply = await query(org, 'SELECT COUNT() FROM Lead');
  const used = org.org.usage().used;
  assert.equal(reply.headers.get('sforce-limit-info'), `api-usage=${used}/100000`);
  switches.set({ dailyLimit: used });
  const refused = await query(org, 'SELECT COUNT() FROM Lead');
  switches.set({ dailyLimit: 100_000 });
  assert.equal(refused.status, 403);
  assert.equal((refused.json as { errorCode: string }[])[0]?.errorCode, 'REQUEST_LIMIT_EXCEEDED');
  assert.equal(refused.headers.get('sforce-limit-info'), `api-usage=${used}/${used}`);
});

test('[A5] the columns of a query are told without its rows: parents and children as joins, aggregates by their function', async () => {
  type Column = {
    columnName: string;
    displayName: string;
    aggregate: boolean;
    apexType: string;
    joinColumns: Column[];
  };
  const columnsOf = async (soql: string): Promise<readonly unknown[]> => {
    const reply = await ask(org, 'GET', `query?columns=true&q=${encodeURIComponent(soql)}`);
    const { columnMetadata } = reply.json as { columnMetadata: readonly Column[] };
    const told = ({ columnName, joinColumns, apexType }: Column): unknown =>
      joinColumns.length > 0 ? [columnName, joinColumns.map(told)] : [columnName, apexType];
    return columnMetadata.map(told);
  };
  const soql = 'select id, owner.name, numberofemployees, owner.profile.name, (select subject from tasks) from lead';
  assert.deepEqual(await columnsOf(soql), [
    ['Id', 'Id'],
    [
      'Owner',
      [
        ['Name', 'String'],
        ['Profile', [['Name', 'String']]],
      ],
    ],
    ['NumberOfEmployees', 'Integer'],
    ['Tasks', [['Subject', 'String']]],
  ]);
  const counted = await ask(org, 'GET', 'query?columns=true&q=SELECT+COUNT(Id),MAX(CreatedDate)+newest+FROM+Lead');
  assert.deepEqual(
    (counted.json as { columnMetadata: readonly Column[] }).columnMetadata.map((column) => [
      column.columnName,
      column.displayName,
      column.aggregate,
    ]),
    [
      ['expr0', 'COUNT(Id)', true],
      ['newest', 'MAX(CreatedDate)', true],
    ],
  );
});
