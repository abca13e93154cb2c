/**
 * Converting a lead (A12): an account, a contact and, unless told not to, an opportunity are made of it or filled from it;
 * the lead stays, converted and read-only. Records are written in the order account, contact, opportunity, lead, and the
 * lead's change is told without `LastModifiedDate` (A14).
 */
import type { RowError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { Stored, StoredRow } from '../store/store.ts';
import type { ConvertResult, LeadConvert, RecordInput } from './dml.ts';
import { accountFields, contactFields, customPairs } from './lead-mapping.ts';
import { refusals } from './refusals.ts';
import type { Batch } from './write.ts';
import type { Writing } from './writing.ts';

/** What stops a conversion on its way: the whole of it is undone. */
class Stopped extends Error {
  readonly errors: readonly RowError[];

  constructor(errors: readonly RowError[]) {
    super('stopped');
    this.errors = errors;
  }
}

export function convertLead(batch: Batch, convert: LeadConvert): ConvertResult {
  const leadId = canonicalId(convert.leadId) ?? convert.leadId;
  try {
    return { success: true, leadId, ...converted(batch, convert) };
  } catch (error) {
    if (error instanceof Stopped) return { success: false, leadId, errors: error.errors };
    throw error;
  }
}

function stop(statusCode: string, message: string, fields: readonly string[] = []): never {
  throw new Stopped([refusals.convertFailed(statusCode, message, fields)]);
}

function converted(
  batch: Batch,
  convert: LeadConvert,
): { accountId: string; contactId: string; opportunityId: string | null } {
  const { writing } = batch;
  const lead = requireObject(writing, 'Lead');
  const row = liveRow(batch, lead, convert.leadId);
  const forbidden = batch.forbidden(lead, row, 'edit');
  if (forbidden !== undefined) throw new Stopped([forbidden]);
  if (row['IsConverted'] === 'true') throw new Stopped([refusals.convertedLead()]);
  if (!isConvertedStatus(writing, convert.convertedStatus)) {
    stop('INVALID_STATUS', `invalid convertedStatus: ${convert.convertedStatus}`);
  }
  if (convert.contactId !== undefined && convert.accountId === undefined) {
    stop('REQUIRED_FIELD_MISSING', 'An account ID is required to convert into an existing contact', ['accountId']);
  }
  const owner = ownerOf(convert, row);
  const accountId = account(batch, convert, row, owner);
  const contactId = contact(batch, convert, row, owner, accountId);
  const campaignId = lastCampaign(writing, leadIdOf(row));
  const opportunityId = opportunity(batch, convert, row, owner, { accountId, contactId, campaignId });
  const values = {
    IsConverted: 'true',
    Status: convert.convertedStatus,
    ConvertedDate: writing.today,
    ConvertedAccountId: accountId,
    ConvertedContactId: contactId,
    ConvertedOpportunityId: opportunityId,
    ...(lead.field('IsUnreadByOwner') === undefined ? {} : { IsUnreadByOwner: 'false' }),
  };
  writing.change(lead, row, onlyFieldsOf(lead, values), { untold: ['LastModifiedDate'] });
  moveCampaigns(writing, leadIdOf(row), contactId);
  moveActivities(writing, leadIdOf(row), contactId, opportunityId ?? accountId);
  return { accountId, contactId, opportunityId };
}

function leadIdOf(row: StoredRow): string {
  return row['Id'] ?? '';
}

function requireObject(writing: Writing, name: string): SchemaObject {
  const object = writing.object(name);
  if (object === undefined) stop('INVALID_TYPE', `sObject type '${name}' is not supported.`);
  return object;
}

function liveRow(batch: Batch, object: SchemaObject, id: string): StoredRow {
  const found = batch.find(object, id);
  if ('error' in found) throw new Stopped([found.error]);
  return found.row;
}

function isConvertedStatus(writing: Writing, status: string): boolean {
  if (writing.object('LeadStatus') === undefined) return status !== '';
  const sql = `select 1 from "LeadStatus" where "ApiName" = ? collate nocase and "IsConverted" = 'true'`;
  return writing.store.statement(sql).get(status) !== undefined;
}

function ownerOf(convert: LeadConvert, row: StoredRow): string {
  const owner = convert.ownerId === undefined ? row['OwnerId'] : canonicalId(convert.ownerId);
  if (owner === undefined || owner === null)
    return stop('MALFORMED_ID', `Owner ID: id value of incorrect type: ${convert.ownerId}`);
  if (!owner.startsWith('005'))
    stop('INVALID_OWNER', 'A lead that a queue owns is converted to a user: give ownerId', ['ownerId']);
  return owner;
}

function onlyFieldsOf(object: SchemaObject, row: StoredRow): StoredRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => object.field(name) !== undefined));
}

/** Values of the lead under the names of another object, those that it has and the lead has a value for. */
function mapped(object: SchemaObject, pairs: readonly (readonly [string, string])[], lead: StoredRow): StoredRow {
  const found = pairs.flatMap(([from, to]) => {
    const value = lead[from];
    return value === null || value === undefined || object.field(to) === undefined ? [] : [[to, value] as const];
  });
  return Object.fromEntries(found);
}

/** Values for fields that are empty; what an existing record has is not overwritten. */
function filling(existing: StoredRow, values: StoredRow): StoredRow {
  return Object.fromEntries(Object.entries(values).filter(([name]) => (existing[name] ?? null) === null));
}

function account(batch: Batch, convert: LeadConvert, lead: StoredRow, owner: string): string {
  const object = requireObject(batch.writing, 'Account');
  const values = mapped(object, [...accountFields, ...customPairs(batch.writing, 'Account')], lead);
  if (convert.accountId === undefined) {
    return create(batch, object, { ...values, OwnerId: owner }, convert.accountRecord);
  }
  const existing = liveRow(batch, object, convert.accountId);
  return fill(batch, object, existing, filling(existing, values), convert.accountRecord);
}

function contact(batch: Batch, convert: LeadConvert, lead: StoredRow, owner: string, accountId: string): string {
  const object = requireObject(batch.writing, 'Contact');
  const values = mapped(object, [...contactFields, ...customPairs(batch.writing, 'Contact')], lead);
  if (convert.contactId === undefined) {
    return create(batch, object, { ...values, AccountId: accountId, OwnerId: owner }, convert.contactRecord);
  }
  const existing = liveRow(batch, object, convert.contactId);
  if (existing['AccountId'] !== accountId) {
    stop('INVALID_CROSS_REFERENCE_KEY', 'The contact does not belong to the account', ['contactId']);
  }
  const source = convert.overwriteLeadSource === true && (lead['LeadSource'] ?? null) !== null;
  const filled = { ...filling(existing, values), ...(source ? { LeadSource: lead['LeadSource'] as Stored } : {}) };
  return fill(batch, object, existing, filled, convert.contactRecord);
}

function opportunity(
  batch: Batch,
  convert: LeadConvert,
  lead: StoredRow,
  owner: string,
  by: { readonly accountId: string; readonly contactId: string; readonly campaignId: Stored },
): string | null {
  const { writing } = batch;
  const object = writing.object('Opportunity');
  if (object === undefined) return null;
  if (convert.opportunityId !== undefined) {
    const existing = liveRow(batch, object, convert.opportunityId);
    addRole(batch, existing['Id'] ?? '', by.contactId);
    return existing['Id'] ?? null;
  }
  if (convert.doNotCreateOpportunity === true) return null;
  const custom = mapped(object, customPairs(writing, 'Opportunity'), lead);
  const values = {
    Name: convert.opportunityName ?? `${lead['Company'] ?? lead['LastName'] ?? ''}-`,
    StageName: firstStage(object),
    CloseDate: endOfQuarter(writing.today),
    LeadSource: lead['LeadSource'] ?? null,
    CampaignId: by.campaignId,
    AccountId: by.accountId,
    OwnerId: owner,
    ...custom,
  };
  const id = create(batch, object, onlyFieldsOf(object, values), convert.opportunityRecord);
  addRole(batch, id, by.contactId);
  return id;
}

function firstStage(object: SchemaObject): Stored {
  const stages = object.field('StageName')?.picklistValues.filter(({ active }) => active) ?? [];
  return (stages.find(({ defaultValue }) => defaultValue) ?? stages[0])?.value ?? 'Prospecting';
}

function endOfQuarter(today: string): string {
  const [year = 1970, month = 1] = today.split('-').map(Number);
  return new Date(Date.UTC(year, Math.ceil(month / 3) * 3, 0)).toISOString().slice(0, 10);
}

function addRole(batch: Batch, opportunityId: string, contactId: string): void {
  if (batch.writing.object('OpportunityContactRole') === undefined) return;
  const record = { OpportunityId: opportunityId, ContactId: contactId, IsPrimary: 'true' };
  const result = batch.one({ kind: 'create', object: 'OpportunityContactRole', record });
  if (!result.success) throw new Stopped(result.errors);
}

/** Makes a record as its user would, with the values they asked for over those of the lead. */
function create(batch: Batch, object: SchemaObject, values: StoredRow, more: RecordInput | undefined): string {
  const result = batch.one({
    kind: 'create',
    object: object.name,
    record: { ...writeable(batch, object, values), ...more },
  });
  if (!result.success) throw new Stopped(result.errors);
  return result.id;
}

function fill(
  batch: Batch,
  object: SchemaObject,
  row: StoredRow,
  values: StoredRow,
  more: RecordInput | undefined,
): string {
  const id = row['Id'] ?? '';
  const record = { ...writeable(batch, object, values), ...more };
  if (Object.keys(record).length === 0) return id;
  const result = batch.one({ kind: 'update', object: object.name, id, record });
  if (!result.success) throw new Stopped(result.errors);
  return id;
}

/** Conversion leaves out what its user may not write. */
function writeable(batch: Batch, object: SchemaObject, values: StoredRow): StoredRow {
  const { sight } = batch.writing;
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => value !== null && object.field(name)?.createable === true && sight.canEdit(object.name, name),
    ),
  );
}

function lastCampaign(writing: Writing, leadId: string): Stored {
  if (writing.object('CampaignMember') === undefined) return null;
  const sql = `select "CampaignId" from "CampaignMember" where "LeadId" = ? and "IsDeleted" = 'false' order by "CreatedDate" desc, "Id" desc limit 1`;
  return (writing.store.statement(sql).get(leadId)?.['CampaignId'] ?? null) as Stored;
}

/** Memberships stay the lead's and become the contact's too. */
function moveCampaigns(writing: Writing, leadId: string, contactId: string): void {
  const object = writing.object('CampaignMember');
  if (object === undefined) return;
  for (const row of rowsWith(writing, object, 'LeadId', leadId)) {
    const values = { ContactId: contactId, LeadOrContactId: contactId, Type: 'Contact' };
    writing.change(object, row, onlyFieldsOf(object, values));
  }
}

/** Open tasks and events go over to the contact. */
function moveActivities(writing: Writing, leadId: string, contactId: string, whatId: string): void {
  for (const name of ['Task', 'Event']) {
    const object = writing.object(name);
    if (object?.field('WhoId') === undefined) continue;
    for (const row of rowsWith(writing, object, 'WhoId', leadId)) {
      if (row['IsClosed'] === 'true') continue;
      const accountId = whatId.startsWith('001') ? whatId : (row['AccountId'] ?? null);
      writing.change(
        object,
        row,
        onlyFieldsOf(object, { WhoId: contactId, WhatId: row['WhatId'] ?? whatId, AccountId: accountId }),
      );
    }
  }
}

function rowsWith(writing: Writing, object: SchemaObject, field: string, id: string): readonly StoredRow[] {
  const sql = `select * from "${object.name}" where "${field}" = ? and "IsDeleted" = 'false'`;
  return writing.store.statement(sql).all(id) as unknown as readonly StoredRow[];
}
