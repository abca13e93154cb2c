/** What the rows of an ingest CSV mean: pure, so that every oddity of A8 has a test without an org. */
import type { InputValue, RecordInput, RowResult, Write } from '../dml/dml.ts';
import type { SchemaObject } from '../schema/schema.ts';
import type { FieldSight } from '../soql/soql.ts';
import type { IngestJob } from './jobs.ts';

/** Characters a field may have in a Bulk upload, whatever the field's own length. */
const fieldCharsMax = 32_000;

/** What each cell of a row is. */
export type Columns = readonly Column[];

/** A failure of the whole job; the text is its `errorMessage`. */
export class IngestFailure extends Error {}

interface Column {
  readonly name: string;
  /** `Account` of a column `Account.Customer_Number__c`. */
  readonly parent: string | undefined;
}

/** Reads the header; unknown columns, and those the user may not see, fail the job. */
export function readHeader(header: readonly string[], object: SchemaObject, sight: FieldSight): Columns {
  const seen = new Set<string>();
  return header.map((cell) => {
    const column = readColumn(cell.trim(), object, sight);
    if (column === undefined) throw new IngestFailure(`InvalidBatch : Field name not found : ${cell}`);
    const key = `${column.parent ?? ''}.${column.name}`.toLowerCase();
    if (seen.has(key)) throw new IngestFailure(`InvalidBatch : Duplicate field name : ${cell}`);
    seen.add(key);
    return column;
  });
}

function readColumn(cell: string, object: SchemaObject, sight: FieldSight): Column | undefined {
  const [first = '', second] = cell.split('.');
  if (second !== undefined) {
    const reference = object.relationship(first);
    return reference === undefined ? undefined : { name: second, parent: reference.relationshipName ?? first };
  }
  if (first.toLowerCase() === 'id') return { name: 'Id', parent: undefined };
  const field = object.field(first);
  return field === undefined || !sight.canRead(object.name, field.name)
    ? undefined
    : { name: field.name, parent: undefined };
}

/** What reading rows takes of a job. */
export interface IngestRows {
  readonly object: string;
  readonly operation: IngestJob['operation'];
  readonly externalIdFieldName: string | undefined;
}

/** A row as a write, or the reason it cannot be one. */
export function readRow(job: IngestRows, columns: Columns, cells: readonly string[]): Write | RowResult {
  const tooLong = columns[cells.findIndex((cell) => cell.length > fieldCharsMax)];
  if (tooLong !== undefined) {
    const message = `data value too large for the Bulk API (max length=${fieldCharsMax})`;
    return {
      success: false,
      id: undefined,
      errors: [{ statusCode: 'STRING_TOO_LONG', message, fields: [tooLong.name] }],
    };
  }
  const { Id: id, ...record } = recordOf(columns, cells);
  const object = job.object;
  switch (job.operation) {
    case 'insert':
      return { kind: 'create', object, record };
    case 'update':
      return { kind: 'update', object, id: textOf(id), record };
    case 'delete':
    case 'hardDelete':
      return { kind: job.operation, object, id: textOf(id) };
    case 'upsert':
      return upsert(job, id, record);
  }
}

function upsert(job: IngestRows, id: InputValue | undefined, record: RecordInput): Write {
  const externalId = job.externalIdFieldName ?? 'Id';
  if (externalId.toLowerCase() === 'id') {
    return { kind: 'upsert', object: job.object, externalId: 'Id', value: textOf(id) || null, record };
  }
  const named = Object.keys(record).find((name) => name.toLowerCase() === externalId.toLowerCase());
  const { [named ?? '']: value, ...rest } = record;
  return { kind: 'upsert', object: job.object, externalId, value: textOf(value) || null, record: rest };
}

function textOf(value: InputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** An empty cell leaves the field alone and so is absent; `#N/A` is null. */
function recordOf(columns: Columns, cells: readonly string[]): RecordInput {
  const record: Record<string, InputValue> = {};
  columns.forEach(({ name, parent }, at) => {
    const cell = cells[at] ?? '';
    if (cell === '') return;
    const value = cell === '#N/A' ? null : cell;
    record[parent ?? name] = parent === undefined ? value : { [name]: value };
  });
  return record;
}

/** `CODE:message:Field1 Field2 --`, the text of `sf__Error`. */
export function errorText(result: Extract<RowResult, { success: false }>): string {
  const [error] = result.errors;
  if (error === undefined) return 'UNKNOWN_EXCEPTION:unknown:--';
  return `${error.statusCode}:${error.message}:${[...error.fields, '--'].join(' ')}`;
}
