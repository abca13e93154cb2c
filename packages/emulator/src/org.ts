/**
 * A running practice org: everything that `cli.ts` and the tests start.
 *
 * Parts are built here and nowhere else. `Org` is what a plugin is given: `bulk/bulk.ts` exports
 * `registerBulk(app, org)`, `page/page.ts` exports `registerPage(app, org)`. Each is registered in a scope of its own, so
 * that it may have its own body parsers; routes under `/services/data/vXX.0` are already guarded (see `access`).
 */
import type { Access } from './access/access.ts';
import type { Dml } from './dml/dml.ts';
import type { Schema } from './schema/schema.ts';
import type { Store } from './store/store.ts';

export interface Org {
  readonly schema: Schema;
  readonly store: Store;
  readonly access: Access;
  readonly dml: Dml;
  /** A folder for files that belong to jobs; beside the org's file, or temporary, and removed on close, if in memory. */
  readonly jobsDirectory: string;
  /** `http://127.0.0.1:4010`, known once the org listens. */
  url(): string;
}
