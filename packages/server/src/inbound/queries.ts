/** What is asked of Salesforce. Pure. */
import { EXTERNAL_ID_FIELD, type FieldMap, type ObjectMap, type SyncObject } from '../mapping/mapping.ts';
import { allOf, compares, isAtOrAfter, isOneOf, type Soql, select, soqlBare, soqlText } from '../salesforce/soql.ts';
import { filterSoql, leftSoql, readSoql } from '../salesforce/soql-filter.ts';

/** IN2: at or after, in the order in which a cursor can follow. */
export const pollQuery = (map: ObjectMap, fields: readonly string[], from: string): string =>
  inOrder(map, fields, isAtOrAfter('SystemModstamp', from), readSoql(map));

/** Which records have a stamp in between, by id and stamp alone. */
export const thinQuery = (map: ObjectMap, from: string, before: string): string =>
  inOrder(
    map,
    ['Id', 'SystemModstamp'],
    allOf(isAtOrAfter('SystemModstamp', from), compares('SystemModstamp', '<', soqlBare(before))),
    readSoql(map),
  );

/** What somebody else than `userId` changed last. */
export const othersQuery = (map: ObjectMap, fields: readonly string[], from: string, userId: string): string =>
  inOrder(
    map,
    fields,
    allOf(isAtOrAfter('SystemModstamp', from), compares('LastModifiedById', '!=', soqlText(userId))),
    readSoql(map),
  );

export const rereadQuery = (map: ObjectMap, fields: readonly string[], ids: readonly string[]): string =>
  inOrder(map, fields, isOneOf('Id', ids), readSoql(map));

/** IN14: the same of what is outside the filter, by id and stamp alone. Null: the object has none. */
export const pollOutsideQuery = (map: ObjectMap, from: string): string | null =>
  outside(map, isAtOrAfter('SystemModstamp', from));

export const rereadOutsideQuery = (map: ObjectMap, ids: readonly string[]): string | null =>
  outside(map, isOneOf('Id', ids));

const outside = (map: ObjectMap, which: Soql): string | null => {
  const left = leftSoql(map);
  return left === undefined ? null : inOrder(map, ['Id', 'SystemModstamp'], which, left);
};

const inOrder = (map: ObjectMap, fields: readonly string[], which: Soql, also: Soql | undefined): string =>
  select({
    fields,
    from: map.object,
    where: also === undefined ? which : allOf(which, also),
    orderBy: ['SystemModstamp', 'Id'],
  });

export const loadQuery = (map: ObjectMap, fields: readonly string[]): string => {
  const where = filterSoql(map);
  return select({ fields, from: map.object, ...(where === undefined ? {} : { where }) });
};

/** The map's fields of an object that the sync user can see. */
export const visibleFields = (map: FieldMap, object: SyncObject, hidden: ReadonlySet<string>): readonly string[] =>
  map.objects[object].fields.map((field) => field.name).filter((name) => !hidden.has(name));

/** Without these nothing can be applied. */
export const isIndispensable = (name: string): boolean =>
  name === 'Id' || name === 'SystemModstamp' || name === EXTERNAL_ID_FIELD;
