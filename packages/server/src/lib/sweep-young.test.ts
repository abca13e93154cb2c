import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sweepYoung } from './sweep-young.ts';

test('young dead buffers are gone after a sweep', async () => {
  sweepYoung();
  const before = process.memoryUsage().arrayBuffers;
  for (let made = 0; made < 100; made += 1) Buffer.alloc(65_536, made);
  const held = (): number => process.memoryUsage().arrayBuffers - before;
  assert.ok(held() > 5_000_000);
  sweepYoung();
  // V8 frees what it found dead in a thread of its own, a moment later.
  for (let looks = 0; looks < 500 && held() > 500_000; looks += 1) await delay(10);
  assert.ok(held() < 500_000);
});
