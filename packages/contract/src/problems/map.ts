/** The map. */
import type { ProblemRow } from './row.ts';

export const MAP_PROBLEMS = {
  'pair-standard': {
    status: 422,
    title: '{field} is a standard field; its pair stays as it is.',
    advice: 'Join and break custom fields. Direction and policy of a standard field can be chosen.',
    whoCanFix: 'you',
    action: 'none',
  },
  'pair-types-differ': {
    status: 422,
    title: '{left} cannot join {right}.',
    advice: 'Both must hold the same kind of value.',
    whoCanFix: 'you',
    action: 'none',
  },
  'filter-wrong': {
    status: 422,
    title: 'The condition on {field} does not fit it.',
    advice: 'Choose what may be asked of the field, with a value of its kind.',
    whoCanFix: 'you',
    action: 'none',
  },
  'pair-taken': {
    status: 409,
    title: '{field} is joined already.',
    advice: 'Break that pair first.',
    whoCanFix: 'you',
    action: 'none',
  },
  'pair-missing': {
    status: 409,
    title: '{left} and {right} are not joined.',
    advice: 'Look at the map again; somebody may have broken the pair.',
    whoCanFix: 'you',
    action: 'look-again',
  },
  'field-not-sendable': {
    status: 422,
    title: 'Salesforce does not let {field} be written.',
    advice: 'Give the sync user the right to edit it, or let it come from Salesforce only.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'opt-out-locked': {
    status: 422,
    title: '{field} is an opt-out.',
    advice: 'An opt-out wins, whichever side it comes from; its direction and policy are locked.',
    whoCanFix: 'you',
    action: 'none',
  },
  'change-not-found': {
    status: 404,
    title: 'There is no draft {id} of the map.',
    advice: 'It may have been applied or discarded meanwhile. Look at the map.',
    whoCanFix: 'you',
    action: 'look-again',
  },
  'dry-run-first': {
    status: 409,
    title: 'These edits have no dry run.',
    advice: 'Try them first: a dry run says what would change, and changes nothing.',
    whoCanFix: 'you',
    action: 'none',
  },
  'data-moved': {
    status: 409,
    title: 'The data moved since the dry run: {n} records differ.',
    advice: 'Run it again.',
    whoCanFix: 'you',
    action: 'try-again',
  },
  'initial-sync-runs': {
    status: 409,
    title: 'The initial sync is running.',
    advice: 'The map can be changed when it is done.',
    whoCanFix: 'nobody',
    action: 'open-initial-sync',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;
