import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDraw } from './draw.ts';
import { type EditField, planEdits, type Subject } from './edits.ts';

const field = (object: 'Lead' | 'Contact', name: string, type: string): EditField => ({
  object,
  name,
  column: name.toLowerCase(),
  type,
  columnType: 'text',
  length: 40,
  precision: 18,
  scale: 2,
});
const fields = (['Lead', 'Contact'] as const).flatMap((object) => [
  field(object, 'Title', 'string'),
  field(object, 'Phone', 'phone'),
  field(object, 'Notes', 'textarea'),
  field(object, 'Revenue', 'currency'),
  field(object, 'Born', 'date'),
]);
const subjects = (many: number): Subject[] =>
  Array.from({ length: many }, (_, index) => ({
    personId: index,
    salesforceId: `id${index}`,
    object: index % 3 === 0 ? 'Contact' : 'Lead',
  }));

test('no person has two roles in the plan', () => {
  for (const many of [6, 60, 600, 6_000]) {
    const plan = planEdits({ draw: createDraw(5), subjects: subjects(many), fields });
    const people = [
      ...plan.hereOne.map((edit) => edit.subject),
      ...plan.hereMany.map((edit) => edit.subject),
      ...plan.hereByApp.map((edit) => edit.subject),
      ...plan.there.map((edit) => edit.subject),
      ...plan.apart.map((both) => both.here.subject),
      ...plan.forced.map((both) => both.here.subject),
      ...(plan.raced[0] ?? []).map((both) => both.here.subject),
      ...plan.deletedHere,
      ...plan.deletedThere,
      ...[...plan.mergedHere, ...plan.mergedThere].flatMap(({ winner, loser }) => [winner, loser]),
      ...plan.convertedHere,
      ...plan.convertedThere,
    ];
    assert.equal(new Set(people).size, people.length);
    if (many >= 600) assert.ok(people.length > 350);
  }
});

test('the two sides get different fields, or one field and different values', () => {
  const plan = planEdits({ draw: createDraw(6), subjects: subjects(2_000), fields });
  for (const { here, there } of plan.apart) assert.notEqual(here.field.column, there.field.column);
  for (const { here, there } of plan.forced) {
    assert.equal(here.field, there.field);
    assert.notEqual(here.value, there.value);
    assert.notEqual(here.value, null);
  }
});

test('values fit their field and are never the same twice', () => {
  const plan = planEdits({ draw: createDraw(8), subjects: subjects(2_000), fields });
  const texts = [...plan.hereOne, ...plan.hereMany, ...plan.there]
    .map((edit) => edit.value)
    .filter((value) => value !== null);
  assert.ok(texts.every((text) => text.length <= 40 && text === text.trim()));
  const plain = [...plan.hereOne, ...plan.there].filter((edit) => edit.field.type === 'phone' && edit.value !== null);
  assert.equal(new Set(plain.map((edit) => edit.value)).size, plain.length);
});
