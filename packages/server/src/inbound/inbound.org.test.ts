import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import { type RunningOrg, startOrg } from '../../../emulator/src/org.ts';
import { createTestDatabase, type TestDatabase } from '../db/test-database.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import { applyFields, loadFieldMap } from '../mapping/open-field-store.ts';
import { planFields } from '../mapping/plan-fields.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { createSalesforce, type OpenSalesforce } from '../salesforce/connect.ts';
import { createInbound } from './create-inbound.ts';
import type { Inbound } from './inbound.ts';

let org: RunningOrg;
let database: TestDatabase;
let salesforce: OpenSalesforce;
let inbound: Inbound;
const log = pino({ level: 'silent' });
const bounds = { ...DEFAULT_BOUNDS, pageRows: 700, jobPollFromMs: 20 };

before(async () => {
  [org, database] = await Promise.all([startOrg({ profile: 'demo' }), createTestDatabase()]);
  salesforce = createSalesforce({
    credentials: { method: 'client_credentials', host: org.url, isSandbox: false, clientId: org.clientId, clientSecret: org.clientSecret },
    bounds, allowedHosts: [org.url], log, clientName: 'syncline',
  });
  const describes = await Promise.all(SYNC_OBJECTS.map((object) => salesforce.describe(object)));
  await database.db.transaction(async (tx) => {
    await applyFields(tx, planFields(describes).fields);
    await applyPeopleShape(tx, await loadFieldMap(tx));
  });
  inbound = createInbound({ db: database.db, salesforce, loadMap: () => loadFieldMap(database.db), bounds, log });
});
after(async () => {
  await salesforce?.close();
  await org?.close();
  await database?.drop();
});

const count = async (table: string, where = 'true'): Promise<number> => {
  const [row] = await database.db.query<{ count: number }>(`select count(*) as count from ${table} where ${where}`);
  return row?.count ?? 0;
};

test('[IN17] a load brings every record once, with no entry', async () => {
  await inbound.load(AbortSignal.timeout(60_000));
  const [leads, contacts, accounts, opportunities, roles, users] = await Promise.all(
    ['Lead', 'Contact', 'Account', 'Opportunity', 'OpportunityContactRole', 'User'].map((object) => salesforce.count(object)),
  );
  console.log({ leads, contacts, accounts, opportunities, roles, users });
  assert.equal(await count('marketing.person'), (leads ?? 0) + (contacts ?? 0));
  assert.equal(await count('marketing.company'), accounts);
  assert.equal(await count('marketing.opportunity'), opportunities);
  assert.equal(await count('marketing.opportunity_role'), roles);
  assert.equal(await count('marketing.owner'), users);
  assert.equal(await count('sync.outbox'), 0);
  const outcomes = await inbound.poll(SYNC_OBJECTS, { deep: true });
  console.log(outcomes);
});
