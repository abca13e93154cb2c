/**
 * Fields of the map that are left out of queries now: those that the sync user cannot see (a query that names one is refused as if it did not
 * exist, A4), and those that became another kind of value, which their column does not hold (MAP6). The object is described and asked without
 * them, they keep their values on both sides (IN10), and each is named with who can mend it. Each deep pass looks again; what comes back is
 * read for the time that it was away (MAP4).
 */

import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { holds } from '../mapping/compile-types.ts';
import type { FieldMap, SyncObject } from '../mapping/mapping.ts';
import type { Salesforce } from '../salesforce/salesforce.ts';
import { isIndispensable } from './queries.ts';
import { noteLeftOut, readWhatWasAway } from './runs.ts';

export class HiddenFields {
  readonly #db: Database;
  readonly #salesforce: Salesforce;
  readonly #hidden = new Map<SyncObject, ReadonlySet<string>>();
  readonly #retyped = new Map<SyncObject, ReadonlySet<string>>();

  constructor(db: Database, salesforce: Salesforce) {
    this.#db = db;
    this.#salesforce = salesforce;
  }

  of(object: SyncObject): ReadonlySet<string> {
    const [hidden, retyped] = [this.#hidden.get(object), this.#retyped.get(object)];
    return hidden || retyped ? new Set([...(hidden ?? []), ...(retyped ?? [])]) : NONE;
  }

  /** The next query of the object names every field of the map again; what has another type is asked of the org first. */
  async lookAgain(map: FieldMap, object: SyncObject): Promise<void> {
    if ((this.#retyped.get(object)?.size ?? 0) > 0 || (await isToldOther(this.#db, object)))
      await this.look(map, object);
    if (this.#hidden.has(object)) this.#hidden.set(object, NONE);
  }

  /** Asks the org what it shows. Errors: `field-gone` where nothing can be read without it, or where all is visible and the refusal stays. */
  async look(map: FieldMap, object: SyncObject): Promise<void> {
    const described = new Map((await this.#salesforce.describe(object)).fields.map((field) => [field.name, field]));
    const { fields } = map.objects[object];
    const hidden = fields.map((field) => field.name).filter((name) => !described.has(name));
    const vital = hidden.find(isIndispensable);
    if (vital !== undefined) throw new Problem('field-gone', { object, field: vital });
    const retyped = fields.flatMap(({ name, mirrorType }) => {
      const now = described.get(name);
      return now && !holds(mirrorType, now) ? [name] : [];
    });
    this.#hidden.set(object, new Set(hidden));
    this.#retyped.set(object, new Set(retyped));
    await noteLeftOut(this.#db, object, 'field-gone', hidden);
    await noteLeftOut(this.#db, object, 'field-retyped', retyped);
  }

  /** The query went through: what is asked again is no fault any more. Asks the database only where something was left out. */
  async settle(object: SyncObject): Promise<void> {
    if (!this.#hidden.has(object) && !this.#retyped.has(object)) return;
    const left = this.of(object);
    await readWhatWasAway(this.#db, object, [...left]);
    if (left.size > 0) return;
    this.#hidden.delete(object);
    this.#retyped.delete(object);
  }
}
const NONE: ReadonlySet<string> = new Set();

/**
 * A look at the schema found a field whose values must not come, though no value failed: a mask reads like any text (MAP13). Or a process
 * before this one left a field out, which nobody else asks for again.
 */
const isToldOther = async (db: Database, object: SyncObject): Promise<boolean> => {
  const [row] = await db.query<{ told: boolean }>(
    `select exists (select from sync.schema_change where object = $1 and (kind = 'masked' or kind = 'retyped' and not fits))
         or exists (select from sync.error where object = $1 and level = 'job' and code in ('field-gone', 'field-retyped') and resolved_at is null) as told`,
    [object],
  );
  return row?.told ?? false;
};
