/** What the org says of the six objects now. An object that cannot be read is an answer; an org that cannot be asked is a failure. */
import { asProblem, Problem } from '../errors/errors.ts';
import { SYNC_OBJECTS, type SyncObject } from '../mapping/mapping.ts';
import type { ObjectDescribe, Salesforce } from '../salesforce/salesforce.ts';
import { isPausing } from './connection.ts';

export interface Described {
  readonly object: SyncObject;
  readonly describe: ObjectDescribe | null;
  /** Why there is none. */
  readonly problem: Problem | null;
}

/** Failures of the whole org; everything else is about the one object that was asked for. */
const WHOLE_ORG: ReadonlySet<string> = new Set([
  'org-unreachable',
  'salesforce-busy',
  'session-refused',
  'limit-reached',
  'too-many-at-once',
  'answer-not-understood',
  'bug',
]);

export const describeObjects = async (salesforce: Salesforce): Promise<readonly Described[]> =>
  Promise.all(
    SYNC_OBJECTS.map(async (object): Promise<Described> => {
      try {
        const describe = await salesforce.describe(object);
        const problem = describe.queryable ? null : new Problem('object-unreadable', { object });
        return { object, describe: problem ? null : describe, problem };
      } catch (error) {
        const problem = asProblem(error);
        if (isPausing(error) || WHOLE_ORG.has(problem.code)) throw error;
        return { object, describe: null, problem: new Problem('object-unreadable', { object }, { cause: error }) };
      }
    }),
  );

export const readable = (described: readonly Described[]): readonly ObjectDescribe[] =>
  described.flatMap(({ describe }) => describe ?? []);
