/** What one record's write was refused for (A7). `fields` names the fields at fault, in canonical case. */
export interface RowError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/**
 * A refusal of a whole request. Anything may throw it; `rest` answers it as
 * `[{"message", "errorCode", "fields"?}]` with `status` (A7).
 */
export class SalesforceError extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly fields: readonly string[] | undefined;

  constructor(status: number, errorCode: string, message: string, fields?: readonly string[]) {
    super(message);
    this.name = 'SalesforceError';
    this.status = status;
    this.errorCode = errorCode;
    this.fields = fields;
  }
}
