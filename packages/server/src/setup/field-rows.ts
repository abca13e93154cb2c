/** Step 1, as rows: each wanted field on both objects, from what the sync user sees and, where an admin is signed in, from what is there. Pure. */
import type { FieldPlace, SetupField } from '@syncline/contract/setup-org';
import type { ObjectDescribe } from '../salesforce/salesforce.ts';
import {
  fitsWanted,
  foundTypeText,
  typeText,
  WANTED_FIELDS,
  WANTED_OBJECTS,
  type WantedField,
  type WantedObject,
} from './wanted-fields.ts';

export interface FieldFacts {
  /** As the sync user sees the objects, or an admin where none is chosen yet; null: they cannot be read, or nobody is signed in. */
  readonly seen: Readonly<Record<WantedObject, ObjectDescribe | null>>;
  /** No sync user is chosen yet: what is there counts as found, since nobody can tell what that user will see. */
  readonly isSeenByAdmin: boolean;
  /** What only an admin tells; null: none is signed in. */
  readonly admin: {
    /** Custom fields that exist, whoever sees them, `Lead.Score__c`. */
    readonly exists: ReadonlySet<string>;
    /** Fields that profiles other than the sync user's may write. */
    readonly openToAll: ReadonlySet<string>;
    /** Lead field to contact field; null: it could not be read. */
    readonly onConvert: ReadonlyMap<string, string> | null;
  } | null;
}

export const fieldRows = (facts: FieldFacts): readonly SetupField[] =>
  WANTED_FIELDS.map((field) => rowOf(field, facts));

/** Places that are found, of how many. */
export const countFound = (rows: readonly SetupField[]): { readonly found: number; readonly wanted: number } => ({
  found: rows.flatMap(({ lead, contact }) => [lead, contact]).filter(({ state }) => state === 'found').length,
  wanted: rows.length * WANTED_OBJECTS.length,
});

/** What the field is called on an object: our name, or the older one where that alone is there. */
const nameThere = (field: WantedField, object: WantedObject, facts: FieldFacts): string => {
  const has = (name: string): boolean =>
    (facts.seen[object]?.fields.some((found) => found.name === name) ?? false) ||
    (facts.admin?.exists.has(`${object}.${name}`) ?? false);
  return field.older !== null && !has(field.name) && has(field.older) ? field.older : field.name;
};

const rowOf = (field: WantedField, facts: FieldFacts): SetupField => {
  const names = { Lead: nameThere(field, 'Lead', facts), Contact: nameThere(field, 'Contact', facts) };
  const [lead, contact] = [placeOf(field, 'Lead', facts), placeOf(field, 'Contact', facts)];
  const isOpen = WANTED_OBJECTS.some((object) => facts.admin?.openToAll.has(`${object}.${names[object]}`));
  return {
    label: field.label,
    apiName: names.Lead,
    type: typeText(field),
    tier: field.tier,
    lead,
    contact,
    edit: !facts.admin ? 'cannot_tell' : isOpen ? 'everyone' : 'sync_user',
    onConvert: onConvertOf(field, names, facts),
  };
};

const placeOf = (field: WantedField, object: WantedObject, facts: FieldFacts): FieldPlace => {
  const describe = facts.seen[object];
  const name = nameThere(field, object, facts);
  const found = describe?.fields.find((each) => each.name === name);
  if (found && !fitsWanted(field, found)) return { state: 'wrong_type', foundType: foundTypeText(found) };
  const isWritable = facts.isSeenByAdmin || (found !== undefined && found.createable && found.updateable);
  if (found) return { state: isWritable ? 'found' : 'read_only', foundType: null };
  if (facts.admin?.exists.has(`${object}.${name}`))
    return { state: facts.isSeenByAdmin ? 'found' : 'hidden', foundType: null };
  return { state: describe ? 'missing' : 'cannot_tell', foundType: null };
};

/** The key names one record for good: after a conversion the contact has its own, or none yet. */
const onConvertOf = (
  field: WantedField,
  names: Readonly<Record<WantedObject, string>>,
  { admin }: FieldFacts,
): SetupField['onConvert'] => {
  if (field.kind === 'key') return 'not_needed';
  if (!admin?.onConvert) return 'cannot_tell';
  return admin.onConvert.get(names.Lead) === names.Contact ? 'mapped' : 'not_mapped';
};
