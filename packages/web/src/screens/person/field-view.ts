/** A field of a person as the screen shows it; pure. */
import type { FieldState, PersonField } from '@syncline/contract/people';

/** `sent`: Salesforce took our value, and its record has not been read since, so its last known value is still the older one. */
export type ShownFieldState = FieldState | 'sent';

export const shownState = (field: PersonField): ShownFieldState =>
  field.state === 'differs' && field.ours === field.base ? 'sent' : field.state;

/** Whether the two sides need an eye. */
export const needsEye = (field: PersonField): boolean =>
  isOverwritten(field) || !['equal', 'no_place', 'of_company', 'not_synced'].includes(field.state);

/** A company's value that was edited here: Salesforce's next change of the account takes its place (MRG20). */
export const isOverwritten = (field: PersonField): boolean =>
  field.state === 'of_company' && field.ours !== field.theirs;

export interface FieldFilter {
  readonly text: string;
  readonly isOnlyDiffering: boolean;
}

export const matchingFields = (fields: readonly PersonField[], filter: FieldFilter): readonly PersonField[] => {
  const text = filter.text.trim().toLowerCase();
  return fields.filter(
    (field) =>
      (!filter.isOnlyDiffering || needsEye(field)) &&
      (text === '' ||
        [field.label, field.field, field.salesforceName ?? ''].some((word) => word.toLowerCase().includes(text))),
  );
};
