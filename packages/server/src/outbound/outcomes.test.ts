import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SalesforceFault } from '../salesforce/salesforce.ts';
import { type Attempt, decideOutcome, lostOutcome, RULE_OF_WORD, type Word } from './outcomes.ts';

const bounds = { lockTries: 3, faultTries: 4, retryFromMs: 1_000, retryToMs: 300_000 };
const update: Attempt = {
  isCreate: false,
  lockTries: 0,
  faultTries: 0,
  columnOf: (field) => ({ Phone: 'phone', Rating: 'rating' })[field],
  keyField: 'Syncline_Key__c',
};
const create: Attempt = { ...update, isCreate: true };
const fault = (code: string, fields: readonly string[] = []): SalesforceFault => ({
  code,
  message: 'as received',
  fields,
});
const kindOf = (code: string, attempt: Attempt, fields: readonly string[] = []): string =>
  decideOutcome([fault(code, fields)], attempt, bounds).kind;

/** The table of OUT28, as the rule's page has it: what becomes of an update and of a create that names no field. */
const EXPECTED: Readonly<Record<Word, readonly [update: string, create: string]>> = {
  UNABLE_TO_LOCK_ROW: ['retry', 'retry'],
  SERVER_UNAVAILABLE: ['retry', 'retry'],
  UNKNOWN_EXCEPTION: ['retry', 'retry'],
  QUERY_TIMEOUT: ['retry', 'retry'],
  INVALID_SESSION_ID: ['released', 'released'],
  REQUEST_LIMIT_EXCEEDED: ['released', 'released'],
  API_DISABLED_FOR_ORG: ['pause', 'pause'],
  API_CURRENTLY_DISABLED: ['pause', 'pause'],
  ORG_LOCKED: ['pause', 'pause'],
  STORAGE_LIMIT_EXCEEDED: ['parked', 'pause_creates'],
  STRING_TOO_LONG: ['parked', 'parked'],
  INVALID_EMAIL_ADDRESS: ['parked', 'parked'],
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: ['parked', 'parked'],
  NUMBER_OUTSIDE_VALID_RANGE: ['parked', 'parked'],
  INVALID_TYPE_ON_FIELD_IN_RECORD: ['parked', 'parked'],
  INVALID_FIELD_FOR_INSERT_UPDATE: ['parked', 'parked'],
  INACTIVE_OWNER_OR_USER: ['parked', 'parked'],
  FIELD_CUSTOM_VALIDATION_EXCEPTION: ['parked', 'parked'],
  FIELD_FILTER_VALIDATION_EXCEPTION: ['parked', 'parked'],
  FIELD_INTEGRITY_EXCEPTION: ['parked', 'parked'],
  REQUIRED_FIELD_MISSING: ['parked', 'parked'],
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: ['parked', 'parked'],
  CANNOT_EXECUTE_FLOW_TRIGGER: ['parked', 'parked'],
  INVALID_CROSS_REFERENCE_KEY: ['classify', 'parked'],
  INVALID_FIELD: ['describe', 'describe'],
  INVALID_TYPE: ['describe', 'describe'],
  DUPLICATES_DETECTED: ['parked', 'parked'],
  DUPLICATE_VALUE: ['parked', 'parked'],
  DUPLICATE_EXTERNAL_ID: ['parked', 'parked'],
  INSUFFICIENT_ACCESS: ['classify', 'parked'],
  INSUFFICIENT_ACCESS_OR_READONLY: ['classify', 'parked'],
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: ['classify', 'parked'],
  CANNOT_UPDATE_CONVERTED_LEAD: ['classify', 'look_up'],
  ENTITY_IS_DELETED: ['classify', 'look_up'],
  NOT_FOUND: ['classify', 'describe'],
  PRECONDITION_FAILED: ['reread', 'reread'],
  DELETE_FAILED: ['parked', 'parked'],
  DEPENDENCY_EXISTS: ['parked', 'parked'],
  ALL_OR_NONE_OPERATION_ROLLED_BACK: ['bug', 'bug'],
};

for (const word of Object.keys(RULE_OF_WORD) as Word[]) {
  test(`[OUT28] ${word}`, () => {
    assert.deepEqual([kindOf(word, update), kindOf(word, create)], EXPECTED[word]);
  });
}

test('[OUT28] any other word parks its record as unknown, also one that JavaScript knows', () => {
  for (const word of ['A_WORD_OF_NEXT_YEAR', 'constructor', '__proto__', '']) {
    assert.deepEqual(
      decideOutcome([fault(word)], update, bounds),
      { kind: 'parked', columns: null, isLost: false },
      word,
    );
  }
});

test('[OUT28] a named field is parked alone on an update; a create is parked whole (OUT30)', () => {
  assert.deepEqual(
    decideOutcome(
      [fault('STRING_TOO_LONG', ['Phone']), fault('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', ['Rating'])],
      update,
      bounds,
    ),
    {
      kind: 'parked',
      columns: ['phone', 'rating'],
      isLost: false,
    },
  );
  assert.deepEqual(decideOutcome([fault('STRING_TOO_LONG', ['Phone'])], create, bounds), {
    kind: 'parked',
    columns: null,
    isLost: false,
  });
  assert.deepEqual(decideOutcome([fault('INVALID_CROSS_REFERENCE_KEY', ['Phone'])], update, bounds), {
    kind: 'parked',
    columns: ['phone'],
    isLost: false,
  });
});

test('[OUT28] a field that was not sent cannot be at fault alone: the record is parked', () => {
  assert.deepEqual(decideOutcome([fault('STRING_TOO_LONG', ['Other__c'])], update, bounds), {
    kind: 'parked',
    columns: null,
    isLost: false,
  });
});

test('[OUT28] of several faults, one that is about more than a field decides', () => {
  assert.equal(
    decideOutcome([fault('STRING_TOO_LONG', ['Phone']), fault('UNABLE_TO_LOCK_ROW')], update, bounds).kind,
    'retry',
  );
});

test('[OUT25] DUPLICATE_VALUE on our external id: the record exists and is looked up', () => {
  assert.equal(kindOf('DUPLICATE_VALUE', create, ['Syncline_Key__c']), 'look_up');
  assert.equal(kindOf('DUPLICATE_VALUE', create, ['Other_Key__c']), 'parked');
  assert.equal(kindOf('DUPLICATE_EXTERNAL_ID', create), 'parked');
});

test('[OUT29] retries double from the first wait to the most, and are parked at their bound with what may have landed', () => {
  const waits = [0, 1].map((lockTries) =>
    decideOutcome([fault('UNABLE_TO_LOCK_ROW')], { ...update, lockTries }, bounds),
  );
  assert.deepEqual(
    waits.map((outcome) => outcome.kind === 'retry' && outcome.waitMs),
    [1_000, 2_000],
  );
  assert.deepEqual(decideOutcome([fault('UNABLE_TO_LOCK_ROW')], { ...update, lockTries: 2 }, bounds), {
    kind: 'parked',
    columns: null,
    isLost: false,
  });
  assert.deepEqual(lostOutcome({ faultTries: 3 }, bounds), { kind: 'parked', columns: null, isLost: true });
  const late = lostOutcome({ faultTries: 20 }, { ...bounds, faultTries: 100 });
  assert.equal(late.kind === 'retry' && late.waitMs, 300_000);
});

test('[OUT28] a record that stays visible and forbidden is parked as permission at the second try', () => {
  assert.equal(decideOutcome([fault('INSUFFICIENT_ACCESS')], { ...update, faultTries: 1 }, bounds).kind, 'parked');
});
