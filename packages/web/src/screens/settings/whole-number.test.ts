import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countChanges, percentRange, readWhole, toPercent } from './whole-number.ts';

test('a number is whole and within its range, or it is none', () => {
  const range = { min: 5, max: 3600 };
  assert.deepEqual(
    [' 30 ', '5', '3600'].map((text) => readWhole(text, range)),
    [30, 5, 3600],
  );
  for (const text of ['', '4', '3601', '3.5', '-30', '1e2', '0x10', '30 s'])
    assert.equal(readWhole(text, range), null, text);
});

test('a share is shown in hundredths and loses nothing on the way', () => {
  const shown = [0.05, 0.29, 0.57, 0.8, 1].map(toPercent);
  assert.deepEqual(shown, ['5', '29', '57', '80', '100']);
  assert.deepEqual(
    shown.map((text) => (readWhole(text, percentRange({ min: 0.05, max: 1 })) ?? 0) / 100),
    [0.05, 0.29, 0.57, 0.8, 1],
  );
});

test('what is typed and taken back is no change', () => {
  const stored = { pollEvery: '30', bell: { limit: true } };
  assert.equal(countChanges(stored, { pollEvery: '60', bell: { limit: false } }), 2);
  assert.equal(countChanges(stored, { pollEvery: '30', bell: { limit: true } }), 0);
});
