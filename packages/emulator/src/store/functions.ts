import type { DatabaseSync } from 'node:sqlite';
import { alikeKey } from '../dml/alike.ts';
import { addFormulaFunction } from '../formula/in-sql.ts';
import { hasWords } from '../soql/search-words.ts';

/** Gives a connection to the org's file the functions that compiled queries call. */
export function addFunctions(database: DatabaseSync): void {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  database.function('fold', { deterministic: true }, (value) => text(value)?.toLowerCase() ?? value);
  database.function('alike', { deterministic: true }, (method, value) => alikeKey(String(method), text(value)));
  database.function('masked', { deterministic: true }, (value, type, mask) =>
    masked(text(value), String(type), String(mask)),
  );
  database.function('matched', { varargs: true }, (search, ...values) =>
    hasWords(String(search), values.map(text)) ? 1 : 0,
  );
  addFormulaFunction(database);
}

/** An encrypted text as somebody sees it who may not see it: the last four characters, or none, in the clear. */
function masked(value: string | null, type: string, mask: string): string | null {
  if (value === null) return null;
  const clear = type === 'lastFour' || type === 'creditCard' || type === 'ssn' ? 4 : 0;
  const hidden = Math.max(0, value.length - clear);
  return mask.repeat(hidden) + value.slice(hidden);
}
