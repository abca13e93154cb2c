import type { Person, PersonField } from '@syncline/contract/people';
import type { FieldValue } from '@syncline/contract/shared';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { undoableToast } from '../../components/toasts.tsx';
import { useWords } from '../../words/use-words.ts';
import { useTakeBack, useTakeBackCompany } from '../undo/use-take-back.ts';
import { OfferedValue } from './offered-value.tsx';

export interface EditFieldProps {
  readonly personId: number;
  readonly field: PersonField;
  readonly company: Person['company'];
  readonly onClose: () => void;
}

type Choice = 'yes' | 'no' | 'empty';

const choiceOf = (value: FieldValue): Choice => (value === null ? 'empty' : value === true ? 'yes' : 'no');
const CHOSEN = { yes: true, no: false, empty: null } as const satisfies Record<Choice, FieldValue>;

/** An ordinary edit of one value. It goes the way of any edit: noted, and sent; a company's is neither, and says so (MRG20). */
export const EditField = ({ personId, field, company, onClose }: EditFieldProps) => {
  const { words } = useWords();
  const client = useQueryClient();
  const takeBack = useTakeBack();
  const takeBackCompany = useTakeBackCompany();
  const isBoolean = field.type === 'boolean';
  const [text, setText] = useState(typeof field.ours === 'string' ? field.ours : '');
  const [isLong] = useState(text.length > 80 || /[\r\n]/.test(text));
  const [before] = useState(field.ours); // what comes by while this is open is not what it replaces
  const [choice, setChoice] = useState(choiceOf(field.ours));
  const value: FieldValue = isBoolean ? CHOSEN[choice] : text === '' ? null : text;
  const [reason, setReason] = useState('');
  const isLoosened = field.isOptOut && field.ours === true && value !== true;
  const change = useMutation({
    mutationFn: () =>
      api.changePerson(personId, {
        fields: { [field.field]: value },
        ...(isLoosened ? { reason } : {}),
      }),
    onSuccess: async ({ journalId }) => {
      await client.invalidateQueries({ queryKey: ['people'] });
      onClose();
      if (field.state === 'of_company') {
        const saved = client
          .getQueryData(queries.person(personId).queryKey)
          ?.fields.find((each) => each.field === field.field)?.ours;
        if (saved !== before)
          undoableToast(words.undo.edited(field.label), () => takeBackCompany({ personId, field, before, saved }));
      }
      // What an opt-out stopped is loosened by hand alone, with a reason.
      if (journalId !== null && !(field.isOptOut && value === true))
        undoableToast(words.undo.edited(field.label), () =>
          takeBack({ kind: 'edit', id: journalId, personId }, field.label),
        );
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Dialog title={words.person.editTitle(field.label)} isOpen onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <p className="muted">
          {field.state === 'of_company' && company !== null
            ? words.person.editCompanyLead(company.people)
            : words.person.editLead}
        </p>
        {isBoolean ? (
          <Select
            isStacked
            label={words.person.newValue}
            value={choice}
            options={[
              { value: 'yes', label: words.common.yes },
              { value: 'no', label: words.common.no },
              { value: 'empty', label: words.common.empty },
            ]}
            onChange={setChoice}
          />
        ) : field.offers !== null && !field.isSeveral ? (
          <OfferedValue offers={field.offers} value={text} onChange={setText} />
        ) : (
          <TextField
            name="value"
            label={words.person.newValue}
            value={text}
            onChange={setText}
            hint={field.offers === null ? words.person.emptyHint : words.person.severalHint(field.offers)}
            // A plain field would drop line ends from a text that has them.
            isMultiline={isLong}
            autoFocus
          />
        )}
        {isLoosened ? (
          <TextField
            name="reason"
            label={words.person.reason}
            value={reason}
            onChange={setReason}
            hint={words.person.reasonHint}
          />
        ) : null}
        {change.error === null ? null : <Failed problem={problemOf(change.error)} live="assertive" />}
        <div className="actions">
          <Button onPress={onClose}>{words.common.cancel}</Button>
          <Button
            look="primary"
            type="submit"
            isPending={change.isPending}
            isDisabled={isLoosened && reason.trim() === ''}
          >
            {words.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
