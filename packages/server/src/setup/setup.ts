/**
 * The door of setup: from a bare machine to Start Sync.
 *
 * Promises: choices are stored and progress is asked (SET5): whether a step is done is found out now, of the org and of the choices,
 * so leaving at any point loses nothing. Nothing becomes a column before Confirm Credentials, which asks everything again and
 * pins the org for good (SET6, SET7, SET9); nothing is loaded, captured or sent before Start Sync (SET7). A refused password
 * is never tried again by itself (SET12). No answer holds a secret (SEC2).
 *
 * States, in order: no connection → connection chosen → confirmed (columns, map, org id) → started. Each act refuses out of its state
 * with a code of the problems table; each is safe to repeat.
 */
import type { FilterCounts, FilterQuestion, Filters } from '@syncline/contract/filters';
import type {
  ApplyChange,
  EditedMap,
  FieldChange,
  FieldDifferences,
  FieldName,
  MapEdit,
  MapFile,
} from '@syncline/contract/mappings';
import type {
  BudgetSettings,
  DefaultSettings,
  NotificationSettings,
  NotificationSettingsAnswer,
  SyncSettings,
  SyncSettingsAnswer,
} from '@syncline/contract/settings';
import type {
  ConfirmCredentials,
  ConfirmedCredentials,
  ConnectionAnswer,
  ConnectionChoice,
  ConnectionComparison,
  ConnectionTest,
  ConnectMethod,
  FieldMaps,
  Practice,
  Setup as SetupHub,
  StartPreview,
  StartSync,
  SyncFields,
  SyncFieldsChoice,
  WebSignIn,
  WebSignInOutcome,
} from '@syncline/contract/setup';
import type {
  AdminSession,
  AdminSignIn,
  SetupFields,
  SetupFieldsAct,
  SetupOutcome,
  SetupUser,
} from '@syncline/contract/setup-org';
import type { Service } from '../lib/service.ts';
import type { OpenSalesforce } from '../salesforce/connect.ts';
import type { Credentials, Salesforce } from '../salesforce/salesforce.ts';

/** The one way to Salesforce for setup, inbound and outbound. */
export interface ConnectionPart {
  /**
   * The signed-in org, made anew when the credentials changed. Errors: `connection-missing`; what the connection is paused for,
   * without asking Salesforce; whatever the sign-in says, which pauses the connection where only a person can mend it.
   */
  current(): Promise<Salesforce>;
  /** A door for these credentials, not kept and not signed in yet; the caller closes it. `orgId`: the pinned one, or null. */
  try(credentials: Credentials, orgId: string | null): OpenSalesforce;
  /** The credentials changed, or somebody wants another sign-in: the held session is let go; who uses it ends with it in peace. */
  changed(): void;
  /** Ends the held connections; the process stops. */
  close(): Promise<void>;
  /** Whoever uses `current()` hands in what failed; a failure that only a person can mend pauses the connection. Others change nothing. */
  noteFailure(error: unknown): Promise<void>;
}

/** A practice org that was started beside this server, with what its command printed. */
export interface PracticeFacts {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Its administrator, for steps 1 and 2; absent where it was not told. */
  readonly adminUsername?: string;
  readonly adminPassword?: string;
  readonly adminSecurityToken?: string;
}

export interface Setup {
  hub(): Promise<SetupHub>;
  connection(): Promise<ConnectionAnswer>;
  /**
   * Before Confirm Credentials the connection then waits for Test (`test-first`), so that no page load tries a password; afterwards new
   * credentials take effect at once (SET8). Errors: `host-not-allowed`, `private-key-wrong`, `secrets-missing` where a secret is left out and none fits the choice.
   */
  saveConnection(choice: ConnectionChoice, by: string): Promise<ConnectionAnswer>;
  /** Signs in with a choice and looks what of the map its user does not see, before anything is saved (SET8). Errors: those of saving. */
  compare(choice: ConnectionChoice): Promise<ConnectionComparison>;
  readonly web: WebSignIns;
  /** Signs in anew, on purpose: the one way in which refused credentials are tried again. Never throws for what Salesforce says. */
  test(): Promise<ConnectionTest>;
  syncFields(): Promise<SyncFields>;
  /** Errors: `already-confirmed`. */
  dropFields(choice: SyncFieldsChoice): Promise<void>;
  /** Errors: `fields-changed`, `field-needed`, `external-id-missing`, `object-unreadable`, `already-started`, those of the sign-in. */
  confirm(choice: ConfirmCredentials): Promise<ConfirmedCredentials>;
  startPreview(): Promise<StartPreview>;
  /** Errors: `not-confirmed`, `already-started`, `org-taken` where it does not say that it takes over (SET10), those of the sign-in. */
  start(wish: StartSync): Promise<{ readonly startedAt: string }>;
  /** N17. Errors: `not-started`. */
  setEnabled(isEnabled: boolean): Promise<void>;
  /** A cycle now. Where the connection waits for a person, this is one: it signs in anew first. Errors: `not-started`, `sync-disabled`. */
  syncNow(): Promise<void>;
  /**
   * SAFE11: every object is read from its beginning, and compared with what is here; the connection waits no more. Errors: `not-started`.
   */
  readAnew(): Promise<void>;
  /** Asks the loops for a cycle now, whatever state the sync is in; they look for themselves. */
  wake(): Promise<void>;
  practice(): Promise<Practice>;
  /** Chooses the practice org; its secrets go from the server to the database and to no browser. Errors: `practice-missing`. */
  usePractice(method: ConnectMethod, by: string): Promise<ConnectionAnswer>;
}

/**
 * Signing in as the sync user in a window of Salesforce (SEC7): state and verifier are made here, the browser that began it is known by a cookie, and each is good
 * once and for ten minutes. What comes of it is stored only where the org is the pinned one (SET9) and its user sees the whole map, or somebody says so (SET8).
 */
export interface WebSignIns {
  /** `browser` goes into a cookie. Errors: `host-not-allowed`. */
  begin(
    asked: WebSignIn,
    by: number,
    callbackUrl: string,
  ): Promise<{ readonly authorizeUrl: string; readonly browser: string }>;
  /** The browser is back. False: nobody began this here; nothing was asked. What went wrong otherwise is the outcome. */
  finish(callback: {
    readonly state: string;
    readonly browser: string;
    readonly code: string;
    readonly error: string;
  }): Promise<boolean>;
  outcome(by: number): Promise<WebSignInOutcome>;
  /** Takes a sign-in that waits. Errors: `sign-in-mismatch` where none does. */
  keep(by: number): Promise<ConnectionAnswer>;
}

/**
 * Changing the map. Before the start an edit holds at once. After it edits gather in one draft, for all users; a dry run says what they would do
 * by asking with the statements that would do it, and an apply is refused where the data moved since (MAP9). Errors of every edit: those of
 * `planEdits`.
 */
export interface Mappings {
  fieldMaps(): Promise<FieldMaps>;
  /** What the last look at the org's schema found; nothing is asked of the org. */
  differences(): Promise<FieldDifferences>;
  /** Looks at the schema now, and wakes whoever waits for a change of it. Errors: those of the connection. */
  look(): Promise<void>;
  /**
   * SET6: looks where the last look is older than `everyMs`, or where an answer of Salesforce hinted at a change since, at most each `hintedMs`.
   * False: it was not due. Errors: those of the connection.
   */
  lookIfDue(bounds: { readonly everyMs: number; readonly hintedMs: number }): Promise<boolean>;
  /**
   * The map is told of a field as the org has it now: label, length, picklist, rights, or a type that its column holds. Errors: `field-unknown`
   * where it has changed in nothing else, or in more.
   */
  note(field: FieldName): Promise<void>;
  /** MAP5: a field that is called otherwise in Salesforce goes on under its new name. Errors: `field-unknown`, `initial-sync-runs`. */
  rename(field: FieldName): Promise<void>;
  /** MAP5: the edits of a deleted field are withdrawn, and the journal says what they were. Errors: as of `rename`. */
  withdraw(field: FieldName): Promise<void>;
  /** All or none. Errors: `not-confirmed`. */
  edit(edits: readonly MapEdit[], by: string): Promise<EditedMap>;
  /** Errors: `change-not-found`. */
  change(changeId: number): Promise<FieldChange>;
  /** `place` in the list of edits. Errors: `change-not-found`. */
  removeEdit(changeId: number, place: number, by: string): Promise<EditedMap>;
  /** Errors: `change-not-found`. */
  discard(changeId: number): Promise<void>;
  /** Changes nothing; where a filter changes the org is asked to count. Errors: `change-not-found`, then those of the connection. */
  dryRun(changeId: number): Promise<FieldChange>;
  /** Errors: `change-not-found`, `dry-run-first`, `data-moved`, `initial-sync-runs`. */
  apply(changeId: number, choice: ApplyChange): Promise<FieldChange>;
  /** Filters of all objects, as the draft would have them. */
  filters(): Promise<Filters>;
  /** Asked of the org now; nothing is kept. Errors: `field-unknown`, `filter-wrong`, those of the connection. */
  countFilter(question: FilterQuestion): Promise<FilterCounts>;
  exportMap(): Promise<MapFile>;
  /** Edits what the file says otherwise. */
  importMap(file: MapFile, by: string): Promise<EditedMap>;
  /** A batch of a backfill; false: there is nothing to do. Safe in every process at once. */
  backfillOnce(): Promise<boolean>;
}

/** How the sync behaves: choices with a default each, saved a page at a time, followed by every process within a second. */
export interface Settings {
  sync(): Promise<SyncSettingsAnswer>;
  saveSync(page: SyncSettings): Promise<SyncSettingsAnswer>;
  defaults(): Promise<DefaultSettings>;
  saveDefaults(page: DefaultSettings): Promise<void>;
  budget(): Promise<BudgetSettings>;
  saveBudget(page: BudgetSettings): Promise<void>;
  notifications(): Promise<NotificationSettingsAnswer>;
  /** Errors: `bad-request` for an address that is neither https nor on this machine. */
  saveNotifications(page: NotificationSettings): Promise<NotificationSettingsAnswer>;
  /** For whoever posts; in no answer (SEC2). Errors: `key-wrong`. */
  webhookUrl(): Promise<string | null>;
  historyDays(): Promise<number>;
  /** Keeps this process's bounds as the settings say, from `start` on. */
  follow(): Service;
}

/**
 * Steps 1 and 2, asked of the org now (SET1): nothing of an answer is stored. What is offered to be mended is mended by an admin's session, which is
 * held in memory for 30 minutes for the user of ours who signed in (`by`), and does exactly what is listed; twice is the same as once (SET3).
 */
export interface OrgSetup {
  /** Errors: those of the sign-in, and `org-changed` where the admin is one of another org than the connection's. */
  signInAdmin(by: number, signIn: AdminSignIn): Promise<AdminSession>;
  signOutAdmin(by: number): Promise<void>;
  fields(by: number): Promise<SetupFields>;
  /** One outcome an act; a refusal of Salesforce is one too. Errors: `admin-not-signed-in`. */
  actOnFields(by: number, act: SetupFieldsAct): Promise<readonly SetupOutcome[]>;
  /** Errors: those of the connection. */
  syncUser(by: number): Promise<SetupUser>;
  /** Makes the permission set, grants what is missing, and gives it to the sync user. Errors: `admin-not-signed-in`, those of the connection. */
  mendSyncUser(by: number): Promise<readonly SetupOutcome[]>;
  /** Zip: fields and permission set in source format. */
  packageZip(): Promise<Buffer>;
  /** Ends the sessions; the process stops. */
  close(): Promise<void>;
}
