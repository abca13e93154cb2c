/**
 * `npm run tour`: the main job from end to end, and whether both sides are the same afterwards.
 *
 * What it promises to whoever believes it: the comparison shares nothing with the engine (compare.ts); edits are not only equal on both sides but the
 * ones that were made (expectations.ts); with `--kills N` the server dies exactly N times, at moments of its talk with the two
 * databases that the seed draws from what a calm tour of the same org took (kill-at.ts, draw.ts), and the tour ends only after all
 * of them have struck; with `--crashes N` the database crashes as often (crash.ts), and with `--faults P` the org fails (faults.ts); with `--processes N` so many of them share the work, and each may be the one that dies. It ends with 0 only if nothing differs and no lead is one too many.
 */
import { HELP, readArguments, type TourArguments } from './arguments.ts';
import { sentenceOf } from './compare.ts';
import { type CalmCounts, createDraw, drawPlans } from './draw.ts';
import { tableOf } from './report.ts';
import { type Stage, setStage } from './stage.ts';
import { type Walked, walk } from './walk.ts';

const DIFFERENCES_SHOWN = 20;

/** Why the tour was told to stop; null: it was not. */
let stopped: string | null = null;
const check = (): void => {
  if (stopped !== null) throw new Error(`stopped by ${stopped}`);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopped = signal;
  });
}

const begun = performance.now();
const say = (line: string): void => {
  process.stderr.write(`tour ${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s: ${line}\n`);
};

/** A calm tour that counts the moments of each phase and of a start. It must find nothing either. */
const rehearse = async (args: TourArguments): Promise<CalmCounts> => {
  say('a calm tour first, to count moments');
  return onStage(args, { isCounted: true, isKept: false }, async (stage) => {
    const { phases, differences, result } = await walk({
      stage,
      draw: createDraw(args.seed),
      kills: null,
      crashes: 0,
      hasFaults: false,
      isSpoiled: false,
      say,
      check,
    });
    if (differences.length > 0 || result.duplicateLeads > 0) {
      tell(differences, result.duplicateLeads);
      throw new Error('the calm tour already found differences');
    }
    await stage.server.restart();
    const counts = { phases, start: await stage.server.moments() };
    say(`moments: ${JSON.stringify(counts)}`);
    return counts;
  });
};

interface Ended {
  readonly walked: Walked;
  readonly seconds: number;
  readonly kept: Readonly<Record<string, unknown>>;
}

const tour = async (args: TourArguments): Promise<Ended> => {
  const counts = args.kills === 0 ? null : await rehearse(args);
  return onStage(args, { isCounted: counts !== null, isKept: args.isKept }, async (stage) => {
    const draw = createDraw(args.seed);
    const kills = counts === null ? null : drawPlans(args.processes, args.kills, counts, draw);
    const walked = await walk({
      stage,
      draw,
      kills,
      crashes: args.crashes,
      hasFaults: args.faults > 0,
      isSpoiled: args.isSpoiled,
      say,
      check,
    });
    if (kills !== null && stage.server.struck !== args.kills) {
      throw new Error(`${stage.server.struck} kills struck instead of ${args.kills}`);
    }
    for (const strike of stage.server.strikes()) say(`killed at moment ${strike.moment}: ${strike.what}: ${strike.of}`);
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    return { walked, seconds, kept: args.isKept ? keptFacts(stage, walked) : {} };
  });
};

/** The link of the first sign-in is used up: the tour was the first user. */
const keptFacts = (stage: Stage, { user }: Walked): Readonly<Record<string, unknown>> => ({
  url: stage.server.facts.url,
  signInLink: `${stage.server.facts.url}/sign-in`,
  user,
  databaseUrl: stage.server.facts.databaseUrl,
  org: stage.orgFacts,
  folder: stage.folder,
  pids: stage.pids(),
});

/** Sets the stage, plays, and clears it, unless it is to be kept and the play went well. */
const onStage = async <T>(
  args: TourArguments,
  { isCounted, isKept }: { readonly isCounted: boolean; readonly isKept: boolean },
  play: (stage: Stage) => Promise<T>,
): Promise<T> => {
  check();
  const stage = await setStage({
    orgData: args.orgData,
    orgSchema: args.orgSchema,
    isCounted,
    processes: args.processes,
    faultPercent: args.faults,
    seed: args.seed,
  });
  try {
    const played = await play(stage);
    if (isKept) await stage.keep();
    else await stage.end({ hasFailed: false });
    return played;
  } catch (error) {
    if (stopped === null) say(`logs are in ${stage.folder}`);
    for (const strike of stage.server.strikes()) say(`killed at moment ${strike.moment}: ${strike.what}: ${strike.of}`);
    await stage.end({ hasFailed: stopped === null });
    throw error;
  }
};

const tell = (differences: Walked['differences'], duplicateLeads: number): void => {
  for (const difference of differences.slice(0, DIFFERENCES_SHOWN))
    process.stderr.write(`differs: ${sentenceOf(difference)}\n`);
  if (differences.length > DIFFERENCES_SHOWN)
    process.stderr.write(`and ${differences.length - DIFFERENCES_SHOWN} more\n`);
  if (duplicateLeads > 0) process.stderr.write(`${duplicateLeads} leads too many in Salesforce\n`);
};

const main = async (): Promise<number> => {
  let args: TourArguments;
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
  const { walked, seconds, kept } = await tour(args);
  const { result, differences } = walked;
  tell(differences, result.duplicateLeads);
  const many = args.processes === 1 ? {} : { processes: args.processes };
  const report = {
    ...result,
    ...many,
    ...(args.kills === 0 ? {} : { kills: args.kills, seed: args.seed }),
    ...(args.crashes === 0 ? {} : { crashes: args.crashes, seed: args.seed }),
    ...(args.faults === 0 ? {} : { faults: args.faults, seed: args.seed }),
    seconds,
    ...kept,
  };
  process.stdout.write(args.isJson ? `${JSON.stringify(report)}\n` : tableOf(report));
  return result.differences === 0 && result.duplicateLeads === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`tour: ${(error as Error).message}\n`);
  process.exitCode = stopped === null ? 1 : 130;
}
