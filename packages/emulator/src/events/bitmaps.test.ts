import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitmapsOf } from './bitmaps.ts';

const places = [
  { name: 'ChangeEventHeader', parts: [] },
  { name: 'Name', parts: ['Salutation', 'FirstName', 'LastName'] },
  { name: 'Phone', parts: [] },
  { name: 'Address', parts: ['Street', 'City'] },
  ...Array.from({ length: 40 }, (_, at) => ({ name: `Field${at}`, parts: [] })),
];

test('a bit a field, counted from the right with the header first; parts behind the place of their field', () => {
  assert.deepEqual(bitmapsOf(places, ['Phone']), ['0x04']);
  assert.deepEqual(bitmapsOf(places, ['Phone', 'Name.FirstName', 'Name.LastName', 'Address.City']), [
    '0x04',
    '1-0x06',
    '3-0x02',
  ]);
});

test('digits are upper case and whole bytes, and there may be more of them than a number holds', () => {
  assert.deepEqual(bitmapsOf(places, ['Field0', 'Field2', 'Field4', 'Field6']), ['0x0550']);
  assert.deepEqual(bitmapsOf(places, ['Field39', 'Field37', 'Field35']), ['0x0A8000000000']);
});

test('nothing changed is no bitmap, and so is a field the schema has not', () => {
  assert.deepEqual(bitmapsOf(places, []), []);
  assert.deepEqual(bitmapsOf(places, ['Unknown']), []);
});
