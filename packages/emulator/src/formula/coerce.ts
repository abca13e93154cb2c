/** How the values of a formula pass for one another. */
import type { FormulaContext, Moment, Value } from './formula.ts';
import { momentText, numberText } from './values.ts';

/** A row for which a formula has no value: `#Error!`. */
export class NoValue extends Error {}

export function truth(value: Value): boolean {
  return value === true;
}

export function isMoment(value: Value): value is Moment {
  return typeof value === 'object' && value !== null;
}

/** A value as a number; a blank is zero or null as the formula treats blanks. */
export function number(value: Value, context: FormulaContext): number | null {
  if (typeof value === 'number') return value;
  if (value === null) return context.blankAsZero ? 0 : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return isMoment(value) ? value.ms : Number.isNaN(Number(value)) ? null : Number(value);
}

export function text(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return numberText(value);
  return isMoment(value) ? momentText(value) : String(value);
}

export function blankToNull(of: string): Value {
  return of === '' ? null : of;
}

export function isEqual(left: Value, right: Value, context: FormulaContext): boolean {
  if (isMoment(left) && isMoment(right)) return left.ms === right.ms;
  if (typeof left === 'number' || typeof right === 'number') {
    return number(left, context) === number(right, context);
  }
  return left === right;
}
