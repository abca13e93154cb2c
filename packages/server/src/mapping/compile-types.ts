/** Salesforce's types as Postgres sees them (design, "Types"). Pure. */

/** What a type needs to know of a field. */
export interface TypedField {
  readonly type: string;
  readonly digits: number;
}

/** Types that are never synced: compound values travel by component (MAP12), base64 not at all, masked text must never be stored (MAP13). */
const NOT_SYNCED: ReadonlySet<string> = new Set([
  'address',
  'location',
  'base64',
  'encryptedstring',
  'anyType',
  'complexvalue',
]);

const INTEGER_DIGITS = 9;

const TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  long: 'bigint',
  // Numbers never pass through a float (MAP16). `double` is Salesforce's word for any number with a scale, also one of 0.
  double: 'numeric',
  currency: 'numeric',
  percent: 'numeric',
  date: 'date',
  // Salesforce's datetimes have a grain of one second.
  datetime: 'timestamptz(0)',
  time: 'time',
};

/**
 * The Postgres type of the mirror's column and of ours; null: the field is not synced. A type that we do not know is text: what
 * arrives is what is stored.
 */
export const columnTypeOf = (field: TypedField): string | null => {
  if (NOT_SYNCED.has(field.type)) return null;
  if (field.type === 'int') return field.digits > INTEGER_DIGITS ? 'bigint' : 'integer';
  return TYPES[field.type] ?? 'text';
};

/**
 * Whether a column holds a field's values as the field is now, in both directions: text would hold any, and be refused where it is sent
 * (MAP6); of an encrypted field it would hold a mask (MAP13).
 */
export const holds = (mirrorType: string, field: TypedField): boolean => columnTypeOf(field) === mirrorType;

/** How two values of a field compare (MRG4): text without regard to line ends and emptiness, multi-picklists as sets, the rest by value. */
export type Comparison = 'text' | 'set' | 'value';

export const comparisonOf = (field: { readonly type: string; readonly mirrorType: string }): Comparison =>
  field.type === 'multipicklist' ? 'set' : field.mirrorType === 'text' ? 'text' : 'value';
