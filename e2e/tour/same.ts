/**
 * When two values are the same (MRG4), written from the rule and shared with nothing.
 *
 * Values of Salesforce come as its JSON holds them, numbers as their digits; values of the database come as Postgres prints them, in
 * UTC and ISO. Both become one plain text; equal texts are equal values. Empty text is null. Text is compared exactly, except
 * that line ends count as equal and a NUL, which Postgres cannot hold, is absent.
 */

/** A value as it was read: null, text, or a boolean of JSON. */
export type ReadValue = string | boolean | null;

/** The plain text of a value of Salesforce type `type`; null is null. Text that cannot be read as its type stays itself, so it differs. */
export const plainOf = (type: string, value: ReadValue): string | null => {
  if (value === null || value === '') return null;
  const text = typeof value === 'boolean' ? String(value) : value;
  const plain = PLAIN[type] ?? plainText;
  return plain(text);
};

export const isSame = (type: string, left: ReadValue, right: ReadValue): boolean =>
  plainOf(type, left) === plainOf(type, right);

const plainText = (text: string): string | null =>
  text.replaceAll('\0', '').replaceAll('\r\n', '\n').replaceAll('\r', '\n') || null;

/** Digits without exponent, leading or trailing zeros: `1.0`, `1` and `10E-1` are one number. No float is involved. */
const plainNumber = (text: string): string => {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (!match || (match[2] === '' && match[3] === '')) return text;
  const digits = `${match[2]}${match[3]}`;
  const point = (match[2] ?? '').length + Number(match[4] ?? 0);
  const padded =
    point > digits.length ? digits.padEnd(point, '0') : digits.padStart(digits.length - Math.min(point, 0), '0');
  const whole = padded.slice(0, Math.max(point, 0)).replace(/^0+/, '');
  const part = padded.slice(Math.max(point, 0)).replace(/0+$/, '');
  const size = `${whole || '0'}${part ? `.${part}` : ''}`;
  return size === '0' ? '0' : `${match[1] === '-' ? '-' : ''}${size}`;
};

/** The instant, to the second: `2026-05-04T14:03:10.000+0000` of Salesforce and `2026-05-04 14:03:10+00` of Postgres are one. */
const plainInstant = (text: string): string => {
  const match = /^(\d{4,}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}(?::?\d{2})?)$/.exec(text);
  if (!match) return text;
  const [, day, time, zone = 'Z'] = match;
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.length > 3 ? zone.slice(-2) : '00'}`;
  const at = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
};

/** `14:03:10.000Z` and `14:03:10` are one time of day. */
const plainTime = (text: string): string => {
  const match = /^(\d{2}:\d{2}:\d{2})(?:\.(\d+))?Z?$/.exec(text);
  if (!match) return text;
  const part = (match[2] ?? '').replace(/0+$/, '');
  return `${match[1]}${part ? `.${part}` : ''}`;
};

/** A multi-picklist is a set: order and repetition mean nothing. */
const plainSet = (text: string): string | null =>
  [...new Set(text.split(';').filter((item) => item !== ''))].sort().join(';') || null;

const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** An id by its 18 characters; 15 get their checksum (A11). */
export const plainId = (text: string): string => {
  if (!/^[a-zA-Z0-9]{15}$/.test(text)) return text;
  const sums = [0, 5, 10].map((from) =>
    [0, 1, 2, 3, 4].reduce((sum, bit) => sum + (/[A-Z]/.test(text.charAt(from + bit)) ? 1 << bit : 0), 0),
  );
  return text + sums.map((sum) => SUFFIX[sum]).join('');
};

const PLAIN: Readonly<Record<string, (text: string) => string | null>> = {
  int: plainNumber,
  long: plainNumber,
  double: plainNumber,
  currency: plainNumber,
  percent: plainNumber,
  datetime: plainInstant,
  time: plainTime,
  multipicklist: plainSet,
  id: plainId,
  reference: plainId,
};
