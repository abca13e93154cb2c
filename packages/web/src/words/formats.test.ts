import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formats } from './formats.ts';

const en = formats('en');
const es = formats('es');

test('a length of time is said in at most its two greatest units', () => {
  assert.equal(en.duration(840), '0.8 s');
  assert.equal(en.duration(24_000), '24 s');
  assert.equal(en.duration(61_000), '1 min 1 s');
  assert.equal(en.duration(119_900), '2 min');
  assert.equal(en.duration(3_900_000), '1 h 5 min');
  assert.equal(en.duration(3 * 86_400_000), '3 d');
  assert.equal(es.duration(840), '0,8 s');
});

test('a range names its unit once where both ends share it', () => {
  assert.equal(en.range(20_000, 24_000), '20–24 s');
  assert.equal(en.range(20_000, 20_100), '20 s');
  assert.equal(en.range(50_000, 120_000), '50 s – 2 min');
});

test('a share that is not nothing never reads 0 %, and one that is not all never 100 %', () => {
  assert.equal(en.percent(0), '0 %');
  assert.equal(en.percent(0.0004), '1 %');
  assert.equal(en.percent(0.9999), '99 %');
  assert.equal(en.percent(1), '100 %');
});

test('a counted noun follows its number in each language', () => {
  const record = { one: 'record', other: 'records' };
  const registro = { one: 'registro', other: 'registros', many: 'de registros' };
  assert.equal(en.count(1, record), '1 record');
  assert.equal(en.count(12_040, record), '12,040 records');
  assert.equal(es.count(1, registro), '1 registro');
  assert.equal(es.count(12_040, registro), '12.040 registros');
  assert.equal(es.count(1_000_000, registro), '1.000.000 de registros');
});

test('a time of another day carries its date', () => {
  const now = new Date('2026-03-04T12:00:00');
  assert.equal(en.time('2026-03-04T09:05:07', now), '09:05:07');
  assert.equal(en.time('2026-03-03T09:05:07', now), 'Mar 3, 09:05');
  assert.match(en.time('2025-03-03T09:05:07', now), /Mar 3, 2025.*09:05:07/);
});
