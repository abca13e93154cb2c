/** Small pieces of SQL text. Everything that comes from an org passes through `id` or `text`. */
import pg from 'pg';
import { type Comparison, comparisonOf } from '../mapping/compile-types.ts';
import type { MappedField, ObjectMap } from '../mapping/mapping.ts';
import { isFilledOnce, isSendable, isTaken } from '../mapping/mapping.ts';

export const id = pg.escapeIdentifier;
export const text = pg.escapeLiteral;

/** Items of a list, a few to a line, so that a statement can be read. */
export const list = (items: readonly string[], indent = 7, separator = ', '): string => {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : `${line}${separator}${item}`;
    if (longer.length > WIDTH && line !== '') {
      lines.push(line);
      line = item;
    } else {
      line = longer;
    }
  }
  if (line !== '') lines.push(line);
  return lines.join(`${separator.trimEnd()}\n${' '.repeat(indent)}`);
};
const WIDTH = 110;

/** One item a line. */
export const lines = (items: readonly string[], indent: number, separator = ','): string =>
  items.join(`${separator}\n${' '.repeat(indent)}`);

/** `s."Email"` of each field. */
export const columnsOf = (alias: string, fields: readonly { readonly name: string }[]): readonly string[] =>
  fields.map((field) => `${alias}.${id(field.name)}`);

/** Whether two values of a field differ as MRG4 compares them. */
export const differs = (field: MappedField, left: string, right: string): string => {
  const wrap: Readonly<Record<Comparison, (value: string) => string>> = {
    text: (value) => `sync.plain(${value})`,
    set: (value) => `sync.value_set(${value})`,
    value: (value) => value,
  };
  const compare = wrap[comparisonOf(field)];
  return `${compare(left)} is distinct from ${compare(right)}`;
};

/** A mapped field with its column. */
export interface ColumnField extends MappedField {
  readonly column: string;
}
const hasColumn = (field: MappedField): field is ColumnField => field.column !== null;

/**
 * Fields that a row is asked about. `sent`: we send them, so each is decided alone. `taken`: those of them that theirs may move.
 * `readOnly`: simply Salesforce's (MRG21).
 */
export const takenFields = (
  map: ObjectMap,
): {
  readonly sent: readonly ColumnField[];
  readonly taken: readonly ColumnField[];
  readonly readOnly: readonly ColumnField[];
} => {
  const fields = map.fields.filter(hasColumn);
  const sent = fields.filter((field) => map.policy !== 'read_only' && isSendable(field));
  return {
    sent,
    taken: sent.filter(isTaken),
    readOnly: fields.filter((field) => isTaken(field) && !sent.includes(field)),
  };
};

/** Whether the verdict `v` takes a field for the person `p`; one that is filled once only while it is empty (MRG18). */
export const takes = (field: ColumnField, verdict: string): string =>
  `${text(field.column)} = any (${verdict}.take)${isFilledOnce(field) ? ` and coalesce(p.${id(field.column)}::text, '') = ''` : ''}`;

/** A row expression, and `false` where there is nothing to compare. */
export const rowsDiffer = (left: readonly string[], right: readonly string[], indent: number): string => {
  if (left.length === 0) return 'false';
  if (left.length === 1) return `${left[0]} is distinct from ${right[0]}`;
  const pad = ' '.repeat(indent);
  return `(${list(left, indent + 1)})\n${pad}is distinct from\n${pad}(${list(right, indent + 1)})`;
};

/** The run that journal lines belong to, from the transaction's setting. A subselect is evaluated once, not once a row. */
export const RUN = `(select nullif(current_setting('syncline.run_id', true), '')::bigint)`;
/** When the read of this page began, likewise. */
export const BEGAN = `(select nullif(current_setting('syncline.began_at', true), '')::timestamptz)`;

/**
 * `column` is one of what `select` finds. Written as an array and not as a join, because the array is found first: a big table is
 * then looked up by key, whatever the planner believes of a temporary table without statistics (ENGINE, trap 1).
 */
export const among = (column: string, select: string): string => `${column} = any (array(select ${select}))`;
