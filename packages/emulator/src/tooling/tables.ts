import type { Org } from '../org.ts';
import { rowWriter } from '../rest/rows-json.ts';
import { type Page, Results } from '../soql/results.ts';
import { type CompiledQuery, compile } from '../soql/soql.ts';
import { openStore, type Store, type StoredRow } from '../store/store.ts';
import { toolingObjects, toolingUser } from './describes.ts';
import { rowsFor } from './rows.ts';

const pageRows = 2_000;

/**
 * The Tooling API's objects as tables, in memory: filled anew from what the org is whenever they are asked, so that SOQL
 * over them is the SOQL of records. Further pages of a result are of the rows as they were filled last.
 */
export class ToolingTables {
  readonly #org: Org;
  #store: Store | undefined;
  #results: Results | undefined;

  constructor(org: Org) {
    this.#org = org;
  }

  /** The tables, made when they are first needed. */
  get store(): Store {
    if (this.#store !== undefined) return this.#store;
    const store = openStore({ file: ':memory:', clock: this.#org.store.clock });
    store.transaction(() => [...toolingObjects, toolingUser].forEach((describe) => store.define(describe)));
    this.#store = store;
    return store;
  }

  /** Whether an object is one of these. */
  has(name: string): boolean {
    return toolingObjects.some((object) => object.name.toLowerCase() === name.toLowerCase());
  }

  query(soql: string, version: string): { readonly page: Page; readonly object: string } {
    this.#fill(soql, version);
    const query = this.compile(soql);
    const object = query.object.name;
    const results = this.#pages();
    if (query.kind === 'count') return { page: { total: results.count(query), rows: [], next: undefined }, object };
    return { page: results.first(query, '', pageRows, this.#writerOf(version)), object };
  }

  compile(soql: string): CompiledQuery {
    return compile(soql, this.store.schema, { canRead: () => true }, this.#org.store.clock());
  }

  /** A further page, by the locator that the one before gave. */
  more(locator: string, version: string): Page {
    return this.#pages().more(locator, '', pageRows, this.#writerOf(version));
  }

  #pages(): Results {
    return (this.#results ??= new Results(this.store));
  }

  #writerOf(version: string): (query: CompiledQuery) => ReturnType<typeof rowWriter> {
    return (of) => rowWriter(of, `${version}/tooling`, this.store);
  }

  /** One row by its id. */
  row(name: string, id: string, version: string): StoredRow | undefined {
    return rowsFor(this.#org, name, version).find((row) => row['Id']?.slice(0, 15) === id.slice(0, 15));
  }

  /** Fills the tables that a query names, their parents among them. */
  #fill(soql: string, version: string): void {
    const { store } = this;
    store.transaction(() => {
      for (const { name } of store.schema.objects) {
        if (!mayRead(soql, name)) continue;
        store.statement(`delete from "${name}"`).run();
        const object = store.schema.object(name);
        for (const row of rowsFor(this.#org, name, version)) {
          const known = Object.entries(row).filter(([field]) => object?.field(field) !== undefined);
          store.insert(name, { SystemModstamp: null, ...Object.fromEntries(known), IsDeleted: 'false' });
        }
      }
    });
  }

  close(): void {
    this.#store?.close();
  }
}

/** Names that a query has for an object beside its own: of its parents' relationships to it, and of its children's. */
const otherNames: Readonly<Record<string, string>> = {
  User: 'CreatedBy|LastModifiedBy',
  FieldDefinition: 'Fields',
  ValidationRule: 'ValidationRules',
};

function mayRead(soql: string, object: string): boolean {
  return new RegExp(`\\b(?:${object}|${otherNames[object] ?? object})\\b`, 'i').test(soql);
}
