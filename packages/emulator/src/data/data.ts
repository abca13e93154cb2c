/**
 * What an org begins with: its objects, and its records.
 *
 * Profiles: `demo` is an org made from a seed, with custom fields of every type; `bench` is so many leads of 50 fields,
 * for measuring; `empty` has no records and no custom field; `clients` has what the suites of clients expect to find, and
 * few records (`clients.ts`). A schema folder replaces the built-in objects it describes
 * and adds the objects and fields it holds in source format,
 * an export folder takes the place of the profile's records. In every profile but `empty`, Lead and Contact have the
 * prepared custom field `Syncline_Key__c`.
 *
 * Filling happens once in the life of a file: `fillOrg` remembers that it ended, and one that was cut off begins anew.
 */
import type { Access } from '../access/access.ts';
import { storedText } from '../dml/values.ts';
import { readSource, type SourceComponent, withSource } from '../metadata/source.ts';
import { type Currencies, fillCurrencies, withCurrencies } from '../options/currencies.ts';
import { fillPersonAccounts, personType, withPersonAccounts } from '../options/person-accounts.ts';
import { loadDescribeFolder } from '../schema/load-describe.ts';
import type { ObjectDescribe, Schema, SchemaObject } from '../schema/schema.ts';
import { withPreparedFields } from '../schema/standard/prepared.ts';
import { standardObjects } from '../schema/standard/standard.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { benchColumns, benchRows, withBenchFields } from './bench.ts';
import { clientComponents, clientSizes, fillClients } from './clients.ts';
import { type Beginning, columnsOf, completer } from './complete.ts';
import type { DemoOrder } from './demo.ts';
import { withDemoFields } from './demo-fields.ts';
import { loadExport } from './export.ts';
import { makeStatusRows } from './status-rows.ts';

export const profiles = ['demo', 'empty', 'clients', 'bench'] as const;
export type Profile = (typeof profiles)[number];

export interface Filling {
  readonly profile: Profile;
  /** A folder of describe files, of metadata in source format, or of both. */
  readonly schemaFolder?: string | undefined;
  /** A folder with a CSV an object. */
  readonly exportFolder?: string | undefined;
  /** Leads of the `bench` profile. */
  readonly rows?: number | undefined;
  /** Of the `demo` profile. */
  readonly seed?: number | undefined;
  /** The org has person accounts. */
  readonly personAccounts?: boolean | undefined;
  /** The org has these currencies, by their rates, the corporate one first; one currency, dollars, without. */
  readonly currencies?: Currencies | undefined;
}

/** Every object of a new org, to be defined in the store. */
export async function describeOrg(filling: Filling): Promise<readonly ObjectDescribe[]> {
  const folder = filling.schemaFolder;
  const found = folder === undefined ? [] : await loadDescribeFolder(folder);
  const source = await sourceOf(filling);
  // The bench's leads have the bench's fields, whatever a folder says of Lead.
  const loaded = filling.profile === 'bench' ? found.filter(({ name }) => name !== 'Lead') : found;
  const names = new Set(loaded.map(({ name }) => name.toLowerCase()));
  const builtIn = standardObjects.filter(({ name }) => !names.has(name.toLowerCase())).map(builtInFor(filling.profile));
  const objects = source.length === 0 ? [...builtIn, ...loaded] : withSource([...builtIn, ...loaded], source);
  const prepared = filling.profile === 'empty' ? objects : objects.map(withPreparedFields);
  const people = filling.personAccounts === true ? withPersonAccounts(prepared) : prepared;
  return filling.currencies === undefined ? people : withCurrencies(people, filling.currencies);
}

/** Metadata that a new org begins with: its profile's, and that of a source folder. */
export async function sourceOf(filling: Filling): Promise<readonly SourceComponent[]> {
  const persons = filling.personAccounts === true ? [personType] : [];
  const own = filling.profile === 'clients' ? [...clientComponents, ...persons] : persons;
  return filling.schemaFolder === undefined ? own : [...own, ...(await readSource(filling.schemaFolder))];
}

/** What an org's options put into a new org, once its metadata is there. */
export function fillOptions({ store, access }: FillParts, { personAccounts, currencies }: Filling): void {
  if (personAccounts === true) fillPersonAccounts(store);
  if (currencies !== undefined) fillCurrencies(store, currencies, access.admin.id);
}

/** Built-in objects that a schema lacks. */
export function objectsMissingIn(schema: Schema): readonly ObjectDescribe[] {
  return standardObjects.filter(({ name }) => schema.object(name) === undefined);
}

function builtInFor(profile: Profile): (described: ObjectDescribe) => ObjectDescribe {
  if (profile === 'demo') return withDemoFields;
  return profile === 'bench' ? withBenchFields : (described) => described;
}

/** What filling needs of the org. */
export interface FillParts {
  readonly store: Store;
  readonly access: Access;
}

const hourMs = 3_600_000;

/** Puts the records in; answers how many of each object, or undefined when the org was full already. */
export async function fillOrg(
  parts: FillParts,
  filling: Filling,
): Promise<Readonly<Record<string, number>> | undefined> {
  const { store, access } = parts;
  makeStatusRows(store, access.admin.id);
  if (store.setting('filled') !== undefined) return undefined;
  clear(parts);
  const begin: Beginning = { admin: access.admin.id, stamp: stampAt(store.clock() - hourMs) };
  const counts = await fill(store, begin, filling);
  store.setSetting('filled', JSON.stringify(counts));
  return counts;
}

async function fill(store: Store, begin: Beginning, filling: Filling): Promise<Readonly<Record<string, number>>> {
  if (filling.exportFolder !== undefined) return await loadExport(store, filling.exportFolder, begin);
  const seed = filling.seed ?? 1;
  if (filling.profile === 'demo') return await fillDemo(store, begin, { seed });
  if (filling.profile === 'clients') {
    const counts = await fillDemo(store, begin, { seed, sizes: clientSizes });
    return { ...counts, ...fillClients(store, begin) };
  }
  if (filling.profile === 'bench') return { Lead: fillBench(store, begin, filling.rows ?? 100_000) };
  return {};
}

const stampAt = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}.000Z`;

/** Takes out what a filling that was cut off left behind; the org's own users, profiles, grants and its one
 * record stay. */
function clear({ store, access }: FillParts): void {
  const kept = new Set([
    'Organization',
    'Profile',
    'PermissionSet',
    'PermissionSetAssignment',
    'ObjectPermissions',
    'FieldPermissions',
    'LeadStatus',
    'OpportunityStage',
    'CaseStatus',
    'TaskStatus',
    'TaskPriority',
    'CurrencyType',
  ]);
  store.transaction(() => {
    for (const { name } of store.schema.objects) {
      if (kept.has(name)) continue;
      const users = name === 'User' ? [access.admin.id, access.syncUser.id] : [];
      const sql = `delete from "${name}" where "Id" not in (${users.map(() => '?').join(', ')})`;
      store.database.prepare(sql).run(...users);
    }
  });
}

async function fillDemo(
  store: Store,
  begin: Beginning,
  how: Pick<DemoOrder, 'seed' | 'sizes'>,
): Promise<Readonly<Record<string, number>>> {
  // The demo brings names in eight languages; an org that needs none starts without reading them.
  const { demoRecords } = await import('./demo.ts');
  const made = demoRecords({
    ...how,
    at: store.clock(),
    ids: (object, count) => store.nextIds(object, count),
    profileId: store.read('User', begin.admin)?.['ProfileId'] ?? null,
  });
  const counts: Record<string, number> = {};
  for (const { object, rows } of made) {
    const described = store.schema.object(object) as SchemaObject;
    const complete = completer(described, begin);
    store.insertMany(
      object,
      columnsOf(described),
      rows.map((row) => complete(asWritten(described, row))),
    );
    counts[object] = rows.length;
  }
  return counts;
}

/** Made values in the form the store keeps, by the rules any client's values obey. A refusal is a mistake of the demo. */
function asWritten(object: SchemaObject, row: StoredRow): StoredRow {
  const written = Object.entries(row).flatMap(([name, value]) => {
    const field = object.field(name);
    if (field === undefined || value === null) return [];
    const reading = storedText(field, value);
    if (!reading.ok) throw new Error(`The demo's ${object.name}.${name}: ${reading.error.message}`);
    return [[name, reading.value] as const];
  });
  return Object.fromEntries(written);
}

function fillBench(store: Store, begin: Beginning, rows: number): number {
  const ids = idsFor(store, 'Lead', rows);
  return store.insertMany('Lead', benchColumns, benchRows({ ids, owner: begin.admin, stamp: begin.stamp }));
}

const idsATime = 10_000;

/** Ids by the thousand as they are needed: a million at once would take 200 MB (measured). */
function* idsFor(store: Store, object: string, count: number): IterableIterator<string> {
  for (let left = count; left > 0; left -= idsATime) yield* store.nextIds(object, Math.min(left, idsATime));
}
