/** The practice org as a process of its own. Nothing of it is imported: it is started by its command and known by the line it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Problem } from '../errors/errors.ts';

export interface PracticeOrg {
  /** What its `--json` line says: instanceUrl, loginUrl, username, password, securityToken, clientId, clientSecret, orgId, … */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly instanceUrl: string;
  stop(): Promise<void>;
}

export interface PracticeOptions {
  readonly home: string;
  readonly port: number;
  readonly data: string | null;
  readonly schema: string | null;
}

const COMMAND = fileURLToPath(new URL('../../../emulator/src/cli.ts', import.meta.url));

/** Errors: `practice-org-failed`, with the sentence that the practice org said. */
export const startPracticeOrg = async (options: PracticeOptions): Promise<PracticeOrg> => {
  await stopLeftover(options.home);
  const child = spawn(
    process.execPath,
    [
      COMMAND,
      '--json',
      '--port',
      String(options.port),
      '--file',
      join(options.home, 'org.db'),
      ...(options.data === null ? [] : ['--org-data', options.data]),
      ...(options.schema === null ? [] : ['--org-schema', options.schema]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const facts = JSON.parse(await firstLine(child)) as Record<string, unknown>;
  writeFileSync(pidFile(options.home), String(child.pid));
  child.stdout?.resume();
  child.stderr?.resume();
  return { facts, instanceUrl: textOf(facts, 'instanceUrl'), stop: () => stopChild(child) };
};

const pidFile = (home: string): string => join(home, 'org.pid');

/** A killed start leaves its practice org running; it holds the port and the file, so it is asked to end. */
const stopLeftover = async (home: string): Promise<void> => {
  if (!existsSync(pidFile(home))) return;
  const pid = Number(readFileSync(pidFile(home), 'utf8'));
  if (!isPracticeOrg(pid, home)) return;
  process.kill(pid, 'SIGTERM');
  for (let tries = 0; tries < LEFTOVER_TRIES && isPracticeOrg(pid, home); tries += 1) await sleep(LEFTOVER_WAIT_MS);
};
const LEFTOVER_TRIES = 100;
const LEFTOVER_WAIT_MS = 50;

const isPracticeOrg = (pid: number, home: string): boolean => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes(COMMAND) && words.includes(join(home, 'org.db'));
  } catch {
    return false; // There is no such process, or no /proc to ask.
  }
};

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = '';
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2_000);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const end = out.indexOf('\n');
      if (end >= 0) resolve(out.slice(0, end));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Problem('practice-org-failed', { said: said.trim() })));
  });

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
};

/** A fact that the practice org printed; empty where it printed none. */
export const textOf = (facts: Readonly<Record<string, unknown>>, name: string): string => {
  const value = facts[name];
  return typeof value === 'string' ? value : '';
};
