/** What any call can meet. */
import type { ProblemRow } from './row.ts';

export const COMMON_PROBLEMS = {
  'sync-disabled': {
    status: 409,
    title: 'The background sync is disabled.',
    advice: 'Enable it under Settings, Sync.',
    whoCanFix: 'you',
    action: 'enable-sync',
  },
  'bad-request': {
    status: 400,
    title: 'The request is not complete or not well formed.',
    advice: 'Check {where}.',
    whoCanFix: 'you',
    action: 'none',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large.',
    advice: 'Send less at a time.',
    whoCanFix: 'you',
    action: 'none',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address.',
    advice: 'Check the address, or go home.',
    whoCanFix: 'you',
    action: 'open-home',
  },
  stopping: {
    status: 503,
    title: 'Syncline is stopping.',
    advice: 'It finishes what it holds. Try again in a moment.',
    whoCanFix: 'nobody',
    action: 'try-again',
  },
  bug: {
    status: 500,
    title: 'Something went wrong inside Syncline.',
    advice: 'Try again. If it stays, give your engineer the request id.',
    whoCanFix: 'engineer',
    action: 'copy-details',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
