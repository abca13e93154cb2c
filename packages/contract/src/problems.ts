/**
 * Every way in which Syncline can say no, in one table: code -> status, title, advice, who can fix it, and what the app offers.
 *
 * Codes are words and never change their meaning. `{name}` in a title or an advice is filled from the problem's `detail`.
 * The API answers with them as `application/problem+json` (RFC 9457); the app has its own words for each code in each language;
 * `docs/errors.md` has a section for each, and a test holds the table and the page together.
 */
import { z } from 'zod';
import { ACTION_PROBLEMS } from './problems/actions.ts';
import { BRAKE_PROBLEMS } from './problems/brake.ts';
import { COMMON_PROBLEMS } from './problems/common.ts';
import { MAP_PROBLEMS } from './problems/map.ts';
import { PEOPLE_PROBLEMS } from './problems/people.ts';
import { PROBLEM_ACTIONS, type ProblemRow, WHO_CAN_FIX } from './problems/row.ts';
import { SALESFORCE_PROBLEMS } from './problems/salesforce.ts';
import { SETUP_PROBLEMS } from './problems/setup.ts';
import { SIGN_IN_PROBLEMS } from './problems/sign-in.ts';
import { START_PROBLEMS } from './problems/start.ts';
import { UNDO_PROBLEMS } from './problems/undo.ts';

export { PROBLEM_ACTIONS, type ProblemAction, type ProblemRow, WHO_CAN_FIX, type WhoCanFix } from './problems/row.ts';

export const PROBLEMS = {
  ...START_PROBLEMS,
  ...SIGN_IN_PROBLEMS,
  ...SETUP_PROBLEMS,
  ...SALESFORCE_PROBLEMS,
  ...PEOPLE_PROBLEMS,
  ...ACTION_PROBLEMS,
  ...MAP_PROBLEMS,
  ...BRAKE_PROBLEMS,
  ...UNDO_PROBLEMS,
  ...COMMON_PROBLEMS,
} as const satisfies Readonly<Record<string, ProblemRow>>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const isProblemCode = (word: string): word is ProblemCode => Object.hasOwn(PROBLEMS, word);

/** Fills the placeholders. A name that `detail` does not hold reads as an ellipsis, never as the raw braces. */
export const fillSentence = (sentence: string, detail: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? '…'));

export const ProblemDetail = z.record(z.string(), z.union([z.string(), z.number()]));

/** A problem as it appears inside other answers: the last failure, a blocker of a step, the cause of a run. */
export const ProblemShape = z.object({
  code: z.enum(PROBLEM_CODES),
  title: z.string(),
  advice: z.string(),
  whoCanFix: z.enum(WHO_CAN_FIX),
  action: z.enum(PROBLEM_ACTIONS),
  detail: ProblemDetail,
});
export type ProblemShape = z.infer<typeof ProblemShape>;

/** The body of every answer with status 400 or more: `application/problem+json`. */
export const ProblemAnswer = ProblemShape.extend({
  status: z.number().int(),
  /** Names this request in the server's log; the app offers it for copying. */
  requestId: z.string(),
});
export type ProblemAnswer = z.infer<typeof ProblemAnswer>;

export const problemShape = (
  code: ProblemCode,
  detail: Readonly<Record<string, string | number>> = {},
): ProblemShape => {
  const row: ProblemRow = PROBLEMS[code];
  return {
    code,
    title: fillSentence(row.title, detail),
    advice: fillSentence(row.advice, detail),
    whoCanFix: row.whoCanFix,
    action: row.action,
    detail: { ...detail },
  };
};
