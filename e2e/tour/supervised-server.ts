/**
 * The server as the tour runs it: a process that may be killed at chosen moments and is started again each time.
 *
 * Only the kills that were armed may end it; an end of any other kind is a failure of the tour, told with its last words.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kill, Moments } from './draw.ts';
import { lastWords, NotReady, type Running, startProcess } from './processes.ts';

export interface ServerFacts {
  readonly url: string;
  readonly signInLink: string | null;
  /** As the engineer's role. */
  readonly databaseUrl: string;
}

export interface ServerOptions {
  /** What its logs are called. */
  readonly name: string;
  /** Folder for its key and for logs. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly orgOrigin: string;
  readonly port: number;
  readonly bounds: Readonly<Record<string, number>>;
  /** Counts moments and can be killed. */
  readonly isCounted: boolean;
  readonly preloads: readonly string[];
}

/** Where a kill struck. */
export interface Strike {
  readonly moment: number;
  readonly what: string;
  readonly of: string;
}

const KILL_AT = new URL('./kill-at.ts', import.meta.url).href;
const LOOK_MS = 20;
const ANSWER_MS = 10_000;

export class SupervisedServer {
  readonly #options: ServerOptions;
  #life = 0;
  #running: Running | null = null;
  #facts: ServerFacts | null = null;
  #planned: Kill[] = [];
  #isArmed = false;
  #struck = 0;
  #failure: Error | null = null;
  #isStopping = false;
  #reviving: Promise<void> | null = null;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Starts the first life. */
  async start(): Promise<ServerFacts> {
    await this.#revive();
    return this.facts;
  }

  get facts(): ServerFacts {
    if (!this.#facts) throw new Error('the server has not been ready yet');
    return this.#facts;
  }

  /** Whether a life answers now, as far as is known. */
  get isReady(): boolean {
    return this.#running !== null && this.#reviving === null;
  }

  get pid(): number {
    return this.#running?.pid ?? 0;
  }

  /** Kills that have struck so far. */
  get struck(): number {
    return this.#struck;
  }

  /** Kills of the present phase that have not struck yet. */
  get killsLeft(): number {
    return this.#planned.length + (this.#isArmed ? 1 : 0);
  }

  /** Throws if the server ended in a way that nobody chose. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Waits until a life is ready to answer. */
  async ready(): Promise<void> {
    while (this.#reviving) await this.#reviving.catch(() => undefined);
    this.check();
  }

  /** The first counts moments from now, each other one from the start of the life that follows. */
  async arm(kills: readonly Kill[]): Promise<void> {
    if (this.killsLeft > 0) throw new Error('kills of the phase before have not struck');
    await this.ready();
    this.#planned = [...kills];
    const first = this.#planned.shift();
    if (first === undefined) return;
    this.#isArmed = true;
    this.#running?.child.send({ arm: first });
  }

  /** Moments since the start of this life. */
  async moments(): Promise<Moments> {
    return this.ask<Moments>('moments');
  }

  /** Asks what a preloaded module counts: a message `{ask: what}`, answered by one that holds `what`. */
  async ask<T>(what: string): Promise<T> {
    await this.ready();
    const child = this.#running?.child;
    if (!child) throw new Error('the server does not run');
    return new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server did not tell its ${what} in time`)), ANSWER_MS);
      const hear = (message: unknown): void => {
        if (typeof message !== 'object' || message === null || !(what in message)) return;
        clearTimeout(late);
        child.off('message', hear);
        resolve(Reflect.get(message, what) as T);
      };
      child.on('message', hear);
      child.send({ ask: what });
    });
  }

  /** A calm end and a new start; nothing may be armed. */
  async restart(): Promise<void> {
    await this.stop();
    this.#isStopping = false;
    await this.#revive();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#reviving?.catch(() => undefined);
    await this.#running?.stop();
    this.#running = null;
  }

  async keep(): Promise<void> {
    this.#isStopping = true;
    await this.#running?.keep();
  }

  strikes(): readonly Strike[] {
    if (!existsSync(this.#strikeLog)) return [];
    return readFileSync(this.#strikeLog, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Strike);
  }

  get #strikeLog(): string {
    return join(this.#options.folder, 'kills.log');
  }

  /** Starts lives until one is ready: a kill may strike while a life is starting. */
  #revive(): Promise<void> {
    const reviving = (async () => {
      for (;;) {
        if (this.#isStopping) return;
        try {
          await this.#beginLife();
          return;
        } catch (error) {
          if (!(error instanceof NotReady) || error.signal !== 'SIGKILL' || !this.#isArmed) throw error;
          this.#noteStrike();
        }
      }
    })();
    this.#reviving = reviving;
    const ended = reviving.catch((error: unknown) => {
      this.#failure ??= error as Error;
    });
    void ended.then(() => {
      if (this.#reviving === reviving) this.#reviving = null;
    });
    return reviving;
  }

  async #beginLife(): Promise<void> {
    this.#life += 1;
    const log = join(this.#options.folder, `${this.#options.name}-${this.#life}`);
    const killAt = this.#isArmed ? undefined : this.#planned.shift();
    if (killAt !== undefined) this.#isArmed = true;
    const running = await startProcess({
      name: 'the server',
      file: new URL('../../packages/server/src/main.ts', import.meta.url),
      args: ['--json'],
      preloads: [...this.#options.preloads, ...(this.#options.isCounted ? [KILL_AT] : [])],
      log,
      env: {
        DATABASE_URL: this.#options.databaseUrl,
        SYNCLINE_HOME: join(this.#options.folder, 'home'),
        SYNCLINE_PORT: String(this.#options.port),
        SYNCLINE_ALLOWED_HOSTS: this.#options.orgOrigin,
        SYNCLINE_BOUNDS: JSON.stringify(this.#options.bounds),
        SYNCLINE_TOUR_KILL_LOG: this.#strikeLog,
        ...(killAt === undefined ? {} : { SYNCLINE_TOUR_KILL_AT: JSON.stringify(killAt) }),
      },
    });
    this.#running = running;
    this.#facts = factsOf(running.ready, this.#facts);
    running.child.once('exit', (code, signal) => this.#hearEnd(code, signal, log));
    if (running.child.exitCode !== null || running.child.signalCode !== null) {
      running.child.removeAllListeners('exit');
      this.#hearEnd(running.child.exitCode, running.child.signalCode, log);
    }
  }

  #hearEnd(code: number | null, signal: NodeJS.Signals | null, log: string): void {
    if (this.#isStopping) return;
    if (signal === 'SIGKILL' && this.#isArmed) {
      this.#noteStrike();
      const again = (this.#reviving ?? Promise.resolve()).then(() => this.#revive());
      again.catch((error: unknown) => {
        this.#failure ??= error as Error;
      });
      return;
    }
    this.#failure = new Error(`the server ended by itself (code ${code}, signal ${signal}): ${lastWords(log)}`);
  }

  #noteStrike(): void {
    this.#struck += 1;
    this.#isArmed = false;
  }
}

const factsOf = (ready: Readonly<Record<string, unknown>>, before: ServerFacts | null): ServerFacts => ({
  url: String(ready['url']),
  signInLink: typeof ready['signInLink'] === 'string' ? ready['signInLink'] : null,
  databaseUrl: typeof ready['databaseUrl'] === 'string' ? ready['databaseUrl'] : (before?.databaseUrl ?? ''),
});

/** Polls with a deadline; used where nothing tells. */
export const until = async (what: string, withinMs: number, isSo: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${withinMs / 1000} s`);
    await sleep(LOOK_MS);
  }
};
