import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Check } from '../../components/check.tsx';
import { Failed } from '../../components/failed.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { useWords } from '../../words/use-words.ts';
import { type ConvertChoice, ConvertChoiceFields, ownerIdOf } from '../person/convert-choice.tsx';
import { AskSet, type SetDialogProps } from './ask-set.tsx';

/** What is chosen once for all of them; which account a lead joins is found by its company's name (ACT9). */
export const ConvertSet = (props: SetDialogProps) => {
  const { words } = useWords();
  const said = words.acts.convertPage;
  const found = useQuery(queries.convertedStatuses());
  const statuses = found.data?.statuses ?? [];
  const [choice, setChoice] = useState<ConvertChoice>({ status: '', ownerKind: 'kept', owner: null });
  const choose = (change: Partial<ConvertChoice>): void => setChoice((before) => ({ ...before, ...change }));
  const [account, setAccount] = useState<'same' | 'new'>('same');
  const [notifies, setNotifies] = useState(false);
  const status = choice.status === '' ? (statuses[0] ?? null) : choice.status;
  const ownerId = ownerIdOf(choice);
  return (
    <AskSet
      {...props}
      title={said.title(props.picked.said)}
      verb={words.acts.set.verbs.convert}
      wish={
        status !== null && ownerId !== undefined
          ? {
              kind: 'convert',
              ...props.picked.whom,
              convertedStatus: status,
              accountId: null,
              joinsSameName: account === 'same',
              ownerId,
              opportunityName: null,
              notifiesOwner: notifies,
            }
          : null
      }
    >
      {found.error === null ? null : <Failed problem={problemOf(found.error)} live="assertive" />}
      {found.isPending ? <p className="muted">{words.common.loading}</p> : null}
      {found.isSuccess && statuses.length === 0 ? <p>{said.noStatus}</p> : null}
      {status === null ? null : (
        <>
          <RadioCards
            label={said.account}
            value={account}
            cards={[
              { value: 'same', title: said.joinsSame, note: said.joinsSameNote },
              { value: 'new', title: said.alwaysNew, note: said.alwaysNewNote },
            ]}
            onChange={setAccount}
          />
          <ConvertChoiceFields {...choice} status={status} statuses={statuses} onChange={choose} />
          <Check isChecked={notifies} onChange={setNotifies}>
            {said.notifies}
          </Check>
        </>
      )}
    </AskSet>
  );
};
