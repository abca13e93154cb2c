/**
 * `npm run bench -- org --rows N`: the practice org alone (see `org.ts`).
 *
 * `npm run bench -- initial --rows N`: the initial sync against a plain COPY of the same rows, in one run.
 *
 * The practice org holds N leads of 50 fields. Baseline: the result pages of one Bulk query over exactly the fields that the server will read, as files,
 * by one `COPY FROM STDIN` into one logged table with the same columns and types and a text primary key; the median of three, two before and one after
 * the load, each after a checkpoint. The load is the product's own: the server as a process of its own, connected through its API, started
 * by Start Sync; its time goes from the moment it saw its job complete (result pages are files by then) to the commit that ended the
 * load, by the database's clock. Postgres is the same one, with the same settings, and flushes to disk.
 */
import { type BenchArguments, HELP, readArguments } from './arguments.ts';
import { benchInitial } from './initial.ts';
import { benchOrg } from './org.ts';
import { linesOf, linesOfOrg } from './report.ts';

const main = async (): Promise<number> => {
  let args: ReturnType<typeof readArguments>;
  try {
    args = readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (args.wantsHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  process.stdout.write(await measure(args));
  return 0;
};

const measure = async ({ name, rows, isJson }: BenchArguments): Promise<string> => {
  const say = (line: string): boolean => process.stderr.write(`bench: ${line}\n`);
  if (name === 'org') {
    const org = await benchOrg(rows, say);
    return isJson ? `${JSON.stringify({ org })}\n` : linesOfOrg(org);
  }
  const initial = await benchInitial(rows, say);
  return isJson ? `${JSON.stringify({ initial })}\n` : linesOf(initial);
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
