/** The dry run, in English. */

export const enDryRun = {
  dryRun: {
    title: (n: number) => `Dry run of ${n === 1 ? '1 change' : `${n} changes`}`,
    took: (time: string) => `Took ${time}. Nothing has been changed.`,
    none: 'This change has no dry run.',
    run: 'Run it',
    again: 'Run it again',
    back: 'Back',
    here: 'In Syncline',
    there: 'In Salesforce',
    herePeople: (n: string) => `${n} people change`,
    thereRecords: (n: string) => `${n} records change`,
    copied: (n: string) => `${n} people keep both values`,
    misfits: 'Values that do not fit',
    misfitsText: (n: string) =>
      `${n} people hold a value that the new type does not take. Nothing is applied until their values are changed.`,
    withdrawn: (n: string) => `${n} people have edits that will not be sent any more`,
    calls: (calls: string, time: string) => `${calls} API calls, about ${time}`,
    reads: (n: string) => `${n} records are read again`,
    conflicts: 'Conflicts',
    conflictsText: (salesforce: string, marketing: string, held: string) =>
      `Salesforce wins ${salesforce}, marketing wins ${marketing}, ask me ${held}`,
    optOuts: 'An opt-out on either side goes to both.',
    atOnce: 'With the apply',
    withBackfill: 'With the backfill',
    samples: (n: number) => `${n} ${n === 1 ? 'sample' : 'samples'}, before and after`,
    person: 'Person',
    field: 'Field',
    before: 'Before',
    after: 'After',
    backfill: 'Also backfill existing values',
    backfillHint: 'Without it they flow at the next change of each record.',
    apply: (n: string) => `Apply to ${n} records`,
    applyNone: 'Apply',
    statement: 'Show the statements',
    applied: 'Applied.',
    backfilled: (n: string) => `Existing values are filled in: ${n} people were looked at.`,
    discarded: 'This draft was discarded.',
    toFields: 'To the fields',
  },
};

export type DryRunWords = typeof enDryRun;
