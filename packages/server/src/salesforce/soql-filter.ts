/**
 * A filter of an object as conditions of queries (N117): who is in, and who is out. Every record meets exactly one of the two, a field without a value
 * included; so what left is asked for by its own condition and nothing is concluded from absence. Pure.
 */
import type { Condition, Filter, FilterOperator, ObjectMap } from '../mapping/mapping.ts';
import { type FilterKind, filterKindOf } from '../mapping/plan-filter.ts';
import {
  allOf,
  anyOf,
  compares,
  excludes,
  includes,
  isEqual,
  isLike,
  isNot,
  isNotNull,
  isNull,
  type Soql,
  soqlBare,
  soqlText,
} from './soql.ts';

/** Undefined: every record is in. */
export const filterSoql = (map: ObjectMap, filter = map.filter): Soql | undefined =>
  filter === undefined ? undefined : joined(filter, (condition) => meets(kindOf(map, condition), condition));

/** Who does not meet the filter; undefined: nobody. */
export const outsideSoql = (map: ObjectMap, filter = map.filter): Soql | undefined =>
  filter === undefined
    ? undefined
    : joined({ ...filter, match: filter.match === 'all' ? 'any' : 'all' }, (condition) =>
        misses(kindOf(map, condition), condition),
      );

/**
 * What a pass reads of a filtered object: who is in, and what ends a record, whoever it is of. A lead that is converted, or a record that is deleted, often
 * leaves a filter with that very change, and must be known as converted or deleted.
 */
export const readSoql = (map: ObjectMap): Soql | undefined => {
  const inside = filterSoql(map);
  return inside && anyOf(inside, ...endings(map).map((field) => isEqual(field, true)));
};

/** Who left, of what did not end. */
export const leftSoql = (map: ObjectMap): Soql | undefined => {
  const outside = outsideSoql(map);
  return outside && allOf(outside, ...endings(map).map((field) => isEqual(field, false)));
};

const ENDINGS = ['IsDeleted', 'IsConverted'] as const;
const endings = (map: ObjectMap): readonly string[] =>
  ENDINGS.filter((name) => map.fields.some((field) => field.name === name));

const joined = ({ match, conditions }: Filter, compile: (condition: Condition) => Soql): Soql =>
  match === 'all' ? allOf(...conditions.map(compile)) : anyOf(...conditions.map(compile));

const kindOf = (map: ObjectMap, { field: asked }: Condition): FilterKind => {
  const field = map.fields.find(({ name }) => name === asked);
  const kind = field ? filterKindOf(field) : null;
  if (kind === null) throw new TypeError(`not a field that can be asked: ${asked}`);
  return kind;
};

const OPPOSITE = {
  is: 'is_not',
  is_not: 'is',
  contains: 'not_contains',
  not_contains: 'contains',
  empty: 'not_empty',
  not_empty: 'empty',
} as const satisfies Partial<Record<FilterOperator, FilterOperator>>;

const misses = (kind: FilterKind, condition: Condition): Soql => {
  const { field, operator } = condition;
  if (operator === 'at_least') return orEmpty(field, compares(field, '<', literal(kind, condition)));
  if (operator === 'at_most') return orEmpty(field, compares(field, '>', literal(kind, condition)));
  if (kind === 'flag') return compares(field, '!=', literal(kind, condition));
  return meets(kind, { ...condition, operator: OPPOSITE[operator] });
};

/** Nothing is left to what a comparison with null means: it is asked for by name. */
const meets = (kind: FilterKind, condition: Condition): Soql => {
  const { field, operator } = condition;
  switch (operator) {
    case 'is':
      return compares(field, '=', literal(kind, condition));
    case 'is_not':
      return orEmpty(field, compares(field, '!=', literal(kind, condition)));
    case 'contains':
      return kind === 'set' ? includes(field, condition.value ?? '') : isLike(field, condition.value ?? '');
    case 'not_contains':
      return orEmpty(
        field,
        kind === 'set' ? excludes(field, condition.value ?? '') : isNot(isLike(field, condition.value ?? '')),
      );
    case 'at_least':
      return compares(field, '>=', literal(kind, condition));
    case 'at_most':
      return compares(field, '<=', literal(kind, condition));
    case 'empty':
      return isNull(field);
    case 'not_empty':
      return isNotNull(field);
  }
};

const orEmpty = (field: string, condition: Soql): Soql => anyOf(condition, isNull(field));

const literal = (kind: FilterKind, { value }: Condition): string =>
  kind === 'text' || kind === 'id' || kind === 'set' ? soqlText(value ?? '') : soqlBare(value ?? '');
