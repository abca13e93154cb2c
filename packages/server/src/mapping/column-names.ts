/** Names of our columns, from Salesforce's (design, "Names and defaults"). Pure. */

/** Columns that tables of schema `marketing` have from birth; no field takes their name. */
export const BASE_COLUMNS = [
  'id',
  'external_id',
  'salesforce_id',
  'salesforce_type',
  'is_deleted',
  'created_at',
  'more',
] as const;

/**
 * The first free name: the snake case (`AnnualRevenue` → `annual_revenue`, `LastCURequestDate` → `last_cu_request_date`,
 * `ns__Group_Size__c` → `group_size`), then with the namespace before it, then with `_2`, `_3`, … behind it.
 */
export const freeColumn = (name: string, taken: ReadonlySet<string>): string => {
  const { namespace, bare } = partsOf(name);
  const short = snake(bare);
  const long = namespace === '' ? short : `${snake(namespace)}_${short}`;
  if (!taken.has(short)) return short;
  if (!taken.has(long)) return long;
  for (let number = 2; ; number += 1) {
    const numbered = `${long}_${number}`;
    if (!taken.has(numbered)) return numbered;
  }
};

const CUSTOM = /^(?:(?<namespace>[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)__)?(?<bare>.+?)__(?:c|pc|C)$/;

const partsOf = (name: string): { readonly namespace: string; readonly bare: string } => {
  const groups = CUSTOM.exec(name)?.groups;
  return { namespace: groups?.['namespace'] ?? '', bare: groups?.['bare'] ?? name };
};

const snake = (name: string): string => {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '');
  return words === '' ? 'field' : words;
};
