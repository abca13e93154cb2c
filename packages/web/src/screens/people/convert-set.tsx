import type { Owner } from '@syncline/contract/actions';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Check } from '../../components/check.tsx';
import { Failed } from '../../components/failed.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { Select } from '../../components/select.tsx';
import { useWords } from '../../words/use-words.ts';
import { OwnerChoice } from '../person/owner-choice.tsx';
import { AskSet, type SetDialogProps } from './ask-set.tsx';

/** What is chosen once for all of them; which account a lead joins is found by its company's name (ACT9). */
export const ConvertSet = (props: SetDialogProps) => {
  const { words } = useWords();
  const said = words.acts.convertPage;
  const found = useQuery(queries.convertedStatuses());
  const statuses = found.data?.statuses ?? [];
  const [chosenStatus, setStatus] = useState<string | null>(null);
  const [account, setAccount] = useState<'same' | 'new'>('same');
  const [ownerKind, setOwnerKind] = useState<'kept' | 'other'>('kept');
  const [owner, setOwner] = useState<Owner | null>(null);
  const [notifies, setNotifies] = useState(false);
  const status = chosenStatus ?? statuses[0] ?? null;
  const isWhole = status !== null && (ownerKind === 'kept' || owner !== null);
  return (
    <AskSet
      {...props}
      title={said.title(props.picked.said)}
      verb={words.acts.set.verbs.convert}
      wish={
        isWhole
          ? {
              kind: 'convert',
              ...props.picked.whom,
              convertedStatus: status,
              accountId: null,
              joinsSameName: account === 'same',
              ownerId: ownerKind === 'kept' ? null : (owner?.ownerId ?? null),
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
          <Select
            isStacked
            label={said.status}
            value={status}
            options={statuses.map((each) => ({ value: each, label: each }))}
            onChange={setStatus}
          />
          <Select
            isStacked
            label={said.owner}
            value={ownerKind}
            options={[
              { value: 'kept', label: said.ownerKept },
              { value: 'other', label: said.otherOwner },
            ]}
            onChange={setOwnerKind}
          />
          {ownerKind === 'kept' ? (
            <p className="muted caption">{said.ownerKeptNote}</p>
          ) : (
            <OwnerChoice isUsersOnly label={said.otherOwner} chosen={owner} onChoose={setOwner} />
          )}
          <Check isChecked={notifies} onChange={setNotifies}>
            {said.notifies}
          </Check>
        </>
      )}
    </AskSet>
  );
};
