/**
 * Salesforce ids (A11): a prefix that names the object, and a counter, in 15 characters whose case counts; three more
 * tell the case of the first fifteen, so that 18 characters may be compared without case.
 */

const suffixes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const counterLength = 9;
const instance = '8x0';

/** The three characters that follow 15. */
export function checksum(id15: string): string {
  let suffix = '';
  for (let group = 0; group < 3; group += 1) {
    let bits = 0;
    for (let at = 0; at < 5; at += 1) {
      const code = id15.charCodeAt(group * 5 + at);
      if (code >= 65 && code <= 90) bits |= 1 << at;
    }
    suffix += suffixes[bits];
  }
  return suffix;
}

/**
 * The 18 characters of an id given in 15 or 18. One that lost its case, all upper or all lower, gets it back from its
 * last three; undefined if it is no id or its checksum is wrong.
 */
export function canonicalId(id: string): string | undefined {
  if (id.length === 15) return /^[0-9A-Za-z]{15}$/.test(id) ? id + checksum(id) : undefined;
  if (id.length !== 18 || !/^[0-9A-Za-z]{15}[A-Za-z0-5]{3}$/.test(id)) return undefined;
  if (checksum(id) === id.slice(15)) return id;
  if (id !== id.toUpperCase() && id !== id.toLowerCase()) return undefined;
  const suffix = id.slice(15).toUpperCase();
  let canonical = '';
  for (let at = 0; at < 15; at += 1) {
    const upper = (suffixes.indexOf(suffix[Math.floor(at / 5)] ?? '') >> (at % 5)) & 1;
    const character = id[at] ?? '';
    canonical += upper === 1 ? character.toUpperCase() : character.toLowerCase();
  }
  return checksum(canonical) === suffix ? canonical + suffix : undefined;
}

/** The id with this prefix and number, in 18 characters; ids of growing numbers sort as the numbers do. */
export function makeId(prefix: string, number: number): string {
  let counter = '';
  for (let rest = number; counter.length < counterLength; rest = Math.floor(rest / 62)) {
    counter = (digits[rest % 62] ?? '0') + counter;
  }
  const id15 = prefix + instance + counter;
  return id15 + checksum(id15);
}
