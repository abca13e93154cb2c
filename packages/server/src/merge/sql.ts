/** Small pieces of SQL text. Everything that comes from an org passes through `id` or `text`. */
import pg from 'pg';
import { type Comparison, comparisonOf } from '../mapping/compile-types.ts';
import type { MappedField, ObjectMap } from '../mapping/mapping.ts';
import { isFilledOnce, isSendable, isTaken } from '../mapping/mapping.ts';
import { MIRROR_MORE, OWN_MORE } from '../mapping/shape.ts';

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

/**
 * MAP14. A value of JSON that is stored is read and unpacked anew by everything that takes a field out of it, some tenth of a millisecond each
 * time at 800 fields. What a statement needs of it is therefore unpacked once a row: `w.row` is all that the page says, by Salesforce's names.
 */
export const wideRow = (map: ObjectMap): string =>
  map.fields.some((field) => field.isInMirrorMore || field.isInMore)
    ? `\n cross join lateral (select ${rowJson('s', MIRROR_MORE, isMirrorWide(map))} as row offset 0) w`
    : '';
const isMirrorWide = (map: ObjectMap): boolean => map.fields.some((field) => field.isInMirrorMore);

/** What the page (`s`, `w`) says of a field, as the type of its column. */
export const theirsOf = (field: ColumnField): string =>
  field.isInMirrorMore
    ? `(w.row ->> ${text(field.name)})${field.mirrorType === 'text' ? '' : `::${field.mirrorType}`}`
    : `s.${id(field.name)}`;

/** The fields of `more` as a table `f`: `own` is the column's name, `name` Salesforce's. */
export const moreFields = (
  fields: readonly ColumnField[],
  isReadOnly: (field: ColumnField) => boolean,
): string => `(values
       ${lines(
         fields.map(
           (field) =>
             `(${[field.column, field.name, comparisonOf(field)].map(text).join(', ')}, ${isReadOnly(field)}, ${isFilledOnce(field)})`,
         ),
         7,
       )}) f (own, name, kind, is_read_only, is_once)`;

export const inMore = (fields: readonly ColumnField[]): readonly ColumnField[] =>
  fields.filter((field) => field.isInMore);
export const inColumns = (fields: readonly ColumnField[]): readonly ColumnField[] =>
  fields.filter((field) => !field.isInMore);

/** What theirs puts into `more`, one object; `where` says of which fields `f`. */
export const moreOfTheirs = (
  fields: readonly ColumnField[],
  where = 'true',
  isReadOnly: (field: ColumnField) => boolean = () => false,
): string =>
  `coalesce((select jsonb_object_agg(f.own, coalesce(w.row -> f.name, 'null')) from ${moreFields(inMore(fields), isReadOnly)} where ${where}), '{}')`;

/** The columns of an `insert` of ours that theirs fill, and their values, in one order. */
export const filledOf = (
  fields: readonly ColumnField[],
): { readonly columns: readonly string[]; readonly values: readonly string[] } => {
  const isWide = inMore(fields).length > 0;
  return {
    columns: [...inColumns(fields).map((field) => id(field.column)), ...(isWide ? [OWN_MORE] : [])],
    values: [...inColumns(fields).map(theirsOf), ...(isWide ? [moreOfTheirs(fields)] : [])],
  };
};

/** A whole row as one JSON object of its fields, wherever they are. */
export const rowJson = (alias: string, more: string, isWide: boolean): string =>
  isWide ? `to_jsonb(${alias}) || ${alias}.${id(more)}` : `to_jsonb(${alias})`;

/** Pairs for `jsonb_build_object`, which takes 100 arguments at most (54023). */
export const objectOf = (pairs: readonly string[], indent: number): string => {
  if (pairs.length === 0) return `'{}'::jsonb`;
  const chunks: string[] = [];
  for (let start = 0; start < pairs.length; start += PAIRS_MAX) {
    chunks.push(`jsonb_build_object(\n${' '.repeat(indent)}${lines(pairs.slice(start, start + PAIRS_MAX), indent)})`);
  }
  return chunks.length === 1 ? (chunks[0] ?? '') : `(${chunks.join(' || ')})`;
};
const PAIRS_MAX = 50;

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
