import type { OrgUser } from '../access/access.ts';
import { type RowError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { setupFault } from './administration.ts';
import { derivedFields, startingValues } from './automation.ts';
import { behaviourOf } from './behaviours/behaviours.ts';
import { convertLead } from './convert.ts';
import type { Dml, DmlParts, RecordInput, RowResult, Write, WriteOptions } from './dml.ts';
import { duplicateFault } from './duplicates.ts';
import { type InputContext, idsWithKey, readInput } from './input.ts';
import { mergeRecords } from './merge.ts';
import { assigned, automated, filteredOut, numbered, violations } from './org-rules.ts';
import { deleteTree, heldBy, openRecycleBin, purgeTree, undeleteTree } from './recycle-bin.ts';
import { refusals } from './refusals.ts';
import { rollUp } from './roll-ups.ts';
import { storedText } from './values.ts';
import { Writing } from './writing.ts';

export function makeDml(parts: DmlParts): Dml {
  openRecycleBin(parts.store);
  return {
    write: (user, writes, options = {}) => {
      const batch = new Batch(parts, user, options);
      return options.allOrNone === true ? allOrNone(parts.store, batch, writes) : batch.write(writes);
    },
    convertLeads: (user, converts, options = {}) => {
      const batch = new Batch(parts, user, options);
      return converts.map((convert) => batch.whole(() => convertLead(batch, convert)));
    },
    merge: (user, requests, options = {}) => {
      const batch = new Batch(parts, user, options);
      return requests.map((request) => batch.whole(() => mergeRecords(batch, request)));
    },
  };
}

/** Carries the answers out of a transaction that is undone. */
class RolledBack extends Error {
  readonly results: unknown;

  constructor(results: unknown) {
    super('rolled back');
    this.results = results;
  }
}

function allOrNone(store: Store, batch: Batch, writes: readonly Write[]): readonly RowResult[] {
  const results = undoneUnless(
    store,
    () => batch.write(writes),
    (all) => all.every(({ success }) => success),
  );
  if (results.every(({ success }) => success)) return results;
  return results.map((result) =>
    result.success ? { success: false, id: undefined, errors: [refusals.rolledBack()] } : result,
  );
}

/** Does work in a transaction that is undone when its result is not good; the result comes back either way. */
function undoneUnless<T>(store: Store, work: () => T, isGood: (result: T) => boolean): T {
  try {
    return store.transaction(() => {
      const result = work();
      if (isGood(result)) return result;
      throw new RolledBack(result);
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return error.results as T;
  }
}

/** The rows of one call: one transaction, one second, one user. */
export class Batch {
  readonly writing: Writing;
  readonly #input: InputContext;
  readonly #keys = new Set<string>();

  constructor(parts: DmlParts, user: OrgUser, options: WriteOptions) {
    this.writing = new Writing(parts, user, options);
    this.#input = { store: parts.store, schema: parts.schema, sight: this.writing.sight };
  }

  write(writes: readonly Write[]): readonly RowResult[] {
    const { store, access } = this.writing.parts;
    const results = store.transaction(() => writes.map((write) => this.one(write)));
    if (writes.some(({ object }) => grantsRights(object))) access.rightsChanged();
    return results;
  }

  /** Several writes that are one for their caller: all of them, or none when their result is no success. */
  whole<T extends { readonly success: boolean }>(work: () => T): T {
    return undoneUnless(this.writing.store, work, ({ success }) => success);
  }

  one(write: Write): RowResult {
    const object = this.writing.object(write.object);
    if (object === undefined || !this.writing.sight.rights(object).read) {
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
      case 'hardDelete':
        return this.#hardDelete(object, write.id);
      case 'undelete':
        return this.#undelete(object, write.id);
      case 'purge':
        return this.#purge(object, write.id);
    }
  }

  #create(object: SchemaObject, record: RecordInput): RowResult {
    const { writing } = this;
    if (!object.describe.createable || !writing.sight.rights(object).create) {
      return refused([refusals.notCreateable(object.name)]);
    }
    if (writing.parts.access.switches.state.storageFull) return refused([refusals.storageLimit()]);
    const changes = readInput(this.#input, object, record, 'create');
    if (!changes.ok) return refused(changes.errors);
    const missing = missingOnCreate(object, changes.values);
    if (missing.length > 0) return refused([refusals.required(missing)]);
    const given = {
      ...startingValues(object, writing.store.clock()),
      ...numbered(writing, object),
      ...this.#ownership(object),
      ...changes.values,
    };
    const completed = behaviourOf(object)?.complete?.(writing, {
      row: given,
      changes: changes.values,
      before: undefined,
    });
    if (completed?.ok === false) return refused([completed.error]);
    const filled = { ...given, ...completed?.values };
    const owned = { ...filled, ...assigned(writing, object, filled) };
    const whole = { ...owned, ...automated(writing, object, owned, undefined) };
    const row = { ...whole, ...derivedFields(object, whole, whole) };
    const faults = this.#faults(object, undefined, row, row, undefined);
    if (faults.length > 0) return refused(faults);
    if (object.name.endsWith('__e')) return this.#publish(object, row);
    const stored = writing.insert(object, this.#named(object, row));
    this.#follow(object, undefined, stored);
    return { success: true, id: stored.Id, created: true };
  }

  #update(object: SchemaObject, givenId: string, record: RecordInput): RowResult {
    const { writing } = this;
    const found = this.find(object, givenId);
    if ('error' in found) return refused([found.error], givenId);
    const { id, row } = found;
    if (!object.describe.updateable) return refused([refusals.notCreateable(object.name)], id);
    const forbidden = this.forbidden(object, row, 'edit');
    if (forbidden !== undefined) return refused([forbidden], id);
    const changes = readInput(this.#input, object, record, 'update');
    if (!changes.ok) return refused(changes.errors, id);
    if (object.name === 'Lead' && row['IsConverted'] === 'true') return refused([refusals.convertedLead()], id);
    const missing = Object.keys(changes.values).filter((name) => isEmptied(object, name, changes.values));
    if (missing.length > 0) return refused([refusals.required(missing)], id);
    const given = { ...row, ...changes.values };
    const completed = behaviourOf(object)?.complete?.(writing, { row: given, changes: changes.values, before: row });
    if (completed?.ok === false) return refused([completed.error], id);
    const asked = { ...changes.values, ...completed?.values };
    const values = { ...asked, ...automated(writing, object, { ...row, ...asked }, row) };
    const derived = { ...values, ...derivedFields(object, { ...row, ...values }, values) };
    const faults = this.#faults(object, id, { ...row, ...derived }, derived, row);
    if (faults.length > 0) return refused(faults, id);
    this.#follow(object, row, writing.change(object, row, derived));
    return { success: true, id, created: false };
  }

  #upsert(object: SchemaObject, keyName: string, value: string | null, record: RecordInput): RowResult {
    const key = object.field(keyName);
    if (key === undefined || !this.writing.sight.canRead(object.name, key.name)) {
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
    const ids = idsWithKey(this.writing.store, object, key, reading.value);
    if (ids.length > 1) return refused([refusals.severalWithKey(key.name, ids)]);
    const rest = Object.fromEntries(Object.entries(record).filter(([name]) => object.field(name) !== key));
    if (ids[0] !== undefined) return this.#update(object, ids[0], rest);
    return this.#create(object, { ...rest, [key.name]: reading.value });
  }

  #delete(object: SchemaObject, givenId: string): RowResult {
    const found = this.find(object, givenId);
    if ('error' in found) return refused([found.error], givenId);
    if (!object.describe.deletable) return refused([refusals.notDeletable(object.name)], found.id);
    const forbidden = this.forbidden(object, found.row, 'delete');
    if (forbidden !== undefined) return refused([forbidden], found.id);
    if (this.writing.parts.access.switches.take('lockRow')) return refused([refusals.lockedRow(found.id)], found.id);
    const held = heldBy(this.writing, object, found.id);
    if (held !== undefined) return refused([refusals.heldBy(object.describe.label, held)], found.id);
    deleteTree(this.writing, object, found.row);
    this.#follow(object, found.row, undefined);
    return { success: true, id: found.id, created: false };
  }

  /** Deletes a record past the recycle bin. */
  #hardDelete(object: SchemaObject, givenId: string): RowResult {
    if (!this.writing.sight.has('BulkApiHardDelete')) return refused([refusals.insufficientAccess()], givenId);
    const deleted = this.#delete(object, givenId);
    if (deleted.success) purgeTree(this.writing.store, object, deleted.id);
    return deleted;
  }

  #undelete(object: SchemaObject, givenId: string): RowResult {
    const found = this.#findAny(object, givenId);
    if ('error' in found) return refused([found.error], givenId);
    const forbidden = this.forbidden(object, found.row, 'delete');
    const error = forbidden ?? undeleteTree(this.writing, object, found.row);
    if (error !== undefined) return refused([error], found.id);
    this.#follow(object, undefined, found.row);
    return { success: true, id: found.id, created: false };
  }

  /** Takes a record out of the recycle bin for good. */
  #purge(object: SchemaObject, givenId: string): RowResult {
    const found = this.#findAny(object, givenId);
    if ('error' in found) return refused([found.error], givenId);
    if (found.row['IsDeleted'] !== 'true') return refused([refusals.notInBin('DELETE_FAILED')], found.id);
    purgeTree(this.writing.store, object, found.id);
    return { success: true, id: found.id, created: false };
  }

  /** A platform event has no row: it is published when the transaction commits. */
  #publish(object: SchemaObject, row: StoredRow): RowResult {
    const { writing } = this;
    if (!writing.parts.events.mayPublish()) return refused([refusals.publishLimit()]);
    const id = writing.store.nextId(object.name);
    const whole = { ...row, ...writing.stamps(object, true), Id: id };
    const eventUuid = writing.parts.events.enqueue(object.name, whole, writing.user.id);
    return { success: true, id, created: true, eventUuid };
  }

  /** A live record by the id a client gave. */
  find(object: SchemaObject, givenId: string): { id: string; row: StoredRow } | { error: RowError } {
    const found = this.#findAny(object, givenId);
    if ('error' in found) return found;
    return found.row['IsDeleted'] === 'true' ? { error: refusals.isDeleted() } : found;
  }

  #findAny(object: SchemaObject, givenId: string): { id: string; row: StoredRow } | { error: RowError } {
    const id = canonicalId(givenId);
    if (id === undefined) return { error: refusals.malformedId(object.field('Id')?.label ?? 'Record ID', givenId) };
    const row = this.writing.store.read(object.name, id);
    return row === undefined ? { error: refusals.crossReference() } : { id, row };
  }

  /** Why the user may not touch a row: their rights on the object, or whose row it is. */
  forbidden(object: SchemaObject, row: StoredRow, right: 'edit' | 'delete'): RowError | undefined {
    const rights = this.writing.sight.rights(object);
    const owners = rights.modifyAll ? undefined : this.writing.sight.owners(object);
    if (owners !== undefined && !owners.includes(row['OwnerId'] ?? '')) return refusals.notShared(row['Id'] ?? '');
    return rights[right] ? undefined : refusals.insufficientAccess();
  }

  /** What follows of a row that was written, for others. */
  #follow(object: SchemaObject, before: StoredRow | undefined, after: StoredRow | undefined): void {
    behaviourOf(object)?.follow?.(this.writing, { before, after });
    rollUp(this.writing, object, before, after);
  }

  /** A record of a custom object that was given no name is called by its id. */
  #named(object: SchemaObject, row: StoredRow): StoredRow {
    const Id = this.writing.store.nextId(object.name);
    const nameless = object.describe.custom && object.field('Name') !== undefined && (row['Name'] ?? null) === null;
    return { ...row, Id, ...(nameless ? { Name: Id } : {}) };
  }

  /** What refuses a well-formed row: a lock, the org's own rules, a unique value that is taken, a duplicate. */
  #faults(
    object: SchemaObject,
    id: string | undefined,
    row: StoredRow,
    values: StoredRow,
    before: StoredRow | undefined,
  ): readonly RowError[] {
    const { parts } = this.writing;
    const { switches } = parts.access;
    if (switches.take('lockRow')) return [refusals.lockedRow(id)];
    const refusal = switches.refusalOf(object.name, values);
    if (refusal !== undefined) {
      const statusCode = refusal.statusCode ?? 'FIELD_CUSTOM_VALIDATION_EXCEPTION';
      return [{ statusCode, message: refusal.message, fields: refusal.fields ?? [] }];
    }
    const violated = [...filteredOut(this.writing, object, values), ...violations(this.writing, object, row, before)];
    if (violated.length > 0) return violated;
    const taken = this.#takenValue(object, id, values) ?? setupFault(parts, object, row, id);
    const fault = taken ?? duplicateFault(this.writing, object, row, before);
    return fault === undefined ? [] : [fault];
  }

  #takenValue(object: SchemaObject, id: string | undefined, values: StoredRow): RowError | undefined {
    for (const field of object.stored) {
      const value = values[field.name];
      if (!field.unique || value === null || value === undefined) continue;
      const other = idsWithKey(this.writing.store, object, field, value).find((taken) => taken !== id);
      if (other !== undefined) return refusals.duplicateValue(field.name, other);
    }
    return undefined;
  }

  #ownership(object: SchemaObject): StoredRow {
    return object.field('OwnerId') === undefined ? {} : { OwnerId: this.writing.user.id };
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
      // In an org of person accounts, its behaviour says which accounts need a name.
      if (name === 'Name' && object.field('IsPersonAccount') !== undefined) return false;
      return name in values ? values[name] === null : !defaultedOnCreate;
    })
    .map(({ name }) => name);
}

function isEmptied(object: SchemaObject, name: string, values: StoredRow): boolean {
  return values[name] === null && isRequired(object, name);
}
