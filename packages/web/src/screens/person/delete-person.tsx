import { useState } from 'react';
import { Check } from '../../components/check.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { useWords } from '../../words/use-words.ts';
import type { ActDialogProps } from './change-owner.tsx';
import { deleteCards } from './delete-cards.ts';

interface DeletePersonProps extends ActDialogProps {
  /** Which side was meant; what becomes of the other one is asked, and nothing is chosen beforehand (ACT11). */
  readonly begins: 'here' | 'there';
}

export const DeletePerson = ({ person, act, begins, onClose }: DeletePersonProps) => {
  const { words } = useWords();
  const said = words.acts.delete;
  const name = person.name ?? person.email ?? words.people.noName;
  const isThere = person.recordKind === 'lead' || person.recordKind === 'contact';
  const [also, setAlso] = useState<'yes' | 'no' | null>(isThere ? null : 'no');
  const [forgets, setForgets] = useState(false);
  const inSalesforce = begins === 'there' || also === 'yes';
  const here = begins === 'here' || also === 'yes';
  return (
    <ConfirmDialog
      title={begins === 'there' ? said.titleThere(name) : said.title(name)}
      verb={begins === 'there' ? words.acts.deleteInSalesforce : words.acts.deletePerson}
      look="danger"
      isOpen
      isPending={false}
      isVerbDisabled={also === null}
      problem={null}
      onClose={onClose}
      onConfirm={() => {
        act.ask({ kind: 'delete', ids: [person.personId], inSalesforce, here, forgets: here && forgets });
        onClose();
      }}
    >
      {begins === 'there' ? <p>{said.bin}</p> : null}
      {isThere ? (
        <RadioCards
          label={begins === 'there' ? said.alsoHere : said.alsoThere}
          value={also}
          cards={deleteCards(said, begins)}
          onChange={setAlso}
        />
      ) : (
        <p>{said.onlyHere}</p>
      )}
      {here ? (
        <Check isChecked={forgets} onChange={setForgets} hint={said.forgetHint}>
          {said.forget}
        </Check>
      ) : null}
    </ConfirmDialog>
  );
};
