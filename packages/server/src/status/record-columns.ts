/** Which columns of companies and opportunities say what they are; the map decides, and before Confirm Credentials there are none (SEC9: all quoted). */
import pg from 'pg';
import type { FieldMap, MappedField, SyncObject } from '../mapping/mapping.ts';

/** Column of ours of a Salesforce field, quoted; null: the map has none. */
export const columnSql = (map: FieldMap, object: SyncObject, name: string): string | null => {
  const column = map.objects[object].fields.find((field) => field.name === name)?.column;
  return column ? pg.escapeIdentifier(column) : null;
};

/** `alias."name"`, or a null of that type where there is no such column. */
export const orNull = (alias: string, column: string | null, type = 'text'): string =>
  column === null ? `null::${type}` : `${alias}.${column}`;

export type OwnField = MappedField & { readonly column: string };

/** Fields of an object that have a column of ours, in the map's order. */
export const ownFields = (map: FieldMap, object: SyncObject): readonly OwnField[] =>
  map.objects[object].fields.filter((field): field is OwnField => field.column !== null);
