import type { Owner } from '@syncline/contract/actions';
import { Select } from '../../components/select.tsx';
import { useWords } from '../../words/use-words.ts';
import { OwnerChoice } from './owner-choice.tsx';

export interface ConvertChoice {
  readonly status: string;
  readonly ownerKind: 'kept' | 'other';
  readonly owner: Owner | null;
}

/** Whom the contact belongs to, as an action takes it; undefined: that is still to be chosen. */
export const ownerIdOf = ({
  ownerKind,
  owner,
}: Pick<ConvertChoice, 'ownerKind' | 'owner'>): string | null | undefined =>
  ownerKind === 'kept' ? null : owner?.ownerId;

interface ConvertChoiceProps extends ConvertChoice {
  readonly statuses: readonly string[];
  readonly onChange: (change: Partial<ConvertChoice>) => void;
}

/** What every conversion asks: the status, and whose the contact is. */
export const ConvertChoiceFields = ({ statuses, status, ownerKind, owner, onChange }: ConvertChoiceProps) => {
  const { words } = useWords();
  const said = words.acts.convertPage;
  return (
    <>
      <Select
        isStacked
        label={said.status}
        value={status}
        options={statuses.map((each) => ({ value: each, label: each }))}
        onChange={(chosen) => onChange({ status: chosen })}
      />
      <Select
        isStacked
        label={said.owner}
        value={ownerKind}
        options={[
          { value: 'kept', label: said.ownerKept },
          { value: 'other', label: said.otherOwner },
        ]}
        onChange={(chosen) => onChange({ ownerKind: chosen })}
      />
      {ownerKind === 'kept' ? (
        <p className="muted caption">{said.ownerKeptNote}</p>
      ) : (
        <OwnerChoice
          isUsersOnly
          label={said.otherOwner}
          chosen={owner}
          onChoose={(chosen) => onChange({ owner: chosen })}
        />
      )}
    </>
  );
};
