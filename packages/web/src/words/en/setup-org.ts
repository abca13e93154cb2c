/** Steps 1 and 2 of the setup, and the ways in, in English. */
import type { WhoCanFix } from '@syncline/contract/problems';
import type { SetupOutcome, UserCheck } from '@syncline/contract/setup-org';
import { f, fields } from './nouns.ts';

/** What a check is about, and what to do where it does not pass. `missing` is a list for the eye: `Status, Email`. */
type CheckWords = Readonly<
  Record<UserCheck['check'], { readonly title: string; readonly toFix: (object: string, missing: string) => string }>
>;

const userChecks: CheckWords = {
  user_active: { title: 'User is active', toFix: () => 'The user is not active. Activate it, or choose another user.' },
  licence: {
    title: 'Salesforce licence',
    toFix: (_, missing) => `The user has the licence ${missing}. It takes the licence Salesforce.`,
  },
  dedicated: {
    title: 'A user of its own',
    toFix: () => 'This user is an administrator. A user of its own keeps what Syncline does apart, and may do less.',
  },
  password_never_expires: {
    title: 'Password never expires',
    toFix: () => 'The password expires some day, and the sync stops with it.',
  },
  api_enabled: { title: 'API Enabled', toFix: () => 'The user may not use the API.' },
  email_templates: {
    title: 'E-mail templates',
    toFix: (_, missing) => `Missing: ${missing}. E-mail templates do not sync.`,
  },
  convert_leads: { title: 'Convert Leads', toFix: () => 'Without Convert Leads, leads cannot be converted from here.' },
  edit_events: { title: 'Edit Events', toFix: () => 'Without Edit Events, events cannot be written.' },
  edit_tasks: { title: 'Edit Tasks', toFix: () => 'Without Edit Tasks, tasks cannot be created from here.' },
  object_rights: {
    title: 'Read, create, edit, delete',
    toFix: (object, missing) => `The sync user may not ${missing} ${object} records.`,
  },
  needed_field: {
    title: 'Needed fields',
    toFix: (object, missing) => `The sync user cannot see ${missing}. Without it ${object} cannot sync.`,
  },
  activity_fields: {
    title: 'Account type, events and tasks',
    toFix: (_, missing) => `The sync user cannot see ${missing}. Those values stay empty.`,
  },
  marketing_user: {
    title: 'Marketing User',
    toFix: () => 'The Marketing User box is off. Campaigns do not sync.',
  },
  sharing: {
    title: 'Records seen',
    toFix: (object, missing) => `The sync user sees ${missing} ${object} records. The others do not sync.`,
  },
  professional_layouts: {
    title: 'Page layouts of Professional Edition',
    toFix: () =>
      'This edition has no field-level security: what is on no page layout is seen by nobody. Look at it yourself.',
  },
};

const acts: Readonly<Record<SetupOutcome['act'], string>> = {
  create: 'Create',
  fix_access: 'Restrict editing',
  map_on_convert: 'Map on conversion',
  permission_set: 'Permission set',
  assign: 'Assign',
  object_rights: 'Object rights',
  field_rights: 'Field rights',
};

const who: Readonly<Record<WhoCanFix, string>> = {
  you: 'you',
  'salesforce-admin': 'Salesforce admin',
  engineer: 'your engineer',
  nobody: 'nobody',
};

export const enSetupOrg = {
  steps: {
    ofThree: (step: number) => `Step ${f.number(step)} of 3`,
    open: 'Open',
    back: 'Connect Salesforce',
  },

  admin: {
    label: 'Salesforce admin',
    none: 'No Salesforce admin is signed in. The list can be read; what only an admin knows is not guessed.',
    signedIn: (username: string, until: string) => `Signed in as ${username} until ${until}`,
    signIn: 'Sign in as a Salesforce admin',
    signInAnother: 'Sign in as another admin',
    signOut: 'End this session',
    dialog: 'Sign in as a Salesforce admin',
    dialogLead: 'For 30 minutes, in the memory of the server. The password is not stored and is in no log.',
    practice: 'Use the admin of the practice org',
    username: 'User name of the admin',
    why: 'Only a Salesforce admin may do this. Sign one in above, or hand over the package.',
    mayNotRead: (admin: string) => `${admin} may not read permissions in Salesforce.`,
    mayNotReadMore:
      'Which rights the sync user has cannot be told. An admin with the right "View Setup and Configuration" can.',
  },

  setupFields: {
    lead: 'What marketing knows gets a place on leads and contacts. Only the Syncline key is needed: it makes creating leads safe to repeat.',
    checking: (n: number) => `Checking ${f.number(n)} places in Salesforce`,
    counts: (needed: number, recommended: number, optional: number) =>
      `Needed ${f.number(needed)}, recommended ${f.number(recommended)}, optional ${f.number(optional)}`,
    found: (found: number, wanted: number) => `${f.number(found)} of ${f.number(wanted)} found`,
    field: 'Field',
    type: 'Type',
    onLead: 'Lead',
    onContact: 'Contact',
    edit: 'Who may edit',
    onConvert: 'On convert',
    tiers: { needed: 'needed', recommended: 'recommended', optional: 'optional' },
    places: {
      found: 'Found',
      missing: 'Missing',
      hidden: 'Hidden',
      wrong_type: 'Wrong type',
      read_only: 'Read only',
      cannot_tell: 'Not checked',
    },
    hints: {
      hidden: 'It is there, and the sync user does not see it.',
      read_only: 'The sync user sees it and may not write it.',
    },
    edits: { sync_user: 'Sync user', everyone: 'Everyone', cannot_tell: '–' },
    converts: { mapped: 'Mapped', not_mapped: 'Not mapped', not_needed: 'Not needed', cannot_tell: '–' },
    wrongType: (label: string, type: string, object: string) =>
      `${label} exists on ${object} as ${type}. Rename or delete it in Salesforce, or leave this field out.`,
    choose: (label: string) => `Choose ${label}`,
    create: (n: number) => `Create ${fields(n)}`,
    createTitle: (n: number, org: string) => `Create ${fields(n)} in ${org}?`,
    createDialog: (lead: number, contact: number) =>
      `${f.number(lead)} on Lead, ${f.number(contact)} on Contact. Everyone may read them, only the sync user edits them.`,
    createVerb: (n: number) => `Create ${fields(n)}`,
    restrict: (n: number) => `Restrict editing of ${fields(n)}`,
    restrictHint: 'Everyone may read them, only the sync user edits them.',
    grant: (n: number) => `Let the sync user see ${fields(n)}`,
    map: (n: number) => `Map ${fields(n)} on conversion`,
    mapHint: 'A converted lead keeps the value on its contact.',
    nothingToDo: 'Nothing is missing among the chosen fields.',
    download: 'Download package',
    copyMessage: 'Copy message for the Salesforce admin',
    copied: 'The message is copied.',
    continue: 'Continue to step 2',
    done: 'Everything that was chosen is there.',
    message: (address: string) =>
      `Hello,\n\nWe connect Syncline with our Salesforce org. It needs 17 fields on Lead and on Contact, of which only Syncline Key (Syncline_Key__c) is indispensable, and one permission set for its user.\n\nThe package is at ${address}/setup/fields, "Download package". It is in source format:\n\n    sf project deploy start --source-dir force-app --target-org your-org\n    sf org assign permset --name Syncline --on-behalf-of sync.user@your-company\n\nThen, in Object Manager, Lead, Map Lead Fields: map each of them to the contact's field of the same name. No right to view or modify all data is asked for.\n\nThank you`,
  },

  outcomes: {
    title: 'What became of it',
    done: (n: number) => `${f.count(n, { one: 'act', other: 'acts' })} done.`,
    refused: (n: number) => `${f.number(n)} refused.`,
    acts,
    of: (act: string, place: string) => `${act}: ${place}`,
    said: (code: string, message: string) => (message === '' ? code : `${message} (${code})`),
  },

  setupUser: {
    lead: 'What this user may see and do is what Syncline may see and do.',
    user: 'Sync user',
    edition: (edition: string) => `Edition: ${edition}`,
    profile: (profile: string) => `Profile: ${profile}`,
    another: 'Choose another user',
    toFix: (n: number) => `To fix (${f.number(n)})`,
    unknown: (n: number) => `Cannot be told (${f.number(n)})`,
    passed: (n: number) => `Passed (${f.number(n)})`,
    allPass: 'Every check passes.',
    checks: userChecks,
    who,
    effects: { blocks_start: 'Blocks the start', limits: 'Limits', advice: 'Advice' },
    rights: { read: 'read', create: 'create', edit: 'edit', delete: 'delete' } as Readonly<Record<string, string>>,
    of: (title: string, object: string) => `${object}: ${title}`,
    seen: (object: string, seen: number, there: number) =>
      `${object}: ${f.number(seen)} of ${f.number(there)} records seen`,
    seenOf: (seen: number, there: number) => `${f.number(seen)} of ${f.number(there)}`,
    seenWhy: 'Sharing rules decide which records a user sees. Give the sync user a role at the top, or a sharing rule.',
    unknownWhy: 'A Salesforce admin who signs in above can tell.',
    professional: [
      'Setup, Object Manager, Lead and then Contact, Page Layouts: put each needed field on the layout of the sync user.',
      'Event, Page Layouts: put All-Day Event on the layout.',
      'Users: give the sync user the profile System Administrator, which is the only one with the API here.',
    ] as readonly string[],
    mend: 'Create permission set and assign',
    mendHint: 'One permission set, named Syncline, with what is missing. No right to all data.',
    hide: 'Hide from this user the fields you do not need.',
    continue: 'Continue to step 3',
  },

  waysIn: {
    privateKey: 'Private key',
    privateKeyHint: 'The whole text of the .key file. Its certificate belongs into the app in Salesforce.',
    secretOptional: 'Consumer secret (where the app asks for one)',
    signIn: 'Sign in with Salesforce',
    signInLead: 'A page of Salesforce opens. Sign in there as the sync user, not as yourself, and choose Allow.',
    callback: 'Callback URL',
    callbackHint: 'The app in Salesforce must name it, letter by letter.',
    steps: {
      client_credentials: [
        'In Salesforce Setup, open External Client App Manager and create an app.',
        'Enable OAuth with the scope "Manage user data via APIs (api)" and the client credentials flow.',
        'Under Policies, choose the sync user as the one to run as.',
        'Copy consumer key and consumer secret from the app’s settings.',
      ],
      web: [
        'In Salesforce Setup, open External Client App Manager and create an app.',
        'Enable OAuth with the callback URL below, the scopes "api" and "refresh_token, offline_access", and require PKCE.',
        'Under Policies, let the refresh token be valid until it is revoked.',
        'Copy the consumer key, and the secret if the app requires one.',
      ],
      jwt: [
        'Make a key and a certificate: openssl req -x509 -newkey rsa:2048 -nodes -days 730 -keyout syncline.key -out syncline.crt',
        'In External Client App Manager, create an app with OAuth, the scope "api" and the JWT bearer flow; upload syncline.crt.',
        'Under Policies, choose "Admin approved users are pre-authorized" and give the sync user the app’s permission set.',
        'Copy the consumer key, and paste the text of syncline.key here.',
      ],
      password: [
        'Use the sync user’s own user name and password.',
        'My Settings, Reset My Security Token. It arrives by e-mail.',
      ],
    } as Readonly<Record<'client_credentials' | 'web' | 'jwt' | 'password', readonly string[]>>,
    kept: 'Signed in with Salesforce. Press Test.',
    keptLive: 'Signed in with Salesforce. It is in use now.',
    lostTitle: 'This user sees less than Syncline keeps in step.',
    lost: (object: string, names: string) => `${object}: ${names}`,
    lostWhole: (object: string) => `${object}: the whole object`,
    lostMore: 'What it does not see keeps its last value here and is not sent. Nothing has been saved yet.',
    keepAnyway: 'Use these credentials anyway',
    savedNow: 'Saved, and in use now.',
  },
};

export type SetupOrgWords = typeof enSetupOrg;
