/** The refusals of row DML in Salesforce's own words (A7). */
import type { RowError } from '../salesforce-error.ts';

function refusal(statusCode: string, message: string, fields: readonly string[] = []): RowError {
  return { statusCode, message, fields };
}

export const refusals = {
  noSuchObject: (object: string) => refusal('INVALID_TYPE', `sObject type '${object}' is not supported.`),
  noSuchField: (object: string, field: string) =>
    refusal('INVALID_FIELD', `No such column '${field}' on sobject of type ${object}`),
  notWriteable: (fields: readonly string[]) =>
    refusal(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Unable to create/update fields: ${fields.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
      fields,
    ),
  badNames: (object: string, fields: readonly string[]) =>
    refusal(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `${object}: bad field names on insert/update call: ${fields.join(', ')}`,
      fields,
    ),
  required: (fields: readonly string[]) =>
    refusal('REQUIRED_FIELD_MISSING', `Required fields are missing: [${fields.join(', ')}]`, fields),
  malformedId: (label: string, id: string) => refusal('MALFORMED_ID', `${label}: id value of incorrect type: ${id}`),
  crossReference: (fields: readonly string[] = []) =>
    refusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', fields),
  wrongReference: (label: string, id: string, field: string) =>
    refusal('FIELD_INTEGRITY_EXCEPTION', `${label}: id value of incorrect type: ${id}`, [field]),
  noForeignKey: (object: string, field: string, value: string) =>
    refusal('INVALID_FIELD', `Foreign key external ID: ${value} not found for field ${field} in entity ${object}`),
  isDeleted: () => refusal('ENTITY_IS_DELETED', 'entity is deleted'),
  duplicateValue: (field: string, id: string) =>
    refusal('DUPLICATE_VALUE', `duplicate value found: ${field} duplicates value on record with id: ${id}`),
  duplicateKey: (value: string) => refusal('DUPLICATE_VALUE', `Duplicate external id specified: ${value}`),
  severalWithKey: (field: string, ids: readonly string[]) =>
    refusal('DUPLICATE_EXTERNAL_ID', `${field}: more than one record found for external id field: [${ids.join(', ')}]`),
  noKey: (field: string) => refusal('MISSING_ARGUMENT', `${field} not specified`, [field]),
  notAKey: (object: string, field: string) =>
    refusal(
      'INVALID_FIELD',
      `Field name provided, ${field} does not match an External ID, Salesforce Id, or indexed field for ${object}`,
    ),
  convertedLead: () => refusal('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead'),
  lockedRow: (id: string | undefined) =>
    refusal(
      'UNABLE_TO_LOCK_ROW',
      `unable to obtain exclusive access to this record${id === undefined ? '' : ` or 1 records: ${id}`}`,
    ),
  inactiveOwner: (id: string, object: string) =>
    refusal(
      'INACTIVE_OWNER_OR_USER',
      `operation performed with inactive user [${id}] as owner of ${object.toLowerCase()}`,
      ['OwnerId'],
    ),
  notCreateable: (object: string) =>
    refusal('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be inserted: ${object}`),
  badPicklist: (label: string, value: string, field: string) =>
    refusal('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `${label}: bad value for restricted picklist field: ${value}`, [
      field,
    ]),
  integrity: (message: string, field: string) => refusal('FIELD_INTEGRITY_EXCEPTION', message, [field]),
  notInBin: (statusCode: 'UNDELETE_FAILED' | 'DELETE_FAILED') =>
    refusal(statusCode, 'Entity is not in the recycle bin'),
  notUndeletable: () => refusal('UNDELETE_FAILED', 'Entity cannot be undeleted'),
  mergeFailed: (message: string) => refusal('MERGE_FAILED', message),
  convertFailed: (statusCode: string, message: string, fields: readonly string[] = []) =>
    refusal(statusCode, message, fields),
  insufficientAccess: () => refusal('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id'),
  notShared: (id: string) =>
    refusal(
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      `insufficient access rights on cross-reference id: ${id.slice(0, 15)}`,
    ),
  storageLimit: () => refusal('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded'),
  heldBy: (label: string, { child, name }: { readonly child: string; readonly name: string }) =>
    refusal(
      'DELETE_FAILED',
      `Your attempt to delete this ${label.toLowerCase()} could not be completed because it is associated with the following ${child.toLowerCase()}.: ${name}`,
    ),
  publishLimit: () => refusal('LIMIT_EXCEEDED', 'You have exceeded the event publishing limit for your org.'),
  notDeletable: (object: string) => refusal('INSUFFICIENT_ACCESS_OR_READONLY', `${object} cannot be deleted`),
  rolledBack: () =>
    refusal(
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'Record rolled back because not all records were valid and the request was using AllOrNone header',
    ),
} as const;
