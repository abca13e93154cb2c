import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkbox, date, numeric, text } from '../schema/standard/build.ts';
import { evaluate, type FormulaContext, FormulaError, parseFormula, type Value } from './formula.ts';
import { storedOf, valueOf } from './values.ts';

const now = Date.UTC(2026, 10, 24, 12);
const day = (iso: string): Value => ({ kind: 'date', ms: Date.parse(`${iso}T00:00:00Z`) });

const row: Readonly<Record<string, Value>> = {
  FirstName: 'Ana',
  LastName: 'Núñez',
  Amount: 120.5,
  Empty: null,
  Stage: 'Won',
  Interests: 'a;b',
  CloseDate: day('2026-01-31'),
  'Account.Name': 'Acme',
};

function value(formula: string, changes: Partial<FormulaContext> = {}): Value {
  const context: FormulaContext = {
    value: (path) => row[path] ?? null,
    prior: (path) => row[path] ?? null,
    isNew: false,
    now,
    blankAsZero: true,
    ...changes,
  };
  return evaluate(parseFormula(formula), context);
}

const cases: readonly (readonly [string, Value])[] = [
  [`FirstName & " " & LastName`, 'Ana Núñez'],
  [`Account.Name + '!'`, 'Acme!'],
  ['1 + 2 * 3 ^ 2', 19],
  ['-2 ^ 2', 4],
  ['(1 + 2) * 3', 9],
  ['Amount / 0', null],
  ['Empty + 1', 1],
  ['IF(Amount > 100, "big", "small")', 'big'],
  ['AND(Amount > 100, NOT(ISBLANK(FirstName)), true)', true],
  ['OR(ISBLANK(Empty), Amount < 0)', true],
  ['Amount > 100 && Stage = "Lost" || Stage == "Won"', true],
  ['CASE(Stage, "Won", 1, "Lost", 2, 0)', 1],
  ['CASE(Stage, "Open", 1, 0)', 0],
  ['ISPICKVAL(Stage, "Won")', true],
  ['INCLUDES(Interests, "b")', true],
  ['BLANKVALUE(Empty, "none")', 'none'],
  ['TEXT(Amount)', '120.5'],
  ['LEN(FirstName)', 3],
  ['LEFT("Syncline", 4) & RIGHT("Syncline", 4)', 'Syncline'],
  ['MID("Syncline", 5, 2)', 'li'],
  ['FIND("n", "Ana")', 2],
  ['SUBSTITUTE("a-b-c", "-", "")', 'abc'],
  ['LPAD("7", 3, "0")', '007'],
  ['UPPER("é")', 'É'],
  ['CONTAINS("Syncline", "line")', true],
  ['REGEX("a1", "[a-z][0-9]")', true],
  ['VALUE("12.5") * 2', 25],
  ['ROUND(2.345, 2)', 2.35],
  ['ROUND(-2.5, 0)', -3],
  ['FLOOR(-1.5)', -1],
  ['MOD(7, 3)', 1],
  ['MAX(1, 5, 3)', 5],
  ['YEAR(CloseDate) * 100 + MONTH(CloseDate)', 202_601],
  ['TODAY() - CloseDate', 297],
  ['CloseDate + 1', day('2026-02-01')],
  ['ADDMONTHS(CloseDate, 1)', day('2026-02-28')],
  ['DATE(2026, 2, 30)', null],
  ['DATEVALUE(NOW()) = TODAY()', true],
  ['WEEKDAY(DATE(2026, 11, 24))', 3],
  ['TEXT(CloseDate)', '2026-01-31'],
  ['HYPERLINK("https://a.example.com", "a")', '<a href="https://a.example.com">a</a>'],
  ['IF( /* comment */ true, 1, 2)', 1],
  ['if(isblank(Empty), 1, 2)', 1],
];

test('formulas have the values that Salesforce gives them', () => {
  for (const [formula, expected] of cases) assert.deepEqual(value(formula), expected, formula);
});

test('blanks count as zero or not as the field says', () => {
  assert.equal(value('Empty + 1', { blankAsZero: false }), null);
  assert.equal(value('Empty = 0'), true);
  assert.equal(value('Empty = 0', { blankAsZero: false }), false);
});

test('what changed is seen by ISCHANGED, PRIORVALUE and ISNEW', () => {
  const prior = (path: string): Value => (path === 'Stage' ? 'Open' : (row[path] ?? null));
  assert.equal(value('ISCHANGED(Stage)', { prior }), true);
  assert.equal(value('ISCHANGED(Amount)', { prior }), false);
  assert.equal(value('PRIORVALUE(Stage)', { prior }), 'Open');
  assert.equal(value('AND(ISNEW(), NOT(ISCHANGED(Stage)))', { prior, isNew: true }), true);
});

test('a formula names its fields, and one that is none says why', () => {
  assert.deepEqual(parseFormula('IF(Account.Name = "x", Amount, $User.Id)').references, [
    'Account.Name',
    'Amount',
    '$User.Id',
  ]);
  for (const [formula, message] of [
    ['IF(true', "Syntax error. Missing ')'"],
    ['NOSUCH(1)', 'Unknown function NOSUCH. Check spelling.'],
    ['1 +', 'Syntax error. Found end of formula'],
    ['1 2', 'Syntax error. Extra 2'],
    ['#', "Syntax error. Found '#'"],
  ] as const) {
    assert.throws(() => parseFormula(formula), new FormulaError(message));
  }
});

test('values come from the store and go back in its own text', () => {
  assert.equal(storedOf(numeric('N', 'N', 'double', 18, 2), 2.005), '2.01');
  assert.equal(storedOf(numeric('N', 'N', 'double', 18, 0), 7), '7.0');
  assert.equal(storedOf(checkbox('B', 'B'), null), 'false');
  assert.equal(storedOf(text('T', 'T', 3), 'abcdef'), 'abc');
  const closes = date('D', 'D');
  assert.equal(storedOf(closes, valueOf(closes, '2026-11-24')), '2026-11-24');
  assert.equal(valueOf(numeric('N', 'N', 'double', 18, 2), '811.0'), 811);
});
