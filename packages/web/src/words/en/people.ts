/** People, in English. */
import { f, people } from './nouns.ts';

export const enPeople = {
  people: {
    title: 'People',
    search: 'E-mail, name, Salesforce id or our id',
    views: {
      all: 'All',
      waiting: 'Waiting',
      with_errors: 'With errors',
      not_in_salesforce: 'Not in Salesforce',
      likely_duplicates: 'Likely duplicates',
      opted_out: 'Opted out',
    },
    duplicatesHint:
      'Several people of one e-mail address stand side by side. Merge them in Salesforce; Syncline merges nobody.',
    anyRecord: 'Any',
    ownerFilter: 'Owner begins with',
    syncPicked: 'Sync now',
    syncTitle: (n: number) => `Make ${f.count(n, { one: 'lead', other: 'leads' })} in Salesforce?`,
    syncDialog: 'Whoever is in Salesforce already is skipped; their changes go by themselves.',
    syncAsked: (n: number) => `${people(n)} on the way to Salesforce.`,
    syncSkipped: (n: number) => `${people(n)} skipped`,
    syncSkippedWhy: (person: string, why: string) => `${person}: ${why}`,
    viewsLabel: 'Views',
    total: (total: string) => `${total} people`,
    name: 'Name',
    email: 'E-mail',
    company: 'Company',
    record: 'Record',
    owner: 'Owner',
    state: 'State',
    updated: 'Updated',
    noName: 'No name',
    none: 'Nobody here yet. People come by the initial sync, SQL or the API.',
    noMatch: 'Nobody matches.',
    tableLabel: 'People',
    found: (total: string) => `${total} found`,
  },
};

export type PeopleWords = typeof enPeople;
