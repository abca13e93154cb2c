/** Test: five questions to the org, each with its time. */
import { problemShape } from '@syncline/contract/problems';
import { type ConnectionTest, TEST_LINES, type TestLine } from '@syncline/contract/setup';
import { asProblem, Problem } from '../errors/errors.ts';
import type { OpenSalesforce } from '../salesforce/connect.ts';
import type { OrgIdentity } from '../salesforce/salesforce.ts';

type Line = TestLine['line'];

/** The line that a failure belongs to, whenever it shows; every other failure belongs to the question that was asked. */
const LINE_OF: Readonly<Partial<Record<string, Line>>> = {
  'org-unreachable': 'host',
  'host-not-allowed': 'host',
  'answer-not-understood': 'host',
  'salesforce-busy': 'host',
  'org-changed': 'org',
  'sandbox-mismatch': 'org',
  'production-mismatch': 'org',
  'api-disabled': 'api',
  'limit-reached': 'calls_left',
};

export interface TestOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Refuses another org by throwing a problem (SET9). */
  readonly checkOrg: (identity: OrgIdentity) => void;
}

/** `error` is what the failed line threw, or null; the caller decides what follows from it. */
export const testConnection = async (
  open: () => OpenSalesforce,
  options: TestOptions,
): Promise<{ readonly answer: ConnectionTest; readonly error: unknown }> => {
  const clock = new LineClock(options.now);
  let salesforce: OpenSalesforce | null = null;
  let identity: OrgIdentity | null = null;
  let asked: Line = 'signed_in';
  try {
    salesforce = open();
    await salesforce.serverTime();
    clock.pass('signed_in');
    asked = 'org';
    identity = await salesforce.identity();
    options.checkOrg(identity);
    clock.pass('org');
    asked = 'api';
    await salesforce.count('User');
    clock.pass('api');
    asked = 'calls_left';
    if (identity.callsLimit > 0 && identity.callsUsed >= identity.callsLimit) throw new Problem('limit-reached');
    clock.pass('calls_left');
    return { answer: answerOf(clock, identity, null), error: null };
  } catch (error) {
    const problem = asProblem(error);
    const line = LINE_OF[problem.code] ?? asked;
    clock.pass(line);
    return { answer: answerOf(clock, identity, { line, problem }), error };
  } finally {
    await salesforce?.close();
  }
};

/** How long each line took, whole milliseconds. */
class LineClock {
  readonly #now: () => number;
  readonly #began: number;
  readonly #took = new Map<Line, number>();
  #last: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#began = now();
    this.#last = this.#began;
  }

  pass(line: Line): void {
    const at = this.#now();
    this.#took.set(line, Math.round(at - this.#last));
    this.#last = at;
  }

  msOf(line: Line): number | null {
    return this.#took.get(line) ?? null;
  }

  totalMs(): number {
    return Math.round(this.#now() - this.#began);
  }
}

const answerOf = (
  clock: LineClock,
  identity: OrgIdentity | null,
  failure: { readonly line: Line; readonly problem: Problem } | null,
): ConnectionTest => {
  const failedAt = failure ? TEST_LINES.indexOf(failure.line) : TEST_LINES.length;
  const lines = TEST_LINES.map((line, at): TestLine => {
    const ms = clock.msOf(line);
    if (failure && at === failedAt)
      return { line, state: 'failed', ms, problem: problemShape(failure.problem.code, failure.problem.detail) };
    // The host is reached by signing in: it has no time of its own.
    const isPassed = at < failedAt && (ms !== null || at < TEST_LINES.indexOf('org'));
    return { line, state: isPassed ? 'passed' : 'not_reached', ms, problem: null };
  });
  return { passed: failure === null, lines, org: identity ? orgOf(identity) : null, totalMs: clock.totalMs() };
};

const orgOf = (identity: OrgIdentity): NonNullable<ConnectionTest['org']> => ({
  orgId: identity.orgId,
  name: identity.orgName,
  edition: identity.edition,
  isSandbox: identity.isSandbox,
  username: identity.username,
  apiVersion: identity.apiVersion,
  callsLeft: Math.max(0, identity.callsLimit - identity.callsUsed),
  callsLimit: identity.callsLimit,
});
