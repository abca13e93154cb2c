/** A practice org, a database, and both directions between them: for tests of what is sent. Nothing runs by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { SwitchState } from '../../../../emulator/src/access/switches.ts';
import { type RunningOrg, startOrg } from '../../../../emulator/src/org.ts';
import { createTestDatabase, type TestDatabase } from '../../db/test-database.ts';
import { createInbound } from '../../inbound/create-inbound.ts';
import type { Inbound } from '../../inbound/inbound.ts';
import { type Bounds, DEFAULT_BOUNDS } from '../../lib/bounds.ts';
import { SYNC_OBJECTS, type SyncObject } from '../../mapping/mapping.ts';
import { applyFields, loadFieldMap } from '../../mapping/open-field-store.ts';
import { planFields } from '../../mapping/plan-fields.ts';
import { applyPeopleShape } from '../../people/shape.ts';
import { createSalesforce, type OpenSalesforce } from '../../salesforce/connect.ts';
import type { Salesforce } from '../../salesforce/salesforce.ts';
import { createPresence, type Presence } from '../../work/create-presence.ts';
import { createOutbound } from '../create-outbound.ts';
import { LANE, type Lane, type Outbound, type SendOutcome } from '../outbound.ts';

export type Values = Readonly<Record<string, string | null>>;
const SWITCHES_AT_REST: Partial<SwitchState> = {
  userLocked: false,
  apiOff: false,
  hiddenFields: [],
  readOnlyFields: [],
  takenRights: [],
  lockRow: 0,
  refuse: [],
  duplicateRules: [],
  latencyMs: 0,
  clockSkewMs: 0,
  concurrentRequests: 0,
  loseAnswers: 0,
  loseRequests: 0,
  failWith503: 0,
  dailyLimit: 100_000,
  failJobs: 0,
};
const log = pino({ level: 'silent' });

/** One process: a sender with its own presence. */
export interface Sender {
  readonly outbound: Outbound;
  readonly presence: Presence;
  readonly reads: SyncObject[];
}

export class Corridor {
  readonly org: RunningOrg;
  readonly database: TestDatabase;
  readonly salesforce: OpenSalesforce;
  readonly inbound: Inbound;
  readonly bounds: Bounds;
  readonly main: Sender;
  readonly #folder: string;
  readonly #others: Presence[] = [];

  private constructor(
    parts: Pick<Corridor, 'org' | 'database' | 'salesforce' | 'inbound' | 'bounds' | 'main'>,
    folder: string,
  ) {
    this.org = parts.org;
    this.database = parts.database;
    this.salesforce = parts.salesforce;
    this.inbound = parts.inbound;
    this.bounds = parts.bounds;
    this.main = parts.main;
    this.#folder = folder;
  }

  /** `schemaFolder`: describe files of objects that are other than the demo's; `fill`: makes records before the initial load. */
  static async open(
    change: Partial<Bounds> = {},
    { schemaFolder, fill }: { readonly schemaFolder?: string; readonly fill?: (org: RunningOrg) => void } = {},
  ): Promise<Corridor> {
    const bounds: Bounds = {
      ...DEFAULT_BOUNDS,
      requestTimeoutMs: 5_000,
      leaseMs: 10_000,
      jobPollFromMs: 10,
      jobPollToMs: 50,
      retryFromMs: 20,
      retryToMs: 200,
      // These tests change everybody on purpose; the brake has tests of its own.
      brakeFloor: Number.POSITIVE_INFINITY,
      ...change,
    };
    const folder = mkdtempSync(join(tmpdir(), 'syncline-no-records-'));
    const [org, database] = await Promise.all([
      startOrg({ profile: 'demo', exportFolder: folder, ...(schemaFolder === undefined ? {} : { schemaFolder }) }),
      createTestDatabase(),
    ]);
    fill?.(org);
    const { db } = database;
    const salesforce = createSalesforce({
      credentials: {
        method: 'client_credentials',
        host: org.url,
        isSandbox: false,
        clientId: org.clientId,
        clientSecret: org.clientSecret,
      },
      bounds,
      allowedHosts: [org.url],
      log,
      clientName: 'syncline',
      gzip: false,
    });
    const describes = await Promise.all(SYNC_OBJECTS.map((object) => salesforce.describe(object)));
    await db.transaction(async (tx) => {
      await applyFields(tx, planFields(describes).fields);
      await applyPeopleShape(tx, await loadFieldMap(tx));
    });
    const inbound = createInbound({
      db,
      salesforce,
      loadMap: () => loadFieldMap(db),
      holdReading: () => Promise.resolve(),
      bounds,
      log,
    });
    await inbound.load(AbortSignal.timeout(30_000));
    await inbound.poll(SYNC_OBJECTS, { deep: true });
    const main = await sender(database, salesforce, bounds);
    return new Corridor({ org, database, salesforce, inbound, bounds, main }, folder);
  }

  async close(): Promise<void> {
    await this.main.presence.leave();
    await this.#dismiss();
    await this.salesforce.close();
    await this.org.close();
    await this.database.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Each process holds a session of its own. */
  async #dismiss(): Promise<void> {
    for (const presence of this.#others.splice(0)) await presence.leave();
  }

  get db(): TestDatabase['db'] {
    return this.database.db;
  }

  /** Another process beside the first; `salesforce` may be a door that lies. */
  async another(change: Partial<Bounds> = {}, salesforce: Salesforce = this.salesforce): Promise<Sender> {
    const made = await sender(this.database, salesforce, { ...this.bounds, ...change });
    this.#others.push(made.presence);
    return made;
  }

  switches(change: Partial<SwitchState>): void {
    this.org.org.access.switches.set(change);
  }

  /** Back to an org without faults, and nothing waiting. */
  async rest(): Promise<void> {
    this.switches(SWITCHES_AT_REST);
    await this.#dismiss();
    await this.own('delete from sync.outbox');
    await this.own('delete from sync.sent');
    await this.own('delete from sync.claim');
    await this.own('delete from sync.reread');
    await this.own('delete from sync.error');
    await this.own('delete from sync.conflict');
    await this.own('delete from sync.bulk_abort');
    await this.own('delete from sync.link_choice');
    await this.own('delete from sync.heir');
    await this.own('delete from sync.setting');
    await this.own('delete from sync.brake');
    await this.own('delete from sync.brake_meter');
    this.main.reads.length = 0;
  }

  own(sql: string, params: readonly unknown[] = []): Promise<number> {
    return this.db.ownTransaction((tx) => tx.run(sql, params));
  }

  /** Records made by the org's admin; ids in the order given. */
  there(object: string, rows: readonly Values[]): readonly string[] {
    const { dml, access } = this.org.org;
    const results = dml.write(
      access.admin,
      rows.map((record) => ({ kind: 'create' as const, object, record })),
    );
    return results.map((result) => {
      if (!result.success) throw new Error(JSON.stringify(result.errors));
      return result.id;
    });
  }

  changeThere(object: string, id: string, record: Values): void {
    const { dml, access } = this.org.org;
    const [result] = dml.write(access.admin, [{ kind: 'update', object, id, record }]);
    if (!result?.success) throw new Error(JSON.stringify(result));
  }

  /** A record as the org has it. */
  record(object: string, id: string): Readonly<Record<string, string | null>> {
    return this.org.org.store.read(object, id) ?? {};
  }

  /** Leads of the org that are not deleted, by last name. */
  leadsNamed(lastName: string): readonly string[] {
    const found = this.org.org.store
      .statement('select Id from Lead where LastName = ? and IsDeleted = ?')
      .all(lastName, 'false');
    return found.map((row) => String(row['Id']));
  }

  poll(objects: readonly SyncObject[] = ['Lead', 'Contact']): ReturnType<Inbound['poll']> {
    return this.inbound.poll(objects, { deep: false });
  }

  /** New leads there, known here: their persons' ids and theirs. */
  async leads(rows: readonly Values[]): Promise<readonly { readonly person: number; readonly id: string }[]> {
    return this.#linked(
      'Lead',
      this.there(
        'Lead',
        rows.map((row) => ({ Company: 'Northwind', ...row })),
      ),
    );
  }

  async contacts(rows: readonly Values[]): Promise<readonly { readonly person: number; readonly id: string }[]> {
    return this.#linked('Contact', this.there('Contact', rows));
  }

  async lead(row: Values): Promise<{ readonly person: number; readonly id: string }> {
    const [made] = await this.leads([row]);
    if (made === undefined) throw new Error('no lead');
    return made;
  }

  async contact(row: Values): Promise<{ readonly person: number; readonly id: string }> {
    const [made] = await this.contacts([row]);
    if (made === undefined) throw new Error('no contact');
    return made;
  }

  async #linked(
    object: SyncObject,
    ids: readonly string[],
  ): Promise<readonly { readonly person: number; readonly id: string }[]> {
    await this.poll([object]);
    const rows = await this.db.query<{ person: number; id: string }>(
      'select person_id as person, sf_id as id from sync.link where sf_id = any($1)',
      [ids],
    );
    return ids.map((id) => rows.find((row) => row.id === id) ?? { person: 0, id });
  }

  /** An edit of the engineers' kind: ordinary SQL, captured by the triggers. */
  edit(sql: string, params: readonly unknown[] = []): Promise<number> {
    return this.db.run(sql, params);
  }

  async newPerson(values: Readonly<Record<string, string | null>>): Promise<number> {
    const columns = Object.keys(values);
    const [row] = await this.db.query<{ id: number }>(
      `insert into marketing.person (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')}) returning id`,
      Object.values(values),
    );
    return row?.id ?? 0;
  }

  async person<Row extends object = Record<string, unknown>>(id: number, columns: string): Promise<Row> {
    const [row] = await this.db.query<Row>(`select ${columns} from marketing.person where id = $1`, [id]);
    if (row === undefined) throw new Error(`no person ${id}`);
    return row;
  }

  async entry(id: number): Promise<Entry | undefined> {
    const [row] = await this.db.query<Entry>(
      `select edits, create_lead, lane, claim_id, lock_tries, fault_tries, parked, due_at = 'infinity' as waits from sync.outbox where person_id = $1`,
      [id],
    );
    return row;
  }

  async errors(id: number): Promise<readonly { code: string; disposition: string; fields: string[]; open: boolean }[]> {
    return this.db.query(
      `select code, disposition, fields, resolved_at is null as open from sync.error where person_id = $1 order by error_id`,
      [id],
    );
  }

  send(lane: Lane = LANE.normal, options = { includeUpdates: true }): Promise<SendOutcome> {
    return this.main.outbound.sendOnce(lane, options);
  }

  /** Sends all lanes until nothing is due; entries that wait a moment are waited for. */
  async sendAll({ outbound }: Sender = this.main): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      let claimed = 0;
      for (const lane of Object.values(LANE))
        claimed += (await outbound.sendOnce(lane, { includeUpdates: true })).claimed;
      const [left] = await this.db.query<{ count: number }>(
        `select count(*)::int as count from sync.outbox where due_at < 'infinity' and claim_id is null`,
      );
      if (claimed === 0 && (left?.count ?? 0) === 0) return;
      if (Date.now() > deadline)
        throw new Error(`still waiting: ${JSON.stringify(await this.db.query('select * from sync.outbox'))}`);
      if (claimed === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** The door of Salesforce with a step of ours before an update's request, or after its answer. */
  withHooks(hooks: {
    readonly before?: (json: string) => Promise<unknown>;
    readonly after?: (json: string) => Promise<unknown>;
  }): Salesforce {
    return {
      ...this.salesforce,
      updateRecords: async (json, headers) => {
        await hooks.before?.(json);
        const answers = await this.salesforce.updateRecords(json, headers);
        await hooks.after?.(json);
        return answers;
      },
    };
  }

  /** A sender whose requests pass through `before` and `after`, and what they carried. */
  async watched(
    hooks: { readonly before?: () => Promise<unknown>; readonly after?: () => Promise<unknown> } = {},
  ): Promise<Watched> {
    const requests: Request[] = [];
    const { salesforce } = this;
    const sender = await this.another(
      {},
      {
        ...salesforce,
        updateRecords: async (json, headers) => {
          requests.push({ json, autoAssign: headers.autoAssign, object: null });
          await hooks.before?.();
          const answers = await salesforce.updateRecords(json, headers);
          await hooks.after?.();
          return answers;
        },
        upsertRecords: async (object, field, json, headers) => {
          requests.push({ json, autoAssign: headers.autoAssign, object });
          await hooks.before?.();
          const answers = await salesforce.upsertRecords(object, field, json, headers);
          await hooks.after?.();
          return answers;
        },
      },
    );
    return { sender, requests, send: (lane = LANE.normal) => sender.outbound.sendOnce(lane, { includeUpdates: true }) };
  }

  /** Polls, rereads and sends until nothing is left to do. */
  async quiet(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await this.sendAll();
      await this.poll();
      await this.own(`update sync.reread set due_at = now()`);
      await this.inbound.reread();
    }
  }
}

interface Request {
  readonly json: string;
  readonly autoAssign: string | undefined;
  /** Of a create. */
  readonly object: string | null;
}

interface Watched {
  readonly sender: Sender;
  readonly requests: readonly Request[];
  readonly send: (lane?: Lane) => Promise<SendOutcome>;
}

export interface Entry {
  readonly edits: Readonly<Record<string, number>>;
  readonly create_lead: boolean;
  readonly lane: Lane;
  readonly claim_id: number | null;
  readonly lock_tries: number;
  readonly fault_tries: number;
  readonly parked: Readonly<Record<string, string>>;
  readonly waits: boolean;
}

const sender = async (database: TestDatabase, salesforce: Salesforce, bounds: Bounds): Promise<Sender> => {
  const { db } = database;
  const presence = await createPresence(db, 'test');
  const reads: SyncObject[] = [];
  const outbound = createOutbound({
    db,
    salesforce,
    loadMap: () => loadFieldMap(db),
    bounds,
    processId: presence.processId,
    log,
    requestRead: async (object) => {
      reads.push(object);
    },
  });
  return { outbound, presence, reads };
};
