/** Builds the parts and is the place to see the whole machine. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createActions } from './actions/create-actions.ts';
import { buildApi } from './api/create-api.ts';
import { notifyChanged } from './api/events.ts';
import { isFirstUserNeeded, makeSignInCode } from './api/users.ts';
import { postSubscribed } from './api/webhook.ts';
import { breakLoops } from './brake/break-loops.ts';
import { openSynclineDatabase, type SynclineDatabase } from './db/open-syncline-database.ts';
import { Problem } from './errors/errors.ts';
import { traceOf } from './errors/trace.ts';
import { createInbound } from './inbound/create-inbound.ts';
import { type Bounds, DEFAULT_BOUNDS } from './lib/bounds.ts';
import { loadFieldMap } from './mapping/open-field-store.ts';
import { createOutbound } from './outbound/create-outbound.ts';
import { renewPeopleShape } from './people/shape.ts';
import { beatOnce, noticeRecovery } from './recovery/recovery.ts';
import { createSalesforce } from './salesforce/connect.ts';
import { createAdmin } from './salesforce/create-admin.ts';
import { createConnection } from './setup/connection.ts';
import { countChanged } from './setup/count-changed.ts';
import { createMappings } from './setup/create-mappings.ts';
import { createOrgSetup } from './setup/create-org-setup.ts';
import { createSettings, type LiveBounds } from './setup/create-settings.ts';
import { createSetup } from './setup/create-setup.ts';
import { resealSecrets } from './setup/reseal-secrets.ts';
import { openKeyFile } from './setup/secrets.ts';
import type { PracticeFacts } from './setup/setup.ts';
import { textOf } from './start/practice-org.ts';
import { createBudgetWatch } from './status/create-budget-watch.ts';
import { createHousekeeper } from './status/create-housekeeper.ts';
import { createStatus } from './status/create-status.ts';
import { createUndos } from './undo/create-undos.ts';
import { createActor } from './work/create-actor.ts';
import { createBackfiller } from './work/create-backfiller.ts';
import { createChecker } from './work/create-checker.ts';
import { createFollowedSalesforce } from './work/create-followed-salesforce.ts';
import { createPresence } from './work/create-presence.ts';
import { createReader, WAKE_CHANNEL } from './work/create-reader.ts';
import { createSchemaWatch } from './work/create-schema-watch.ts';
import { createSender } from './work/create-sender.ts';
import { createSweeper } from './work/create-sweeper.ts';
import { createUndoer } from './work/create-undoer.ts';

export interface ServerOptions {
  readonly databaseUrl: string;
  /** Folder of the key. */
  readonly home: string;
  readonly port: number;
  readonly host?: string;
  /** Origins that the operator named beside Salesforce's own (SEC4). */
  readonly allowedHosts: readonly string[];
  readonly practice: PracticeFacts | null;
  readonly bounds?: Partial<Bounds>;
  readonly log: Logger;
  /** Called when the database was lost, after everything has ended: others take this process's claims over, so it may not go on. */
  readonly onLost: () => void;
}

export interface RunningServer {
  readonly url: string;
  /** Good once; a plain sign-in address once somebody is an administrator. */
  readonly signInLink: string;
  /** For the engineer's role. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

const VERSION = '0.1.0';
const SESSIONS_MAX = 16;
/** One beat a minute, of all processes together (SAFE12). */
const BEAT_MS = 50_000;
const WEB = fileURLToPath(new URL('../../web/dist', import.meta.url));

export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const database = await openSynclineDatabase(options.databaseUrl, {
    sessionsMax: SESSIONS_MAX,
    onError: (error) => options.log.warn({ cause: traceOf(error) }, 'a database session was lost'),
  });
  try {
    return await startOn(database, options);
  } catch (error) {
    await database.db.close();
    throw error;
  }
};

const startOn = async ({ db, engineerUrl }: SynclineDatabase, options: ServerOptions): Promise<RunningServer> => {
  const { log } = options;
  // Loops read their bounds each time they wait; `settings` changes them in place.
  const bounds: LiveBounds = { ...DEFAULT_BOUNDS, ...options.bounds };
  if (await renewPeopleShape(db, await loadFieldMap(db))) log.info('the triggers of people are those of this Syncline');
  const sealer = openKeyFile(join(options.home, 'key'));
  const { sealed, unopened } = await resealSecrets(db, sealer);
  if (sealed > 0) log.info({ sealed, unopened }, 'secrets are sealed with the newest key');
  const sign = await noticeRecovery(db, options.home);
  if (sign !== null)
    log.warn({ sign }, 'the database was restored or failed over: nothing is sent until what changed since is read');
  const presence = await createPresence(db, `${hostname()} ${process.pid}`);
  const say = (topic: Parameters<typeof notifyChanged>[1]): void => {
    notifyChanged(db, topic).catch((error: unknown) =>
      log.warn({ cause: traceOf(error) }, 'a change could not be announced'),
    );
  };
  const wake = async (): Promise<void> => {
    await db.run('select pg_notify($1, $2)', [WAKE_CHANNEL, '']);
  };

  const connection = createConnection({
    db,
    sealer,
    connect: (credentials, expectedOrgId) =>
      createSalesforce({
        credentials,
        bounds,
        allowedHosts: options.allowedHosts,
        log,
        clientName: 'Syncline',
        expectedOrgId,
      }),
    onPaused: () => say('connection'),
  });
  const salesforce = createFollowedSalesforce(() => connection.current());
  const loadMap = () => loadFieldMap(db);
  const inbound = createInbound({
    db,
    salesforce,
    loadMap,
    holdReading: (tx) => presence.holdReading(tx),
    bounds,
    log,
  });
  const outbound = createOutbound({
    db,
    salesforce,
    loadMap,
    bounds,
    processId: presence.processId,
    log,
    requestRead: wake,
  });
  const undos = createUndos({ db, loadMap, bounds });
  const settings = createSettings({ db, sealer, bounds, log });
  const followed = settings.follow();
  const shared = {
    db,
    bounds,
    log,
    noteFailure: (error: unknown) => connection.noteFailure(error),
    onChanged: () => say('everything'),
  };
  const reader = createReader({ ...shared, inbound, takeReading: () => presence.takeReading() });
  const status = createStatus({ db, version: VERSION, practiceUrl: options.practice?.url ?? null });
  const actions = createActions({
    db,
    salesforce,
    bounds,
    processId: presence.processId,
    matchingIds: status.matchingIds,
  });
  const budget = createBudgetWatch(async () => status.apiBudget(await settings.budget()));
  const sender = createSender({
    ...shared,
    outbound,
    budget,
    askOrg: () => salesforce.count('Organization'),
  });
  const actor = createActor({ ...shared, actions });
  const undoer = createUndoer({ db, undos, bounds, log, onChanged: () => say('people') });
  const setup = createSetup({
    db,
    sealer,
    connection,
    pageRows: bounds.pageRows,
    practice: options.practice,
    allowedHosts: options.allowedHosts,
    requestTimeoutMs: bounds.requestTimeoutMs,
    now: () => performance.now(),
    notify: async (topic) => {
      await notifyChanged(db, topic);
      await wake();
    },
    wake,
  });
  let isReady = false;
  const orgSetup = createOrgSetup({
    db,
    connection,
    practice: options.practice,
    openAdmin: (credentials, expectedOrgId) =>
      createAdmin({
        credentials,
        bounds,
        allowedHosts: options.allowedHosts,
        log,
        clientName: 'Syncline',
        expectedOrgId,
      }),
    now: () => Date.now(),
  });
  const mappings = createMappings({
    db,
    connection,
    now: () => performance.now(),
    notify: () => notifyChanged(db, 'setup'),
    wake,
  });
  const schemaWatch = createSchemaWatch({ ...shared, mappings, takeReading: () => presence.takeReading() });
  const checker = createChecker({
    db,
    inbound,
    takeReading: () => presence.takeReading(),
    bounds,
    log,
    onChanged: () => say('objects'),
  });
  const sweeper = createSweeper({
    ...shared,
    inbound,
    takeReading: () => presence.takeReading(),
    onChanged: () => say('runs'),
  });
  const backfiller = createBackfiller({ db, mappings, bounds, log, onChanged: () => say('setup') });
  const housekeeper = createHousekeeper({
    db,
    log,
    beat: () => beatOnce(db, options.home, BEAT_MS),
    breakLoops: () => breakLoops(db, bounds),
    usage: () => salesforce.usage(),
    // While the connection waits for a person nobody can be asked; what was counted last stands.
    countChanged: async (object, since) =>
      countChanged(salesforce, (await loadFieldMap(db)).objects[object], since).catch((error: unknown) => {
        log.debug({ cause: traceOf(error) }, 'what waits could not be counted');
        return null;
      }),
    historyDays: () => settings.historyDays(),
    onNotices: () => say('errors'),
    post: (notices) => postSubscribed(settings, notices, log),
  });
  const api = buildApi({
    db,
    actions,
    undos,
    setup,
    orgSetup,
    mappings,
    settings,
    status,
    version: VERSION,
    isReady: () => isReady,
    webDir: WEB,
    log,
  });

  const stop = async (): Promise<void> => {
    isReady = false;
    const parts = [reader, sender, actor, undoer, backfiller, checker, sweeper, schemaWatch, housekeeper];
    await ended([...parts.map((part) => part.stop()), followed.stop(), api.close()], log);
    await ended([orgSetup.close(), connection.close(), presence.leave()], log);
    await ended([db.close()], log);
  };
  presence.onLost(() => {
    log.error('the session that says we are alive was lost; others take our claims over');
    void stop().finally(options.onLost);
  });
  const url = await listen(api, options, log).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  await followed.start();
  await reader.start();
  await sender.start();
  await actor.start();
  await undoer.start();
  await backfiller.start();
  await checker.start();
  await sweeper.start();
  await schemaWatch.start();
  await housekeeper.start();
  isReady = true;
  const signInLink = (await isFirstUserNeeded(db))
    ? `${url}/sign-in/first?code=${await makeSignInCode(db)}`
    : `${url}/sign-in`;
  return { url, signInLink, databaseUrl: engineerUrl, stop };
};

/** Where the database is lost a part has nothing to give back to; the others end all the same. */
const ended = async (parts: readonly Promise<void>[], log: Logger): Promise<void> => {
  for (const part of await Promise.allSettled(parts))
    if (part.status === 'rejected') log.warn({ cause: traceOf(part.reason) }, 'a part did not end in order');
};

const listen = async (
  api: { listen(where: { port: number; host: string }): Promise<string> },
  { port, host = '127.0.0.1' }: ServerOptions,
  log: Logger,
): Promise<string> => {
  try {
    return await api.listen({ port, host });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw new Problem('port-in-use', { port }, { cause });
    log.error({ cause: traceOf(cause) }, 'the port could not be opened');
    throw cause;
  }
};

/** What the practice org's command printed, as far as setup needs it. */
export const practiceFactsOf = (facts: Readonly<Record<string, unknown>>): PracticeFacts => {
  const text = (name: string): string => textOf(facts, name);
  return {
    url: text('instanceUrl'),
    username: text('username'),
    password: text('password'),
    securityToken: text('securityToken'),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    adminUsername: text('adminUsername'),
    adminPassword: text('adminPassword'),
    adminSecurityToken: text('adminSecurityToken'),
  };
};
