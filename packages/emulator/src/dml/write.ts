import type { OrgUser } from '../access/access.ts';
import type { ChangeType } from '../events/events.ts';
import { type RowError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { setupFault } from './administration.ts';
import { derivedFields, startingValues } from './automation.ts';
import type { Dml, DmlParts, RecordInput, RowResult, Write } from './dml.ts';
import { type InputContext, idsWithKey, readInput } from './input.ts';
import { refusals } from './refusals.ts';
import { deleteTree, keepOnePrimary } from './related.ts';
import { storedText } from './values.ts';

export function makeDml(parts: DmlParts): Dml {
  return {
    write: (user, writes, options) => {
      const batch = new Batch(parts, user, options?.origin);
      return options?.allOrNone === true ? allOrNone(parts.store, batch, writes) : batch.write(writes);
    },
  };
}

/** Carries the answers out of a transaction that is undone. */
class RolledBack extends Error {
  readonly results: readonly RowResult[];

  constructor(results: readonly RowResult[]) {
    super('rolled back');
    this.results = results;
  }
}

function allOrNone(store: Store, batch: Batch, writes: readonly Write[]): readonly RowResult[] {
  try {
    return store.transaction(() => {
      const results = batch.write(writes);
      if (results.every((result) => result.success)) return results;
      throw new RolledBack(results);
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return error.results.map((result) =>
      result.success ? { success: false, id: undefined, errors: [refusals.rolledBack()] } : result,
    );
  }
}

/** The rows of one call: one transaction, one second, one user. */
class Batch {
  readonly #parts: DmlParts;
  readonly #user: OrgUser;
  readonly #origin: string | undefined;
  readonly #input: InputContext;
  readonly #keys = new Set<string>();

  constructor(parts: DmlParts, user: OrgUser, origin: string | undefined) {
    this.#parts = parts;
    this.#user = user;
    this.#origin = origin;
    this.#input = { store: parts.store, schema: parts.schema, sight: parts.access.sight(user) };
  }

  write(writes: readonly Write[]): readonly RowResult[] {
    const results = this.#parts.store.transaction(() => writes.map((write) => this.#one(write)));
    if (writes.some(({ object }) => grantsRights(object))) this.#parts.access.rightsChanged();
    return results;
  }

  #one(write: Write): RowResult {
    const object = this.#parts.schema.object(write.object);
    if (object === undefined || !this.#input.sight.rights(object).read) {
      return refused([refusals.noSuchObject(write.object)]);
    }
    switch (write.kind) {
      case 'create':
        return this.#create(object, write.record);
      case 'update':
        return this.#update(object, write.id, write.record);
      case 'upsert':
        return this.#upsert(object, write.externalId, write.value, write.record);
      case 'delete':
        return this.#delete(object, write.id);
    }
  }

  #create(object: SchemaObject, record: RecordInput): RowResult {
    const { store } = this.#parts;
    if (!object.describe.createable || !this.#input.sight.rights(object).create) {
      return refused([refusals.notCreateable(object.name)]);
    }
    const changes = readInput(this.#input, object, record, 'create');
    if (!changes.ok) return refused(changes.errors);
    const missing = missingOnCreate(object, changes.values);
    if (missing.length > 0) return refused([refusals.required(missing)]);
    const given = { ...startingValues(object), ...this.#ownership(object), ...changes.values };
    const fault = this.#fault(object, undefined, given, changes.values);
    if (fault !== undefined) return refused([fault]);
    const id = store.nextId(object.name);
    const row = { ...given, ...derivedFields(object, given, changes.values), ...this.#stamps(object, true), Id: id };
    if (object.name.endsWith('__e')) return this.#publish(object, id, row);
    store.insert(object.name, row);
    this.#tell('CREATE', object, undefined, row);
    this.#keepOnePrimary(object, row);
    return { success: true, id, created: true };
  }

  #update(object: SchemaObject, givenId: string, record: RecordInput): RowResult {
    const { store } = this.#parts;
    const found = this.#find(object, givenId);
    if ('error' in found) return refused([found.error], givenId);
    const { id, row } = found;
    if (!object.describe.updateable) return refused([refusals.notCreateable(object.name)], id);
    const forbidden = this.#forbidden(object, row, 'edit');
    if (forbidden !== undefined) return refused([forbidden], id);
    const changes = readInput(this.#input, object, record, 'update');
    if (!changes.ok) return refused(changes.errors, id);
    if (object.name === 'Lead' && row['IsConverted'] === 'true') return refused([refusals.convertedLead()], id);
    const missing = Object.keys(changes.values).filter((name) => isEmptied(object, name, changes.values));
    if (missing.length > 0) return refused([refusals.required(missing)], id);
    const after = { ...row, ...changes.values };
    const fault = this.#fault(object, id, after, changes.values);
    if (fault !== undefined) return refused([fault], id);
    const moved = {
      ...changes.values,
      ...derivedFields(object, after, changes.values),
      ...this.#stamps(object, false),
    };
    store.update(object.name, id, moved);
    this.#tell('UPDATE', object, row, { ...row, ...moved });
    this.#keepOnePrimary(object, { ...after, Id: id });
    return { success: true, id, created: false };
  }

  #upsert(object: SchemaObject, keyName: string, value: string | null, record: RecordInput): RowResult {
    const key = object.field(keyName);
    if (key === undefined || !this.#input.sight.canRead(object.name, key.name)) {
      return refused([refusals.noSuchField(object.name, keyName)]);
    }
    if (key.name === 'Id') {
      return value === null || value === '' ? this.#create(object, record) : this.#update(object, value, record);
    }
    if (!key.externalId && !key.idLookup) return refused([refusals.notAKey(object.name, keyName)]);
    const reading = storedText(key, value);
    if (!reading.ok) return refused([reading.error]);
    if (reading.value === null) return refused([refusals.noKey(key.name)]);
    const once = `${object.name}.${key.name}.${key.caseSensitive ? reading.value : reading.value.toLowerCase()}`;
    if (this.#keys.has(once)) return refused([refusals.duplicateKey(reading.value)]);
    this.#keys.add(once);
    const ids = idsWithKey(this.#parts.store, object, key, reading.value);
    if (ids.length > 1) return refused([refusals.severalWithKey(key.name, ids)]);
    const rest = Object.fromEntries(Object.entries(record).filter(([name]) => object.field(name) !== key));
    if (ids[0] !== undefined) return this.#update(object, ids[0], rest);
    return this.#create(object, { ...rest, [key.name]: reading.value });
  }

  #delete(object: SchemaObject, givenId: string): RowResult {
    const found = this.#find(object, givenId);
    if ('error' in found) return refused([found.error], givenId);
    if (!object.describe.deletable) return refused([refusals.notDeletable(object.name)], found.id);
    const forbidden = this.#forbidden(object, found.row, 'delete');
    if (forbidden !== undefined) return refused([forbidden], found.id);
    if (this.#parts.access.switches.take('lockRow')) return refused([refusals.lockedRow(found.id)], found.id);
    deleteTree(this.#parts, object, found.id, {
      stamps: (of) => this.#stamps(of, false),
      tell: (of, before, after) => this.#tell('DELETE', of, before, after),
    });
    return { success: true, id: found.id, created: false };
  }

  /** A platform event has no row: it is published when the transaction commits. */
  #publish(object: SchemaObject, id: string, row: StoredRow): RowResult {
    return {
      success: true,
      id,
      created: true,
      eventUuid: this.#parts.events.enqueue(object.name, row, this.#user.id),
    };
  }

  #keepOnePrimary(object: SchemaObject, row: StoredRow): void {
    keepOnePrimary(this.#parts.store, object, row, {
      stamps: () => this.#stamps(object, false),
      tell: (of, before, after) => this.#tell('UPDATE', of, before, after),
    });
  }

  /** Tells the event bus of a row that was written. */
  #tell(type: ChangeType, object: SchemaObject, before: StoredRow | undefined, after: StoredRow): void {
    this.#parts.events.record({
      object: object.name,
      type,
      id: after['Id'] ?? '',
      before,
      after,
      userId: this.#user.id,
      origin: this.#origin,
    });
  }

  #find(object: SchemaObject, givenId: string): { id: string; row: StoredRow } | { error: RowError } {
    const id = canonicalId(givenId);
    if (id === undefined) return { error: refusals.malformedId(object.field('Id')?.label ?? 'Record ID', givenId) };
    const row = this.#parts.store.read(object.name, id);
    if (row === undefined) return { error: refusals.crossReference() };
    return row['IsDeleted'] === 'true' ? { error: refusals.isDeleted() } : { id, row };
  }

  /** Why the user may not touch a row: their rights on the object, or whose row it is. */
  #forbidden(object: SchemaObject, row: StoredRow, right: 'edit' | 'delete'): RowError | undefined {
    const rights = this.#input.sight.rights(object);
    const owners = rights.modifyAll ? undefined : this.#input.sight.owners(object);
    if (owners !== undefined && !owners.includes(row['OwnerId'] ?? '')) return refusals.notShared(row['Id'] ?? '');
    return rights[right] ? undefined : refusals.insufficientAccess();
  }

  /** What refuses a well-formed row: a lock, a rule of the org's own, a unique value that is taken. */
  #fault(object: SchemaObject, id: string | undefined, row: StoredRow, values: StoredRow): RowError | undefined {
    const { switches } = this.#parts.access;
    if (switches.take('lockRow')) return refusals.lockedRow(id);
    const refusal = switches.refusalOf(object.name, values);
    if (refusal !== undefined) {
      return {
        statusCode: refusal.statusCode ?? 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message: refusal.message,
        fields: refusal.fields ?? [],
      };
    }
    for (const field of object.stored) {
      const value = values[field.name];
      if (!field.unique || value === null || value === undefined) continue;
      const other = idsWithKey(this.#parts.store, object, field, value).find((taken) => taken !== id);
      if (other !== undefined) return refusals.duplicateValue(field.name, other);
    }
    return setupFault(this.#parts, object, row, id);
  }

  #ownership(object: SchemaObject): StoredRow {
    return object.field('OwnerId') === undefined ? {} : { OwnerId: this.#user.id };
  }

  /** Stamps and who moved them, for the fields the object has. */
  #stamps(object: SchemaObject, created: boolean): StoredRow {
    const now = stampAt(this.#parts.store.clock() - this.#parts.access.switches.state.lateCommitMs);
    const stamps: Record<string, string> = { SystemModstamp: now };
    const put = (name: string, value: string): void => {
      if (object.field(name) !== undefined) stamps[name] = value;
    };
    put('LastModifiedDate', now);
    put('LastModifiedById', this.#user.id);
    if (!created) return stamps;
    put('CreatedDate', now);
    put('CreatedById', this.#user.id);
    return { ...stamps, IsDeleted: 'false' };
  }
}

/** Records of these decide what users may do. */
const rightObjects = new Set([
  'user',
  'permissionset',
  'permissionsetassignment',
  'objectpermissions',
  'fieldpermissions',
]);

function grantsRights(object: string): boolean {
  return rightObjects.has(object.toLowerCase());
}

/** A stamp has seconds and no finer grain (A11). */
function stampAt(clock: number): string {
  return `${new Date(clock).toISOString().slice(0, 19)}.000Z`;
}

function refused(errors: readonly RowError[], id?: string): RowResult {
  return { success: false, id, errors };
}

function isRequired(object: SchemaObject, name: string): boolean {
  const field = object.field(name);
  return field !== undefined && !field.nillable && field.type !== 'boolean';
}

function missingOnCreate(object: SchemaObject, values: StoredRow): readonly string[] {
  return object.stored
    .filter(({ name, createable, defaultedOnCreate }) => {
      if (!createable || !isRequired(object, name)) return false;
      return name in values ? values[name] === null : !defaultedOnCreate;
    })
    .map(({ name }) => name);
}

function isEmptied(object: SchemaObject, name: string, values: StoredRow): boolean {
  return values[name] === null && isRequired(object, name);
}
