/** A filter while somebody edits it. Pure. */
import type { FilterField, FilterOperator, ObjectFilter } from '@syncline/contract/filters';

export interface DraftCondition {
  /** For lists alone: a condition keeps its place on the screen when another one goes. */
  readonly key: number;
  readonly field: string;
  readonly operator: FilterOperator;
  readonly value: string;
}

export interface FilterDraft {
  readonly match: ObjectFilter['match'];
  readonly conditions: readonly DraftCondition[];
}

export const draftOf = (filter: ObjectFilter | null): FilterDraft => ({
  match: filter?.match ?? 'all',
  conditions: (filter?.conditions ?? []).map(({ field, operator, value }, key) => ({
    key,
    field,
    operator,
    value: value ?? '',
  })),
});

export const asksValue = (operator: FilterOperator): boolean => operator !== 'empty' && operator !== 'not_empty';

/** What is saved; without conditions every record is in. */
export const filterOf = ({ match, conditions }: FilterDraft): ObjectFilter | null =>
  conditions.length === 0
    ? null
    : {
        match,
        conditions: conditions.map(({ field, operator, value }) => ({
          field,
          operator,
          value: asksValue(operator) ? value.trim() : null,
        })),
      };

export const withCondition = (draft: FilterDraft, fields: readonly FilterField[]): FilterDraft => {
  const [first] = fields;
  const key = Math.max(-1, ...draft.conditions.map((condition) => condition.key)) + 1;
  return first === undefined
    ? draft
    : { ...draft, conditions: [...draft.conditions, { key, ...startOf(first), field: first.name }] };
};

/** Another field is asked what it can be asked; a value stays only where the same is asked of it. */
export const withField = (condition: DraftCondition, field: FilterField): DraftCondition =>
  field.operators.includes(condition.operator) && field.kind !== 'flag'
    ? { ...condition, field: field.name }
    : { ...condition, ...startOf(field), field: field.name };

const startOf = (field: FilterField): Pick<DraftCondition, 'operator' | 'value'> => ({
  operator: field.operators[0] ?? 'is',
  value: field.kind === 'flag' ? 'true' : '',
});
