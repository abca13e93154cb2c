/**
 * Who may ask what, in one table: every address below /api with the least role that may. An address that is not in it is an
 * administrator's, so that a new route is closed until somebody opens it here.
 *
 * `open` needs nobody's name: signing in, and what is public anyway. `monitor` reads numbers, names of fields and causes, and nothing of
 * any person (SEC6). A viewer reads everything; an operator also acts on people and errors; an administrator also sets up.
 */
import type { TokenRole } from '@syncline/contract/tokens';
import { Problem } from '../errors/errors.ts';

export type Access = 'open' | TokenRole;

const RANK = { monitor: 0, viewer: 1, operator: 2, admin: 3 } as const satisfies Record<TokenRole, number>;

/** `METHOD address`: who may, and what it is for. */
export const ACCESS: Readonly<Record<string, readonly [Access, says: string]>> = {
  'GET /api/me': ['open', 'Who is signed in, and whether a first user is needed.'],
  'POST /api/users/first': [
    'open',
    'Makes the first administrator with the code that the server printed, and signs in.',
  ],
  'POST /api/sessions': ['open', 'Signs in: a session cookie.'],
  'DELETE /api/sessions': ['open', 'Signs out.'],
  'PATCH /api/me': ['viewer', "Changes one's own language, name or password."],
  'GET /api/openapi.json': ['open', 'This description.'],

  'GET /api/status': ['monitor', 'The state of the sync, and what needs somebody.'],
  'GET /api/objects': ['monitor', 'Each object: backlog, pace, last and next fetch, health.'],
  'GET /api/differences': [
    'viewer',
    'Records of an object that differ between the two sides, as the last check found them.',
  ],
  'GET /api/brakes': ['viewer', 'What stopped because much changed at once, and what was answered.'],
  'GET /api/brakes/:id': ['viewer', 'One of them, with a sample of what waits.'],
  'GET /api/initial-sync': ['monitor', 'Progress of the initial sync.'],
  'GET /api/runs': ['monitor', 'What ran, the newest first.'],
  'GET /api/runs/:id': ['monitor', 'One run: its counts, and what it could not do.'],
  'GET /api/errors/causes': ['monitor', 'Refused records, grouped by cause.'],
  'GET /api/backlog': ['monitor', 'What waited on both sides, in buckets of four hours.'],
  'GET /api/api-budget': ['monitor', "Calls of Salesforce's API: used, limit, ours, and where they lead."],
  'GET /api/field-maps': ['monitor', 'Which field meets which.'],
  'GET /api/field-maps/export': ['monitor', 'The map as a file.'],
  'GET /metrics': ['monitor', 'Metrics for Prometheus.'],

  'GET /api/events': ['viewer', 'A stream of server-sent events that name what changed.'],
  'GET /api/runs/export.csv': ['viewer', 'The same runs as CSV.'],
  'GET /api/errors': ['viewer', 'Refused records, the newest first.'],
  'GET /api/errors/:id': ['viewer', 'One refused record, with what would be sent.'],
  'GET /api/errors/export.csv': ['viewer', 'The same errors as CSV.'],
  'GET /api/undos/look': ['viewer', 'What an undo of a run, an edit or an undo would do.'],
  'GET /api/undos/:id': ['viewer', 'How far an undo is, and what stayed.'],
  'GET /api/undos/:id/stays': ['viewer', 'What an undo left as it was, person after person, with the reason.'],
  'GET /api/conflicts': ['viewer', 'What both sides had changed, and who won.'],
  'GET /api/held': ['viewer', 'Fields that both sides changed and that wait for a decision.'],
  'GET /api/field-maps/differences': ['viewer', 'Fields of the org that are not as the map has them.'],
  'GET /api/filters': ['viewer', 'Which records of each object are in the sync, and what may be asked.'],
  'POST /api/filters/count': ['viewer', 'How many records a filter lets in; keeps nothing.'],
  'GET /api/field-changes/:id': ['viewer', 'A change of the map: its edits, dry run and backfill.'],
  'GET /api/people': ['viewer', 'People by e-mail, name, Salesforce id or our id.'],
  'GET /api/people/views': ['viewer', 'How many people each view holds.'],
  'GET /api/people/fields': ['viewer', 'Which fields of a person a list can show, and what can be asked of each.'],
  'GET /api/people/export.csv': ['viewer', 'The same people as CSV.'],
  'GET /api/people/:id': [
    'viewer',
    'One person, both sides of each field. The id of somebody who was folded into another person is answered with that one.',
  ],
  'GET /api/people/by-external-id/:externalId': [
    'viewer',
    'One person by the id that Salesforce knows as Syncline_Key__c.',
  ],
  'GET /api/people/:id/sync': ['viewer', 'What became of Sync person.'],
  'GET /api/people/:id/gates': ['viewer', 'Why this person is not in Salesforce.'],
  'GET /api/people/:id/fields/:field/decisions': ['viewer', 'Why this value is here.'],
  'GET /api/actions/:id': ['viewer', 'What became of an action, person by person.'],
  'GET /api/people/:id/conversion': ['viewer', 'What there is to choose when a lead is converted.'],
  'GET /api/conversion': ['viewer', 'Statuses of a lead that mean converted.'],
  'GET /api/people/:id/merge': [
    'viewer',
    'Who may be merged with a person, in what they differ, and what hangs on each.',
  ],
  'GET /api/owners': ['viewer', 'Users and queues that a record may be given to.'],
  'GET /api/companies': ['viewer', 'Companies by name or id.'],
  'GET /api/companies/:id': ['viewer', 'One company with its people and opportunities.'],
  'GET /api/opportunities': ['viewer', 'Opportunities by name or id.'],
  'GET /api/opportunities/:id': ['viewer', 'One opportunity with its contact roles.'],
  'GET /api/notifications': ['viewer', 'The bell.'],
  'POST /api/notifications/read': ['viewer', "Empties one's own bell."],
  'POST /api/notifications/unread': ['viewer', 'Takes that back.'],
  'GET /api/settings/sync': ['viewer', 'Schedule and history.'],
  'GET /api/settings/defaults': ['viewer', 'Last name and company of leads that have none.'],
  'GET /api/settings/budget': ['viewer', "Our share of the org's API calls."],
  'GET /api/settings/notifications': ['viewer', 'What rings, and what is posted where.'],
  'GET /api/practice': ['viewer', 'The practice org beside this server.'],
  'GET /api/setup': ['viewer', 'What is left of the setup.'],
  'GET /api/setup/connection': ['viewer', 'How Syncline signs in; no secret.'],
  'GET /api/setup/web-sign-in': ['admin', "What became of one's own sign-in in a window of Salesforce."],
  // The session's cookie does not come with a browser that Salesforce sends back; the sign-in's own does.
  'GET /api/setup/web-sign-in/callback': ['open', 'Where Salesforce sends the browser back.'],
  'GET /api/setup/sync-fields': ['viewer', 'Fields about to become columns.'],
  'GET /api/setup/start': ['viewer', 'What Start Sync would do.'],
  'GET /api/setup/fields': ['viewer', 'Step 1: the fields that Syncline wants in Salesforce.'],
  'GET /api/setup/sync-user': ['viewer', 'Step 2: what the sync user may do.'],
  'GET /api/setup/package.zip': ['viewer', 'What is missing in the org, as a package in source format.'],

  'POST /api/people': ['operator', 'Makes a person.'],
  'PATCH /api/people/:id': ['operator', 'Edits a person.'],
  'POST /api/actions': [
    'operator',
    'Does something with people in Salesforce or here: sync, change owner, convert, merge, delete. Send Idempotency-Key, so that a repetition does nothing twice.',
  ],
  'POST /api/actions/count': ['viewer', 'What an action would do now, and whom it would skip and why.'],
  'POST /api/people/:id/sync': ['operator', 'Makes the lead of a person in Salesforce.'],
  'POST /api/conflicts/:id/reverse': ['operator', 'Gives the loser of a conflict its value back.'],
  'POST /api/undos': [
    'operator',
    'Puts back what a run or an edit changed, as ordinary edits. Send Idempotency-Key, so that a repetition does nothing twice.',
  ],
  'POST /api/held/resolve': ['operator', 'Decides held fields.'],
  'POST /api/errors/retry': ['operator', 'Sends refused records again.'],
  'POST /api/errors/discard': ['operator', "Takes Salesforce's values back for refused changes."],
  'POST /api/field-maps/look': ['operator', "Looks at the org's schema now."],
  'POST /api/errors/:id/link': ['operator', 'Says which of the matches of a duplicate rule the person is.'],
  'POST /api/errors/:id/save': [
    'operator',
    'Saves what a duplicate rule blocked, where the rule and an administrator let that be.',
  ],
  'POST /api/objects/:object/check': ['operator', 'Compares an object with Salesforce as a whole.'],
  'POST /api/objects/:object/repair': ['operator', 'Reads what differs again, and merges it by the ordinary rules.'],
  'POST /api/sync/now': ['operator', 'Starts a cycle now.'],

  'POST /api/sync/read-anew': [
    'admin',
    'Reads every object from its beginning, where a cursor is ahead of Salesforce.',
  ],
  'POST /api/brakes/:id/answer': ['admin', 'Lets a mass change go, or turns it back.'],
  'PUT /api/sync': ['admin', 'Enables or disables the background sync.'],
  'GET /api/users': ['admin', 'Users of the app.'],
  'POST /api/users': ['admin', 'Makes a user.'],
  'PATCH /api/users/:id': ['admin', "Changes a user's name, role or password."],
  'DELETE /api/users/:id': ['admin', 'Removes a user.'],
  'GET /api/tokens': ['admin', 'API tokens.'],
  'POST /api/tokens': ['admin', 'Makes an API token; its secret is in this one answer.'],
  'DELETE /api/tokens/:id': ['admin', 'Revokes an API token.'],
  'PUT /api/settings/sync': ['admin', 'Saves that page.'],
  'PUT /api/settings/defaults': ['admin', 'Saves that page.'],
  'PUT /api/settings/budget': ['admin', 'Saves that page.'],
  'PUT /api/settings/notifications': ['admin', 'Saves that page.'],
  'POST /api/settings/notifications/test': ['admin', 'Posts a test to the address.'],
  'POST /api/setup/admin-session': ['admin', 'Signs a Salesforce admin in, for a moment, in memory.'],
  'DELETE /api/setup/admin-session': ['admin', 'Ends that session.'],
  'POST /api/setup/fields': ['admin', 'Creates fields in Salesforce, with their rights.'],
  'POST /api/setup/sync-user': ['admin', 'Creates the permission set and gives it to the sync user.'],
  'PUT /api/setup/connection': ['admin', 'Chooses how Syncline signs in.'],
  'POST /api/setup/connection/compare': ['admin', 'Signs in with other credentials and says what they would lose.'],
  'POST /api/setup/web-sign-in': ['admin', 'Begins a sign-in in a window of Salesforce.'],
  'POST /api/setup/web-sign-in/keep': ['admin', 'Takes a sign-in whose user sees less.'],
  'POST /api/setup/connection/test': ['admin', 'Signs in anew and asks five questions.'],
  'PUT /api/setup/sync-fields': ['admin', 'Drops fields before they become columns.'],
  'POST /api/setup/confirm-credentials': ['admin', 'Makes the columns and pins the org.'],
  'POST /api/setup/start': ['admin', 'Starts the sync.'],
  'POST /api/field-maps/edit': ['admin', 'Edits the map: at once before the start, after it in a draft.'],
  'POST /api/field-maps/rename': ['admin', 'Follows a field to the name that it has in Salesforce now.'],
  'POST /api/field-maps/withdraw': ['admin', 'Withdraws the edits that wait for a deleted field.'],
  'POST /api/field-maps/note': ['admin', 'Takes note of a changed field for which nothing waits.'],
  'POST /api/field-maps/import': ['admin', 'Edits the map as a file says.'],
  'DELETE /api/field-changes/:id': ['admin', 'Discards a draft of the map.'],
  'DELETE /api/field-changes/:id/edits/:place': ['admin', 'Takes one edit back.'],
  'POST /api/field-changes/:id/dry-run': ['admin', 'Says what a draft would do; changes nothing.'],
  'POST /api/field-changes/:id/apply': ['admin', 'Applies a draft, with or without a backfill.'],
  'POST /api/practice/use': ['admin', 'Chooses the practice org.'],
};

/** `url` is the route's pattern, not the address that was asked. HEAD reads what GET reads. Pure. */
export const accessOf = (method: string, url: string | undefined): Access =>
  ACCESS[`${method === 'HEAD' ? 'GET' : method} ${url ?? ''}`]?.[0] ?? 'admin';

export const mayAct = (role: TokenRole, needed: TokenRole): boolean => RANK[role] >= RANK[needed];

/** Errors: `not-allowed`, which names the role that may. */
export const requireRole = (role: TokenRole, needed: TokenRole): void => {
  if (!mayAct(role, needed)) throw new Problem('not-allowed', { role: needed });
};
