import { useState } from 'react';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';

interface OfferedValueProps {
  readonly offers: readonly string[];
  /** Empty: no value. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Options are told from values: a value may be any text. */
const VALUE = 'value ';
const NONE = 'none';
const OTHER = 'other';

/** One of a list (MAP7); the value that stands stays in it, and another one can be typed. */
export const OfferedValue = ({ offers, value, onChange }: OfferedValueProps) => {
  const { words } = useWords();
  const [first] = useState(value);
  const [isTyped, setTyped] = useState(false);
  if (isTyped)
    return (
      <TextField
        name="value"
        label={words.person.newValue}
        value={value}
        onChange={onChange}
        hint={words.person.emptyHint}
        autoFocus
      />
    );
  const values = [...new Set([...(first === '' ? [] : [first]), ...offers])];
  return (
    <Select
      isStacked
      label={words.person.newValue}
      value={value === '' ? NONE : `${VALUE}${value}`}
      options={[
        { value: NONE, label: words.common.empty },
        ...values.map((each) => ({ value: `${VALUE}${each}`, label: each })),
        { value: OTHER, label: words.person.otherValue },
      ]}
      onChange={(option) => {
        if (option === OTHER) setTyped(true);
        else onChange(option === NONE ? '' : option.slice(VALUE.length));
      }}
    />
  );
};
