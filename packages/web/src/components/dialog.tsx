import './dialog.css';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { ShownProblem } from '../api/problem.ts';
import { useWords } from '../words/use-words.ts';
import { Button } from './button.tsx';
import { Failed } from './failed.tsx';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isAlert?: boolean;
  /** It compares things side by side. */
  readonly isWide?: boolean;
}

export const Dialog = (props: DialogProps) => (
  <ModalOverlay
    className="dialog-under"
    isOpen={props.isOpen}
    onOpenChange={(isOpen) => {
      if (!isOpen) props.onClose();
    }}
    isDismissable={!props.isAlert}
  >
    <Modal className={`dialog-panel${props.isWide ? ' wide' : ''}`}>
      <AriaDialog role={props.isAlert ? 'alertdialog' : 'dialog'}>
        <Heading slot="title" level={2}>
          {props.title}
        </Heading>
        {props.children}
      </AriaDialog>
    </Modal>
  </ModalOverlay>
);

export interface ConfirmDialogProps {
  readonly title: string;
  /** The consequences, counted. */
  readonly children: ReactNode;
  /** The button repeats the verb. */
  readonly verb: string;
  readonly look?: 'primary' | 'danger';
  readonly isOpen: boolean;
  readonly isPending: boolean;
  /** Something in the dialog must be said first. */
  readonly isVerbDisabled?: boolean;
  readonly problem: ShownProblem | null;
  readonly isWide?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asked before what is costly or cannot be undone. Cancel comes first. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { words } = useWords();
  return (
    <Dialog title={props.title} isOpen={props.isOpen} onClose={props.onClose} isAlert isWide={props.isWide ?? false}>
      <div className="stack">{props.children}</div>
      {props.problem === null ? null : <Failed problem={props.problem} live="assertive" />}
      <div className="actions">
        <Button onPress={props.onClose} autoFocus>
          {words.common.cancel}
        </Button>
        <Button
          look={props.look ?? 'primary'}
          onPress={props.onConfirm}
          isPending={props.isPending}
          isDisabled={props.isVerbDisabled ?? false}
        >
          {props.verb}
        </Button>
      </div>
    </Dialog>
  );
};
