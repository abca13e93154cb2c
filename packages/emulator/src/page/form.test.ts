import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedFields, readForm } from './form.ts';

test('only fields whose value was changed are written, and line ends alone are no change', () => {
  const form = readForm(
    new URLSearchParams({
      'f.LastName': 'Smith',
      'was.LastName': 'Smith',
      'f.Street': 'one\r\ntwo',
      'was.Street': 'one\ntwo',
      'f.City': '',
      'was.City': 'Paris',
      'f.Title': 'a\r\nb',
      other: 'x',
    }).toString(),
  );
  assert.deepEqual(changedFields(form), { City: '', Title: 'a\nb' });
});
