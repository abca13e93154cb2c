/**
 * `sf`, Salesforce's own command line, as a person runs it: in a home of its own, and with nowhere to go but this machine. Commands
 * run one after another in a process that has loaded `sf` once (`one-process.ts`), or each in a process of its own.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

const BIN = join(import.meta.dirname, 'node_modules', '.bin');
const COMMAND_WITHIN_MS = 120_000;

interface SfOptions {
  /** A new folder, where it keeps sign-ins and settings. */
  readonly home: string;
  /** A project's folder, where its commands run. */
  readonly project: string;
  /** The certificate of the authority that it trusts beside its own list, a PEM file. */
  readonly caFile: string;
}

/** A command for the process that runs many: its words, and what its environment has beside. */
export interface Asked {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a command printed. */
export interface Said {
  readonly out: string;
  readonly err: string;
}

/** What `--json` prints. */
interface Printed {
  readonly status: number;
  readonly result?: unknown;
  readonly name?: string;
  readonly message?: string;
}

/** It refused: `name` is the word that it has for that. */
class Refused extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export class Sf {
  readonly #options: SfOptions;
  #running: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SfOptions) {
    this.#options = options;
    mkdirSync(options.home);
  }

  /** Runs `sf WORDS MORE --json` and answers its `result`; throws `Refused`. `words` are words with a space between them. */
  async run<T = Readonly<Record<string, unknown>>>(words: string, ...more: readonly string[]): Promise<T> {
    return await this.runIn<T>({}, words, ...more);
  }

  /** The same with more of an environment. */
  async runIn<T = Readonly<Record<string, unknown>>>(
    env: Readonly<Record<string, string>>,
    words: string,
    ...more: readonly string[]
  ): Promise<T> {
    const command = [...words.split(' '), ...more];
    return resultOf<T>(command, await this.#inTurn({ args: [...command, '--json'], env }));
  }

  /** The same in a process of its own. */
  async runAlone<T = Readonly<Record<string, unknown>>>(
    env: Readonly<Record<string, string>>,
    words: string,
    ...more: readonly string[]
  ): Promise<T> {
    const command = [...words.split(' '), ...more];
    return resultOf<T>(command, await this.#process([...command, '--json'], env));
  }

  /** Ends the process of many commands. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined || running.exitCode !== null) return;
    running.disconnect();
    await once(running, 'exit');
  }

  /** Other machines that it asked for, and in which command. */
  get asked(): readonly string[] {
    const file = this.#asked;
    return existsSync(file) ? [...new Set(readFileSync(file, 'utf8').trim().split('\n'))] : [];
  }

  get #asked(): string {
    return join(this.#options.home, 'asked');
  }

  async #inTurn(asked: Asked): Promise<Said> {
    const said = this.#last.then(async () => {
      const child = (this.#running ??= this.#start());
      const ended = new AbortController();
      child.send(asked);
      try {
        return await Promise.race([
          once(child, 'message', { signal: ended.signal }).then(([message]) => message as Said),
          once(child, 'exit', { signal: ended.signal }).then(([code]) => ({ out: '', err: `sf ended with ${code}` })),
        ]);
      } finally {
        ended.abort();
      }
    });
    this.#last = said.catch(() => undefined);
    return await said;
  }

  #start(): ChildProcess {
    const { project } = this.#options;
    return fork(new URL('./one-process.ts', import.meta.url), {
      cwd: project,
      env: this.#environment(),
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });
  }

  async #process(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Said> {
    const child = spawn(process.execPath, [join(BIN, 'sf'), ...args], {
      cwd: this.#options.project,
      env: { ...this.#environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_WITHIN_MS,
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err };
  }

  /** Nothing of the person who runs the suite: neither their sign-ins nor their settings. */
  #environment(): Readonly<Record<string, string>> {
    const { home, caFile } = this.#options;
    return {
      HOME: home,
      // It starts itself again by name, with the `node` it finds.
      PATH: [dirname(process.execPath), BIN, '/usr/bin', '/bin'].join(delimiter),
      NODE_EXTRA_CA_CERTS: caFile,
      NODE_OPTIONS: `--import=${new URL('./only-here.ts', import.meta.url).href}`,
      SF_ASKED: this.#asked,
      SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
      SF_DISABLE_TELEMETRY: 'true',
      SF_AUTOUPDATE_DISABLE: 'true',
      // The name that its update plugin knows: without it the first command of a home leaves a process behind.
      SF_DISABLE_AUTOUPDATE: 'true',
      SF_SKIP_NEW_VERSION_CHECK: 'true',
      SF_DISABLE_LOG_FILE: 'true',
    };
  }
}

const resultOf = <T>(command: readonly string[], said: Said): T => {
  const printed = printedIn(said.out);
  if (printed === undefined) throw new Refused('NoAnswer', `sf ${command.join(' ')}: ${said.out}\n${said.err}`);
  if (printed.status === 0) return printed.result as T;
  throw new Refused(printed.name ?? String(printed.status), printed.message ?? JSON.stringify(printed.result));
};

/** The object that it printed; warnings may stand before it. */
const printedIn = (out: string): Printed | undefined => {
  const begin = out.indexOf('{');
  if (begin < 0) return undefined;
  try {
    return JSON.parse(out.slice(begin)) as Printed;
  } catch {
    return undefined; // The caller tells what was printed instead.
  }
};
