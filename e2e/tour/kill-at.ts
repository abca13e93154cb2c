/**
 * Preloaded into the server by the tour (`node --import`): ends the process with SIGKILL at the n-th moment of its life. The product
 * knows nothing of it.
 *
 * A moment is an edge of its talk with the two databases. Talk `statement`: a statement is about to be sent to Postgres, or its answer
 * is in (and the server does not know it yet). Talk `request`: a request to Salesforce begins, its body is sent, its answer's headers are in; `write`
 * are those of them that change something there. So a commit may have happened or not, and Salesforce may have done what it was asked for
 * and the answer be lost.
 *
 * `SYNCLINE_TOUR_KILL_AT` is JSON `{talk, moment, latest, withinMs}` and counts from the start of the process; at the `latest`-th moment of
 * any request it strikes at the latest, and at the first moment after `withinMs`: of several processes one may have little to say. By
 * message: `{arm: {talk, moment, latest, withinMs}}` counts from now, `{ask: 'moments'}` is answered with
 * `{moments: {statement, request, write}}`, the counts since the start. Where it struck is appended to
 * `SYNCLINE_TOUR_KILL_LOG`: names of statements, never a value.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import pg from 'pg';

type Talk = 'statement' | 'request' | 'write';
interface Kill {
  readonly talk: Talk;
  readonly moment: number;
  readonly latest: number;
  readonly withinMs: number;
}

const moments: Record<Talk, number> = { statement: 0, request: 0, write: 0 };
const ordered = process.env['SYNCLINE_TOUR_KILL_AT'];
let kill: Kill | null = ordered === undefined ? null : (JSON.parse(ordered) as Kill);
/** Null: it counts from the first moment; a start on a busy machine takes long before that. */
let armedAt: number | null = null;
const log = process.env['SYNCLINE_TOUR_KILL_LOG'];

const pass = (talk: Talk, what: string, of: string): void => {
  moments[talk] += 1;
  if (kill === null) return;
  armedAt ??= performance.now();
  const isOverdue = performance.now() - armedAt > kill.withinMs;
  if (moments[kill.talk] < kill.moment && moments.request < kill.latest && !isOverdue) return;
  kill = null;
  const name = of.replace(/\s+/g, ' ').trim().slice(0, 160);
  if (log) appendFileSync(log, `${JSON.stringify({ moment: moments[talk], what: `${talk} ${what}`, of: name })}\n`);
  process.kill(process.pid, 'SIGKILL');
  // SIGKILL is delivered before the system call returns; nothing of this process runs after it.
};

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
interface Asked {
  readonly text?: unknown;
  readonly name?: unknown;
  callback?: AnyFunction;
  submit?: unknown;
  handleReadyForQuery?: AnyFunction;
}

const prototype = pg.Client.prototype as unknown as { query: AnyFunction };
const query = prototype.query;

prototype.query = function (this: unknown, ...args: unknown[]): unknown {
  const [first] = args;
  const asked = typeof first === 'object' && first !== null ? (first as Asked) : null;
  const of = nameOf(first, asked);
  pass('statement', 'sent', of);
  if (asked && typeof asked.submit === 'function') return query.apply(this, [watched(asked, of), ...args.slice(1)]);
  const last = args.at(-1);
  if (typeof last === 'function') {
    return query.apply(this, [...args.slice(0, -1), afterwards(last as AnyFunction, of)]);
  }
  const result = query.apply(this, args);
  if (!(result instanceof Promise)) return result;
  return result.then((answer: unknown) => {
    pass('statement', 'answered', of);
    return answer;
  });
};

const nameOf = (first: unknown, asked: Asked | null): string => {
  if (typeof first === 'string') return first;
  if (typeof asked?.name === 'string') return asked.name;
  return typeof asked?.text === 'string' ? asked.text : 'copy';
};

const afterwards = (callback: AnyFunction, of: string): AnyFunction =>
  function (this: unknown, ...args: unknown[]) {
    if (!args[0]) pass('statement', 'answered', of);
    return callback.apply(this, args);
  };

/** A copy stream or a cursor: the connection tells it when Postgres is done with it. */
const watched = (asked: Asked, of: string): Asked => {
  const ready = asked.handleReadyForQuery;
  if (typeof ready === 'function') {
    asked.handleReadyForQuery = function (this: unknown, ...args: unknown[]) {
      pass('statement', 'answered', of);
      return ready.apply(this, args);
    };
  }
  return asked;
};

interface RequestMessage {
  readonly request: { readonly method: string; readonly path: string };
}

/** What changes records: single, in collections, in Bulk jobs. */
const WRITES = /^(POST|PATCH|PUT|DELETE) .*\/(sobjects\/|composite\/sobjects|jobs\/ingest)/;

const passRequest = (what: string, message: unknown): void => {
  const { method, path } = (message as RequestMessage).request;
  const of = `${method} ${path.split('?')[0]}`;
  if (WRITES.test(of)) moments.write += 1;
  pass('request', what, of);
};

subscribe('undici:request:create', (message) => passRequest('begun', message));
subscribe('undici:request:bodySent', (message) => passRequest('sent', message));
subscribe('undici:request:headers', (message) => passRequest('answered', message));

process.on('message', (message: unknown) => {
  if (typeof message !== 'object' || message === null) return;
  if ('arm' in message) {
    const { talk, moment, latest, withinMs } = message.arm as Kill;
    kill = { talk, moment: moments[talk] + moment, latest: moments.request + latest, withinMs };
    armedAt = performance.now();
  }
  if ('ask' in message && message.ask === 'moments') process.send?.({ moments });
});
process.channel?.unref();
