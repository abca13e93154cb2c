import './merge.css';
import type { Action, MergeCandidate, MergeChoices, MergePeople } from '@syncline/contract/actions';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { Failed } from '../../components/failed.tsx';
import { toast } from '../../components/toasts.tsx';
import { useWords } from '../../words/use-words.ts';
import { callsOf, EMPTY_DRAFT, type MergeDraft, type Merging, mergingOf, wishOf } from './merge-draft.ts';
import { MergeFields } from './merge-fields.tsx';

export interface MergeDialogProps {
  readonly personId: number;
  /** Null: those with the same e-mail address. */
  readonly others: readonly number[] | null;
  readonly onClose: () => void;
}

/** Several people become one: who stays, which values stay, and what follows, counted. Then the one who stayed is shown. */
export const MergeDialog = (props: MergeDialogProps) => {
  const { words } = useWords();
  const said = words.acts.mergePage;
  const choices = useQuery(queries.mergeChoices(props.personId, props.others));
  // What somebody chooses among stands still: the people change under a merge that is at work.
  const [held, setHeld] = useState<MergeChoices | null>(null);
  if (held === null && choices.data !== undefined) setHeld(choices.data);
  if (held !== null && held.people.length > 1) return <Choosing choices={held} onClose={props.onClose} />;
  return (
    <Dialog title={said.title} isOpen onClose={props.onClose}>
      {choices.error === null ? null : <Failed problem={problemOf(choices.error)} live="assertive" />}
      {choices.isPending ? <p className="muted">{said.loading}</p> : null}
      {choices.data === undefined ? null : <p>{said.nobody}</p>}
      <div className="actions">
        <Button onPress={props.onClose} autoFocus>
          {words.common.close}
        </Button>
      </div>
    </Dialog>
  );
};

const ASK_EVERY_MS = 500;

/** One press has one key, however often its request is repeated. Ends with the page of who stayed, or with who was refused. */
const useMerge = (onMerged: (winnerId: number) => void) => {
  const client = useQueryClient();
  const [asked, setAsked] = useState<{ readonly actionId: number; readonly winnerId: number } | null>(null);
  const press = useRef<{ readonly wish: MergePeople; readonly key: string } | null>(null);
  const begin = useMutation({
    mutationFn: (wish: MergePeople) => {
      if (press.current?.wish !== wish) press.current = { wish, key: crypto.randomUUID() };
      return api.act(wish, press.current.key);
    },
    onSuccess: (action, { winnerId }) => setAsked({ actionId: action.actionId, winnerId }),
  });
  const action = useQuery({
    ...queries.action(asked?.actionId ?? 0),
    enabled: asked !== null,
    refetchInterval: (query) => (query.state.data?.isEnded === false ? ASK_EVERY_MS : false),
  });
  const ended = asked !== null && action.data?.isEnded === true ? action.data : null;
  useEffect(() => {
    if (ended === null || asked === null) return;
    for (const key of ['people', 'people-asked', 'people-views']) void client.invalidateQueries({ queryKey: [key] });
    if (ended.refused === 0) onMerged(asked.winnerId);
  }, [ended, asked, client, onMerged]);
  return {
    ask: begin.mutate,
    isRunning: begin.isPending || (asked !== null && (ended === null || ended.refused === 0)),
    problem: begin.error === null ? null : problemOf(begin.error),
    refused: ended !== null && ended.refused > 0 ? ended : null,
  };
};

const Choosing = ({ choices, onClose }: { readonly choices: MergeChoices; readonly onClose: () => void }) => {
  const { words } = useWords();
  const said = words.acts.mergePage;
  const navigate = useNavigate();
  const [draft, setDraft] = useState<MergeDraft>(EMPTY_DRAFT);
  const merge = useMerge(
    useRef((winnerId: number): void => {
      toast(said.done);
      onClose();
      void navigate({ to: '/people/$personId', params: { personId: String(winnerId) } });
    }).current,
  );
  const merging = mergingOf(choices, draft);
  const wish = wishOf(merging);
  if (merge.refused !== null) return <Refused action={merge.refused} people={choices.people} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={said.title}
      verb={said.verb(merging.people.length)}
      isWide
      isOpen
      isPending={merge.isRunning}
      isVerbDisabled={wish === null}
      problem={merge.problem}
      onClose={onClose}
      onConfirm={() => {
        if (wish !== null) merge.ask(wish);
      }}
    >
      <Who choices={choices} merging={merging} draft={draft} onChange={setDraft} />
      <MergeFields
        merging={merging}
        onChoose={(field, personId) => setDraft({ ...draft, values: { ...draft.values, [field]: personId } })}
      />
      <Follows merging={merging} />
    </ConfirmDialog>
  );
};

interface WhoProps {
  readonly choices: MergeChoices;
  readonly merging: Merging;
  readonly draft: MergeDraft;
  readonly onChange: (draft: MergeDraft) => void;
}

const Who = ({ choices, merging, draft, onChange }: WhoProps) => {
  const { words, formats } = useWords();
  const said = words.acts.mergePage;
  const now = new Date();
  const take = (personId: number, isIn: boolean): void => {
    const out = new Set(draft.out);
    if (isIn) out.delete(personId);
    else out.add(personId);
    onChange({ ...draft, out });
  };
  return (
    <fieldset className="merge-who">
      <legend className="group-label">{said.winner}</legend>
      <ul className="stack tight">
        {choices.people.map((person) => {
          const { personId, updatedAt } = person;
          const isIn = !draft.out.has(personId);
          const name = nameOf(person, words.people.noName);
          return (
            <li key={personId} className="row">
              <Check isLabelHidden isChecked={isIn} onChange={(to) => take(personId, to)}>
                {words.lists.pick(name)}
              </Check>
              <label className="check grow">
                <input
                  type="radio"
                  name="merge-winner"
                  checked={merging.winner?.personId === personId}
                  disabled={!isIn || !merging.mayWin(person)}
                  onChange={() => onChange({ ...draft, winnerId: personId })}
                />
                <span>
                  <strong>{name}</strong> {person.email}{' '}
                  <span className="muted">
                    {said.ourId(personId)}
                    {updatedAt === null ? '' : ` · ${said.changed(formats.time(updatedAt, now))}`}
                  </span>
                </span>
              </label>
              <Badge kind="record" state={person.record} />
            </li>
          );
        })}
      </ul>
      {merging.people.every(merging.mayWin) ? null : <p className="muted caption">{said.cannotWin}</p>}
    </fieldset>
  );
};

const nameOf = ({ name, email }: MergeCandidate, noName: string): string => name ?? email ?? noName;

const Follows = ({ merging }: { readonly merging: Merging }) => {
  const { words } = useWords();
  const said = words.acts.mergePage;
  const { losers, merges, converts, only, hanging } = merging;
  if (losers.length === 0) return null;
  return (
    <section aria-label={said.follows} className="merge-follows">
      <h3>{said.follows}</h3>
      <ul>
        {merges === 0 ? null : <li>{said.merges(merges, callsOf(merges))}</li>}
        {converts === 0 ? null : <li>{said.converts(converts)}</li>}
        {only === 0 ? null : <li>{said.only(only)}</li>}
        <li>{said.folds(losers.length)}</li>
        {hanging.waiting + hanging.roles + hanging.references === 0 ? null : (
          <li>{said.hanging(hanging.waiting, hanging.roles, hanging.references)}</li>
        )}
        <li>{said.scores}</li>
        <li>{said.forGood}</li>
      </ul>
    </section>
  );
};

interface RefusedProps {
  readonly action: Action;
  readonly people: readonly MergeCandidate[];
  readonly onClose: () => void;
}

const Refused = ({ action, people, onClose }: RefusedProps) => {
  const { words } = useWords();
  const named = (personId: number): string => {
    const person = people.find((each) => each.personId === personId);
    return person === undefined ? words.conflicts.somebody(personId) : nameOf(person, words.people.noName);
  };
  return (
    <Dialog title={words.acts.mergePage.refused(action.refused)} isOpen onClose={onClose} isAlert>
      {action.people.map(({ personId, problem }) =>
        problem === null ? null : (
          <div key={personId} className="stack tight">
            <strong>{named(personId)}</strong>
            <Failed problem={shownProblem(problem)} live="assertive" />
          </div>
        ),
      )}
      <div className="actions">
        <Button onPress={onClose} autoFocus>
          {words.common.close}
        </Button>
      </div>
    </Dialog>
  );
};
