import type { Owner } from '@syncline/contract/actions';
import type { Person } from '@syncline/contract/people';
import { problemShape } from '@syncline/contract/problems';
import { useState } from 'react';
import { shownProblem } from '../../api/problem.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useWords } from '../../words/use-words.ts';
import { OwnerChoice } from './owner-choice.tsx';
import type { Act } from './use-act.ts';

export interface ActDialogProps {
  readonly person: Person['person'];
  readonly act: Act;
  readonly onClose: () => void;
}

/** A contact and a queue are refused as soon as they meet (ACT5). */
export const ChangeOwner = ({ person, act, onClose }: ActDialogProps) => {
  const { words } = useWords();
  const [owner, setOwner] = useState<Owner | null>(null);
  const isRefused = person.recordKind === 'contact' && owner?.kind === 'queue';
  const isOutside = person.recordKind === 'marketing_only' || person.recordKind === 'deleted';
  return (
    <ConfirmDialog
      title={words.acts.owner.title(person.name ?? person.email ?? words.people.noName)}
      verb={words.acts.changeOwner}
      isOpen
      isPending={false}
      isVerbDisabled={owner === null || isRefused}
      problem={isRefused ? shownProblem(problemShape('contact-and-queue')) : null}
      onClose={onClose}
      onConfirm={() => {
        if (owner === null) return;
        act.ask({ kind: 'change_owner', ids: [person.personId], ownerId: owner.ownerId });
        onClose();
      }}
    >
      {isOutside ? <p>{words.acts.syncFirst}</p> : null}
      <OwnerChoice label={words.acts.owner.choose} chosen={owner} onChoose={setOwner} />
    </ConfirmDialog>
  );
};
