/** The frame: navigation, shortcuts, commands, notices, in English. */
import { f } from './nouns.ts';

export const enShell = {
  shell: {
    product: 'Syncline',
    menu: 'Menu',
    mainNav: 'Main',
    home: 'Home',
    activity: 'Activity',
    errors: 'Errors',
    people: 'People',
    fields: 'Fields',
    conflicts: 'Conflicts',
    settings: 'Settings',
    practice: 'Practice org',
    sandbox: 'Sandbox',
    searchPeople: 'Search people',
    language: 'Language',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    userMenu: (name: string) => `Menu of ${name}`,
    signOut: 'Sign out',
    shortcuts: 'Keyboard shortcuts',
    never: 'never',
    disabled: 'disabled',
    since: (time: string) => `since ${time}`,
    openErrors: (n: number) => f.count(n, { one: 'open error', other: 'open errors' }),
    stateLabel: 'State of the sync:',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    rows: [
      ['Ctrl K', 'Commands: every screen and act'],
      ['F6', 'Go to the newest message and back'],
      ['/', 'Search people'],
      ['g h', 'Go to Home'],
      ['g a', 'Go to Activity'],
      ['g e', 'Go to Errors'],
      ['g p', 'Go to People'],
      ['g f', 'Go to Fields'],
      ['↑ ↓', 'Move through the rows of a list'],
      ['Home End', 'First and last of the people, from a row of their list'],
      ['?', 'This list'],
    ] as readonly (readonly [string, string])[],
    singleKeys: 'Use single keys',
    singleKeysHint: 'Switch this off if you speak to your computer or press keys by accident.',
  },

  commands: {
    title: 'Commands',
    placeholder: 'A screen, an act, or a person',
    goTo: 'Go to',
    acts: 'Do',
    otherLanguage: 'Español',
    dark: 'Dark theme',
    light: 'Light theme',
  },

  notices: {
    title: 'Notifications',
    bell: (n: number) => (n === 0 ? 'Notifications' : `Notifications, ${f.number(n)} unread`),
    none: 'Nothing needs you.',
    markRead: 'Mark all as read',
    unread: 'Unread:',
    solved: 'solved',
    types: {
      connection: 'Connection',
      limit: 'API limit',
      run_failed: 'Run failed',
      record_errors: 'Refused records',
      field_change: 'Field changed in Salesforce',
      brake: 'Brake',
      difference: 'Difference found',
      export_ready: 'Export ready',
    },
  },

  notFound: {
    title: 'There is nothing at this address.',
    home: 'Go to Home',
  },
};

export type ShellWords = typeof enShell;
