import type { ActionCount, SetAction } from '@syncline/contract/actions';
import { fillSentence } from '@syncline/contract/problems';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useWords } from '../../words/use-words.ts';

/** Whom somebody picked in the list. */
export interface PickedPeople {
  readonly whom: Pick<SetAction, 'ids' | 'matching'>;
  /** "12 people", as far as the list has counted. */
  readonly said: string;
}

export interface SetDialogProps {
  readonly picked: PickedPeople;
  readonly onAsk: (wish: SetAction) => void;
  readonly onClose: () => void;
}

interface AskSetProps extends SetDialogProps {
  readonly title: string;
  readonly verb: (people: number) => string;
  /** null: something must be chosen before anything can be counted. */
  readonly wish: SetAction | null;
  readonly isDanger?: boolean;
  /** From so many people on their number is typed; nobody types it where this is left out. */
  readonly countedFrom?: number;
  /** What was typed. */
  readonly typed?: string;
  readonly onType?: (typed: string) => void;
  readonly children?: ReactNode;
}

/** An act with several people: what it would do is counted before it is asked for, and the button says with how many. */
export const AskSet = (props: AskSetProps) => {
  const { words } = useWords();
  const said = words.acts.set;
  const { wish, typed = '', onType } = props;
  const counted = useQuery({ ...queries.countAction(wish ?? { kind: 'sync' }), enabled: wish !== null });
  const count = wish === null ? null : (counted.data ?? null);
  const mustType = onType !== undefined && count !== null && count.people >= (props.countedFrom ?? Infinity);
  const isTyped = !mustType || typed.trim() === String(count.people);
  return (
    <ConfirmDialog
      title={props.title}
      verb={props.verb(count?.acted ?? 0)}
      look={props.isDanger ? 'danger' : 'primary'}
      isVerbDisabled={count === null || count.acted === 0 || !isTyped}
      isOpen
      isPending={false}
      problem={counted.error === null ? null : problemOf(counted.error)}
      onConfirm={() => {
        if (wish === null || count === null) return;
        props.onAsk(mustType && wish.kind === 'delete' ? { ...wish, count: count.people } : wish);
        props.onClose();
      }}
      onClose={props.onClose}
    >
      {props.children}
      {wish !== null && counted.isPending ? <p className="muted">{said.counting}</p> : null}
      {count === null ? null : (
        <>
          {count.acted === 0 ? <p>{said.nobody}</p> : null}
          {count.leads === 0 ? null : <p>{said.leadsFirst(count.leads)}</p>}
          <Reasons skipped={count.skipped} />
          <p className="muted">{said.later}</p>
        </>
      )}
      {mustType ? (
        <NumberField
          name="count"
          label={said.typeCount}
          hint={said.typeCountHint(count.people)}
          unit={said.unit}
          value={typed}
          onChange={onType}
        />
      ) : null}
    </ConfirmDialog>
  );
};

/** Who is skipped, and why. */
export const Reasons = ({ skipped }: Pick<ActionCount, 'skipped'>) => {
  const { words } = useWords();
  return skipped.length === 0 ? null : (
    <ul className="stack tight">
      {skipped.map(({ code, people }) => (
        <li key={code}>
          {words.acts.set.skipped(people, words.acts.set.reasons[code] ?? fillSentence(words.problems[code].title, {}))}
        </li>
      ))}
    </ul>
  );
};
