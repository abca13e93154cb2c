import type { InputValue, RecordInput } from '../dml/dml.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { type FieldDescribe, isNumeric, type SchemaObject } from '../schema/schema.ts';
import { ExactNumber, isObject, type Json } from './json.ts';

/**
 * A record of a JSON body as row DML takes it. A JSON type that is not the field's fails the whole request with
 * JSON_PARSER_ERROR, before any row is written. `attributes` and `omitted` names are left out.
 */
export function recordInput(
  object: SchemaObject,
  body: Readonly<Record<string, Json>>,
  omitted: readonly string[] = [],
): RecordInput {
  const left = new Set(['attributes', ...omitted.map((name) => name.toLowerCase())]);
  const record: Record<string, InputValue> = {};
  for (const [name, value] of Object.entries(body)) {
    if (!left.has(name.toLowerCase())) record[name] = inputValue(object.field(name), value);
  }
  return record;
}

function inputValue(field: FieldDescribe | undefined, value: Json): InputValue {
  if (value === null) return null;
  if (isObject(value)) return externalKey(value);
  if (Array.isArray(value)) throw cannotRead(field, 'START_ARRAY', '[');
  if (value instanceof ExactNumber) {
    if (field !== undefined && !isNumeric(field)) throw cannotRead(field, numberToken(value), value.text);
    return value.text;
  }
  if (typeof value === 'boolean') {
    if (field !== undefined && field.type !== 'boolean')
      throw cannotRead(field, `VALUE_${String(value).toUpperCase()}`, String(value));
    return String(value);
  }
  if (typeof value !== 'string') throw cannotRead(field, 'VALUE', '');
  if (field !== undefined && !mayBeText(field, value)) throw cannotRead(field, 'VALUE_STRING', value);
  return value;
}

function externalKey(value: Readonly<Record<string, Json>>): InputValue {
  const key = Object.entries(value).find(([name]) => name !== 'attributes');
  if (key === undefined) return null;
  const [name, inner] = key;
  return { [name]: inner instanceof ExactNumber ? inner.text : typeof inner === 'string' ? inner : null };
}

function numberToken(value: ExactNumber): string {
  return /^-?\d+$/.test(value.text) ? 'VALUE_NUMBER_INT' : 'VALUE_NUMBER_FLOAT';
}

/** Whether a JSON string can be read as the field's type at all. */
function mayBeText(field: FieldDescribe, text: string): boolean {
  if (text === '') return true;
  if (isNumeric(field)) return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text);
  if (field.type === 'boolean') return /^(?:true|false|1|0)$/i.test(text);
  if (field.type === 'time') return /^\d{2}:\d{2}/.test(text);
  if (field.type !== 'date' && field.type !== 'datetime') return true;
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text.slice(0, 10)));
}

function cannotRead(field: FieldDescribe | undefined, token: string, text: string): SalesforceError {
  const type = field === undefined ? 'string' : (jsonTypes[field.type] ?? 'string');
  return new SalesforceError(
    400,
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from ${token} value ${text} or request may be missing a required field at [line:1, column:1]`,
  );
}

const jsonTypes: Readonly<Record<string, string>> = {
  int: 'int',
  long: 'long',
  double: 'double',
  currency: 'double',
  percent: 'double',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
};
