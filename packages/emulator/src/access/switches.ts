import type { Store } from '../store/store.ts';
import { Chance } from './chance.ts';

/** A refusal that stands for a validation rule, a trigger or a flow of the org's own. */
export interface Refusal {
  readonly object: string;
  /** Only records that are written with these values; all when absent. */
  readonly when?: Readonly<Record<string, string>>;
  /** `FIELD_CUSTOM_VALIDATION_EXCEPTION` unless said. */
  readonly statusCode?: string;
  readonly message: string;
  readonly fields?: readonly string[];
}

/** An automation of the org's own that writes back: fields of a record that is saved are set by formulas. */
interface Automation {
  readonly object: string;
  /** A formula, as `ISCHANGED(Status)`; always when absent. */
  readonly when?: string;
  /** Fields and their formulas: `{ "City": "UPPER(City)" }`. */
  readonly set: Readonly<Record<string, string>>;
}

/** Records of an object that are alike in all of these fields are duplicates. */
interface SwitchedDuplicateRule {
  readonly object: string;
  readonly fields: readonly string[];
  /** The client may save it all the same; else it is blocked. */
  readonly allowSave?: boolean;
}

/** Faults that happen so many times, or by chance; `take` says when. */
export const countdowns = [
  'lockRow',
  'loseAnswers',
  'loseRequests',
  'resetConnections',
  'truncateBodies',
  'failWith503',
  'failWith500',
  'timeOutQueries',
  'failJobs',
  'gapEvents',
  'overflowEvents',
  'loseEvents',
  'duplicateEvents',
] as const;
type Countdown = (typeof countdowns)[number];

/** Why the sync user's name and password may be refused although they are right (A1); '' is not at all. */
export const loginFaults = [
  '',
  'PASSWORD_LOCKOUT',
  'LOGIN_DURING_RESTRICTED_DOMAIN',
  'LOGIN_DURING_RESTRICTED_TIME',
  'ORG_LOCKED',
  'UNSUPPORTED_CLIENT',
  'SERVER_UNAVAILABLE',
] as const;
export type LoginFault = (typeof loginFaults)[number];

/** Faults the org can be told to have; `GET` and `PUT /practice/switches` read and set them. */
export interface SwitchState {
  /** The sync user cannot sign in: INVALID_LOGIN, as Salesforce says to locked users. */
  readonly userLocked: boolean;
  readonly passwordExpired: boolean;
  /** Signing in with the sync user's name and password is refused so. */
  readonly loginFault: LoginFault;
  /** The API answers API_DISABLED_FOR_ORG. */
  readonly apiOff: boolean;
  /** The API answers API_CURRENTLY_DISABLED, as while Salesforce maintains the org. */
  readonly apiPaused: boolean;
  /** Records that would be new are refused with STORAGE_LIMIT_EXCEEDED. */
  readonly storageFull: boolean;
  /** `Lead.Phone`: what the sync user may not see. */
  readonly hiddenFields: readonly string[];
  /** `Lead.Phone`: what the sync user sees but may not write. */
  readonly readOnlyFields: readonly string[];
  /** `Lead.edit`: what the sync user may not do with an object, of read, create, edit and delete. */
  readonly takenRights: readonly string[];
  /** So many of the next rows written are refused with UNABLE_TO_LOCK_ROW. */
  readonly lockRow: number;
  readonly refuse: readonly Refusal[];
  readonly automations: readonly Automation[];
  readonly duplicateRules: readonly SwitchedDuplicateRule[];
  /** Each request under `/services/` waits so long. */
  readonly latencyMs: number;
  /** So many of the next writing requests are done and then have their connection cut instead of an answer. */
  readonly loseAnswers: number;
  /** So many of the next writing requests have their connection cut before anything is done. */
  readonly loseRequests: number;
  /** So many of the next requests of any kind have their connection reset before anything is done. */
  readonly resetConnections: number;
  /** So many of the next answers to reading requests break off in the middle of their body. */
  readonly truncateBodies: number;
  /** So many of the next requests are answered 503. */
  readonly failWith503: number;
  /** So many of the next requests are answered 500 with UNKNOWN_EXCEPTION, before anything is done. */
  readonly failWith500: number;
  /** So many of the next queries are QUERY_TIMEOUT. */
  readonly timeOutQueries: number;
  /** After so many more REST requests the sync user's sessions end, once; 0 is never. */
  readonly expireSessionsAfter: number;
  /** How many requests may be under way at once; one more is REQUEST_LIMIT_EXCEEDED. 0 is any number. */
  readonly concurrentRequests: number;
  /** So many of the next Bulk jobs fail in the middle. */
  readonly failJobs: number;
  /** Bulk jobs that start stay InProgress until this is off, or they are aborted. */
  readonly jobsStuck: boolean;
  /** Calls a day, of `Sforce-Limit-Info`. */
  readonly dailyLimit: number;
  /** Bulk query jobs a day, of Bulk 2.0. */
  readonly dailyQueryJobs: number;
  /** Batches a day, of Bulk 1.0 and of the ingest jobs of 2.0, which count one each. */
  readonly dailyBatches: number;
  /** A session that is not used for so long has ended; 0 is never. */
  readonly sessionSeconds: number;
  /** Callers come from a trusted network: a password needs no security token behind it. */
  readonly trustedNetwork: boolean;
  /** Users other than the admin see only the rows they own, of objects that have owners. */
  readonly sharingByOwner: boolean;
  /** The authorize page sends the sync user straight back with a code. */
  readonly autoApprove: boolean;
  /** Addresses the connected app may be called back at; any while it is empty. */
  readonly callbackUrls: readonly string[];
  /** Users are approved for the connected app beforehand; otherwise JWT bearer is refused until one has consented. */
  readonly appPreauthorized: boolean;
  /** A refresh token is good once: its use gives another. */
  readonly rotateRefreshTokens: boolean;
  /** The connected app issues tokens in the form of a JWT, which SOAP does not take. */
  readonly jwtTokens: boolean;
  /** The OAuth user name and password flow is allowed. */
  readonly passwordFlow: boolean;
  /** The org's clock is so far ahead of the true time, or behind where negative. */
  readonly clockSkewMs: number;
  /** Rows are stamped so long before they appear, as those of a transaction that took so long to commit. */
  readonly lateCommitMs: number;
  /** So many of the next captured changes are told as gaps: that a record changed, and not how. */
  readonly gapEvents: number;
  /** So many of the next transactions with captured changes are told as an overflow an object. */
  readonly overflowEvents: number;
  /** So many of the next events are never told. */
  readonly loseEvents: number;
  /** So many of the next events are delivered twice. */
  readonly duplicateEvents: number;
  /** Each event is delivered so long after its commit. */
  readonly eventLagMs: number;
  /** Events a day that are delivered; further ones end their subscriptions. */
  readonly dailyEvents: number;
  /** Platform events an hour that may be published. */
  readonly hourlyPublished: number;
  /** Counted faults that happen by chance too: `{"failWith503": 0.05}` is one request in twenty. */
  readonly rates: Readonly<Partial<Record<Countdown, number>>>;
  /** What the chances come from: the same seed and the same requests give the same faults. Setting it begins anew. */
  readonly seed: number;
}

const atRest: SwitchState = {
  userLocked: false,
  passwordExpired: false,
  loginFault: '',
  apiOff: false,
  apiPaused: false,
  storageFull: false,
  hiddenFields: [],
  readOnlyFields: [],
  takenRights: [],
  lockRow: 0,
  refuse: [],
  automations: [],
  duplicateRules: [],
  latencyMs: 0,
  loseAnswers: 0,
  loseRequests: 0,
  resetConnections: 0,
  truncateBodies: 0,
  failWith503: 0,
  failWith500: 0,
  timeOutQueries: 0,
  expireSessionsAfter: 0,
  concurrentRequests: 0,
  failJobs: 0,
  jobsStuck: false,
  dailyLimit: 100_000,
  dailyQueryJobs: 10_000,
  dailyBatches: 15_000,
  sessionSeconds: 7_200,
  trustedNetwork: false,
  sharingByOwner: false,
  autoApprove: false,
  callbackUrls: [],
  appPreauthorized: true,
  rotateRefreshTokens: false,
  jwtTokens: false,
  passwordFlow: false,
  clockSkewMs: 0,
  lateCommitMs: 0,
  gapEvents: 0,
  overflowEvents: 0,
  loseEvents: 0,
  duplicateEvents: 0,
  eventLagMs: 0,
  dailyEvents: 50_000,
  hourlyPublished: 50_000,
  rates: {},
  seed: 1,
};

/** The state of the switches, kept in the org's file. */
export class Switches {
  readonly #store: Store;
  #state: SwitchState;
  #chance: Chance;

  constructor(store: Store) {
    this.#store = store;
    this.#state = this.#read();
    this.#chance = new Chance(this.#state.seed);
    store.onRestored(() => {
      this.#state = this.#read();
      this.#chance = new Chance(this.#state.seed);
    });
  }

  #read(): SwitchState {
    const kept = this.#store.setting('switches');
    return kept === undefined ? atRest : { ...atRest, ...(JSON.parse(kept) as Partial<SwitchState>) };
  }

  get state(): SwitchState {
    return this.#state;
  }

  set(changes: Partial<SwitchState>): void {
    this.#state = { ...this.#state, ...changes };
    if (changes.seed !== undefined) this.#chance = new Chance(changes.seed);
    this.#store.setSetting('switches', JSON.stringify(this.#state));
  }

  /** Why a change cannot be; undefined where it can. */
  faultOf(changes: Readonly<Record<string, unknown>>): string | undefined {
    for (const [name, value] of Object.entries(changes)) {
      const rest = atRest[name as keyof SwitchState] as unknown;
      if (rest === undefined) return `No such switch: ${name}`;
      if (kindOf(value) !== kindOf(rest)) return `${name} is ${kindOf(rest)}, not ${JSON.stringify(value)}`;
      if (name === 'loginFault' && !loginFaults.some((fault) => fault === value)) {
        return `loginFault is one of ${loginFaults.filter(Boolean).join(', ')}, or empty`;
      }
      const fault = Array.isArray(value) ? itemFault(name as keyof SwitchState, value) : undefined;
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Whether the fault happens now: one is left, which is taken, or chance says so. */
  take(name: Countdown): boolean {
    const left = this.#state[name];
    if (left > 0) {
      this.set({ [name]: left - 1 });
      return true;
    }
    const rate = this.#state.rates[name] ?? 0;
    return rate > 0 && this.#chance.next() < rate;
  }

  /** The first refusal that fits a record written with these values. */
  refusalOf(object: string, values: Readonly<Record<string, string | null>>): Refusal | undefined {
    return this.#state.refuse.find(
      (refusal) =>
        refusal.object === object &&
        Object.entries(refusal.when ?? {}).every(([field, value]) => values[field] === value),
    );
  }
}

/** What each item of a list of objects must have; items of the other lists are text. */
const items: Readonly<Partial<Record<keyof SwitchState, Readonly<Record<string, string>>>>> = {
  refuse: { object: 'text', message: 'text' },
  automations: { object: 'text', set: 'an object' },
  duplicateRules: { object: 'text', fields: 'a list' },
};

function itemFault(name: keyof SwitchState, values: readonly unknown[]): string | undefined {
  const members = items[name];
  for (const value of values) {
    if (members === undefined) {
      if (typeof value !== 'string') return `${name} is a list of text, not of ${JSON.stringify(value)}`;
      continue;
    }
    if (kindOf(value) !== 'an object') return `${name} is a list of objects, not of ${JSON.stringify(value)}`;
    for (const [member, kind] of Object.entries(members)) {
      if (kindOf((value as Readonly<Record<string, unknown>>)[member]) !== kind) {
        return `Each of ${name} has ${member}, ${kind}: ${JSON.stringify(value)} does not`;
      }
    }
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'nothing';
  return (
    { boolean: 'true or false', number: 'a number', object: 'an object', string: 'text' }[typeof value as string] ??
    'nothing'
  );
}
