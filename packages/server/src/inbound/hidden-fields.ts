/**
 * Fields of the map that the sync user cannot see now. A query that names one is refused as if it did not exist (A4); the object is
 * described, asked without it, and the field keeps its values on both sides (IN10). Each deep pass asks for all of them again.
 */

import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { isIndispensable } from './queries.ts';
import { noteHidden, resolveHidden } from './runs.ts';

export class HiddenFields {
  readonly #db: Database;
  readonly #salesforce: Salesforce;
  readonly #hidden = new Map<SyncObject, ReadonlySet<string>>();

  constructor(db: Database, salesforce: Salesforce) {
    this.#db = db;
    this.#salesforce = salesforce;
  }

  of(object: SyncObject): ReadonlySet<string> {
    return this.#hidden.get(object) ?? NONE;
  }

  /** The next query of the object names every field of the map. */
  forget(object: SyncObject): void {
    if (this.#hidden.has(object)) this.#hidden.set(object, NONE);
  }

  /** Asks the org what it shows. Errors: `field-gone` where nothing can be read without it, or where all is visible and the refusal stays. */
  async look(map: FieldMap, object: SyncObject): Promise<void> {
    const described = new Set((await this.#salesforce.describe(object)).fields.map((field) => field.name));
    const hidden = map.objects[object].fields.map((field) => field.name).filter((name) => !described.has(name));
    const vital = hidden.find(isIndispensable);
    if (vital !== undefined) throw new Problem('field-gone', { object, field: vital });
    this.#hidden.set(object, new Set(hidden));
    await noteHidden(this.#db, object, hidden);
  }

  /** The query went through: what is not hidden any more is no fault any more. Asks the database only where something was hidden. */
  async settle(object: SyncObject): Promise<void> {
    if (!this.#hidden.has(object)) return;
    const hidden = this.of(object);
    await resolveHidden(this.#db, object, [...hidden]);
    if (hidden.size === 0) this.#hidden.delete(object);
  }
}
const NONE: ReadonlySet<string> = new Set();
