/**
 * The door of failure. An error says what happens next, and there are five answers (STYLE of the house):
 * `refuse` the caller can fix it · `retry` it repeats itself · `park` this record waits for a person, the rest go on ·
 * `pause` the connection waits for a person · `bug` our invariant broke.
 *
 * Codes are words and live in one table with status, title and advice: `@syncline/contract/problems`.
 */
import { isProblemCode, type ProblemCode } from '@syncline/contract/problems';

export type Disposition = 'refuse' | 'retry' | 'park' | 'pause' | 'bug';
export type Detail = Readonly<Record<string, string | number>>;

/** A failure with a code of the problems table. `detail` fills the placeholders of its sentences; never a secret, never a person's values. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: Detail;

  /** The message is the code alone, for messages end up in logs: `detail` may quote Salesforce's text, and `roles-needed` its passwords. */
  constructor(code: ProblemCode, detail: Detail = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.detail = detail;
  }
}

/** A failure as it is stored in a `problem` or `paused` column: `{code, detail, at}`. */
export interface StoredProblem {
  readonly code: ProblemCode;
  readonly detail: Detail;
  /** ISO 8601, the database's clock; where the column has a time beside it, this is absent. */
  readonly at?: string;
}

/** Reads a stored problem. A code that this version does not know (written by another one) becomes `bug`, with the word kept. */
export const readStoredProblem = (stored: unknown): StoredProblem | null => {
  if (typeof stored !== 'object' || stored === null || !('code' in stored) || typeof stored.code !== 'string')
    return null;
  const detail = 'detail' in stored ? plainDetail(stored.detail) : {};
  const at = 'at' in stored && typeof stored.at === 'string' ? { at: stored.at } : {};
  if (!isProblemCode(stored.code)) return { code: 'bug', detail: { ...detail, word: stored.code }, ...at };
  return { code: stored.code, detail, ...at };
};

/**
 * A stored problem, or a job's line of `sync.error` as `{code, text}`, whose text is the code's detail in JSON where we wrote it ourselves
 * and Salesforce's words where we did not.
 */
export const readJobProblem = (stored: unknown): StoredProblem | null => {
  if (typeof stored !== 'object' || stored === null || !('text' in stored)) return readStoredProblem(stored);
  return readStoredProblem({ ...stored, detail: detailOfText(String(stored.text)) });
};

const detailOfText = (text: string): Detail => {
  if (!text.startsWith('{')) return {};
  try {
    return plainDetail(JSON.parse(text));
  } catch {
    return {}; // Salesforce's words, which happen to begin with a brace.
  }
};

const plainDetail = (detail: unknown): Detail =>
  Object.fromEntries(
    Object.entries(typeof detail === 'object' && detail !== null ? detail : {}).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  );

/**
 * Any failure as a problem. One that has a code of the table keeps it (`SalesforceError` has one); a database that cannot be
 * reached is `database-unreachable`; everything else is a bug of ours. `cause` is kept for the log.
 */
export const asProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const code = wordOf(error, 'code');
  if (isProblemCode(code)) return new Problem(code, plainDetail(detailOf(error)), { cause: error });
  if (isDatabaseLoss(code)) return new Problem('database-unreachable', {}, { cause: error });
  return new Problem('bug', {}, { cause: error });
};

const wordOf = (error: unknown, key: string): string => {
  const found: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  return typeof found === 'string' ? found : '';
};

const detailOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'detail' in error ? error.detail : {};

/** SQLSTATE classes 08 and 57P, and what a socket says; https://www.postgresql.org/docs/current/errcodes-appendix.html */
const isDatabaseLoss = (code: string): boolean =>
  code.startsWith('08') || code.startsWith('57P') || code === 'ECONNREFUSED' || code === 'ECONNRESET';
