import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg } from './asking.ts';

let org: RunningOrg;
let connection: Connection;
before(async () => {
  org = await emptyOrg({ profile: 'empty' });
  connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
  const leads = [
    { FirstName: 'Ana', LastName: 'Núñez', Company: 'Acme Labs', Email: 'ana@example.com', Phone: '555-0101' },
    { FirstName: 'Bob', LastName: 'Smith', Company: 'United Oil', City: 'Acme' },
    { FirstName: 'Cy', LastName: 'Smithers', Company: 'Labs of Acme' },
  ];
  await connection.sobject('Lead').create(leads);
  await connection.sobject('Account').create({ Name: 'Acme' });
});
after(async () => {
  await org.close();
});

async function names(sosl: string): Promise<readonly string[]> {
  const { searchRecords } = await connection.search(sosl);
  return searchRecords.map((record) => String((record as { Name?: string }).Name)).toSorted();
}

test('[A5] jsforce finds words in fields of records', async () => {
  const lead = 'RETURNING Lead(Name)';
  assert.deepEqual(await names(`FIND {acme} IN ALL FIELDS ${lead}`), ['Ana Núñez', 'Bob Smith', 'Cy Smithers']);
  assert.deepEqual(await names(`FIND {acme} IN NAME FIELDS RETURNING Lead(Name), Account(Name)`), ['Acme']);
  assert.deepEqual(await names(`FIND {nunez} ${lead}`), ['Ana Núñez']);
  assert.deepEqual(await names(`FIND {smith} ${lead}`), ['Bob Smith']);
  assert.deepEqual(await names(`FIND {smith*} ${lead}`), ['Bob Smith', 'Cy Smithers']);
  assert.deepEqual(await names(`FIND {"Acme Labs"} ${lead}`), ['Ana Núñez']);
  assert.deepEqual(await names(`FIND {acme AND NOT labs} ${lead}`), ['Bob Smith']);
  assert.deepEqual(await names(`FIND {oil OR nunez} ${lead}`), ['Ana Núñez', 'Bob Smith']);
  assert.deepEqual(await names(`FIND {ana@example.com} IN EMAIL FIELDS ${lead}`), ['Ana Núñez']);
  assert.deepEqual(await names(`FIND {acme} RETURNING Lead(Name WHERE City = 'Acme' ORDER BY Name LIMIT 1)`), [
    'Bob Smith',
  ]);
});

test('[A5] without RETURNING, ids of every kind of record', async () => {
  const { searchRecords } = await connection.search('FIND {acme}');
  const types = searchRecords.map(({ attributes }) => String(attributes?.type)).toSorted((a, b) => (a < b ? -1 : 1));
  assert.deepEqual(types, ['Account', 'Lead', 'Lead', 'Lead']);
});

test('[A5] parameters search too, and what is no search is MALFORMED_SEARCH', async () => {
  const reply = await ask(org, 'GET', 'parameterizedSearch?q=acme&sobject=Account&Account.fields=Name');
  assert.equal((reply.json as { searchRecords: { Name: string }[] }).searchRecords[0]?.Name, 'Acme');
  const posted = await ask(org, 'POST', 'parameterizedSearch', {
    q: 'oil',
    sobjects: [{ name: 'Lead', fields: ['Company'], limit: 3 }],
  });
  assert.equal((posted.json as { searchRecords: { Company: string }[] }).searchRecords[0]?.Company, 'United Oil');
  for (const sosl of ['acme', 'FIND {a}', 'FIND {acme} RETURNING', 'FIND {acme} RETURNING Lead(']) {
    const refused = await ask(org, 'GET', `search?q=${encodeURIComponent(sosl)}`);
    assert.equal((refused.json as { errorCode: string }[])[0]?.errorCode, 'MALFORMED_SEARCH', sosl);
  }
});
