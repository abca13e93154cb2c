import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import { type RunningOrg, startOrg } from '../org.ts';
import { ask, query } from '../rest/asking.ts';

let org: RunningOrg;
let sync: Connection;
/** An org that has neither. */
let plain: RunningOrg;
before(async () => {
  plain = await startOrg();
  org = await startOrg({ personAccounts: true, currencies: { USD: 1, EUR: 0.5 } });
  sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
});
after(async () => {
  await plain.close();
  await org.close();
});

type Row = Record<string, unknown>;
const one = async (soql: string): Promise<Row> => (await sync.query<Row>(soql)).records[0] ?? {};
const made = async (object: string, record: Row): Promise<string> => {
  const reply = await ask(org, 'POST', `sobjects/${object}`, record);
  assert.equal(reply.status, 201, reply.text);
  return (reply.json as { id: string }).id;
};
const refusal = async (object: string, record: Row, id?: string): Promise<unknown> => {
  const path = `sobjects/${object}${id === undefined ? '' : `/${id}`}`;
  const { json } = await ask(org, id === undefined ? 'POST' : 'PATCH', path, record);
  const [error] = json as { errorCode: string; fields: string[] }[];
  return [error?.errorCode, error?.fields];
};

test('[A13] a person account is one record with its contact, which follows it and goes with it', async () => {
  const id = await made('Account', { FirstName: 'Ada', LastName: 'Ito', PersonEmail: 'a@example.com', Phone: '1' });
  const account = await one(
    `SELECT Name, IsPersonAccount, PersonContactId, RecordType.DeveloperName, PersonContact.Email FROM Account WHERE Id = '${id}'`,
  );
  assert.deepEqual([account['Name'], account['IsPersonAccount']], ['Ada Ito', true]);
  assert.equal((account['RecordType'] as Row)['DeveloperName'], 'PersonAccount');
  assert.equal((account['PersonContact'] as Row)['Email'], 'a@example.com');
  const contactId = String(account['PersonContactId']);
  await sync.sobject('Account').update({ Id: id, LastName: 'Mori', PersonMailingCity: 'Lugo', PersonEmail: null });
  const contact = await one(
    `SELECT Name, AccountId, IsPersonAccount, MailingCity, Email, Phone FROM Contact WHERE Id = '${contactId}'`,
  );
  assert.deepEqual(
    [
      contact['Name'],
      contact['AccountId'],
      contact['IsPersonAccount'],
      contact['MailingCity'],
      contact['Email'],
      contact['Phone'],
    ],
    ['Ada Mori', id, true, 'Lugo', null, '1'],
  );
  assert.deepEqual(await refusal('Contact', { Title: 'x' }, contactId), ['INSUFFICIENT_ACCESS_OR_READONLY', []]);
  await sync.sobject('Account').destroy(id);
  assert.equal((await one(`SELECT COUNT(Id) n FROM Contact WHERE Id = '${contactId}'`))['n'], 0);
});

test('[A13] a business account is none: it needs a name and has nothing of a person', async () => {
  const id = await made('Account', { Name: 'Example' });
  assert.equal((await one(`SELECT IsPersonAccount FROM Account WHERE Id = '${id}'`))['IsPersonAccount'], false);
  assert.deepEqual(await refusal('Account', { Phone: '1' }), ['REQUIRED_FIELD_MISSING', ['Name']]);
  const persons = ['INVALID_FIELD_FOR_INSERT_UPDATE', ['PersonEmail']];
  assert.deepEqual(await refusal('Account', { PersonEmail: 'a@example.com' }, id), persons);
  const type = await one(`SELECT Id, IsPersonType FROM RecordType WHERE DeveloperName = 'PersonAccount'`);
  assert.equal(type['IsPersonType'], true);
  const named = ['INVALID_FIELD_FOR_INSERT_UPDATE', ['Name']];
  assert.deepEqual(await refusal('Account', { RecordTypeId: type['Id'], Name: 'x', LastName: 'y' }), named);
  assert.deepEqual(await refusal('Account', { RecordTypeId: type['Id'] }), ['REQUIRED_FIELD_MISSING', ['LastName']]);
});

test('[A13] records say their currency, the corporate one unless told, and convertCurrency goes by the rates', async () => {
  const types = await sync.query<Row>('SELECT IsoCode, ConversionRate, IsCorporate FROM CurrencyType ORDER BY IsoCode');
  assert.deepEqual(
    types.records.map((row) => [row['IsoCode'], row['ConversionRate'], row['IsCorporate']]),
    [
      ['EUR', 0.5, false],
      ['USD', 1, true],
    ],
  );
  const deal = { StageName: 'Prospecting', CloseDate: '2026-12-01', Amount: 100 };
  const home = await made('Opportunity', { ...deal, Name: 'Home' });
  await made('Opportunity', { ...deal, Name: 'Abroad', CurrencyIsoCode: 'EUR' });
  assert.equal((await one(`SELECT CurrencyIsoCode FROM Opportunity WHERE Id = '${home}'`))['CurrencyIsoCode'], 'USD');
  const { records } = await sync.query<Row>('SELECT Name, convertCurrency(Amount) FROM Opportunity ORDER BY Name');
  assert.deepEqual(
    records.map((row) => [row['Name'], row['Amount']]),
    [
      ['Abroad', 200],
      ['Home', 100],
    ],
  );
  assert.deepEqual(await refusal('Opportunity', { ...deal, Name: 'x', CurrencyIsoCode: 'GBP' }), [
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    ['CurrencyIsoCode'],
  ]);
});

test('[A1] SOAP tells that the org has both; a custom object made later has a currency; another org has neither', async () => {
  const soap = new Connection({ loginUrl: org.loginUrl, version: '64.0' });
  await soap.login(org.username, org.password + org.securityToken);
  const info = (await soap.soap.getUserInfo()) as unknown as Row;
  assert.deepEqual(
    [
      String(info['orgHasPersonAccounts']),
      String(info['organizationMultiCurrency']),
      info['userDefaultCurrencyIsoCode'],
    ],
    ['true', 'true', 'USD'],
  );
  org.org.metadata.put(org.org.access.admin, 'CustomObject', 'Trip__c', { label: 'Trip', pluralLabel: 'Trips' });
  assert.equal(org.org.schema.object('Trip__c')?.field('CurrencyIsoCode')?.type, 'picklist');
  const replies = await Promise.all(
    [
      'SELECT IsPersonAccount FROM Account LIMIT 1',
      'SELECT CurrencyIsoCode FROM Lead',
      'SELECT Id FROM CurrencyType',
    ].map((soql) => query(plain, soql)),
  );
  assert.deepEqual(
    replies.map(({ json }) => (json as { errorCode: string }[])[0]?.errorCode),
    ['INVALID_FIELD', 'INVALID_FIELD', 'INVALID_TYPE'],
  );
});

test('[A13] an org that runs is given person accounts and currencies, once; what is there is a business, and corporate', async () => {
  const write = async (object: string, record: Row): Promise<string> =>
    ((await ask(plain, 'POST', `sobjects/${object}`, record)).json as { id: string }).id;
  const read = async (soql: string): Promise<unknown> =>
    ((await query(plain, soql)).json as { records: Row[] }).records;
  const put = async (options: object): Promise<readonly [number, unknown]> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'PUT', headers, body: JSON.stringify(options) };
    const answer = await fetch(`${plain.url}/practice/options`, init);
    return [answer.status, await answer.json()];
  };
  const business = await write('Account', { Name: 'Example' });
  const deal = { StageName: 'Prospecting', CloseDate: '2026-12-01', Amount: 100 };
  await write('Opportunity', { ...deal, Name: 'Early' });
  for (const wrong of [{ currencies: { USD: 0 } }, { currencies: {} }, { currencies: { usd: 1 } }, { nope: true }]) {
    assert.equal((await put(wrong))[0], 400, JSON.stringify(wrong));
  }
  const both = { personAccounts: true, currencies: { USD: 1, EUR: 0.5 } };
  assert.deepEqual(await put(both), [200, both]);
  assert.equal((await put({ personAccounts: true }))[0], 400);
  assert.equal((await put({ currencies: { USD: 1 } }))[0], 400);
  const person = await write('Account', { LastName: 'Ito', PersonEmail: 'a@example.com' });
  const found = (await read(
    'SELECT Id, IsPersonAccount, PersonHasOptedOutOfEmail FROM Account ORDER BY Name',
  )) as Row[];
  assert.deepEqual(
    found.map((row) => [row['Id'], row['IsPersonAccount'], row['PersonHasOptedOutOfEmail']]),
    [
      [business, false, false],
      [person, true, false],
    ],
  );
  await write('Opportunity', { ...deal, Name: 'Late', CurrencyIsoCode: 'EUR' });
  const deals = (await read('SELECT CurrencyIsoCode, convertCurrency(Amount) FROM Opportunity ORDER BY Name')) as Row[];
  assert.deepEqual(
    deals.map((row) => [row['CurrencyIsoCode'], row['Amount']]),
    [
      ['USD', 100],
      ['EUR', 200],
    ],
  );
});
