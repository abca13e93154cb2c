/** The processes of the server that share one database, as the tour sees them: one or several, each of which may be killed. */
import type { Kill, Moments } from './draw.ts';
import { type ServerFacts, type ServerOptions, type Strike, SupervisedServer } from './supervised-server.ts';

export class Servers {
  readonly #all: readonly SupervisedServer[];

  constructor(ports: readonly number[], options: Omit<ServerOptions, 'port' | 'name'>) {
    this.#all = ports.map(
      (port, index) => new SupervisedServer({ ...options, port, name: index === 0 ? 'server' : `server${index + 1}` }),
    );
  }

  /** One after another: the first makes the schema. */
  async start(): Promise<void> {
    for (const server of this.#all) await server.start();
  }

  /** Of the process that started last: its link for the first sign-in is the one that holds. */
  get facts(): ServerFacts {
    return (this.#all.at(-1) ?? this.#first).facts;
  }

  get pids(): readonly number[] {
    return this.#all.map((server) => server.pid);
  }

  get struck(): number {
    return sumOf(this.#all.map((server) => server.struck));
  }

  get killsLeft(): number {
    return sumOf(this.#all.map((server) => server.killsLeft));
  }

  /** Throws if one ended in a way that nobody chose. */
  check(): void {
    for (const server of this.#all) server.check();
  }

  /** Waits until all of them answer. */
  async ready(): Promise<void> {
    for (const server of this.#all) await server.ready();
  }

  /** One that answers now, or the first as soon as it does. */
  async anyReady(): Promise<ServerFacts> {
    const ready = this.#all.find((server) => server.isReady);
    if (ready === undefined) await this.#first.ready();
    return (ready ?? this.#first).facts;
  }

  /** Kills for each process. */
  async arm(kills: readonly (readonly Kill[])[]): Promise<void> {
    await this.ready();
    await Promise.all(this.#all.map((server, index) => server.arm(kills[index] ?? [])));
  }

  /** What a module that was preloaded into the first of them counts. */
  async ask<T>(what: string): Promise<T> {
    return this.#first.ask<T>(what);
  }

  /** Moments of all of them together, since the start of each. */
  async moments(): Promise<Moments> {
    const each = await Promise.all(this.#all.map((server) => server.moments()));
    return {
      statement: sumOf(each.map((moments) => moments.statement)),
      request: sumOf(each.map((moments) => moments.request)),
      write: sumOf(each.map((moments) => moments.write)),
    };
  }

  async restart(): Promise<void> {
    for (const server of this.#all) await server.restart();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((server) => server.stop()));
  }

  async keep(): Promise<void> {
    for (const server of this.#all) await server.keep();
  }

  /** They write them into one file. */
  strikes(): readonly Strike[] {
    return this.#first.strikes();
  }

  get #first(): SupervisedServer {
    const [first] = this.#all;
    if (first === undefined) throw new Error('no process was asked for');
    return first;
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
