import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountText } from './amount.ts';

test('an amount keeps every digit and gets the thousands of the reader', () => {
  assert.equal(amountText('123456789012345678.25', ','), '123,456,789,012,345,678.25');
  assert.equal(amountText('123456789012345678.25', '.'), '123.456.789.012.345.678,25');
  assert.equal(amountText('999', ','), '999');
  assert.equal(amountText('-1000.5', '.'), '-1.000,5');
  assert.equal(amountText('98500.0', ','), '98,500');
});
