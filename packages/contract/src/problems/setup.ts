/** The setup. */
import type { ProblemRow } from './row.ts';

export const SETUP_PROBLEMS = {
  'connection-missing': {
    status: 409,
    title: 'No way of signing in to Salesforce has been chosen.',
    advice: 'Choose one under Connect and test it.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'secrets-missing': {
    status: 409,
    title: 'The secrets for this way of signing in are not stored.',
    advice: 'Type them under Connect and test again.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'test-first': {
    status: 409,
    title: 'These credentials have not passed the test yet.',
    advice: 'Press Test. Sync Fields opens when it has passed.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'practice-missing': {
    status: 409,
    title: 'The practice org is not running.',
    advice: 'Start Syncline without --org none, or run npm run org.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'admin-not-signed-in': {
    status: 409,
    title: 'No Salesforce admin is signed in.',
    advice: 'Sign in as a Salesforce admin for a moment, or give the package to somebody who is one.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'org-changed': {
    status: 409,
    title: 'These credentials lead to another Salesforce org.',
    advice:
      'This Syncline belongs to org {expected}; the sign-in led to {found}. Nothing was read or sent. Use credentials of the first org.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'not-confirmed': {
    status: 409,
    title: 'The credentials have not been confirmed.',
    advice: 'Look at Sync Fields and press Confirm Credentials first.',
    whoCanFix: 'you',
    action: 'open-sync-fields',
  },
  'already-confirmed': {
    status: 409,
    title: 'The credentials are confirmed already.',
    advice: 'The columns exist. Go on to the start.',
    whoCanFix: 'you',
    action: 'open-start',
  },
  'already-started': {
    status: 409,
    title: 'The sync has been started already.',
    advice: 'Look at its progress.',
    whoCanFix: 'you',
    action: 'open-initial-sync',
  },
  'org-taken': {
    status: 409,
    title: 'Another Syncline has written to this org: {records} records bear its key.',
    advice:
      'Stop the other one first: two of them would undo what the other does. Then confirm that this one takes over, and press Start Sync again.',
    whoCanFix: 'you',
    action: 'open-start',
  },
  'not-started': {
    status: 409,
    title: 'The sync has not been started.',
    advice: 'Finish the setup and press Start Sync.',
    whoCanFix: 'you',
    action: 'open-start',
  },
  'fields-changed': {
    status: 409,
    title: 'The fields in Salesforce changed meanwhile.',
    advice: 'Look again. What you dropped stays dropped.',
    whoCanFix: 'you',
    action: 'look-again',
  },
  'field-needed': {
    status: 422,
    title: 'Syncline needs {field}.',
    advice: 'Keep it. Every other field may be dropped.',
    whoCanFix: 'you',
    action: 'look-again',
  },
  'object-unreadable': {
    status: 409,
    title: 'The sync user cannot read {object}.',
    advice: 'Give the sync user read access to {object} and test again.',
    whoCanFix: 'salesforce-admin',
    action: 'try-again',
  },
  'field-hidden': {
    status: 409,
    title: 'The sync user cannot see {field}. Without it {object} cannot sync.',
    advice: 'Give the sync user read access to {field} of {object}, then look again.',
    whoCanFix: 'salesforce-admin',
    action: 'look-again',
  },
  'external-id-missing': {
    status: 409,
    title: 'The field {field} is missing on {object}, or the sync user may not edit it.',
    advice:
      'Create it as Text, 32, unique, case-sensitive, external id, and let the sync user edit it. It makes creating leads safe to repeat.',
    whoCanFix: 'salesforce-admin',
    action: 'try-again',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
