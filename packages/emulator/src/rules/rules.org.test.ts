/** The org's own rules, made by metadata and met by jsforce. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { ask, emptyOrg } from '../rest/asking.ts';

let now = Date.UTC(2026, 10, 24, 12);
let org: RunningOrg;
let admin: Connection;
before(async () => {
  org = await emptyOrg({ profile: 'empty', clock: () => now });
  admin = new Connection({ instanceUrl: org.url, accessToken: org.adminAccessToken, version: '64.0' });
});
after(async () => {
  await org.close();
});
afterEach(() => org.org.access.switches.set({ automations: [], duplicateRules: [] }));

type Plain = Record<string, unknown>;

function put(type: string, fullName: string, tree: Plain): void {
  org.org.metadata.put(org.org.access.admin, type, fullName, tree as never);
}

async function make(object: string, record: Plain): Promise<string> {
  return ((await admin.sobject(object).create(record)) as { id?: string }).id ?? '';
}

async function change(object: string, record: { Id: string } & Plain): Promise<void> {
  await admin.sobject(object).update(record);
}

/** A row as it is stored, whoever may see it. */
function stored(object: string, id: string): Readonly<Record<string, string | null>> {
  return org.org.store.read(object, id) ?? {};
}

const lead = { LastName: 'Núñez', Company: 'Acme' };

test('[A7] a validation rule refuses by its formula, with its message and field', async () => {
  const rule = { active: 'true', errorMessage: 'No test companies', errorDisplayField: 'Company' };
  put('ValidationRule', 'Lead.Tests', {
    ...rule,
    errorConditionFormula: 'AND(CONTAINS(Company, "Test"), NOT($User.Alias = "nobody"))',
  });
  const reply = await ask(org, 'POST', 'sobjects/Lead', { ...lead, Company: 'Test Inc' });
  assert.equal(reply.status, 400);
  assert.deepEqual(reply.json, [
    { message: 'No test companies', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: ['Company'] },
  ]);
  const id = await make('Lead', lead);
  put('ValidationRule', 'Lead.Tests', {
    ...rule,
    errorConditionFormula: 'AND(ISCHANGED(Company), PRIORVALUE(Company) = "Acme")',
  });
  await assert.rejects(change('Lead', { Id: id, Company: 'Bolt' }), { name: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' });
  await change('Lead', { Id: id, City: 'Lugo' });
  put('ValidationRule', 'Lead.Tests', { ...rule, active: 'false', errorConditionFormula: 'true' });
  await change('Lead', { Id: id, Company: 'Bolt' });
});

test('[A7] workflow field updates write back, once or whenever their condition begins to hold', async () => {
  put('Workflow', 'Lead', {
    fieldUpdates: [
      { fullName: 'Shout', field: 'City', operation: 'Formula', formula: 'UPPER(City)', name: 'Shout' },
      { fullName: 'Hot', field: 'Rating', operation: 'Literal', literalValue: 'Hot', name: 'Hot' },
    ],
    rules: [
      {
        fullName: 'Loud',
        active: 'true',
        triggerType: 'onAllChanges',
        formula: 'NOT(ISBLANK(City))',
        actions: { name: 'Shout', type: 'FieldUpdate' },
      },
      {
        fullName: 'Rich',
        active: 'true',
        triggerType: 'onCreateOrTriggeringUpdate',
        criteriaItems: [{ field: 'Lead.AnnualRevenue', operation: 'greaterThan', value: '100' }],
        actions: { name: 'Hot', type: 'FieldUpdate' },
      },
    ],
  });
  const id = await make('Lead', { ...lead, City: 'Lugo' });
  assert.deepEqual([stored('Lead', id)['City'], stored('Lead', id)['Rating']], ['LUGO', null]);
  await change('Lead', { Id: id, AnnualRevenue: 200 });
  assert.equal(stored('Lead', id)['Rating'], 'Hot');
  await change('Lead', { Id: id, Rating: 'Cold', AnnualRevenue: 300 });
  assert.equal(stored('Lead', id)['Rating'], 'Cold');
  put('Workflow', 'Lead', {});
});

test('[A7] the switch `automations` imitates whatever else writes back', async () => {
  org.org.access.switches.set({
    automations: [
      { object: 'Lead', when: 'ISCHANGED(Phone) || ISNEW()', set: { Description: '"called " & Phone', Fax: 'null' } },
    ],
  });
  const id = await make('Lead', { ...lead, Phone: '555', Fax: '1' });
  assert.deepEqual([stored('Lead', id)['Description'], stored('Lead', id)['Fax']], ['called 555', null]);
  await change('Lead', { Id: id, Description: 'mine' });
  assert.equal(stored('Lead', id)['Description'], 'mine');
});

test('[A6] the active assignment rule gives new leads away, unless the client says no', async () => {
  const queue = org.org.store.nextId('Group');
  org.org.store.insert('Group', {
    Id: queue,
    Name: 'Web leads',
    DeveloperName: 'Web_leads',
    Type: 'Queue',
    IsDeleted: 'false',
  });
  put('AssignmentRules', 'Lead', {
    assignmentRule: {
      fullName: 'Standard',
      active: 'true',
      ruleEntry: [
        {
          assignedTo: 'Web_leads',
          assignedToType: 'Queue',
          booleanFilter: '1 AND (2 OR 3)',
          criteriaItems: [
            { field: 'Lead.LeadSource', operation: 'equals', value: 'Web' },
            { field: 'Lead.City', operation: 'equals', value: 'Lugo' },
            { field: 'Lead.City', operation: 'startsWith', value: 'Mad' },
          ],
        },
        {
          assignedTo: org.username,
          assignedToType: 'User',
          criteriaItems: { field: 'Lead.LeadSource', operation: 'notEqual', value: '' },
        },
      ],
    },
  });
  const owner = async (record: Plain, header?: string): Promise<string | null | undefined> => {
    const response = await fetch(`${org.url}/services/data/v64.0/sobjects/Lead`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${org.adminAccessToken}`,
        'content-type': 'application/json',
        ...(header === undefined ? {} : { 'sforce-auto-assign': header }),
      },
      body: JSON.stringify({ ...lead, ...record }),
    });
    return stored('Lead', ((await response.json()) as { id: string }).id)['OwnerId'];
  };
  const { admin: own, syncUser } = org.org.access;
  assert.equal(await owner({ LeadSource: 'Web', City: 'Madrid' }), queue);
  assert.equal(await owner({ LeadSource: 'Web', City: 'Vigo' }), syncUser.id);
  assert.equal(await owner({}), own.id);
  assert.equal(await owner({ LeadSource: 'Web', City: 'Madrid' }, 'FALSE'), own.id);
  put('AssignmentRules', 'Lead', {});
});

test('[A7] a duplicate rule tells what a record is alike, and may be overridden where it only alerts', async () => {
  put('MatchingRules', 'Lead', {
    matchingRules: {
      fullName: 'Same_person',
      label: 'Same person',
      ruleStatus: 'Active',
      matchingRuleItems: [
        { fieldName: 'Email', matchingMethod: 'Exact', blankValueBehavior: 'NullNotAllowed' },
        { fieldName: 'Company', matchingMethod: 'CompanyName', blankValueBehavior: 'NullNotAllowed' },
      ],
    },
  });
  const rule = {
    isActive: 'true',
    masterLabel: 'Duplicates',
    alertText: 'Is it one of these?',
    actionOnUpdate: 'Allow',
    duplicateRuleMatchRules: { matchRuleSObjectType: 'Lead', matchingRule: 'Same_person' },
  };
  put('DuplicateRule', 'Lead.Duplicates', {
    ...rule,
    actionOnInsert: 'Allow',
    operationsOnInsert: ['Alert', 'Report'],
  });
  const first = { ...lead, Company: 'Acme, Inc.', Email: 'ana@example.com' };
  const id = await make('Lead', first);
  const again = { ...lead, Company: 'ACME', Email: 'ANA@example.com' };
  const reply = await ask(org, 'POST', 'sobjects/Lead', again);
  const [error] = reply.json as { errorCode: string; message: string; duplicateResult: Plain }[];
  assert.deepEqual(
    [reply.status, error?.errorCode, error?.message],
    [400, 'DUPLICATES_DETECTED', 'Is it one of these?'],
  );
  const { allowSave, duplicateRule, matchResults } = (error?.duplicateResult ?? {}) as {
    allowSave: boolean;
    duplicateRule: string;
    matchResults: { rule: string; size: number; matchRecords: { record: { Id: string } }[] }[];
  };
  assert.deepEqual(
    [
      allowSave,
      duplicateRule,
      matchResults[0]?.rule,
      matchResults[0]?.size,
      matchResults[0]?.matchRecords[0]?.record.Id,
    ],
    [true, 'Duplicates', 'Same_person', 1, id],
  );
  const insist = async (): Promise<number> => {
    const response = await fetch(`${org.url}/services/data/v64.0/sobjects/Lead`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${org.accessToken}`,
        'content-type': 'application/json',
        'sforce-duplicate-rule-header': 'allowSave=true',
      },
      body: JSON.stringify(again),
    });
    return response.status;
  };
  assert.equal(await insist(), 201);
  put('DuplicateRule', 'Lead.Duplicates', { ...rule, actionOnInsert: 'Block' });
  assert.equal(await insist(), 400);
  put('DuplicateRule', 'Lead.Duplicates', { ...rule, isActive: 'false' });
  org.org.access.switches.set({ duplicateRules: [{ object: 'Lead', fields: ['Email'] }] });
  assert.equal(await insist(), 400);
});

const base = { label: 'x', pluralLabel: 'xs', deploymentStatus: 'Deployed', sharingModel: 'ReadWrite' };

test('[A17] auto-numbers, masters, roll-ups: parents follow their children', async () => {
  const name = { type: 'AutoNumber', label: 'Number', displayFormat: 'O-{YYYY}-{000}', startingNumber: '7' };
  put('CustomObject', 'Order__c', { ...base, nameField: { type: 'Text', label: 'Name' } });
  put('CustomObject', 'Line__c', {
    ...base,
    nameField: name,
    fields: [
      {
        fullName: 'Order__c',
        label: 'Order',
        type: 'MasterDetail',
        referenceTo: 'Order__c',
        relationshipName: 'Lines',
      },
      { fullName: 'Amount__c', label: 'Amount', type: 'Currency', precision: '18', scale: '2' },
    ],
  });
  const summary = {
    label: 'Sum',
    type: 'Summary',
    summaryForeignKey: 'Line__c.Order__c',
    summarizedField: 'Line__c.Amount__c',
  };
  put('CustomField', 'Order__c.Total__c', { ...summary, summaryOperation: 'sum' });
  put('CustomField', 'Order__c.Lines__c', { ...summary, summaryOperation: 'count' });
  put('CustomField', 'Order__c.Large__c', {
    ...summary,
    summaryOperation: 'max',
    summaryFilterItems: { field: 'Line__c.Amount__c', operation: 'greaterThan', value: '5' },
  });
  put('PermissionSet', 'Orders', {
    label: 'Orders',
    objectPermissions: ['Order__c', 'Line__c'].map((object) => ({
      object,
      allowCreate: 'true',
      allowRead: 'true',
      allowEdit: 'true',
      allowDelete: 'true',
    })),
    fieldPermissions: [{ field: 'Line__c.Amount__c', readable: 'true', editable: 'true' }],
  });
  const [set] = org.org.store.database.prepare(`select "Id" from "PermissionSet" where "Name" = 'Orders'`).all();
  await make('PermissionSetAssignment', { PermissionSetId: set?.['Id'], AssigneeId: org.org.access.admin.id });
  const order = await make('Order__c', { Name: 'First' });
  now += 10_000;
  const line = await make('Line__c', { Order__c: order, Amount__c: 10 });
  const small = await make('Line__c', { Order__c: order, Amount__c: 2.5 });
  const totals = (): readonly unknown[] =>
    ['Total__c', 'Lines__c', 'Large__c'].map((field) => stored('Order__c', order)[field]);
  assert.equal(stored('Line__c', line)['Name'], 'O-2026-007');
  assert.equal(stored('Line__c', small)['Name'], 'O-2026-008');
  assert.deepEqual(totals(), ['12.5', '2.0', '10.0']);
  assert.equal(stored('Order__c', order)['LastModifiedDate'], new Date(now).toISOString());
  await admin.sobject('Line__c').destroy(line);
  assert.deepEqual(totals(), ['2.5', '1.0', null]);
  await assert.rejects(make('Line__c', { Amount__c: 1 }), { name: 'REQUIRED_FIELD_MISSING' });
  await admin.sobject('Order__c').destroy(order);
  assert.equal(stored('Line__c', small)['IsDeleted'], 'true');
});

test('[A11] a task moves its people’s last activity, and with it SystemModstamp alone', async () => {
  const id = await make('Lead', lead);
  const before_ = stored('Lead', id);
  now += 60_000;
  await make('Task', { Subject: 'Call', WhoId: id, ActivityDate: '2026-12-01' });
  const after_ = stored('Lead', id);
  assert.equal(after_['LastActivityDate'], '2026-12-01');
  assert.equal(after_['LastModifiedDate'], before_['LastModifiedDate']);
  assert.equal(after_['SystemModstamp'], new Date(now).toISOString());
  const account = await make('Account', { Name: 'x' });
  await assert.rejects(make('Task', { Subject: 'Both', WhoId: id, WhatId: account }), {
    name: 'FIELD_INTEGRITY_EXCEPTION',
  });
  const closed = await make('Task', { Subject: 'Done', WhatId: account, Status: 'Completed', Priority: 'High' });
  assert.deepEqual(
    ['IsClosed', 'IsHighPriority', 'AccountId'].map((field) => stored('Task', closed)[field]),
    ['true', 'true', account],
  );
});
