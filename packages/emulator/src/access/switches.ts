import type { Store } from '../store/store.ts';

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

/** Faults the org can be told to have; `GET` and `PUT /practice/switches` read and set them. */
export interface SwitchState {
  /** The sync user cannot sign in: INVALID_LOGIN, as Salesforce says to locked users. */
  readonly userLocked: boolean;
  readonly passwordExpired: boolean;
  /** The API answers API_DISABLED_FOR_ORG. */
  readonly apiOff: boolean;
  /** `Lead.Phone`: what the sync user may not see. */
  readonly hiddenFields: readonly string[];
  /** `Lead.Phone`: what the sync user sees but may not write. */
  readonly readOnlyFields: readonly string[];
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
  /** So many of the next requests are answered 503. */
  readonly failWith503: number;
  /** Calls a day, of `Sforce-Limit-Info`. */
  readonly dailyLimit: number;
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
}

const atRest: SwitchState = {
  userLocked: false,
  passwordExpired: false,
  apiOff: false,
  hiddenFields: [],
  readOnlyFields: [],
  lockRow: 0,
  refuse: [],
  automations: [],
  duplicateRules: [],
  latencyMs: 0,
  loseAnswers: 0,
  loseRequests: 0,
  failWith503: 0,
  dailyLimit: 100_000,
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
};

type Countdown =
  | 'lockRow'
  | 'loseAnswers'
  | 'loseRequests'
  | 'failWith503'
  | 'gapEvents'
  | 'overflowEvents'
  | 'loseEvents'
  | 'duplicateEvents';

/** The state of the switches, kept in the org's file. */
export class Switches {
  readonly #store: Store;
  #state: SwitchState;

  constructor(store: Store) {
    this.#store = store;
    this.#state = this.#read();
    store.onRestored(() => {
      this.#state = this.#read();
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
    this.#store.setSetting('switches', JSON.stringify(this.#state));
  }

  /** True if one is left, and takes it. */
  take(name: Countdown): boolean {
    const left = this.#state[name];
    if (left <= 0) return false;
    this.set({ [name]: left - 1 });
    return true;
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
