import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fillSentence, PROBLEM_CODES, PROBLEMS, problemShape } from '@syncline/contract/problems';

const PAGE = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const WHO = {
  you: 'you',
  'salesforce-admin': 'the Salesforce admin',
  engineer: 'the engineer',
  nobody: 'nobody: it is tried again by itself',
} as const;
const sections = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);

test('docs/errors.md has a section for each code of the table, in its order, and no other', () => {
  assert.deepEqual([...sections.keys()], PROBLEM_CODES);
});

test('each section says the status and who can fix it as the table does, what it means and what to do', () => {
  for (const code of PROBLEM_CODES) {
    const section = sections.get(code) ?? '';
    const { status, whoCanFix } = PROBLEMS[code];
    assert.ok(section.includes(`\nStatus ${status} · fixed by ${WHO[whoCanFix]}\n`), `${code}: status and who`);
    assert.match(section, /\*\*What it means\.\*\* \S.{15}/, code);
    assert.match(section, /\*\*What to do\.\*\* \S.{3}/, code);
  }
});

test('a sentence never shows raw braces, and a value never becomes a placeholder', () => {
  assert.equal(
    fillSentence('{host} does not answer.', { host: 'acme.my.salesforce.com' }),
    'acme.my.salesforce.com does not answer.',
  );
  assert.equal(fillSentence('{host} does not answer.', {}), '… does not answer.');
  assert.equal(fillSentence('{a}{b}', { a: '{b}', b: 'x' }), '{b}x');
  for (const code of PROBLEM_CODES) assert.doesNotMatch(JSON.stringify(problemShape(code)), /\{\w+\}/, code);
});
