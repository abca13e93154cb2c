import './settings.css';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { ShownProblem } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { type FormMistake, FormSummary } from '../../components/form-summary.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { countChanges } from './whole-number.ts';

/** A page as it is stored and as it stands on the screen. What is saved becomes what is stored. */
export const useDraft = <Page extends object>(stored: Page) => {
  const [base, setBase] = useState(stored);
  const [draft, setDraft] = useState(stored);
  return {
    draft,
    changes: countChanges(base, draft),
    change: (part: Partial<Page>): void => setDraft((before) => ({ ...before, ...part })),
    /** `page`: as the server has it now. */
    saved: (page: Page): void => {
      setBase(page);
      setDraft(page);
    },
  };
};

export interface SettingsFormProps {
  readonly label: string;
  readonly changes: number;
  readonly mistakes: readonly FormMistake[];
  readonly isPending: boolean;
  readonly isSaved: boolean;
  readonly problem: ShownProblem | null;
  readonly onSave: () => void;
  readonly children: ReactNode;
}

/** A page of settings is saved as a whole; leaving it with changes asks first. */
export const SettingsForm = (props: SettingsFormProps) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const [attempt, setAttempt] = useState(0);
  const { changes, mistakes } = props;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mistakes.length > 0) setAttempt(attempt + 1);
    else props.onSave();
  };
  return (
    <form className="card stack" aria-label={props.label} onSubmit={submit} noValidate>
      <FormSummary mistakes={attempt === 0 ? [] : mistakes} attempt={attempt} />
      <fieldset className="stack" disabled={!mayAdminister}>
        {props.children}
      </fieldset>
      {props.problem === null ? null : <Failed problem={props.problem} live="assertive" hideLink />}
      <div className="row">
        <Button
          type="submit"
          look="primary"
          isPending={props.isPending}
          isDisabled={!mayAdminister || changes === 0}
          describedBy="settings-state"
        >
          {words.pages.save}
        </Button>
        <span id="settings-state" role="status" className="muted">
          {mayAdminister
            ? changes > 0
              ? words.pages.changed(changes)
              : props.isSaved
                ? words.pages.saved
                : ''
            : words.common.onlyAdmins}
        </span>
      </div>
      <UnsavedQuestion changes={changes} />
    </form>
  );
};

const UnsavedQuestion = ({ changes }: { readonly changes: number }) => {
  const { words } = useWords();
  const blocker = useBlocker({
    shouldBlockFn: () => changes > 0,
    enableBeforeUnload: () => changes > 0,
    withResolver: true,
  });
  const stay = (): void => blocker.reset?.();
  return (
    <Dialog title={words.pages.discardTitle(changes)} isOpen={blocker.status === 'blocked'} onClose={stay} isAlert>
      <p>{words.pages.discardMore}</p>
      <div className="actions">
        <Button onPress={stay} autoFocus>
          {words.pages.stay}
        </Button>
        <Button look="danger" onPress={() => blocker.proceed?.()}>
          {words.pages.discard}
        </Button>
      </div>
    </Dialog>
  );
};
