/**
 * The setup: `GET /api/setup`, `GET`/`PUT /api/setup/connection`, `POST /api/setup/connection/test` and `/compare`,
 * `GET`/`POST /api/setup/web-sign-in`, `POST /api/setup/web-sign-in/keep`, `GET`/`PUT /api/setup/sync-fields`, `POST /api/setup/confirm-credentials`, `GET /api/field-maps`, `GET`/`POST /api/setup/start`, `GET /api/practice`, `POST /api/practice/use`.
 */
import { z } from 'zod';
import { FieldChange, FieldDirection } from './mappings.ts';
import { ProblemShape } from './problems.ts';
import { RangeMs, SyncObjectName, Time } from './shared.ts';
import { Stage } from './status.ts';

// -- the hub ----------------------------------------------------------------------------------------------------------

export const SetupStepName = z.enum(['fields', 'sync_user', 'connect']);
export type SetupStepName = z.infer<typeof SetupStepName>;
/** `cannot_tell`: nobody can ask Salesforce yet, because no credentials work. */
export const SetupStepState = z.enum(['done', 'to_fix', 'limits', 'not_started', 'cannot_tell']);
export type SetupStepState = z.infer<typeof SetupStepState>;

export const SetupStep = z.object({
  step: SetupStepName,
  state: SetupStepState,
  /** Checks that passed, of how many. */
  found: z.number().int(),
  wanted: z.number().int(),
  blockers: z.array(ProblemShape),
});
export type SetupStep = z.infer<typeof SetupStep>;

export const Setup = z.object({ stage: Stage, steps: z.array(SetupStep) });
export type Setup = z.infer<typeof Setup>;

// -- the connection ---------------------------------------------------------------------------------------------------

/** `web`: somebody signed in as the sync user in a window of Salesforce. `jwt`: an assertion signed with a key whose certificate the app has. */
export const ConnectMethod = z.enum(['client_credentials', 'web', 'jwt', 'password']);
export type ConnectMethod = z.infer<typeof ConnectMethod>;

/** What is chosen. Of secrets only whether they are set, when and by whom (SEC2). */
export const ConnectionAnswer = z.object({
  connection: z
    .object({
      method: ConnectMethod,
      host: z.string(),
      isSandbox: z.boolean(),
      username: z.string().nullable(),
      clientId: z.string().nullable(),
      secretsSet: z.boolean(),
      secretsSetAt: Time.nullable(),
      secretsSetBy: z.string().nullable(),
      orgId: z.string().nullable(),
      orgName: z.string().nullable(),
      confirmedAt: Time.nullable(),
      startedAt: Time.nullable(),
      paused: ProblemShape.nullable(),
    })
    .nullable(),
});
export type ConnectionAnswer = z.infer<typeof ConnectionAnswer>;

const Secret = z.string().min(1).max(4000);

/** Left out: login.salesforce.com or, with the box, test.salesforce.com. */
const LoginHost = z.string().trim().max(300).optional();
const ClientId = z.string().trim().min(1).max(500);
const Username = z.string().trim().min(1).max(200);

/**
 * A choice of how to sign in. A secret left out keeps the stored one, as long as host, user name and consumer key stay the same
 * (a stored secret is never sent to a host that somebody typed later). `host`: `acme.my.salesforce.com`, with or without https://.
 * A web sign-in is chosen by signing in (`POST /api/setup/web-sign-in`).
 */
export const ConnectionChoice = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('client_credentials'),
    host: z.string().trim().min(1).max(300),
    isSandbox: z.boolean(),
    clientId: ClientId,
    clientSecret: Secret.optional(),
  }),
  z.object({
    method: z.literal('jwt'),
    host: LoginHost,
    isSandbox: z.boolean(),
    clientId: ClientId,
    username: Username,
    /** PEM of an RSA key of 2,048 bits or more, not encrypted. */
    privateKey: z.string().min(1).max(20_000).optional(),
  }),
  z.object({
    method: z.literal('password'),
    host: LoginHost,
    isSandbox: z.boolean(),
    username: Username,
    password: Secret.optional(),
    /** Empty is allowed: from a trusted address Salesforce asks for none. */
    securityToken: z.string().max(200).optional(),
  }),
]);
export type ConnectionChoice = z.infer<typeof ConnectionChoice>;

/** The five lines of Test, in this order. */
export const TEST_LINES = ['host', 'signed_in', 'org', 'api', 'calls_left'] as const;
export const TestLine = z.object({
  line: z.enum(TEST_LINES),
  state: z.enum(['passed', 'failed', 'not_reached']),
  /** How long this line took; null where it has no time of its own: not reached, or reached together with the next. */
  ms: z.number().nullable(),
  problem: ProblemShape.nullable(),
});
export type TestLine = z.infer<typeof TestLine>;

export const ConnectionTest = z.object({
  passed: z.boolean(),
  lines: z.array(TestLine),
  /** Known once signed in. */
  org: z
    .object({
      orgId: z.string(),
      name: z.string(),
      edition: z.string(),
      isSandbox: z.boolean(),
      username: z.string(),
      apiVersion: z.string(),
      callsLeft: z.number().int(),
      callsLimit: z.number().int(),
    })
    .nullable(),
  totalMs: z.number(),
});
export type ConnectionTest = z.infer<typeof ConnectionTest>;

/**
 * What other credentials would mean for a Syncline that is confirmed already: a test of them, and what is in the map and their user does not see (SET8).
 * Nothing is stored.
 */
export const ConnectionComparison = z.object({
  test: ConnectionTest,
  lost: z.array(z.object({ object: SyncObjectName, isWhole: z.boolean(), fields: z.array(z.string()) })),
});
export type ConnectionComparison = z.infer<typeof ConnectionComparison>;

// -- signing in in a window of Salesforce -----------------------------------------------------------------------------

/** The secret may be left out: an app may do without, and one that is stored for the same app is used. */
export const WebSignIn = z.object({
  host: LoginHost,
  isSandbox: z.boolean(),
  clientId: ClientId,
  clientSecret: Secret.optional(),
});
export type WebSignIn = z.infer<typeof WebSignIn>;

/** Where the browser goes next. It comes back to `callbackUrl`, which the app in Salesforce must name. */
export const WebSignInBegun = z.object({ authorizeUrl: z.string(), callbackUrl: z.string() });
export type WebSignInBegun = z.infer<typeof WebSignInBegun>;

/**
 * What became of the caller's newest sign-in of the last ten minutes. `lost` with `waits`: the new user sees less than the map holds, and the sign-in is
 * kept only when somebody says so (`POST /api/setup/web-sign-in/keep`).
 */
export const WebSignInOutcome = z.object({
  state: z.enum(['none', 'begun', 'kept', 'waits', 'failed']),
  problem: ProblemShape.nullable(),
  lost: ConnectionComparison.shape.lost,
});
export type WebSignInOutcome = z.infer<typeof WebSignInOutcome>;

// -- Sync Fields and Confirm Credentials ------------------------------------------------------------------------------

export const SyncField = z.object({
  object: SyncObjectName,
  apiName: z.string(),
  label: z.string(),
  salesforceType: z.string(),
  /** Our column; null: kept beside Salesforce's records only. */
  column: z.string().nullable(),
  columnType: z.string(),
  /** Share of a sample of 2,000 records that has a value, 0 to 1; null: not known. */
  filledShare: z.number().nullable(),
  isNeeded: z.boolean(),
  isCustom: z.boolean(),
  kept: z.boolean(),
});
export type SyncField = z.infer<typeof SyncField>;

export const SyncFields = z.object({
  /** Names this list; Confirm Credentials is refused with `fields-changed` when the org's list is another one by then. */
  fingerprint: z.string(),
  orgId: z.string(),
  orgName: z.string(),
  isConfirmed: z.boolean(),
  objects: z.array(
    z.object({
      object: SyncObjectName,
      label: z.string(),
      problem: ProblemShape.nullable(),
    }),
  ),
  fields: z.array(SyncField),
});
export type SyncFields = z.infer<typeof SyncFields>;

/** Names of dropped fields, `Lead.Fax`; all others are kept. */
export const SyncFieldsChoice = z.object({ dropped: z.array(z.string().max(200)).max(10_000) });
export type SyncFieldsChoice = z.infer<typeof SyncFieldsChoice>;

export const ConfirmCredentials = z.object({
  fingerprint: z.string().max(200),
  dropped: z.array(z.string().max(200)).max(10_000),
});
export type ConfirmCredentials = z.infer<typeof ConfirmCredentials>;
export const ConfirmedCredentials = z.object({
  columns: z.number().int(),
  ms: z.number(),
  mapVersion: z.number().int(),
});
export type ConfirmedCredentials = z.infer<typeof ConfirmedCredentials>;

// -- the map ----------------------------------------------------------------------------------------------------------

export const FieldPolicy = z.enum(['salesforce', 'marketing', 'newest', 'hold', 'opt_out', 'read_only']);

/** One column of ours and the Salesforce field it meets in each object. Leads and contacts meet in one row (`person`). */
export const FieldMapRow = z.object({
  table: z.enum(['person', 'company', 'opportunity', 'opportunity_role', 'owner']),
  label: z.string(),
  ourColumn: z.string(),
  columnType: z.string(),
  /** Salesforce's names by object; an object that lacks the field is absent. */
  names: z.partialRecord(SyncObjectName, z.string()),
  direction: FieldDirection,
  /** By object; both may differ: lead marketing, contact Salesforce. */
  policies: z.partialRecord(SyncObjectName, FieldPolicy),
  /** What was chosen for the field itself; null: each object's default. */
  ownPolicy: z.enum(['salesforce', 'marketing', 'newest', 'hold']).nullable(),
  /** An opt-out wins, whichever side it comes from: direction and policy are locked. */
  isOptOut: z.boolean(),
  isWriteOnce: z.boolean(),
  /** No screen of people shows it. */
  isHidden: z.boolean(),
  /** Whether Salesforce lets the field be written at all. */
  canBeSent: z.boolean(),
  joined: z.enum(['standard', 'automatic', 'by_hand']).nullable(),
  isCustom: z.boolean(),
  /** A draft has made it different; what is shown is not in force yet. */
  isDrafted: z.boolean(),
  /** MAP7: how the picklists of a joined pair differ; an edit here is offered the common values. null: they do not, or it is no such pair. */
  lists: z
    .object({ common: z.array(z.string()), onlyLead: z.array(z.string()), onlyContact: z.array(z.string()) })
    .nullable(),
});
export type FieldMapRow = z.infer<typeof FieldMapRow>;
/** As the draft would have it, where there is one; `version` is that of the map in force. */
export const FieldMaps = z.object({
  version: z.number().int(),
  maps: z.array(FieldMapRow),
  /** Custom fields of one name on leads and contacts that are not one field, because their types differ; Salesforce's types. */
  apart: z.array(z.object({ name: z.string(), leadType: z.string(), contactType: z.string() })),
  /** How many lines `GET /api/field-maps/differences` has. */
  changedInSalesforce: z.number().int(),
  /** Before the start an edit holds at once; after it edits gather in the draft. */
  isStarted: z.boolean(),
  draft: FieldChange.nullable(),
  /** The change whose backfill runs, if one does. */
  backfilling: FieldChange.nullable(),
});
export type FieldMaps = z.infer<typeof FieldMaps>;

// -- the start --------------------------------------------------------------------------------------------------------

export const StartPreview = z.object({
  orgName: z.string(),
  objects: z.array(z.object({ object: SyncObjectName, records: z.number().int() })),
  records: z.number().int(),
  /** An estimate, for the initial sync alone. */
  calls: z.number().int(),
  callsLeft: z.number().int(),
  callsLimit: z.number().int(),
  durationMs: RangeMs,
  /** E-mail addresses that several leads or contacts share; null: the org could not count them. */
  sharedEmails: z.number().int().nullable(),
  sharedEmailsIsExact: z.boolean(),
  /** Leads and contacts that bear another Syncline's key; above 0 the start must say that it takes over (SET10). */
  keyedRecords: z.number().int(),
  blockers: z.array(ProblemShape),
});
export type StartPreview = z.infer<typeof StartPreview>;
/** `takesOver`: nobody else writes to this org any more. */
export const StartSync = z.object({ takesOver: z.boolean().optional() });
export type StartSync = z.infer<typeof StartSync>;
export const Started = z.object({ startedAt: Time });

// -- the practice org -------------------------------------------------------------------------------------------------

/** No secret is in it: `POST /api/practice/use` stores them from the server's side. */
export const Practice = z.object({
  practice: z.object({ url: z.string(), username: z.string(), clientId: z.string(), inUse: z.boolean() }).nullable(),
});
export type Practice = z.infer<typeof Practice>;
export const PracticeUse = z.object({ method: z.enum(['client_credentials', 'password']) });
