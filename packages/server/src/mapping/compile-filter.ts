/** A filter as a condition on rows `m` of an object's mirror: who of those we know is in. Pure. */
import pg from 'pg';
import type { Condition, Filter, MappedField, ObjectMap } from './mapping.ts';
import { type FilterKind, filterKindOf } from './plan-filter.ts';
import { MIRROR_MORE } from './shape.ts';

const id = pg.escapeIdentifier;
const text = pg.escapeLiteral;

/** True or false, never null. What Salesforce says is what counts; this is for counting beforehand, from what it last told us. */
export const compileFilter = (map: ObjectMap, filter: Filter | undefined): string => {
  if (filter === undefined) return 'true';
  const conditions = filter.conditions.map((condition) => `coalesce(${conditionOf(map, condition)}, false)`);
  return `(${conditions.join(filter.match === 'all' ? ' and ' : ' or ')})`;
};

const conditionOf = (map: ObjectMap, condition: Condition): string => {
  const field = map.fields.find(({ name }) => name === condition.field);
  const kind = field ? filterKindOf(field) : null;
  if (!field || kind === null) throw new TypeError(`not a field that can be asked: ${condition.field}`);
  const column = columnOf(field);
  switch (condition.operator) {
    case 'empty':
      return isEmpty(column, kind);
    case 'not_empty':
      return `not ${isEmpty(column, kind)}`;
    case 'is_not':
      return `(${isEmpty(column, kind)} or not ${same(column, kind, field, condition)})`;
    case 'not_contains':
      return `(${isEmpty(column, kind)} or not ${contains(column, kind, condition)})`;
    case 'is':
      return same(column, kind, field, condition);
    case 'contains':
      return contains(column, kind, condition);
    case 'at_least':
      return `${column} >= ${valueOf(field, condition)}`;
    case 'at_most':
      return `${column} <= ${valueOf(field, condition)}`;
  }
};

const columnOf = ({ name, isInMirrorMore, mirrorType }: MappedField): string =>
  isInMirrorMore ? `(m.${id(MIRROR_MORE)} ->> ${text(name)})::${mirrorType}` : `m.${id(name)}`;

const valueOf = ({ mirrorType }: MappedField, { value }: Condition): string => `${text(value ?? '')}::${mirrorType}`;

const isText = (kind: FilterKind): boolean => kind === 'text' || kind === 'set' || kind === 'id';

const isEmpty = (column: string, kind: FilterKind): string =>
  isText(kind) ? `(${column} is null or ${column} = '')` : `(${column} is null)`;

/** Salesforce compares text without regard to case, and an id by its first 15 characters. */
const same = (column: string, kind: FilterKind, field: MappedField, condition: Condition): string => {
  const value = condition.value ?? '';
  if (kind === 'text') return `lower(${column}) = lower(${text(value)})`;
  if (kind === 'set') return `sync.value_set(lower(${column})) = sync.value_set(lower(${text(value)}))`;
  if (kind === 'id') return `left(${column}, 15) = ${text(value.slice(0, 15))}`;
  return `${column} = ${valueOf(field, condition)}`;
};

const contains = (column: string, kind: FilterKind, { value }: Condition): string =>
  kind === 'set'
    ? `lower(${text(value ?? '')}) = any (string_to_array(lower(${column}), ';'))`
    : `position(lower(${text(value ?? '')}) in lower(${column})) > 0`;
