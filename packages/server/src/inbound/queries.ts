/** What is asked of Salesforce. Pure. */
import { EXTERNAL_ID_FIELD, type FieldMap, type SyncObject } from '../mapping/mapping.ts';
import { isAtOrAfter, isOneOf, select } from '../salesforce/soql.ts';

/** IN2: at or after, in the order in which a cursor can follow. */
export const pollQuery = (object: SyncObject, fields: readonly string[], from: string): string =>
  select({ fields, from: object, where: isAtOrAfter('SystemModstamp', from), orderBy: ['SystemModstamp', 'Id'] });

export const rereadQuery = (object: SyncObject, fields: readonly string[], ids: readonly string[]): string =>
  select({ fields, from: object, where: isOneOf('Id', ids), orderBy: ['SystemModstamp', 'Id'] });

export const loadQuery = (object: SyncObject, fields: readonly string[]): string => select({ fields, from: object });

/** The map's fields of an object that the sync user can see. */
export const visibleFields = (map: FieldMap, object: SyncObject, hidden: ReadonlySet<string>): readonly string[] =>
  map.objects[object].fields.map((field) => field.name).filter((name) => !hidden.has(name));

/** Without these nothing can be applied. */
export const isIndispensable = (name: string): boolean =>
  name === 'Id' || name === 'SystemModstamp' || name === EXTERNAL_ID_FIELD;
