/** Putting back what a run or an edit changed. */
import type { ProblemRow } from './row.ts';

export const UNDO_PROBLEMS = {
  'undo-not-found': {
    status: 404,
    title: 'There is no undo {id}.',
    advice: 'What is over is kept for some time and then goes.',
    whoCanFix: 'you',
    action: 'none',
  },
  'undo-nothing': {
    status: 409,
    title: 'There is nothing here that can be put back.',
    advice:
      'It changed no value of a person, or it was sent before Syncline kept what an undo needs. Edit the people by hand. Nothing was changed.',
    whoCanFix: 'you',
    action: 'none',
  },
  'undo-too-soon': {
    status: 409,
    title: 'This is still at work.',
    advice: 'Wait until it has ended, then look again. Nothing was changed.',
    whoCanFix: 'nobody',
    action: 'look-again',
  },
  'undo-count-wrong': {
    status: 409,
    title: 'This changes {n} people.',
    advice: 'Look at them, then say that number to change more than 50 at once. Nothing was changed.',
    whoCanFix: 'you',
    action: 'look-again',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
