/** Records of the objects that tell what the values of standard picklists mean. */
import { stageMeaning } from '../dml/automation.ts';
import type { PicklistValue } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';

/** Values that mean a lead was converted, in the words of standard and common orgs. */
const converted = /^(?:closed\s*-\s*)?(?:converted|qualified)$/i;
const closed = /^(?:closed|completed|done)\b/i;

interface Meaning {
  readonly object: string;
  /** `Lead.Status`: where the values are. */
  readonly of: readonly [object: string, field: string];
  means(value: PicklistValue, all: readonly PicklistValue[]): StoredRow;
}

const meanings: readonly Meaning[] = [
  {
    object: 'LeadStatus',
    of: ['Lead', 'Status'],
    means: (value, all) => {
      const known = all.some((one) => converted.test(one.value));
      const last = all.findLast(({ active }) => active);
      return { IsConverted: String(known ? converted.test(value.value) : value === last) };
    },
  },
  {
    object: 'OpportunityStage',
    of: ['Opportunity', 'StageName'],
    means: ({ value, active }) => ({ IsActive: String(active), ...stageMeaning(value) }),
  },
  { object: 'CaseStatus', of: ['Case', 'Status'], means: ({ value }) => ({ IsClosed: String(closed.test(value)) }) },
  { object: 'TaskStatus', of: ['Task', 'Status'], means: ({ value }) => ({ IsClosed: String(closed.test(value)) }) },
  {
    object: 'TaskPriority',
    of: ['Task', 'Priority'],
    means: ({ value }) => ({ IsHighPriority: String(value === 'High') }),
  },
];

/** Gives each of these objects a record for each value, once in the life of an org's file. */
export function makeStatusRows(store: Store, adminId: string): void {
  store.transaction(() => {
    for (const meaning of meanings) makeRows(store, adminId, meaning);
  });
}

function makeRows(store: Store, adminId: string, { object, of: [name, field], means }: Meaning): void {
  const described = store.schema.object(object);
  const values = store.schema.object(name)?.field(field)?.picklistValues ?? [];
  if (described === undefined || store.count(object) > 0) return;
  const stamp = store.now();
  values.forEach((value, at) => {
    const row: StoredRow = {
      Id: store.nextId(object),
      MasterLabel: value.label ?? value.value,
      ApiName: value.value,
      SortOrder: String(at + 1),
      IsDefault: String(value.defaultValue),
      ...means(value, values),
      CreatedDate: stamp,
      LastModifiedDate: stamp,
      CreatedById: adminId,
      LastModifiedById: adminId,
    };
    const known = Object.entries(row).filter(([column]) => described.field(column) !== undefined);
    store.insert(object, { ...Object.fromEntries(known), SystemModstamp: stamp, IsDeleted: 'false' });
  });
}
