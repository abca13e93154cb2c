import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf } from '../errors/causes.ts';
import { asProblem, Problem, readStoredProblem } from '../errors/errors.ts';
import { firstClosedGate, type GateFacts } from './gates.ts';
import { readCursor, readIdCursor, writeCursor } from './page-cursor.ts';
import { wantedOf } from './people-phases.ts';
import { stateOf } from './person-page.ts';
import { addRanges, measurePace } from './remaining-time.ts';
import { fullSalesforceId } from './salesforce-id.ts';
import { decideState } from './sync-state.ts';

test('the state is one of three: a pause outweighs a failure, a failure what runs, a run what is over', () => {
  const paused = { code: 'credentials-refused', detail: {}, at: '2026-05-04T14:00:00Z' } as const;
  const failure = {
    object: 'Lead',
    at: new Date('2026-05-04T14:01:00Z'),
    problem: { code: 'limit-reached', detail: {} },
  } as const;
  const runningSince = new Date('2026-05-04T14:02:00Z');
  assert.deepEqual(decideState({ paused, failure, runningSince }).problem, paused);
  assert.deepEqual(decideState({ paused: null, failure, runningSince }), {
    syncState: 'failed',
    startedAt: null,
    failedAt: '2026-05-04T14:01:00.000Z',
    problem: failure.problem,
    failedObject: 'Lead',
  });
  assert.equal(decideState({ paused: null, failure: null, runningSince }).syncState, 'in_progress');
  assert.equal(decideState({ paused: null, failure: null, runningSince: null }).syncState, 'last_sync');
});

const open: GateFacts = {
  isInSalesforce: true,
  isDeleted: false,
  endedIn: null,
  linkState: 'live',
  isEnabled: true,
  paused: null,
  entry: null,
};
const entry = {
  isCreate: false,
  isClaimed: false,
  isHeld: false,
  parkedCode: null,
  parkedMessage: null,
  dueAt: '2026-05-04T14:00:00Z',
  place: 3,
};

test('the first closed gate is named, in its order', () => {
  const paused = { code: 'limit-reached', detail: {} } as const;
  const gate = (facts: Partial<GateFacts>): string | null => firstClosedGate({ ...open, ...facts })?.gate ?? null;
  assert.equal(gate({}), null);
  assert.equal(gate({ isInSalesforce: false, linkState: null }), 'never_asked');
  assert.equal(
    gate({ isDeleted: true, linkState: 'deleted', entry, isEnabled: false, paused }),
    'deleted_in_salesforce',
  );
  assert.equal(gate({ isDeleted: true, endedIn: '00Q', entry }), 'ended_unseen');
  assert.equal(gate({ linkState: 'out_of_sight', isEnabled: false, paused, entry }), 'out_of_sight');
  assert.equal(gate({ isEnabled: false, paused, entry }), 'sync_disabled');
  assert.equal(gate({ paused, entry: { ...entry, parkedCode: 'STRING_TOO_LONG' } }), 'connection_paused');
  assert.equal(gate({ entry: { ...entry, parkedCode: 'STRING_TOO_LONG', isClaimed: true } }), 'parked');
  assert.equal(gate({ entry: { ...entry, isHeld: true, parkedCode: 'STRING_TOO_LONG' } }), 'held');
  assert.equal(gate({ entry: { ...entry, isClaimed: true } }), 'in_flight');
  assert.deepEqual(firstClosedGate({ ...open, entry }), { gate: 'waiting', place: 3, dueAt: entry.dueAt });
});

test('what an action asked for passes the switch, and an edit does not', () => {
  const asked = { ...open, isInSalesforce: false, linkState: null, isEnabled: false };
  assert.equal(firstClosedGate({ ...asked, entry: { ...entry, isCreate: true } })?.gate, 'waiting');
  assert.equal(firstClosedGate({ ...open, isEnabled: false, entry })?.gate, 'sync_disabled');
});

test('a time left is a range of what was measured, and nothing without evidence', () => {
  const second = 1_000;
  const pages = (...rows: readonly number[]) => rows.map((count, at) => ({ rows: count, at: at * second + 500 }));
  assert.deepEqual(measurePace([], 0, 30_000, 100), { recordsPerSecond: null, remainingMs: null });
  assert.deepEqual(
    measurePace(pages(10_000), 0, second, 100_000),
    { recordsPerSecond: 10_000, remainingMs: null },
    'one second is no evidence',
  );
  const even = measurePace(pages(1000, 1000, 1000, 1000), 0, 4 * second, 10_000);
  assert.deepEqual(even, { recordsPerSecond: 1000, remainingMs: { low: 10_000, high: 10_000 } });
  const uneven = measurePace(pages(2000, 0, 2000, 0, 2000, 0, 2000, 0, 2000, 0), 0, 10 * second, 10_000);
  assert.deepEqual(uneven, { recordsPerSecond: 1000, remainingMs: { low: 5_000, high: 40_000 } });
  assert.equal(
    measurePace(pages(1000, 1000, 1000, 1000), 0, 4 * second, null).remainingMs,
    null,
    'of an unknown total nothing is left',
  );
  const old = measurePace([{ rows: 1_000_000, at: 0 }], 0, 120_000, 10);
  assert.equal(old.recordsPerSecond, null, 'a page of two minutes ago is no pace');
});

test('ranges of several objects add up, and one unknown makes the whole unknown', () => {
  assert.deepEqual(
    addRanges([
      { low: 1, high: 2 },
      { low: 10, high: 20 },
    ]),
    { low: 11, high: 22 },
  );
  assert.equal(addRanges([{ low: 1, high: 2 }, null]), null);
});

test('[ID2] an id of 15 characters finds the same record as 18, and a wrong checksum finds none', () => {
  assert.equal(fullSalesforceId('001D000000K0fXO'), '001D000000K0fXOIAZ');
  assert.equal(fullSalesforceId('001D000000K0fXOIAZ'), '001D000000K0fXOIAZ');
  assert.equal(fullSalesforceId('001D000000K0fXOIAY'), null);
  assert.equal(fullSalesforceId('001d000000k0fxoiaz'), '001D000000K0fXOIAZ', 'a spreadsheet that lost the case');
  assert.notEqual(
    fullSalesforceId('001D000000K0fXo'),
    fullSalesforceId('001D000000K0fXO'),
    'by case alone: another record',
  );
  assert.equal(fullSalesforceId('001D000000K0fX'), null);
});

test('what somebody types is our id, a Salesforce id, or the beginning of a text', () => {
  assert.deepEqual(wantedOf('  '), { by: 'nothing' });
  assert.deepEqual(wantedOf('417'), { by: 'id', id: 417 });
  assert.deepEqual(wantedOf('00Q5000000abcde'), { by: 'salesforce_id', salesforceId: '00Q5000000abcde' });
  assert.deepEqual(wantedOf('Mary@'), { by: 'text', from: 'mary@', to: 'mary@\u{10FFFF}' });
  assert.equal(wantedOf('Christopherson-').by, 'text');
});

test('a cursor comes back as it went, and a made-up one is refused', () => {
  assert.deepEqual(readCursor(writeCursor(['a', 1]), 2), ['a', 1]);
  assert.equal(readIdCursor(undefined), null);
  for (const bad of [
    '',
    'x',
    writeCursor(['one']),
    writeCursor([1, 2]),
    Buffer.from('[{"a":1}]').toString('base64url'),
  ]) {
    assert.throws(() => readIdCursor(bad), { code: 'bad-request' }, bad);
  }
});

test('a field is sending before held before refused before waiting; without a place in Salesforce it is not synced', () => {
  const row = { is_equal: true, is_waiting: false, is_sending: false, is_held: false, parked: null };
  assert.equal(stateOf(true, row), 'equal');
  assert.equal(stateOf(true, { ...row, is_equal: false }), 'differs');
  assert.equal(stateOf(false, row), 'not_synced');
  assert.equal(stateOf(false, row, { isRecord: true }), 'no_place');
  assert.equal(stateOf(false, { ...row, is_waiting: true }), 'waiting_to_send');
  assert.equal(stateOf(true, { ...row, is_waiting: true, parked: 'STRING_TOO_LONG' }), 'refused');
  assert.equal(stateOf(true, { ...row, is_waiting: true, is_held: true, parked: 'STRING_TOO_LONG' }), 'held');
  assert.equal(stateOf(true, { ...row, is_waiting: true, is_sending: true, parked: 'STRING_TOO_LONG' }), 'sending');
});

test('a failure keeps its code, a lost database has one, and everything else is our bug', () => {
  assert.equal(asProblem(new Problem('org-changed')).code, 'org-changed');
  assert.equal(
    asProblem(Object.assign(new Error('x'), { code: 'limit-reached', detail: { host: 'h', list: [] } })).detail['host'],
    'h',
  );
  assert.equal(asProblem(Object.assign(new Error('x'), { code: '57P01' })).code, 'database-unreachable');
  assert.equal(asProblem(Object.assign(new Error('x'), { code: '23505' })).code, 'bug');
  assert.equal(asProblem('x').code, 'bug');
  assert.deepEqual(readStoredProblem({ code: 'from-the-future', detail: { host: 'h' } }), {
    code: 'bug',
    detail: { host: 'h', word: 'from-the-future' },
  });
  assert.equal(readStoredProblem(null), null);
});

test('a word of Salesforce that nobody knows has a cause all the same', () => {
  assert.equal(causeOf('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'), 'picklist-value');
  assert.equal(causeOf('SOME_NEW_WORD'), 'unknown');
  assert.equal(causeOf('toString'), 'unknown');
});
