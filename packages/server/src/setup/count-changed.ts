import type { ObjectMap } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { allOf, isAtOrAfter, soqlName } from '../salesforce/soql.ts';
import { filterSoql } from '../salesforce/soql-filter.ts';

/** How many records of an object, of those its filter lets in, changed in the org at or after `since`; one call. */
export const countChanged = async (salesforce: Salesforce, map: ObjectMap, since: Date): Promise<number> => {
  const inside = filterSoql(map);
  const changed = isAtOrAfter('SystemModstamp', since);
  const [row] = await salesforce.records<{ changed: number }>(
    `SELECT COUNT(Id) changed FROM ${soqlName(map.object)} WHERE ${inside === undefined ? changed : allOf(changed, inside)}`,
  );
  return row?.changed ?? 0;
};
