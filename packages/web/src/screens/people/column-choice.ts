/** Which columns the list of people has, in which order. The name is always the first and is not among them. Pure. */
export const OWN_COLUMNS = ['email', 'company', 'record', 'owner', 'state', 'updated'] as const;
export type OwnColumn = (typeof OWN_COLUMNS)[number];

/** A column of the list itself, or a field of people as `field:industry`. */
export type ColumnKey = OwnColumn | `field:${string}`;

const FIELD = 'field:';
const COLUMNS_MAX = 20;

const isOwn = (text: string): text is OwnColumn => (OWN_COLUMNS as readonly string[]).includes(text);
const isKey = (text: unknown): text is ColumnKey =>
  typeof text === 'string' && (isOwn(text) || (text.startsWith(FIELD) && text.length > FIELD.length));

export const columnOfField = (field: string): ColumnKey => `${FIELD}${field}`;
export const fieldOfColumn = (column: ColumnKey): string | null =>
  column.startsWith(FIELD) ? column.slice(FIELD.length) : null;

/** What was kept; anything else is no choice. */
export const readColumns = (kept: string | null): readonly ColumnKey[] => {
  try {
    const parsed: unknown = JSON.parse(kept ?? 'null');
    return Array.isArray(parsed) ? [...new Set(parsed.filter(isKey))].slice(0, COLUMNS_MAX) : OWN_COLUMNS;
  } catch {
    // What is no JSON was not written here.
    return OWN_COLUMNS;
  }
};

export const withColumn = (columns: readonly ColumnKey[], column: ColumnKey): readonly ColumnKey[] =>
  columns.includes(column) || columns.length >= COLUMNS_MAX ? columns : [...columns, column];

export const withoutColumn = (columns: readonly ColumnKey[], column: ColumnKey): readonly ColumnKey[] =>
  columns.filter((each) => each !== column);

/** One place to the left (-1) or to the right (1); at the edge it stays. */
export const movedColumn = (columns: readonly ColumnKey[], column: ColumnKey, by: -1 | 1): readonly ColumnKey[] => {
  const from = columns.indexOf(column);
  const to = from + by;
  if (from === -1 || to < 0 || to >= columns.length) return columns;
  return columns.with(from, columns[to] ?? column).with(to, column);
};
