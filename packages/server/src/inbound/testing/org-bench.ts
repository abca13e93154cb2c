/** A practice org without records, a database with its map, and an inbound between them: for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type RunningOrg, startOrg } from '../../../../emulator/src/org.ts';
import { createTestDatabase, type TestDatabase } from '../../db/test-database.ts';
import { type Bounds, DEFAULT_BOUNDS } from '../../lib/bounds.ts';
import { SYNC_OBJECTS, type SyncObject } from '../../mapping/mapping.ts';
import { applyFields, loadFieldMap } from '../../mapping/open-field-store.ts';
import { planFields } from '../../mapping/plan-fields.ts';
import { applyPeopleShape } from '../../people/shape.ts';
import { createSalesforce, type OpenSalesforce } from '../../salesforce/connect.ts';
import type { Salesforce } from '../../salesforce/salesforce.ts';
import { createInbound } from '../create-inbound.ts';
import type { Inbound } from '../inbound.ts';
import type { InboundParts } from '../parts.ts';

type Values = Readonly<Record<string, string | null>>;

export class OrgBench {
  readonly org: RunningOrg;
  readonly database: TestDatabase;
  readonly salesforce: OpenSalesforce;
  readonly bounds: Bounds;
  readonly #noRecords: string;

  private constructor(
    org: RunningOrg,
    database: TestDatabase,
    salesforce: OpenSalesforce,
    bounds: Bounds,
    noRecords: string,
  ) {
    this.org = org;
    this.database = database;
    this.salesforce = salesforce;
    this.bounds = bounds;
    this.#noRecords = noRecords;
  }

  /** `prepare`: what the org's admin did before anybody looked. */
  static async create(
    change: Partial<Bounds> = {},
    prepare: (org: RunningOrg) => void = () => undefined,
  ): Promise<OrgBench> {
    const noRecords = mkdtempSync(join(tmpdir(), 'syncline-no-records-'));
    const bounds = { ...DEFAULT_BOUNDS, jobPollFromMs: 20, ...change };
    const [org, database] = await Promise.all([
      startOrg({ profile: 'demo', exportFolder: noRecords }),
      createTestDatabase(),
    ]);
    prepare(org);
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
      log: pino({ level: 'silent' }),
      clientName: 'syncline',
    });
    const describes = await Promise.all(SYNC_OBJECTS.map((object) => salesforce.describe(object)));
    await database.db.transaction(async (tx) => {
      await applyFields(tx, planFields(describes).fields);
      await applyPeopleShape(tx, await loadFieldMap(tx));
    });
    return new OrgBench(org, database, salesforce, bounds, noRecords);
  }

  async close(): Promise<void> {
    await this.salesforce.close();
    await this.org.close();
    await this.database.drop();
    rmSync(this.#noRecords, { recursive: true, force: true });
  }

  /** A new one, as a new process has it, alone unless told; `change` puts something between it and the org. */
  inbound(
    change: (salesforce: Salesforce) => Partial<Salesforce> = () => ({}),
    holdReading: InboundParts['holdReading'] = () => Promise.resolve(),
  ): Inbound {
    const { db } = this.database;
    return createInbound({
      db,
      salesforce: { ...this.salesforce, ...change(this.salesforce) },
      loadMap: () => loadFieldMap(db),
      holdReading,
      bounds: this.bounds,
      log: pino({ level: 'silent' }),
    });
  }

  /** Loads, as after Start Sync. */
  async load(): Promise<void> {
    await this.inbound().load(AbortSignal.timeout(60_000));
  }

  /** Records put into the org as they are; the stamp is now unless given. Returns their ids. */
  insert(object: SyncObject, records: readonly Values[]): readonly string[] {
    const { store, access } = this.org.org;
    const ids = store.nextIds(object, records.length);
    const stamp = store.now();
    store.transaction(() =>
      records.forEach((record, index) =>
        store.insert(object, {
          Id: ids[index] ?? '',
          IsDeleted: 'false',
          SystemModstamp: stamp,
          CreatedDate: stamp,
          LastModifiedDate: stamp,
          OwnerId: access.admin.id,
          ...(object === 'Lead' ? { IsConverted: 'false', LastName: 'Diaz', Company: 'Acme', Status: 'Open' } : {}),
          ...record,
        }),
      ),
    );
    return ids;
  }

  /** An edit in Salesforce by its admin. */
  update(object: SyncObject, id: string, values: Values): void {
    const { dml, access } = this.org.org;
    const [answer] = dml.write(access.admin, [{ kind: 'update', object, id, record: values }]);
    if (!answer?.success) throw new Error(JSON.stringify(answer));
  }

  remove(object: SyncObject, id: string): void {
    const { dml, access } = this.org.org;
    const [answer] = dml.write(access.admin, [{ kind: 'delete', object, id }]);
    if (!answer?.success) throw new Error(JSON.stringify(answer));
  }

  async count(table: string, where = 'true'): Promise<number> {
    const [row] = await this.database.db.query<{ count: number }>(
      `select count(*) as count from ${table} where ${where}`,
    );
    return row?.count ?? 0;
  }

  async person(sfId: string): Promise<Record<string, unknown>> {
    const [row] = await this.database.db.query(
      'select p.* from marketing.person p join sync.link l on l.person_id = p.id where l.sf_id = $1',
      [sfId],
    );
    if (!row) throw new Error(`nobody is linked to ${sfId}`);
    return row;
  }
}

/** A stamp so many seconds from now. */
export const fromNow = (seconds: number): string =>
  new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString();
