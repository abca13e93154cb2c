/** `npm run org`: starts a practice org and says how to connect to it. */
import { parseArgs } from 'node:util';
import { type Profile, profiles } from './data/data.ts';
import { type Currencies, currenciesIn } from './options/currencies.ts';
import { type RunningOrg, startOrg } from './org.ts';

const help = `A Salesforce org on your laptop.

  npx @syncline/org [options]      in the repository: npm run org -- [options]

  --port N          where it listens on this machine (4010; 0 for any free port)
  --host H          which address it listens on (127.0.0.1)
  --file F          keep the org in this SQLite file; a second start goes on with it (without it, in memory)
  --profile P       demo (2,000 leads and what belongs to them), empty, clients (what suites of clients expect to find; with
                    --tls), or bench (many leads of 50 fields); demo unless told
  --name N          what the org is called; its id is made of the name and the seed
  --org-data DIR    fill a new org with an export: a CSV file an object
  --org-schema DIR  describe a new org by describe files (Lead.json describes Lead) or by metadata in source format
  --rows N          leads of the bench profile (100000)
  --seed S          the demo's seed (1)
  --person-accounts the org has person accounts
  --currencies LIST the org has several currencies, as USD,EUR:0.92 (a rate each; the first is the corporate one)
  --events OBJECTS  tell changes of these objects by events, as Lead,Contact (Change Data Capture)
  --tls             listen by TLS too: HTTPS at the port after --port, the Pub/Sub API (gRPC) at the one after that
  --https-port N    where HTTPS listens, with --tls
  --grpc-port N     where the Pub/Sub API listens, with --tls
  --json            print one line of JSON instead of sentences
  --help            this

The page at the org's address shows and edits records and has switches for faults.
`;

/** A mistake in what was asked, told in one sentence. */
class Asked extends Error {}

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Asked(`--${name} is a whole number, not "${text}".`);
  return Number(text);
}

function currenciesAsked(text: string | undefined): Currencies | undefined {
  if (text === undefined) return undefined;
  const rates = currenciesIn(text);
  if (rates === undefined) throw new Asked(`--currencies is a list like USD,EUR:0.92, not "${text}".`);
  return rates;
}

/** The TLS ports: those asked for, else the two behind the HTTP port, or any if that is any. */
function tlsPorts(
  values: { readonly tls: boolean; readonly 'https-port'?: string; readonly 'grpc-port'?: string },
  port: number,
): { httpsPort: number; grpcPort: number } | undefined {
  const [https, grpc] = [whole(values['https-port'], 'https-port'), whole(values['grpc-port'], 'grpc-port')];
  if (!values.tls && https === undefined && grpc === undefined) return undefined;
  const behind = (by: number): number => (port === 0 ? 0 : port + by);
  return { httpsPort: https ?? behind(1), grpcPort: grpc ?? behind(2) };
}

function isProfile(name: string): name is Profile {
  return (profiles as readonly string[]).includes(name);
}

function readOptions(): { json: boolean; help: boolean; options: Parameters<typeof startOrg>[0] } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      port: text,
      host: text,
      file: text,
      profile: text,
      name: text,
      'org-data': text,
      'org-schema': text,
      rows: text,
      seed: text,
      events: text,
      'https-port': text,
      'grpc-port': text,
      tls: flag,
      currencies: text,
      'person-accounts': flag,
      json: flag,
      help: flag,
    },
  });
  const profile = values.profile ?? 'demo';
  if (!isProfile(profile)) throw new Asked(`--profile is one of ${profiles.join(', ')}, not "${profile}".`);
  const port = whole(values.port, 'port') ?? 4010;
  return {
    json: values.json,
    help: values.help,
    options: {
      port,
      host: values.host,
      file: values.file,
      profile,
      name: values.name,
      exportFolder: values['org-data'],
      schemaFolder: values['org-schema'],
      rows: whole(values.rows, 'rows'),
      seed: whole(values.seed, 'seed'),
      personAccounts: values['person-accounts'],
      currencies: currenciesAsked(values.currencies),
      captured: values.events?.split(',').filter((name) => name !== ''),
      tls: tlsPorts({ ...values, tls: values.tls || profile === 'clients' }, port),
    },
  };
}

function sentences(org: RunningOrg): string {
  return `The practice org is at ${org.url}

  the sync user   ${org.username}
  password        ${org.password}
  security token  ${org.securityToken}
  client id       ${org.clientId}
  client secret   ${org.clientSecret}

  an admin        ${org.adminUsername}
  password        ${org.adminPassword}
${tlsSentences(org)}
Ctrl-C ends it.
`;
}

function tlsSentences({ httpsPort, grpcPort, caFile }: RunningOrg): string {
  if (httpsPort === undefined) return '';
  return `
  HTTPS           https://localhost:${httpsPort}
  Pub/Sub API     localhost:${grpcPort}
  their authority ${caFile}
`;
}

function readyLine(running: RunningOrg): string {
  const { org: _, url: __, isNew: ___, ...rest } = running;
  const facts = Object.entries(rest).filter(([, value]) => ['string', 'number'].includes(typeof value));
  return `${JSON.stringify({ ...Object.fromEntries(facts), pid: process.pid })}\n`;
}

/** What went wrong, in one sentence, with what to do. */
function sentenceOf(error: unknown, port: number | undefined): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const taken = error instanceof Error && 'port' in error ? Number(error.port) : port;
    const option = taken === port ? '--port' : '--https-port or --grpc-port';
    return `Port ${taken} is in use. Give another with ${option}, or 0 for any free one.`;
  }
  if (code === 'EACCES') return `Port ${port} may not be used. Give one above 1023 with --port.`;
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<void> {
  let port: number | undefined;
  try {
    const { json, help: helpAsked, options } = readOptions();
    if (helpAsked) {
      process.stdout.write(help);
      return;
    }
    port = options?.port;
    const running = await startOrg(options);
    const fills = options?.exportFolder !== undefined || options?.schemaFolder !== undefined;
    if (!running.isNew && fills) {
      process.stderr.write(`${options?.file} has an org already: --org-data and --org-schema were not read.\n`);
    }
    process.stdout.write(json ? readyLine(running) : sentences(running));
    const end = (): void => {
      void running.close().then(() => process.exit(0));
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  } catch (error) {
    process.stderr.write(`${sentenceOf(error, port)}\n`);
    process.exitCode = 1;
  }
}

await main();
