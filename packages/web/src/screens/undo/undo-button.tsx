import type { UndoTarget } from '@syncline/contract/undo';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useSession } from '../../shell/session.tsx';
import { UndoDialog } from './undo-dialog.tsx';

interface UndoButtonProps {
  readonly target: UndoTarget;
  readonly children: string;
  /** What a screen reader hears, where several of these stand beside each other. */
  readonly label?: string;
  readonly isSmall?: boolean;
}

/** Looks first: the dialog counts, and nothing is put back before its own button is pressed. */
export const UndoButton = ({ target, children, label, isSmall = false }: UndoButtonProps) => {
  const { mayAct } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        look={isSmall ? 'quiet' : 'secondary'}
        isSmall={isSmall}
        icon={<Undo2 aria-hidden />}
        onPress={() => setOpen(true)}
        isDisabled={!mayAct}
        {...(label === undefined ? {} : { label })}
      >
        {children}
      </Button>
      {isOpen ? <UndoDialog target={target} onClose={() => setOpen(false)} /> : null}
    </>
  );
};
