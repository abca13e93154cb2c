/**
 * Decimal numbers as text, never as floats: what a client sent with 18 digits is stored with 18 digits.
 */

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros; '' for none. */
  readonly whole: string;
  /** Without trailing zeros; '' for none. */
  readonly fraction: string;
}

function parse(text: string): Decimal | undefined {
  const match = decimal.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const point = whole.length + Number(exponent);
  const all = whole + fraction;
  const moved = point < 0 ? '0'.repeat(-point) + all : all.padEnd(point, '0');
  const at = Math.max(point, 0);
  return {
    negative: sign === '-',
    whole: moved.slice(0, at).replace(/^0+/, ''),
    fraction: moved.slice(at).replace(/0+$/, ''),
  };
}

/** Halves go away from zero, as Salesforce rounds to a field's scale. */
function round(number: Decimal, scale: number): Decimal {
  if (number.fraction.length <= scale) return number;
  const kept = BigInt(`${number.whole}${number.fraction.slice(0, scale)}` || '0');
  const rounded = String((number.fraction[scale] ?? '0') >= '5' ? kept + 1n : kept).padStart(scale + 1, '0');
  const at = rounded.length - scale;
  return {
    negative: number.negative,
    whole: rounded.slice(0, at).replace(/^0+/, ''),
    fraction: rounded.slice(at).replace(/0+$/, ''),
  };
}

function write(number: Decimal, point: boolean): string {
  const zero = number.whole === '' && number.fraction === '';
  const sign = number.negative && !zero ? '-' : '';
  const fraction = number.fraction === '' ? (point ? '.0' : '') : `.${number.fraction}`;
  return `${sign}${number.whole || '0'}${fraction}`;
}

export type NumberReading =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'outOfRange' };

/** A whole number of at most `digits` digits, and within 32 bits where `digits` is 0. */
export function readInteger(text: string, digits: number): NumberReading {
  const number = parse(text);
  if (number === undefined || number.fraction !== '') return { kind: 'malformed' };
  const value = BigInt(`${number.negative ? '-' : ''}${number.whole || '0'}`);
  const tooLong = digits > 0 && number.whole.length > digits;
  if (tooLong || value > 2147483647n || value < -2147483648n) return { kind: 'outOfRange' };
  return { kind: 'number', text: write(number, false) };
}

/** A decimal of `precision` digits, `scale` of them behind the point; written with a point, as Salesforce does: `811.0`. */
export function readDecimal(text: string, precision: number, scale: number): NumberReading {
  const number = parse(text);
  if (number === undefined) return { kind: 'malformed' };
  const rounded = round(number, scale);
  if (rounded.whole.length > precision - scale) return { kind: 'outOfRange' };
  return { kind: 'number', text: write(rounded, true) };
}
