/**
 * Loads the export of an org, a folder with a CSV an object (`Lead.csv`), as a restored org has it: Ids and values are
 * kept exactly, types and lengths are checked, picklists, duplicate rules and automations are not. An empty cell is
 * null. What a record does not say, `complete` does. Columns are field names in any case.
 *
 * The rows of a file are read and inserted in batches; only one batch is in memory.
 */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { storedText } from '../dml/values.ts';
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import type { Store, Stored, StoredRow } from '../store/store.ts';
import { type Beginning, columnsOf, completer } from './complete.ts';

const batchRows = 2_000;

export type ExportCode =
  | 'BAD_EXPORT_FOLDER'
  | 'UNKNOWN_OBJECT'
  | 'UNKNOWN_COLUMN'
  | 'NO_ID_COLUMN'
  | 'BAD_CSV'
  | 'BAD_VALUE'
  | 'BAD_ID'
  | 'DUPLICATE_ID';

/** The message names the file, the row (1 is the first below the header) and the column. */
export class ExportError extends Error {
  readonly code: ExportCode;
  constructor(code: ExportCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExportError';
    this.code = code;
  }
}

/** Loads every CSV of `folder`; gives the rows of each object. */
export async function loadExport(
  store: Store,
  folder: string,
  begin: Beginning,
): Promise<Readonly<Record<string, number>>> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new ExportError(
      'BAD_EXPORT_FOLDER',
      `The export folder ${folder} cannot be read. Give a folder of CSV files.`,
      cause,
    );
  });
  const counts: Record<string, number> = {};
  for (const file of files.filter((name) => /\.csv$/i.test(name)).sort()) {
    const object = store.schema.object(file.slice(0, -4));
    if (object === undefined) {
      throw new ExportError(
        'UNKNOWN_OBJECT',
        `${file}: no object of this name is described. Add a describe file, or take the CSV out.`,
      );
    }
    counts[object.name] = await loadFile(store, object, path.join(folder, file), begin);
  }
  return counts;
}

async function loadFile(store: Store, object: SchemaObject, file: string, begin: Beginning): Promise<number> {
  const insert = inserter(store, object, begin);
  const name = path.basename(file);
  let read: ((cells: readonly string[], row: number) => StoredRow) | undefined;
  let batch: StoredRow[] = [];
  let count = 0;
  const flush = (): void => {
    insert(batch, name);
    count += batch.length;
    batch = [];
  };
  try {
    for await (const cells of createReadStream(file).pipe(parse({ bom: true, record_delimiter: ['\r\n', '\n'] }))) {
      if (read === undefined) {
        read = rowReader(object, cells as readonly string[], name);
        continue;
      }
      batch.push(read(cells as readonly string[], count + batch.length + 1));
      if (batch.length === batchRows) flush();
    }
  } catch (error) {
    if (error instanceof CsvError) throw new ExportError('BAD_CSV', `${name}: ${error.message}`, error);
    throw error;
  }
  flush();
  return count;
}

function inserter(
  store: Store,
  object: SchemaObject,
  begin: Beginning,
): (rows: readonly StoredRow[], file: string) => void {
  const columns = columnsOf(object);
  const complete = completer(object, begin);
  return (rows, file) => {
    try {
      store.insertMany(object.name, columns, rows.map(complete));
    } catch (cause) {
      throw new ExportError('DUPLICATE_ID', `${file}: a record could not be inserted; its Id is there twice.`, cause);
    }
  };
}

/** Reads cells by the file's header. */
function rowReader(
  object: SchemaObject,
  header: readonly string[],
  file: string,
): (cells: readonly string[], row: number) => StoredRow {
  const fields = header.map((column) => {
    const field = object.field(column.trim());
    if (field === undefined) {
      throw new ExportError(
        'UNKNOWN_COLUMN',
        `${file}: ${object.name} has no field ${column}. Take the column out, or describe the field.`,
      );
    }
    return field;
  });
  if (!fields.some(({ name }) => name === 'Id')) {
    throw new ExportError('NO_ID_COLUMN', `${file}: there is no column Id. Export the records with their ids.`);
  }
  return (cells, row) =>
    Object.fromEntries(fields.map((field, at) => [field.name, readCell(object, field, cells[at] ?? '', file, row)]));
}

function readCell(object: SchemaObject, field: FieldDescribe, cell: string, file: string, row: number): Stored {
  const where = `${file}, row ${row}, ${field.name}`;
  if (cell === '' && field.name !== 'Id') return null;
  const reading = storedText(field, cell, { asRestored: true });
  if (!reading.ok)
    throw new ExportError('BAD_VALUE', `${where}: ${reading.error.statusCode}: ${reading.error.message}`);
  if (field.name === 'Id' && reading.value?.slice(0, 3) !== object.describe.keyPrefix) {
    throw new ExportError('BAD_ID', `${where}: ${cell || 'an empty cell'} is no Id of ${object.name}.`);
  }
  return reading.value;
}
