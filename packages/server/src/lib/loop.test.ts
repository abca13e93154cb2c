import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoop, type LoopParts } from './loop.ts';

/** Ends by itself when `turns` are used up; each is what the step does at that turn. */
const loopOf = (turns: readonly (() => number)[], parts: Partial<LoopParts> = {}) => {
  const left = [...turns];
  const failed: (readonly [message: string, pauseMs: number])[] = [];
  const { promise: done, resolve: end } = Promise.withResolvers<void>();
  const loop = createLoop({
    step: async () => {
      const turn = left.shift();
      if (left.length === 0) end();
      return turn ? turn() : 1_000_000;
    },
    pauseMs: (failures) => failures,
    onFailure: (error, pauseMs) => void failed.push([String(error), pauseMs]),
    ...parts,
  });
  return { loop, failed, done, left };
};

const fail = (): never => {
  throw new Error('no');
};

test('a failure is told with its pause, which grows with each in a row and begins anew after a success', async () => {
  const { loop, failed, done } = loopOf([fail, fail, () => 0, fail, () => 1_000_000]);
  loop.start();
  await done;
  await loop.stop();
  assert.deepEqual(failed, [
    ['Error: no', 1],
    ['Error: no', 2],
    ['Error: no', 1],
  ]);
});

test('a ring cuts a rest short, and a stop does', async () => {
  const { loop, done } = loopOf([() => 1_000_000, () => 1_000_000]);
  loop.start();
  loop.start();
  loop.ring();
  await done;
  await loop.stop();
});

test('what the step says after the stop was asked for is the last that is heard of it', async () => {
  let aborted = false;
  const { loop, failed, left } = loopOf([() => 0, () => 0], {
    step: async (signal) => {
      void loop.stop();
      aborted = signal.aborted;
      return fail();
    },
  });
  loop.start();
  await loop.stop();
  assert.deepEqual([aborted, failed, left.length], [true, [], 2]);
});

test('a failure that is the end is told to nobody and not tried again', async () => {
  let turns = 0;
  const { loop, failed } = loopOf([], {
    step: async () => {
      turns += 1;
      return fail();
    },
    isEnd: () => true,
  });
  loop.start();
  await new Promise(setImmediate);
  await loop.stop();
  assert.deepEqual([turns, failed], [1, []]);
});
