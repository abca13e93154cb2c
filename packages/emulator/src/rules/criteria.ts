/** Conditions of rules: a formula, or items joined by AND or by a filter as `1 AND (2 OR 3)`. */
import {
  evaluate,
  type Formula,
  type FormulaContext,
  FormulaError,
  parseFormula,
  type Value,
} from '../formula/formula.ts';
import { list, said, type Tree } from '../metadata/tree.ts';

interface Item {
  /** A path on the record. */
  readonly field: string;
  readonly operation: string;
  readonly values: readonly string[];
}

export type Criteria =
  | { readonly kind: 'formula'; readonly formula: Formula }
  | { readonly kind: 'items'; readonly items: readonly Item[]; readonly filter: string | undefined };

/** The criteria of a rule, which holds everywhere where it has none; undefined if they are not understood. */
export function readCriteria(object: string, rule: Tree): Criteria | undefined {
  const formula = said(rule, 'formula');
  if (formula !== undefined) {
    try {
      return { kind: 'formula', formula: parseFormula(formula) };
    } catch (error) {
      if (error instanceof FormulaError) return undefined;
      throw error;
    }
  }
  const items = list(rule, 'criteriaItems').map((item) => ({
    field: (said(item, 'field') ?? '').replace(new RegExp(`^${object}\\.`, 'i'), ''),
    operation: said(item, 'operation') ?? 'equals',
    values: (said(item, 'value') ?? '').split(',').map((value) => value.trim()),
  }));
  return { kind: 'items', items, filter: said(rule, 'booleanFilter') };
}

export function holds(criteria: Criteria, context: FormulaContext): boolean {
  if (criteria.kind === 'formula') return evaluate(criteria.formula, context) === true;
  const results = criteria.items.map((item) => itemHolds(item, context));
  return criteria.filter === undefined ? results.every(Boolean) : filtered(criteria.filter, results);
}

/** `1 AND (2 OR NOT 3)` as a formula of the numbers' truths. */
function filtered(filter: string, results: readonly boolean[]): boolean {
  const text = filter
    .replace(/\bAND\b/gi, '&&')
    .replace(/\bOR\b/gi, '||')
    .replace(/\bNOT\b/gi, '!')
    .replace(/\d+/g, (number) => String(results[Number(number) - 1] ?? false));
  const value = (): Value => null;
  return evaluate(parseFormula(text), { value, prior: value, isNew: false, now: 0, blankAsZero: false }) === true;
}

function itemHolds({ field, operation, values }: Item, context: FormulaContext): boolean {
  const value = context.value(field);
  const text = textOf(value);
  const lower = text.toLowerCase();
  const any = (test: (of: string) => boolean): boolean => values.some((one) => test(one.toLowerCase()));
  switch (operation) {
    case 'equals':
      return any((one) => lower === one || sameNumber(value, one));
    case 'notEqual':
      return !any((one) => lower === one || sameNumber(value, one));
    case 'contains':
      return any((one) => lower.includes(one));
    case 'notContain':
      return !any((one) => lower.includes(one));
    case 'startsWith':
      return any((one) => lower.startsWith(one));
    case 'includes':
      return any((one) => lower.split(';').includes(one));
    case 'excludes':
      return !any((one) => lower.split(';').includes(one));
    default:
      return ordered(operation, value, values[0] ?? '');
  }
}

function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return value.kind === 'date' ? new Date(value.ms).toISOString().slice(0, 10) : new Date(value.ms).toISOString();
}

function sameNumber(value: Value, text: string): boolean {
  return typeof value === 'number' && text !== '' && Number(text) === value;
}

function ordered(operation: string, value: Value, text: string): boolean {
  if (value === null) return false;
  const [left, right] =
    typeof value === 'object'
      ? [value.ms, Date.parse(text)]
      : typeof value === 'number'
        ? [value, Number(text)]
        : [String(value), text];
  switch (operation) {
    case 'lessThan':
      return left < right;
    case 'greaterThan':
      return left > right;
    case 'lessOrEqual':
      return left <= right;
    case 'greaterOrEqual':
      return left >= right;
    default:
      return false;
  }
}
