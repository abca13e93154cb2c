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
  const value = condition.value ?? '';
  return askColumn({ column: columnOf(field), kind, mirrorType: field.mirrorType }, condition.operator, {
    text: text(value),
    idText: text(value.slice(0, 15)),
  });
};

const columnOf = ({ name, isInMirrorMore, mirrorType }: MappedField): string =>
  isInMirrorMore ? `(m.${id(MIRROR_MORE)} ->> ${text(name)})::${mirrorType}` : `m.${id(name)}`;

export interface AskedColumn {
  /** SQL of the column; its kind; its type in Postgres. */
  readonly column: string;
  readonly kind: FilterKind;
  readonly mirrorType: string;
}

/** What an operator means. `value` is SQL of the value as text, and of its first 15 characters. Null where the column is. */
export const askColumn = (
  { column, kind, mirrorType }: AskedColumn,
  operator: Condition['operator'],
  value: { readonly text: string; readonly idText: string },
): string => {
  // A number of more digits than the column's type holds is compared, not refused.
  const typed = `${value.text}::${kind === 'number' ? 'numeric' : mirrorType}`;
  const same = sameAs(column, kind, typed, value);
  switch (operator) {
    case 'empty':
      return isEmpty(column, kind);
    case 'not_empty':
      return `not ${isEmpty(column, kind)}`;
    case 'is_not':
      return `(${isEmpty(column, kind)} or not ${same})`;
    case 'not_contains':
      return `(${isEmpty(column, kind)} or not ${contains(column, kind, value.text)})`;
    case 'is':
      return same;
    case 'contains':
      return contains(column, kind, value.text);
    case 'at_least':
      return `${column} >= ${typed}`;
    case 'at_most':
      return `${column} <= ${typed}`;
  }
};

const isText = (kind: FilterKind): boolean => kind === 'text' || kind === 'set' || kind === 'id';

const isEmpty = (column: string, kind: FilterKind): string =>
  isText(kind) ? `(${column} is null or ${column} = '')` : `(${column} is null)`;

/** Salesforce compares text without regard to case, and an id by its first 15 characters. */
const sameAs = (
  column: string,
  kind: FilterKind,
  typed: string,
  value: { readonly text: string; readonly idText: string },
): string => {
  if (kind === 'text') return `lower(${column}) = lower(${value.text})`;
  if (kind === 'set') return `sync.value_set(lower(${column})) = sync.value_set(lower(${value.text}))`;
  if (kind === 'id') return `left(${column}, 15) = ${value.idText}`;
  return `${column} = ${typed}`;
};

const contains = (column: string, kind: FilterKind, value: string): string =>
  kind === 'set'
    ? `lower(${value}) = any (string_to_array(lower(${column}), ';'))`
    : `position(lower(${value}) in lower(${column})) > 0`;
