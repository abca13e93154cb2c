/**
 * Resources under `/services/data/vXX.0` are functions from a call to an answer, so that composite can ask them as the
 * wire does. Bodies are JSON text already, since numbers must keep their digits.
 */
import type { Session } from '../access/access.ts';
import type { Org } from '../org.ts';
import { type RowError, SalesforceError } from '../salesforce-error.ts';
import type { Json } from './json.ts';
import type { Part } from './multipart.ts';

export interface Call {
  readonly org: Org;
  readonly session: Session;
  readonly method: string;
  /** `v64.0`. */
  readonly version: string;
  /** Behind the version, without a slash at either end: `sobjects/Lead`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The JSON body; of a form, its JSON part. */
  readonly body: Json | undefined;
  /** Of a form: all its parts. */
  readonly parts?: readonly Part[] | undefined;
}

export interface Answer {
  readonly status: number;
  /** JSON text; '' for none. */
  readonly body: string;
  /** What is sent instead of the body where it is no JSON; `headers` say what it is. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer(body: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(body) };
}

export const nothing: Answer = { status: 204, body: '' };

/** `/services/data/v64.0/sobjects/Lead/00Q...`: what `attributes.url` says. */
export function recordUrl(version: string, object: string, id: string): string {
  return `/services/data/${version}/sobjects/${object}/${id}`;
}

/** The answer a thrown error becomes; anything but a refusal is a bug of ours and says so. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof SalesforceError) {
    const { status, errorCode, message, fields } = error;
    return answer([{ message, errorCode, ...(fields === undefined ? {} : { fields }) }], status);
  }
  const message = error instanceof Error ? error.message : String(error);
  return answer([{ message: `An unexpected error occurred: ${message}`, errorCode: 'UNKNOWN_EXCEPTION' }], 500);
}

/** A refused row as the answer to a request for that one record: `errorCode` in place of `statusCode` (A6). */
export function rowErrorAnswer(errors: readonly RowError[]): Answer {
  const status = errors.some(({ statusCode }) => statusCode === 'ENTITY_IS_DELETED' || statusCode === 'NOT_FOUND')
    ? 404
    : 400;
  return answer(
    errors.map(({ message, statusCode, fields, duplicateResult }) =>
      duplicateResult === undefined
        ? { message, errorCode: statusCode, fields }
        : { duplicateResult, errorCode: statusCode, message },
    ),
    status,
  );
}

export function notFound(message = 'The requested resource does not exist'): SalesforceError {
  return new SalesforceError(404, 'NOT_FOUND', message);
}
