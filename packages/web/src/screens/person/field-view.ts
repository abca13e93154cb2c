/** A field of a person as the screen shows it; pure. */
import type { FieldState, PersonField } from '@syncline/contract/people';

/** `sent`: Salesforce took our value, and its record has not been read since, so its last known value is still the older one. */
export type ShownFieldState = FieldState | 'sent';

export const shownState = (field: PersonField): ShownFieldState =>
  field.state === 'differs' && field.ours === field.base ? 'sent' : field.state;

/** Whether the two sides need an eye. */
export const needsEye = (field: PersonField): boolean => !['equal', 'no_place', 'not_synced'].includes(field.state);

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
