import type { FilterOfObject, ObjectFilter } from '@syncline/contract/filters';
import { FILTER_CONDITIONS_MAX } from '@syncline/contract/filters';
import { type FormEvent, useState } from 'react';
import type { ShownProblem } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { Select } from '../../components/select.tsx';
import { useWords } from '../../words/use-words.ts';
import { ConditionRow } from './condition-row.tsx';
import { FilterCount } from './filter-count.tsx';
import { type DraftCondition, draftOf, filterOf, withCondition } from './filter-draft.ts';

export interface FilterEditorProps {
  readonly of: FilterOfObject;
  /** After the start a filter goes into the draft. */
  readonly isStarted: boolean;
  readonly isPending: boolean;
  readonly problem: ShownProblem | null;
  readonly onSave: (filter: ObjectFilter | null) => void;
  readonly onCancel: () => void;
}

/** The conditions of one object: rows of field, question and value, all or any of them. */
export const FilterEditor = ({ of, isStarted, isPending, problem, onSave, onCancel }: FilterEditorProps) => {
  const { words } = useWords();
  const [draft, setDraft] = useState(() => draftOf(of.filter));
  const [counted, setCounted] = useState<ObjectFilter | null | undefined>();
  const filter = filterOf(draft);
  const object = words.objects[of.object];
  const change = (key: number, condition: DraftCondition | null): void =>
    setDraft((before) => ({
      ...before,
      conditions: before.conditions.flatMap((one) => (one.key !== key ? [one] : condition === null ? [] : [condition])),
    }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSave(filter);
  };
  return (
    <form className="stack" aria-label={words.filters.of(object)} onSubmit={submit} noValidate>
      {draft.conditions.length < 2 ? null : (
        <Select
          label={words.filters.match}
          value={draft.match}
          options={(['all', 'any'] as const).map((value) => ({ value, label: words.filters.matches[value] }))}
          onChange={(match) => setDraft((before) => ({ ...before, match }))}
        />
      )}
      {draft.conditions.map((condition) => (
        <ConditionRow
          key={condition.key}
          condition={condition}
          fields={of.fields}
          onChange={(changed) => change(condition.key, changed)}
          onRemove={() => change(condition.key, null)}
        />
      ))}
      {draft.conditions.length === 0 ? <p className="muted">{words.filters.conditionNeeded}</p> : null}
      <div className="row">
        <Button
          isSmall
          isDisabled={draft.conditions.length >= FILTER_CONDITIONS_MAX}
          onPress={() => setDraft((before) => withCondition(before, of.fields))}
        >
          {words.filters.add}
        </Button>
        <Button isSmall onPress={() => setCounted(filter)}>
          {words.filters.count}
        </Button>
        {counted === undefined ? null : <FilterCount object={of.object} filter={counted} isToldSlow />}
      </div>
      {problem === null ? null : <Failed problem={problem} live="assertive" hideLink />}
      <div className="row">
        <Button type="submit" look="primary" isPending={isPending}>
          {isStarted ? words.filters.toDraft : words.filters.save}
        </Button>
        <Button onPress={onCancel}>{words.filters.cancel}</Button>
      </div>
    </form>
  );
};
