/** Columns of a person as a fold sees them: under the names of either object, and whose they are. Pure. */
import { comparisonOf } from '../mapping/compile-types.ts';
import type { ObjectMap } from '../mapping/mapping.ts';
import type { PeopleMaps } from './compile-heirs.ts';
import { type ColumnField, lines, takenFields, text } from './sql.ts';

export interface FoldColumn extends ColumnField {
  readonly leadName: string | null;
  readonly contactName: string | null;
  /** It may be sent to the heir. */
  readonly hasPlace: boolean;
  /** The heir's row does not move it: it is ours alone (ID11). */
  readonly isOurs: boolean;
}

/** Columns that a row of the object moves. */
export const theirsOn = (map: ObjectMap): ReadonlySet<string> => {
  const { taken, readOnly } = takenFields(map);
  return new Set([...taken, ...readOnly].map((field) => field.column));
};

export const columnsOf = (maps: PeopleMaps, whole: ObjectMap): readonly FoldColumn[] => {
  const { sent } = takenFields(whole);
  const placed = new Set(sent.map((field) => field.column));
  const theirs = theirsOn(whole);
  const fields = new Map<string, ColumnField>();
  const names = { Lead: new Map<string, string>(), Contact: new Map<string, string>() };
  for (const object of ['Lead', 'Contact'] as const) {
    for (const field of maps[object].fields) {
      if (field.column === null) continue;
      fields.set(field.column, { ...field, column: field.column });
      names[object].set(field.column, field.name);
    }
  }
  return [...fields.values()].map((field) => ({
    ...field,
    leadName: names.Lead.get(field.column) ?? null,
    contactName: names.Contact.get(field.column) ?? null,
    hasPlace: placed.has(field.column),
    isOurs: !theirs.has(field.column),
  }));
};

/** `s`: where a column lies on either object. */
export const placesOf = (columns: readonly FoldColumn[]): string =>
  lines(
    columns.map(
      (field) =>
        `(${text(field.column)}, ${nameOr(field.leadName)}, ${nameOr(field.contactName)}, ${field.hasPlace}, ${text(comparisonOf(field))})`,
    ),
    7,
  );
const nameOr = (name: string | null): string => (name === null ? 'null' : text(name));

export const isWideOf = (map: ObjectMap): boolean => map.fields.some((field) => field.isInMirrorMore);
export const isOwnWide = (maps: PeopleMaps): boolean =>
  [...maps.Lead.fields, ...maps.Contact.fields].some((field) => field.isInMore);
