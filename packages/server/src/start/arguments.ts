import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartArguments {
  readonly home: string;
  readonly port: number;
  /** null: no practice org. */
  readonly orgPort: number | null;
  readonly orgData: string | null;
  readonly orgSchema: string | null;
  readonly isJson: boolean;
  readonly wantsHelp: boolean;
}

export const HELP = `npm start -- [options]

Starts Postgres (or uses DATABASE_URL), the practice org and Syncline, and prints where to sign in.

  --home DIR         where the database, the key and the practice org's file live (.syncline)
  --port N           the app's port on loopback (4000; 0 takes a free one)
  --org none         no practice org
  --org-port N       the practice org's port (4010; 0 takes a free one)
  --org-data DIR     fill a new practice org from an export: a CSV an object
  --org-schema DIR   give a new practice org the objects of describe files
  --json             print one line of JSON: url, signInLink, databaseUrl, org
  --help             this text

Environment: DATABASE_URL, a Postgres 15 or newer instead of the one that comes along.
`;

/** Throws a TypeError of `parseArgs` or a RangeError for a value that makes no sense; its message is for the person who typed it. */
export const readArguments = (args: readonly string[]): StartArguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: '.syncline' },
      port: { type: 'string', default: '4000' },
      org: { type: 'string', default: 'practice' },
      'org-port': { type: 'string', default: '4010' },
      'org-data': { type: 'string' },
      'org-schema': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.org !== 'practice' && values.org !== 'none') throw new RangeError(`--org takes none, not ${values.org}.`);
  return {
    home: resolve(values.home),
    port: portOf('--port', values.port),
    orgPort: values.org === 'none' ? null : portOf('--org-port', values['org-port']),
    orgData: values['org-data'] === undefined ? null : resolve(values['org-data']),
    orgSchema: values['org-schema'] === undefined ? null : resolve(values['org-schema']),
    isJson: values.json,
    wantsHelp: values.help,
  };
};

const portOf = (name: string, text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`${name} takes a number from 0 to 65535, not ${text}.`);
  return port;
};
