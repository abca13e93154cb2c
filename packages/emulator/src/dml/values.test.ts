import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldDescribe } from '../schema/schema.ts';
import {
  checkbox,
  date,
  datetime,
  email,
  integer,
  multipicklist,
  numeric,
  picklist,
  reference,
  text,
  time,
  values,
} from '../schema/standard/build.ts';
import { storedText } from './values.ts';

const restricted = { restrictedPicklist: true };
const colours = values('Red', 'Green', 'Blue');
const fields = {
  text: text('T', 'Text', 5),
  integer: integer('I', 'Int'),
  double: numeric('D', 'Double', 'double', 18, 2),
  long: numeric('L', 'Long', 'double', 18, 0),
  checkbox: checkbox('B', 'Box'),
  date: date('Y', 'Day'),
  datetime: datetime('M', 'Moment'),
  time: time('C', 'Clock'),
  email: email('E', 'Email'),
  picklist: picklist('P', 'Pick', colours, restricted),
  open: picklist('O', 'Open', colours),
  multi: multipicklist('S', 'Several', colours, restricted),
  reference: reference('R', 'Owner', ['User'], 'Owner'),
} satisfies Record<string, FieldDescribe>;

const kept: readonly (readonly [keyof typeof fields, string, string | null])[] = [
  ['text', '  a b \r\n', 'a b'],
  ['text', ' ', null],
  ['text', '', null],
  ['integer', '0012', '12'],
  ['integer', '-5.0', '-5'],
  ['integer', '1e3', '1000'],
  ['double', '811', '811.0'],
  ['double', '1234567890123456.785', '1234567890123456.79'],
  ['double', '-0.005', '-0.01'],
  ['double', '-0.004', '0.0'],
  ['double', '9.999', '10.0'],
  ['double', '.5', '0.5'],
  ['double', '1.5E-1', '0.15'],
  ['long', '123456789012345678', '123456789012345678.0'],
  ['checkbox', '1', 'true'],
  ['checkbox', 'FALSE', 'false'],
  ['date', '1700-01-01', '1700-01-01'],
  ['date', '4000-12-31', '4000-12-31'],
  ['date', '2026-11-24T23:00:00Z', '2026-11-24'],
  ['datetime', '2026-11-24T03:00:00.999+0230', '2026-11-24T00:30:00.000Z'],
  ['datetime', '2026-11-24', '2026-11-24T00:00:00.000Z'],
  ['datetime', '2026-11-24T03:00:00', '2026-11-24T03:00:00.000Z'],
  ['time', '03:04:05.1', '03:04:05.100Z'],
  ['time', '03:04', '03:04:00.000Z'],
  ['email', "ana.o'neil+x@mail.example.com", "ana.o'neil+x@mail.example.com"],
  ['picklist', 'green', 'Green'],
  ['open', 'Purple', 'Purple'],
  ['multi', 'Blue; Red;Red', 'Red;Blue'],
  ['reference', '0058x0000000001', '0058x0000000001AAA'],
];

for (const [field, given, expected] of kept) {
  test(`[A6] ${field} ${JSON.stringify(given)} is kept as ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(storedText(fields[field], given), { ok: true, value: expected });
  });
}

const refused: readonly (readonly [keyof typeof fields, string, string])[] = [
  ['text', 'abcdef', 'STRING_TOO_LONG'],
  ['integer', '1.5', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['integer', '123456789', 'NUMBER_OUTSIDE_VALID_RANGE'],
  ['double', '12345678901234567', 'NUMBER_OUTSIDE_VALID_RANGE'],
  ['double', 'NaN', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['checkbox', 'yes', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['checkbox', '', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['date', '2026-02-30', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['date', '1699-12-31', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['datetime', 'yesterday', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['time', '25:00', 'INVALID_TYPE_ON_FIELD_IN_RECORD'],
  ['email', 'ana@example', 'INVALID_EMAIL_ADDRESS'],
  ['email', 'a b@example.com', 'INVALID_EMAIL_ADDRESS'],
  ['picklist', 'Purple', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
  ['multi', 'Red;Purple', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
  ['reference', '0058x', 'MALFORMED_ID'],
];

for (const [field, given, code] of refused) {
  test(`[A7] ${field} ${JSON.stringify(given)} is ${code}`, () => {
    const reading = storedText(fields[field], given);
    assert.equal(reading.ok, false);
    assert.deepEqual(reading.ok ? [] : [reading.error.statusCode, reading.error.fields], [code, [fields[field].name]]);
  });
}

test('a restored value is not trimmed and its picklist not asked; its type and length are', () => {
  const restored = { asRestored: true };
  assert.deepEqual(storedText(fields.text, ' a\r\n', restored), { ok: true, value: ' a\r\n' });
  assert.deepEqual(storedText(fields.picklist, 'Purple', restored), { ok: true, value: 'Purple' });
  assert.equal(storedText(fields.text, 'abcdef', restored).ok, false);
  assert.equal(storedText(fields.integer, 'x', restored).ok, false);
});
