/** The tour as a user of the app: its API, with a session's cookie. A call that meets a kill is repeated, with whichever process answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Servers } from './servers.ts';

/** The server answered with a problem. */
class AppProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(what: string, status: number, body: string) {
    const problem = readProblem(body);
    super(`${what}: ${status} ${problem.code}: ${problem.title} ${problem.advice}`);
    this.name = 'AppProblem';
    this.status = status;
    this.code = problem.code;
  }
}

const readProblem = (body: string): { code: string; title: string; advice: string } => {
  try {
    const { code = '?', title = '', advice = '' } = JSON.parse(body) as Record<string, string>;
    return { code, title, advice };
  } catch {
    return { code: '?', title: body.slice(0, 300), advice: '' };
  }
};

const REPEAT_MS = 50;
const REPEAT_FOR_MS = 60_000;
const CALL_MS = 60_000;
const RETRIED_STATUS = new Set([502, 503]);

interface CallOptions {
  readonly done?: readonly string[];
  readonly key?: string;
}

export class AppClient {
  readonly #servers: Servers;
  #cookie: string | null = null;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  /**
   * `key`: of a request that does nothing twice. `done`: codes of problems that mean that an earlier try, whose answer was lost, has done it already; then the answer is null.
   * They are believed only after a try was lost.
   */
  async call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: unknown,
    { done = [], key }: CallOptions = {},
  ): Promise<T | null> {
    const deadline = Date.now() + REPEAT_FOR_MS;
    let wasLost = false;
    for (;;) {
      const { url } = await this.#servers.anyReady();
      try {
        return await this.#once<T>(url, method, path, body, key);
      } catch (error) {
        if (error instanceof AppProblem) {
          if (wasLost && done.includes(error.code)) return null;
          if (!RETRIED_STATUS.has(error.status)) throw error;
        }
        if (Date.now() > deadline) throw error;
        wasLost = true;
      }
      await sleep(REPEAT_MS);
    }
  }

  async #once<T>(url: string, method: string, path: string, body: unknown, key?: string): Promise<T> {
    const answer = await fetch(new URL(path, url), {
      method,
      signal: AbortSignal.timeout(CALL_MS),
      redirect: 'error',
      headers: {
        origin: new URL(url).origin,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(this.#cookie === null ? {} : { cookie: this.#cookie }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? null;
    if (!answer.ok) throw new AppProblem(`${method} ${path}`, answer.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
