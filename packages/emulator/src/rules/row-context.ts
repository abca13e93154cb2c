/** A stored row as what a formula is evaluated over: its fields, those of its parents, and the user. */
import { evaluate, type FormulaContext, FormulaError, parseFormula, type Value } from '../formula/formula.ts';
import { valueOf } from '../formula/values.ts';
import type { Schema, SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';

export interface RowOfFormula {
  readonly store: Store;
  readonly schema: Schema;
  readonly object: SchemaObject;
  readonly row: StoredRow;
  /** As it was; undefined for a new one. */
  readonly before: StoredRow | undefined;
  readonly userId: string;
}

const depthMax = 10;

export function contextOf(of: RowOfFormula): FormulaContext {
  return {
    value: (path) => valueAt(of, of.row, path, 0),
    prior: (path) => valueAt(of, of.before ?? of.row, path, 0),
    isNew: of.before === undefined,
    now: of.store.clock(),
    blankAsZero: true,
  };
}

function valueAt(of: RowOfFormula, row: StoredRow, path: string, depth: number): Value {
  if (path.startsWith('$')) return globalAt(of, path, depth);
  const names = path.split('.').map((name) => name.split(':')[0] ?? name);
  return follow(of, of.object, row, names, depth);
}

function follow(
  of: RowOfFormula,
  object: SchemaObject,
  row: StoredRow,
  names: readonly string[],
  depth: number,
): Value {
  const [name = '', ...rest] = names;
  if (rest.length === 0) return fieldOf(of, object, row, name, depth);
  const reference = object.relationship(name);
  const id = reference === undefined ? null : (row[reference.name] ?? null);
  const parent = id === null ? undefined : of.schema.byPrefix(id.slice(0, 3));
  const parentRow = parent === undefined || id === null ? undefined : of.store.read(parent.name, id);
  return parent === undefined || parentRow === undefined ? null : follow(of, parent, parentRow, rest, depth);
}

function fieldOf(of: RowOfFormula, object: SchemaObject, row: StoredRow, name: string, depth: number): Value {
  const field = object.field(name) ?? object.field(`${name}Id`);
  if (field === undefined) return null;
  if (field.calculatedFormula === null || depth > depthMax) return valueOf(field, row[field.name] ?? null);
  try {
    const formula = parseFormula(field.calculatedFormula);
    const value = (path: string): Value => valueAt({ ...of, object }, row, path, depth + 1);
    return evaluate(formula, {
      ...contextOf(of),
      value,
      prior: value,
      blankAsZero: field.formulaTreatNullNumberAsZero,
    });
  } catch (error) {
    // Beyond the part of the language that is known: the field is what is stored.
    if (error instanceof FormulaError) return valueOf(field, row[field.name] ?? null);
    throw error;
  }
}

/** `$User.Email`, `$Profile.Name`, `$RecordType.Name`; others are null. */
function globalAt(of: RowOfFormula, path: string, depth: number): Value {
  const [name = '', ...names] = path.slice(1).split('.');
  const user = of.schema.object('User');
  const userRow = user === undefined ? undefined : of.store.read('User', of.userId);
  if (user === undefined || userRow === undefined) return null;
  switch (name.toLowerCase()) {
    case 'user':
      return follow(of, user, userRow, names, depth);
    case 'profile':
      return follow(of, user, userRow, ['Profile', ...names], depth);
    case 'userrole':
      return follow(of, user, userRow, ['UserRole', ...names], depth);
    case 'recordtype':
      return follow(of, of.object, of.row, ['RecordType', ...names], depth);
    default:
      return null;
  }
}
