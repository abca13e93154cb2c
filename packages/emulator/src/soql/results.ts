/**
 * Results read page by page (A5). A result that does not fit one page leaves a cursor: which rows it has, in order. The
 * rows of a page are read when it is asked, so a row that changed meanwhile shows its new values, and one that was
 * removed is left out. Cursors are their user's own, end after two days, and do not outlive the process
 * or a restore.
 */
import { randomInt } from 'node:crypto';
import { SalesforceError } from '../salesforce-error.ts';
import { checksum } from '../store/ids.ts';
import type { Store, Stored } from '../store/store.ts';
import type { ChildQuery, CompiledQuery } from './soql.ts';

/** What is selected for a row to be written: the columns, each parent's id, and of rows the record's own id. */
export function selectionOf(query: CompiledQuery): readonly string[] {
  const parents = query.parents.map(({ expression }) => expression);
  return [...query.expressions, ...parents, ...(query.kind === 'rows' ? [`${query.alias}."Id"`] : [])];
}

/** Writes a row selected as `selectionOf` says, in the form its protocol has. */
export type RowWriter = (row: readonly Stored[]) => string;

/** The writer of a query's rows; compiled queries of cursors get theirs anew for every page. */
export type WriterOf = (query: CompiledQuery) => RowWriter;

export interface Page {
  readonly total: number;
  readonly rows: readonly string[];
  /** `0r8...-2000`: where to go on; undefined when all is read. */
  readonly next: string | undefined;
}

interface Cursor {
  readonly query: CompiledQuery;
  readonly rowIds: readonly number[];
  readonly userId: string;
  readonly openedAt: number;
}

const cursorsMax = 200;
const cursorLifeMs = 2 * 24 * 3600 * 1000;

export class Results {
  readonly #store: Store;
  readonly #open = new Map<string, Cursor>();

  constructor(store: Store) {
    this.#store = store;
    store.onRestored(() => this.#open.clear());
  }

  /** How many rows a query of COUNT() finds. */
  count(query: CompiledQuery): number {
    const row = this.#select(query, query.expressions.join(', '), query.tail)[0];
    return Number(row?.[0] ?? 0);
  }

  /** The first page of a result. */
  first(query: CompiledQuery, userId: string, size: number, writerOf: WriterOf): Page {
    const write = writerOf(query);
    const rows: string[] = [];
    const statement = this.#store.database.prepare(
      `select ${selectionOf(query).join(', ')} ${query.from} ${query.tail}`,
    );
    statement.setReturnArrays(true);
    let more = false;
    for (const row of statement.iterate(...query.parameters)) {
      more = rows.length === size;
      if (more) break;
      rows.push(write(row as unknown as readonly Stored[]));
    }
    if (!more) return { total: rows.length, rows, next: undefined };
    if (query.kind === 'aggregate') {
      throw new SalesforceError(400, 'EXCEEDED_ID_LIMIT', `Aggregate queries answer at most ${size} rows`);
    }
    const rowIds = this.#select(query, `${query.alias}.rowid`, query.tail).map(([rowId]) => Number(rowId));
    const id = this.#keep({ query, rowIds, userId, openedAt: this.#store.clock() });
    return { total: rowIds.length, rows, next: `${id}-${rows.length}` };
  }

  /** A further page; `locator` is what the page before gave. */
  more(locator: string, userId: string, size: number, writerOf: WriterOf): Page {
    const [id = '', offset = '0'] = locator.split('-');
    const cursor = this.#open.get(id);
    const at = Number(offset);
    const isLive = cursor?.userId === userId && this.#store.clock() - cursor.openedAt <= cursorLifeMs;
    if (cursor === undefined || !isLive || !Number.isInteger(at) || at < 0 || at > cursor.rowIds.length) {
      throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    const wanted = cursor.rowIds.slice(at, at + size);
    const end = at + wanted.length;
    return {
      total: cursor.rowIds.length,
      rows: this.#rows(cursor.query, wanted, writerOf(cursor.query)),
      next: end < cursor.rowIds.length ? `${id}-${end}` : undefined,
    };
  }

  /** Rows of a cursor, in its order, with the joins of its query. */
  #rows(query: CompiledQuery, rowIds: readonly number[], write: RowWriter): readonly string[] {
    const rowid = `${query.alias}.rowid`;
    const text = `select ${rowid}, ${selectionOf(query).join(', ')} ${query.tables} where ${rowid} in (select value from json_each(?))`;
    const statement = this.#store.database.prepare(text);
    statement.setReturnArrays(true);
    const found = new Map<number, string>();
    for (const row of statement.iterate(JSON.stringify(rowIds))) {
      const [rowId, ...values] = row as unknown as [number, ...Stored[]];
      found.set(rowId, write(values));
    }
    return rowIds.flatMap((rowId) => found.get(rowId) ?? []);
  }

  #select(query: CompiledQuery, what: string, tail: string): readonly Stored[][] {
    const statement = this.#store.database.prepare(`select ${what} ${query.from} ${tail}`);
    statement.setReturnArrays(true);
    return statement.all(...query.parameters) as unknown as readonly Stored[][];
  }

  #keep(cursor: Cursor): string {
    const id15 = `0r8${Array.from({ length: 12 }, () => String(randomInt(10))).join('')}`;
    const id = id15 + checksum(id15);
    this.#open.set(id, cursor);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= cursorsMax) break;
      this.#open.delete(oldest);
    }
    return id;
  }
}

/** The children of one row. */
export function childRows(store: Store, { query }: ChildQuery, parentId: string): readonly (readonly Stored[])[] {
  const [, ...others] = query.parameters;
  const sql = `select ${selectionOf(query).join(', ')} ${query.from} ${query.tail}`;
  return store.statement(sql, true).all(parentId, ...others) as unknown as readonly (readonly Stored[])[];
}
