import type { Sight } from '../access/access.ts';
import type { RowError } from '../salesforce-error.ts';
import type { FieldDescribe, Schema, SchemaObject } from '../schema/schema.ts';
import type { Store, Stored, StoredRow } from '../store/store.ts';
import { collation, identifier } from '../store/tables.ts';
import type { InputValue, RecordInput } from './dml.ts';
import { refusals } from './refusals.ts';
import { storedText } from './values.ts';

export interface InputContext {
  readonly store: Store;
  readonly schema: Schema;
  readonly sight: Sight;
}

/** What a record's input comes to: the columns it sets, or all that is wrong with it. */
export type Changes =
  | { readonly ok: true; readonly values: StoredRow }
  | { readonly ok: false; readonly errors: readonly RowError[] };

/**
 * Reads a record's input for an object: unknown, hidden and read-only fields, types, lengths, references. The first kind
 * of fault found is the answer, as in Salesforce: unknown fields, then fields that may not be written, then values.
 */
export function readInput(
  context: InputContext,
  object: SchemaObject,
  record: RecordInput,
  kind: 'create' | 'update',
): Changes {
  const given = Object.entries(record).map(([name, value]) => ({
    name,
    value,
    field: fieldOf(context, object, name, value),
  }));
  const unknown = given.find(({ field }) => field === undefined);
  if (unknown !== undefined) return { ok: false, errors: [refusals.noSuchField(object.name, unknown.name)] };
  const known = given as { name: string; value: InputValue; field: FieldDescribe }[];
  const closed = known.filter(({ field }) => !isWriteable(context, object, field, kind)).map(({ field }) => field.name);
  if (closed.length > 0) return { ok: false, errors: [refusals.notWriteable(closed)] };
  const values: Record<string, Stored> = {};
  const errors: RowError[] = [];
  for (const { value, field } of known) {
    const read = readValue(context, object, field, value);
    if ('error' in read) errors.push(read.error);
    else values[field.name] = read.value;
  }
  return errors.length === 0 ? { ok: true, values } : { ok: false, errors };
}

function fieldOf(
  context: InputContext,
  object: SchemaObject,
  name: string,
  value: InputValue,
): FieldDescribe | undefined {
  const field = value !== null && typeof value === 'object' ? object.relationship(name) : object.field(name);
  return field !== undefined && context.sight.canRead(object.name, field.name) ? field : undefined;
}

function isWriteable(
  context: InputContext,
  object: SchemaObject,
  field: FieldDescribe,
  kind: 'create' | 'update',
): boolean {
  return (kind === 'create' ? field.createable : field.updateable) && context.sight.canEdit(object.name, field.name);
}

type Read = { readonly value: Stored } | { readonly error: RowError };

function readValue(context: InputContext, object: SchemaObject, field: FieldDescribe, value: InputValue): Read {
  if (value !== null && typeof value === 'object') return byExternalId(context, object, field, value);
  const reading = storedText(field, value);
  if (!reading.ok) return { error: reading.error };
  if (field.type !== 'reference' || reading.value === null) return { value: reading.value };
  const error = referenceFault(context, object, field, reading.value);
  return error === undefined ? { value: reading.value } : { error };
}

function referenceFault(
  context: InputContext,
  object: SchemaObject,
  field: FieldDescribe,
  id: string,
): RowError | undefined {
  const target = field.referenceTo.length === 0 ? undefined : context.schema.byPrefix(id.slice(0, 3));
  if (target === undefined) return refusals.crossReference([field.name]);
  if (!field.referenceTo.includes(target.name)) return refusals.wrongReference(field.label, id, field.name);
  const row = context.store.read(target.name, id);
  if (row === undefined) return refusals.crossReference([field.name]);
  if (row['IsDeleted'] === 'true') return refusals.isDeleted();
  if (field.name === 'OwnerId' && target.name === 'User' && row['IsActive'] === 'false') {
    return refusals.inactiveOwner(id, object.name);
  }
  return undefined;
}

function byExternalId(
  context: InputContext,
  object: SchemaObject,
  field: FieldDescribe,
  key: Readonly<Record<string, string | null>>,
): Read {
  const [name, value] = Object.entries(key)[0] ?? [];
  for (const target of field.referenceTo.map((to) => context.schema.object(to))) {
    const keyField = name === undefined ? undefined : target?.field(name);
    if (target === undefined || keyField === undefined || value === undefined || value === null) continue;
    const ids = idsWithKey(context.store, target, keyField, value);
    if (ids.length > 1) return { error: refusals.severalWithKey(keyField.name, ids) };
    if (ids[0] !== undefined) return { value: ids[0] };
  }
  return { error: refusals.noForeignKey(object.name, field.name, value ?? 'null') };
}

/** Ids of the live records that have this value in a key field; at most two are told. */
export function idsWithKey(store: Store, object: SchemaObject, field: FieldDescribe, value: string): readonly string[] {
  const column = identifier(field.name);
  return store
    .statement(
      `select "Id" from ${identifier(object.name)}
       where ${column}${collation(field)} = ? and "IsDeleted" = 'false' limit 2`,
    )
    .all(value)
    .map(({ Id }) => String(Id));
}
