/**
 * Merging records (A12): up to two go into a third. Those are deleted, with `MasterRecordId` naming the one that stays;
 * what hung on them hangs on it, silently; it gets one update with the values its user chose.
 */
import type { RowError } from '../salesforce-error.ts';
import type { SchemaObject } from '../schema/schema.ts';
import { canonicalId } from '../store/ids.ts';
import type { StoredRow } from '../store/store.ts';
import { identifier } from '../store/tables.ts';
import type { MergeRequest, MergeResult } from './dml.ts';
import { refusals } from './refusals.ts';
import type { Batch } from './write.ts';
import type { Writing } from './writing.ts';

const mergeable = new Set(['Account', 'Case', 'Contact', 'Lead']);
const mergedMax = 2;

export function mergeRecords(batch: Batch, request: MergeRequest): MergeResult {
  const masterId = canonicalId(request.masterId) ?? request.masterId;
  const refused = (errors: readonly RowError[]): MergeResult => ({ success: false, id: masterId, errors });
  const { writing } = batch;
  const object = writing.object(request.object);
  if (object === undefined) return refused([refusals.noSuchObject(request.object)]);
  if (!mergeable.has(object.name))
    return refused([refusals.mergeFailed(`entity type cannot be merged: ${object.name}`)]);
  if (request.mergeIds.length === 0 || request.mergeIds.length > mergedMax) {
    return refused([refusals.mergeFailed(`a merge takes one or ${mergedMax} records beside the master record`)]);
  }
  const master = batch.find(object, masterId);
  if ('error' in master) return refused([master.error]);
  const losers: { id: string; row: StoredRow }[] = [];
  for (const id of request.mergeIds) {
    const found = batch.find(object, id);
    if ('error' in found) return refused([found.error]);
    if (found.id === master.id)
      return refused([refusals.mergeFailed('the master record cannot be merged with itself')]);
    if (losers.some((loser) => loser.id === found.id))
      return refused([refusals.mergeFailed('a record is merged once')]);
    losers.push(found);
  }
  if ([master, ...losers].some(({ row }) => row['IsConverted'] === 'true')) return refused([refusals.convertedLead()]);
  for (const { row } of losers) {
    const forbidden = batch.forbidden(object, row, 'delete');
    if (forbidden !== undefined) return refused([forbidden]);
  }
  const updated = batch.one({ kind: 'update', object: object.name, id: master.id, record: request.record });
  if (!updated.success) return refused(updated.errors);
  // A row may hang on a record by two of its fields.
  const relatedIds = [...new Set(losers.flatMap(({ id }) => reparent(writing, object, id, master.id)))];
  for (const { row } of losers) bury(writing, object, row, master.id);
  return { success: true, id: master.id, mergedIds: losers.map(({ id }) => id), relatedIds };
}

/** Gives all that refers to one record another; stamps and triggers do not notice (A12). */
function reparent(writing: Writing, object: SchemaObject, from: string, to: string): readonly string[] {
  const { store } = writing;
  const moved: string[] = [];
  for (const { object: child, field } of writing.parts.schema.references(object.name)) {
    if (field.name === 'MasterRecordId') continue;
    const sql = `select * from ${identifier(child.name)} where ${identifier(field.name)} = ? and "IsDeleted" = 'false'`;
    for (const row of store.statement(sql).all(from) as unknown as readonly StoredRow[]) {
      const id = row['Id'] ?? '';
      if (id === to) {
        // The master cannot be its own parent.
        writing.change(child, row, { [field.name]: null }, { silent: true });
      } else if (isMemberToo(writing, child, row, field.name, to)) {
        writing.setDeleted(child, row, true);
      } else {
        writing.change(child, row, { [field.name]: to }, { silent: true });
        moved.push(id);
      }
    }
  }
  return moved;
}

/** A person is in a campaign once: of two memberships the master's stays. */
function isMemberToo(writing: Writing, child: SchemaObject, row: StoredRow, field: string, master: string): boolean {
  if (child.name !== 'CampaignMember' || (field !== 'LeadId' && field !== 'ContactId')) return false;
  const sql = `select 1 from "CampaignMember" where "CampaignId" = ? and "${field}" = ? and "IsDeleted" = 'false'`;
  return writing.store.statement(sql).get(row['CampaignId'] ?? null, master) !== undefined;
}

function bury(writing: Writing, object: SchemaObject, row: StoredRow, masterId: string): void {
  const values = object.field('MasterRecordId') === undefined ? {} : { MasterRecordId: masterId };
  writing.setDeleted(object, row, true, values);
  writing.store
    .statement('insert or replace into "_deleted" (id, object, root, at) values (?, ?, ?, ?)')
    .run(row['Id'] ?? '', object.name, row['Id'] ?? '', writing.now);
}
