/** Which fields become columns; pure. A field is named `Lead.Fax`. */
import type { SyncField } from '@syncline/contract/setup';
import type { SyncObjectName } from '@syncline/contract/shared';

export const nameOf = (field: SyncField): string => `${field.object}.${field.apiName}`;

export type Dropped = ReadonlySet<string>;

/** What is dropped at the start: what was dropped before and is still there. */
export const droppedOf = (fields: readonly SyncField[]): Dropped =>
  new Set(fields.filter((field) => !field.kept && !field.isNeeded).map(nameOf));

export const withField = (dropped: Dropped, field: SyncField, isKept: boolean): Dropped => {
  if (field.isNeeded) return dropped;
  const next = new Set(dropped);
  if (isKept) next.delete(nameOf(field));
  else next.add(nameOf(field));
  return next;
};

export const withFields = (dropped: Dropped, fields: readonly SyncField[], isKept: boolean): Dropped =>
  fields.reduce((before, field) => withField(before, field, isKept), dropped);

/** Fields that are kept, may be dropped, and hold nothing in the sample. */
export const unusedIn = (fields: readonly SyncField[], dropped: Dropped): readonly SyncField[] =>
  fields.filter((field) => field.filledShare === 0 && !field.isNeeded && !dropped.has(nameOf(field)));

export interface FieldFilter {
  readonly object: SyncObjectName | 'all';
  readonly text: string;
  readonly isCustomOnly: boolean;
}

export const matching = (fields: readonly SyncField[], filter: FieldFilter): readonly SyncField[] => {
  const text = filter.text.trim().toLowerCase();
  return fields.filter(
    (field) =>
      (filter.object === 'all' || field.object === filter.object) &&
      (!filter.isCustomOnly || field.isCustom) &&
      (text === '' || field.label.toLowerCase().includes(text) || field.apiName.toLowerCase().includes(text)),
  );
};
