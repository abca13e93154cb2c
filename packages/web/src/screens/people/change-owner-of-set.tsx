import type { Owner } from '@syncline/contract/actions';
import { useState } from 'react';
import { useWords } from '../../words/use-words.ts';
import { OwnerChoice } from '../person/owner-choice.tsx';
import { AskSet, type SetDialogProps } from './ask-set.tsx';

/** Contacts among them are refused a queue as soon as it is chosen (ACT5). */
export const ChangeOwnerOfSet = (props: SetDialogProps) => {
  const { words } = useWords();
  const [owner, setOwner] = useState<Owner | null>(null);
  return (
    <AskSet
      {...props}
      title={words.acts.owner.title(props.picked.said)}
      verb={words.acts.set.verbs.owner}
      wish={owner === null ? null : { kind: 'change_owner', ...props.picked.whom, ownerId: owner.ownerId }}
    >
      <OwnerChoice label={words.acts.owner.choose} chosen={owner} onChoose={setOwner} />
    </AskSet>
  );
};
