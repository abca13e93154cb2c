import type { Store } from '../store/store.ts';

/** Values that mean a lead was converted, in the words of standard and common orgs. */
const converted = /^(?:closed\s*-\s*)?(?:converted|qualified)$/i;

/** Gives `LeadStatus` a record for each value of `Lead.Status`, once in the life of an org's file. */
export function makeStatusRows(store: Store, adminId: string): void {
  const values = store.schema.object('Lead')?.field('Status')?.picklistValues ?? [];
  if (store.schema.object('LeadStatus') === undefined || store.count('LeadStatus') > 0 || values.length === 0) return;
  const last = values.findLast(({ active }) => active);
  const known = values.some(({ value }) => converted.test(value));
  const stamp = store.now();
  const columns = [
    'Id',
    'MasterLabel',
    'ApiName',
    'SortOrder',
    'IsDefault',
    'IsConverted',
    'CreatedDate',
    'LastModifiedDate',
    'SystemModstamp',
    'CreatedById',
    'LastModifiedById',
    'IsDeleted',
  ];
  const ids = store.nextIds('LeadStatus', values.length);
  store.insertMany(
    'LeadStatus',
    columns,
    values.map((value, at) => [
      ids[at] as string,
      value.label ?? value.value,
      value.value,
      String(at + 1),
      String(value.defaultValue),
      String(known ? converted.test(value.value) : value === last),
      stamp,
      stamp,
      stamp,
      adminId,
      adminId,
      'false',
    ]),
  );
}
