import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetPoints } from './budget-points.ts';

test('our calls add up to now, and the forecast goes on from there', () => {
  const at = (hour: number): string => `2026-03-04T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const points = budgetPoints({
    points: [
      { at: at(8), ourCalls: 10, usedCalls: 100 },
      { at: at(9), ourCalls: 5, usedCalls: null },
    ],
    forecast: [{ at: at(10), ourCalls: 18 }],
  });
  assert.deepEqual(points, [
    { at: at(8), ours: 10, forecast: null },
    { at: at(9), ours: 15, forecast: 15 },
    { at: at(10), ours: null, forecast: 18 },
  ]);
  assert.deepEqual(budgetPoints({ points: [], forecast: [] }), []);
});
