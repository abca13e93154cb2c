import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetOf, stateOf } from './api-budget.ts';

const SETTINGS = { share: 0.4, slowAt: 0.8, pauseAt: 0.95 };
const NOW = Date.UTC(2026, 4, 4, 12);
/** The last 24 hours with so many calls in each of the last quarters. */
const quarters = (...recent: readonly number[]) =>
  Array.from({ length: 96 }, (_, at) => ({
    at: new Date(NOW - (95 - at) * 900_000),
    our_calls: recent[at - (96 - recent.length)] ?? 0,
    used_calls: at === 95 ? 31_400 : null,
    limit_calls: at === 95 ? 100_000 : null,
    read_at: at === 95 ? new Date(NOW) : null,
  }));

test('our share is of the limit, and what is used is said as Salesforce counts it', () => {
  const budget = budgetOf(quarters(10, 20, 30, 40), SETTINGS);
  assert.deepEqual(
    [budget.usedCalls, budget.limitCalls, budget.ourCalls, budget.ourLimitCalls, budget.state],
    [31_400, 100_000, 100, 40_000, 'calm'],
  );
  assert.deepEqual([budget.points.length, budget.forecast.length], [96, 24]);
});

test('the forecast goes on at the pace of the last hour, and forgets what is older than a day', () => {
  const budget = budgetOf(quarters(1000, 1000, 1000, 1000), SETTINGS);
  assert.deepEqual(
    budget.forecast.slice(0, 2).map(({ ourCalls }) => ourCalls),
    [8_000, 12_000],
  );
  // 32,000 of 40,000: seven hours of 4,000 after the 4,000 of now.
  assert.equal(budget.reaches80At, new Date(NOW + 7 * 3_600_000).toISOString());
  assert.equal(budget.forecast.at(-1)?.ourCalls, 96_000, 'a whole day at this pace');
  assert.equal(budgetOf(quarters(1, 1, 1, 1), SETTINGS).reaches80At, null);
});

test('an org whose others spend its calls is at its limit whatever our share says', () => {
  const facts = { ours: 0, ourLimit: 40_000, used: 96_000, limit: 100_000, slowAt: 0.8, pauseAt: 0.95 };
  assert.equal(stateOf(facts), 'paused');
  assert.equal(stateOf({ ...facts, used: 85_000 }), 'slowed');
  assert.equal(stateOf({ ...facts, used: 85_000, ours: 39_000 }), 'paused');
  assert.equal(stateOf({ ...facts, ourLimit: null }), 'unknown');
});
