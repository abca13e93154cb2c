/**
 * Rows of a compiled query as JSON text: nested parents, `attributes`, numbers digit for digit, datetimes with `+0000`
 * (A5).
 */

import { childRows, type RowWriter } from '../soql/results.ts';
import { type Part, partsOf } from '../soql/row-parts.ts';
import type { ChildQuery, CompiledQuery, QueryColumn } from '../soql/soql.ts';
import type { Store, Stored } from '../store/store.ts';
import { recordUrl } from './answer.ts';

/** A writer of rows; a row's children are read as it is written. */
export function rowWriter(query: CompiledQuery, version: string, store: Store): RowWriter {
  const parts = partsOf(query);
  const idAt = query.columns.length + query.parents.length;
  const typeOf = (id: string): string => store.schema.byPrefix(id.slice(0, 3))?.name ?? 'Name';
  const begin = (type: string, urlObject: string, id: string): string =>
    `{"attributes":{"type":"${type}","url":"${recordUrl(version, urlObject, id)}"}`;
  const members = (list: readonly Part[], row: readonly Stored[], type: string, id: string): string => {
    let text = '';
    for (const part of list) {
      if (part.kind === 'parent') text += `,"${part.key}":${parent(part, row)}`;
      else if (part.isFor?.(type) !== false) {
        const value = row[part.at];
        const isBytes = part.form === 'bytes' && value !== null && value !== undefined;
        // Bytes are told by where to get them.
        text += `,"${part.key}":${isBytes ? `"${recordUrl(version, type, id)}/${part.key}"` : written(value, part.form)}`;
      }
    }
    return text;
  };
  const parent = (part: Part & { kind: 'parent' }, row: readonly Stored[]): string => {
    const id = row[part.idAt];
    if (id === null || id === undefined) return 'null';
    const type = typeOf(id);
    return `${begin(part.type ?? type, type, id)}${members(part.parts, row, type, id)}}`;
  };
  const writers = query.children.map((child) => childWriter(child, version, store));
  const children = (id: string): string => writers.map((write) => write(id)).join('');
  if (query.kind !== 'rows') return (row) => `{"attributes":{"type":"AggregateResult"}${members(parts, row, '', '')}}`;
  const { name } = query.object;
  return (row) =>
    `${begin(name, name, row[idAt] ?? '')}${members(parts, row, name, row[idAt] ?? '')}${children(row[idAt] ?? '')}}`;
}

/** `,"Contacts":{...}` for the children of a parent; null where there are none (A5). */
function childWriter(child: ChildQuery, version: string, store: Store): (parentId: string) => string {
  const write = rowWriter(child.query, version, store);
  return (parentId) => {
    const rows = childRows(store, child, parentId).map(write);
    if (rows.length === 0) return `,"${child.name}":null`;
    return `,"${child.name}":{"totalSize":${rows.length},"done":true,"records":[${rows.join(',')}]}`;
  };
}

/** A stored value as JSON text. */
function written(value: Stored | undefined, form: QueryColumn['form']): string {
  if (value === null || value === undefined) return 'null';
  switch (form) {
    case 'text':
    case 'bytes':
      return JSON.stringify(value);
    case 'bare':
    case 'json':
      return value;
    case 'datetime':
      return `"${value.slice(0, -1)}+0000"`;
  }
}
