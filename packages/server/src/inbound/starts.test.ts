import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cursor, decideStart } from './starts.ts';

const BOUNDS = { overlapMs: 120_000, deepOverlapMs: 900_000, stampGrainMs: 10_000 };
const at = (clock: string): number => Date.parse(`2026-11-30T${clock}Z`);
const SPARSE: Cursor = {
  atMs: at('10:00:00'),
  deepFromMs: at('09:55:00'),
  askedMs: at('10:05:00'),
  deepAskedMs: at('09:58:00'),
  denseThroughMs: null,
  isFull: false,
};
const start = (change: Partial<Cursor>, isDeep = false) => {
  const { from, thinBefore } = decideStart({ ...SPARSE, ...change }, BOUNDS, isDeep);
  return [from, thinBefore].map((stamp) => stamp?.replace('2026-11-30T', '') ?? null);
};

test('[IN2] [IN3] a pass starts an overlap before the cursor, a deep one where the cursor stood at the one before', () => {
  assert.deepEqual(start({}), ['09:58:00Z', null]);
  assert.deepEqual(start({}, true), ['09:40:00Z', null]);
  assert.deepEqual(start({ deepFromMs: null }, true), ['09:45:00Z', null]);
  assert.deepEqual(
    start({ deepFromMs: at('10:30:00') }, true),
    ['09:58:00Z', null],
    'never later than an ordinary one',
  );
});

test('[IN2] an object that was never read, or whose filter changed, is read from its beginning', () => {
  const whole = ['1970-01-01T00:00:00Z', null];
  assert.deepEqual(start({ atMs: null }), whole);
  assert.deepEqual(start({ isFull: true, denseThroughMs: at('10:00:00') }), whole);
  assert.deepEqual(start({ isFull: true }, true), whole);
});

test('[IN2] in a dense stretch what was there when the pass before asked is not read whole again', () => {
  const denseThroughMs = at('10:00:00');
  assert.deepEqual(
    start({ denseThroughMs, askedMs: at('10:00:05') }),
    ['09:58:05Z', '09:59:55Z'],
    'but for the seconds before it asked',
  );
  assert.deepEqual(start({ denseThroughMs, askedMs: at('10:01:59') }), ['09:59:59Z', '10:01:49Z']);
  assert.deepEqual(
    start({ denseThroughMs, askedMs: at('10:02:00') }),
    ['10:00:00Z', null],
    'the stretch lies behind it',
  );
  assert.deepEqual(start({ denseThroughMs, askedMs: at('12:00:00') }), ['11:58:00Z', null]);
});

test('[IN2] where nobody knows when the pass before asked, or the stretch lies before the overlap, the overlap is read', () => {
  assert.deepEqual(start({ denseThroughMs: at('10:00:00'), askedMs: null }), ['09:58:00Z', null]);
  assert.deepEqual(start({ denseThroughMs: at('09:58:00'), askedMs: at('10:01:00') }), ['09:58:00Z', null]);
  assert.deepEqual(
    start({ denseThroughMs: at('10:00:00'), askedMs: at('09:50:00') }),
    ['09:58:00Z', null],
    'an old question says nothing',
  );
});

test('[IN3] a deep pass reads whole what was too young at the one before', () => {
  const denseThroughMs = at('10:00:00');
  assert.deepEqual(start({ denseThroughMs, deepAskedMs: at('10:05:00'), askedMs: at('10:15:00') }, true), [
    '09:50:00Z',
    null,
  ]);
  assert.deepEqual(start({ denseThroughMs, deepAskedMs: null, askedMs: at('10:15:00') }, true), ['09:40:00Z', null]);
  assert.deepEqual(start({ denseThroughMs, deepAskedMs: at('10:25:00'), askedMs: at('10:35:00') }, true), [
    '10:10:00Z',
    null,
  ]);
});

test('[IN3] of a long pass what is new since the pass before, less an overlap, is looked at before its turn', () => {
  const fresh = (change: Partial<Cursor>, isDeep = false): string | null =>
    decideStart({ ...SPARSE, ...change }, BOUNDS, isDeep).freshFrom;
  assert.equal(fresh({}), '2026-11-30T10:03:00Z');
  assert.equal(fresh({ isFull: true }, true), '2026-11-30T10:03:00Z');
  assert.equal(fresh({ askedMs: null }), '2026-11-30T09:58:00Z');
  assert.equal(fresh({ atMs: null }), null);
});
