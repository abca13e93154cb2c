import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CalmCounts, createDraw, drawKills } from './draw.ts';

const counts: CalmCounts = {
  phases: {
    load: { statement: 400, request: 60 },
    creates: { statement: 300, request: 40 },
    changes: { statement: 1_000, request: 80 },
    deletes: { statement: 200, request: 30 },
  },
  start: { statement: 60, request: 0 },
};

test('a seed draws the same kills again, and another seed draws others', () => {
  assert.deepEqual(drawKills(20, counts, createDraw(7)), drawKills(20, counts, createDraw(7)));
  assert.notDeepEqual(drawKills(20, counts, createDraw(7)), drawKills(20, counts, createDraw(8)));
});

test('every kill is dealt to a phase, whatever their number', () => {
  for (let kills = 0; kills <= 41; kills += 1) {
    const dealt = Object.values(drawKills(kills, counts, createDraw(kills))).flat();
    assert.equal(dealt.length, kills);
    assert.ok(dealt.every(({ moment }) => moment >= 1));
  }
});

test('the kills of a phase lie within what it takes when it is calm', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const { changes } = drawKills(20, counts, createDraw(seed));
    assert.equal(changes.length, 7);
    assert.ok(changes.every(({ talk, moment }) => moment <= (talk === 'statement' ? 310 : 20)));
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

test('many kills strike at both kinds of moments', () => {
  const talks = Object.values(drawKills(40, counts, createDraw(4))).flatMap((kills) => kills.map(({ talk }) => talk));
  assert.ok(talks.filter((talk) => talk === 'request').length > 10);
  assert.ok(talks.filter((talk) => talk === 'statement').length > 10);
});
