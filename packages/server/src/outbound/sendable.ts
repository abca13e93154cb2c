/** What the map says of sending, in the shape that the statements want it. Pure, and made once a version of the map. */
import { comparisonOf } from '../mapping/compile-types.ts';
import {
  EXTERNAL_ID_FIELD,
  type FieldMap,
  isSendable,
  isTaken,
  type MappedField,
  type ObjectMap,
  policyOf,
} from '../mapping/mapping.ts';

export type PersonObject = 'Lead' | 'Contact';
export const PERSON_OBJECTS = ['Lead', 'Contact'] as const satisfies readonly PersonObject[];

/** Where the value of a field lies on either side. */
interface SentColumn {
  readonly column: string;
  readonly name: string;
  readonly mirrorType: string;
  readonly isInMore: boolean;
  readonly isInMirrorMore: boolean;
}

export interface SendableObject {
  readonly object: PersonObject;
  /** What an update may carry, in the map's order. */
  readonly columns: readonly SentColumn[];
  /** JSON for SQL of the same, `{column: {name, compare, wire}}`. */
  readonly updates: string;
  /** The same of a create. */
  readonly creates: string;
  /** Columns whose policy may let Salesforce win: never sent without a fresh read (OUT20). */
  readonly readFirst: readonly string[];
  /** Columns of opt-outs (MRG16). */
  readonly optOuts: readonly string[];
  /** `{column: name}` that a create must fill (ACT6). */
  readonly required: string;
  /** Column that holds the account of a person, for sorting (OUT15). */
  readonly accountColumn: string | null;
  readonly columnOf: (field: string) => string | undefined;
  readonly nameOf: (column: string) => string | undefined;
}

export type Sendable = Readonly<Record<PersonObject, SendableObject>> & { readonly version: number };

export const sendableOf = (map: FieldMap): Sendable => ({
  version: map.version,
  Lead: sendableObject('Lead', map.objects.Lead),
  Contact: sendableObject('Contact', map.objects.Contact),
});

type ColumnField = MappedField & { readonly column: string };

const sendableObject = (object: PersonObject, map: ObjectMap): SendableObject => {
  const fields = map.fields.filter((field): field is ColumnField => field.column !== null);
  const updates = fields.filter(isSendable);
  const byColumn = new Map(updates.map((field) => [field.column, field.name]));
  const byName = new Map(updates.map((field) => [field.name.toLowerCase(), field.column]));
  return {
    object,
    columns: updates.map(({ column, name, mirrorType, isInMore = false, isInMirrorMore = false }) => ({
      column,
      name,
      mirrorType,
      isInMore,
      isInMirrorMore,
    })),
    updates: JSON.stringify(descriptions(updates)),
    creates: JSON.stringify(descriptions(updates.filter((field) => field.isCreateable))),
    readFirst: updates
      .filter((field) => isTaken(field) && policyOf(map, field) !== 'marketing')
      .map((field) => field.column),
    optOuts: updates.filter((field) => field.isOptOut).map((field) => field.column),
    required: JSON.stringify(
      Object.fromEntries(
        updates.filter((field) => REQUIRED.includes(field.name)).map((field) => [field.column, field.name]),
      ),
    ),
    accountColumn: fields.find((field) => field.name === 'AccountId')?.column ?? null,
    columnOf: (name) => byName.get(name.toLowerCase()),
    nameOf: (column) => byColumn.get(column),
  };
};

/** What Salesforce has no default for. */
const REQUIRED = ['LastName', 'Company'];

/** How a value compares (MRG4), and how it is written where JSON's own way is not Salesforce's. */
const descriptions = (fields: readonly ColumnField[]): Readonly<Record<string, object>> =>
  Object.fromEntries(
    fields
      .filter((field) => field.name !== EXTERNAL_ID_FIELD)
      .map((field) => [
        field.column,
        {
          name: field.name,
          compare: comparisonOf(field),
          wire: field.mirrorType === 'boolean' || field.mirrorType === 'time' ? field.mirrorType : 'plain',
        },
      ]),
  );
