import './faces.css';
import type { ReactNode } from 'react';
import { type ShownProblem, wordsOfProblem } from '../api/problem.ts';
import { useWords } from '../words/use-words.ts';
import { Button, ButtonLink } from './button.tsx';
import { CopyValue } from './copy-value.tsx';
import { Notice } from './notice.tsx';

export interface FailedProps {
  readonly problem: ShownProblem;
  /** Offered where trying again may help. */
  readonly onRetry?: (() => void) | undefined;
  readonly isRetrying?: boolean;
  /** `assertive` when the reader just caused it. */
  readonly live?: 'assertive' | 'polite' | 'off';
  /** What else can be done here, beside the problem's own action. */
  readonly actions?: ReactNode;
  /** On the very screen the action would lead to, the link says nothing new. */
  readonly hideLink?: boolean;
}

/** The one face of failure: what happened, what to do, who can, and that as a button. */
export const Failed = ({ problem, ...props }: FailedProps) => {
  const { words } = useWords();
  const said = wordsOfProblem(problem, words);
  const link = props.hideLink ? null : <ActionLink problem={problem} />;
  const retry =
    props.onRetry === undefined ? null : (
      <Button look="secondary" isSmall onPress={props.onRetry} isPending={props.isRetrying ?? false}>
        {problem.action === 'look-again' ? words.syncFields.lookAgain : words.common.tryAgain}
      </Button>
    );
  return (
    <Notice
      tone={problem.whoCanFix === 'nobody' ? 'warn' : 'bad'}
      title={said.title}
      live={props.live ?? 'polite'}
      actions={
        link === null && retry === null && props.actions === undefined ? undefined : (
          <>
            {link}
            {retry}
            {props.actions}
          </>
        )
      }
    >
      <p>{said.advice}</p>
      <p className="failed-foot">
        <span>
          {words.common.whoFixes}: {words.common.who[problem.whoCanFix]}
        </span>
        {problem.requestId === null ? null : (
          <span>
            {words.common.requestId} <CopyValue value={problem.requestId} />
          </span>
        )}
      </p>
    </Notice>
  );
};

/** The action that leads to another screen; the others are buttons of whoever shows the problem. */
export const ActionLink = ({ problem }: { readonly problem: ShownProblem }) => {
  const { words } = useWords();
  switch (problem.action) {
    case 'sign-in':
      return (
        <ButtonLink isSmall to="/sign-in">
          {words.signIn.signIn}
        </ButtonLink>
      );
    case 'open-connect':
      return (
        <ButtonLink isSmall to="/setup/connect">
          {words.setup.connectOwn}
        </ButtonLink>
      );
    case 'open-sync-fields':
      return (
        <ButtonLink isSmall to="/setup/sync-fields">
          {words.connect.syncFields}
        </ButtonLink>
      );
    case 'open-start':
      return (
        <ButtonLink isSmall to="/setup/start">
          {words.initialSync.toStart}
        </ButtonLink>
      );
    case 'open-initial-sync':
      return (
        <ButtonLink isSmall to="/setup/initial-sync">
          {words.start.toProgress}
        </ButtonLink>
      );
    case 'open-home':
      return (
        <ButtonLink isSmall to="/">
          {words.setup.toHome}
        </ButtonLink>
      );
    case 'open-brakes':
      return (
        <ButtonLink isSmall to="/brakes">
          {words.brakes.look}
        </ButtonLink>
      );
    case 'enable-sync':
      return (
        <ButtonLink isSmall to="/settings/sync">
          {words.settings.enable}
        </ButtonLink>
      );
    case 'none':
    case 'read-anew':
    case 'try-again':
    case 'look-again':
    case 'open-person':
    case 'copy-details':
      return null;
  }
};
