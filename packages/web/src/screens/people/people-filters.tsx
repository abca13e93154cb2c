import type { FilterCondition } from '@syncline/contract/filters';
import { CHANGED_HOURS, type PeopleField, type PersonRow } from '@syncline/contract/people';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { PeopleFilter } from '../../api/client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Select } from '../../components/select.tsx';
import { useWords } from '../../words/use-words.ts';
import { type AskedField, ConditionRow } from '../filters/condition-row.tsx';
import { type FilterDraft, filterOf, withCondition } from '../filters/filter-draft.ts';
import { conditionText } from '../mappings/filter-text.ts';

const RECORD_KINDS = [
  'lead',
  'contact',
  'marketing_only',
  'deleted',
] as const satisfies readonly PersonRow['recordKind'][];

interface FiltersProps {
  readonly filter: PeopleFilter;
  readonly fields: readonly PeopleField[];
  readonly onChange: (change: PeopleFilter) => void;
}

/** What narrows the list beside its search: all of it must hold, and lives in the address. */
export const PeopleFilters = ({ filter, fields, onChange }: FiltersProps) => {
  const { words } = useWords();
  return (
    <>
      <Select
        label={words.people.record}
        value={filter.record ?? 'any'}
        options={[
          { value: 'any', label: words.people.anyRecord },
          ...RECORD_KINDS.map((value) => ({ value, label: words.badges.record[value] })),
        ]}
        onChange={(record) => onChange({ record: record === 'any' ? undefined : record })}
      />
      <SearchField
        isFilter
        label={words.people.ownerFilter}
        value={filter.owner ?? ''}
        onSearch={(owner) => onChange({ owner: owner.trim() === '' ? undefined : owner.trim() })}
      />
      <Select
        label={words.people.changed}
        value={String(filter.changed ?? 'any')}
        options={(['any', ...CHANGED_HOURS] as const).map((value) => ({
          value: String(value),
          label: words.people.changedWithin[value],
        }))}
        onChange={(chosen) => onChange({ changed: CHANGED_HOURS.find((hours) => String(hours) === chosen) })}
      />
      <AddFilter fields={fields} onAdd={(condition) => onChange({ where: [...(filter.where ?? []), condition] })} />
    </>
  );
};

/** The conditions on fields that hold now; each goes by itself. */
export const FieldFilters = ({ filter, fields, onChange }: FiltersProps) => {
  const { words } = useWords();
  const conditions = filter.where ?? [];
  if (conditions.length === 0) return null;
  const textOf = (condition: FilterCondition): string => {
    const label = fields.find(({ field }) => field === condition.field)?.label ?? condition.field;
    return conditionText({ ...condition, field: label }, words);
  };
  const without = (at: number): void => {
    const left = conditions.filter((_, place) => place !== at);
    onChange({ where: left.length === 0 ? undefined : left });
  };
  return (
    <ul className="field-filters" aria-label={words.people.filtersLabel}>
      {conditions.map((condition, at) => (
        <li key={`${at} ${textOf(condition)}`}>
          {textOf(condition)}
          <Button isSmall look="quiet" label={words.people.removeFilter(textOf(condition))} onPress={() => without(at)}>
            <X aria-hidden />
          </Button>
        </li>
      ))}
    </ul>
  );
};

/** What can be asked, as the editor of conditions takes it. */
const askedFields = (fields: readonly PeopleField[]): readonly AskedField[] =>
  fields.flatMap(({ field, label, kind, operators, values }) =>
    kind === null ? [] : [{ name: field, label, kind, operators: [...operators], values }],
  );

interface AddFilterProps {
  readonly fields: readonly PeopleField[];
  readonly onAdd: (condition: FilterCondition) => void;
}

const AddFilter = ({ fields, onAdd }: AddFilterProps) => {
  const { words } = useWords();
  const [isOpen, setOpen] = useState(false);
  const asked = askedFields(fields);
  return (
    <>
      <Button isSmall icon={<Plus aria-hidden />} onPress={() => setOpen(true)} isDisabled={asked.length === 0}>
        {words.people.addFilter}
      </Button>
      <Dialog title={words.people.addFilterTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <OneFilter
          fields={asked}
          onCancel={() => setOpen(false)}
          onAdd={(condition) => {
            setOpen(false);
            onAdd(condition);
          }}
        />
      </Dialog>
    </>
  );
};

interface OneFilterProps {
  readonly fields: readonly AskedField[];
  readonly onCancel: () => void;
  readonly onAdd: (condition: FilterCondition) => void;
}

const NOTHING: FilterDraft = { match: 'all', conditions: [] };

const OneFilter = ({ fields, onCancel, onAdd }: OneFilterProps) => {
  const { words } = useWords();
  const [draft, setDraft] = useState(() => withCondition(NOTHING, fields));
  const [condition] = draft.conditions;
  const wanted = filterOf(draft)?.conditions[0];
  const isIncomplete = wanted === undefined || wanted.value === '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isIncomplete) onAdd(wanted);
  };
  if (condition === undefined) return null;
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <ConditionRow
        condition={condition}
        fields={fields}
        onChange={(changed) => setDraft({ ...draft, conditions: [changed] })}
      />
      <div className="actions">
        <Button onPress={onCancel}>{words.common.cancel}</Button>
        <Button type="submit" look="primary" isDisabled={isIncomplete}>
          {words.people.addFilterVerb}
        </Button>
      </div>
    </form>
  );
};
