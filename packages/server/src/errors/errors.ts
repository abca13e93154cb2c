/**
 * The door of failure. An error says what happens next, and there are five answers (STYLE of the house):
 * `refuse` the caller can fix it · `retry` it repeats itself · `park` this record waits for a person, the rest go on ·
 * `pause` the connection waits for a person · `bug` our invariant broke.
 *
 * Codes are words and live in one table with status, title and advice: `@syncline/contract/problems`.
 */
import type { ProblemCode } from '@syncline/contract/problems';

export type Disposition = 'refuse' | 'retry' | 'park' | 'pause' | 'bug';

/** A failure with a code of the problems table. `detail` fills the placeholders of its sentences; never a secret, never a person's values. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: Readonly<Record<string, string | number>>;

  constructor(code: ProblemCode, detail: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(detail)}`, options);
    this.code = code;
    this.detail = detail;
  }
}
