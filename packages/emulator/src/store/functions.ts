import type { DatabaseSync } from 'node:sqlite';
import { addFormulaFunction } from '../formula/in-sql.ts';

/** Gives a connection to the org's file the functions that compiled queries call. */
export function addFunctions(database: DatabaseSync): void {
  database.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
  addFormulaFunction(database);
}
