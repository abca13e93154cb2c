/**
 * A pass of many pages goes by stamp, so what is newest comes last: after a push of ours, after all its echoes. Meanwhile what others changed is looked at
 * before its turn, once in a while. It is merged like any page but moves no cursor, and the pass reads it again in its place, so that
 * nothing depends on it: it only makes a change there wait for one look instead of for the whole pass.
 */
import type { FieldMap } from '../mapping/mapping.ts';
import type { PassPage, Spent } from './pages.ts';
import { askTogether, type ReaderKit } from './parts.ts';
import { othersQuery } from './queries.ts';
import type { ObjectStart } from './starts.ts';

/** A look, if one is due: one call, one page at most. */
export type Glances = () => AsyncGenerator<PassPage>;

/** The first is due at once, the next when a poll would be. Where others changed more than a page, there is nothing to get ahead of. */
export const createGlances = (kit: ReaderKit, map: FieldMap, start: ObjectStart, spent: Spent): Glances => {
  const { object, freshFrom } = start;
  let dueMs = freshFrom === null ? Number.POSITIVE_INFINITY : 0;
  return async function* look() {
    if (freshFrom === null || performance.now() < dueMs) return;
    dueMs = performance.now() + kit.bounds.pollEveryMs;
    const userId = await kit.salesforce.userId();
    const soql = (fields: readonly string[]): string => othersQuery(map.objects[object], fields, freshFrom, userId);
    const [answer] = await askTogether(kit, map, [{ object, soql, outside: null }]);
    spent.calls += 1;
    if (answer?.page === undefined) {
      kit.log.warn({ object, err: answer?.error }, 'what others changed cannot be looked at, and waits for its turn');
      dueMs = Number.POSITIVE_INFINITY;
      return;
    }
    if (!answer.page.done) dueMs = Number.POSITIVE_INFINITY;
    yield { answered: answer, page: answer.page, isAhead: true };
  };
};
