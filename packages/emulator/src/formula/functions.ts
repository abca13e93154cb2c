/** The functions a formula may call. Arguments come unevaluated, since IF and its like evaluate only what they need. */
import { blankToNull, isEqual, isMoment, NoValue, number, text, truth } from './coerce.ts';
import type { FormulaContext, Moment, Value } from './formula.ts';

/** An argument that is evaluated when it is needed. */
export interface Argument {
  value(): Value;
  /** The path of the field that it is; undefined where it is none. */
  readonly path: string | undefined;
}

type Call = (args: readonly Argument[], context: FormulaContext) => Value;

const dayMs = 86_400_000;

function at(args: readonly Argument[], index: number): Value {
  return args[index]?.value() ?? null;
}

/** A function of evaluated arguments. */
function of(work: (values: readonly Value[], context: FormulaContext) => Value): Call {
  return (args, context) =>
    work(
      args.map((arg) => arg.value()),
      context,
    );
}

/** A function of numbers; null if one is null. */
function math(work: (...numbers: readonly number[]) => number): Call {
  return of((values, context) => {
    const numbers = values.map((value) => number(value, context));
    if (numbers.some((one) => one === null)) return null;
    const result = work(...(numbers as number[]));
    if (!Number.isFinite(result)) throw new NoValue();
    return result;
  });
}

/** A function of texts and numbers that gives text. */
function words(work: (texts: readonly string[], numbers: readonly number[]) => string): Call {
  return of((values, context) =>
    blankToNull(
      work(
        values.map(text),
        values.map((value) => number(value, context) ?? 0),
      ),
    ),
  );
}

/** A part of a date or datetime. */
function part(work: (date: Date) => number): Call {
  return of(([value = null]) => (isMoment(value) ? work(new Date(value.ms)) : null));
}

function roundedBy(value: number, digits: number, round: (of: number) => number): number {
  const factor = 10 ** digits;
  const whole = round(Math.abs(value) * factor + 1e-9) / factor;
  return value < 0 ? -whole : whole;
}

const dateFrom = (year: number, month: number, day: number): Moment => {
  const ms = Date.UTC(year, month - 1, day);
  if (new Date(ms).getUTCMonth() !== month - 1) throw new NoValue();
  return { kind: 'date', ms };
};

function isBlank(value: Value): boolean {
  return value === null || value === '';
}

/** The value of a field before the change, of the path its argument is. */
function priorOf(args: readonly Argument[], context: FormulaContext): Value {
  const path = args[0]?.path;
  return path === undefined ? null : context.prior(path);
}

function addedMonths(moment: Moment, months: number): Moment {
  const date = new Date(moment.ms);
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + Math.trunc(months), 1));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), last);
  const ms = Date.UTC(target.getUTCFullYear(), target.getUTCMonth(), day) + (moment.ms % dayMs);
  return { kind: moment.kind, ms };
}

const functions: Readonly<Record<string, Call>> = {
  // Logic.
  IF: (args) => at(args, truth(at(args, 0)) ? 1 : 2),
  AND: (args) => args.every((arg) => truth(arg.value())),
  OR: (args) => args.some((arg) => truth(arg.value())),
  NOT: (args) => !truth(at(args, 0)),
  CASE: (args, context) => {
    const value = at(args, 0);
    for (let index = 1; index + 1 < args.length; index += 2) {
      if (isEqual(value, at(args, index), { ...context, blankAsZero: false })) return at(args, index + 1);
    }
    return args.length % 2 === 0 ? at(args, args.length - 1) : null;
  },
  ISBLANK: of(([value = null]) => isBlank(value)),
  ISNULL: of(([value = null]) => value === null),
  BLANKVALUE: (args) => {
    const value = at(args, 0);
    return isBlank(value) ? at(args, 1) : value;
  },
  NULLVALUE: (args) => at(args, 0) ?? at(args, 1),
  ISNUMBER: of(([value = null]) => typeof value === 'number' || /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/.test(text(value))),
  ISNEW: (_, context) => context.isNew,
  ISCHANGED: (args, context) =>
    !context.isNew && !isEqual(at(args, 0), priorOf(args, context), { ...context, blankAsZero: false }),
  PRIORVALUE: (args, context) => priorOf(args, context),
  ISPICKVAL: of(([value = null, other = null]) => text(value) === text(other)),
  INCLUDES: of(([value = null, other = null]) => text(value).split(';').includes(text(other))),
  // Text.
  TEXT: words(([one = '']) => one),
  LEN: of(([value = null]) => text(value).length),
  LEFT: words(([one = ''], [, count = 0]) => one.slice(0, Math.max(0, count))),
  RIGHT: words(([one = ''], [, count = 0]) => (count <= 0 ? '' : one.slice(-count))),
  MID: words(([one = ''], [, start = 1, count = 0]) =>
    one.slice(Math.max(0, start - 1), Math.max(0, start - 1) + count),
  ),
  UPPER: words(([one = '']) => one.toUpperCase()),
  LOWER: words(([one = '']) => one.toLowerCase()),
  INITCAP: words(([one = '']) => one.toLowerCase().replace(/(?<=^|\W)\w/g, (first) => first.toUpperCase())),
  TRIM: words(([one = '']) => one.trim()),
  REVERSE: words(([one = '']) => Array.from(one).reverse().join('')),
  SUBSTITUTE: words(([one = '', from = '', to = '']) => (from === '' ? one : one.replaceAll(from, to))),
  LPAD: words(([one = '', , pad = ' '], [, length = 0]) => one.slice(0, length).padStart(length, pad || ' ')),
  RPAD: words(([one = '', , pad = ' '], [, length = 0]) => one.slice(0, length).padEnd(length, pad || ' ')),
  CONTAINS: of(([value = null, other = null]) => text(value).includes(text(other))),
  BEGINS: of(([value = null, other = null]) => text(value).startsWith(text(other))),
  FIND: of(([what = null, where = null, from = 1]) => text(where).indexOf(text(what), Number(from ?? 1) - 1) + 1),
  REGEX: of(([value = null, pattern = null]) => new RegExp(`^(?:${text(pattern)})$`, 'u').test(text(value))),
  VALUE: of(([value = null]) => {
    const read = Number(text(value).trim());
    if (Number.isNaN(read) || isBlank(value)) throw new NoValue();
    return read;
  }),
  BR: () => '\n',
  HYPERLINK: words(
    ([url = '', label = '', target = '']) =>
      `<a href="${url}"${target === '' ? '' : ` target="${target}"`}>${label}</a>`,
  ),
  IMAGE: words(
    ([url = '', alt = '', height = '', width = '']) =>
      `<img src="${url}" alt="${alt}"${height === '' ? '' : ` style="height:${height}px; width:${width}px;"`} border="0"/>`,
  ),
  CASESAFEID: words(([one = '']) => one),
  HTMLENCODE: words(([one = '']) => one.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)),
  URLENCODE: words(([one = '']) => encodeURIComponent(one)),
  ASCII: of(([value = null]) => text(value).charCodeAt(0) || null),
  CHR: words((_, [code = 0]) => String.fromCharCode(code)),
  // Numbers.
  ABS: math((one = 0) => Math.abs(one)),
  CEILING: math((one = 0) => (one < 0 ? Math.floor(one) : Math.ceil(one))),
  FLOOR: math((one = 0) => (one < 0 ? Math.ceil(one) : Math.floor(one))),
  MCEILING: math((one = 0) => Math.ceil(one)),
  MFLOOR: math((one = 0) => Math.floor(one)),
  ROUND: math((one = 0, digits = 0) => roundedBy(one, digits, Math.round)),
  TRUNC: math((one = 0, digits = 0) => roundedBy(one, digits, Math.floor)),
  MOD: math((one = 0, by = 0) => (by === 0 ? Number.NaN : one % by)),
  SQRT: math((one = 0) => Math.sqrt(one)),
  EXP: math((one = 0) => Math.exp(one)),
  LN: math((one = 0) => Math.log(one)),
  LOG: math((one = 0) => Math.log10(one)),
  MAX: math((...all) => Math.max(...all)),
  MIN: math((...all) => Math.min(...all)),
  PI: () => Math.PI,
  // Dates.
  TODAY: (_, { now }) => ({ kind: 'date', ms: Math.floor(now / dayMs) * dayMs }),
  NOW: (_, { now }) => ({ kind: 'datetime', ms: now }),
  TIMENOW: (_, { now }) => ({ kind: 'time', ms: now % dayMs }),
  DATE: of(([year = null, month = null, day = null]) =>
    typeof year === 'number' && typeof month === 'number' && typeof day === 'number'
      ? dateFrom(year, month, day)
      : null,
  ),
  DATEVALUE: of(([value = null]) => {
    if (isMoment(value)) return { kind: 'date', ms: Math.floor(value.ms / dayMs) * dayMs };
    const ms = Date.parse(`${text(value).slice(0, 10)}T00:00:00.000Z`);
    if (Number.isNaN(ms)) throw new NoValue();
    return { kind: 'date', ms };
  }),
  DATETIMEVALUE: of(([value = null]) => {
    if (isMoment(value)) return { kind: 'datetime', ms: value.ms };
    const ms = Date.parse(
      text(value)
        .replace(' ', 'T')
        .replace(/(?<!Z)$/, 'Z'),
    );
    if (Number.isNaN(ms)) throw new NoValue();
    return { kind: 'datetime', ms };
  }),
  TIMEVALUE: of(([value = null]) => {
    if (isMoment(value)) return { kind: 'time', ms: value.ms % dayMs };
    const ms = Date.parse(`1970-01-01T${text(value).replace(/Z?$/, 'Z')}`);
    if (Number.isNaN(ms)) throw new NoValue();
    return { kind: 'time', ms };
  }),
  YEAR: part((date) => date.getUTCFullYear()),
  MONTH: part((date) => date.getUTCMonth() + 1),
  DAY: part((date) => date.getUTCDate()),
  HOUR: part((date) => date.getUTCHours()),
  MINUTE: part((date) => date.getUTCMinutes()),
  SECOND: part((date) => date.getUTCSeconds()),
  MILLISECOND: part((date) => date.getUTCMilliseconds()),
  WEEKDAY: part((date) => date.getUTCDay() + 1),
  DAYOFYEAR: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1),
  ADDMONTHS: of(([value = null, months = null]) =>
    isMoment(value) && typeof months === 'number' ? addedMonths(value, months) : null,
  ),
  UNIXTIMESTAMP: of(([value = null]) => (isMoment(value) ? Math.floor(value.ms / 1000) : null)),
  FROMUNIXTIME: of(([value = null]) => (typeof value === 'number' ? { kind: 'datetime', ms: value * 1000 } : null)),
};

export function isFunction(name: string): boolean {
  return name in functions;
}

export function call(name: string, args: readonly Argument[], context: FormulaContext): Value {
  const work = functions[name];
  if (work === undefined) throw new Error(`${name} was parsed and is no function.`);
  return work(args, context);
}
