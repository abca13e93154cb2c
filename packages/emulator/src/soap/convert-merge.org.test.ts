/** Conversion and merge as jsforce asks for them (A12). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';

const now = Date.UTC(2026, 10, 24, 12);
let later = 0;
let org: RunningOrg;
let connection: Connection;
before(async () => {
  org = await emptyOrg({ clock: () => now + later });
  connection = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
});
after(async () => {
  await org.close();
});

type Row = Record<string, unknown>;

async function create(object: string, record: Row): Promise<string> {
  const made = (await connection.sobject(object).create(record)) as { id?: string };
  return made.id ?? '';
}

async function read(object: string, id: string, fields: string): Promise<Row> {
  const found = await connection.query<Row>(`SELECT ${fields} FROM ${object} WHERE Id = '${id}'`, { scanAll: true });
  const { attributes: _, ...row } = found.records[0] ?? {};
  return row;
}

const convertedStatus = 'Closed - Converted';

async function convert(given: Parameters<Connection['soap']['convertLead']>[0]): Promise<Row & { errors?: unknown }> {
  return (await connection.soap.convertLead(given)) as unknown as Row;
}

function codeOf(result: Row): unknown {
  return ([result['errors']].flat()[0] as Row | undefined)?.['statusCode'];
}

const person = {
  FirstName: 'Ana',
  LastName: 'Núñez',
  Company: 'Acme',
  Email: 'ana@example.com',
  Street: 'Gran Vía 1',
  LeadSource: 'Web',
  Website: 'https://acme.example.com',
};

test('[A12] a lead becomes an account, a contact and an opportunity, and stays readable', async () => {
  const leadId = await create('Lead', person);
  const { accountId, contactId, opportunityId, success } = await convert({ leadId, convertedStatus });
  assert.equal(success, true);
  const account = await read('Account', String(accountId), 'Name, BillingStreet, Website, AccountSource');
  assert.deepEqual(account, {
    Name: 'Acme',
    BillingStreet: 'Gran Vía 1',
    Website: 'https://acme.example.com',
    AccountSource: 'Web',
  });
  assert.deepEqual(await read('Contact', String(contactId), 'Name, Email, AccountId, MailingStreet, LeadSource'), {
    Name: 'Ana Núñez',
    Email: 'ana@example.com',
    AccountId: accountId,
    MailingStreet: 'Gran Vía 1',
    LeadSource: 'Web',
  });
  assert.deepEqual(await read('Opportunity', String(opportunityId), 'Name, AccountId, StageName, CloseDate'), {
    Name: 'Acme-',
    AccountId: accountId,
    StageName: 'Prospecting',
    CloseDate: '2026-12-31',
  });
  const role = await connection.query<Row>(
    `SELECT ContactId, IsPrimary FROM OpportunityContactRole WHERE OpportunityId = '${String(opportunityId)}'`,
  );
  assert.deepEqual([role.records[0]?.['ContactId'], role.records[0]?.['IsPrimary']], [contactId, true]);
  const lead = await read(
    'Lead',
    leadId,
    'IsConverted, Status, ConvertedDate, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId, IsDeleted',
  );
  assert.deepEqual(lead, {
    IsConverted: true,
    Status: convertedStatus,
    ConvertedDate: '2026-11-24',
    ConvertedAccountId: accountId,
    ConvertedContactId: contactId,
    ConvertedOpportunityId: opportunityId,
    IsDeleted: false,
  });
  await assert.rejects(connection.sobject('Lead').update({ Id: leadId, City: 'x' }), {
    name: 'CANNOT_UPDATE_CONVERTED_LEAD',
  });
  assert.equal(codeOf(await convert({ leadId, convertedStatus })), 'CANNOT_UPDATE_CONVERTED_LEAD');
});

test('[A12] into an existing account and contact: what they have is kept, what they lack is filled', async () => {
  const accountId = await create('Account', { Name: 'Old', Website: 'https://old.example.com' });
  const contactId = await create('Contact', { LastName: 'Kept', AccountId: accountId, LeadSource: 'Other' });
  const leadId = await create('Lead', { ...person, Phone: '555' });
  const into = { leadId, convertedStatus, accountId, contactId, doNotCreateOpportunity: true };
  const result = await convert({ ...into, overwriteLeadSource: true });
  assert.deepEqual(
    [result['accountId'], result['contactId'], result['opportunityId'] ?? null],
    [accountId, contactId, null],
  );
  assert.deepEqual(await read('Account', accountId, 'Name, Website, Phone'), {
    Name: 'Old',
    Website: 'https://old.example.com',
    Phone: '555',
  });
  assert.deepEqual(await read('Contact', contactId, 'LastName, Email, LeadSource'), {
    LastName: 'Kept',
    Email: 'ana@example.com',
    LeadSource: 'Web',
  });
});

test('[A12] campaigns and open tasks go along; the campaign becomes the source of the opportunity', async () => {
  const leadId = await create('Lead', person);
  const CampaignId = await create('Campaign', { Name: 'Spring' });
  const memberId = await create('CampaignMember', { CampaignId, LeadId: leadId });
  const openTask = await create('Task', { Subject: 'Call', WhoId: leadId });
  const { contactId, opportunityId } = await convert({ leadId, convertedStatus, opportunityName: 'Big deal' });
  assert.deepEqual(await read('CampaignMember', memberId, 'LeadId, ContactId'), {
    LeadId: leadId,
    ContactId: contactId,
  });
  assert.deepEqual(await read('Task', openTask, 'WhoId, WhatId'), { WhoId: contactId, WhatId: opportunityId });
  assert.deepEqual(await read('Opportunity', String(opportunityId), 'Name, CampaignId'), {
    Name: 'Big deal',
    CampaignId,
  });
});

test('[A12] a conversion that cannot be leaves nothing behind', async () => {
  const leadId = await create('Lead', { ...person, Company: 'Nowhere' });
  assert.equal(codeOf(await convert({ leadId, convertedStatus: 'Working - Contacted' })), 'INVALID_STATUS');
  const { id: other } = (await connection.sobject('Account').create({ Name: 'Other' })) as { id: string };
  const contactId = await create('Contact', { LastName: 'Elsewhere' });
  assert.equal(codeOf(await convert({ leadId, convertedStatus, contactId })), 'REQUIRED_FIELD_MISSING');
  const into = { leadId, convertedStatus, accountId: other, contactId };
  assert.equal(codeOf(await convert(into)), 'INVALID_CROSS_REFERENCE_KEY');
  org.org.access.switches.set({ refuse: [{ object: 'Opportunity', message: 'No deals today' }] });
  assert.equal(codeOf(await convert({ leadId, convertedStatus })), 'FIELD_CUSTOM_VALIDATION_EXCEPTION');
  org.org.access.switches.set({ refuse: [] });
  assert.equal((await connection.query(`SELECT Id FROM Account WHERE Name = 'Nowhere'`)).totalSize, 0);
  assert.equal((await read('Lead', leadId, 'IsConverted'))['IsConverted'], false);
});

test('[A12] merged records are deleted and name the one that stays, which gets one update', async () => {
  const master = await create('Lead', { LastName: 'Master', Company: 'x' });
  const losers = [
    await create('Lead', { LastName: 'First', Company: 'x' }),
    await create('Lead', { LastName: 'Second', Company: 'x' }),
  ];
  const CampaignId = await create('Campaign', { Name: 'Merge' });
  const moved = await create('CampaignMember', { CampaignId, LeadId: losers[0] });
  const task = await create('Task', { Subject: 'Mine', WhoId: losers[1] });
  const before_ = await read('Task', task, 'SystemModstamp');
  later = 5_000;
  const result = await connection.soap.merge({
    masterRecord: { type: 'Lead', Id: master, LastName: 'Master', City: 'Lugo' },
    recordToMergeIds: losers,
  } as unknown as Parameters<Connection['soap']['merge']>[0]);
  const { success, id, mergedRecordIds, updatedRelatedIds } = result as unknown as Row;
  assert.deepEqual([success, id], [true, master]);
  assert.deepEqual([...(mergedRecordIds as string[])].sort(), [...losers].sort());
  assert.deepEqual([...(updatedRelatedIds as string[])].sort(), [moved, task].sort());
  for (const loser of losers) {
    assert.deepEqual(await read('Lead', loser, 'IsDeleted, MasterRecordId'), {
      IsDeleted: true,
      MasterRecordId: master,
    });
  }
  assert.deepEqual(await read('Lead', master, 'City, SystemModstamp'), {
    City: 'Lugo',
    SystemModstamp: '2026-11-24T12:00:05.000+0000',
  });
  // Children hang on the master now, and their stamps have not moved.
  assert.deepEqual(await read('Task', task, 'WhoId'), { WhoId: master });
  assert.deepEqual(await read('Task', task, 'SystemModstamp'), before_);
  const undeleted = (await connection.soap.undelete([losers[0] ?? ''])) as unknown as Row[];
  assert.equal(codeOf(undeleted[0] ?? {}), 'UNDELETE_FAILED');
});

test('[A12] what cannot be merged: too many, itself, the converted, the deleted', async () => {
  const lead = async (): Promise<string> => await create('Lead', { LastName: 'x', Company: 'x' });
  const [a, b, c, d] = [await lead(), await lead(), await lead(), await lead()];
  const merge = async (ids: readonly string[]): Promise<unknown> =>
    codeOf(
      (await connection.soap.merge({
        masterRecord: { type: 'Lead', Id: a },
        recordToMergeIds: ids,
      } as unknown as Parameters<Connection['soap']['merge']>[0])) as unknown as Row,
    );
  assert.equal(await merge([b, c, d]), 'MERGE_FAILED');
  assert.equal(await merge([a]), 'MERGE_FAILED');
  await convert({ leadId: b, convertedStatus, doNotCreateOpportunity: true });
  assert.equal(await merge([b]), 'CANNOT_UPDATE_CONVERTED_LEAD');
  await connection.sobject('Lead').destroy(c);
  assert.equal(await merge([c]), 'ENTITY_IS_DELETED');
});

test('[A16] tabs are described', async () => {
  const [app] = await connection.soap.describeTabs();
  assert.equal(app?.label, 'Sales');
  assert.ok(app.tabs.some(({ sobjectName }) => sobjectName === 'Lead'));
});
