/** Which values a field of people offers (MAP7). Pure. */
import type { MappedField } from './mapping.ts';

/** Of the fields of one column: what each that has a list takes, in the order of the first; null: none has a list, and anything goes. */
export const offeredValues = (fields: readonly Pick<MappedField, 'picklist'>[]): readonly string[] | null => {
  const lists = fields.flatMap(({ picklist }) => (picklist ? [picklist] : []));
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((list) => list.includes(value))) ?? null;
};

/** What leads and contacts have in common, and what one of them alone has. */
export interface ParallelLists {
  readonly common: readonly string[];
  readonly onlyLead: readonly string[];
  readonly onlyContact: readonly string[];
}

/** null: one of the two has no list, or both are the same, in whatever order. */
export const differingLists = (
  lead: Pick<MappedField, 'picklist'> | undefined,
  contact: Pick<MappedField, 'picklist'> | undefined,
): ParallelLists | null => {
  const [ofLead, ofContact] = [lead?.picklist, contact?.picklist];
  if (!ofLead || !ofContact) return null;
  const onlyLead = ofLead.filter((value) => !ofContact.includes(value));
  const onlyContact = ofContact.filter((value) => !ofLead.includes(value));
  if (onlyLead.length + onlyContact.length === 0) return null;
  return { common: ofLead.filter((value) => ofContact.includes(value)), onlyLead, onlyContact };
};
