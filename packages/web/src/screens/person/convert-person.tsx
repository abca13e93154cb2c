import type { ConversionChoices } from '@syncline/contract/actions';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useWords } from '../../words/use-words.ts';
import type { ActDialogProps } from './change-owner.tsx';
import { type ConvertChoice, ConvertChoiceFields, ownerIdOf } from './convert-choice.tsx';

/** What there is to choose is asked of the org first; what it cannot do is said before anybody chooses. */
export const ConvertPerson = (props: ActDialogProps) => {
  const { words } = useWords();
  const choices = useQuery(queries.conversion(props.person.personId));
  if (choices.data !== undefined && choices.data.statuses.length > 0)
    return <Choosing {...props} choices={choices.data} />;
  return (
    <Dialog title={words.acts.convertPage.title(nameOf(props, words.people.noName))} isOpen onClose={props.onClose}>
      {choices.error === null ? null : <Failed problem={problemOf(choices.error)} live="assertive" />}
      {choices.isPending ? <p className="muted">{words.common.loading}</p> : null}
      {choices.data === undefined ? null : <p>{words.acts.convertPage.noStatus}</p>}
      <div className="actions">
        <Button onPress={props.onClose} autoFocus>
          {words.common.close}
        </Button>
      </div>
    </Dialog>
  );
};

const nameOf = ({ person }: ActDialogProps, noName: string): string => person.name ?? person.email ?? noName;

/** The value of a new account among those that are there; no id is empty. */
const NEW = '';

const Choosing = (props: ActDialogProps & { readonly choices: ConversionChoices }) => {
  const { words } = useWords();
  const said = words.acts.convertPage;
  const { person, act, choices, onClose } = props;
  const [first] = choices.accounts;
  const [account, setAccount] = useState(first?.isSameName ? first.accountId : NEW);
  const [choice, setChoice] = useState<ConvertChoice>({
    status: choices.statuses[0] ?? '',
    ownerKind: 'kept',
    owner: null,
  });
  const choose = (change: Partial<ConvertChoice>): void => setChoice((before) => ({ ...before, ...change }));
  const ownerId = ownerIdOf(choice);
  const [makesOpportunity, setMakesOpportunity] = useState(false);
  const [opportunity, setOpportunity] = useState(choices.company ?? '');
  const [notifies, setNotifies] = useState(false);
  const isTwice = choices.accounts.some(({ isSameName }) => isSameName);
  const accounts = [
    ...choices.accounts.map(({ accountId, name, isSameName }) => ({
      value: accountId,
      title: name,
      note: isSameName ? said.sameName : said.alike,
    })),
    {
      value: NEW,
      title: said.newAccount(choices.company ?? '…'),
      note: isTwice ? said.newAccountTwice : said.newAccountNote,
    },
  ];
  const isOutside = person.recordKind !== 'lead';
  return (
    <ConfirmDialog
      title={said.title(nameOf(props, words.people.noName))}
      verb={words.acts.convert}
      isOpen
      isPending={false}
      isVerbDisabled={ownerId === undefined || (makesOpportunity && opportunity.trim() === '')}
      problem={null}
      onClose={onClose}
      onConfirm={() => {
        act.ask({
          kind: 'convert',
          ids: [person.personId],
          convertedStatus: choice.status,
          accountId: account === NEW ? null : account,
          ownerId: ownerId ?? null,
          opportunityName: makesOpportunity ? opportunity.trim() : null,
          notifiesOwner: notifies,
        });
        onClose();
      }}
    >
      {isOutside ? <p>{words.acts.syncFirst}</p> : null}
      <RadioCards label={said.account} value={account} cards={accounts} onChange={setAccount} />
      <ConvertChoiceFields {...choice} statuses={choices.statuses} onChange={choose} />
      <Check isChecked={makesOpportunity} onChange={setMakesOpportunity}>
        {said.makesOpportunity}
      </Check>
      {makesOpportunity ? (
        <TextField name="opportunity" label={said.opportunityName} value={opportunity} onChange={setOpportunity} />
      ) : null}
      <Check isChecked={notifies} onChange={setNotifies}>
        {said.notifies}
      </Check>
    </ConfirmDialog>
  );
};
