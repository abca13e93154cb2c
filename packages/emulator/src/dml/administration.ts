/** What the records that grant rights must be: real fields of real objects, each granted once. */
import type { RowError } from '../salesforce-error.ts';
import type { Schema, SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import { refusals } from './refusals.ts';

/** Fields that together name one record of an object, beside its unique fields. */
const onceBy: Readonly<Record<string, readonly string[]>> = {
  FieldPermissions: ['ParentId', 'Field'],
  ObjectPermissions: ['ParentId', 'SobjectType'],
  PermissionSetAssignment: ['PermissionSetId', 'AssigneeId'],
  CampaignMember: ['CampaignId', 'LeadId', 'ContactId'],
};

/** Why a record of the setup cannot be; `row` is all of it. Undefined for other objects and good records. */
export function setupFault(
  parts: { readonly store: Store; readonly schema: Schema },
  object: SchemaObject,
  row: StoredRow,
  id: string | undefined,
): RowError | undefined {
  if (object.name === 'FieldPermissions') {
    const fault = fieldGrantFault(parts.schema, row);
    if (fault !== undefined) return fault;
  }
  if (object.name === 'ObjectPermissions') {
    const fault = objectGrantFault(parts.schema, row);
    if (fault !== undefined) return fault;
  }
  return repeated(parts.store, object, row, id);
}

function repeated(store: Store, object: SchemaObject, row: StoredRow, id: string | undefined): RowError | undefined {
  const fields = onceBy[object.name]?.filter((name) => row[name] !== null && row[name] !== undefined);
  if (fields === undefined || fields.length < 2) return undefined;
  const other = store
    .statement(
      `select "Id" from ${identifier(object.name)} where ${fields.map((name) => `${identifier(name)} = ?`).join(' and ')}
       and "IsDeleted" = 'false' and "Id" <> ? limit 1`,
    )
    .get(...fields.map((name) => row[name] as string), id ?? '');
  return other === undefined ? undefined : refusals.duplicateValue(fields.join(', '), String(other['Id']));
}

function fieldGrantFault(schema: Schema, row: StoredRow): RowError | undefined {
  const [objectName = '', fieldName = ''] = (row['Field'] ?? '').split('.');
  const field = schema.object(objectName)?.field(fieldName);
  if (field === undefined || schema.object(objectName)?.name !== schema.object(row['SobjectType'] ?? '')?.name) {
    return refusals.badPicklist('Field Name', row['Field'] ?? '', 'Field');
  }
  if (!field.permissionable)
    return refusals.integrity(`You cannot grant field permissions on ${row['Field']}`, 'Field');
  if (row['PermissionsEdit'] === 'true' && row['PermissionsRead'] !== 'true') {
    return refusals.integrity('Field permissions that allow editing must allow reading', 'PermissionsRead');
  }
  return undefined;
}

/** Rights rest on each other: whoever edits reads, whoever deletes edits (A4). */
const restsOn: Readonly<Record<string, readonly string[]>> = {
  PermissionsCreate: ['PermissionsRead'],
  PermissionsEdit: ['PermissionsRead'],
  PermissionsDelete: ['PermissionsRead', 'PermissionsEdit'],
  PermissionsViewAllRecords: ['PermissionsRead'],
  PermissionsModifyAllRecords: ['PermissionsRead', 'PermissionsEdit', 'PermissionsDelete', 'PermissionsViewAllRecords'],
};

function objectGrantFault(schema: Schema, row: StoredRow): RowError | undefined {
  if (schema.object(row['SobjectType'] ?? '') === undefined) {
    return refusals.badPicklist('sObject Type Name', row['SobjectType'] ?? '', 'SobjectType');
  }
  for (const [right, needs] of Object.entries(restsOn)) {
    const missing = row[right] === 'true' ? needs.find((need) => row[need] !== 'true') : undefined;
    if (missing !== undefined)
      return refusals.integrity(`Permission ${right} depends on permission(s): ${missing}`, missing);
  }
  return undefined;
}
