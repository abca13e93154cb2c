/**
 * What becomes of a record by Salesforce's answer: the table of OUT28, whole. Pure.
 *
 * A word decides, never a message. A word that is not in the table parks its record as unknown, with code and text as received.
 */
import type { Bounds } from '../lib/bounds.ts';
import type { SalesforceFault } from '../salesforce/salesforce.ts';

/** What an answer calls for. */
export const RULE_OF_WORD = {
  UNABLE_TO_LOCK_ROW: 'retry_lock',
  SERVER_UNAVAILABLE: 'retry_fault',
  UNKNOWN_EXCEPTION: 'retry_fault',
  QUERY_TIMEOUT: 'retry_fault',
  INVALID_SESSION_ID: 'release',
  REQUEST_LIMIT_EXCEEDED: 'release',
  API_DISABLED_FOR_ORG: 'pause',
  API_CURRENTLY_DISABLED: 'pause',
  ORG_LOCKED: 'pause',
  STORAGE_LIMIT_EXCEEDED: 'pause_creates',
  STRING_TOO_LONG: 'park_field',
  INVALID_EMAIL_ADDRESS: 'park_field',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'park_field',
  NUMBER_OUTSIDE_VALID_RANGE: 'park_field',
  INVALID_TYPE_ON_FIELD_IN_RECORD: 'park_field',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'park_field',
  INACTIVE_OWNER_OR_USER: 'park_field',
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'park',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'park',
  FIELD_INTEGRITY_EXCEPTION: 'park',
  REQUIRED_FIELD_MISSING: 'park',
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'halve',
  CANNOT_EXECUTE_FLOW_TRIGGER: 'halve',
  INVALID_CROSS_REFERENCE_KEY: 'park_field_or_classify',
  INVALID_FIELD: 'describe',
  INVALID_TYPE: 'describe',
  DUPLICATES_DETECTED: 'park',
  DUPLICATE_VALUE: 'duplicate',
  DUPLICATE_EXTERNAL_ID: 'park',
  INSUFFICIENT_ACCESS: 'classify_permission',
  INSUFFICIENT_ACCESS_OR_READONLY: 'classify_permission',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'classify_permission',
  CANNOT_UPDATE_CONVERTED_LEAD: 'classify',
  ENTITY_IS_DELETED: 'classify',
  NOT_FOUND: 'classify',
  PRECONDITION_FAILED: 'reread',
  DELETE_FAILED: 'park',
  DEPENDENCY_EXISTS: 'park',
  ALL_OR_NONE_OPERATION_ROLLED_BACK: 'bug',
} as const;

export type Word = keyof typeof RULE_OF_WORD;
export type Rule = (typeof RULE_OF_WORD)[Word];

export type Outcome =
  /** Tried again after `waitMs`; the attempt counts. `isLost`: it may have been carried out. */
  | { readonly kind: 'retry'; readonly tries: 'lock' | 'fault'; readonly isLost: boolean; readonly waitMs: number }
  /** Nobody judged it: its counts stay (OUT29). */
  | { readonly kind: 'released' }
  /** Waits for a cause to go away. `columns` null: the whole record. `isLost`: it may have been carried out all the same. */
  | { readonly kind: 'parked'; readonly columns: readonly string[] | null; readonly isLost: boolean }
  /** The record is read again by id, which tells what became of it; then it is tried again. */
  | { readonly kind: 'classify'; readonly waitMs: number }
  /** It was changed there since we read it: nobody judged it, and it is read before it is decided again (MRG16). */
  | { readonly kind: 'reread'; readonly waitMs: number }
  /** Fields may be gone: the object is described again, and the rest goes without them. */
  | { readonly kind: 'describe' }
  /** A record has our external id already: it is looked up and linked (OUT25). */
  | { readonly kind: 'look_up' }
  /** The connection waits for a person. */
  | { readonly kind: 'pause' }
  /** Creates wait, updates go on. */
  | { readonly kind: 'pause_creates' }
  /** Our invariant broke; released and reported. */
  | { readonly kind: 'bug' };

export interface Attempt {
  readonly isCreate: boolean;
  /** Judged attempts before this one. */
  readonly lockTries: number;
  readonly faultTries: number;
  /** Column of ours by Salesforce's field name, of the fields that were sent. */
  readonly columnOf: (field: string) => string | undefined;
  /** Salesforce's name of the external id. */
  readonly keyField: string;
}

export type TryBounds = Pick<Bounds, 'lockTries' | 'faultTries' | 'retryFromMs' | 'retryToMs'>;

/** `faults` are what Salesforce said of one record; never empty. */
export const decideOutcome = (faults: readonly SalesforceFault[], attempt: Attempt, bounds: TryBounds): Outcome => {
  const rules = faults.map((fault) => ruleOf(fault.code));
  if (!attempt.isCreate && rules.every((rule) => rule === 'park_field' || rule === 'park_field_or_classify')) {
    const columns = namedColumns(faults, attempt);
    if (columns !== null) return { kind: 'parked', columns, isLost: false };
  }
  const worst = faults.find((fault) => ruleOf(fault.code) !== 'park_field') ?? faults[0];
  if (worst === undefined) return { kind: 'bug' };
  return outcomeOf(ruleOf(worst.code), worst, attempt, bounds);
};

/** `unknown`: a word of a Salesforce newer than this table. */
export const ruleOf = (word: string): Rule | 'unknown' =>
  Object.hasOwn(RULE_OF_WORD, word) ? RULE_OF_WORD[word as Word] : 'unknown';

/** No answer, or one that says nothing of what was done: as if the answer were lost (OUT26). */
export const lostOutcome = (attempt: Pick<Attempt, 'faultTries'>, bounds: TryBounds): Outcome =>
  retryOrPark('fault', true, attempt.faultTries, bounds.faultTries, bounds);

const PARKED = { kind: 'parked', columns: null, isLost: false } as const;

const outcomeOf = (rule: Rule | 'unknown', fault: SalesforceFault, attempt: Attempt, bounds: TryBounds): Outcome => {
  switch (rule) {
    case 'retry_lock':
      return retryOrPark('lock', false, attempt.lockTries, bounds.lockTries, bounds);
    case 'retry_fault':
      return lostOutcome(attempt, bounds);
    case 'release':
      return { kind: 'released' };
    case 'pause':
      return { kind: 'pause' };
    case 'pause_creates':
      return attempt.isCreate ? { kind: 'pause_creates' } : PARKED;
    case 'park_field':
    case 'park':
    case 'halve':
    case 'unknown':
      return PARKED;
    case 'park_field_or_classify':
      return attempt.isCreate || fault.fields.length > 0 ? PARKED : classify(attempt, bounds);
    case 'classify':
      // A create names no record: its resource is gone, or a record that is gone has our external id.
      if (attempt.isCreate) return { kind: fault.code === 'NOT_FOUND' ? 'describe' : 'look_up' };
      return classify(attempt, bounds);
    case 'classify_permission':
      return attempt.isCreate || attempt.faultTries > 0 ? PARKED : classify(attempt, bounds);
    case 'reread':
      return { kind: 'reread', waitMs: bounds.retryFromMs };
    case 'describe':
      return { kind: 'describe' };
    case 'duplicate':
      return attempt.isCreate && fault.fields.includes(attempt.keyField) ? { kind: 'look_up' } : PARKED;
    case 'bug':
      return { kind: 'bug' };
  }
};

/** Read again and still refused, as often as a fault may be: then it is shown (OUT29). */
const classify = (attempt: Attempt, bounds: TryBounds): Outcome =>
  attempt.faultTries + 1 >= bounds.faultTries
    ? PARKED
    : { kind: 'classify', waitMs: waitMs(attempt.faultTries, bounds) };

/** At its bound a retry is parked as "kept failing", with its last cause (OUT29). */
const retryOrPark = (
  tries: 'lock' | 'fault',
  isLost: boolean,
  before: number,
  most: number,
  bounds: TryBounds,
): Outcome =>
  before + 1 >= most
    ? { kind: 'parked', columns: null, isLost }
    : { kind: 'retry', tries, isLost, waitMs: waitMs(before, bounds) };

/** Doubling with each judged attempt, from the first to the most. */
const waitMs = (before: number, bounds: TryBounds): number =>
  Math.min(bounds.retryToMs, bounds.retryFromMs * 2 ** Math.min(30, before));

/** Columns of the named fields; null where a fault names none, or one that was not sent. */
const namedColumns = (faults: readonly SalesforceFault[], attempt: Attempt): readonly string[] | null => {
  const columns = new Set<string>();
  for (const fault of faults) {
    if (fault.fields.length === 0) return null;
    for (const field of fault.fields) {
      const column = attempt.columnOf(field);
      if (column === undefined) return null;
      columns.add(column);
    }
  }
  return [...columns];
};
