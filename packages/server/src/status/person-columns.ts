/**
 * Which columns of ours say who a person is. The map decides: an org may name its fields as it likes, and before Confirm Credentials
 * there are none. Each is SQL over alias `p`, quoted (SEC9), or null.
 */
import pg from 'pg';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';

export interface PersonColumns {
  readonly hasMirrors: boolean;
  readonly email: string | null;
  readonly name: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly company: string | null;
  readonly ownerId: string | null;
  readonly accountId: string | null;
  /** Of `marketing.owner` (alias `o`) and `marketing.company` (alias `c`). */
  readonly ownerName: string | null;
  readonly companyName: string | null;
  /** Columns in which an opt-out wins. */
  readonly optOuts: readonly string[];
}

const quoted = pg.escapeIdentifier;

const columnOf = (map: FieldMap, objects: readonly SyncObject[], name: string): string | null => {
  for (const object of objects) {
    const column = map.objects[object].fields.find((field) => field.name === name)?.column;
    if (column) return quoted(column);
  }
  return null;
};

const optOutsOf = (map: FieldMap): readonly string[] => {
  const columns = (['Lead', 'Contact'] as const)
    .flatMap((object) => map.objects[object].fields)
    .flatMap(({ column, isOptOut }) => (column && isOptOut ? [quoted(column)] : []));
  return [...new Set(columns)];
};

export const personColumnsOf = (map: FieldMap): PersonColumns => {
  const ofPerson = (name: string): string | null => columnOf(map, ['Lead', 'Contact'], name);
  return {
    hasMirrors: map.version > 0,
    email: ofPerson('Email'),
    name: ofPerson('Name'),
    firstName: ofPerson('FirstName'),
    lastName: ofPerson('LastName'),
    company: columnOf(map, ['Lead'], 'Company'),
    ownerId: ofPerson('OwnerId'),
    accountId: columnOf(map, ['Contact'], 'AccountId'),
    ownerName: columnOf(map, ['User'], 'Name'),
    companyName: columnOf(map, ['Account'], 'Name'),
    optOuts: optOutsOf(map),
  };
};

/** A person made here has no `Name`, which Salesforce composes; its parts serve. */
export const nameSql = (columns: PersonColumns): string => {
  const parts = [columns.firstName, columns.lastName].flatMap((column) => (column ? [`p.${column}`] : []));
  const composed = parts.length > 0 ? `nullif(concat_ws(' ', ${parts.join(', ')}), '')` : 'null';
  return columns.name ? `coalesce(p.${columns.name}, ${composed})` : `${composed}::text`;
};
