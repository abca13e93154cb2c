/** What is done with people by an action, and why it was not done. */
import type { ProblemRow } from './row.ts';

export const ACTION_PROBLEMS = {
  'action-not-found': {
    status: 404,
    title: 'There is no action {id}.',
    advice: 'Actions are kept as long as the history. Look at the person instead.',
    whoCanFix: 'you',
    action: 'none',
  },
  'request-key-used': {
    status: 409,
    title: 'This request key belongs to another request.',
    advice: 'Send a new Idempotency-Key with each new request, and the same one only to repeat it. Nothing was done.',
    whoCanFix: 'you',
    action: 'none',
  },
  'owner-wrong': {
    status: 422,
    title: '{id} is neither a user nor a queue.',
    advice: 'Choose an owner from the list.',
    whoCanFix: 'you',
    action: 'none',
  },
  'contact-and-queue': {
    status: 409,
    title: 'A contact cannot belong to a queue.',
    advice: 'Choose a user. No second lead is made.',
    whoCanFix: 'you',
    action: 'none',
  },
  'owner-refused': {
    status: 409,
    title: 'Salesforce does not take this owner.',
    advice: 'It says: “{message}”. Choose a user who is active and may own such records, or a queue of leads.',
    whoCanFix: 'you',
    action: 'none',
  },
  'action-no-right': {
    status: 409,
    title: 'The sync user may not do this with the record.',
    advice: 'Salesforce says: “{message}”. The record has to be shared with the sync user, or the right given to it.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'action-refused': {
    status: 409,
    title: 'Salesforce refused.',
    advice: 'It says: “{message}” ({word}). Mend that there, then do it again.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'lead-not-made': {
    status: 409,
    title: 'The lead could not be made, so nothing else was done.',
    advice: 'Salesforce says: “{message}” ({word}). Mend that, then do it again.',
    whoCanFix: 'you',
    action: 'open-person',
  },
  'record-out-of-sight': {
    status: 409,
    title: 'The sync user does not see the record.',
    advice: 'It was hidden, or the filter leaves it out. Let it be seen, then do it again.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'record-moved-on': {
    status: 409,
    title: 'The record was deleted, merged or converted in Salesforce just now.',
    advice: 'The person here follows in a moment. Look again, then decide.',
    whoCanFix: 'you',
    action: 'none',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
