/**
 * Formula fields inside SQL: `formula(number, now, value, value, ...)` gives a formula's value as stored text. A formula
 * is noted here under a number when a query that reads it is compiled; notes are pure and alike for every org, so they
 * are shared by all of a process.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { FieldDescribe } from '../schema/schema.ts';
import type { Stored } from '../store/store.ts';
import { evaluate, type Formula, type Value } from './formula.ts';
import { storedOf, valueOf } from './values.ts';

interface Noted {
  readonly formula: Formula;
  /** The field the formula is of. */
  readonly field: FieldDescribe;
  /** The fields behind the formula's references, in their order; undefined for globals, whose values are text. */
  readonly operands: readonly (FieldDescribe | undefined)[];
}

const noted: Noted[] = [];
const numbers = new Map<string, number>();

/** The number of a formula over fields of these types. */
export function numberOf(one: Noted): number {
  const types = one.operands.map((field) => field?.type ?? '$').join();
  const key = `${one.field.type} ${one.field.scale} ${one.field.length} ${one.field.formulaTreatNullNumberAsZero} ${types} ${one.formula.text}`;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  noted.push(one);
  numbers.set(key, noted.length - 1);
  return noted.length - 1;
}

/** Gives a connection the function. */
export function addFormulaFunction(database: DatabaseSync): void {
  database.function('formula', { varargs: true }, (number, now, ...values) =>
    valueIn(Number(number), Number(now), values as readonly Stored[]),
  );
}

function valueIn(number: number, now: number, stored: readonly Stored[]): Stored {
  const one = noted[number];
  if (one === undefined) return null;
  const values = new Map<string, Value>(
    one.formula.references.map((path, at) => {
      const field = one.operands[at];
      const text = stored[at] ?? null;
      return [path, field === undefined ? text : valueOf(field, text)];
    }),
  );
  const value = (path: string): Value => values.get(path) ?? null;
  const blankAsZero = one.field.formulaTreatNullNumberAsZero;
  return storedOf(one.field, evaluate(one.formula, { value, prior: value, isNew: false, now, blankAsZero }));
}
