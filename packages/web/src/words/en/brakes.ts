/** The brake, in English. */
import { f, records } from './nouns.ts';

export const enBrakes = {
  brakes: {
    title: 'Mass changes',
    lead: 'Where much of an object changes at once, the rest waits until an administrator answers. Nothing is decided by waiting.',
    none: 'Nothing waits for an answer.',
    homeTitle: {
      in: (object: string, n: number) => `${object}: much changed in Salesforce at once. ${records(n)} wait.`,
      out: (object: string, n: number) => `${object}: much changed here at once. ${records(n)} wait.`,
    },
    homeAdvice: 'Everything else goes on. Look at a sample and answer.',
    look: 'Look and answer',
    stopped: {
      in: (object: string) => `${object}, from Salesforce`,
      out: (object: string) => `${object}, to Salesforce`,
    },
    counted: (n: number, people: number, time: string) =>
      people === 0
        ? `${records(n)} changed until ${time}.`
        : `${records(n)} of ${f.number(people)} changed until ${time}.`,
    most: (n: number) => `No more than ${f.number(n)} go without asking. Settings, Sync has the limit.`,
    waiting: (n: number) => `${records(n)} ${n === 1 ? 'waits' : 'wait'}.`,
    goesOn: {
      in: 'Opt-outs are taken all the same, other objects go on, and changes made here are sent.',
      out: 'Opt-outs and urgent changes are sent all the same, and other objects go on.',
    },
    verbs: {
      accept: (n: number) => `Take ${f.number(n)} from Salesforce`,
      keep: (_n: number) => 'Keep ours and send them back',
      send: (n: number) => `Send ${f.number(n)}`,
      withdraw: (n: number) => `Withdraw ${f.number(n)}`,
    },
    consequences: {
      accept: 'They are read and decided by the rules of the map, like any other change.',
      keep: 'Of what changed in Salesforce until now our values stay, and are sent back to Salesforce. Opt-outs are taken all the same. A record that was deleted there cannot be sent to: its person stays here, and an admin can restore it from the recycle bin.',
      send: 'They are sent like any other change.',
      withdraw:
        'Nothing of it is sent. People take back what Salesforce has, and the journal of each person keeps what was withdrawn.',
    },
    done: {
      accept: (n: number) => `${records(n)} ${n === 1 ? 'is' : 'are'} taken from Salesforce.`,
      keep: (n: number) => `Our values stay. ${records(n)} ${n === 1 ? 'is' : 'are'} sent back.`,
      send: (n: number) => `${records(n)} ${n === 1 ? 'is' : 'are'} sent.`,
      withdraw: (n: number) => `${records(n)} ${n === 1 ? 'was' : 'were'} withdrawn.`,
    },
    statements: 'Made by',
    statement: (n: number, time: string, fields: string) => `One statement at ${time}: ${records(n)}, ${fields}`,
    sample: (n: number) => (n === 1 ? 'The first of them' : `The first ${f.number(n)} of them`),
    sampleLabel: 'sample',
    record: 'Record',
    change: 'Change',
    becomes: 'becomes',
    changedBy: 'Changed by',
    gone: 'Deleted in Salesforce, or out of sight',
    answered: 'Answered',
    what: 'What stopped',
    records: 'Records',
    answer: 'Answer',
    by: 'By',
    at: 'At',
    answers: {
      accept: "Salesforce's taken",
      keep: 'Ours kept',
      send: 'Sent',
      withdraw: 'Withdrawn',
    },
  },
};

export type BrakeWords = typeof enBrakes;
