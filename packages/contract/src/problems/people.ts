/** People. */
import type { ProblemRow } from './row.ts';

export const PEOPLE_PROBLEMS = {
  'person-not-found': {
    status: 404,
    title: 'There is no person {id} here.',
    advice: 'It may have been deleted here. Search for the person.',
    whoCanFix: 'you',
    action: 'none',
  },
  'already-in-salesforce': {
    status: 409,
    title: 'This person is in Salesforce already.',
    advice: 'Its changes go there by themselves.',
    whoCanFix: 'you',
    action: 'none',
  },
  'deleted-in-salesforce': {
    status: 409,
    title: 'The record of this person was deleted in Salesforce.',
    advice: 'Restore it there from the recycle bin; the person here follows.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'external-id-of-another': {
    status: 409,
    title: 'The record carries the external id of another person here.',
    advice:
      'Nothing is linked anew: the record stays with its person. Empty the external id in Salesforce, or put its own there.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'merge-chain-too-long': {
    status: 409,
    title: 'Salesforce says of this record that it was merged, and never into which one.',
    advice: 'Look at the record in Salesforce. Until it says otherwise, the person here stays as it is.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'email-matches': {
    status: 409,
    title: 'Several records in Salesforce have this e-mail address.',
    advice: 'Link the person to one of them, or let a lead of its own be made.',
    whoCanFix: 'you',
    action: 'open-person',
  },
  'field-empty': {
    status: 409,
    title: 'Salesforce needs {field}, and it is empty.',
    advice: 'Fill it in here. The person is sent by itself then.',
    whoCanFix: 'you',
    action: 'open-person',
  },
  'list-too-slow': {
    status: 503,
    title: 'This list takes longer than {seconds} s to read.',
    advice:
      'Nothing was changed. Narrow it by what has an index: the beginning of an e-mail address or a name, or a view.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-unknown': {
    status: 422,
    title: 'There is no field {field} to edit.',
    advice: 'Use the names of the columns of marketing.person that the map lists.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-in-use': {
    status: 409,
    title: '{field} is in use, so it is not hidden.',
    advice: 'Set every direction of it to Not synced, and take it out of the filters. Its values stay either way.',
    whoCanFix: 'you',
    action: 'none',
  },
  'type-misfit': {
    status: 409,
    title: '{n} people hold a value that the new type does not take.',
    advice:
      'Change or empty their values, or give the field its old type back in Salesforce. Nothing has been changed.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-masked': {
    status: 422,
    title: '{field} is encrypted, and what is read of it is a mask.',
    advice: 'Leave it out. A mask must never be stored as a value nor sent back.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-read-only': {
    status: 422,
    title: '{field} comes from Salesforce and is not edited here.',
    advice: 'Change it in Salesforce.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'value-wrong': {
    status: 422,
    title: 'The value does not fit {field}.',
    advice: 'It holds {type}.',
    whoCanFix: 'you',
    action: 'none',
  },
  'conflict-not-found': {
    status: 404,
    title: 'There is no conflict {id}.',
    advice: 'Conflicts are kept for 90 days.',
    whoCanFix: 'you',
    action: 'none',
  },
  'conflict-reversed': {
    status: 409,
    title: 'This decision was reversed already.',
    advice: 'Look at the person for its values of now.',
    whoCanFix: 'you',
    action: 'open-person',
  },
  'conflict-moved': {
    status: 409,
    title: 'The field has changed since this decision.',
    advice: 'Look at the person and edit the field there.',
    whoCanFix: 'you',
    action: 'open-person',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
