import './fields.css';
import { type ReactNode, useState } from 'react';
import { TextField as AriaTextField, FieldError, Input, Label, Text, TextArea } from 'react-aria-components';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly name: string;
  readonly type?: 'text' | 'email' | 'password' | 'url';
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  /** What browsers and password managers fill in. */
  readonly autoComplete?: string;
  readonly isRequired?: boolean;
  readonly minLength?: number;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
  /** For texts that may hold line ends. */
  readonly isMultiline?: boolean;
}

/** A labelled field. A password can be shown, pasted and filled by a password manager. */
export const TextField = (props: TextFieldProps) => {
  const { words } = useWords();
  const [isShown, setShown] = useState(false);
  const isPassword = props.type === 'password';
  const input = props.isMultiline ? (
    <TextArea className="input" rows={6} spellCheck={false} />
  ) : (
    <Input
      type={isPassword && isShown ? 'text' : (props.type ?? 'text')}
      placeholder={props.placeholder ?? ''}
      spellCheck={false}
      autoCapitalize="off"
    />
  );
  return (
    <AriaTextField
      className="field"
      name={props.name}
      value={props.value}
      onChange={props.onChange}
      isRequired={props.isRequired ?? false}
      isInvalid={props.error !== undefined}
      validationBehavior="aria"
      autoComplete={props.autoComplete ?? 'off'}
      autoFocus={props.autoFocus ?? false}
      {...(props.minLength === undefined ? {} : { minLength: props.minLength })}
    >
      <Label>{props.label}</Label>
      {isPassword ? (
        <div className="with-button">
          {input}
          <Button
            onPress={() => setShown(!isShown)}
            label={isShown ? words.common.hideValue(props.label) : words.common.showValue(props.label)}
          >
            {isShown ? words.common.hide : words.common.show}
          </Button>
        </div>
      ) : (
        input
      )}
      {props.hint === undefined ? null : (
        <Text slot="description" className="hint">
          {props.hint}
        </Text>
      )}
      <FieldError className="error">{props.error}</FieldError>
    </AriaTextField>
  );
};
