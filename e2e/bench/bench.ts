/**
 * `npm run bench -- org initial sameness latency calls --rows N`: what the product promises in numbers, measured on this machine.
 *
 * `initial` is the initial sync against a plain COPY of the same rows, in one run; org.ts, sameness.ts, latency.ts and calls.ts say how the others are measured. The practice org holds N leads of 50 fields. Baseline: the result pages of one Bulk query over exactly the fields that the server will read, as files,
 * by one `COPY FROM STDIN` into one logged table with the same columns and types and a text primary key; the median of three, two before and one after
 * the load, each after a checkpoint. The load is the product's own: the server as a process of its own, connected through its API, started
 * by Start Sync; its time goes from the moment it saw its job complete (result pages are files by then) to the commit that ended the
 * load, by the database's clock. Postgres is the same one, with the same settings, and flushes to disk.
 */
import { type BenchArguments, HELP, readArguments } from './arguments.ts';
import { benchCalls } from './calls.ts';
import { benchInitial } from './initial.ts';
import { benchLatency } from './latency.ts';
import { withLoadedStage } from './loaded-stage.ts';
import { benchOrg } from './org.ts';
import { type BenchReport, textOf } from './report.ts';
import { benchSameness } from './sameness.ts';
import { benchStart } from './start.ts';

const main = async (): Promise<number> => {
  let args: BenchArguments;
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
  const report = await bench(args, (line) => process.stderr.write(`bench: ${line}\n`));
  process.stdout.write(args.isJson ? `${JSON.stringify(report)}\n` : textOf(report));
  return 0;
};

const ORG_ROWS = 1_000_000;
const INITIAL_ROWS = 100_000;
const BACKLOG_ROWS = 1_000_000;
const PUSHED_ROWS = 100_000;

/** The initial sync has an org of its own; the others share one that is loaded. */
const bench = async ({ what, rows }: BenchArguments, say: (line: string) => void): Promise<BenchReport> => {
  const start = what.includes('start') ? { start: await benchStart(say) } : {};
  const org = what.includes('org') ? { org: await benchOrg(rows ?? ORG_ROWS, say) } : {};
  const initial = what.includes('initial') ? { initial: await benchInitial(rows ?? INITIAL_ROWS, say) } : {};
  const isLarge = what.includes('latency') || what.includes('sameness');
  if (!isLarge && !what.includes('calls')) return { ...start, ...org, ...initial };
  const loaded = rows ?? (isLarge ? BACKLOG_ROWS : PUSHED_ROWS);
  const day = await withLoadedStage(loaded, say, async (stage) => ({
    ...(what.includes('sameness') ? { sameness: await benchSameness(stage, loaded, say) } : {}),
    ...(what.includes('calls') ? { calls: await benchCalls(stage, say) } : {}),
    ...(what.includes('latency') ? { latency: await benchLatency(stage, loaded, say) } : {}),
  }));
  return { ...start, ...org, ...initial, ...day };
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
