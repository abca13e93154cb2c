import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly rows: number;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

export const HELP = `npm run bench -- initial [options]

Measures the initial sync of N leads with 50 fields against one plain COPY of the same rows, in the same run.

  --rows N   how many leads (100000)
  --json     one line of JSON at the end: {"initial": {"rows", "fields", "ratio", "rowsPerSecond", "serverPeakMB", …}}
  --help     this text
`;

const ROWS_MAX = 10_000_000;

/** Throws a TypeError of `parseArgs` or a RangeError; its message is for the person who typed it. */
export const readArguments = (args: readonly string[]): BenchArguments => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '100000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!values.help && (positionals.length !== 1 || positionals[0] !== 'initial')) {
    throw new RangeError(`What to measure is "initial", not "${positionals.join(' ')}".`);
  }
  const rows = Number(values.rows);
  if (!/^\d+$/.test(values.rows) || rows < 1 || rows > ROWS_MAX)
    throw new RangeError(`--rows takes a whole number from 1 to ${ROWS_MAX}, not ${values.rows}.`);
  return { rows, isJson: values.json, wantsHelp: values.help };
};
