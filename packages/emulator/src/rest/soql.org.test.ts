import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg, query } from './asking.ts';

let org: RunningOrg;
let connection: Connection;
const ids: Record<string, string> = {};
before(async () => {
  org = await emptyOrg({ clock: () => Date.UTC(2026, 10, 24, 12) });
  connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
  const create = async (key: string, object: string, record: Record<string, unknown>): Promise<void> => {
    const made = (await connection.sobject(object).create(record)) as { id?: string };
    ids[key] = made.id ?? '';
  };
  const place = { BillingCity: 'Madrid', BillingLatitude: 40.4168, BillingLongitude: -3.7038 };
  await create('acme', 'Account', { Name: 'Acme', Phone: '1', Industry: 'Banking', ...place });
  await create('bolt', 'Account', { Name: 'Bolt' });
  await create('ana', 'Contact', { LastName: 'Ana', AccountId: ids['acme'] });
  await create('bob', 'Contact', { LastName: 'Bob', AccountId: ids['acme'] });
  const opportunity = { StageName: 'Prospecting', CloseDate: '2026-03-31', Amount: 10, AccountId: ids['acme'] };
  await create('deal', 'Opportunity', { Name: 'Deal', ...opportunity });
  await create('call', 'Task', { Subject: 'Call', WhatId: ids['acme'] });
  await create('pitch', 'Task', { Subject: 'Pitch', WhatId: ids['deal'] });
});
after(async () => {
  await org.close();
});

type Row = Record<string, unknown>;

async function rows(soql: string): Promise<readonly Row[]> {
  const reply = await query(org, soql);
  assert.equal(reply.status, 200, reply.text);
  return (reply.json as { records: Row[] }).records;
}

async function refusal(soql: string): Promise<string | undefined> {
  const reply = await query(org, soql);
  return (reply.json as { errorCode: string }[])[0]?.errorCode;
}

test('[A5] jsforce reads children in their parents: a nested result, or null', async () => {
  const found = await connection.query<Row>(
    'SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName DESC LIMIT 1) FROM Account ORDER BY Name',
  );
  const [acme, bolt] = found.records;
  assert.equal(bolt?.['Contacts'], null);
  const contacts = (acme?.['Contacts'] ?? {}) as { totalSize: number; done: boolean; records: Row[] };
  assert.deepEqual([contacts.totalSize, contacts.done], [1, true]);
  assert.equal(contacts.records[0]?.['LastName'], 'Bob');
  assert.equal((contacts.records[0]?.['Account'] as Row | undefined)?.['Name'], 'Acme');
  assert.equal(await refusal('SELECT Id, (SELECT Id FROM Nothings) FROM Account'), 'INVALID_TYPE');
});

test('[A5] TYPEOF gives a parent the fields of its own type, and says which it is', async () => {
  const found = await rows(
    'SELECT Subject, TYPEOF What WHEN Account THEN Phone WHEN Opportunity THEN Amount, StageName ELSE Name END FROM Task ORDER BY Subject',
  );
  const [call, pitch] = found.map(({ What }) => What as Row & { attributes: { type: string } });
  assert.deepEqual([call?.attributes.type, call?.['Phone'], 'Amount' in (call ?? {})], ['Account', '1', false]);
  assert.deepEqual([pitch?.attributes.type, pitch?.['Amount'], 'Phone' in (pitch ?? {})], ['Opportunity', 10, false]);
});

test('[A5] a parent of several kinds says by Type which it is, though its own object has such a field', async () => {
  const [task] = (await rows(
    `SELECT What.Type, Who.Type, Owner.Type FROM Task WHERE What.Type = 'Opportunity'`,
  )) as readonly { readonly What: Row; readonly Who: unknown; readonly Owner: Row }[];
  assert.deepEqual([task?.What['Type'], task?.Who, task?.Owner['Type']], ['Opportunity', null, 'User']);
});

test('[A5] dates have functions to select, filter, group and order by', async () => {
  assert.deepEqual(
    await rows(
      'SELECT CALENDAR_YEAR(CloseDate) y, CALENDAR_QUARTER(CloseDate), COUNT(Id) n FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate), CALENDAR_QUARTER(CloseDate)',
    ),
    [{ attributes: { type: 'AggregateResult' }, y: 2026, expr0: 1, n: 1 }],
  );
  const filters = [
    'CALENDAR_MONTH(CloseDate) = 3',
    'DAY_ONLY(CreatedDate) = 2026-11-24',
    'HOUR_IN_DAY(convertTimezone(CreatedDate)) = 12',
    'DAY_IN_WEEK(CloseDate) = 3',
    'CloseDate = N_MONTHS_AGO:8',
  ];
  for (const filter of filters)
    assert.equal((await rows(`SELECT Id FROM Opportunity WHERE ${filter}`)).length, 1, filter);
});

test('[A5] toLabel, FORMAT and convertCurrency keep the name of their field', async () => {
  const [row] = await rows(
    'SELECT toLabel(StageName), FORMAT(CloseDate) day, convertCurrency(Amount) FROM Opportunity',
  );
  assert.deepEqual([row?.['StageName'], row?.['day'], row?.['Amount']], ['Prospecting', '2026-03-31', 10]);
  assert.equal((await rows(`SELECT Id FROM Opportunity WHERE toLabel(StageName) = 'prospecting'`)).length, 1);
});

test('[A5] DISTANCE is measured along the ground', async () => {
  const near = (km: number): string =>
    `SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(41.3874, 2.1686), 'km') < ${km}`;
  assert.equal((await rows(near(600))).length, 1);
  assert.equal((await rows(near(400))).length, 0);
});

test('[A5] FOR VIEW moves when a row was looked at, and no stamp', async () => {
  const read = "SELECT LastViewedDate, SystemModstamp FROM Account WHERE Name = 'Bolt'";
  const [before] = await rows(read);
  await rows(`SELECT Id FROM Account WHERE Name = 'Bolt' FOR VIEW`);
  const [after_] = await rows(read);
  assert.equal(before?.['LastViewedDate'], null);
  assert.equal(after_?.['LastViewedDate'], '2026-11-24T12:00:00.000+0000');
  assert.equal(after_?.['SystemModstamp'], before?.['SystemModstamp']);
});

test('[A5] USING SCOPE mine is whose rows they are', async () => {
  org.org.dml.write(org.org.access.admin, [{ kind: 'create', object: 'Account', record: { Name: 'Not mine' } }]);
  const names = (await rows('SELECT Name FROM Account USING SCOPE mine ORDER BY Name')).map(({ Name }) => Name);
  assert.deepEqual(names, ['Acme', 'Bolt']);
});

test('[A5] explain names a plan', async () => {
  const explained = await connection.query('SELECT Id FROM Account').explain();
  assert.equal(explained.plans[0]?.leadingOperationType, 'TableScan');
  const reply = await ask(
    org,
    'GET',
    `query?explain=${encodeURIComponent(`SELECT Id FROM Contact WHERE AccountId = '${ids['acme']}'`)}`,
  );
  const [plan] = (reply.json as { plans: Row[] }).plans;
  assert.deepEqual(
    [plan?.['leadingOperationType'], plan?.['fields'], plan?.['cardinality']],
    ['Index', ['AccountId'], 2],
  );
});

test('[A13] a campaign member mirrors its person, and a campaign counts its members', async () => {
  const create = async (object: string, record: Row): Promise<string> =>
    ((await connection.sobject(object).create(record)) as { id?: string }).id ?? '';
  const CampaignId = await create('Campaign', { Name: 'Spring' });
  const LeadId = await create('Lead', { LastName: 'Lee', Company: 'Initech', Email: 'lee@example.com' });
  const member = await create('CampaignMember', { CampaignId, LeadId });
  await create('CampaignMember', { CampaignId, ContactId: ids['ana'], Status: 'Responded' });
  const [mirrored] = await rows(
    `SELECT Email, CompanyOrAccount, Status, HasResponded, Type FROM CampaignMember WHERE Id = '${member}'`,
  );
  const { attributes: _, ...values } = mirrored ?? {};
  assert.deepEqual(values, {
    Email: 'lee@example.com',
    CompanyOrAccount: 'Initech',
    Status: 'Sent',
    HasResponded: false,
    Type: 'Lead',
  });
  const counts =
    'SELECT NumberOfLeads, NumberOfContacts, NumberOfResponses, (SELECT Label FROM CampaignMemberStatuses ORDER BY SortOrder) FROM Campaign';
  const [counted] = await rows(counts);
  assert.deepEqual(
    [counted?.['NumberOfLeads'], counted?.['NumberOfContacts'], counted?.['NumberOfResponses']],
    [1, 1, 1],
  );
  await assert.rejects(connection.sobject('CampaignMember').create({ CampaignId, LeadId }), {
    name: 'DUPLICATE_VALUE',
  });
  await assert.rejects(connection.sobject('CampaignMember').create({ CampaignId }), {
    name: 'FIELD_INTEGRITY_EXCEPTION',
  });
});

test('[A5] ROLLUP and CUBE group by several sets at once, and GROUPING tells which', async () => {
  const deals = [
    { StageName: 'Prospecting', LeadSource: 'Web', Amount: 1 },
    { StageName: 'Prospecting', LeadSource: 'Other', Amount: 2 },
    { StageName: 'Qualification', LeadSource: 'Web', Amount: 4 },
  ];
  const records = deals.map((deal) => ({ ...deal, Name: 'Grouped', CloseDate: '2030-01-01' }));
  await connection.sobject('Opportunity').create(records);
  const summed = async (by: string): Promise<unknown> =>
    (
      await rows(
        `SELECT StageName, LeadSource, GROUPING(StageName) stage, GROUPING(LeadSource) source, SUM(Amount) total, COUNT(LeadSource) n
         FROM Opportunity WHERE Name = 'Grouped' GROUP BY ${by}(StageName, LeadSource)
         HAVING SUM(Amount) > 1 ORDER BY StageName NULLS LAST, LeadSource NULLS LAST`,
      )
    ).map((row) => ['StageName', 'LeadSource', 'stage', 'source', 'total', 'n'].map((name) => row[name]));
  const rolled = [
    ['Prospecting', 'Other', 0, 0, 2, 1],
    ['Prospecting', null, 0, 1, 3, 2],
    ['Qualification', 'Web', 0, 0, 4, 1],
    ['Qualification', null, 0, 1, 4, 1],
  ];
  assert.deepEqual(await summed('ROLLUP'), [...rolled, [null, null, 1, 1, 7, 3]]);
  assert.deepEqual(await summed('CUBE'), [
    ...rolled,
    [null, 'Other', 1, 0, 2, 1],
    [null, 'Web', 1, 0, 5, 2],
    [null, null, 1, 1, 7, 3],
  ]);
  assert.equal(await refusal('SELECT GROUPING(StageName) FROM Opportunity GROUP BY StageName'), 'MALFORMED_QUERY');
});
