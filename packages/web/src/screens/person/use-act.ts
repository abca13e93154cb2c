import type { Action, ActionKind, ActionPerson, PersonAction } from '@syncline/contract/actions';
import type { Person } from '@syncline/contract/people';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf, type ShownProblem, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { toast } from '../../components/toasts.tsx';
import { useWords } from '../../words/use-words.ts';

const ASK_EVERY_MS = 500;

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
  const [asked, setAsked] = useState<{ readonly actionId: number; readonly wish: PersonAction } | null>(null);
  // One press has one key, however often its request is repeated.
  const press = useRef<{ readonly wish: PersonAction; readonly key: string } | null>(null);
  const begin = useMutation({
    mutationFn: (wish: PersonAction) => {
      if (press.current?.wish !== wish) press.current = { wish, key: crypto.randomUUID() };
      return api.act(wish, press.current.key);
    },
    onSuccess: (action, wish) => {
      client.setQueryData(queries.action(action.actionId).queryKey, action);
      setAsked({ actionId: action.actionId, wish });
    },
  });
  const action = useQuery({
    ...queries.action(asked?.actionId ?? 0),
    enabled: asked !== null,
    refetchInterval: (query) => (query.state.data?.isEnded === false ? ASK_EVERY_MS : false),
  });
  const ended = asked !== null && action.data?.isEnded === true ? action.data : null;
  const isLeft = ended !== null && asked?.wish.kind === 'delete' && asked.wish.here && ended.done > 0;
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
    kind: asked?.wish.kind ?? begin.variables?.kind ?? null,
    isRunning: begin.isPending || isLeft || (asked !== null && ended === null),
    outcome: asked === null ? null : outcomeOf(action.data),
    problem: begin.error === null ? null : problemOf(begin.error),
    ask: begin.mutate,
  };
};

const outcomeOf = (action: Action | undefined): ActionPerson | null => action?.people[0] ?? null;

export const problemOfAct = ({ problem, outcome }: Act): ShownProblem | null =>
  problem ?? (outcome?.problem ? shownProblem(outcome.problem) : null);
