import type { RowError } from '../salesforce-error.ts';
import type { FieldDescribe } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { Stored } from '../store/store.ts';
import { type NumberReading, readDecimal, readInteger } from './numbers.ts';
import { isYearInRange, readDate, readDatetime, readTime } from './times.ts';

export type Reading = { readonly ok: true; readonly value: Stored } | { readonly ok: false; readonly error: RowError };

export interface ReadingOptions {
  /**
   * Values of a restored org, taken as they are: nothing is trimmed, picklists and e-mail syntax are not checked; types
   * and lengths are.
   */
  readonly asRestored?: boolean;
}

/**
 * A field's value from the text a client wrote to what the store keeps, or why it is refused (A7). '' is null. Does not
 * ask whether the field may be written, or whether a reference leads to a record.
 */
export function storedText(field: FieldDescribe, text: string | null, options: ReadingOptions = {}): Reading {
  const restored = options.asRestored === true;
  const given = text === null || restored || !isText(field) ? text : trimmed(text);
  if (given === null || given === '') return field.type === 'boolean' ? noBoolean(field) : taken(null);
  switch (field.type) {
    case 'id':
    case 'reference':
      return readId(field, given);
    case 'boolean':
      return readBoolean(field, given);
    case 'int':
      return readNumber(field, given, readInteger(given, field.digits));
    case 'long':
      return readNumber(field, given, readDecimal(given, 19, 0));
    case 'double':
    case 'currency':
    case 'percent':
      return readNumber(field, given, readDecimal(given, field.precision || 18, field.scale));
    case 'date':
      return readMoment(field, given, readDate(given));
    case 'datetime':
      return readMoment(field, given, readDatetime(given));
    case 'time':
      return readMoment(field, given, readTime(given), false);
    case 'email':
      return restored || isEmail(given) ? readText(field, given) : badEmail(field, given);
    case 'picklist':
      return restored ? readText(field, given) : readPicklist(field, given);
    case 'multipicklist':
      return restored ? readText(field, given) : readMultipicklist(field, given);
    case 'string':
    case 'textarea':
    case 'phone':
    case 'url':
    case 'combobox':
    case 'encryptedstring':
    case 'base64':
    case 'anyType':
    case 'complexvalue':
      return readText(field, given);
    case 'address':
    case 'location':
      return refused('INVALID_FIELD_FOR_INSERT_UPDATE', `${field.label}: compound fields are read-only`, field);
  }
}

/** Salesforce takes blanks and line ends off both ends of a text. */
function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

function isText(field: FieldDescribe): boolean {
  return !['base64', 'anyType', 'complexvalue'].includes(field.type);
}

function taken(value: Stored): Reading {
  return { ok: true, value };
}

function refused(statusCode: string, message: string, field: FieldDescribe): Reading {
  return { ok: false, error: { statusCode, message, fields: [field.name] } };
}

function wrongType(field: FieldDescribe, text: string): Reading {
  return refused('INVALID_TYPE_ON_FIELD_IN_RECORD', `${field.label}: value not of required type: ${text}`, field);
}

function noBoolean(field: FieldDescribe): Reading {
  return wrongType(field, 'null');
}

function readId(field: FieldDescribe, text: string): Reading {
  const id = canonicalId(text);
  if (id !== undefined) return taken(id);
  return refused('MALFORMED_ID', `${field.label}: id value of incorrect type: ${text}`, field);
}

function readBoolean(field: FieldDescribe, text: string): Reading {
  const value = text.toLowerCase();
  if (value === 'true' || value === '1') return taken('true');
  if (value === 'false' || value === '0') return taken('false');
  return wrongType(field, text);
}

function readNumber(field: FieldDescribe, text: string, reading: NumberReading): Reading {
  if (reading.kind === 'number') return taken(reading.text);
  if (reading.kind === 'malformed') return wrongType(field, text);
  const message = `${field.label}: value outside of valid range on numeric field: ${text}`;
  return refused('NUMBER_OUTSIDE_VALID_RANGE', message, field);
}

function readMoment(field: FieldDescribe, text: string, value: string | undefined, hasYear = true): Reading {
  if (value === undefined || (hasYear && !isYearInRange(value))) return wrongType(field, text);
  return taken(value);
}

/** Characters are counted as UTF-16 units. */
function readText(field: FieldDescribe, text: string): Reading {
  if (field.length === 0 || text.length <= field.length) return taken(text);
  const message = `${field.label}: data value too large: ${text.slice(0, 255)} (max length=${field.length})`;
  return refused('STRING_TOO_LONG', message, field);
}

function isEmail(text: string): boolean {
  return /^[^\s@"(),:;<>[\\\]]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u.test(text);
}

function badEmail(field: FieldDescribe, text: string): Reading {
  return refused('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, field);
}

/** The value of a restricted picklist in its own case, any text of another. */
function picklistValue(field: FieldDescribe, text: string): string | undefined {
  const active = field.picklistValues.filter((value) => value.active);
  const same = active.find(({ value }) => value === text) ?? active.find(({ value }) => lower(value) === lower(text));
  return same?.value ?? (field.restrictedPicklist ? undefined : text);
}

function lower(text: string): string {
  return text.toLowerCase();
}

function badPicklist(field: FieldDescribe, text: string): Reading {
  const message = `${field.label}: bad value for restricted picklist field: ${text}`;
  return refused('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, field);
}

function readPicklist(field: FieldDescribe, text: string): Reading {
  const value = picklistValue(field, text);
  return value === undefined ? badPicklist(field, text) : readText(field, value);
}

/** Values in the order of the picklist, each once; values it does not list come last. */
function readMultipicklist(field: FieldDescribe, text: string): Reading {
  const order = new Map(field.picklistValues.map(({ value }, at) => [value, at]));
  const chosen = new Set<string>();
  for (const part of text.split(';').map((part) => part.trim())) {
    if (part === '') continue;
    const value = picklistValue(field, part);
    if (value === undefined) return badPicklist(field, part);
    chosen.add(value);
  }
  if (chosen.size === 0) return taken(null);
  const rank = (value: string): number => order.get(value) ?? order.size;
  return readText(field, [...chosen].toSorted((a, b) => rank(a) - rank(b)).join(';'));
}
