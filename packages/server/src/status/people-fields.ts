/** Fields of a person as columns of the list and as what can be asked of it. The map decides, so that no other name is ever SQL (SEC9). Pure. */
import { FILTER_CONDITIONS_MAX, FilterCondition } from '@syncline/contract/filters';
import type { PeopleField } from '@syncline/contract/people';
import pg from 'pg';
import { z } from 'zod';
import { Problem } from '../errors/errors.ts';
import { askColumn } from '../mapping/compile-filter.ts';
import type { FieldMap, MappedField } from '../mapping/mapping.ts';
import { type FilterKind, filterKindOf, OPERATORS_OF, planCondition } from '../mapping/plan-filter.ts';
import { OWN_MORE } from '../mapping/shape.ts';
import type { Binds } from './binds.ts';

interface ListField {
  readonly label: string;
  /** SQL over alias `p`. */
  readonly sql: string;
  readonly mirrorType: string;
  /** Null: nothing can be asked of it. */
  readonly kind: FilterKind | null;
  readonly values: readonly string[] | null;
}
/** By the name of our column, in the map's order. */
export type ListFields = ReadonlyMap<string, ListField>;

/** Of a column that leads and contacts share, the lead's label stands, and the values of both can be chosen. */
export const listFieldsOf = (map: FieldMap): ListFields => {
  const fields = new Map<string, ListField>();
  for (const field of [...map.objects.Lead.fields, ...map.objects.Contact.fields]) {
    if (field.column === null || field.isHidden) continue;
    const before = fields.get(field.column);
    fields.set(
      field.column,
      before ? { ...before, values: together(before.values, field) } : fieldOf(field, field.column),
    );
  }
  return fields;
};

const fieldOf = (field: MappedField, column: string): ListField => ({
  label: field.label,
  sql: field.isInMore
    ? `(p.${OWN_MORE} ->> ${pg.escapeLiteral(column)})::${field.mirrorType}`
    : `p.${pg.escapeIdentifier(column)}`,
  mirrorType: field.mirrorType,
  kind: kindOf(field),
  values: field.picklist ?? null,
});

const together = (values: readonly string[] | null, { picklist }: MappedField): readonly string[] | null =>
  values === null && !picklist ? null : [...new Set([...(values ?? []), ...(picklist ?? [])])];

/** Here a formula has a value like any other, and a long text can be looked into. */
const kindOf = (field: MappedField): FilterKind | null =>
  filterKindOf({ ...field, isCalculated: false, ...(field.type === 'textarea' ? { type: 'string' } : {}) });

export const shownFields = (fields: ListFields): PeopleField[] =>
  [...fields].map(([field, { label, kind, values }]) => ({
    field,
    label,
    kind,
    operators: kind === null ? [] : [...OPERATORS_OF[kind]],
    values: values === null ? null : [...values],
  }));

const Conditions = z.array(FilterCondition).max(FILTER_CONDITIONS_MAX);
export type Conditions = z.infer<typeof Conditions>;

/** The conditions of an address. Errors: `bad-request`, `field-unknown`, `filter-wrong`. */
export const readConditions = (fields: ListFields, where: string | undefined): Conditions => {
  if (where === undefined || where === '') return [];
  const parsed = Conditions.safeParse(parse(where));
  if (!parsed.success) throw new Problem('bad-request', { where: 'where' });
  return parsed.data.map((condition) => {
    const field = fields.get(condition.field);
    if (!field) throw new Problem('field-unknown', { field: condition.field });
    return planCondition(field.kind, condition, condition.field);
  });
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** True or false, never null: who has no value is not anything, and contains nothing. */
export const meets = (fields: ListFields, { field, operator, value }: FilterCondition, binds: Binds): string => {
  const asked = fields.get(field);
  if (!asked || asked.kind === null) throw new TypeError(`not a field that can be asked: ${field}`);
  const { sql, kind, mirrorType } = asked;
  const bound = value === null ? "''" : binds.add(kind === 'id' ? value.slice(0, 15) : value, 'text');
  return `coalesce(${askColumn({ column: sql, kind, mirrorType }, operator, { text: bound, idText: bound })}, false)`;
};

/** Columns that are wanted beside, once each. Errors: `field-unknown`. */
export const readColumns = (fields: ListFields, columns: string | undefined): readonly string[] => {
  const names = [...new Set((columns ?? '').split(',').filter((name) => name !== ''))].slice(0, COLUMNS_MAX);
  for (const name of names) if (!fields.has(name)) throw new Problem('field-unknown', { field: name });
  return names;
};

const COLUMNS_MAX = 30;

/** `{column: value}` of a person; numbers and times as text, exactly as the database writes them (MAP16). */
export const valuesSql = (fields: ListFields, columns: readonly string[]): string => {
  if (columns.length === 0) return `'{}'::jsonb`;
  const pairs = columns.map((column) => {
    const { sql, mirrorType } = fields.get(column) ?? { sql: 'null', mirrorType: 'text' };
    return `${pg.escapeLiteral(column)}, ${mirrorType === 'boolean' ? sql : `(to_jsonb(${sql}) #>> '{}')`}`;
  });
  return `jsonb_build_object(${pairs.join(', ')})`;
};
