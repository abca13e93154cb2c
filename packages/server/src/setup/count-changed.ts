import type { SyncObject } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { isAtOrAfter, soqlName } from '../salesforce/soql.ts';

/** How many records of an object changed in the org at or after `since`; one call. */
export const countChanged = async (salesforce: Salesforce, object: SyncObject, since: Date): Promise<number> => {
  const [row] = await salesforce.records<{ changed: number }>(
    `SELECT COUNT(Id) changed FROM ${soqlName(object)} WHERE ${isAtOrAfter('SystemModstamp', since)}`,
  );
  return row?.changed ?? 0;
};
