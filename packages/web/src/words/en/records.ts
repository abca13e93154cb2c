/** Companies and opportunities, in English. */
import { f, people } from './nouns.ts';

export const enRecords = {
  records: {
    filledOnly: 'Only with a value',
    overwrites: 'Salesforce will overwrite',
    shownOf: (shown: number, all: number) =>
      shown < all ? `(${f.number(shown)} of ${f.number(all)})` : `(${f.number(all)})`,
  },

  companies: {
    title: 'Companies',
    one: 'Company',
    lead: 'Accounts of Salesforce, which alone changes them.',
    search: 'Name, Salesforce id or our id',
    name: 'Name',
    none: 'No companies yet. They come with the initial sync.',
    noPeople: 'Nobody here belongs to it.',
    noOpportunities: 'No opportunities.',
    willOverwrite: (n: number) =>
      `Somebody changed it here. Salesforce will overwrite this; ${people(n)} ${n === 1 ? 'shows' : 'show'} it.`,
  },

  opportunities: {
    title: 'Opportunities',
    one: 'Opportunity',
    lead: 'Deals of Salesforce, which alone changes them.',
    noneYet: 'No opportunities yet. They come with the initial sync.',
    stage: 'Stage',
    amount: 'Amount',
    closeDate: 'Close date',
    roles: 'Contact roles',
    role: 'Role',
    primary: 'Primary',
    noRole: 'No contact role: it belongs to nobody here.',
    nobodyHere: 'nobody here',
  },
};

export type RecordsWords = typeof enRecords;
