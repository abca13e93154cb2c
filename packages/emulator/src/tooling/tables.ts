import type { Org } from '../org.ts';
import { rowWriter } from '../rest/rows-json.ts';
import { type Page, Results } from '../soql/results.ts';
import { compile } from '../soql/soql.ts';
import { openStore, type Store, type StoredRow } from '../store/store.ts';
import { toolingObjects } from './describes.ts';
import { rowsFor } from './rows.ts';

const answerMax = 2_000;

/**
 * The Tooling API's objects as tables, in memory: filled anew from what the org is whenever they are asked, so that SOQL
 * over them is the SOQL of records.
 */
export class ToolingTables {
  readonly #org: Org;
  #store: Store | undefined;

  constructor(org: Org) {
    this.#org = org;
  }

  /** The tables, made when they are first needed. */
  get store(): Store {
    if (this.#store !== undefined) return this.#store;
    const store = openStore({ file: ':memory:', clock: this.#org.store.clock });
    store.transaction(() => toolingObjects.forEach((describe) => store.define(describe)));
    this.#store = store;
    return store;
  }

  /** Whether an object is one of these. */
  has(name: string): boolean {
    return toolingObjects.some((object) => object.name.toLowerCase() === name.toLowerCase());
  }

  query(soql: string, version: string): { readonly page: Page; readonly object: string } {
    this.#fill(soql, version);
    const query = compile(soql, this.store.schema, { canRead: () => true }, this.#org.store.clock());
    const results = new Results(this.store);
    if (query.kind === 'count')
      return { page: { total: results.count(query), rows: [], next: undefined }, object: query.object.name };
    const page = results.first(query, '', answerMax, (of) => rowWriter(of, `${version}/tooling`, this.store));
    return { page, object: query.object.name };
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
        if (!new RegExp(`\\b${name}\\b`, 'i').test(soql)) continue;
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
