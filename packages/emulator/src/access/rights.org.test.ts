import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Connection } from '@jsforce/jsforce-node';
import type { RunningOrg } from '../org.ts';
import { emptyOrg } from '../rest/asking.ts';
import { text } from '../schema/standard/build.ts';

let org: RunningOrg;
let admin: Connection;
let sync: Connection;
before(async () => {
  org = await emptyOrg();
  admin = new Connection({ instanceUrl: org.url, accessToken: org.adminAccessToken, version: '64.0' });
  sync = new Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '64.0' });
});
after(async () => {
  await org.close();
});

interface Saved {
  readonly id?: string;
  readonly success: boolean;
}

async function create(object: string, record: Record<string, unknown>): Promise<string> {
  const saved = (await admin.sobject(object).create(record)) as Saved;
  assert.ok(saved.success && saved.id !== undefined);
  return saved.id;
}

async function change(object: string, record: { Id: string } & Record<string, unknown>): Promise<void> {
  assert.ok(((await admin.sobject(object).update(record)) as Saved).success);
}

/** The permission set that the sync user's profile owns. */
async function profileSet(): Promise<string> {
  const found = await admin.query<{ Id: string }>(
    `SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true AND Profile.Name = 'Sync user'`,
  );
  return found.records[0]?.Id ?? '';
}

async function fieldsOf(user: Connection, object: string): Promise<readonly string[]> {
  return (await user.describe(object)).fields.map(({ name }) => name);
}

/** A field as the API makes it: with nobody's permission. */
function addField(name: string): void {
  const { store, schema, access } = org.org;
  const lead = schema.object('Lead');
  assert.ok(lead);
  store.define({ ...lead.describe, fields: [...lead.fields, text(name, name, 40)] });
  access.rightsChanged();
}

test('[A4] a new field is seen by nobody, until a permission set that somebody has grants it', async () => {
  addField('Fresh__c');
  assert.ok(!(await fieldsOf(admin, 'Lead')).includes('Fresh__c'));
  await assert.rejects(async () => await admin.query('SELECT Fresh__c FROM Lead'), { name: 'INVALID_FIELD' });
  const setId = await create('PermissionSet', { Name: 'Fresh', Label: 'Fresh' });
  const grant = { ParentId: setId, SobjectType: 'Lead', Field: 'Lead.Fresh__c', PermissionsRead: true };
  const grantId = await create('FieldPermissions', grant);
  assert.ok(!(await fieldsOf(sync, 'Lead')).includes('Fresh__c'));
  const assignmentId = await create('PermissionSetAssignment', {
    PermissionSetId: setId,
    AssigneeId: org.org.access.syncUser.id,
  });
  const field = (await sync.describe('Lead')).fields.find(({ name }) => name === 'Fresh__c');
  assert.deepEqual([field?.createable, field?.updateable], [false, false]);
  await assert.rejects(sync.sobject('Lead').create({ LastName: 'x', Company: 'y', Fresh__c: 'z' }), {
    name: 'INVALID_FIELD_FOR_INSERT_UPDATE',
  });
  await change('FieldPermissions', { Id: grantId, PermissionsEdit: true });
  const made = (await sync.sobject('Lead').create({ LastName: 'x', Company: 'y', Fresh__c: 'z' })) as Saved;
  assert.ok(made.success);
  await admin.sobject('PermissionSetAssignment').destroy(assignmentId);
  assert.ok(!(await fieldsOf(sync, 'Lead')).includes('Fresh__c'));
});

test('[A4] a profile that loses a field hides it from describe, queries and records', async () => {
  const set = await profileSet();
  const found = await admin.query<{ Id: string }>(
    `SELECT Id FROM FieldPermissions WHERE ParentId = '${set}' AND Field = 'Lead.Phone'`,
  );
  assert.equal(found.totalSize, 1);
  await admin.sobject('FieldPermissions').destroy(found.records[0]?.Id ?? '');
  assert.ok(!(await fieldsOf(sync, 'Lead')).includes('Phone'));
  assert.ok((await fieldsOf(admin, 'Lead')).includes('Phone'));
  await assert.rejects(async () => await sync.query('SELECT Phone FROM Lead'), { name: 'INVALID_FIELD' });
});

test('[A4] object rights decide who reads, makes, changes and deletes records', async () => {
  const set = await profileSet();
  const { records } = await admin.query<{ Id: string }>(
    `SELECT Id FROM ObjectPermissions WHERE ParentId = '${set}' AND SobjectType = 'Campaign'`,
  );
  const grant = records[0]?.Id ?? '';
  const campaignId = await create('Campaign', { Name: 'Spring' });
  const rights = { PermissionsCreate: false, PermissionsEdit: false, PermissionsDelete: false };
  await change('ObjectPermissions', { Id: grant, ...rights });
  const described = await sync.describe('Campaign');
  assert.deepEqual([described.createable, described.updateable, described.deletable], [false, false, false]);
  await assert.rejects(sync.sobject('Campaign').create({ Name: 'x' }), {
    name: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  });
  await assert.rejects(sync.sobject('Campaign').update({ Id: campaignId, Name: 'x' }), {
    name: 'INSUFFICIENT_ACCESS_OR_READONLY',
  });
  await assert.rejects(sync.sobject('Campaign').destroy(campaignId), { name: 'INSUFFICIENT_ACCESS_OR_READONLY' });
  await change('ObjectPermissions', { Id: grant, PermissionsRead: false });
  await assert.rejects(async () => await sync.query('SELECT Id FROM Campaign'), { name: 'INVALID_TYPE' });
  await assert.rejects(sync.describe('Campaign'), { name: 'NOT_FOUND' });
  const global = await sync.describeGlobal();
  assert.ok(!global.sobjects.some(({ name }) => name === 'Campaign'));
});

test('[A4] only who manages users writes the setup', async () => {
  await assert.rejects(sync.sobject('PermissionSet').create({ Name: 'Mine', Label: 'Mine' }), {
    name: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  });
});

test('[A4] a grant that repeats another, names no field, or writes without reading is refused', async () => {
  const setId = await create('PermissionSet', { Name: 'Twice', Label: 'Twice' });
  const grant = { ParentId: setId, SobjectType: 'Lead', Field: 'Lead.City', PermissionsRead: true };
  await create('FieldPermissions', grant);
  await assert.rejects(admin.sobject('FieldPermissions').create(grant), { name: 'DUPLICATE_VALUE' });
  await assert.rejects(admin.sobject('FieldPermissions').create({ ...grant, Field: 'Lead.Nothing__c' }), {
    name: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  });
  await assert.rejects(admin.sobject('FieldPermissions').create({ ...grant, Field: 'Lead.LastName' }), {
    name: 'FIELD_INTEGRITY_EXCEPTION',
  });
  const editOnly = { ...grant, Field: 'Lead.State', PermissionsRead: false, PermissionsEdit: true };
  await assert.rejects(admin.sobject('FieldPermissions').create(editOnly), { name: 'FIELD_INTEGRITY_EXCEPTION' });
  const assignment = { PermissionSetId: setId, AssigneeId: org.org.access.syncUser.id };
  await create('PermissionSetAssignment', assignment);
  await assert.rejects(admin.sobject('PermissionSetAssignment').create(assignment), { name: 'DUPLICATE_VALUE' });
});

test('[A4] where sharing is by owner, the rows of others are not there', async () => {
  const mine = (await sync.sobject('Lead').create({ LastName: 'Mine', Company: 'y' })) as Saved;
  const theirs = await create('Lead', { LastName: 'Theirs', Company: 'y' });
  org.org.access.switches.set({ sharingByOwner: true });
  try {
    const found = await sync.query<{ Id: string }>(`SELECT Id FROM Lead WHERE LastName IN ('Mine', 'Theirs')`);
    assert.deepEqual(
      found.records.map(({ Id }) => Id),
      [mine.id],
    );
    await assert.rejects(sync.sobject('Lead').retrieve(theirs), { name: 'NOT_FOUND' });
    const [refused] = (await sync.sobject('Lead').update([{ Id: theirs, City: 'x' }], { allOrNone: false })) as {
      errors?: { statusCode?: string }[];
    }[];
    assert.equal(refused?.errors?.[0]?.statusCode, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY');
    assert.equal((await admin.query(`SELECT Id FROM Lead WHERE LastName = 'Mine'`)).totalSize, 1);
  } finally {
    org.org.access.switches.set({ sharingByOwner: false });
  }
});
