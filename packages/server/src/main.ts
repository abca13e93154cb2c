/**
 * The server alone, for whoever brings Postgres: one process of as many as you like against one database.
 *
 * Environment: DATABASE_URL; SYNCLINE_HOME, the folder of the key (.syncline); SYNCLINE_PORT (4000), SYNCLINE_HOST (127.0.0.1);
 * SYNCLINE_ALLOWED_HOSTS, origins that may be asked beside Salesforce's own, separated by blanks (SEC4); SYNCLINE_BOUNDS, JSON of named
 * bounds; SYNCLINE_LOG, a level of pino (info). `--json` prints one line: url, signInLink, databaseUrl.
 */
import { resolve } from 'node:path';
import { sentenceOf } from './errors/sentence.ts';
import { startLastingServer } from './lasting-server.ts';
import type { Bounds } from './lib/bounds.ts';

const env = process.env;
try {
  if (!env['DATABASE_URL'])
    throw new RangeError('Set DATABASE_URL to a Postgres 15 or newer, or use npm start, which brings one.');
  const server = await startLastingServer({
    databaseUrl: env['DATABASE_URL'],
    home: resolve(env['SYNCLINE_HOME'] ?? '.syncline'),
    port: Number(env['SYNCLINE_PORT'] ?? 4000),
    host: env['SYNCLINE_HOST'] ?? '127.0.0.1',
    allowedHosts: (env['SYNCLINE_ALLOWED_HOSTS'] ?? '').split(/\s+/).filter(Boolean),
    practice: null,
    bounds: JSON.parse(env['SYNCLINE_BOUNDS'] ?? '{}') as Partial<Bounds>,
  });
  const end = async (): Promise<void> => {
    await server.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  const { url, signInLink, databaseUrl } = server;
  console.log(
    process.argv.includes('--json')
      ? JSON.stringify({ url, signInLink, databaseUrl })
      : `Syncline runs at ${url}\nSign in with ${signInLink}`,
  );
} catch (error) {
  console.error(error instanceof RangeError ? error.message : sentenceOf(error));
  process.exit(1);
}
