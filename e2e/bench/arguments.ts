import { parseArgs } from 'node:util';

type BenchName = 'initial' | 'org';

export interface BenchArguments {
  readonly name: BenchName;
  readonly rows: number;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

export const HELP = `npm run bench -- initial|org [options]

initial  measures the initial sync of N leads with 50 fields against one plain COPY of the same rows, in the same run
org      measures the practice org alone: how fast it makes and holds N leads of 50 fields, gives them out by a Bulk query, and
         answers a poll for 200 that changed

  --rows N   how many leads (initial 100000, org 1000000)
  --json     one line of JSON at the end: {"initial": {"rows", "fields", "ratio", "rowsPerSecond", "serverPeakMB", …}} or
             {"org": {"rows", "fields", "loadSeconds", "bulkRowsPerSecond", "peakMB", "pollMs", …}}
  --help     this text
`;

const ROWS: Readonly<Record<BenchName, number>> = { initial: 100_000, org: 1_000_000 };
const ROWS_MAX = 10_000_000;

/** Throws a TypeError of `parseArgs` or a RangeError; its message is for the person who typed it. */
export const readArguments = (args: readonly string[]): BenchArguments => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const name = positionals[0];
  if (!values.help && (positionals.length !== 1 || (name !== 'initial' && name !== 'org'))) {
    throw new RangeError(`What to measure is "initial" or "org", not "${positionals.join(' ')}".`);
  }
  const measured: BenchName = name === 'org' ? 'org' : 'initial';
  const rows = values.rows ?? String(ROWS[measured]);
  if (!/^\d+$/.test(rows) || Number(rows) < 1 || Number(rows) > ROWS_MAX)
    throw new RangeError(`--rows takes a whole number from 1 to ${ROWS_MAX}, not ${rows}.`);
  return { name: measured, rows: Number(rows), isJson: values.json, wantsHelp: values.help };
};
