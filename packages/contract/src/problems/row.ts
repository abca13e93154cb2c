/** One row of the problems table. */

/** Who can make the problem go away. `nobody`: it is tried again by itself. */
export const WHO_CAN_FIX = ['you', 'salesforce-admin', 'engineer', 'nobody'] as const;
export type WhoCanFix = (typeof WHO_CAN_FIX)[number];

/** What the app offers beside the sentence. Each is one button, or none. */
export const PROBLEM_ACTIONS = [
  'none',
  'try-again',
  'sign-in',
  'open-connect',
  'open-sync-fields',
  'open-start',
  'open-initial-sync',
  'open-home',
  'open-brakes',
  'read-anew',
  'open-person',
  'enable-sync',
  'look-again',
  'copy-details',
] as const;
export type ProblemAction = (typeof PROBLEM_ACTIONS)[number];

export interface ProblemRow {
  /** The HTTP status of an answer that carries it. */
  readonly status: number;
  readonly title: string;
  readonly advice: string;
  readonly whoCanFix: WhoCanFix;
  readonly action: ProblemAction;
}
