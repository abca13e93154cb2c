/** From the rows one transaction changed to the events that tell it (A14). Pure. */
import type { StoredRow } from '../store/store.ts';
import type { ChangeType, RowChange } from './events.ts';
import type { ChangeHeader, Values } from './log.ts';
import { type EventField, type EventShape, isCompoundField, type ScalarField } from './shape.ts';

/** What all events of a transaction have in common. */
export interface Commit {
  readonly transactionKey: string;
  readonly commitNumber: number;
  /** Milliseconds. */
  readonly commitTimestamp: number;
}

export interface ChangeEvent {
  readonly object: string;
  readonly header: ChangeHeader;
  readonly values: Values;
}

export interface ChangeRules {
  /** Undefined for objects nobody captures; their changes take a sequence number and say nothing. */
  readonly shape: (object: string) => EventShape | undefined;
  /** Whether this change is to be told as a gap although it need not be. */
  readonly gap: (change: RowChange) => boolean;
  /** Changes told one by one; the rest of a transaction is told as overflow. */
  readonly changesMax: number;
}

/** Salesforce's own bounds: changes of a transaction, and bytes of an event. */
export const changesMax = 100_000;
const eventBytesMax = 1_000_000;
/** `recordIds` of an overflow, which speaks of no record in particular. */
const noRecord = '000000000000000AAA';

interface Draft {
  readonly object: string;
  readonly type: string;
  readonly ids: string[];
  readonly change: RowChange;
  readonly told: Told;
  readonly shape: EventShape | undefined;
}

interface Told {
  readonly values: Values;
  readonly changed: readonly string[];
  readonly nulled: readonly string[];
}

const nothing: Told = { values: {}, changed: [], nulled: [] };

export function changeEvents(
  changes: readonly RowChange[],
  commit: Commit,
  rules: ChangeRules,
): readonly ChangeEvent[] {
  const drafts: Draft[] = [];
  const alike = new Map<string, number>();
  /** The last draft that names a record: a merge may not move a change before an earlier one of the same record. */
  const lastOf = new Map<string, number>();
  const overflowing = new Map<string, RowChange>();
  let weight = 0;
  for (const change of changes) {
    const shape = rules.shape(change.object);
    const told = shape === undefined ? nothing : toldOf(shape, change);
    if (shape !== undefined && change.type === 'UPDATE' && told.changed.length === 0) continue;
    if (shape !== undefined) {
      weight += change.type === 'UPDATE' ? Math.max(1, told.changed.length) : 1;
      if (weight > rules.changesMax) {
        if (!overflowing.has(change.object)) overflowing.set(change.object, change);
        continue;
      }
    }
    const isGap = shape !== undefined && (rules.gap(change) || JSON.stringify(told.values).length > eventBytesMax);
    const type = isGap ? `GAP_${change.type}` : change.type;
    const key = likeness(change, type, told);
    const at = key === undefined ? undefined : alike.get(key);
    if (at !== undefined && (lastOf.get(change.id) ?? -1) < at) {
      drafts[at]?.ids.push(change.id);
      lastOf.set(change.id, at);
      continue;
    }
    if (key !== undefined) alike.set(key, drafts.length);
    lastOf.set(change.id, drafts.length);
    drafts.push({ object: change.object, type, ids: [change.id], change, told: isGap ? nothing : told, shape });
  }
  for (const [object, change] of overflowing) {
    drafts.push({ object, type: 'GAP_OVERFLOW', ids: [noRecord], change, told: nothing, shape: rules.shape(object) });
  }
  return drafts.flatMap((draft, at) => (draft.shape === undefined ? [] : [eventOf(draft, at + 1, commit)]));
}

function eventOf({ object, type, ids, change, told }: Draft, sequenceNumber: number, commit: Commit): ChangeEvent {
  return {
    object,
    values: told.values,
    header: {
      entityName: object,
      recordIds: ids,
      changeType: type,
      changeOrigin: change.origin ?? '',
      transactionKey: commit.transactionKey,
      sequenceNumber,
      commitTimestamp: commit.commitTimestamp,
      commitNumber: commit.commitNumber,
      commitUser: change.userId,
      nulledFields: told.nulled,
      changedFields: told.changed,
    },
  };
}

/** Changes with the same likeness are told by one event. Records that begin or come back each have their own. */
function likeness(change: RowChange, type: string, told: Told): string | undefined {
  const merges: readonly ChangeType[] = ['UPDATE', 'DELETE'];
  if (!merges.includes(change.type)) return undefined;
  return JSON.stringify([change.object, type, change.origin, change.userId, told]);
}

function toldOf(shape: EventShape, change: RowChange): Told {
  switch (change.type) {
    case 'DELETE':
      return nothing;
    case 'CREATE':
    case 'UNDELETE':
      return { ...nothing, values: valuesOf(shape, change.after ?? {}) };
    case 'UPDATE':
      return differences(shape, change);
  }
}

function differences(shape: EventShape, { before = {}, after = {}, untold = [] }: RowChange): Told {
  const moved = (column: string | undefined): boolean =>
    column !== undefined &&
    !untold.includes(column) &&
    // A row's stamp moves with every update, even within the second of the one before.
    (column === 'LastModifiedDate' || (before[column] ?? null) !== (after[column] ?? null));
  const columns = shape.fields.flatMap((field) => columnsOf(field).filter(({ column }) => moved(column)));
  const isNull = ({ column }: { column: string }): boolean => (after[column] ?? null) === null;
  const names = new Set(columns.map(({ column }) => column));
  return {
    values: valuesOf(shape, after, names),
    changed: columns.map(({ path }) => path),
    nulled: columns.filter(isNull).map(({ path }) => path),
  };
}

interface Column {
  /** `Phone`, `Name.FirstName`. */
  readonly path: string;
  readonly column: string;
}

/** The object's fields that an event field tells, by the names headers give them. */
export function columnsOf(field: EventField): readonly Column[] {
  if (!isCompoundField(field)) return field.column === undefined ? [] : [{ path: field.name, column: field.column }];
  if (field.text !== undefined) return [{ path: field.name, column: field.text }];
  return field.parts.flatMap(({ name, column }) =>
    column === undefined ? [] : [{ path: `${field.name}.${name}`, column }],
  );
}

/** A row's values as an event has them; of these columns alone, if given. */
export function valuesOf(shape: EventShape, row: StoredRow, only?: ReadonlySet<string>): Values {
  const value = ({ column }: ScalarField): string | undefined =>
    column === undefined || (only !== undefined && !only.has(column)) ? undefined : (row[column] ?? undefined);
  const values: Record<string, string | Record<string, string>> = {};
  for (const field of shape.fields) {
    const told = isCompoundField(field) ? compoundValue(field, value) : value(field);
    if (told !== undefined) values[field.name] = told;
  }
  return values;
}

function compoundValue(
  field: Extract<EventField, { readonly parts: unknown }>,
  value: (field: ScalarField) => string | undefined,
): string | Record<string, string> | undefined {
  if (field.text !== undefined) return value({ name: field.name, doc: '', type: 'string', column: field.text });
  const parts = field.parts.flatMap((part) => {
    const told = value(part);
    return told === undefined ? [] : [[part.name, told] as const];
  });
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}
