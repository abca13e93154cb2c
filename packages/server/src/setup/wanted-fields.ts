/**
 * The fields that Syncline wants on leads and contacts: the external id, without which a lead cannot be made once (OUT24), and the 16 marketing fields
 * of the native sync, all optional. Those that it left behind (`mkto71_…`) are taken for what they are.
 */
import type { FIELD_TIERS } from '@syncline/contract/setup-org';
import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import type { ObjectDescribe } from '../salesforce/salesforce.ts';

type FieldDescribe = ObjectDescribe['fields'][number];

export const WANTED_OBJECTS = ['Lead', 'Contact'] as const;
export type WantedObject = (typeof WANTED_OBJECTS)[number];

type Kind =
  | { readonly kind: 'key' }
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'number'; readonly digits: number }
  | { readonly kind: 'datetime' };

export type WantedField = Kind & {
  readonly label: string;
  readonly name: string;
  /** As the native sync named it. */
  readonly older: string | null;
  readonly tier: (typeof FIELD_TIERS)[number];
};

const namesOf = (label: string): Pick<WantedField, 'label' | 'name' | 'older'> => {
  const snake = label.replaceAll(' ', '_');
  return { label, name: `${snake}__c`, older: `mkto71_${snake}__c` };
};

const textField = (label: string, tier: WantedField['tier']): WantedField => ({
  ...namesOf(label),
  tier,
  kind: 'text',
  length: 255,
});

export const WANTED_FIELDS: readonly WantedField[] = [
  { label: 'Syncline Key', name: EXTERNAL_ID_FIELD, older: null, tier: 'needed', kind: 'key' },
  { label: 'Score', name: 'Score__c', older: 'mkto71_Lead_Score__c', tier: 'recommended', kind: 'number', digits: 10 },
  { ...namesOf('Acquisition Date'), tier: 'recommended', kind: 'datetime' },
  textField('Acquisition Program', 'recommended'),
  { ...namesOf('Acquisition Program Id'), tier: 'optional', kind: 'number', digits: 18 },
  ...[
    'Original Referrer',
    'Original Search Engine',
    'Original Search Phrase',
    'Original Source Info',
    'Original Source Type',
    'Inferred City',
    'Inferred Company',
    'Inferred Country',
    'Inferred Metropolitan Area',
    'Inferred Phone Area Code',
    'Inferred Postal Code',
    'Inferred State Region',
  ].map((label) => textField(label, 'optional')),
];

const KEY_LENGTH = 32;

/** As a person reads it: `Number(10, 0)`. */
export const typeText = (field: WantedField): string => {
  switch (field.kind) {
    case 'key':
      return `Text(${KEY_LENGTH}), external id, unique`;
    case 'text':
      return `Text(${field.length})`;
    case 'number':
      return `Number(${field.digits}, 0)`;
    case 'datetime':
      return 'Date/Time';
  }
};

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'Text',
  double: 'Number',
  int: 'Number',
  datetime: 'Date/Time',
  date: 'Date',
  boolean: 'Checkbox',
  picklist: 'Picklist',
  textarea: 'Text Area',
  reference: 'Lookup',
};

/** The type of what is there, in the same words. */
export const foundTypeText = ({ type, length, precision, scale, externalId, unique }: FieldDescribe): string => {
  const word = TYPE_WORDS[type] ?? type;
  const size = type === 'string' ? `(${length})` : type === 'double' ? `(${precision - scale}, ${scale})` : '';
  return `${word}${size}${externalId ? ', external id' : ''}${unique ? ', unique' : ''}`;
};

/** Whether a field that is there holds what the wanted one would: a longer text or more digits do no harm. */
export const fitsWanted = (wanted: WantedField, found: FieldDescribe): boolean => {
  switch (wanted.kind) {
    case 'key':
      return found.type === 'string' && found.length >= KEY_LENGTH && found.unique && found.externalId;
    case 'text':
      return (found.type === 'string' && found.length >= wanted.length) || found.type === 'textarea';
    case 'number':
      return found.type === 'double' && found.precision - found.scale >= wanted.digits;
    case 'datetime':
      return found.type === 'datetime';
  }
};

/** `Metadata` of the Tooling API's `CustomField` (A17); the same members make the file of a package. */
export const metadataOf = (field: WantedField): Readonly<Record<string, string | number | boolean>> => {
  const common = { label: field.label, description: `Made for Syncline: ${field.label}.` };
  switch (field.kind) {
    case 'key':
      return { ...common, type: 'Text', length: KEY_LENGTH, externalId: true, unique: true, caseSensitive: true };
    case 'text':
      return { ...common, type: 'Text', length: field.length, externalId: false, unique: false };
    case 'number':
      return { ...common, type: 'Number', precision: field.digits, scale: 0, externalId: false, unique: false };
    case 'datetime':
      return { ...common, type: 'DateTime' };
  }
};
