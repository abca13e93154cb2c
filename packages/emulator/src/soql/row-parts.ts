/** The shape of a query's rows: values and nested parents, whatever form a protocol writes them in. */
import type { CompiledQuery, QueryColumn } from './soql.ts';

export type Part =
  | {
      readonly kind: 'value';
      /** The last name on the path, in canonical case. */
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

/** Whether a column of TYPEOF is for a type: its own, or `!A,B` for all others. */
function whenOf(when: string | undefined): ((type: string) => boolean) | undefined {
  if (when === undefined) return undefined;
  if (!when.startsWith('!')) return (type) => type === when;
  const others = new Set(when.slice(1).split(','));
  return (type) => !others.has(type);
}

/** The parts of a row selected as `selectionOf` says. */
export function partsOf(query: CompiledQuery): readonly Part[] {
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
          key: column.path[length - 1] ?? '',
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
      key: column.path.at(-1) ?? '',
      at,
      form: column.form,
      isFor: whenOf(column.when),
    });
  });
  return root;
}
