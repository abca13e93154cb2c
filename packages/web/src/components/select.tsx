import './fields.css';
import { useId } from 'react';

export interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly isLabelHidden?: boolean;
  /** The label stands above, as in a form. */
  readonly isStacked?: boolean;
}

/** The platform's own list: it is right on a phone, by keyboard and for screen readers. */
export const Select = <Value extends string>(props: SelectProps<Value>) => {
  const id = useId();
  return (
    <span className={`select${props.isStacked ? ' stacked' : ''}`}>
      <label htmlFor={id} className={props.isLabelHidden ? 'visually-hidden' : undefined}>
        {props.label}
      </label>
      <select
        id={id}
        value={props.value}
        onChange={(event) => {
          const chosen = props.options.find((option) => option.value === event.currentTarget.value);
          if (chosen !== undefined) props.onChange(chosen.value);
        }}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
};
