import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface TourArguments {
  readonly orgData: string | null;
  readonly orgSchema: string | null;
  readonly kills: number;
  /** Crashes of the database. */
  readonly crashes: number;
  /** Of each hundred requests to the org so many fail in each of several ways. */
  readonly faults: number;
  /** Processes of the server on one database. */
  readonly processes: number;
  readonly seed: number;
  readonly isKept: boolean;
  /** Alters one value behind the engine's back just before the comparison, which must then name it. */
  readonly isSpoiled: boolean;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

export const HELP = `npm run tour -- [options]

The main job from end to end, without a browser: starts Postgres, the practice org and Syncline in a fresh folder, connects, starts the
sync, makes 50 leads, changes and deletes people on both sides, waits for quiet, and compares every record and every mapped field of
both sides. Ends with 0 only if nothing differs and no lead was made twice.

  --org-data DIR     fill the practice org from an export: a CSV an object
  --org-schema DIR   give it the objects of describe files
  --kills N          kill the server N times with SIGKILL, at moments that the seed draws from what a calm tour before it took (0)
  --crashes N        crash the database N times, while it loads and while changes are sent, at moments that the seed draws (0)
  --faults P         of each hundred requests to the org about P fail: lost, cut off, 503, locked rows, jobs that fail, by the seed (0)
  --processes N      so many processes of the server share the work, and the seed says which of them each kill is for (1)
  --seed S           what the seed draws: people, fields, values, moments (1)
  --keep             leave everything running at the end, and say where
  --spoil            alter one value behind the sync's back before the comparison, to see that it is noticed
  --json             one line of JSON at the end instead of a table
  --help             this text
`;

/** Throws a TypeError of `parseArgs` or a RangeError; its message is for the person who typed it. */
export const readArguments = (args: readonly string[]): TourArguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'org-data': { type: 'string' },
      'org-schema': { type: 'string' },
      kills: { type: 'string', default: '0' },
      crashes: { type: 'string', default: '0' },
      faults: { type: 'string', default: '0' },
      processes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
      spoil: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    orgData: values['org-data'] === undefined ? null : resolve(values['org-data']),
    orgSchema: values['org-schema'] === undefined ? null : resolve(values['org-schema']),
    kills: wholeOf('--kills', values.kills, 1_000),
    crashes: wholeOf('--crashes', values.crashes, 100),
    faults: wholeOf('--faults', values.faults, 20),
    processes: Math.max(1, wholeOf('--processes', values.processes, PROCESSES_MAX)),
    seed: wholeOf('--seed', values.seed, 0xffff_ffff),
    isKept: values.keep,
    isSpoiled: values.spoil,
    isJson: values.json,
    wantsHelp: values.help,
  };
};

/** Each holds up to sixteen sessions, and Postgres gives a hundred. */
const PROCESSES_MAX = 4;

const wholeOf = (name: string, text: string, most: number): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most)
    throw new RangeError(`${name} takes a whole number up to ${most}, not ${text}.`);
  return number;
};
