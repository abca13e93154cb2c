/** What stops because too much changed at once, and waits for an answer. */
import type { ProblemRow } from './row.ts';

export const BRAKE_PROBLEMS = {
  'braked-in': {
    status: 409,
    title: 'Much of {object} changed in Salesforce at once. {waiting} more wait for your answer.',
    advice: 'Look at the sample, then take the changes or keep ours. Everything else goes on.',
    whoCanFix: 'you',
    action: 'open-brakes',
  },
  'braked-out': {
    status: 409,
    title: 'Much of {object} changed here at once. {waiting} more wait for your answer.',
    advice: 'Look at the sample, then send the changes or withdraw them. Everything else goes on.',
    whoCanFix: 'you',
    action: 'open-brakes',
  },
  'database-restored': {
    status: 409,
    title: 'The database was restored or failed over.',
    advice:
      'Nothing is sent until what changed in Salesforce since is read. What may overwrite something newer is then held for you; the rest goes on by itself.',
    whoCanFix: 'nobody',
    action: 'none',
  },
  'cursor-ahead': {
    status: 409,
    title: 'What was read last of {object} is ahead of the time of Salesforce.',
    advice:
      'Reading and sending wait. Make sure that this is the same org, then have everything read anew: what differs is decided by the rules of the map.',
    whoCanFix: 'you',
    action: 'read-anew',
  },
  'brake-answered': {
    status: 409,
    title: 'This question has been answered.',
    advice: 'Look again: somebody else may have decided it just now.',
    whoCanFix: 'you',
    action: 'open-brakes',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
