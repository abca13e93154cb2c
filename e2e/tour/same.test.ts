import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSame, type ReadValue } from './same.ts';

const same: readonly (readonly [string, ReadValue, ReadValue])[] = [
  ['string', '', null],
  ['string', 'a\r\nb\rc', 'a\nb\nc'],
  ['string', 'a\0b', 'ab'],
  ['string', '\0', null],
  ['double', '1.0', '1'],
  ['double', '1.0E7', '10000000'],
  ['double', '12.50E-1', '1.25'],
  ['double', '1E-3', '0.001'],
  ['double', '-0.0', '0'],
  ['double', '.5', '0.50'],
  ['currency', '123456789012345678', '123456789012345678.00'],
  ['datetime', '2026-05-04T14:03:10.000+0000', '2026-05-04 14:03:10+00'],
  ['datetime', '2026-05-04T16:03:10.900+0200', '2026-05-04 14:03:10+00'],
  ['datetime', '1700-01-01T00:00:00.000Z', '1700-01-01 00:00:00+00'],
  ['time', '14:03:10.000Z', '14:03:10'],
  ['multipicklist', 'a;b;c', 'c;a;b'],
  ['reference', '001D000000K0fXO', '001D000000K0fXOIAZ'],
  ['boolean', true, 'true'],
];
const different: readonly (readonly [string, ReadValue, ReadValue])[] = [
  ['string', ' ', null],
  ['string', 'a ', 'a'],
  ['string', 'A', 'a'],
  ['string', '1.0', '1'],
  ['string', 'null', null],
  ['string', 'e\u0301', '\u00e9'],
  ['double', '0', null],
  ['currency', '123456789012345678', '123456789012345679'],
  ['double', '0.1', '0.10000000000000001'],
  ['double', '10', '1'],
  ['double', '-1', '1'],
  ['datetime', '2026-05-04T14:03:10.000+0000', '2026-05-04 14:03:11+00'],
  ['date', '1700-01-01', '1700-01-02'],
  ['multipicklist', 'a;b', 'a'],
  ['reference', '001D000000K0fXO', '001D000000K0fXoIAZ'],
  ['boolean', false, null],
  ['boolean', false, 'true'],
];

test('[MRG4] values that mean the same are the same', () => {
  for (const [type, left, right] of same) assert.ok(isSame(type, left, right), `${type} ${left} ${right}`);
});

test('[MRG4] values that mean something else are not', () => {
  for (const [type, left, right] of different) assert.ok(!isSame(type, left, right), `${type} ${left} ${right}`);
});
