/** SOQL's functions of one row: of dates, of labels, of places. Each gives SQL and the field whose type its value has. */
import type { FieldFunctionExpression, FunctionExp } from '@jetstreamapp/soql-parser-js';
import { SalesforceError } from '../salesforce-error.ts';
import type { FieldDescribe } from '../schema/schema.ts';
import type { Operand } from './conditions.ts';
import type { Scope } from './scope.ts';

type Call = FunctionExp | FieldFunctionExpression;

const whole =
  (format: string) =>
  (sql: string): string =>
    `cast(cast(strftime('${format}', ${sql}) as integer) as text)`;

/** A part of a date or datetime, in UTC. */
const dateParts: Readonly<Record<string, (sql: string) => string>> = {
  CALENDAR_YEAR: whole('%Y'),
  CALENDAR_QUARTER: (sql) => `cast((cast(strftime('%m', ${sql}) as integer) + 2) / 3 as text)`,
  CALENDAR_MONTH: whole('%m'),
  FISCAL_YEAR: whole('%Y'),
  FISCAL_QUARTER: (sql) => `cast((cast(strftime('%m', ${sql}) as integer) + 2) / 3 as text)`,
  FISCAL_MONTH: whole('%m'),
  WEEK_IN_YEAR: (sql) => `cast((cast(strftime('%j', ${sql}) as integer) + 6) / 7 as text)`,
  WEEK_IN_MONTH: (sql) => `cast((cast(strftime('%d', ${sql}) as integer) + 6) / 7 as text)`,
  DAY_IN_MONTH: whole('%d'),
  DAY_IN_YEAR: whole('%j'),
  DAY_IN_WEEK: (sql) => `cast(cast(strftime('%w', ${sql}) as integer) + 1 as text)`,
  HOUR_IN_DAY: whole('%H'),
};

/** Functions that change no value here: numbers and times have one form for everybody. */
const passedThrough = new Set(['FORMAT', 'CONVERTTIMEZONE']);

export function isRowFunction(name: string | undefined): boolean {
  const upper = (name ?? '').toUpperCase();
  return (
    upper in dateParts ||
    passedThrough.has(upper) ||
    ['TOLABEL', 'CONVERTCURRENCY', 'DAY_ONLY', 'DISTANCE'].includes(upper)
  );
}

/** A function as something to select, compare, group and order by; MALFORMED_QUERY if there is no such function. */
export function functionOperand(call: Call, scope: Scope): Operand {
  const name = (call.functionName ?? '').toUpperCase();
  const raw = call.rawValue ?? name;
  if (name === 'DISTANCE') return distance(call, scope, raw);
  const inner = innerOperand(call, scope, raw);
  const part = dateParts[name];
  if (part !== undefined) {
    if (inner.field.type !== 'date' && inner.field.type !== 'datetime') {
      throw new SalesforceError(400, 'INVALID_FIELD', `\nfield ${inner.name} does not support function ${name}`);
    }
    return { sql: part(inner.sql), name: raw, field: numberLike(inner.field, 'int') };
  }
  if (name === 'DAY_ONLY') {
    return { sql: `substr(${inner.sql}, 1, 10)`, name: raw, field: { ...inner.field, type: 'date', groupable: true } };
  }
  if (name === 'TOLABEL') return { sql: labelSql(inner), name: inner.name, field: inner.field };
  if (name === 'CONVERTCURRENCY') return inCorporateCurrency(inner, scope);
  if (passedThrough.has(name)) return inner;
  throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: '${call.functionName}'`);
}

/** The field, or the function of one, that a function is of. */
export function innerOperand(call: Call, scope: Scope, raw: string): Operand {
  const inner = call.parameters?.[0];
  if (typeof inner === 'string') return { ...scope.find(inner), name: inner };
  if (inner !== undefined && inner !== null) return functionOperand(inner, scope);
  throw new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${raw}`);
}

/** An amount in the corporate currency, which is every user's own; the amount itself in an org of one currency. */
function inCorporateCurrency(inner: Operand, scope: Scope): Operand {
  const code = sqlAt(scope, inner.name.replace(/\w+$/, 'CurrencyIsoCode'));
  if (code === undefined) return inner;
  const rate = `(select cast("ConversionRate" as real) from "CurrencyType" where "IsoCode" = ${code})`;
  const { scale } = inner.field;
  return { ...inner, sql: `cast(round(cast(${inner.sql} as real) / ${rate}, ${scale}) as text)` };
}

/** SQL for a field at a path; undefined if there is none. */
function sqlAt(scope: Scope, path: string): string | undefined {
  try {
    return scope.find(path).sql;
  } catch (error) {
    if (error instanceof SalesforceError) return undefined;
    throw error;
  }
}

function numberLike(field: FieldDescribe, type: 'int' | 'double'): FieldDescribe {
  return { ...field, type, groupable: true, sortable: true, filterable: true, nillable: true };
}

/** The label of a picklist's value, where it is not the value itself. */
function labelSql({ sql, field }: Operand): string {
  const other = field.picklistValues.filter(({ label, value }) => label !== null && label !== value);
  if (other.length === 0) return sql;
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const whens = other.map(({ label, value }) => `when ${quoted(value)} then ${quoted(label ?? value)}`);
  return `case ${sql} ${whens.join(' ')} else ${sql} end`;
}

/** `DISTANCE(Address, GEOLOCATION(37.7, -122.4), 'km')`: along the surface of a sphere. */
function distance(call: Call, scope: Scope, raw: string): Operand {
  const [place, point, unit] = call.parameters ?? [];
  const wrong = new SalesforceError(400, 'MALFORMED_QUERY', `unexpected token: ${raw}`);
  if (typeof place !== 'string' || typeof point !== 'object' || point === null) throw wrong;
  const [latitude, longitude] = (point.parameters ?? []).map(Number);
  if (latitude === undefined || longitude === undefined || Number.isNaN(latitude + longitude)) throw wrong;
  const { latitudeSql, longitudeSql } = scope.coordinates(place);
  const radius = typeof unit === 'string' && /^'?mi'?$/i.test(unit) ? 3958.8 : 6371;
  const lat = `radians(cast(${latitudeSql} as real))`;
  const cosine = `sin(radians(${latitude})) * sin(${lat}) + cos(radians(${latitude})) * cos(${lat}) * cos(radians(cast(${longitudeSql} as real) - (${longitude})))`;
  return {
    sql: `cast(${radius} * acos(max(-1.0, min(1.0, ${cosine}))) as text)`,
    name: raw,
    field: numberLike(scope.find(place).field, 'double'),
  };
}
