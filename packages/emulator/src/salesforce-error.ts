/** What DUPLICATES_DETECTED tells beside its message (A7). */
export interface DuplicateResult {
  readonly allowSave: boolean;
  readonly duplicateRule: string;
  readonly duplicateRuleEntityType: string;
  readonly errorMessage: string;
  readonly matchResults: readonly {
    readonly entityType: string;
    readonly errors: readonly string[];
    readonly matchEngine: string;
    readonly matchRecords: readonly {
      readonly additionalInformation: readonly string[];
      readonly fieldDiffs: readonly string[];
      readonly matchConfidence: number;
      readonly record: Readonly<Record<string, unknown>>;
    }[];
    readonly rule: string;
    readonly size: number;
    readonly success: boolean;
  }[];
}

/** What one record's write was refused for (A7). `fields` names the fields at fault, in canonical case. */
export interface RowError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly duplicateResult?: DuplicateResult;
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
