/** A Salesforce id as somebody types it, in the 18 characters that are stored (ID2). Pure. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const GROUP = 5;

/**
 * 15 characters say their case themselves. Of 18, the last three say which of each five are capitals, so that an id whose case was lost
 * on the way (a spreadsheet) is still the one; an id whose case contradicts them is refused. Null: no id.
 */
export const fullSalesforceId = (typed: string): string | null => {
  if (!/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(typed)) return null;
  const body = typed.slice(0, 15);
  const suffix = suffixOf(body);
  if (typed.length === 15) return body + suffix;
  const given = typed.slice(15).toUpperCase();
  if (given === suffix) return body + suffix;
  const hasOneCase = body === body.toUpperCase() || body === body.toLowerCase();
  return hasOneCase ? withCase(body, given) : null;
};

const suffixOf = (body: string): string =>
  [0, 1, 2]
    .map((group) => {
      let bits = 0;
      for (let at = 0; at < GROUP; at += 1) if (/[A-Z]/.test(body.charAt(group * GROUP + at))) bits |= 1 << at;
      return LETTERS.charAt(bits);
    })
    .join('');

const withCase = (body: string, suffix: string): string | null => {
  const characters = Array.from(body, (character, at) => {
    const bits = LETTERS.indexOf(suffix.charAt(Math.floor(at / GROUP)));
    return (bits >> (at % GROUP)) & 1 ? character.toUpperCase() : character.toLowerCase();
  });
  const restored = characters.join('');
  return suffixOf(restored) === suffix ? restored + suffix : null;
};
