/** Errors, held values, conflicts, in English. */
import { calls, changes, f, fields, records } from './nouns.ts';

export const enErrors = {
  errors: {
    title: 'Errors',
    summary: (n: number, causes: number) => `${records(n)}, ${f.count(causes, { one: 'cause', other: 'causes' })}`,
    affected: (n: number, since: string) => `${records(n)}, since ${since}`,
    retries: (time: string) => `retries ${time}`,
    show: 'Show',
    csv: 'CSV',
    tabsLabel: 'Kinds of errors',
    retry: (n: number) => (n === 1 ? 'Retry' : `Retry ${f.number(n)}`),
    retryTitle: (n: number) => `Retry ${records(n)}?`,
    retryDialog: (n: number) => `That takes at most ${calls(n)}. What Salesforce refuses again comes back here.`,
    retried: (n: number, skipped: number) =>
      `${records(n)} sent again.${skipped === 0 ? '' : ` ${records(skipped)} skipped: on their way just now.`}`,
    discard: (n: number) => (n === 1 ? 'Discard this change' : `Discard ${changes(n)}`),
    discardTitle: (n: number) => (n === 1 ? 'Discard this change?' : `Discard ${changes(n)}?`),
    discardDialog: 'Salesforce keeps what it has; Syncline takes it back. What was edited here is gone.',
    discarded: (n: number, skipped: number) =>
      `${changes(n)} discarded.${skipped === 0 ? '' : ` ${records(skipped)} skipped: on their way, or never read.`}`,
    salesforceKeeps: 'Salesforce keeps',
    howToFix: 'How to fix',
    healsAlone: 'Once it is mended the records go by themselves.',
    healed: (n: number, total: number) => `Fixed. ${f.number(n)} of ${f.number(total)} sent.`,
    solvedAt: (time: string) => `Solved at ${time}.`,
    oneTitle: 'One error',
    sentTitle: 'What was sent',
    saidTitle: 'What Salesforce said',
    editPerson: 'Edit person',
    ours: 'Sent',
    refusedHere: 'Named by Salesforce',
    arrived: 'Came as',
    attempts: 'Attempts',
    next: 'Next attempt',
    waitsForCause: 'when the cause is mended',
    salesforceId: 'Salesforce id',
    createWaits: 'The whole lead waits to be made.',
    nothingWaits: 'Nothing of this record waits any more.',
    noRecord: 'This was a whole job, not one record.',
    fixes: {
      'picklist-value': (field: string) =>
        `In Salesforce Setup, open Object Manager, the object, Fields & Relationships, ${field}, and add the value; or choose another value here.`,
      'validation-rule': () =>
        'Read the rule’s sentence and correct the person so that it holds. If the rule is wrong, the Salesforce admin changes it under Object Manager, Validation Rules.',
      'field-required': (field: string) => `Fill in ${field} on the person, or make it optional in Salesforce.`,
      'duplicate-rule': () =>
        'Look whether both are the same human. If so, merge them in Salesforce; if not, let the duplicate rule report instead of block for the sync user.',
      'field-hidden': (field: string) =>
        `Give the sync user the right to edit ${field}: in Setup, open its permission set, Object Settings, the object, and tick Edit Access.`,
      'owner-access': () =>
        'Choose an owner who is active, has a licence and may own such records; a contact cannot belong to a queue.',
      'text-too-long': (field: string) => `Shorten ${field} here, or make the field longer in Salesforce.`,
      'value-wrong': (field: string) => `Correct ${field} here so that it is of the field’s kind.`,
      'value-misfit': (field: string) =>
        `Correct ${field} of the record in Salesforce so that it fits the column here, or have the column here widened. The raw value stands beside.`,
      'row-locked': () =>
        'Nothing to do: another process, such as a large import, holds the record. It is tried again with growing pauses.',
      'record-gone': () =>
        'Nothing to do: somebody deleted or merged the record in Salesforce. The next read settles it here.',
      loop: (field: string) =>
        `A flow or trigger in Salesforce changes ${field} each time Syncline writes it. Let it spare the sync user, then retry.`,
      connection: () => 'Open Settings, Connection, and test the way of signing in.',
      unknown: () =>
        'Search Salesforce’s help for its words and its code. Retry after the change; your engineer can make the code known here.',
    },
    duplicate: {
      title: 'Records like it',
      lead: (rule: string) =>
        `The duplicate rule${rule === '' ? '' : ` “${rule}”`} blocked it. Three ways out: link the person to a match, save it anyway, or leave it.`,
      leadByEmail:
        'Several records in Salesforce have this e-mail address. Link the person to one of them, make a lead of its own, or leave it.',
      ownLead: 'Make its own lead',
      ownLeadNote: 'No rule of Salesforce is in the way: it may be one more record with this address.',
      noMatches: 'Salesforce named no record that the sync user may see.',
      record: 'Record',
      email: 'E-mail',
      company: 'Company',
      act: 'Way out',
      isPerson: 'A person here already',
      link: (name: string) => `Link to ${name}`,
      linked: 'The record is read and linked.',
      saveAnyway: 'Save anyway',
      saving: 'It is sent again, to be saved as it is.',
      save: {
        allowed: 'The rule only alerts: it may be saved as one more record.',
        rule_blocks: 'The rule blocks: Salesforce lets nobody save it as it is.',
        switched_off:
          'The rule only alerts, but saving duplicates is switched off. An administrator can allow it under Settings, Defaults.',
      },
      leave: 'Left as it is, nothing is sent. An edit here, or Retry, asks Salesforce again.',
    },
    nonePlain: 'No errors.',
    noneMore: 'What Salesforce refuses gathers here by cause, with who can fix it.',
    levels: { record: 'Record level', job: 'Job level' },
    perDay: 'Errors a day, the last five days',
    salesforceSaid: 'Salesforce said',
    when: 'When',
    person: 'Person',
    record: 'Record',
    said: 'Salesforce’s words',
    fields: 'Fields',
    code: 'Code',
    openPerson: (id: number) => `Person ${id}`,
    rowsOf: 'Records with this cause',
    allCauses: 'All causes',
    gone: 'No record has this cause any more.',
    causes: {
      'picklist-value': (field: string) => `A value is not in the ${field} picklist.`,
      'validation-rule': () => 'A Salesforce rule refused it.',
      'field-required': (field: string) => `Salesforce needs ${field}, and it is empty.`,
      'duplicate-rule': () => 'Salesforce sees a duplicate.',
      'field-hidden': (field: string) => `The sync user may not write ${field}.`,
      'owner-access': () => 'The owner cannot own this record.',
      'text-too-long': (field: string) => `The text is too long for ${field}.`,
      'value-wrong': (field: string) => `The value does not fit ${field}.`,
      'value-misfit': (field: string) => `${field} came from Salesforce with a value that its column does not hold.`,
      'row-locked': () => 'Another process holds the record.',
      'record-gone': () => 'The record is gone from Salesforce.',
      loop: (field: string) => `${field} bounces between Salesforce and Syncline. Only this field is paused.`,
      connection: () => 'The connection to Salesforce failed.',
      unknown: () => 'Salesforce refused it with words we do not know.',
    },
    aField: 'the field',
  },

  held: {
    bounces: (user: string) =>
      `Bounces between ${user === '' ? 'Salesforce' : user} and Syncline. Only this field is paused.`,
    title: 'Held',
    lead: 'Both sides changed these fields and the policy is to ask. Neither value moves until somebody decides.',
    none: 'No field is held.',
    noneMore: 'Where the policy of a field is Ask me, conflicts wait here with both values.',
    noMatch: 'No held field matches.',
    field: 'Field',
    since: 'Held since',
    decide: 'Decide',
    keep: { ours: 'Keep ours', theirs: 'Take Salesforce’s' },
    keepOf: {
      ours: (field: string, person: string) => `Keep ours: ${field} of ${person}`,
      theirs: (field: string, person: string) => `Take Salesforce’s: ${field} of ${person}`,
    },
    forAll: (n: number) => `For all ${f.number(n)} that match:`,
    keepAllVerb: {
      ours: (n: number) => `Keep ours ${f.number(n)}`,
      theirs: (n: number) => `Take Salesforce’s ${f.number(n)}`,
    },
    keepAllTitle: {
      ours: (n: number) => `Keep our value in ${fields(n)}?`,
      theirs: (n: number) => `Take Salesforce’s value in ${fields(n)}?`,
    },
    consequence: {
      ours: 'Our values are sent to Salesforce and replace what it has.',
      theirs: 'Salesforce’s values come here and replace what was edited.',
    },
    reversed: {
      ours: 'Taken back: Salesforce’s value is kept after all.',
      theirs: 'Taken back: ours is kept after all, and sent.',
    },
    resolved: (n: number, skipped: number) =>
      `${f.count(n, { one: 'field', other: 'fields' })} decided.${skipped === 0 ? '' : ` ${f.number(skipped)} skipped: decided meanwhile.`}`,
  },

  conflicts: {
    title: 'Conflicts',
    lead: 'Both sides changed the same field between two reads. The policy decided, and each decision can be reversed.',
    none: 'No conflicts.',
    noneMore: 'When both sides change the same field of one person, the decision appears here with both values.',
    when: 'When',
    person: 'Person',
    field: 'Field',
    ours: 'Ours',
    theirs: 'Salesforce',
    base: 'Last agreed',
    decision: 'Decision',
    winners: { salesforce: 'Salesforce won', marketing: 'Marketing won' },
    reverse: 'Reverse this decision',
    reverseOf: (field: string, person: string) => `Reverse this decision: ${field} of ${person}`,
    reversed: 'The decision was reversed.',
    somebody: (id: number) => `Person ${id}`,
    decidedNote: (n: number): string => (n === 1 ? 'decision' : 'decisions'),
  },
};

export type ErrorsWords = typeof enErrors;
