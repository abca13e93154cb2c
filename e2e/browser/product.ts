/** The product as a user starts it: `npm start`'s own entry, a fresh home, free ports. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../packages/server/src/start.ts', import.meta.url));
const READY_MS = 90_000;
const STOP_MS = 20_000;

/** The practice org's line of JSON, as far as a browser needs it. */
interface OrgFacts {
  readonly instanceUrl: string;
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly adminUsername: string;
  readonly adminPassword: string;
  readonly adminSecurityToken: string;
  readonly adminAccessToken: string;
}

export interface Product {
  readonly url: string;
  readonly signInLink: string;
  /** Of the engineer's role. */
  readonly databaseUrl: string;
  readonly org: OrgFacts;
  stop(): Promise<void>;
}

type Facts = Omit<Product, 'stop'>;

const factsIn = (output: string): Facts | null => {
  const line = output.split('\n').find((each) => each.startsWith('{') && each.includes('"signInLink"'));
  return line === undefined ? null : (JSON.parse(line) as Facts);
};

/** Starts it and waits for its line of JSON; throws with all it said when that does not come. */
export const startProduct = async (): Promise<Product> => {
  const home = await mkdtemp(join(tmpdir(), 'syncline-browser-'));
  const { DATABASE_URL: _, ...env } = process.env;
  const args = [START, '--home', home, '--port', '0', '--org-port', '0', '--json'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);

  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const facts = await new Promise<Facts>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}\n${output}\n${errors}`));
    const timer = setTimeout(() => fail(`npm start was not ready within ${READY_MS} ms.`), READY_MS);
    child.once('exit', (code) => fail(`npm start ended with ${code}.`));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = factsIn(output);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    });
  });

  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
    process.off('exit', killAtExit);
    await rm(home, { recursive: true, force: true });
  };
  return { ...facts, stop };
};
