import './fields.css';
import type { ReactNode } from 'react';
import { TextField as AriaTextField, FieldError, Input, Label, Text } from 'react-aria-components';

export interface NumberFieldProps {
  readonly label: string;
  readonly name: string;
  /** As it was typed; whoever saves reads it. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Stands behind the number: `seconds`, `%`. */
  readonly unit: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
}

/** A whole number with its unit. */
export const NumberField = (props: NumberFieldProps) => (
  <AriaTextField
    className="field"
    name={props.name}
    value={props.value}
    onChange={props.onChange}
    isInvalid={props.error !== undefined}
    isDisabled={props.isDisabled ?? false}
    validationBehavior="aria"
    autoComplete="off"
  >
    <Label>{props.label}</Label>
    <span className="with-unit">
      <Input inputMode="numeric" /> <span className="muted">{props.unit}</span>
    </span>
    {props.hint === undefined ? null : (
      <Text slot="description" className="hint">
        {props.hint}
      </Text>
    )}
    <FieldError className="error">{props.error}</FieldError>
  </AriaTextField>
);
