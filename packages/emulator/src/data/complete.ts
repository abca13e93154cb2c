/**
 * Makes records whole that do not come through `dml`: what Salesforce itself writes into a record (stamps, owner, check
 * boxes, names made of parts, what follows an opportunity's stage) where the record does not say it.
 */
import { derivedFields } from '../dml/automation.ts';
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import type { Stored, StoredRow } from '../store/store.ts';

export interface Beginning {
  /** Owner and author of records that name none; 18 characters. */
  readonly admin: string;
  /** Stamp of records that have none, as stored. */
  readonly stamp: string;
}

const own: Readonly<Record<string, (begin: Beginning) => Stored>> = {
  IsDeleted: () => 'false',
  OwnerId: ({ admin }) => admin,
  CreatedById: ({ admin }) => admin,
  LastModifiedById: ({ admin }) => admin,
  CreatedDate: ({ stamp }) => stamp,
  LastModifiedDate: ({ stamp }) => stamp,
  SystemModstamp: ({ stamp }) => stamp,
};

/** Columns of a whole row, in the order `completer` gives values. Every table has the first three. */
export function columnsOf(object: SchemaObject): readonly string[] {
  return [...new Set(['Id', 'IsDeleted', 'SystemModstamp', ...object.stored.map(({ name }) => name)])];
}

/** A function that makes a row of an object whole. `row` is by canonical field name and holds stored text. */
export function completer(object: SchemaObject, begin: Beginning): (row: StoredRow) => readonly Stored[] {
  const columns = columnsOf(object);
  const defaults = columns.map((name) => defaultOf(name, object.field(name), begin));
  return (row) => {
    const derived = derivedFields(object, row, row);
    return columns.map((name, at) => row[name] ?? derived[name] ?? defaults[at] ?? null);
  };
}

function defaultOf(name: string, field: FieldDescribe | undefined, begin: Beginning): Stored {
  const made = own[name];
  if (made !== undefined) return made(begin);
  return field?.type === 'boolean' ? String(field.defaultValue === true) : null;
}
