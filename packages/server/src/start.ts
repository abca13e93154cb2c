/** `npm start`: Postgres, the practice org and Syncline, each told to end when this process is. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { Problem } from './errors/errors.ts';
import { sentenceOf } from './errors/sentence.ts';
import { startLastingServer } from './lasting-server.ts';
import { practiceFactsOf, type RunningServer } from './server.ts';
import { HELP, readArguments, type StartArguments } from './start/arguments.ts';
import { startPracticeOrg, textOf } from './start/practice-org.ts';

/** What is running, newest last; ended in reverse. */
const running: { stop(): Promise<void> }[] = [];

const prepareHome = (home: string): void => {
  try {
    // Below a folder that exists, one level is made: asked to make several in a place like /proc, Node tries for ever.
    if (!existsSync(home)) mkdirSync(home, { recursive: !existsSync(dirname(home)), mode: 0o755 });
    accessSync(home, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Problem('home-closed', { home }, { cause });
  }
};

const startAll = async (
  chosen: StartArguments,
): Promise<{ server: RunningServer; org: Readonly<Record<string, unknown>> | null }> => {
  prepareHome(chosen.home);
  let databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) {
    const postgres = await startEmbeddedPostgres({ home: chosen.home });
    running.push(postgres);
    databaseUrl = postgres.url;
  }
  const org =
    chosen.orgPort === null
      ? null
      : await startPracticeOrg({
          home: chosen.home,
          port: chosen.orgPort,
          data: chosen.orgData,
          schema: chosen.orgSchema,
        });
  if (org) running.push(org);
  const server = await startLastingServer({
    databaseUrl,
    home: chosen.home,
    port: chosen.port,
    allowedHosts: org ? [org.instanceUrl] : [],
    practice: org ? practiceFactsOf(org.facts) : null,
  });
  running.push(server);
  return { server, org: org?.facts ?? null };
};

const print = (server: RunningServer, org: Readonly<Record<string, unknown>> | null, isJson: boolean): void => {
  const { url, signInLink, databaseUrl } = server;
  if (isJson) return console.log(JSON.stringify({ url, signInLink, databaseUrl, org }));
  console.log(`
Syncline runs at       ${url}
Sign in, once, with    ${signInLink}
Your SQL client        ${databaseUrl}
${org === null ? '' : practiceText(org)}
Ctrl-C ends everything; the next start goes on from here.`);
};

const practiceText = (org: Readonly<Record<string, unknown>>): string => {
  const text = (name: string): string => textOf(org, name);
  return `
The practice org, a Salesforce on this machine: ${text('instanceUrl')}
  consumer key         ${text('clientId')}
  consumer secret      ${text('clientSecret')}
  sync user            ${text('username')}
  password             ${text('password')}
  security token       ${text('securityToken')}
  its administrator    ${text('adminUsername')}  ${text('adminPassword')}
`;
};

let isEnding = false;
const end = async (code: number): Promise<void> => {
  if (isEnding) return;
  isEnding = true;
  for (const part of running.reverse()) await part.stop().catch((error: unknown) => console.error(sentenceOf(error)));
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

try {
  const chosen = readArguments(process.argv.slice(2));
  if (chosen.wantsHelp) console.log(HELP);
  else {
    const { server, org } = await startAll(chosen);
    print(server, org, chosen.isJson);
  }
} catch (error) {
  console.error(
    error instanceof TypeError || error instanceof RangeError ? `${error.message}\n\n${HELP}` : sentenceOf(error),
  );
  await end(1);
}
