import './button.css';
import { createLink } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import type { AnchorHTMLAttributes, ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';

type Look = 'primary' | 'secondary' | 'quiet' | 'danger';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly look?: Look;
  readonly isSmall?: boolean;
  readonly type?: 'button' | 'submit';
  readonly onPress?: () => void;
  /** The press is at work: the button keeps its focus, is announced as busy, and presses again do nothing. */
  readonly isPending?: boolean;
  readonly isDisabled?: boolean;
  /** An icon of lucide, always beside a word. */
  readonly icon?: ReactNode;
  readonly describedBy?: string;
  readonly label?: string;
  readonly autoFocus?: boolean;
}

export const Button = (props: ButtonProps) => {
  const isPending = props.isPending ?? false;
  return (
    <AriaButton
      className={`button ${props.look ?? 'secondary'}${props.isSmall ? ' small' : ''}`}
      type={props.type ?? 'button'}
      onPress={() => props.onPress?.()}
      isPending={isPending}
      isDisabled={props.isDisabled ?? false}
      autoFocus={props.autoFocus ?? false}
      {...(props.describedBy === undefined ? {} : { 'aria-describedby': props.describedBy })}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
    >
      {isPending ? <LoaderCircle className="spin" aria-hidden /> : props.icon}
      {props.children}
    </AriaButton>
  );
};

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly look?: Look;
  readonly isSmall?: boolean;
}

const Anchor = ({ look = 'secondary', isSmall = false, className, ...rest }: AnchorProps) => (
  <a {...rest} className={`button ${look}${isSmall ? ' small' : ''}${className ? ` ${className}` : ''}`} />
);

/** A link to another screen that looks like a button, because it is the next step. */
export const ButtonLink = createLink(Anchor);
