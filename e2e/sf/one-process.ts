/**
 * `sf` in a process that runs one command after another, so that its thousands of modules are loaded once. The parent sends the
 * words of a command, and what goes back is what the command printed.
 */
import { join } from 'node:path';
import type { Asked, Said } from './sf.ts';

/** What its own start uses of the framework that it is made with, which is in its folder alone. */
interface Oclif {
  readonly Config: { load(options: { readonly root: string }): Promise<unknown> };
  run(args: readonly string[], config: unknown): Promise<unknown>;
}

const FRAMEWORK: string = '@oclif/core';
const { Config, run } = (await import(FRAMEWORK)) as Oclif;
const config = await Config.load({ root: join(import.meta.dirname, 'node_modules', '@salesforce', 'cli') });

let printed: string[] = [];
process.stdout.write = (chunk: unknown, ...more: readonly unknown[]): boolean => {
  printed.push(String(chunk));
  const told = more.at(-1);
  if (typeof told === 'function') told();
  return true;
};

const runOne = async ({ args, env }: Asked): Promise<void> => {
  process.argv = [process.execPath, 'sf', ...args];
  // A command says in its answer what an earlier one left here.
  process.exitCode = undefined;
  printed = [];
  Object.assign(process.env, env);
  const problem = await run([...args], config).then(
    () => '',
    // Printed already, unless it failed before it could print.
    (error: unknown) => String(error),
  );
  for (const name of Object.keys(env)) delete process.env[name];
  process.send?.({ out: printed.join(''), err: problem } satisfies Said);
};

let last = Promise.resolve();
process.on('message', (asked) => {
  last = last.then(() => runOne(asked as Asked));
});
process.on('disconnect', () => process.exit(0));
