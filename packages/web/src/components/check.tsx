import './fields.css';
import { type ReactNode, useEffect, useId, useRef } from 'react';

export interface CheckProps {
  readonly children: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  /** Some of what it stands for is checked, some is not. */
  readonly isMixed?: boolean;
  readonly isDisabled?: boolean;
  readonly isLabelHidden?: boolean;
  readonly hint?: ReactNode;
}

/** The platform's own checkbox: a list of fields holds hundreds of them. */
export const Check = (props: CheckProps) => {
  const box = useRef<HTMLInputElement>(null);
  const hintId = useId();
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = props.isMixed ?? false;
  }, [props.isMixed]);
  return (
    <label className="check" data-off={props.isDisabled ? '' : undefined}>
      <input
        ref={box}
        type="checkbox"
        checked={props.isChecked}
        disabled={props.isDisabled ?? false}
        aria-describedby={props.hint === undefined ? undefined : hintId}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span className={props.isLabelHidden ? 'visually-hidden' : undefined}>
        {props.children}
        {props.hint === undefined ? null : (
          <span id={hintId} className="muted caption" style={{ display: 'block' }}>
            {props.hint}
          </span>
        )}
      </span>
    </label>
  );
};
