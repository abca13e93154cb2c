/**
 * The formula language of Salesforce, a useful part of it: what formula fields, validation rules, field updates and
 * assignment rules are written in.
 *
 * A formula is parsed once and evaluated over any row. It names fields, also those of parents (`Account.Owner.Name`), and
 * global values (`$User.Id`). Texts, numbers, booleans, dates, datetimes and times are its values; a blank text is null.
 * What fails while a row is evaluated, as a division by zero, is null: Salesforce shows `#Error!`. Numbers are doubles
 * here, and times are UTC.
 */
export type Value = null | string | number | boolean | Moment;

/** A date (midnight UTC), a datetime, or a time of day since midnight, in milliseconds. */
export interface Moment {
  readonly kind: 'date' | 'datetime' | 'time';
  readonly ms: number;
}

/** What a formula is evaluated over. */
export interface FormulaContext {
  /** The value of a field by its path as the formula writes it, or of a global `$Name.Part`. */
  value(path: string): Value;
  /** The value before the change; the same as `value` where nothing changed. */
  prior(path: string): Value;
  readonly isNew: boolean;
  /** Milliseconds; what NOW() and TODAY() mean. */
  readonly now: number;
  /** Numbers that are null count as zero. */
  readonly blankAsZero: boolean;
}

export interface Formula {
  readonly text: string;
  readonly root: Node;
  /** Fields and globals that it names, each once, as written. */
  readonly references: readonly string[];
}

export type Node =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'field'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Node };

export { evaluate } from './evaluate.ts';
export { FormulaError, parseFormula } from './parse.ts';
