/**
 * Every query text of the sync is made here, and everything in it is checked or quoted: a name that is no name is refused, a value is
 * only ever a value (SEC9). Numbers and ids of ours never reach a query.
 */

/** A condition or a whole query; made by this file alone. */
export type Soql = string & { readonly soql: unique symbol };

const NAME = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/;
const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** An object's or field's API name, with dotted parents; anything else is our bug. */
export const soqlName = (name: string): string => {
  if (!NAME.test(name)) throw new TypeError(`not a name of Salesforce: ${JSON.stringify(name)}`);
  return name;
};

/** https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
export const soqlText = (value: string): string =>
  `'${value.replace(/[\\'\n\r\t\f\b]/g, (found) => ESCAPES[found] ?? found)}'`;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

/** UTC, `2026-11-24T03:00:00Z` or with milliseconds. */
export const soqlDateTime = (at: Date | string): string => {
  const stamp = typeof at === 'string' ? at : at.toISOString();
  if (!STAMP.test(stamp)) throw new TypeError(`not a UTC datetime: ${JSON.stringify(stamp)}`);
  return stamp;
};

/** `field in ('a', 'b')`; with no values, a condition that nothing meets. */
export const isOneOf = (field: string, values: readonly string[]): Soql =>
  values.length === 0
    ? soql(`${soqlName(field)} = null AND ${soqlName(field)} != null`)
    : soql(`${soqlName(field)} IN (${values.map(soqlText).join(',')})`);

/** IN2: at or after, never after. */
export const isAtOrAfter = (field: string, at: Date | string): Soql =>
  soql(`${soqlName(field)} >= ${soqlDateTime(at)}`);

/** `field = null`: without a value; of text that is empty text as well. */
export const isNull = (field: string): Soql => soql(`${soqlName(field)} = null`);
export const isNotNull = (field: string): Soql => soql(`${soqlName(field)} != null`);

const NUMBER = /^-?\d{1,18}(\.\d{1,18})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Values that are not quoted: numbers, days, datetimes in UTC, true and false. Anything else is our bug. */
export const soqlBare = (value: string): string => {
  if (NUMBER.test(value) || DAY.test(value) || STAMP.test(value) || value === 'true' || value === 'false') return value;
  throw new TypeError(`not a value without quotes: ${JSON.stringify(value)}`);
};

/** `value`: the text of a literal, made by `soqlText` or `soqlBare`. */
export const compares = (field: string, operator: '=' | '!=' | '<' | '<=' | '>' | '>=', value: string): Soql =>
  soql(`${soqlName(field)} ${operator} ${value}`);

/** Wildcards of the value are letters like others: `%` and `_` take a backslash of their own, beside those of the text. */
export const isLike = (field: string, part: string): Soql =>
  soql(`${soqlName(field)} LIKE '%${soqlText(part).slice(1, -1).replaceAll(/[%_]/g, '\\$&')}%'`);

/** Whether a multi-select picklist has the value. */
export const includes = (field: string, value: string): Soql =>
  soql(`${soqlName(field)} INCLUDES (${soqlText(value)})`);
export const excludes = (field: string, value: string): Soql =>
  soql(`${soqlName(field)} EXCLUDES (${soqlText(value)})`);

export const isNot = (condition: Soql): Soql => soql(`(NOT ${condition})`);

export const isEqual = (field: string, value: string | boolean): Soql =>
  soql(`${soqlName(field)} = ${typeof value === 'boolean' ? String(value) : soqlText(value)}`);

export const allOf = (...conditions: readonly Soql[]): Soql =>
  soql(conditions.map((condition) => `(${condition})`).join(' AND '));

export const anyOf = (...conditions: readonly Soql[]): Soql =>
  soql(conditions.map((condition) => `(${condition})`).join(' OR '));

export interface Select {
  readonly fields: readonly string[];
  readonly from: string;
  readonly where?: Soql;
  readonly orderBy?: readonly string[];
  readonly limit?: number;
}

export const select = ({ fields, from, where, orderBy, limit }: Select): Soql =>
  soql(
    [
      `SELECT ${fields.map(soqlName).join(', ')} FROM ${soqlName(from)}`,
      where === undefined ? '' : ` WHERE ${where}`,
      orderBy === undefined || orderBy.length === 0 ? '' : ` ORDER BY ${orderBy.map(soqlName).join(', ')}`,
      limit === undefined ? '' : ` LIMIT ${Math.trunc(limit)}`,
    ].join(''),
  );

export const selectCount = (from: string, where?: Soql): Soql =>
  soql(`SELECT COUNT() FROM ${soqlName(from)}${where === undefined ? '' : ` WHERE ${where}`}`);

const soql = (text: string): Soql => text as Soql;
