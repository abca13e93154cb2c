/** Failures as the app shows them: the server's problems, and those that only the browser can notice. */
import {
  fillSentence,
  type ProblemAction,
  ProblemAnswer,
  type ProblemCode,
  type ProblemShape,
  type WhoCanFix,
} from '@syncline/contract/problems';
import type { Words } from '../words/en.ts';

export type LocalCode = 'server-silent' | 'page-outdated' | 'page-broken' | 'file-wrong';

export interface ShownProblem {
  readonly code: ProblemCode | LocalCode;
  readonly whoCanFix: WhoCanFix;
  readonly action: ProblemAction;
  readonly detail: Readonly<Record<string, string | number>>;
  /** Names the request in the server's log; null when no answer came. */
  readonly requestId: string | null;
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
}

export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly problem: ShownProblem;

  constructor(problem: ShownProblem, options?: ErrorOptions) {
    super(problem.code, options);
    this.problem = problem;
  }
}

const LOCAL = {
  'server-silent': { whoCanFix: 'engineer', action: 'try-again' },
  'page-outdated': { whoCanFix: 'you', action: 'try-again' },
  'page-broken': { whoCanFix: 'engineer', action: 'try-again' },
  'file-wrong': { whoCanFix: 'you', action: 'none' },
} as const satisfies Record<LocalCode, { whoCanFix: WhoCanFix; action: ProblemAction }>;

export const localProblem = (code: LocalCode, status = 0): ShownProblem => ({
  code,
  ...LOCAL[code],
  detail: {},
  requestId: null,
  status,
});

/** A body of `application/problem+json`, or of anything else that came instead of an answer. */
export const problemOfAnswer = (status: number, body: unknown): ShownProblem => {
  const parsed = ProblemAnswer.safeParse(body);
  if (parsed.success) return parsed.data;
  return localProblem(status >= 502 && status <= 504 ? 'server-silent' : 'page-outdated', status);
};

/** A problem inside another answer, such as a blocker of a step. */
export const shownProblem = (problem: ProblemShape): ShownProblem => ({ ...problem, requestId: null, status: 0 });

export const problemOf = (error: unknown): ShownProblem =>
  error instanceof ApiFailure ? error.problem : localProblem('page-broken');

export interface ProblemWords {
  readonly title: string;
  readonly advice: string;
}

const isLocal = (code: ShownProblem['code']): code is LocalCode => Object.hasOwn(LOCAL, code);

/** Title and advice in the reader's language, with the problem's own names and numbers in them. */
export const wordsOfProblem = (problem: ShownProblem, words: Words): ProblemWords => {
  if (isLocal(problem.code)) return words.localProblems[problem.code];
  const { title, advice } = words.problems[problem.code];
  return { title: fillSentence(title, problem.detail), advice: fillSentence(advice, problem.detail) };
};
