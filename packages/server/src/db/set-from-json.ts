import pg from 'pg';

/**
 * SQL of an `update … set`: columns of the row `alias` take what `json` has of them, by their names and as their types; of the others the
 * values stay. Both are SQL, and `columns` are names, at least one. Pure.
 */
export const setFromJson = (alias: string, columns: readonly string[], json: string): string => {
  const names = columns.map((column) => pg.escapeIdentifier(column));
  return `(${names.join(', ')}) = (select ${names.map((name) => `r.${name}`).join(', ')} from jsonb_populate_record(${alias}, ${json}) r)`;
};
