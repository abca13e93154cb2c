import { problemShape } from '@syncline/contract/problems';
import type {
  ConfirmCredentials,
  ConfirmedCredentials,
  ConnectionAnswer,
  ConnectionChoice,
  ConnectionComparison,
  Setup as SetupHub,
  StartPreview,
  StartSync,
  SyncFields,
} from '@syncline/contract/setup';
import type { Stage } from '@syncline/contract/status';
import type { Database } from '../db/db.ts';
import { asProblem, Problem } from '../errors/errors.ts';
import { type FieldMap, SYNC_OBJECTS, TABLE_OF } from '../mapping/mapping.ts';
import { applyFields, loadFieldMap } from '../mapping/open-field-store.ts';
import { type FieldPlan, planFields } from '../mapping/plan-fields.ts';
import { applyPeopleShape } from '../people/shape.ts';
import type { OpenSalesforce } from '../salesforce/connect.ts';
import type { Credentials, OrgIdentity, RefreshToken, Salesforce } from '../salesforce/salesforce.ts';
import { fieldsStep, objectsWithoutExternalId, shapeOf, syncUserStep, unknownStep } from './checks.ts';
import { checkOrg, isPausing, openCredentials } from './connection.ts';
import { connectionAnswerOf, connectStep } from './connection-answers.ts';
import {
  type ChosenConnection,
  markStarted,
  pauseConnection,
  pinOrg,
  putConnection,
  putDroppedFields,
  readConnection,
  readDroppedFields,
  resumeConnection,
  type StoredConnection,
  setEnabled,
} from './connection-store.ts';
import { type Described, describeObjects, readable } from './describes.ts';
import { createFilledShares } from './filled-shares.ts';
import { originOf } from './host.ts';
import { lostOf } from './lost-fields.ts';
import { createStoredToken } from './refresh-token.ts';
import { sealTyped } from './seal-typed.ts';
import type { Sealer } from './secrets.ts';
import type { ConnectionPart, PracticeFacts, Setup, WebSignIns } from './setup.ts';
import { countKeyed, countObjects, countSharedEmails, estimateCalls, estimateDuration } from './start-preview.ts';
import { fingerprintOf, keptFields, pathOf, requireReady, syncFieldsOf } from './sync-fields.ts';
import { testConnection } from './test-connection.ts';
import { WANTED_FIELDS, WANTED_OBJECTS } from './wanted-fields.ts';
import { createWebSignIns } from './web-sign-in.ts';

export interface SetupOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly connection: ConnectionPart;
  /** Rows of one page of the initial load; for the estimate of calls. */
  readonly pageRows: number;
  readonly practice: PracticeFacts | null;
  /** Origins that the operator named beside Salesforce's own (SEC4). */
  readonly allowedHosts: readonly string[];
  readonly requestTimeoutMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Says to every process that something changed: `connection`, `setup`, `status`. */
  readonly notify: (topic: 'connection' | 'setup' | 'status') => Promise<void>;
  /** Asks the loops for a cycle now. */
  readonly wake: () => Promise<void>;
}

const FIELDS_WANTED = WANTED_FIELDS.length * WANTED_OBJECTS.length;

export const createSetup = (options: SetupOptions): Setup => new ConnectionSetup(options);

/** What the org says of its fields, and what we would make of them. */
interface Look {
  readonly described: readonly Described[];
  readonly plan: FieldPlan;
  readonly map: FieldMap;
}

class ConnectionSetup implements Setup {
  readonly #parts: SetupOptions;
  readonly #shares: ReturnType<typeof createFilledShares>;
  readonly #token: RefreshToken;
  readonly web: WebSignIns;

  constructor(options: SetupOptions) {
    this.#parts = options;
    this.#token = createStoredToken(options.db, options.sealer);
    this.web = createWebSignIns({
      ...options,
      compare: (credentials) => this.compareWith(credentials),
      connection: () => this.connection(),
      changed: () => this.#changed(),
    });
    this.#shares = createFilledShares(options.now);
  }

  async hub(): Promise<SetupHub> {
    const stored = await readConnection(this.#parts.db);
    const stage = await this.#stage(stored);
    const connect = connectStep(stored);
    if (!stored)
      return { stage, steps: [unknownStep('fields', FIELDS_WANTED, []), unknownStep('sync_user', 12, []), connect] };
    try {
      const { described, plan } = await this.#look(await this.#parts.connection.current());
      return { stage, steps: [fieldsStep(described), syncUserStep(described, plan.missing), connect] };
    } catch (error) {
      const why = [shapeOf(asProblem(error))];
      const again = connectStep(await readConnection(this.#parts.db));
      const refused =
        again.blockers.length > 0 ? again : { ...again, state: 'to_fix' as const, found: 0, blockers: why };
      return { stage, steps: [unknownStep('fields', FIELDS_WANTED, why), unknownStep('sync_user', 12, why), refused] };
    }
  }

  async #stage(stored: StoredConnection | null): Promise<Stage> {
    if (!stored) return 'not_connected';
    if (!stored.confirmedAt) return 'not_confirmed';
    if (!stored.startedAt) return 'not_started';
    const [row] = await this.#parts.db.query<{ loaded: boolean }>(
      `select exists (select from sync.load) and not exists (select from sync.load where phase <> 'done') as loaded`,
    );
    return row?.loaded ? 'running' : 'initial_sync';
  }

  async connection(): Promise<ConnectionAnswer> {
    const stored = await readConnection(this.#parts.db);
    return { connection: stored ? connectionAnswerOf(stored) : null };
  }

  async saveConnection(choice: ConnectionChoice, by: string): Promise<ConnectionAnswer> {
    const stored = await readConnection(this.#parts.db);
    const wanted = this.#wanted(choice, stored);
    await putConnection(this.#parts.db, wanted, by);
    await this.#changed();
    return this.connection();
  }

  /** What a choice comes to beside what is stored. Errors: `host-not-allowed`, `private-key-wrong`, `secrets-missing`. */
  #wanted(choice: ConnectionChoice, stored: StoredConnection | null): ChosenConnection {
    const { method, isSandbox } = choice;
    const host = originOf(choice.host, method, isSandbox);
    const username = 'username' in choice ? choice.username : null;
    const clientId = 'clientId' in choice ? choice.clientId : null;
    const secrets = sealTyped(choice, this.#parts.sealer);
    // A stored secret goes only where it went before: not to a host, user or app that was typed later.
    const isSame =
      stored?.secrets != null &&
      stored.method === method &&
      stored.host === host &&
      stored.username === username &&
      stored.clientId === clientId;
    if (!secrets && !isSame) throw new Problem('secrets-missing');
    return { method, host, isSandbox, username, clientId, secrets, refreshToken: null };
  }

  async compare(choice: ConnectionChoice): Promise<ConnectionComparison> {
    const { db, sealer } = this.#parts;
    const stored = await readConnection(db);
    const wanted = this.#wanted(choice, stored);
    const secrets = wanted.secrets ?? stored?.secrets ?? null;
    return this.compareWith(openCredentials({ ...wanted, secrets }, sealer, this.#token));
  }

  async compareWith(credentials: Credentials): Promise<ConnectionComparison> {
    const { db, connection, now } = this.#parts;
    const orgId = (await readConnection(db))?.orgId ?? null;
    const open = (): OpenSalesforce => connection.try(credentials, orgId);
    const { answer: test } = await testConnection(open, { now, checkOrg: (identity) => checkOrg(identity, orgId) });
    if (!test.passed) return { test, lost: [] };
    const salesforce = open();
    try {
      const [described, map] = await Promise.all([describeObjects(salesforce), loadFieldMap(db)]);
      return { test, lost: [...lostOf(described, map)] };
    } finally {
      await salesforce.close();
    }
  }

  async test(): ReturnType<Setup['test']> {
    const { db, connection, sealer, now } = this.#parts;
    const stored = await readConnection(db);
    if (!stored) throw new Problem('connection-missing');
    const open = (): OpenSalesforce => connection.try(openCredentials(stored, sealer, this.#token), stored.orgId);
    const { answer, error } = await testConnection(open, {
      now,
      checkOrg: (identity) => checkOrg(identity, stored.orgId),
    });
    if (error === null) await resumeConnection(db);
    else if (isPausing(error)) await pauseConnection(db, problemOf(error));
    await this.#changed();
    return answer;
  }

  async syncFields(): Promise<SyncFields> {
    const { db, connection } = this.#parts;
    const salesforce = await connection.current();
    const identity = await salesforce.identity();
    const { described, plan, map } = await this.#look(salesforce);
    const stored = await readConnection(db);
    const isConfirmed = stored?.confirmedAt != null;
    return syncFieldsOf({
      orgId: identity.orgId,
      orgName: identity.orgName,
      isConfirmed,
      described,
      fields: plan.fields,
      dropped: isConfirmed ? notInMap(plan, map) : new Set(await readDroppedFields(db)),
      shares: await this.#shares.of(salesforce, identity.orgId, plan.fields),
    });
  }

  async dropFields({ dropped }: { readonly dropped: readonly string[] }): Promise<void> {
    // A column stays for ever (N6): from Confirm Credentials on nothing can be dropped any more.
    if ((await readConnection(this.#parts.db))?.confirmedAt) throw new Problem('already-confirmed');
    await putDroppedFields(this.#parts.db, dropped);
    await this.#parts.notify('setup');
  }

  async confirm({ fingerprint, dropped }: ConfirmCredentials): Promise<ConfirmedCredentials> {
    const { db, connection, now } = this.#parts;
    const startedAt = now();
    const stored = await readConnection(db);
    if (!stored) throw new Problem('connection-missing');
    if (stored.startedAt) throw new Problem('already-started');
    const salesforce = await connection.current();
    const identity = await this.#freshIdentity(salesforce, stored);
    const { described, plan } = await this.#look(salesforce);
    requireReady(described, plan.missing, objectsWithoutExternalId(described));
    if (fingerprintOf(plan.fields) !== fingerprint) throw new Problem('fields-changed');
    const fields = keptFields(plan.fields, dropped);
    const mapVersion = await db.transaction(async (tx) => {
      if (!(await pinOrg(tx, identity.orgId, identity.orgName)))
        throw new Problem('org-changed', { expected: stored.orgId ?? '', found: identity.orgId });
      await putDroppedFields(tx, dropped);
      const version = await applyFields(tx, fields);
      await applyPeopleShape(tx, await loadFieldMap(tx));
      return version;
    });
    await this.#changed();
    const columns = new Set(
      fields.flatMap((field) => (field.column === null ? [] : `${TABLE_OF[field.object]}.${field.column}`)),
    );
    return { columns: columns.size, ms: Math.round(now() - startedAt), mapVersion };
  }

  async startPreview(): Promise<StartPreview> {
    const { db, connection, pageRows } = this.#parts;
    const stored = await readConnection(db);
    if (!stored?.confirmedAt) throw new Problem('not-confirmed');
    const salesforce = await connection.current();
    const identity = await this.#freshIdentity(salesforce, stored);
    const [counts, shared, keyedRecords] = await Promise.all([
      countObjects(salesforce, await loadFieldMap(db)),
      countSharedEmails(salesforce),
      countKeyed(salesforce),
    ]);
    const calls = estimateCalls(counts, pageRows);
    const callsLeft = Math.max(0, identity.callsLimit - identity.callsUsed);
    return {
      orgName: identity.orgName,
      objects: [...counts],
      records: counts.reduce((sum, { records }) => sum + records, 0),
      calls,
      callsLeft,
      callsLimit: identity.callsLimit,
      durationMs: estimateDuration(counts),
      sharedEmails: shared.count,
      sharedEmailsIsExact: shared.isExact,
      keyedRecords,
      blockers: callsLeft < calls ? [problemShape('limit-reached')] : [],
    };
  }

  async start({ takesOver = false }: StartSync): Promise<{ readonly startedAt: string }> {
    const { db, connection } = this.#parts;
    const stored = await readConnection(db);
    if (!stored?.confirmedAt) throw new Problem('not-confirmed');
    if (stored.startedAt) throw new Problem('already-started');
    const salesforce = await connection.current();
    await this.#freshIdentity(salesforce, stored);
    const records = takesOver ? 0 : await countKeyed(salesforce);
    if (records > 0) throw new Problem('org-taken', { records });
    const startedAt = await markStarted(db);
    if (!startedAt) throw new Problem('already-started');
    await this.#changed();
    await this.#parts.wake();
    return { startedAt: startedAt.toISOString() };
  }

  async setEnabled(isEnabled: boolean): Promise<void> {
    await this.#requireStarted();
    await setEnabled(this.#parts.db, isEnabled);
    await this.#parts.notify('status');
    await this.#parts.wake();
  }

  async syncNow(): Promise<void> {
    const stored = await this.#requireStarted();
    if (!stored.isEnabled) throw new Problem('sync-disabled');
    if (stored.paused) {
      const { lines } = await this.test();
      const failed = lines.find(({ problem }) => problem !== null)?.problem;
      if (failed) throw new Problem(failed.code, failed.detail);
    }
    await this.#parts.wake();
  }

  async readAnew(): Promise<void> {
    await this.#requireStarted();
    await this.#parts.db.transaction(async (tx) => {
      await tx.run(
        `update sync.cursor set at = null, deep_from = null, rescan_version = (select coalesce(max(version), 0) from sync.map_version)`,
      );
      await resumeConnection(tx);
    });
    await this.#parts.notify('connection');
    await this.#parts.wake();
  }

  wake(): Promise<void> {
    return this.#parts.wake();
  }

  async practice(): ReturnType<Setup['practice']> {
    const { practice, db } = this.#parts;
    if (!practice) return { practice: null };
    const stored = await readConnection(db);
    const { url, username, clientId } = practice;
    return {
      practice: { url, username, clientId, inUse: stored?.host === originOf(url, 'client_credentials', false) },
    };
  }

  async usePractice(method: 'client_credentials' | 'password', by: string): Promise<ConnectionAnswer> {
    const { practice } = this.#parts;
    if (!practice) throw new Problem('practice-missing');
    const { url: host, username, password, securityToken, clientId, clientSecret } = practice;
    return this.saveConnection(
      method === 'password'
        ? { method, host, isSandbox: false, username, password, securityToken }
        : { method, host, isSandbox: false, clientId, clientSecret },
      by,
    );
  }

  async #look(salesforce: Salesforce): Promise<Look> {
    const [described, map] = await Promise.all([describeObjects(salesforce), loadFieldMap(this.#parts.db)]);
    const known = SYNC_OBJECTS.flatMap((object) => map.objects[object].fields);
    return { described, map, plan: planFields(readable(described), known) };
  }

  /** The org's own word at this moment; another org pauses the connection (SET9). */
  async #freshIdentity(salesforce: Salesforce, stored: StoredConnection): Promise<OrgIdentity> {
    try {
      const identity = await salesforce.identity();
      checkOrg(identity, stored.orgId);
      return identity;
    } catch (error) {
      await this.#parts.connection.noteFailure(error);
      throw error;
    }
  }

  async #requireStarted(): Promise<StoredConnection> {
    const stored = await readConnection(this.#parts.db);
    if (!stored?.startedAt) throw new Problem('not-started');
    return stored;
  }

  async #changed(): Promise<void> {
    this.#parts.connection.changed();
    await this.#parts.notify('connection');
  }
}

const problemOf = (error: unknown): { readonly code: Problem['code']; readonly detail: Problem['detail'] } => {
  const { code, detail } = asProblem(error);
  return { code, detail };
};

/** After Confirm Credentials the map is the choice: what it does not hold was dropped. */
const notInMap = (plan: FieldPlan, map: FieldMap): ReadonlySet<string> => {
  const inMap = new Set(SYNC_OBJECTS.flatMap((object) => map.objects[object].fields.map(pathOf)));
  return new Set(plan.fields.map(pathOf).filter((path) => !inMap.has(path)));
};
