/** What many screens say, in English. */
import { calls, changes, f, fields, people, records } from './nouns.ts';

export const enCommon = {
  common: {
    skip: 'Skip to the content',
    cancel: 'Cancel',
    close: 'Close',
    back: 'Back',
    continue: 'Continue',
    save: 'Save',
    edit: 'Edit',
    editValue: (label: string) => `Edit ${label}`,
    show: 'Show',
    hide: 'Hide',
    showValue: (label: string) => `Show ${label}`,
    hideValue: (label: string) => `Hide ${label}`,
    copy: 'Copy',
    copied: 'Copied',
    copyValue: (value: string) => `Copy ${value}`,
    tryAgain: 'Try again',
    clearFilters: 'Clear filters',
    loading: 'Loading',
    yes: 'Yes',
    no: 'No',
    empty: 'empty',
    never: 'never',
    none: 'none',
    all: 'All',
    search: 'Search',
    about: (n: number) => `about ${f.number(n)}`,
    stale: (time: string) => `The server did not answer. What you see is from ${time}.`,
    requestId: 'Request id',
    whoFixes: 'Who can fix it',
    who: {
      you: 'you',
      'salesforce-admin': 'your Salesforce admin',
      engineer: 'your engineer',
      nobody: 'nobody, it retries by itself',
    },
    onlyAdmins: 'Only an administrator may do this.',
    showMore: (n: number) => `Show ${f.number(n)} more`,
    moreThan: (n: number) => `more than ${f.number(n)}`,
    lastOf: (shown: number, total: string) => `last ${f.number(shown)} of ${total}`,
    showEarlier: (n: number) => `Show ${f.number(n)} earlier`,
    shownOf: (shown: number, total: string) => `${f.number(shown)} of ${total}`,
  },

  localProblems: {
    'file-wrong': {
      title: 'This file is no map.',
      advice: 'Choose one that was exported here.',
    },
    'server-silent': {
      title: 'The server did not answer.',
      advice: 'Check that Syncline runs and that this machine reaches it.',
    },
    'page-outdated': {
      title: 'This page and the server do not understand each other.',
      advice: 'Load the page again. One of them was probably upgraded.',
    },
    'page-broken': {
      title: 'This page has a fault.',
      advice: 'Load it again. If it stays, tell your engineer which page it was.',
    },
  },

  objects: {
    User: 'User',
    Account: 'Account',
    Lead: 'Lead',
    Contact: 'Contact',
    Opportunity: 'Opportunity',
    OpportunityContactRole: 'Contact role',
  },

  lists: {
    fresh: (n: number) => `${f.number(n)} new`,
    pause: 'Pause updates',
    paused: 'Updates are paused.',
    resume: 'Go on',
    exportAll: 'Export CSV',
    exportCsv: (n: number) => `Export CSV (${f.count(n, { one: 'row', other: 'rows' })})`,
    pick: (name: string) => `Select ${name}`,
    noMatch: 'Nothing matches.',
    pickAll: 'Select all shown',
    pickNone: 'Select none',
    picked: (n: number) => `${f.number(n)} selected`,
  },

  whoMay: {
    operator: 'You may read this. Operators and administrators may also act on it.',
    admin: 'You may read this. Administrators may change it.',
  },

  units: { records, people, fields, calls, changes },
};

export type CommonWords = typeof enCommon;
