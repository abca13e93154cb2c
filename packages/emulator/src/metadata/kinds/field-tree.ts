import { type FieldDescribe, isNumeric, type SchemaObject } from '../../schema/schema.ts';
import type { Tree } from '../tree.ts';
import type { Setup } from './kind.ts';

/** Metadata's word for a described type; a field that is none of these is told by its describe type. */
const words: Readonly<Partial<Record<FieldDescribe['type'], string>>> = {
  string: 'Text',
  boolean: 'Checkbox',
  int: 'Number',
  long: 'Number',
  double: 'Number',
  currency: 'Currency',
  percent: 'Percent',
  date: 'Date',
  datetime: 'DateTime',
  time: 'Time',
  phone: 'Phone',
  url: 'Url',
  email: 'Email',
  picklist: 'Picklist',
  multipicklist: 'MultiselectPicklist',
  reference: 'Lookup',
  encryptedstring: 'EncryptedText',
  location: 'Location',
};

/** The metadata of a field that was never written as metadata: what its describe says of it. */
export function treeOfField(setup: Setup, object: SchemaObject, field: FieldDescribe): Tree {
  if (!field.custom) return { ...helpOf(field), ...picklistOf(setup, object, field), trackHistory: 'false' };
  const type = typeOf(field);
  return {
    ...helpOf(field),
    externalId: String(field.externalId),
    label: field.label,
    ...(hasLength(type) ? { length: String(field.length) } : {}),
    ...(isNumeric(field) ? { precision: String(field.precision), scale: String(field.scale) } : {}),
    ...(field.calculatedFormula === null ? {} : { formula: field.calculatedFormula }),
    ...(field.referenceTo.length === 1 ? { referenceTo: field.referenceTo[0] as string } : {}),
    ...(type === 'Checkbox' ? { defaultValue: String(field.defaultValue === true) } : {}),
    required: String(!field.nillable && type !== 'Checkbox'),
    type,
    ...(field.unique ? { unique: 'true', caseSensitive: String(field.caseSensitive) } : {}),
    ...picklistOf(setup, object, field),
  };
}

function helpOf(field: FieldDescribe): Tree {
  return field.inlineHelpText === null ? {} : { inlineHelpText: field.inlineHelpText };
}

function hasLength(type: string): boolean {
  return ['Text', 'LongTextArea', 'Html', 'EncryptedText'].includes(type);
}

function typeOf(field: FieldDescribe): string {
  if (field.autoNumber) return 'AutoNumber';
  if (field.type === 'textarea') {
    if (field.htmlFormatted) return 'Html';
    return field.length > 255 ? 'LongTextArea' : 'TextArea';
  }
  if (field.type === 'reference' && field.cascadeDelete && !field.nillable) return 'MasterDetail';
  return words[field.type] ?? field.type;
}

/** Both forms of a picklist: before API 38.0 with what its values mean, and since. */
function picklistOf(setup: Setup, object: SchemaObject, field: FieldDescribe): Tree {
  if (field.type !== 'picklist' && field.type !== 'multipicklist') return {};
  const value = field.picklistValues.map((one) => ({
    fullName: one.value,
    default: String(one.defaultValue),
    label: one.label ?? one.value,
    ...(one.active ? {} : { isActive: 'false' }),
  }));
  const valueSet = { restricted: String(field.restrictedPicklist), valueSetDefinition: { sorted: 'false', value } };
  if (field.custom) return { valueSet };
  const converted = convertedStatuses(setup, object, field);
  const picklistValues = value.map((one) => ({
    ...one,
    ...(converted === undefined ? {} : { converted: String(converted.has(one.fullName)) }),
  }));
  return { picklist: { picklistValues, sorted: 'false' }, valueSet };
}

function convertedStatuses(
  { store, schema }: Setup,
  object: SchemaObject,
  field: FieldDescribe,
): ReadonlySet<string> | undefined {
  if (object.name !== 'Lead' || field.name !== 'Status' || schema.object('LeadStatus') === undefined) return undefined;
  const rows = store.statement(`select "ApiName" from "LeadStatus" where "IsConverted" = 'true'`).all();
  return new Set(rows.map(({ ApiName }) => String(ApiName)));
}
