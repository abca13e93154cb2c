/** Why objects failed, each reason once; pure. */
import type { ProblemShape } from '@syncline/contract/problems';
import type { SyncObjectName } from '@syncline/contract/shared';
import type { ObjectRow } from '@syncline/contract/status';

export interface ObjectProblem {
  readonly problem: ProblemShape;
  readonly objects: readonly SyncObjectName[];
}

const sameness = (problem: ProblemShape): string => `${problem.code} ${JSON.stringify(problem.detail)}`;

/** `said`: what the panel above says already, as when the whole connection waits. */
export const objectProblems = (
  rows: readonly Pick<ObjectRow, 'object' | 'problem'>[],
  said: ProblemShape | null,
): readonly ObjectProblem[] => {
  const found = new Map<string, ObjectProblem>();
  for (const { object, problem } of rows) {
    if (problem === null || (said !== null && sameness(problem) === sameness(said))) continue;
    const before = found.get(sameness(problem));
    found.set(sameness(problem), { problem, objects: [...(before?.objects ?? []), object] });
  }
  return [...found.values()];
};
