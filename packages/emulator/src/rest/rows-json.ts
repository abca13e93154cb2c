/**
 * Rows of a compiled query as JSON text: nested parents, `attributes`, numbers digit for digit, datetimes with `+0000`
 * (A5).
 */
import { childRows, type RowWriter } from '../soql/results.ts';
import type { ChildQuery, CompiledQuery, QueryColumn } from '../soql/soql.ts';
import type { Store, Stored } from '../store/store.ts';
import { recordUrl } from './answer.ts';

type Part =
  | {
      readonly kind: 'value';
      readonly key: string;
      readonly at: number;
      readonly form: QueryColumn['form'];
      /** Whether a parent of this type has the value: TYPEOF. */
      readonly isFor: ((type: string) => boolean) | undefined;
    }
  | {
      readonly kind: 'parent';
      readonly key: string;
      readonly idAt: number;
      readonly type: string | undefined;
      readonly parts: Part[];
    };

/** A writer of rows; a row's children are read as it is written. */
export function rowWriter(query: CompiledQuery, version: string, store: Store): RowWriter {
  const parts = partsOf(query);
  const idAt = query.columns.length + query.parents.length;
  const typeOf = (id: string): string => store.schema.byPrefix(id.slice(0, 3))?.name ?? 'Name';
  const begin = (type: string, urlObject: string, id: string): string =>
    `{"attributes":{"type":"${type}","url":"${recordUrl(version, urlObject, id)}"}`;
  const members = (list: readonly Part[], row: readonly Stored[], type?: string): string => {
    let text = '';
    for (const part of list) {
      if (part.kind === 'parent') text += `,${part.key}:${parent(part, row)}`;
      else if (part.isFor === undefined || type === undefined || part.isFor(type)) {
        text += `,${part.key}:${written(row[part.at], part.form)}`;
      }
    }
    return text;
  };
  const parent = (part: Part & { kind: 'parent' }, row: readonly Stored[]): string => {
    const id = row[part.idAt];
    if (id === null || id === undefined) return 'null';
    const type = typeOf(id);
    return `${begin(part.type ?? type, type, id)}${members(part.parts, row, type)}}`;
  };
  const writers = query.children.map((child) => childWriter(child, version, store));
  const children = (id: string): string => writers.map((write) => write(id)).join('');
  if (query.kind !== 'rows') return (row) => `{"attributes":{"type":"AggregateResult"}${members(parts, row)}}`;
  const { name } = query.object;
  return (row) => `${begin(name, name, row[idAt] ?? '')}${members(parts, row)}${children(row[idAt] ?? '')}}`;
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

/** Whether a column of TYPEOF is for a type: its own, or `!A,B` for all others. */
function whenOf(when: string | undefined): ((type: string) => boolean) | undefined {
  if (when === undefined) return undefined;
  if (!when.startsWith('!')) return (type) => type === when;
  const others = new Set(when.slice(1).split(','));
  return (type) => !others.has(type);
}

function partsOf(query: CompiledQuery): readonly Part[] {
  const root: Part[] = [];
  const parents = new Map<string, Part & { kind: 'parent' }>();
  query.columns.forEach((column, at) => {
    let list = root;
    for (let length = 1; length < column.path.length; length += 1) {
      const path = column.path.slice(0, length).join('.');
      let known = parents.get(path);
      if (known === undefined) {
        const index = query.parents.findIndex((parent) => parent.path.join('.') === path);
        known = {
          kind: 'parent',
          key: JSON.stringify(column.path[length - 1]),
          idAt: query.columns.length + index,
          type: query.parents[index]?.type,
          parts: [],
        };
        parents.set(path, known);
        list.push(known);
      }
      list = known.parts;
    }
    list.push({
      kind: 'value',
      key: JSON.stringify(column.path.at(-1)),
      at,
      form: column.form,
      isFor: whenOf(column.when),
    });
  });
  return root;
}

/** A stored value as JSON text. */
function written(value: Stored | undefined, form: QueryColumn['form']): string {
  if (value === null || value === undefined) return 'null';
  switch (form) {
    case 'text':
      return JSON.stringify(value);
    case 'bare':
    case 'json':
      return value;
    case 'datetime':
      return `"${value.slice(0, -1)}+0000"`;
  }
}
