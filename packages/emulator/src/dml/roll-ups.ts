/** Roll-up summaries: parents are summed up anew when their children change, and get an update of their own. */

import type { Value } from '../formula/formula.ts';
import { storedOf, valueOf } from '../formula/values.ts';
import { holds } from '../rules/criteria.ts';
import { contextOf } from '../rules/row-context.ts';
import type { RollUp } from '../rules/rules.ts';
import type { SchemaObject } from '../schema/schema.ts';
import type { StoredRow } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import type { Writing } from './writing.ts';

/** Sums up the parents that a row had and has. */
export function rollUp(
  writing: Writing,
  child: SchemaObject,
  before: StoredRow | undefined,
  after: StoredRow | undefined,
): void {
  for (const one of writing.parts.rules.rollUps(child.name)) {
    const by = child.field(one.by)?.name;
    if (by === undefined) continue;
    const parents = new Set([before?.[by], after?.[by]].filter((id): id is string => typeof id === 'string'));
    for (const id of parents) rollUpOne(writing, one, child, id);
  }
}

function rollUpOne(writing: Writing, one: RollUp, child: SchemaObject, parentId: string): void {
  const parent = writing.object(one.parent);
  const field = parent?.field(one.field);
  const row = parent === undefined ? undefined : writing.store.read(parent.name, parentId);
  if (parent === undefined || field === undefined || row === undefined || row['IsDeleted'] === 'true') return;
  const value = storedOf(field, summedUp(writing, one, child, parentId));
  if (value === (row[field.name] ?? null)) return;
  const after = writing.change(parent, row, { [field.name]: value });
  rollUp(writing, parent, row, after);
}

function summedUp(writing: Writing, one: RollUp, child: SchemaObject, parentId: string): Value {
  const { store, schema } = writing.parts;
  const sql = `select * from ${identifier(child.name)} where ${identifier(child.field(one.by)?.name ?? one.by)} = ? and "IsDeleted" = 'false'`;
  const rows = (store.statement(sql).all(parentId) as unknown as readonly StoredRow[]).filter((row) =>
    holds(one.criteria, contextOf({ store, schema, object: child, row, before: row, userId: writing.user.id })),
  );
  if (one.operation === 'count') return rows.length;
  const field = child.field(one.summed ?? '');
  if (field === undefined) return null;
  const values = rows.map((row) => valueOf(field, row[field.name] ?? null)).filter((value) => value !== null);
  if (one.operation === 'sum')
    return values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);
  const ordered = values.toSorted((a, b) => size(a) - size(b));
  return (one.operation === 'min' ? ordered[0] : ordered.at(-1)) ?? null;
}

function size(value: Value): number {
  return typeof value === 'object' && value !== null ? value.ms : Number(value);
}
