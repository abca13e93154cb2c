/**
 * A running practice org: everything that `cli.ts` and the tests start.
 *
 * Parts are built here and nowhere else. `Org` is what a plugin is given: `bulk/bulk.ts` exports
 * `registerBulk(app, org)`, `page/page.ts` exports `registerPage(app, org)`. Each is registered in a scope of its own, so
 * that it may have its own body parsers; routes under `/services/data/vXX.0` are already guarded (see `access`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Access, makeAccess } from './access/access.ts';
import { registerBulk } from './bulk/bulk.ts';
import { registerCometd } from './cometd/cometd.ts';
import { registerControl } from './control/control.ts';
import { prepareForClients } from './data/clients.ts';
import { describeOrg, type Filling, fillOptions, fillOrg, objectsMissingIn, sourceOf } from './data/data.ts';
import { type Dml, makeDml } from './dml/dml.ts';
import { registerEventRoutes } from './events/event-routes.ts';
import { type Events, makeEvents } from './events/events.ts';
import { Deployments } from './metadata/deploy.ts';
import { type Metadata, makeMetadata } from './metadata/metadata.ts';
import { Retrievals } from './metadata/retrieve.ts';
import { allScopes } from './oauth/clients.ts';
import { registerPage } from './page/page.ts';
import { makeServer } from './rest/rest.ts';
import { Usage } from './rest/usage.ts';
import { makeRules } from './rules/rules.ts';
import type { Schema } from './schema/schema.ts';
import { openSecurePorts, type SecurePorts } from './secure/secure.ts';
import { DayCount } from './store/day-count.ts';
import { OrgClock } from './store/org-clock.ts';
import { Snapshots } from './store/snapshots.ts';
import { type Clock, openStore, type Store } from './store/store.ts';

export interface Org {
  readonly schema: Schema;
  readonly store: Store;
  readonly access: Access;
  readonly clock: OrgClock;
  readonly snapshots: Snapshots;
  readonly dml: Dml;
  /** Change Data Capture, platform events and streaming. */
  readonly events: Events;
  /** What the org is made of: objects, fields, permission sets and the like. */
  readonly metadata: Metadata;
  readonly deployments: Deployments;
  readonly retrievals: Retrievals;
  /** A folder for files that belong to jobs, and for snapshots; beside the org's file, or temporary, and removed on close, if in memory. */
  readonly jobsDirectory: string;
  /** `http://127.0.0.1:4010`, known once the org listens. */
  url(): string;
  /** Bulk's own counts of the day, against the switches `dailyQueryJobs` and `dailyBatches`. */
  readonly bulkUsage: { readonly queryJobs: DayCount; readonly batches: DayCount };
  /** Calls of the day, and how many there may be. */
  usage(): { readonly used: number; readonly limit: number };
}

export interface OrgOptions extends Partial<Filling> {
  /** The org's SQLite file; without one it lives in memory and ends with the process. */
  readonly file?: string | undefined;
  /** 0, and the default, is any free port. */
  readonly port?: number | undefined;
  /** Loopback unless told. */
  readonly host?: string | undefined;
  readonly clock?: Clock | undefined;
  /** `Organization.Name` of a new org. Its id is made of the name and the seed; of neither, it is by chance. */
  readonly name?: string | undefined;
  /** A new org is a sandbox. */
  readonly sandbox?: boolean | undefined;
  /** Opens the TLS ports too, HTTPS and gRPC for the Pub/Sub API; 0, and the default of each, is any free port. */
  readonly tls?: { readonly httpsPort?: number | undefined; readonly grpcPort?: number | undefined } | undefined;
  /** Objects whose changes are told by events, as if somebody had chosen them in setup: `Lead`. */
  readonly captured?: readonly string[] | undefined;
  /** How long streams of events are silent before they say so: Salesforce's 270 s over gRPC, 110 s over CometD. */
  readonly quietMs?: number | undefined;
}

/** What somebody needs to connect: the ready line of `cli.ts` (see its help). */
interface OrgFacts {
  readonly instanceUrl: string;
  readonly loginUrl: string;
  /** A session of the sync user. */
  readonly accessToken: string;
  /** Gives the sync user's sessions anew, to the connected app with `clientId` and `clientSecret`. */
  readonly refreshToken: string;
  readonly username: string;
  readonly password: string;
  readonly securityToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly orgId: string;
  readonly adminUsername: string;
  readonly adminPassword: string;
  readonly adminSecurityToken: string;
  readonly adminAccessToken: string;
  /** Only if the org has TLS ports; the gRPC port is the Pub/Sub API's. */
  readonly httpsPort?: number;
  readonly grpcPort?: number;
  /** The certificate of the authority that signed theirs, a PEM file. */
  readonly caFile?: string;
}

export interface RunningOrg extends OrgFacts {
  readonly url: string;
  readonly org: Org;
  /** False if the file had an org already, which goes on as it was. */
  readonly isNew: boolean;
  /** The org's time: `hold`, `advance`, `release`. */
  readonly clock: OrgClock;
  /** Keeps the org as it is now under a name, which it answers; a number unless one is given. */
  readonly snapshot: (name?: string) => string;
  /** Makes the org what it was at a snapshot; sessions opened since stay good. */
  readonly restore: (name: string) => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens or makes an org and listens. A new org is described and filled as `profile` says (`empty` unless told); an org
 * found in its file goes on as it was.
 */
export async function startOrg(options: OrgOptions = {}): Promise<RunningOrg> {
  const clock = new OrgClock(options.clock ?? Date.now);
  const store = openStore({ file: options.file ?? ':memory:', clock: clock.now });
  const jobs = jobsDirectory(options.file);
  try {
    const filling = { ...options, profile: options.profile ?? 'empty' };
    const isNew = store.setting('access') === undefined;
    // A file that an older org made lacks the objects that were described since.
    const describes = isNew ? await describeOrg(filling) : objectsMissingIn(store.schema);
    store.transaction(() => describes.forEach((describe) => store.define(describe)));
    const access = makeAccess(store, { isSandbox: options.sandbox, name: options.name, seed: options.seed });
    clock.skewBy(() => access.switches.state.clockSkewMs);
    await fillOrg({ store, access }, filling);
    const usage = new Usage(store, access.switches);
    const events = makeEvents({ store, access });
    const metadata = makeMetadata({ store, schema: store.schema, access });
    if (isNew) metadata.keep(await sourceOf(filling));
    if (isNew) fillOptions({ store, access }, filling);
    if (isNew && filling.profile === 'clients') prepareForClients({ store, access, events });
    let url = '';
    const org: Org = {
      schema: store.schema,
      store,
      access,
      clock,
      snapshots: new Snapshots(store, path.join(jobs.directory, 'snapshots')),
      dml: makeDml({ store, schema: store.schema, access, events, rules: makeRules(metadata.components) }),
      events,
      metadata,
      deployments: new Deployments(store, metadata),
      retrievals: new Retrievals(store, metadata),
      jobsDirectory: jobs.directory,
      bulkUsage: { queryJobs: new DayCount(store, 'queryJobs'), batches: new DayCount(store, 'bulkBatches') },
      url: () => url,
      usage: () => usage.state,
    };
    const app = makeServer(org, usage);
    await app.register(async (scope) => registerBulk(scope, org));
    await app.register(async (scope) => registerPage(scope, org));
    await app.register(async (scope) => registerCometd(scope, org, options.quietMs));
    await app.register(async (scope) => registerEventRoutes(scope, org));
    await app.register(async (scope) => registerControl(scope, org));
    for (const object of options.captured ?? []) events.capture(object);
    await listen(app, options);
    url = addressOf(app);
    const secure = options.tls === undefined ? undefined : await openSecure(org, app, options);
    const close = async (): Promise<void> => {
      await secure?.close();
      events.close();
      await app.close();
      store.close();
      jobs.remove();
    };
    return {
      ...factsOf(org),
      ...(secure && factsOfPorts(secure)),
      url,
      org,
      isNew,
      clock,
      snapshot: (name) => org.snapshots.take(name),
      restore: (name) => org.snapshots.restore(name),
      close,
    };
  } catch (error) {
    store.close();
    jobs.remove();
    throw error;
  }
}

function jobsDirectory(file: string | undefined): { directory: string; remove: () => void } {
  if (file !== undefined) return { directory: `${path.resolve(file)}.jobs`, remove: () => undefined };
  const directory = mkdtempSync(path.join(tmpdir(), 'practice-org-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

async function listen(app: FastifyInstance, options: OrgOptions): Promise<void> {
  try {
    await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Opens the TLS ports; if one is taken, what listens already is closed. */
async function openSecure(org: Org, app: FastifyInstance, options: OrgOptions): Promise<SecurePorts> {
  try {
    return await openSecurePorts(org, app, {
      host: options.host ?? '127.0.0.1',
      httpsPort: options.tls?.httpsPort ?? 0,
      grpcPort: options.tls?.grpcPort ?? 0,
      quietMs: options.quietMs,
    });
  } catch (error) {
    org.events.close();
    await app.close();
    throw error;
  }
}

function factsOfPorts({
  httpsPort,
  grpcPort,
  caFile,
}: SecurePorts): Pick<OrgFacts, 'httpsPort' | 'grpcPort' | 'caFile'> {
  return { httpsPort, grpcPort, caFile };
}

function addressOf(app: FastifyInstance): string {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The org listens on no port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host.replace('0.0.0.0', '127.0.0.1').replace('[::]', '127.0.0.1')}:${address.port}`;
}

function factsOf(org: Org): OrgFacts {
  const { access } = org;
  const sync = access.credentials(access.syncUser);
  const admin = access.credentials(access.admin);
  const consent = { userId: access.syncUser.id, clientId: access.clientId, scope: allScopes };
  return {
    instanceUrl: org.url(),
    loginUrl: org.url(),
    accessToken: access.openSession(access.syncUser, { lasts: true }).token,
    refreshToken: access.grants.makeRefreshToken(consent),
    username: sync.username,
    password: sync.password,
    securityToken: sync.securityToken,
    clientId: access.clientId,
    clientSecret: access.clientSecret,
    orgId: access.orgId,
    adminUsername: admin.username,
    adminPassword: admin.password,
    adminSecurityToken: admin.securityToken,
    adminAccessToken: access.openSession(access.admin, { lasts: true }).token,
  };
}
