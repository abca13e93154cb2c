import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarm, backoffMs } from './alarm.ts';

test('an alarm that rang before anybody waited is not lost', async () => {
  const alarm = new Alarm();
  alarm.ring();
  await alarm.wait(1_000_000);
});

test('an alarm wakes who waits', async () => {
  const alarm = new Alarm();
  const waiting = alarm.wait(1_000_000);
  alarm.ring();
  await waiting;
});

test('[OUT29] the pause doubles from its floor to its ceiling', () => {
  assert.deepEqual(
    [1, 2, 3, 9, 10, 400].map((failures) => backoffMs(failures, 1_000, 300_000)),
    [1_000, 2_000, 4_000, 256_000, 300_000, 300_000],
  );
});
