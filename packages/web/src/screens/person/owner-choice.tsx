import type { Owner } from '@syncline/contract/actions';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Failed } from '../../components/failed.tsx';
import { RadioCards } from '../../components/radio-cards.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { useWords } from '../../words/use-words.ts';

export interface OwnerChoiceProps {
  readonly label: string;
  /** Of a conversion: contacts belong to users. */
  readonly isUsersOnly?: boolean;
  readonly chosen: Owner | null;
  readonly onChoose: (owner: Owner) => void;
}

/** A user, or a queue of leads, found by the beginning of the name. */
export const OwnerChoice = ({ label, isUsersOnly = false, chosen, onChoose }: OwnerChoiceProps) => {
  const { words } = useWords();
  const [q, setQ] = useState('');
  const found = useQuery(queries.owners(q));
  const owners = (found.data?.owners ?? []).filter(({ kind }) => !isUsersOnly || kind === 'user');
  return (
    <div className="stack tight">
      <SearchField
        isFilter
        label={isUsersOnly ? words.acts.owner.searchUsers : words.acts.owner.search}
        value={q}
        onSearch={setQ}
      />
      {found.error === null ? null : <Failed problem={problemOf(found.error)} />}
      {found.isPending ? <p className="muted">{words.common.loading}</p> : null}
      {found.isSuccess && owners.length === 0 ? <p className="muted">{words.acts.owner.none}</p> : null}
      {owners.length === 0 ? null : (
        <div className="owner-list">
          <RadioCards
            label={label}
            value={chosen?.ownerId ?? null}
            cards={owners.map(({ ownerId, name, kind, email }) => ({
              value: ownerId,
              title: name,
              note: [words.acts.owner[kind], email].filter((word) => word !== null).join(' · '),
            }))}
            onChange={(id) => {
              const owner = owners.find(({ ownerId }) => ownerId === id);
              if (owner !== undefined) onChoose(owner);
            }}
          />
        </div>
      )}
    </div>
  );
};
