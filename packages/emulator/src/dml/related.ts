/** What a write does to records beside the one it names: cascading deletes, and the one primary contact role. */
import type { Schema, SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { identifier } from '../store/tables.ts';

/** What writing a related row takes: its stamps, and who is told of the change. */
export interface RelatedWriting {
  stamps(object: SchemaObject): StoredRow;
  tell(object: SchemaObject, before: StoredRow, after: StoredRow): void;
}

function change(store: Store, object: SchemaObject, id: string, values: StoredRow, writing: RelatedWriting): void {
  const before = store.read(object.name, id) ?? {};
  const moved = { ...values, ...writing.stamps(object) };
  store.update(object.name, id, moved);
  writing.tell(object, before, { ...before, ...moved });
}

/** Soft-deletes a record and all that goes with it, by the describe's cascading relationships (A12). */
export function deleteTree(
  parts: { readonly store: Store; readonly schema: Schema },
  object: SchemaObject,
  id: string,
  writing: RelatedWriting,
): void {
  change(parts.store, object, id, { IsDeleted: 'true' }, writing);
  for (const { child, field } of cascadesOf(parts.schema, object)) {
    const children = parts.store
      .statement(`select "Id" from ${identifier(child.name)} where ${identifier(field)} = ? and "IsDeleted" = 'false'`)
      .all(id);
    for (const { Id } of children) deleteTree(parts, child, String(Id), writing);
  }
}

/** Relationships that standard orgs cascade although some recorded describes do not say so. */
const always: Readonly<Record<string, readonly string[]>> = {
  Account: ['Contact.AccountId', 'Opportunity.AccountId'],
  Opportunity: ['OpportunityContactRole.OpportunityId'],
  Contact: ['OpportunityContactRole.ContactId', 'CampaignMember.ContactId'],
  Lead: ['CampaignMember.LeadId'],
  Campaign: ['CampaignMember.CampaignId'],
};

function cascadesOf(schema: Schema, object: SchemaObject): readonly { child: SchemaObject; field: string }[] {
  const described = object.describe.childRelationships
    .filter(({ cascadeDelete }) => cascadeDelete)
    .map(({ childSObject, field }) => `${childSObject}.${field}`);
  return [...new Set([...described, ...(always[object.name] ?? [])])].flatMap((name) => {
    const [childName = '', fieldName = ''] = name.split('.');
    const child = schema.object(childName);
    const field = child?.field(fieldName);
    return child === undefined || field === undefined ? [] : [{ child, field: field.name }];
  });
}

/** When a contact role becomes primary, the others of its opportunity no longer are (A13). */
export function keepOnePrimary(store: Store, object: SchemaObject, row: StoredRow, writing: RelatedWriting): void {
  if (object.name !== 'OpportunityContactRole' || row['IsPrimary'] !== 'true') return;
  const [opportunity, id] = [row['OpportunityId'] ?? null, row['Id'] ?? null];
  const others = store
    .statement(
      `select "Id" from "OpportunityContactRole"
       where "OpportunityId" = ? and "IsPrimary" = 'true' and "IsDeleted" = 'false' and "Id" <> ?`,
    )
    .all(opportunity, id);
  for (const { Id } of others) change(store, object, String(Id), { IsPrimary: 'false' }, writing);
}
