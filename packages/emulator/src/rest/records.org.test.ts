import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningOrg } from '../org.ts';
import { ask, connect, emptyOrg, query } from './asking.ts';

let org: RunningOrg;
before(async () => {
  org = await emptyOrg();
});
after(async () => {
  await org.close();
});

const lead = { LastName: 'Ferreira', Company: 'Example' };

test('[A6] jsforce creates, reads, updates and deletes a lead', async () => {
  const connection = connect(org);
  const made = await connection.sobject('Lead').create({ ...lead, FirstName: 'Ana' });
  assert.equal(made.success, true);
  const id = made.id ?? '';
  assert.match(id, /^00Q\w{15}$/);
  const read = await connection.sobject('Lead').retrieve(id);
  assert.equal(read['Name'], 'Ana Ferreira');
  assert.equal(read['OwnerId'], read['CreatedById']);
  assert.equal(read['Status'], 'Open - Not Contacted');
  await connection.sobject('Lead').update({ Id: id, FirstName: 'Eva' });
  assert.equal((await connection.sobject('Lead').retrieve(id))['Name'], 'Eva Ferreira');
  await connection.sobject('Lead').destroy(id);
  await assert.rejects(connection.sobject('Lead').retrieve(id), { errorCode: 'ENTITY_IS_DELETED' });
  const binned = await query(org, `SELECT Id, IsDeleted FROM Lead WHERE Id = '${id}'`, 'queryAll');
  assert.equal((binned.json as { totalSize: number }).totalSize, 1);
});

test('[A6] an upsert by external id makes one record and then changes it: 201, then 200 with created false', async () => {
  const path = 'sobjects/Lead/Syncline_Key__c/upsert-1';
  const first = await ask(org, 'PATCH', path, lead);
  assert.equal(first.status, 201);
  const { id } = first.json as { id: string };
  assert.deepEqual(first.json, { id, success: true, errors: [], created: true });
  const second = await ask(org, 'PATCH', path, { FirstName: 'Zoë' });
  assert.equal(second.status, 200);
  assert.deepEqual(second.json, { id, success: true, errors: [], created: false });
  const read = await ask(org, 'GET', `${path}?fields=Name,Syncline_Key__c`);
  assert.deepEqual(read.json, {
    attributes: { type: 'Lead', url: `/services/data/v64.0/sobjects/Lead/${id}` },
    Name: 'Zoë Ferreira',
    Syncline_Key__c: 'upsert-1',
  });
});

test('[A6] the key is case-sensitive: another case is another record', async () => {
  const one = await ask(org, 'PATCH', 'sobjects/Lead/Syncline_Key__c/caseA', lead);
  const two = await ask(org, 'PATCH', 'sobjects/Lead/Syncline_Key__c/CASEa', lead);
  assert.deepEqual([one.status, two.status], [201, 201]);
});

test('[A6] jsforce upserts by external id', async () => {
  const connection = connect(org);
  const record = { ...lead, Syncline_Key__c: 'js-1' };
  const first = await connection.sobject('Lead').upsert(record, 'Syncline_Key__c');
  const again = await connection.sobject('Lead').upsert(record, 'Syncline_Key__c');
  assert.equal(first.success && again.success, true);
  assert.equal(first.id, again.id);
});

test('[A7] a number of 18 digits goes in and comes out digit for digit', async () => {
  const made = await ask(
    org,
    'POST',
    'sobjects/Lead',
    '{"LastName":"N","Company":"C","Amount_1__c":1234567890123456.78}',
  );
  const { id } = made.json as { id: string };
  const read = await ask(org, 'GET', `sobjects/Lead/${id}?fields=Amount_1__c`);
  assert.match(read.text, /"Amount_1__c":1234567890123456\.78[,}]/);
  const found = await query(org, `SELECT Id, Amount_1__c FROM Lead WHERE Id = '${id}'`);
  assert.match(found.text, /"Amount_1__c":1234567890123456\.78[,}]/);
});

test('[A5] datetimes come out as +0000 whatever offset went in, cut to the second', async () => {
  const made = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Moment_1__c: '2026-11-24T03:00:00.987+02:00' });
  const { id } = made.json as { id: string };
  const read = await ask(org, 'GET', `sobjects/Lead/${id}?fields=Moment_1__c`);
  assert.equal((read.json as Record<string, unknown>)['Moment_1__c'], '2026-11-24T01:00:00.000+0000');
});

test('[A7] text keeps what was sent but for blanks at its ends', async () => {
  const hostile = '=1+1 "quoted"; \u202E rtl \r\n line\r two\n #N/A null 😀 é';
  const made = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Street: `  ${hostile} `, City: '' });
  const { id } = made.json as { id: string };
  const read = (await ask(org, 'GET', `sobjects/Lead/${id}?fields=Street,City`)).json as Record<string, unknown>;
  assert.equal(read['Street'], hostile);
  assert.equal(read['City'], null);
});

interface Refusal {
  readonly name: string;
  readonly record: Record<string, unknown>;
  readonly code: string;
  readonly fields: readonly string[];
}

const refusals: readonly Refusal[] = [
  { name: 'a missing name', record: { Company: 'C' }, code: 'REQUIRED_FIELD_MISSING', fields: ['LastName'] },
  {
    name: 'a name set to nothing',
    record: { ...lead, LastName: ' ' },
    code: 'REQUIRED_FIELD_MISSING',
    fields: ['LastName'],
  },
  { name: 'a long text', record: { ...lead, LastName: 'x'.repeat(81) }, code: 'STRING_TOO_LONG', fields: ['LastName'] },
  { name: 'no e-mail', record: { ...lead, Email: 'no mail' }, code: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] },
  {
    name: 'a large int',
    record: { ...lead, NumberOfEmployees: 1234567890 },
    code: 'NUMBER_OUTSIDE_VALID_RANGE',
    fields: ['NumberOfEmployees'],
  },
  {
    name: 'a system field',
    record: { ...lead, CreatedDate: '2026-01-01T00:00:00Z' },
    code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
    fields: ['CreatedDate'],
  },
  { name: 'a malformed id', record: { ...lead, OwnerId: '005' }, code: 'MALFORMED_ID', fields: ['OwnerId'] },
  {
    name: 'an id of nobody',
    record: { ...lead, OwnerId: '0058x0000009999' },
    code: 'INVALID_CROSS_REFERENCE_KEY',
    fields: ['OwnerId'],
  },
];

for (const refusal of refusals) {
  test(`[A7] ${refusal.name} is ${refusal.code}`, async () => {
    const reply = await ask(org, 'POST', 'sobjects/Lead', refusal.record);
    const [error] = reply.json as { errorCode: string; fields: string[]; message: string }[];
    assert.equal(reply.status, 400);
    assert.deepEqual({ code: error?.errorCode, fields: error?.fields }, { code: refusal.code, fields: refusal.fields });
    assert.notEqual(error?.message, '');
  });
}

test('[A7] an unknown field is INVALID_FIELD, and JSON of the wrong type JSON_PARSER_ERROR', async () => {
  const unknown = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Nope__c: 1 });
  assert.deepEqual(unknown.json, [
    { message: "No such column 'Nope__c' on sobject of type Lead", errorCode: 'INVALID_FIELD', fields: [] },
  ]);
  for (const record of [
    { ...lead, City: 5 },
    { ...lead, NumberOfEmployees: 'many' },
    { ...lead, Moment_1__c: 'now' },
  ]) {
    const reply = await ask(org, 'POST', 'sobjects/Lead', record);
    assert.equal((reply.json as { errorCode: string }[])[0]?.errorCode, 'JSON_PARSER_ERROR');
  }
  const broken = await ask(org, 'POST', 'sobjects/Lead', '{"LastName":');
  assert.equal(broken.status, 400);
  assert.equal((broken.json as { errorCode: string }[])[0]?.errorCode, 'JSON_PARSER_ERROR');
});

test('[A7] a taken unique value is DUPLICATE_VALUE and names the record that has it', async () => {
  const made = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Syncline_Key__c: 'taken' });
  const { id } = made.json as { id: string };
  const reply = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Syncline_Key__c: 'taken' });
  assert.deepEqual(reply.json, [
    {
      message: `duplicate value found: Syncline_Key__c duplicates value on record with id: ${id}`,
      errorCode: 'DUPLICATE_VALUE',
      fields: [],
    },
  ]);
  await ask(org, 'DELETE', `sobjects/Lead/${id}`);
  assert.equal((await ask(org, 'POST', 'sobjects/Lead', { ...lead, Syncline_Key__c: 'taken' })).status, 201);
});

test('[A7] records and resources that are not there: NOT_FOUND, METHOD_NOT_ALLOWED', async () => {
  assert.equal((await ask(org, 'GET', 'sobjects/Lead/00Q8x0000009999')).status, 404);
  assert.equal((await ask(org, 'GET', 'sobjects/Nope')).status, 404);
  assert.equal((await ask(org, 'GET', 'nope')).status, 404);
  const reply = await ask(org, 'PUT', 'sobjects/Lead', {});
  assert.equal(reply.status, 405);
  assert.equal((reply.json as { errorCode: string }[])[0]?.errorCode, 'METHOD_NOT_ALLOWED');
});

test('[A6] a key that several records have is 300 with their URLs', async () => {
  const ids = ['key-a', 'key-b'].map(async (key) => {
    const made = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Syncline_Key__c: key });
    return (made.json as { id: string }).id;
  });
  for (const id of await Promise.all(ids)) org.org.store.update('Lead', id, { Syncline_Key__c: 'several' });
  const reply = await ask(org, 'PATCH', 'sobjects/Lead/Syncline_Key__c/several', { City: 'Lima' });
  assert.equal(reply.status, 300);
  assert.deepEqual(
    (reply.json as string[]).toSorted(),
    (await Promise.all(ids)).map((id) => `/services/data/v64.0/sobjects/Lead/${id}`).toSorted(),
  );
});

test('[A7] an inactive owner is INACTIVE_OWNER_OR_USER, a contact as owner FIELD_INTEGRITY_EXCEPTION', async () => {
  const { store } = org.org;
  const idle = store.nextId('User');
  store.insert('User', { Id: idle, IsDeleted: 'false', IsActive: 'false' });
  const contact = ((await ask(org, 'POST', 'sobjects/Contact', { LastName: 'Ito' })).json as { id: string }).id;
  const codes = [idle, contact].map(async (OwnerId) => {
    const reply = await ask(org, 'POST', 'sobjects/Lead', { ...lead, OwnerId });
    return (reply.json as { errorCode: string }[])[0]?.errorCode;
  });
  assert.deepEqual(await Promise.all(codes), ['INACTIVE_OWNER_OR_USER', 'FIELD_INTEGRITY_EXCEPTION']);
});

test('[A7] a deleted parent is ENTITY_IS_DELETED by row', async () => {
  const account = ((await ask(org, 'POST', 'sobjects/Account', { Name: 'Gone' })).json as { id: string }).id;
  await ask(org, 'DELETE', `sobjects/Account/${account}`);
  const reply = await ask(org, 'POST', 'sobjects/Contact', { LastName: 'Ito', AccountId: account });
  assert.equal((reply.json as { errorCode: string }[])[0]?.errorCode, 'ENTITY_IS_DELETED');
});

test('[A7] a converted lead refuses updates with CANNOT_UPDATE_CONVERTED_LEAD', async () => {
  const made = await ask(org, 'POST', 'sobjects/Lead', lead);
  const { id } = made.json as { id: string };
  org.org.store.update('Lead', id, { IsConverted: 'true' });
  const reply = await ask(org, 'PATCH', `sobjects/Lead/${id}`, { City: 'Porto' });
  assert.equal((reply.json as { errorCode: string }[])[0]?.errorCode, 'CANNOT_UPDATE_CONVERTED_LEAD');
});

test('[A12] deleting an account takes its contacts, opportunities and roles with it', async () => {
  const made = async (object: string, record: unknown): Promise<string> => {
    const reply = await ask(org, 'POST', `sobjects/${object}`, record);
    assert.equal(reply.status, 201, reply.text);
    return (reply.json as { id: string }).id;
  };
  const account = await made('Account', { Name: 'Example' });
  const contact = await made('Contact', { LastName: 'Ito', AccountId: account });
  const opportunity = await made('Opportunity', {
    Name: 'Deal',
    AccountId: account,
    StageName: 'Closed Won',
    CloseDate: '2026-11-24',
  });
  const role = await made('OpportunityContactRole', {
    OpportunityId: opportunity,
    ContactId: contact,
    IsPrimary: true,
  });
  const read = await ask(org, 'GET', `sobjects/Opportunity/${opportunity}?fields=IsWon,IsClosed,Probability`);
  const { IsWon, IsClosed, Probability } = read.json as Record<string, unknown>;
  assert.deepEqual({ IsWon, IsClosed, Probability }, { IsWon: true, IsClosed: true, Probability: 100 });
  assert.equal((await ask(org, 'DELETE', `sobjects/Account/${account}`)).status, 204);
  for (const path of [`Contact/${contact}`, `Opportunity/${opportunity}`, `OpportunityContactRole/${role}`]) {
    const gone = await ask(org, 'GET', `sobjects/${path}`);
    assert.equal(gone.status, 404);
    assert.equal((gone.json as { errorCode: string }[])[0]?.errorCode, 'ENTITY_IS_DELETED');
  }
});

test('[A13] a second primary role takes the place of the first', async () => {
  const connection = connect(org);
  const id = async (object: string, record: Record<string, unknown>): Promise<string> =>
    (await connection.sobject(object).create(record)).id ?? '';
  const opportunity = await id('Opportunity', { Name: 'D', StageName: 'Prospecting', CloseDate: '2026-11-24' });
  const contact = await id('Contact', { LastName: 'Ito' });
  const first = await id('OpportunityContactRole', { OpportunityId: opportunity, ContactId: contact, IsPrimary: true });
  await id('OpportunityContactRole', { OpportunityId: opportunity, ContactId: contact, IsPrimary: true });
  assert.equal((await connection.sobject('OpportunityContactRole').retrieve(first))['IsPrimary'], false);
});

test('[A11] an update that changes nothing still moves the stamps, by whole seconds', async () => {
  let now = Date.UTC(2026, 10, 24, 3, 0, 0, 400);
  const clocked = await emptyOrg({ clock: () => now });
  try {
    const { id } = (await ask(clocked, 'POST', 'sobjects/Lead', lead)).json as { id: string };
    now += 5_000;
    await ask(clocked, 'PATCH', `sobjects/Lead/${id}`, { LastName: 'Ferreira' });
    const fields = 'CreatedDate,LastModifiedDate,SystemModstamp,LastModifiedById';
    const read = (await ask(clocked, 'GET', `sobjects/Lead/${id}?fields=${fields}`)).json as Record<string, unknown>;
    assert.equal(read['CreatedDate'], '2026-11-24T03:00:00.000+0000');
    assert.equal(read['LastModifiedDate'], '2026-11-24T03:00:05.000+0000');
    assert.equal(read['SystemModstamp'], read['LastModifiedDate']);
    assert.equal(read['LastModifiedById'], clocked.org.access.syncUser.id);
  } finally {
    await clocked.close();
  }
});

test('[A10] updated and deleted records of a window are listed', async () => {
  const { id } = (await ask(org, 'POST', 'sobjects/Lead', lead)).json as { id: string };
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const window = `start=${ago(10)}&end=${new Date(Date.now() + 60_000).toISOString()}`;
  const updated = (await ask(org, 'GET', `sobjects/Lead/updated/?${window}`)).json as { ids: string[] };
  assert.equal(updated.ids.includes(id), true);
  await ask(org, 'DELETE', `sobjects/Lead/${id}`);
  const deleted = (await ask(org, 'GET', `sobjects/Lead/deleted/?${window}`)).json as {
    deletedRecords: { id: string }[];
  };
  assert.equal(
    deleted.deletedRecords.some((record) => record.id === id),
    true,
  );
  for (const wrong of [`start=${ago(0)}&end=${ago(1)}`, `start=${ago(60)}&end=${ago(0)}`, 'start=x&end=y']) {
    const refused = await ask(org, 'GET', `sobjects/Lead/updated/?${wrong}`);
    assert.equal((refused.json as { errorCode: string }[])[0]?.errorCode, 'INVALID_REPLICATION_DATE', wrong);
  }
});
