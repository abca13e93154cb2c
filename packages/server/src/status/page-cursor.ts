/** Where a list goes on: opaque outside, a small array inside. Pure. */
import { Problem } from '../errors/errors.ts';

export type CursorPart = string | number;

export const writeCursor = (parts: readonly CursorPart[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Errors: `bad-request` for a cursor that this version did not write. */
export const readCursor = (
  cursor: string | undefined,
  length: number | readonly number[],
): readonly CursorPart[] | null => {
  if (cursor === undefined) return null;
  const parts = parse(cursor);
  if (!Array.isArray(parts) || ![length].flat().includes(parts.length) || !parts.every(isPart))
    throw new Problem('bad-request', { where: 'cursor' });
  return parts;
};

/** The one number of a cursor over ids. */
export const readIdCursor = (cursor: string | undefined): number | null => {
  const [id] = readCursor(cursor, 1) ?? [];
  if (id === undefined) return null;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw new Problem('bad-request', { where: 'cursor' });
  return id;
};

export const PAGE_ROWS = 100;
/** Of an export, which shows them to nobody. */
export const EXPORT_ROWS = 1_000;

/** A page of a list that was asked for one row more than it shows. */
export const pageOf = <Row>(
  rows: readonly Row[],
  cursorOf: (row: Row) => CursorPart | readonly CursorPart[],
  limit = PAGE_ROWS,
): { readonly rows: Row[]; readonly nextCursor: string | null } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, nextCursor: rows.length > limit && last ? writeCursor([cursorOf(last)].flat()) : null };
};

/** A whole list, page after page, each read when the one before is taken. */
export const pagesOf = async function* <Row>(
  read: (cursor: {
    readonly cursor?: string;
  }) => Promise<{ readonly rows: readonly Row[]; readonly nextCursor: string | null }>,
): AsyncGenerator<readonly Row[]> {
  let cursor: { readonly cursor?: string } = {};
  for (;;) {
    const { rows, nextCursor } = await read(cursor);
    yield rows;
    if (nextCursor === null) return;
    cursor = { cursor: nextCursor };
  }
};

const isPart = (part: unknown): part is CursorPart => typeof part === 'string' || typeof part === 'number';

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
};
