import type { FieldDescribe } from '../schema/schema.ts';

/** The text of a quoted SOQL literal, its escapes undone. */
export function unquote(literal: string): string {
  return unescape(literal, (_, character) => character);
}

/** The pattern of a quoted LIKE literal for SQL's `like ? escape '\'`: escaped wildcards stay escaped. */
export function unquotePattern(literal: string): string {
  return unescape(literal, (_, character) => (/[%_\\]/.test(character) ? `\\${character}` : character));
}

const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function unescape(literal: string, plain: (all: string, character: string) => string): string {
  return literal.slice(1, -1).replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (all, code?: string, character?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    const known = character === undefined ? undefined : named[character.toLowerCase()];
    return known ?? plain(all, character ?? '');
  });
}

/** A span of time, its end not in it, in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const day = 86_400_000;

/** What a relative date says at a time, in UTC: `TODAY`, `LAST_N_DAYS:3`, `THIS_QUARTER`. Undefined if it is unknown. */
export function relativeSpan(literal: string, now: number): Span | undefined {
  const [name = '', count = '1'] = literal.toUpperCase().replace('FISCAL_', '').split(':');
  const n = Number(count);
  const today = Math.floor(now / day) * day;
  const nth = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S$/.exec(name);
  if (nth !== null) return nearSpan(nth[1] === 'LAST', nth[2] as Unit, n, today);
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/.exec(name);
  if (ago !== null) return unitSpan(ago[1] as Unit, today, -n);
  const near = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name);
  if (near !== null) return unitSpan(near[2] as Unit, today, { LAST: -1, THIS: 0, NEXT: 1 }[near[1] as 'LAST'] ?? 0);
  switch (name) {
    case 'TODAY':
      return unitSpan('DAY', today, 0);
    case 'YESTERDAY':
      return unitSpan('DAY', today, -1);
    case 'TOMORROW':
      return unitSpan('DAY', today, 1);
    case 'LAST_90_DAYS':
      return nearSpan(true, 'DAY', 90, today);
    case 'NEXT_90_DAYS':
      return nearSpan(false, 'DAY', 90, today);
    default:
      return undefined;
  }
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** LAST_N_DAYS ends with today, NEXT_N_DAYS begins tomorrow; of other units the running one is left out. */
function nearSpan(last: boolean, unit: Unit, n: number, today: number): Span {
  if (last)
    return { from: unitSpan(unit, today, -n).from, to: unit === 'DAY' ? today + day : unitSpan(unit, today, 0).from };
  return { from: unitSpan(unit, today, 1).from, to: unitSpan(unit, today, n + 1).from };
}

/** The unit that holds `today`, moved by so many units. */
function unitSpan(unit: Unit, today: number, moved: number): Span {
  const at = new Date(today);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const start = (by: number): number => {
    switch (unit) {
      case 'DAY':
        return today + by * day;
      case 'WEEK':
        return today - at.getUTCDay() * day + by * 7 * day;
      case 'MONTH':
        return Date.UTC(year, month + by, 1);
      case 'QUARTER':
        return Date.UTC(year, month - (month % 3) + by * 3, 1);
      case 'YEAR':
        return Date.UTC(year + by, 0, 1);
    }
  };
  return { from: start(moved), to: start(moved + 1) };
}

/** A datetime literal of any offset as the store's text, to the millisecond. */
export function datetimeText(literal: string): string | undefined {
  const at = new Date(literal.replace(' ', '+').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A moment as text to compare with the field's: ten characters for a date. */
export function momentText(field: FieldDescribe, milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return field.type === 'date' ? text.slice(0, 10) : text;
}
