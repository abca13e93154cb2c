/** A process that holds a fresh Postgres for the tour: prints one line of JSON `{url}` and ends it on SIGTERM. */
import { startEmbeddedPostgres } from '../../packages/server/src/db/embedded-postgres.ts';

const [home] = process.argv.slice(2);
if (home === undefined) throw new RangeError('usage: postgres.ts FOLDER');

const postgres = await startEmbeddedPostgres({ home });
process.stdout.write(`${JSON.stringify({ url: postgres.url })}\n`);

const hold = setInterval(() => undefined, 60_000);
const end = (): void => {
  clearInterval(hold);
  void postgres.stop().then(() => process.exit(0));
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
