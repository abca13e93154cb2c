import './filters.css';
import type { FilterField } from '@syncline/contract/filters';
import { useId } from 'react';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';
import { asksValue, type DraftCondition, withField } from './filter-draft.ts';

/** A field to ask; `values`: what can be chosen, where it has a list. */
export interface AskedField extends FilterField {
  readonly values?: readonly string[] | null;
}

interface ConditionRowProps {
  readonly condition: DraftCondition;
  readonly fields: readonly AskedField[];
  readonly onChange: (condition: DraftCondition) => void;
  /** Absent: it is the only one. */
  readonly onRemove?: () => void;
}

/** One condition: a field, what is asked of it, and a value of its kind. */
export const ConditionRow = ({ condition, fields, onChange, onRemove }: ConditionRowProps) => {
  const { words } = useWords();
  const field = fields.find(({ name }) => name === condition.field);
  const label = field?.label ?? condition.field;
  return (
    <fieldset className="filter-condition" aria-label={label}>
      <Select
        label={words.filters.field}
        isStacked
        value={condition.field}
        options={fields.map(({ name, label: said }) => ({ value: name, label: `${said} (${name})` }))}
        onChange={(name) => {
          const chosen = fields.find((each) => each.name === name);
          if (chosen !== undefined) onChange(withField(condition, chosen));
        }}
      />
      <Select
        label={words.filters.operator}
        isStacked
        value={condition.operator}
        options={(field?.operators ?? [condition.operator]).map((value) => ({
          value,
          label: words.filters.operators[value],
        }))}
        onChange={(operator) => onChange({ ...condition, operator })}
      />
      {asksValue(condition.operator) ? <Value condition={condition} field={field} onChange={onChange} /> : null}
      {onRemove === undefined ? null : (
        <Button isSmall look="quiet" label={words.filters.remove(label)} onPress={onRemove}>
          {words.filters.removeShort}
        </Button>
      )}
    </fieldset>
  );
};

interface ValueProps {
  readonly condition: DraftCondition;
  readonly field: AskedField | undefined;
  readonly onChange: (condition: DraftCondition) => void;
}

const Value = ({ condition, field, onChange }: ValueProps) => {
  const { words } = useWords();
  const id = useId();
  const change = (value: string): void => onChange({ ...condition, value });
  if (field?.kind === 'flag') {
    return (
      <Select
        label={words.filters.value}
        isStacked
        value={condition.value === 'false' ? 'false' : 'true'}
        options={(['true', 'false'] as const).map((value) => ({ value, label: words.filters.values[value] }))}
        onChange={change}
      />
    );
  }
  // A part of a value is typed; a whole one is chosen, and one that is no longer in the list stays what it is.
  if (
    field?.values &&
    field.values.length > 0 &&
    condition.operator !== 'contains' &&
    condition.operator !== 'not_contains'
  ) {
    const values = [...new Set([condition.value, ...field.values])];
    return (
      <Select
        label={words.filters.value}
        isStacked
        value={condition.value}
        options={values.map((value) => ({ value, label: value }))}
        onChange={change}
      />
    );
  }
  return (
    <TextField
      name={`value-${id}`}
      label={words.filters.value}
      value={condition.value}
      onChange={change}
      {...(field === undefined || words.filters.hints[field.kind] === ''
        ? {}
        : { hint: words.filters.hints[field.kind] })}
    />
  );
};
