/**
 * Rows of a compiled query as JSON text: nested parents, `attributes`, numbers digit for digit, datetimes with `+0000`
 * (A5).
 */
import type { CompiledQuery, QueryColumn } from '../soql/soql.ts';
import type { Stored } from '../store/store.ts';
import { recordUrl } from './answer.ts';

/** What a query must select for its rows to be written: the columns, each parent's id, and the record's own id. */
export function selectionOf(query: CompiledQuery): readonly string[] {
  const parents = query.parents.map(({ expression }) => expression);
  return [...query.expressions, ...parents, ...(query.kind === 'rows' ? ['t0."Id"'] : [])];
}

/** Writes a row selected as `selectionOf` says. */
export type RowWriter = (row: readonly Stored[]) => string;

type Part =
  | { readonly kind: 'value'; readonly key: string; readonly at: number; readonly form: QueryColumn['form'] }
  | {
      readonly kind: 'parent';
      readonly key: string;
      readonly idAt: number;
      readonly type: string;
      readonly parts: Part[];
    };

export function rowWriter(query: CompiledQuery, version: string, typeOf: (id: string) => string): RowWriter {
  const parts = partsOf(query);
  const idAt = query.columns.length + query.parents.length;
  const begin = (type: string, urlObject: string, id: string): string =>
    `{"attributes":{"type":"${type}","url":"${recordUrl(version, urlObject, id)}"}`;
  const members = (list: readonly Part[], row: readonly Stored[]): string => {
    let text = '';
    for (const part of list)
      text += `,${part.key}:${part.kind === 'value' ? written(row[part.at], part.form) : parent(part, row)}`;
    return text;
  };
  const parent = (part: Part & { kind: 'parent' }, row: readonly Stored[]): string => {
    const id = row[part.idAt];
    if (id === null || id === undefined) return 'null';
    return `${begin(part.type, typeOf(id), id)}${members(part.parts, row)}}`;
  };
  if (query.kind !== 'rows') return (row) => `{"attributes":{"type":"AggregateResult"}${members(parts, row)}}`;
  const { name } = query.object;
  return (row) => `${begin(name, name, row[idAt] ?? '')}${members(parts, row)}}`;
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
          type: query.parents[index]?.type ?? 'Name',
          parts: [],
        };
        parents.set(path, known);
        list.push(known);
      }
      list = known.parts;
    }
    list.push({ kind: 'value', key: JSON.stringify(column.path.at(-1)), at, form: column.form });
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
