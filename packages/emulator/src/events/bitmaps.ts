/**
 * Names of changed fields as a header's bitmaps (A14): `0x650004E0`, whose bit `i` from the right is the schema's field
 * `i`, the header being field 0; and for parts of a compound field `4-0x0C`, with that field's own place first. Digits are
 * upper case: clients of good standing read no others.
 */
import type { Place } from './written.ts';

/** `paths` are names as `Phone` and `Name.FirstName`; `places` are the schema's fields in order. */
export function bitmapsOf(places: readonly Place[], paths: readonly string[]): readonly string[] {
  const told = new Set(paths);
  const whole = hexadecimal(places.map(({ name }) => told.has(name)));
  const nested = places.flatMap(({ name, parts }, at) => {
    const bits = hexadecimal(parts.map((part) => told.has(`${name}.${part}`)));
    return bits === undefined ? [] : [`${at}-${bits}`];
  });
  return whole === undefined ? nested : [whole, ...nested];
}

/** Whole bytes, as Salesforce writes them; undefined if no bit is set. */
function hexadecimal(set: readonly boolean[]): string | undefined {
  const bits = set.reduce((sum, isSet, at) => (isSet ? sum | (1n << BigInt(at)) : sum), 0n);
  if (bits === 0n) return undefined;
  const digits = bits.toString(16).toUpperCase();
  return `0x${digits.length % 2 === 1 ? '0' : ''}${digits}`;
}
