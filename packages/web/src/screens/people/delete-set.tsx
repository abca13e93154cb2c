import { DELETE_COUNTED_FROM } from '@syncline/contract/actions';
import { useState } from 'react';
import { Check } from '../../components/check.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { useWords } from '../../words/use-words.ts';
import { deleteCards } from '../person/delete-cards.ts';
import { AskSet, type SetDialogProps } from './ask-set.tsx';

interface DeleteSetProps extends SetDialogProps {
  /** Which side was meant; what becomes of the other one is asked, and nothing is chosen beforehand (ACT11). */
  readonly begins: 'here' | 'there';
}

export const DeleteSet = ({ begins, ...props }: DeleteSetProps) => {
  const { words } = useWords();
  const said = words.acts.delete;
  const [also, setAlso] = useState<'yes' | 'no' | null>(null);
  const [forgets, setForgets] = useState(false);
  const [typed, setTyped] = useState('');
  const inSalesforce = begins === 'there' || also === 'yes';
  const here = begins === 'here' || also === 'yes';
  return (
    <AskSet
      {...props}
      isDanger
      title={begins === 'there' ? said.titleThere(props.picked.said) : said.title(props.picked.said)}
      verb={begins === 'there' ? words.acts.set.verbs.deleteThere : words.acts.set.verbs.delete}
      wish={
        also === null
          ? null
          : { kind: 'delete', ...props.picked.whom, inSalesforce, here, ...(here ? { forgets } : {}) }
      }
      countedFrom={DELETE_COUNTED_FROM}
      typed={typed}
      onType={setTyped}
    >
      {begins === 'there' ? <p>{said.bin}</p> : null}
      <RadioCards
        label={begins === 'there' ? said.alsoHere : said.alsoThere}
        value={also}
        cards={deleteCards(said, begins)}
        onChange={setAlso}
      />
      {here ? (
        <Check isChecked={forgets} onChange={setForgets} hint={said.forgetHint}>
          {said.forget}
        </Check>
      ) : null}
    </AskSet>
  );
};
