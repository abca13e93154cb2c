import { csvLine } from '../bulk/csv-text.ts';
import { errorText } from '../bulk/ingest-rows.ts';
import type { RowResult } from '../dml/dml.ts';

/** A batch's result: a line a row, in the order of the request. */
export function resultCsv(results: readonly RowResult[]): string {
  const lines = results.map((result) =>
    result.success ? [result.id, 'true', String(result.created), ''] : ['', 'false', 'false', errorText(result)],
  );
  return [['Id', 'Success', 'Created', 'Error'], ...lines].map((line) => csvLine(line, ',', '\n')).join('');
}

export function resultJson(results: readonly RowResult[]): readonly object[] {
  return results.map((result) =>
    result.success
      ? { success: true, created: result.created, id: result.id, errors: [] }
      : {
          success: false,
          created: false,
          id: null,
          errors: result.errors.map(({ message, statusCode, fields }) => ({
            message,
            fields,
            statusCode,
            extendedErrorDetails: null,
          })),
        },
  );
}
