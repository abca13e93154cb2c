import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROBLEM_CODES } from '@syncline/contract/problems';
import { en } from './en.ts';
import { es } from './es.ts';

/** `{names}` that a sentence wants filled. */
const placeholders = (sentence: string): readonly string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').toSorted();

test('a problem says the same things in both languages: each detail of one is in the other', () => {
  for (const code of PROBLEM_CODES)
    for (const part of ['title', 'advice'] as const)
      assert.deepEqual(placeholders(es.problems[code][part]), placeholders(en.problems[code][part]), `${code} ${part}`);
});
