/** The server's face without its loops: database, setup, status and API, built as `server.ts` builds them, for one test file. */
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { createActions } from '../../actions/create-actions.ts';
import type { Database } from '../../db/db.ts';
import { createTestDatabase, type TestDatabase } from '../../db/test-database.ts';
import { DEFAULT_BOUNDS } from '../../lib/bounds.ts';
import { loadFieldMap } from '../../mapping/open-field-store.ts';
import { createSalesforce } from '../../salesforce/connect.ts';
import { createAdmin } from '../../salesforce/create-admin.ts';
import { createConnection } from '../../setup/connection.ts';
import { createMappings } from '../../setup/create-mappings.ts';
import { createOrgSetup } from '../../setup/create-org-setup.ts';
import { createSettings } from '../../setup/create-settings.ts';
import { createSetup } from '../../setup/create-setup.ts';
import { createSealer, type Sealer } from '../../setup/secrets.ts';
import type { ConnectionPart, Mappings, PracticeFacts, Setup } from '../../setup/setup.ts';
import { createStatus } from '../../status/create-status.ts';
import type { Status } from '../../status/status.ts';
import { createUndos } from '../../undo/create-undos.ts';
import { createFollowedSalesforce } from '../../work/create-followed-salesforce.ts';
import { buildApi } from '../create-api.ts';
import { notifyChanged } from '../events.ts';
import { makeSignInCode } from '../users.ts';

export interface Instance {
  readonly db: Database;
  readonly database: TestDatabase;
  readonly app: FastifyInstance;
  readonly setup: Setup;
  readonly status: Status;
  readonly connection: ConnectionPart;
  readonly mappings: Mappings;
  readonly sealer: Sealer;
  /** Every line that was logged, at every level. */
  logged(): string;
  /** Asks as a browser's page of ours would, with the session if there is one. */
  readonly ask: (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) => Promise<Answer>;
  /** Makes the first administrator and keeps the session. */
  signIn(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // An answer of a test is looked at as it comes.
  readonly body: Readonly<Record<string, never>>;
}

export const ORIGIN = { host: 'localhost', origin: 'http://localhost' };

export interface InstanceOptions {
  readonly practice?: PracticeFacts;
  readonly allowedHosts?: readonly string[];
  readonly sealer?: Sealer;
  readonly database?: TestDatabase;
  readonly webDir?: string;
}

export const startInstance = async (options: InstanceOptions = {}): Promise<Instance> => {
  const database = options.database ?? (await createTestDatabase());
  const { db } = database;
  let lines = '';
  const log = pino(
    { level: 'trace' },
    new Writable({
      write: (chunk: Buffer, _, written) => {
        lines += chunk.toString();
        written();
      },
    }),
  );
  const sealer = options.sealer ?? createSealer(randomBytes(32));
  const allowedHosts = options.allowedHosts ?? (options.practice ? [options.practice.url] : []);
  const connection = createConnection({
    db,
    sealer,
    connect: (credentials, expectedOrgId) =>
      createSalesforce({
        credentials,
        bounds: DEFAULT_BOUNDS,
        allowedHosts,
        log,
        clientName: 'Syncline',
        expectedOrgId,
      }),
    onPaused: () => undefined,
  });
  const setup = createSetup({
    db,
    sealer,
    connection,
    pageRows: DEFAULT_BOUNDS.pageRows,
    practice: options.practice ?? null,
    allowedHosts,
    requestTimeoutMs: DEFAULT_BOUNDS.requestTimeoutMs,
    now: () => performance.now(),
    notify: (topic) => notifyChanged(db, topic),
    wake: async () => undefined,
  });
  const orgSetup = createOrgSetup({
    db,
    connection,
    practice: options.practice ?? null,
    openAdmin: (credentials, expectedOrgId) =>
      createAdmin({ credentials, bounds: DEFAULT_BOUNDS, allowedHosts, log, clientName: 'Syncline', expectedOrgId }),
    now: () => Date.now(),
  });
  const mappings = createMappings({
    db,
    connection,
    now: () => performance.now(),
    notify: () => notifyChanged(db, 'setup'),
    wake: async () => undefined,
  });
  const settings = createSettings({ db, sealer, bounds: { ...DEFAULT_BOUNDS }, log });
  const status = createStatus({ db, version: '0.0.0', practiceUrl: options.practice?.url ?? null });
  const actions = createActions({
    db,
    salesforce: createFollowedSalesforce(() => connection.current()),
    bounds: DEFAULT_BOUNDS,
    processId: 0,
    matchingIds: status.matchingIds,
  });
  const app = buildApi({
    db,
    actions,
    undos: createUndos({ db, loadMap: () => loadFieldMap(db), bounds: DEFAULT_BOUNDS }),
    setup,
    orgSetup,
    mappings,
    settings,
    status,
    version: '0.0.0',
    webDir: options.webDir ?? '/nonexistent',
    log,
  });
  let cookie: string | undefined;

  const ask: Instance['ask'] = async (method, url, body) => {
    const request: InjectOptions = {
      method,
      url,
      headers: { ...ORIGIN, ...(cookie ? { cookie } : {}) },
      ...(body ? { payload: body } : {}),
    };
    const answer = await app.inject(request);
    const set = answer.cookies.find(({ name }) => name === 'syncline_session');
    if (set) cookie = set.value === '' ? undefined : `syncline_session=${set.value}`;
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: isJson ? (answer.json() as never) : ({} as never),
    };
  };

  return {
    db,
    database,
    app,
    setup,
    status,
    connection,
    sealer,
    mappings,
    logged: () => lines,
    ask,
    signIn: async () => {
      const code = await makeSignInCode(db);
      const answer = await ask('POST', '/api/users/first', {
        code,
        name: 'Ana',
        email: 'ana@acme.test',
        password: 'a long enough password',
        language: 'en',
      });
      if (answer.status !== 200) throw new Error(`the first user was refused: ${answer.text}`);
    },
    close: async () => {
      await app.close();
      await orgSetup.close();
      await connection.close();
      if (!options.database) await database.drop();
    },
  };
};
