/**
 * Deleting and what can be undone of it (A12). A delete is soft and takes along what the describe's cascading
 * relationships name; references of others to a deleted row are emptied. Both are remembered in tables of the org's own,
 * so that an undelete brings back exactly what one delete took.
 */

import { type RowError } from '../salesforce-error.ts';
import type { Schema, SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import { refusals } from './refusals.ts';
import type { Writing } from './writing.ts';

/** Makes the tables that remember deletes: which delete took a row (`root`), and references that were emptied. */
export function openRecycleBin(store: Store): void {
  store.database.exec(`
    create table if not exists "_deleted" (id text primary key, object text not null, root text not null, at text not null);
    create index if not exists "_deleted.root" on "_deleted" (root);
    create index if not exists "_deleted.object" on "_deleted" (object, at);
    create table if not exists "_emptied" (parent text not null, object text not null, field text not null, child text not null);
    create index if not exists "_emptied.parent" on "_emptied" (parent);
  `);
}

/** Soft-deletes a record and all that goes with it. `values` are set on the record itself. */
export function deleteTree(writing: Writing, object: SchemaObject, row: StoredRow, values: StoredRow = {}): void {
  deleteOne(writing, object, row, row['Id'] ?? '', values);
}

function deleteOne(writing: Writing, object: SchemaObject, row: StoredRow, root: string, values: StoredRow): void {
  const { store } = writing;
  const id = row['Id'] ?? '';
  writing.setDeleted(object, row, true, values);
  store
    .statement('insert or replace into "_deleted" (id, object, root, at) values (?, ?, ?, ?)')
    .run(id, object.name, root, writing.now);
  for (const { child, field, cascades } of referrersOf(writing.parts.schema, object)) {
    for (const found of childrenOf(store, child, field, id)) {
      const orphaned = cascades === 'always' || (cascades === 'orphans' && isOrphaned(found, field));
      if (orphaned) deleteOne(writing, child, found, root, {});
      else emptyReference(writing, child, found, field, id);
    }
  }
}

function childrenOf(store: Store, child: SchemaObject, field: string, id: string): readonly StoredRow[] {
  const sql = `select * from ${identifier(child.name)} where ${identifier(field)} = ? and "IsDeleted" = 'false'`;
  return store.statement(sql).all(id) as unknown as readonly StoredRow[];
}

/** An activity goes with its person or record unless it belongs to another as well. */
function isOrphaned(row: StoredRow, field: string): boolean {
  const other = row[field === 'WhoId' ? 'WhatId' : 'WhoId'];
  return other === null || other === undefined;
}

function emptyReference(writing: Writing, child: SchemaObject, row: StoredRow, field: string, parent: string): void {
  writing.change(child, row, { [field]: null }, { silent: true });
  writing.store
    .statement('insert into "_emptied" (parent, object, field, child) values (?, ?, ?, ?)')
    .run(parent, child.name, field, row['Id'] ?? '');
}

interface Referrer {
  readonly child: SchemaObject;
  readonly field: string;
  readonly cascades: 'always' | 'orphans' | 'never';
}

/** Relationships that standard orgs cascade although some recorded describes do not say so. */
const always: Readonly<Record<string, readonly string[]>> = {
  Account: ['Contact.AccountId', 'Opportunity.AccountId'],
  Opportunity: ['OpportunityContactRole.OpportunityId'],
  Contact: ['OpportunityContactRole.ContactId', 'CampaignMember.ContactId'],
  Lead: ['CampaignMember.LeadId'],
  Campaign: ['CampaignMember.CampaignId', 'CampaignMemberStatus.CampaignId'],
  PermissionSet: ['FieldPermissions.ParentId', 'ObjectPermissions.ParentId', 'PermissionSetAssignment.PermissionSetId'],
};

/** Activities hang on several objects at once. */
const activities = new Set(['Task.WhoId', 'Task.WhatId', 'Event.WhoId', 'Event.WhatId']);

/** References that say where a row came from and outlive what they name. */
const lasting = new Set(['MasterRecordId', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId']);

/** Every reference of any object to this one, and what a delete does to it; owners and stamps are left out. */
function referrersOf(schema: Schema, object: SchemaObject): readonly Referrer[] {
  const cascading = new Set([
    ...object.describe.childRelationships
      .filter(({ cascadeDelete }) => cascadeDelete)
      .map(({ childSObject, field }) => `${childSObject}.${field}`),
    ...(always[object.name] ?? []),
  ]);
  return schema.references(object.name).flatMap(({ object: child, field }) => {
    const name = `${child.name}.${field.name}`;
    if (lasting.has(field.name)) return [];
    const cascades = cascading.has(name) || field.cascadeDelete ? 'always' : activities.has(name) ? 'orphans' : 'never';
    return [{ child, field: field.name, cascades }];
  });
}

/** A record that refers to this one by a lookup which forbids the delete, as `restrictedDelete` says; undefined if none does. */
export function heldBy(
  { parts, store }: Writing,
  object: SchemaObject,
  id: string,
): { readonly child: string; readonly name: string } | undefined {
  for (const { object: child, field } of parts.schema.references(object.name)) {
    const [found] = field.restrictedDelete ? childrenOf(store, child, field.name, id) : [];
    if (found !== undefined) {
      return { child: child.describe.labelPlural, name: found['Name'] ?? found['Id'] ?? '' };
    }
  }
  return undefined;
}

/** Takes a record out of the bin, with all that its delete took along; why not, if it cannot be. */
export function undeleteTree(writing: Writing, object: SchemaObject, row: StoredRow): RowError | undefined {
  const { store } = writing;
  const id = row['Id'] ?? '';
  if (row['IsDeleted'] !== 'true') return refusals.notInBin('UNDELETE_FAILED');
  const isMerged = (row['MasterRecordId'] ?? null) !== null;
  if (!object.describe.undeletable || isMerged) return refusals.notUndeletable();
  const taken = store.statement('select id, object from "_deleted" where root = ? and id <> ?').all(id, id);
  for (const { id: takenId, object: name } of [...taken, { id, object: object.name }]) {
    const described = writing.object(String(name));
    const found = described === undefined ? undefined : store.read(described.name, String(takenId));
    if (described === undefined || found === undefined || found['IsDeleted'] !== 'true') continue;
    writing.setDeleted(described, found, false);
    restoreReferences(writing, String(takenId));
    store.statement('delete from "_deleted" where id = ?').run(String(takenId));
  }
  return undefined;
}

function restoreReferences(writing: Writing, parent: string): void {
  const { store } = writing;
  for (const { object, field, child } of store.statement('select * from "_emptied" where parent = ?').all(parent)) {
    const described = writing.object(String(object));
    const row = described === undefined ? undefined : store.read(described.name, String(child));
    if (described === undefined || row === undefined || row[String(field)] !== null) continue;
    writing.change(described, row, { [String(field)]: parent }, { silent: true });
  }
  store.statement('delete from "_emptied" where parent = ?').run(parent);
}

/** Removes a deleted record for good, with all that its delete took along; the log of deletes still has it. */
export function purgeTree(store: Store, object: SchemaObject, id: string): void {
  const taken = store.statement('select id, object from "_deleted" where root = ?').all(id);
  for (const { id: takenId, object: name } of [...taken, { id, object: object.name }]) {
    store
      .statement(`delete from ${identifier(String(name))} where "Id" = ? and "IsDeleted" = 'true'`)
      .run(String(takenId));
    store.statement('delete from "_emptied" where parent = ?').run(String(takenId));
  }
}
