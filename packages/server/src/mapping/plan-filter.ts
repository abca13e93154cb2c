/**
 * Filters of objects (N117): what may be asked of a field, and a wish checked against the map. Pure.
 *
 * A filter compares what Salesforce has, so a field need not have a column of ours. Left out are values that no query compares (long text, times)
 * and formulas, whose change moves no stamp: a record would leave the filter without anybody being told.
 */
import { Problem } from '../errors/errors.ts';
import type { Condition, Filter, FilterOperator, MappedField, ObjectMap } from './mapping.ts';

/** Kinds of values, and what may be asked of each. */
export const OPERATORS_OF = {
  text: ['is', 'is_not', 'contains', 'not_contains', 'empty', 'not_empty'],
  id: ['is', 'is_not', 'empty', 'not_empty'],
  set: ['contains', 'not_contains', 'is', 'is_not', 'empty', 'not_empty'],
  number: ['is', 'is_not', 'at_least', 'at_most', 'empty', 'not_empty'],
  date: ['is', 'is_not', 'at_least', 'at_most', 'empty', 'not_empty'],
  datetime: ['at_least', 'at_most', 'empty', 'not_empty'],
  flag: ['is'],
} as const satisfies Readonly<Record<string, readonly FilterOperator[]>>;
export type FilterKind = keyof typeof OPERATORS_OF;

/** The longest text that a query compares. */
const COMPARED_LENGTH_MAX = 255;
/** System fields that say what became of a record; the sync itself asks them. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['IsDeleted', 'MasterRecordId', 'IsConverted', 'SystemModstamp']);

/** Null: the field cannot be asked. */
export const filterKindOf = (field: MappedField): FilterKind | null => {
  if (field.isCalculated || OWN_FIELDS.has(field.name)) return null;
  switch (field.mirrorType) {
    case 'boolean':
      return 'flag';
    case 'integer':
    case 'bigint':
    case 'numeric':
      return 'number';
    case 'date':
      return 'date';
    case 'timestamptz(0)':
      return 'datetime';
    case 'text':
      return textKindOf(field);
    default:
      return null;
  }
};

const textKindOf = ({ type, length }: MappedField): FilterKind | null => {
  if (type === 'id' || type === 'reference') return 'id';
  if (type === 'multipicklist') return 'set';
  return type === 'textarea' && length > COMPARED_LENGTH_MAX ? null : 'text';
};

/** A wish as it is stored: every condition fits its field, every value is in Salesforce's own notation. Errors: `field-unknown`, `filter-wrong`. */
export const planFilter = (map: ObjectMap, wish: Filter): Filter => {
  if (map.object === 'User') throw new Problem('filter-wrong', { field: 'User', value: '' });
  return { match: wish.match, conditions: wish.conditions.map((condition) => planOfField(map, condition)) };
};

const planOfField = (map: ObjectMap, condition: Condition): Condition => {
  const path = `${map.object}.${condition.field}`;
  const field = map.fields.find(({ name }) => name === condition.field);
  if (!field) throw new Problem('field-unknown', { field: path });
  return planCondition(filterKindOf(field), condition, path);
};

/** A condition whose value fits a kind, in Salesforce's own notation. `path` names the field. Errors: `filter-wrong`. */
export const planCondition = (kind: FilterKind | null, condition: Condition, path: string): Condition => {
  const operators: readonly string[] = kind === null ? [] : OPERATORS_OF[kind];
  if (kind === null || !operators.includes(condition.operator))
    throw new Problem('filter-wrong', { field: path, value: condition.value ?? '' });
  if (condition.operator === 'empty' || condition.operator === 'not_empty') return { ...condition, value: null };
  const value = VALUE_OF[kind](condition.value?.trim() ?? '', condition);
  if (value === null) throw new Problem('filter-wrong', { field: path, value: condition.value ?? '' });
  return { ...condition, value };
};

/** A value as Salesforce writes it; null: it is none of this kind. */
const VALUE_OF: Readonly<Record<FilterKind, (text: string, condition: Condition) => string | null>> = {
  text: (text) => (text === '' || CONTROL.test(text) ? null : text),
  set: (text, { operator }) =>
    text === '' ||
    CONTROL.test(text) ||
    (text.includes(';') && (operator === 'contains' || operator === 'not_contains'))
      ? null
      : text,
  id: (text) => (/^([a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})$/.test(text) ? text : null),
  number: (text) => (/^-?\d{1,18}(\.\d{1,18})?$/.test(text) ? text : null),
  date: (text) => (isDay(text) ? text : null),
  datetime: (text) => {
    if (isDay(text)) return `${text}T00:00:00Z`;
    const [day = '', time = ''] = text.split('T');
    return isDay(day) && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(time) ? text : null;
  },
  flag: (text) => (text === 'true' || text === 'false' ? text : null),
};

/** No value that somebody types has them, and Postgres or a query may refuse them. */
const CONTROL = /\p{Cc}/u;

/** Salesforce's years; a day that the calendar has. */
const isDay = (text: string): boolean => {
  if (!/^(1[7-9]|[23]\d)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};

/**
 * N117: whether Salesforce has no index that we know of for the filter. Of `all` one indexed condition is enough, of `any` each must be. Ids, lookups,
 * names, e-mail addresses and a record's own dates have one; of custom fields only lookups are known to.
 */
export const isSlow = (map: ObjectMap, { match, conditions }: Filter): boolean => {
  const isIndexed = (condition: Condition): boolean => {
    const field = map.fields.find(({ name }) => name === condition.field);
    return field !== undefined && NARROW.has(condition.operator) && hasIndex(field);
  };
  return !(match === 'all' ? conditions.some(isIndexed) : conditions.every(isIndexed));
};

/** What an index can be asked for. */
const NARROW: ReadonlySet<string> = new Set(['is', 'at_least', 'at_most']);

const hasIndex = ({ name, type, isCustom }: MappedField): boolean =>
  type === 'id' ||
  type === 'reference' ||
  (!isCustom && (type === 'email' || name === 'Name' || name === 'CreatedDate'));

/** Fields that a filter asks. */
export const filterFields = (map: ObjectMap): readonly string[] => [
  ...new Set(map.filter?.conditions.map(({ field }) => field)),
];

export const isSameFilter = (one: Filter | undefined, other: Filter | undefined): boolean =>
  JSON.stringify(plain(one)) === JSON.stringify(plain(other));

const plain = (filter: Filter | undefined): unknown =>
  filter === undefined
    ? null
    : [filter.match, filter.conditions.map(({ field, operator, value }) => [field, operator, value])];
