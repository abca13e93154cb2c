import type { Action, PersonAction } from '@syncline/contract/actions';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api } from './client.ts';
import { problemOf, type ShownProblem } from './problem.ts';
import { queries } from './queries.ts';

const ASK_EVERY_MS = 500;

export interface RunningAction<Wish extends PersonAction> {
  /** What was asked for last; null: nothing. */
  readonly wish: Wish | null;
  /** How it stands; null: no answer came yet. */
  readonly action: Action | null;
  /** From the press to the outcome. */
  readonly isRunning: boolean;
  /** Why it was not even begun. */
  readonly problem: ShownProblem | null;
  /** `onBegun`: it is written down, and goes on whatever becomes of this screen. */
  readonly ask: (wish: Wish, onBegun?: () => void) => void;
  /** Lets go of it. What runs goes on. */
  readonly leave: () => void;
}

/** An action with people, from the press to its end. */
export const useAction = <Wish extends PersonAction>(): RunningAction<Wish> => {
  const client = useQueryClient();
  const [asked, setAsked] = useState<{ readonly actionId: number; readonly wish: Wish } | null>(null);
  // One press has one key, however often its request is repeated.
  const press = useRef<{ readonly wish: Wish; readonly key: string } | null>(null);
  const begin = useMutation({
    mutationFn: (wish: Wish) => {
      if (press.current?.wish !== wish) press.current = { wish, key: crypto.randomUUID() };
      return api.act(wish, press.current.key);
    },
    onSuccess: (action, wish) => {
      client.setQueryData(queries.action(action.actionId).queryKey, action);
      setAsked({ actionId: action.actionId, wish });
    },
  });
  const known = useQuery({
    ...queries.action(asked?.actionId ?? 0),
    enabled: asked !== null,
    refetchInterval: (query) => (query.state.data?.isEnded === false ? ASK_EVERY_MS : false),
  });
  const action = asked === null ? null : (known.data ?? null);
  return {
    wish: asked?.wish ?? begin.variables ?? null,
    action,
    isRunning: begin.isPending || (asked !== null && action?.isEnded !== true),
    problem: begin.error === null ? null : problemOf(begin.error),
    ask: (wish, onBegun) => begin.mutate(wish, { onSuccess: () => onBegun?.() }),
    leave: () => {
      setAsked(null);
      begin.reset();
    },
  };
};
