import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';

/** A name quoted for SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Columns every table has, whatever its describe says. */
const always = ['Id', 'IsDeleted', 'SystemModstamp'];

/** References every row has; an index on them would cost each insert and answer nothing the sync asks. */
const unindexed = new Set(['OwnerId', 'CreatedById', 'LastModifiedById', 'MasterRecordId', 'RecordTypeId']);

export function tableColumns(object: SchemaObject): readonly string[] {
  const described = object.stored.map((field) => field.name);
  return [...always, ...described.filter((name) => !always.includes(name))];
}

/**
 * The indexes of an object's table. Those on a field are partial, so that a field nobody fills costs an insert nothing;
 * SQLite uses them for `=` since that implies not null.
 */
export function indexesOf(object: SchemaObject): readonly string[] {
  const table = identifier(object.name);
  const index = (name: string, what: string): string =>
    `create index if not exists ${identifier(`${object.name}.${name}`)} on ${table} ${what}`;
  return [
    index('SystemModstamp', '("SystemModstamp", "Id")'),
    ...object.stored
      .filter(isLookedUp)
      .map((field) =>
        index(field.name, `(${identifier(field.name)}${collation(field)}) where ${identifier(field.name)} is not null`),
      ),
  ];
}

function isLookedUp(field: FieldDescribe): boolean {
  if (field.type === 'reference') return !unindexed.has(field.name);
  return field.externalId || field.unique || field.type === 'email';
}

/** Text compares without case, unless the field says otherwise (A5); ids, numbers and times compare as they are. */
export function collation(field: FieldDescribe): string {
  const text = [
    'string',
    'textarea',
    'phone',
    'url',
    'email',
    'picklist',
    'multipicklist',
    'combobox',
    'encryptedstring',
  ];
  return text.includes(field.type) && !field.caseSensitive ? ' collate nocase' : '';
}
