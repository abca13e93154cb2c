/** Activity, in English. */
import { f, records } from './nouns.ts';

export const enActivity = {
  activity: {
    title: 'Sync activity',
    period: 'Period',
    periods: { 1: 'Last hour', 24: '24 h', 120: 'Five days' },
    object: 'Object',
    operation: 'Operation',
    operations: {
      'Pull updates': 'Pull updates',
      'Pull deletes': 'Pull deletes',
      'Pull formulas': 'Pull formulas',
      'Push new': 'Push new',
      'Push updates': 'Push updates',
      'Initial sync': 'Initial sync',
      'Sync schema': 'Sync schema',
    },
    status: 'Status',
    started: 'Started',
    ended: 'Ended',
    created: 'New',
    updated: 'Updated',
    deleted: 'Deleted',
    failed: 'Failed',
    skipped: 'Skipped',
    skippedHint: 'Skipped: nothing changed in the fields you sync.',
    calls: 'Calls',
    none: 'No runs yet. The first comes with Start Sync.',
    noMatch: 'No run matches.',
    quietTitle: 'Quiet cycles',
    quietCycles: (n: number) =>
      `${f.count(n, { one: 'quiet cycle', other: 'quiet cycles' })} found nothing and wrote no run.`,
    running: 'running',
    total: (total: string) => `${total} runs`,
    tableLabel: 'Runs, the newest first',
    run: (id: number) => `Run ${id}`,
    counts: 'What it did',
    facts: 'When and how',
    together: (n: number) => `${records(n)} together`,
    took: 'Took',
    couldNot: 'What it could not do',
    cause: 'Cause',
    stillOpen: 'Still open',
  },
};

export type ActivityWords = typeof enActivity;
