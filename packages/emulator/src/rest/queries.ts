import { randomInt } from 'node:crypto';
import { SalesforceError } from '../salesforce-error.ts';
import { type CompiledQuery, compile } from '../soql/soql.ts';
import { checksum } from '../store/ids.ts';
import type { Stored } from '../store/store.ts';
import type { Answer, Call } from './answer.ts';
import { rowWriter, selectionOf } from './rows-json.ts';

const batchDefault = 2000;
const batchMin = 200;
const cursorsMax = 200;
const cursorLifeMs = 2 * 24 * 3600 * 1000;

/** A result whose rows did not fit one answer: which rows they are, in order. Values are read page by page. */
interface Cursor {
  readonly query: CompiledQuery;
  readonly rowIds: readonly number[];
  readonly userId: string;
  readonly openedAt: number;
  readonly resource: string;
}

/** The open cursors of one org; they do not outlive the process. */
export class Cursors {
  readonly #open = new Map<string, Cursor>();

  keep(cursor: Cursor): string {
    const id15 = `0r8${Array.from({ length: 12 }, () => String(randomInt(10))).join('')}`;
    const id = id15 + checksum(id15);
    this.#open.set(id, cursor);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= cursorsMax) break;
      this.#open.delete(oldest);
    }
    return id;
  }

  find(id: string, userId: string, now: number): Cursor {
    const cursor = this.#open.get(id);
    if (cursor === undefined || cursor.userId !== userId || now - cursor.openedAt > cursorLifeMs) {
      throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    return cursor;
  }
}

/** GET query, queryAll: the first page of a result (A5). */
export function query(call: Call, cursors: Cursors): Answer {
  const soql = call.query.get('q');
  if (soql === null) throw new SalesforceError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  const { org, session } = call;
  const { store, schema } = org;
  const resource = call.path.toLowerCase().startsWith('queryall') ? 'queryAll' : 'query';
  const options = { all: resource === 'queryAll' };
  const compiled = compile(soql, schema, org.access.sight(session.user), store.clock(), options);
  if (compiled.kind === 'count') {
    const [[total] = []] = select(call, compiled, compiled.expressions, compiled.tail);
    return ok(`{"totalSize":${total},"done":true,"records":[]}`);
  }
  const size = batchSize(call);
  const write = writerOf(call, compiled);
  const rows: string[] = [];
  const statement = store.database.prepare(sql(compiled, selectionOf(compiled), compiled.tail));
  statement.setReturnArrays(true);
  let more = false;
  for (const row of statement.iterate(...compiled.parameters)) {
    more = rows.length === size;
    if (more) break;
    rows.push(write(row as unknown as readonly Stored[]));
  }
  if (!more) return ok(`{"totalSize":${rows.length},"done":true,"records":[${rows.join(',')}]}`);
  if (compiled.kind === 'aggregate') {
    throw new SalesforceError(400, 'EXCEEDED_ID_LIMIT', `Aggregate queries answer at most ${size} rows`);
  }
  const rowIds = select(call, compiled, ['t0.rowid'], compiled.tail).map(([rowId]) => Number(rowId));
  const id = cursors.keep({ query: compiled, rowIds, userId: session.user.id, openedAt: store.clock(), resource });
  return page(rowIds.length, rows, nextUrl(call, resource, id, rows.length));
}

/** GET query/{locator}-{offset}: a further page. */
export function queryMore(call: Call, cursors: Cursors, locator: string): Answer {
  const [id = '', offset = '0'] = locator.split('-');
  const at = Number(offset);
  const cursor = cursors.find(id, call.session.user.id, call.org.store.clock());
  if (!Number.isInteger(at) || at < 0 || at > cursor.rowIds.length) {
    throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  }
  const wanted = cursor.rowIds.slice(at, at + batchSize(call));
  const rows = rowsById(call, cursor.query, wanted);
  const end = at + wanted.length;
  const next = end < cursor.rowIds.length ? nextUrl(call, cursor.resource, id, end) : undefined;
  return page(cursor.rowIds.length, rows, next);
}

/** Rows of a cursor, in its order, with the joins of its query. */
function rowsById(call: Call, query: CompiledQuery, rowIds: readonly number[]): readonly string[] {
  const write = writerOf(call, query);
  const text = `select t0.rowid, ${selectionOf(query).join(', ')} ${query.tables} where t0.rowid in (select value from json_each(?))`;
  const statement = call.org.store.database.prepare(text);
  statement.setReturnArrays(true);
  const found = new Map<number, string>();
  for (const row of statement.iterate(JSON.stringify(rowIds))) {
    const [rowId, ...values] = row as unknown as [number, ...Stored[]];
    found.set(rowId, write(values));
  }
  return rowIds.flatMap((rowId) => found.get(rowId) ?? []);
}

function select(call: Call, query: CompiledQuery, what: readonly string[], tail: string): readonly Stored[][] {
  const statement = call.org.store.database.prepare(sql(query, what, tail));
  statement.setReturnArrays(true);
  return statement.all(...query.parameters) as unknown as readonly Stored[][];
}

function sql(query: CompiledQuery, what: readonly string[], tail: string): string {
  return `select ${what.join(', ')} ${query.from} ${tail}`;
}

function writerOf(call: Call, query: CompiledQuery): (row: readonly Stored[]) => string {
  return rowWriter(query, call.version, (id) => call.org.schema.byPrefix(id.slice(0, 3))?.name ?? 'Name');
}

/** `Sforce-Query-Options: batchSize=N`, within 200 and 2000. */
function batchSize(call: Call): number {
  const asked = /batchSize\s*=\s*(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1];
  return asked === undefined ? batchDefault : Math.min(batchDefault, Math.max(batchMin, Number(asked)));
}

function nextUrl(call: Call, resource: string, id: string, offset: number): string {
  return `/services/data/${call.version}/${resource}/${id}-${offset}`;
}

function page(total: number, rows: readonly string[], next: string | undefined): Answer {
  const more = next === undefined ? '"done":true' : `"done":false,"nextRecordsUrl":"${next}"`;
  return ok(`{"totalSize":${total},${more},"records":[${rows.join(',')}]}`);
}

function ok(body: string): Answer {
  return { status: 200, body };
}
