/** From Salesforce's answers to what is written down of each record. Pure. */

import { EXTERNAL_ID_FIELD } from '../mapping/mapping.ts';
import type { RecordAnswer, SalesforceError, SalesforceFault } from '../salesforce/salesforce.ts';
import type { Sending } from './fill.ts';
import { decideOutcome, lostOutcome, type Outcome, ruleOf, type TryBounds } from './outcomes.ts';
import type { SendableObject } from './sendable.ts';
import type { SettledError, Settlement } from './settle.ts';

/** What is known of one record after its request. `unsent`: nothing went out, or nobody judged it. */
export type Reply =
  /** `isWhole`: the request was refused, not this record alone. */
  | { readonly kind: 'answered'; readonly answer: RecordAnswer; readonly isWhole: boolean }
  | { readonly kind: 'lost'; readonly error: SalesforceError }
  | { readonly kind: 'unsent' };

export const UNSENT: Reply = { kind: 'unsent' };

export interface Decided {
  readonly sending: Sending;
  readonly outcome: Outcome | { readonly kind: 'settled'; readonly id: string; readonly isCreated: boolean };
  readonly fault: SalesforceFault | null;
  readonly isWhole: boolean;
}

export const decideReply = (sending: Sending, reply: Reply, object: SendableObject, bounds: TryBounds): Decided => {
  switch (reply.kind) {
    case 'unsent':
      return { sending, outcome: { kind: 'released' }, fault: null, isWhole: false };
    case 'lost':
      return {
        sending,
        outcome: lostOutcome(sending, bounds),
        fault: { code: reply.error.word ?? reply.error.code, message: '', fields: [] },
        isWhole: true,
      };
    case 'answered': {
      const { answer } = reply;
      if (answer.ok)
        return {
          sending,
          outcome: { kind: 'settled', id: answer.id, isCreated: answer.created },
          fault: null,
          isWhole: false,
        };
      const outcome = decideOutcome(answer.faults, attemptOf(sending, object), bounds);
      return { sending, outcome, fault: worstOf(answer.faults), isWhole: reply.isWhole };
    }
  }
};

const attemptOf = (sending: Sending, object: SendableObject) => ({
  isCreate: sending.sfId === null,
  lockTries: sending.lockTries,
  faultTries: sending.faultTries,
  columnOf: (field: string) => {
    const column = object.columnOf(field);
    return column !== undefined && sending.columns.includes(column) ? column : undefined;
  },
  keyField: EXTERNAL_ID_FIELD,
});

/** The fault that is shown: one that is about more than a field, if there is one. */
const worstOf = (faults: readonly SalesforceFault[]): SalesforceFault | null =>
  faults.find((fault) => ruleOf(fault.code) !== 'park_field') ?? faults[0] ?? null;

/** What is written down. Outcomes that ask somebody first (`describe`, `look_up`) have been turned into others by then; left over, they wait. */
export const settlementOf = ({ sending, outcome, fault }: Decided): Settlement => {
  const failed = { ...FAILED, personId: sending.personId };
  switch (outcome.kind) {
    case 'settled':
      return { ...failed, what: 'settled', sfId: outcome.id, isCreated: outcome.isCreated };
    case 'retry':
      return {
        ...failed,
        isLost: outcome.isLost,
        tries: outcome.tries,
        waitMs: outcome.waitMs,
        error: errorOf(fault, 'retry'),
      };
    case 'parked':
      return { ...failed, isLost: outcome.isLost, park: outcome.columns ?? ['*'], error: errorOf(fault, 'park') };
    case 'classify':
      return { ...failed, tries: 'fault', waitMs: outcome.waitMs, isReread: true, error: errorOf(fault, 'retry') };
    case 'reread':
      return { ...failed, waitMs: outcome.waitMs, isReread: true };
    case 'bug':
      return { ...failed, error: errorOf(fault, 'bug') };
    case 'released':
    case 'pause':
    case 'pause_creates':
      return failed;
    case 'describe':
    case 'look_up':
      return { ...failed, park: ['*'], error: errorOf(fault, 'park') };
  }
};

export const FAILED: Settlement = {
  personId: 0,
  what: 'failed',
  sfId: null,
  isCreated: false,
  isLost: false,
  tries: null,
  waitMs: 0,
  park: null,
  isReread: false,
  error: null,
};

const errorOf = (fault: SalesforceFault | null, disposition: SettledError['disposition']): SettledError | null =>
  fault === null
    ? null
    : {
        code: fault.code,
        message: fault.message,
        fields: fault.fields,
        disposition,
        duplicate: fault.duplicate ?? null,
      };

/** ACT6: what a create lacks is known before the call. */
export const emptyFieldSettlement = (sending: Sending): Settlement => ({
  ...FAILED,
  personId: sending.personId,
  park: ['*'],
  error: { code: 'field-empty', message: '', fields: sending.missing, disposition: 'park', duplicate: null },
});
