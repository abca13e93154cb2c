import type { ActionKind, ActionPerson, PersonAction } from '@syncline/contract/actions';
import type { Person } from '@syncline/contract/people';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { type ShownProblem, shownProblem } from '../../api/problem.ts';
import { useAction } from '../../api/use-action.ts';
import { toast } from '../../components/toasts.tsx';
import { useWords } from '../../words/use-words.ts';

export interface Act {
  readonly kind: ActionKind | null;
  /** From the press to the outcome. */
  readonly isRunning: boolean;
  /** What was asked and how it stands; null: nothing was, or no answer came yet. */
  readonly outcome: ActionPerson | null;
  /** Why the action was not even begun. */
  readonly problem: ShownProblem | null;
  readonly ask: (wish: PersonAction) => void;
}

/** An action with one person: the button becomes progress, then outcome. Whoever is deleted here is left for the list. */
export const useAct = (person: Person['person']): Act => {
  const { words } = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { wish, action, isRunning, problem, ask } = useAction<PersonAction>();
  const ended = action?.isEnded === true ? action : null;
  const isLeft = ended !== null && wish?.kind === 'delete' && wish.here && ended.done > 0;
  const name = person.name ?? person.email ?? words.people.noName;
  useEffect(() => {
    if (ended === null) return;
    if (isLeft) {
      toast(words.acts.deletedHere(name));
      void navigate({ to: '/people' });
    }
    void client.invalidateQueries({ queryKey: ['people'] });
  }, [ended, isLeft, client, navigate, words, name]);
  return {
    kind: wish?.kind ?? null,
    isRunning: isRunning || isLeft,
    outcome: action?.people[0] ?? null,
    problem,
    ask,
  };
};

export const problemOfAct = ({ problem, outcome }: Act): ShownProblem | null =>
  problem ?? (outcome?.problem ? shownProblem(outcome.problem) : null);
