/**
 * Counts the rules: `docs/rules/*.md` lists each with who keeps it, and the tests carry its number in their names.
 *
 * A rule is a paragraph that begins with `**IN1.**`; its status is the line after it: `Kept by` and the test files that name it, or
 * `Not yet.` with the reason. `--write` refreshes the kept lines from the tests. Without it, a rule that claims a test which does not
 * name it, or a test that names a rule which says "not yet" or does not exist, fails.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RULES = join(ROOT, 'docs/rules');
const RULE = /^\*\*([A-Z]+\d+)\.\*\*/;
/** A section of Salesforce's wire facts, which the practice org's tests carry; not a rule of ours. */
const WIRE_FACT = /^[AB]\d+$/;
const KEPT = 'Kept by ';
const NOT_YET = 'Not yet';

/** Test files by the rule numbers in the names of their tests. */
const testsByRule = (): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const file of ['packages', 'e2e', 'tools'].flatMap(testFiles)) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, numbers = ''] of text.matchAll(/\b(?:test|it|describe)\(\s*[`'"]((?:\[[A-Z]+\d+\]\s*)+)/g)) {
      for (const [, rule = ''] of numbers.matchAll(/\[([A-Z]+\d+)\]/g)) {
        const files = found.get(rule) ?? [];
        if (!files.includes(file)) found.set(rule, [...files, file]);
      }
    }
  }
  return found;
};

const testFiles = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => `${folder}/${name}`)
    .sort();

interface Found {
  readonly rule: string;
  readonly status: string;
  readonly page: string;
}

const keptLine = (files: readonly string[]): string => KEPT + files.map((file) => `\`${file}\``).join(', ');

/** Reads a page and, with `write`, puts each rule's kept line as the tests say. */
const readPage = (page: string, tests: ReadonlyMap<string, string[]>, write: boolean): Found[] => {
  const lines = readFileSync(join(RULES, page), 'utf8').split('\n');
  const rules: Found[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const rule = RULE.exec(lines[at] ?? '')?.[1];
    if (!rule) continue;
    const statusAt = lines.findIndex(
      (line, index) => index > at && (line.startsWith(KEPT) || line.startsWith(NOT_YET)),
    );
    const next = lines.findIndex((line, index) => index > at && RULE.test(line));
    const has = statusAt > at && (next === -1 || statusAt < next);
    const files = tests.get(rule);
    if (write && has && files) lines[statusAt] = keptLine(files);
    if (write && has && !files && (lines[statusAt] ?? '').startsWith(KEPT)) lines[statusAt] = `${NOT_YET}.`;
    rules.push({ rule, status: has ? (lines[statusAt] ?? '') : '', page });
  }
  if (write) writeFileSync(join(RULES, page), lines.join('\n'));
  return rules;
};

const faultsOf = (rules: readonly Found[], tests: ReadonlyMap<string, string[]>): string[] => {
  const known = new Set(rules.map(({ rule }) => rule));
  const faults = [...tests.keys()]
    .filter((rule) => !known.has(rule) && !WIRE_FACT.test(rule))
    .map((rule) => `a test names ${rule}, which no page lists`);
  for (const { rule, status, page } of rules) {
    const files = tests.get(rule) ?? [];
    if (status === '') faults.push(`${page}: ${rule} has no status line`);
    else if (status.startsWith(KEPT) && status !== keptLine(files))
      faults.push(`${page}: ${rule} should read: ${files.length > 0 ? keptLine(files) : NOT_YET}`);
    else if (status.startsWith(NOT_YET) && files.length > 0)
      faults.push(`${page}: ${rule} has a test: ${keptLine(files)}`);
  }
  return faults;
};

const isWriting = process.argv.includes('--write');
const tests = testsByRule();
const rules = readdirSync(RULES)
  .filter((name) => name.endsWith('.md'))
  .sort()
  .flatMap((page) => readPage(page, tests, isWriting));
const groups = Map.groupBy(rules, ({ rule }) => rule.replace(/\d+$/, ''));
for (const [group, members] of groups) {
  const kept = members.filter(({ status }) => status.startsWith(KEPT)).length;
  console.log(
    `${group.padEnd(5)} ${String(kept).padStart(3)} kept ${String(members.length - kept).padStart(3)} not yet`,
  );
}
const faults = faultsOf(rules, tests);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
