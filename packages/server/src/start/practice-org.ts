/** The practice org as a process of its own. Nothing of it is imported: it is started by its command and known by the line it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
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
  const child = spawn(
    process.execPath,
    [
      COMMAND,
      '--json',
      ...['--port', String(options.port), '--file', join(options.home, 'org.db')],
      ...(options.data === null ? [] : ['--org-data', options.data]),
      ...(options.schema === null ? [] : ['--org-schema', options.schema]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  const facts = JSON.parse(await firstLine(child)) as Record<string, unknown>;
  child.stdout?.resume();
  child.stderr?.resume();
  return { facts, instanceUrl: String(facts['instanceUrl']), stop: () => stopChild(child) };
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
