/** What a walk needs, started in a fresh folder and ended in the reverse order. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { AppClient } from './app-client.ts';
import { Faults } from './faults.ts';
import { OrgClient, type OrgFacts } from './org-client.ts';
import { type Running, startProcess } from './processes.ts';
import { Servers } from './servers.ts';

export interface Stage {
  readonly folder: string;
  readonly orgFacts: OrgFacts & Readonly<Record<string, unknown>>;
  readonly org: OrgClient;
  readonly faults: Faults;
  readonly server: Servers;
  readonly app: AppClient;
  /** As the database's superuser: it sees everything, and is a stranger to the sync. */
  readonly look: pg.Client;
  /** Opens `look` anew: the database crashed under it. Rejects while it does not answer. */
  lookAgain(): Promise<void>;
  readonly postgresUrl: string;
  readonly isCounted: boolean;
  readonly pids: () => readonly number[];
  /** Lets everything run on after this process. */
  keep(): Promise<void>;
  /** `hasFailed`: the folder stays, for its logs. */
  end(options: { readonly hasFailed: boolean }): Promise<void>;
}

export interface StageOptions {
  readonly orgData: string | null;
  readonly orgSchema: string | null;
  readonly isCounted: boolean;
  /** Processes of the server on the one database; one unless told. */
  readonly processes?: number;
  /** What `faults` has once it begins, and what it draws from. */
  readonly faultPercent?: number;
  readonly seed?: number;
  /** Further arguments of the practice org. */
  readonly orgArgs?: readonly string[];
  readonly orgReadyWithinMs?: number;
  /** Further modules that the server's process loads first. */
  readonly preloads?: readonly string[];
  /** The server's bounds; `TOUR_BOUNDS` unless told. */
  readonly bounds?: Readonly<Record<string, number>>;
}

/** Tour and bench change everybody at once on purpose, and nobody is there to answer. What changes is counted all the same. */
export const WITHOUT_BRAKE = { brakeFloor: 1_000_000_000 } as const;

/** Short enough for a tour, and in the proportions of the defaults. */
export const TOUR_BOUNDS = {
  pollEveryMs: 1_000,
  userPollEveryMs: 1_500,
  freshnessMs: 3_000,
  requestTimeoutMs: 20_000,
  leaseMs: 40_000,
  lateLandingMs: 5_000,
  retryFromMs: 250,
  retryToMs: 2_000,
  jobPollFromMs: 50,
  jobPollToMs: 500,
  ...WITHOUT_BRAKE,
} as const;

/** Session settings in which values are compared. */
export const PLAIN_SESSION = '-c timezone=UTC -c datestyle=ISO,YMD -c extra_float_digits=1';

/** On a failure what was started is ended before the error is thrown. `signal` aborts a start under way. */
export const setStage = async (options: StageOptions): Promise<Stage> => {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-tour-'));
  chmodSync(folder, 0o755); // the database runs as another user when this is root
  const endings: (() => Promise<void>)[] = [];
  const end = async ({ hasFailed }: { readonly hasFailed: boolean }): Promise<void> => {
    for (const ending of endings.splice(0).toReversed()) await ending();
    if (!hasFailed) rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await fill(folder, options, endings, end);
  } catch (error) {
    await end({ hasFailed: true });
    throw error;
  }
};

const fill = async (
  folder: string,
  options: StageOptions,
  endings: (() => Promise<void>)[],
  end: Stage['end'],
): Promise<Stage> => {
  const started = (running: Running): Running => {
    endings.push(() => running.stop());
    return running;
  };
  mkdirSync(join(folder, 'home'), { mode: 0o700 });
  const [postgres, practice] = await bothStarted(
    started,
    startProcess({
      name: 'Postgres',
      file: new URL('./postgres.ts', import.meta.url),
      args: [join(folder, 'database')],
      log: join(folder, 'postgres'),
    }),
    startProcess({
      name: 'the practice org',
      file: new URL('../../packages/emulator/src/cli.ts', import.meta.url),
      args: orgArgs(folder, options),
      log: join(folder, 'org'),
      readyWithinMs: options.orgReadyWithinMs ?? 120_000,
    }),
  );
  const orgFacts = practice.ready as unknown as Stage['orgFacts'];
  const faults = new Faults(orgFacts.instanceUrl, options.faultPercent ?? 0, options.seed ?? 1);
  const postgresUrl = String(postgres.ready['url']);
  const ports = [];
  while (ports.length < (options.processes ?? 1)) ports.push(await freePort());
  const server = new Servers(ports, {
    folder,
    databaseUrl: postgresUrl,
    orgOrigin: orgFacts.instanceUrl,
    bounds: options.bounds ?? TOUR_BOUNDS,
    isCounted: options.isCounted,
    preloads: options.preloads ?? [],
  });
  endings.push(() => server.stop());
  await server.start();
  let look = await openLook(postgresUrl);
  endings.push(() => look.end());
  return {
    folder,
    orgFacts,
    org: new OrgClient(orgFacts, faults),
    faults,
    server,
    app: new AppClient(server),
    get look() {
      return look;
    },
    lookAgain: async () => {
      look = await openLook(postgresUrl);
    },
    postgresUrl,
    isCounted: options.isCounted,
    pids: () => [...server.pids, practice.pid, postgres.pid],
    keep: async () => {
      endings.splice(0);
      await look.end();
      await server.keep();
      await practice.keep();
      await postgres.keep();
    },
    end,
  };
};

const openLook = async (connectionString: string): Promise<pg.Client> => {
  const look = new pg.Client({ connectionString, options: PLAIN_SESSION, application_name: 'tour' });
  look.on('error', () => undefined); // Who asks next is told.
  await look.connect();
  return look;
};

/** If one fails, the other is still known and will be ended. */
const bothStarted = async (
  started: (running: Running) => Running,
  one: Promise<Running>,
  other: Promise<Running>,
): Promise<readonly [Running, Running]> => {
  await Promise.allSettled([one.then(started), other.then(started)]);
  return [await one, await other];
};

const orgArgs = (folder: string, options: StageOptions): string[] => [
  '--json',
  '--port',
  '0',
  '--file',
  join(folder, 'org.db'),
  ...(options.orgData === null ? [] : ['--org-data', options.orgData]),
  ...(options.orgSchema === null ? [] : ['--org-schema', options.orgSchema]),
  ...(options.orgArgs ?? []),
];

/** The port stays the same over all lives of the server, as a kept address must. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
