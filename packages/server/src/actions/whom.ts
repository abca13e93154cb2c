/** Whom an action is meant for, and what it would do to them. */
import { ACTION_MATCHING_MAX, type ActionCount, type PersonAction, type SetAction } from '@syncline/contract/actions';
import type { PeopleChoice } from '@syncline/contract/people';
import type { ProblemCode } from '@syncline/contract/problems';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { countFacts } from './action-store.ts';
import type { Next, PersonFacts } from './kind.ts';

/** A set is asked for in slices, so that none of them is a statement of minutes. */
const SLICE_PEOPLE = 10_000;

/**
 * By id, each once and in their order; or everybody whom the list shows now, by id. Whoever comes to match later is not meant. Errors:
 * `set-too-large`, and those of the list.
 */
export const findWhom = async (
  wish: PersonAction | Pick<SetAction, 'ids' | 'matching'>,
  matchingIds: (choice: PeopleChoice, afterId: number, rowsMax: number) => Promise<readonly number[]>,
): Promise<readonly number[]> => {
  const matching = 'matching' in wish ? wish.matching : undefined;
  if (matching === undefined) return [...new Set(wish.ids)];
  const found: number[] = [];
  for (;;) {
    const slice = await matchingIds(matching, found.at(-1) ?? 0, SLICE_PEOPLE);
    found.push(...slice);
    if (found.length > ACTION_MATCHING_MAX) throw new Problem('set-too-large', { max: ACTION_MATCHING_MAX });
    if (slice.length < SLICE_PEOPLE) return found;
  }
};

/** People of whom the same is known are decided once: `decide` reads facts alone, and counts exactly what a turn would do. */
export const countAction = async (
  db: Database,
  ids: readonly number[],
  decide: (person: PersonFacts) => Next,
): Promise<ActionCount> => {
  const groups = (await countFacts(db, ids)).map(({ person, people }) => ({ next: decide(person), people }));
  const sum = (wanted: (next: Next) => boolean): number =>
    groups.reduce((n, { next, people }) => (wanted(next) ? n + people : n), 0);
  return {
    people: ids.length,
    acted: sum((next) => next.do !== 'refuse'),
    leads: sum((next) => next.do === 'sync'),
    skipped: byReason(
      groups.flatMap(({ next, people }) => (next.do === 'refuse' ? [{ code: next.refusal.code, people }] : [])),
    ),
  };
};

/** The rarest reason first: most are skipped because there is nothing to do. */
const byReason = (
  skipped: readonly { readonly code: ProblemCode; readonly people: number }[],
): ActionCount['skipped'] => {
  const counts = new Map<ProblemCode, number>();
  for (const { code, people } of skipped) counts.set(code, (counts.get(code) ?? 0) + people);
  return [...counts].map(([code, people]) => ({ code, people })).sort((one, other) => one.people - other.people);
};
