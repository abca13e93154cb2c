/** Processes that the tour starts. Each writes to a file of its own, so that it may outlive the tour (`--keep`). */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const STOP_MS = 20_000;
const LOOK_MS = 20;

export interface Running {
  readonly name: string;
  readonly pid: number;
  /** The first line of JSON that it printed. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly child: ChildProcess;
  /** SIGTERM, and SIGKILL for one that does not listen. */
  stop(): Promise<void>;
  /** Lets it run on after the tour. */
  keep(): Promise<void>;
}

export interface StartProcess {
  readonly name: string;
  /** A TypeScript file. */
  readonly file: URL;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly preloads?: readonly string[];
  /** Its stdout goes to `<log>.out`, its stderr to `<log>.err`. */
  readonly log: string;
  readonly readyWithinMs?: number;
}

/** It died before it was ready, or never became ready. `signal` tells a kill from a refusal. */
export class NotReady extends Error {
  readonly signal: NodeJS.Signals | null;

  constructor(message: string, signal: NodeJS.Signals | null) {
    super(message);
    this.name = 'NotReady';
    this.signal = signal;
  }
}

const TIED = new URL('./tied.ts', import.meta.url).href;

/** Starts a process and waits for its line of JSON. */
export const startProcess = async (options: StartProcess): Promise<Running> => {
  const child = launch(options);
  const ready = await readyLine(child, options);
  return {
    name: options.name,
    pid: child.pid ?? 0,
    ready,
    child,
    stop: () => stopChild(child),
    keep: () => keepChild(child),
  };
};

const launch = (options: StartProcess): ChildProcess => {
  const out = openSync(`${options.log}.out`, 'a');
  const err = openSync(`${options.log}.err`, 'a');
  const preloads = [TIED, ...(options.preloads ?? [])].flatMap((preload) => ['--import', preload]);
  const child = spawn(process.execPath, [...preloads, fileURLToPath(options.file), ...(options.args ?? [])], {
    stdio: ['ignore', out, err, 'ipc'],
    env: { ...process.env, ...options.env },
    detached: true, // Ctrl-C reaches the tour alone, which ends the others in their order.
  });
  closeSync(out);
  closeSync(err);
  return child;
};

const readyLine = async (child: ChildProcess, options: StartProcess): Promise<Record<string, unknown>> => {
  const deadline = Date.now() + (options.readyWithinMs ?? 60_000);
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  while (Date.now() < deadline) {
    if (failure) throw failure;
    const line = jsonLine(`${options.log}.out`);
    if (line) return line;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new NotReady(`${options.name} ended before it was ready: ${lastWords(options.log)}`, child.signalCode);
    }
    await sleep(LOOK_MS);
  }
  await stopChild(child);
  throw new NotReady(`${options.name} was not ready in time: ${lastWords(options.log)}`, null);
};

const jsonLine = (file: string): Record<string, unknown> | null => {
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const line = lines.find((text) => text.startsWith('{') && !text.startsWith('{"level"'));
  return line === undefined ? null : (JSON.parse(line) as Record<string, unknown>);
};

/** The end of what a process said, for a message. */
export const lastWords = (log: string): string => {
  const said = [`${log}.out`, `${log}.err`]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8').trim().slice(-1_500));
  return `${said.filter((text) => text !== '').join('\n') || 'it said nothing'} (${log}.err)`;
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(late);
};

const keepChild = async (child: ChildProcess): Promise<void> => {
  const kept = new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`process ${child.pid} ended before it could be kept`)));
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'kept' in message) resolve();
    });
  });
  child.send({ keep: true });
  await kept;
  child.removeAllListeners('exit');
  child.disconnect();
  child.unref();
};
