import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { coverageDocument } from './document.ts';
import { features } from './table.ts';

test('docs/practice-org.md is what the table says; npm run coverage writes it', () => {
  const kept = readFileSync(path.join(import.meta.dirname, '../../../../docs/practice-org.md'), 'utf8');
  assert.equal(kept, coverageDocument());
});

test('every feature that is full names a test that there is, and every other says what a real org does', () => {
  for (const { feature, coverage, differs, test: shown } of features) {
    if (coverage === 'full') assert.ok(shown !== undefined && differs === '', feature);
    else assert.notEqual(differs, '', feature);
    if (shown === undefined) continue;
    const [file, name] = shown;
    const text = readFileSync(path.join(import.meta.dirname, '..', file), 'utf8');
    assert.ok(text.includes(`test('${name}'`) || text.includes(`test("${name}"`), `${feature}: ${file} has no ${name}`);
  }
});

test('no feature is there twice', () => {
  assert.equal(new Set(features.map(({ feature }) => feature)).size, features.length);
});
