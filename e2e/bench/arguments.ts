import { parseArgs } from 'node:util';

const WHATS = ['start', 'org', 'initial', 'sameness', 'latency', 'calls'] as const;
type What = (typeof WHATS)[number];

export interface BenchArguments {
  readonly what: readonly What[];
  /** null: what suits each. */
  readonly rows: number | null;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

export const HELP = `npm run bench -- WHAT… [options]

  start      an empty practice org inside a test suite: start, snapshot and restore
  org        the practice org alone: how fast it makes and holds N leads, gives them out by a Bulk query, and answers a poll for 200
  initial    the initial sync of N leads with 50 fields against one plain COPY of the same rows, in the same run
  sameness   the comparison of N leads on every field, against their initial sync in the same run
  latency    one change each way: idle, and behind a backlog of N people
  calls      API calls of an idle cycle, and of pushing 100,000 changes

  --rows N   how many leads (1000000 for org, sameness and latency, 100000 for initial, and for calls alone)
  --json     one line of JSON at the end: {"start": {…}, "org": {…}, "initial": {…}, "sameness": {…}, "latency": {…}, "calls": {…}}, of what was measured
  --help     this text
`;

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
  const unknown = positionals.filter((name) => !WHATS.some((what) => what === name));
  if (!values.help && (positionals.length === 0 || unknown.length > 0))
    throw new RangeError(`What to measure is one or more of ${WHATS.join(', ')}, not "${unknown.join(' ')}".`);
  return {
    what: WHATS.filter((what) => positionals.includes(what)),
    rows: values.rows === undefined ? null : rowsOf(values.rows),
    isJson: values.json,
    wantsHelp: values.help,
  };
};

const rowsOf = (text: string): number => {
  const rows = Number(text);
  if (!/^\d+$/.test(text) || rows < 1 || rows > ROWS_MAX)
    throw new RangeError(`--rows takes a whole number from 1 to ${ROWS_MAX}, not ${text}.`);
  return rows;
};
