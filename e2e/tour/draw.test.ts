import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CalmCounts, createDraw, drawPlans, type KillPlan, TALKS } from './draw.ts';

const counts: CalmCounts = {
  phases: {
    load: { statement: 400, request: 60, write: 0 },
    creates: { statement: 300, request: 40, write: 20 },
    changes: { statement: 1_000, request: 80, write: 40 },
    deletes: { statement: 200, request: 30, write: 4 },
  },
  start: { statement: 60, request: 0, write: 0 },
};

const drawKills = (kills: number, seed: number): KillPlan => {
  const [plan] = drawPlans(1, kills, counts, createDraw(seed));
  assert.ok(plan);
  return plan;
};

test('a seed draws the same kills again, and another seed draws others', () => {
  assert.deepEqual(drawKills(20, 7), drawKills(20, 7));
  assert.notDeepEqual(drawKills(20, 7), drawKills(20, 8));
});

test('every kill is dealt to a phase, whatever their number', () => {
  for (let kills = 0; kills <= 41; kills += 1) {
    const dealt = Object.values(drawKills(kills, kills)).flat();
    assert.equal(dealt.length, kills);
    assert.ok(dealt.every(({ moment }) => moment >= 1));
  }
});

test('the kills of a phase lie within what it takes when it is calm', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const { changes } = drawKills(20, seed);
    assert.equal(changes.length, 7);
    assert.ok(changes.every(({ talk, moment }) => moment <= { statement: 310, request: 20, write: 10 }[talk]));
  }
});

test('a shuffle keeps every item', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const shuffled = createDraw(3).shuffle(items);
  assert.notDeepEqual(shuffled, items);
  assert.deepEqual(
    shuffled.toSorted((a, b) => a - b),
    items,
  );
});

test('many kills strike at every kind of moment that a phase has', () => {
  const talks = Object.values(drawKills(40, 4)).flatMap((kills) => kills.map(({ talk }) => talk));
  for (const kind of TALKS) assert.ok(talks.filter((talk) => talk === kind).length > 5, kind);
  assert.ok(drawKills(40, 4).load.every(({ talk }) => talk !== 'write'));
});

test('of several processes each dies by the seed, and one with nothing to say dies all the same', () => {
  const plans = drawPlans(2, 20, counts, createDraw(7));
  const dealt = plans.map((plan) => Object.values(plan).flat());
  assert.equal(dealt.flat().length, 20);
  for (const kills of dealt) assert.ok(kills.length >= 5 && kills.every(({ withinMs }) => withinMs < 10_000));
  assert.deepEqual(plans, drawPlans(2, 20, counts, createDraw(7)));
});
