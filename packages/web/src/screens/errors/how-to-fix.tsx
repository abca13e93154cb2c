import type { Cause, ErrorCause } from '@syncline/contract/errors';
import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useWords } from '../../words/use-words.ts';

interface FixedBy {
  readonly cause: Cause;
  readonly fields: readonly string[];
  readonly whoCanFix: ErrorCause['whoCanFix'];
}

/** Who can mend it and how, and that nothing needs pressing afterwards. */
export const HowToFix = ({ error }: { readonly error: FixedBy }) => {
  const { words } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button isSmall look="quiet" icon={<CircleHelp aria-hidden />} onPress={() => setOpen(true)}>
        {words.errors.howToFix}
      </Button>
      <Dialog title={words.errors.howToFix} isOpen={isOpen} onClose={() => setOpen(false)}>
        <FixSteps error={error} />
        <div className="actions">
          <Button onPress={() => setOpen(false)} autoFocus>
            {words.common.close}
          </Button>
        </div>
      </Dialog>
    </>
  );
};

export const FixSteps = ({ error }: { readonly error: FixedBy }) => {
  const { words } = useWords();
  return (
    <div className="stack tight">
      <p>{words.errors.fixes[error.cause](error.fields.join(', ') || words.errors.aField)}</p>
      <p className="muted">
        {words.common.whoFixes}: {words.common.who[error.whoCanFix]}
        {error.whoCanFix === 'nobody' ? null : `. ${words.errors.healsAlone}`}
      </p>
    </div>
  );
};
