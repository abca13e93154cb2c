import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepYoung } from './sweep-young.ts';

test('young dead buffers are gone after a sweep', () => {
  sweepYoung();
  const before = process.memoryUsage().arrayBuffers;
  for (let made = 0; made < 100; made += 1) Buffer.alloc(65_536, made);
  assert.ok(process.memoryUsage().arrayBuffers - before > 5_000_000);
  sweepYoung();
  assert.ok(process.memoryUsage().arrayBuffers - before < 500_000);
});
