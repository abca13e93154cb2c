/** Signing in to the app. */
import type { ProblemRow } from './row.ts';

export const SIGN_IN_PROBLEMS = {
  'not-signed-in': {
    status: 401,
    title: 'You are not signed in.',
    advice: 'Sign in and try again.',
    whoCanFix: 'you',
    action: 'sign-in',
  },
  'wrong-credentials': {
    status: 401,
    title: 'The e-mail or the password is not right.',
    advice: 'Check both and try again.',
    whoCanFix: 'you',
    action: 'none',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts.',
    advice: 'Wait {seconds} seconds and try again.',
    whoCanFix: 'nobody',
    action: 'none',
  },
  'link-used': {
    status: 410,
    title: 'This link has been used.',
    advice: 'Ask your engineer for a new one.',
    whoCanFix: 'engineer',
    action: 'sign-in',
  },
  'origin-missing': {
    status: 403,
    title: 'This request did not come from the app.',
    advice: 'Open the app and press the button there. Another page may not act for you.',
    whoCanFix: 'you',
    action: 'none',
  },
  'not-allowed': {
    status: 403,
    title: 'Your role may not do this.',
    advice: 'Ask an administrator of this Syncline: it takes the role {role}.',
    whoCanFix: 'you',
    action: 'none',
  },
  'email-taken': {
    status: 409,
    title: 'Somebody has this e-mail address already.',
    advice: 'Use another address, or change the role of that user.',
    whoCanFix: 'you',
    action: 'none',
  },
  'last-administrator': {
    status: 409,
    title: 'This is the last administrator.',
    advice: 'Make somebody else an administrator first.',
    whoCanFix: 'you',
    action: 'none',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
