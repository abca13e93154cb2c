import type { OrgUser, Sight } from '../access/access.ts';
import type { ChangeType } from '../events/events.ts';
import type { SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import type { DmlParts, WriteOptions } from './dml.ts';

/** How a row is changed beside its values. */
export interface ChangeManner {
  /** Stamps stay, and nobody is told: as when a merge gives children another parent (A12). */
  readonly silent?: boolean;
  /** Only `SystemModstamp` moves (A11). */
  readonly systemOnly?: boolean;
  /** Fields whose change is not told. */
  readonly untold?: readonly string[];
}

/** One call that writes: one transaction, one second, one user. Whoever touches a row does it through here. */
export class Writing {
  readonly parts: DmlParts;
  readonly user: OrgUser;
  readonly sight: Sight;
  readonly options: WriteOptions;

  constructor(parts: DmlParts, user: OrgUser, options: WriteOptions) {
    this.parts = parts;
    this.user = user;
    this.options = options;
    this.sight = parts.access.sight(user);
  }

  get store(): Store {
    return this.parts.store;
  }

  object(name: string): SchemaObject | undefined {
    return this.parts.schema.object(name);
  }

  /** The moment that stamps of this call tell; a second is their finest grain (A11). */
  get now(): string {
    const at = this.store.clock() - this.parts.access.switches.state.lateCommitMs;
    return `${new Date(at).toISOString().slice(0, 19)}.000Z`;
  }

  get today(): string {
    return this.now.slice(0, 10);
  }

  /** Stamps and who moved them, for the fields the object has. */
  stamps(object: SchemaObject, created = false): StoredRow {
    const { now } = this;
    const stamps: Record<string, string> = { SystemModstamp: now };
    const put = (name: string, value: string): void => {
      if (object.field(name) !== undefined) stamps[name] = value;
    };
    put('LastModifiedDate', now);
    put('LastModifiedById', this.user.id);
    if (!created) return stamps;
    put('CreatedDate', now);
    put('CreatedById', this.user.id);
    return { ...stamps, IsDeleted: 'false' };
  }

  /** Inserts a row that is whole but for its id and stamps; returns it as it is stored. */
  insert(object: SchemaObject, row: StoredRow): StoredRow & { readonly Id: string } {
    const whole = { ...row, ...this.stamps(object, true), Id: row['Id'] ?? this.store.nextId(object.name) };
    this.store.insert(object.name, whole);
    this.tell('CREATE', object, undefined, whole);
    return whole;
  }

  /** Sets values of a row; returns it as it is stored now. */
  change(object: SchemaObject, before: StoredRow, values: StoredRow, manner: ChangeManner = {}): StoredRow {
    const id = before['Id'] ?? '';
    const moved = { ...values, ...this.#movedStamps(object, manner) };
    this.store.update(object.name, id, moved);
    const after = { ...before, ...moved };
    // What moves the system's stamp alone is told only if a field moved with it.
    const untold = manner.systemOnly === true ? ['LastModifiedDate'] : manner.untold;
    if (manner.silent !== true) this.tell('UPDATE', object, before, after, untold);
    return after;
  }

  #movedStamps(object: SchemaObject, manner: ChangeManner): StoredRow {
    if (manner.silent === true) return {};
    return manner.systemOnly === true ? { SystemModstamp: this.now } : this.stamps(object);
  }

  /** Puts a row into the recycle bin, or takes it out. */
  setDeleted(object: SchemaObject, before: StoredRow, isDeleted: boolean, values: StoredRow = {}): void {
    const moved = { ...values, IsDeleted: String(isDeleted), ...this.stamps(object) };
    this.store.update(object.name, before['Id'] ?? '', moved);
    this.tell(isDeleted ? 'DELETE' : 'UNDELETE', object, before, { ...before, ...moved });
  }

  /** Tells the event bus of a row that was written. */
  tell(
    type: ChangeType,
    object: SchemaObject,
    before: StoredRow | undefined,
    after: StoredRow,
    untold?: readonly string[],
  ): void {
    this.parts.events.record({
      object: object.name,
      type,
      id: after['Id'] ?? '',
      before,
      after,
      userId: this.user.id,
      origin: this.options.origin,
      ...(untold === undefined ? {} : { untold }),
    });
  }
}
