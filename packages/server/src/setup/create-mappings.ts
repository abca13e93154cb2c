/** Builds what changes the map. */

import type { FilterCounts, FilterQuestion, Filters } from '@syncline/contract/filters';
import type {
  DryRun,
  EditedMap,
  FieldChange,
  FieldDifferences,
  FieldName,
  MapEdit,
  MapFile,
} from '@syncline/contract/mappings';
import type { FieldMaps } from '@syncline/contract/setup';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { compileWithdrawals } from '../mapping/compile-change.ts';
import { compileRename } from '../mapping/compile-rename.ts';
import { type FieldMap, SYNC_OBJECTS } from '../mapping/mapping.ts';
import { applyFields, type ChosenField, loadFieldMap } from '../mapping/open-field-store.ts';
import { personColumnTypes } from '../mapping/open-map-store.ts';
import { isNotable } from '../mapping/plan-differences.ts';
import { type MapPlan, planEdits } from '../mapping/plan-edits.ts';
import { planFilter } from '../mapping/plan-filter.ts';
import { applyPeopleShape } from '../people/shape.ts';
import { backfillBatch } from './backfill.ts';
import { answerFor, askForReads, carryOut, holdEverybody } from './carry-out.ts';
import { readConnection } from './connection-store.ts';
import { type Described, describeObjects, readable } from './describes.ts';
import { whoCanFix } from './difference-advice.ts';
import { withEdits } from './draft-edits.ts';
import { distanceOf, runDry } from './dry-run.ts';
import {
  markApplied,
  markDiscarded,
  putDryRun,
  putEdits,
  readBackfilling,
  readChange,
  readDraft,
  type StoredChange,
  type StoredEdit,
} from './field-change-store.ts';
import { fieldMapsOf } from './field-maps.ts';
import { askFilterThere, countFilter, type FilterThere, filtersOf, readScanning } from './filter-effects.ts';
import { candidatesOf, lookAtSchema } from './look-at-schema.ts';
import { editsOfFile, fileOf } from './map-file.ts';
import {
  countDifferences,
  countHolders,
  countWaiting,
  discardErrors,
  isLookDue,
  keyOf,
  lookedAt,
  readDeleted,
  readDifference,
  readDifferences,
  type StoredDifference,
} from './schema-change-store.ts';
import type { ConnectionPart, Mappings } from './setup.ts';

export interface MappingsOptions {
  readonly db: Database;
  readonly connection: Pick<ConnectionPart, 'current'>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Says to every process that the map or its draft is another one. */
  readonly notify: () => Promise<void>;
  /** Asks the loops for a cycle now. */
  readonly wake: () => Promise<void>;
}

const DELETED_MS = 15 * 86_400_000;
/** The backfill of a change has work to do. */
export const BACKFILL_CHANNEL = 'syncline_backfill';
/** The schema of the org was looked at: what waited for a change of it may go. */
export const SCHEMA_CHANNEL = 'syncline_schema';

export const createMappings = (options: MappingsOptions): Mappings => new EditableMappings(options);

class EditableMappings implements Mappings {
  readonly #parts: MappingsOptions;

  constructor(options: MappingsOptions) {
    this.#parts = options;
  }

  async fieldMaps(): Promise<FieldMaps> {
    const { db } = this.#parts;
    const [map, draft, stored, running, changedInSalesforce] = await Promise.all([
      loadFieldMap(db),
      readDraft(db),
      readConnection(db),
      readBackfilling(db),
      countDifferences(db),
    ]);
    const planned = draft === null ? null : await this.#plan(db, map, draft.edits);
    return {
      ...fieldMapsOf(planned?.map ?? map, planned ? [...planned.changed, ...planned.added] : []),
      isStarted: stored?.startedAt != null,
      draft: draft?.shown ?? null,
      backfilling: running?.shown ?? null,
      changedInSalesforce,
    };
  }

  async differences(): Promise<FieldDifferences> {
    const { db } = this.#parts;
    const [found, map, at] = await Promise.all([readDifferences(db), loadFieldMap(db), lookedAt(db)]);
    const [holders, waiting] = await Promise.all([countHolders(db, map, found), countWaiting(db, map, found)]);
    return {
      lookedAt: at?.toISOString() ?? null,
      differences: found.map((difference) => ({
        object: difference.object,
        name: difference.name,
        label: difference.label,
        kind: difference.kind,
        was: difference.was,
        is: difference.is,
        fits: difference.fits,
        removed: [...difference.removed],
        added: [...difference.added],
        isInFilter: isInFilter(map, difference),
        people: holders.get(keyOf(difference))?.people ?? null,
        wouldFail: holders.get(keyOf(difference))?.wouldFail ?? 0,
        waiting: waiting.get(keyOf(difference)) ?? 0,
        whoCanFix: whoCanFix(difference),
        isNotable: isNotable(difference) && !holders.get(keyOf(difference))?.wouldFail,
        since: difference.since.toISOString(),
      })),
    };
  }

  async look(): Promise<void> {
    await this.#lookNow();
    await this.#sayLooked();
  }

  async lookIfDue(bounds: { readonly everyMs: number; readonly hintedMs: number }): Promise<boolean> {
    if (!(await isLookDue(this.#parts.db, bounds))) return false;
    if ((await this.#lookNow()) > 0) await this.#sayLooked();
    await this.#withdrawOld();
    return true;
  }

  async #lookNow(): Promise<number> {
    const { db, connection } = this.#parts;
    return lookAtSchema(db, await connection.current());
  }

  /** Whoever waits for a cause to go away looks again. */
  async #sayLooked(): Promise<void> {
    const { db, notify } = this.#parts;
    await db.run('select pg_notify($1, $2)', [SCHEMA_CHANNEL, '']);
    await notify();
  }

  async note({ object, name }: FieldName): Promise<void> {
    const { db, connection } = this.#parts;
    const [described, map] = await Promise.all([describeObjects(await connection.current()), loadFieldMap(db)]);
    const field = candidatesOf(map, described).find((each) => each.object === object && each.name === name);
    const found = await readDifference(db, object, name);
    const holders = await countHolders(db, map, found);
    const isFree = (each: StoredDifference): boolean => isNotable(each) && !holders.get(keyOf(each))?.wouldFail;
    if (!field || found.length === 0 || !found.every(isFree))
      throw new Problem('field-unknown', { field: `${object}.${name}` });
    await db.ownTransaction(async (tx) => {
      await holdEverybody(tx);
      await applyFields(tx, [field], `${object}.${name} as Salesforce has it`);
      await applyPeopleShape(tx, await loadFieldMap(tx));
    });
    await this.look();
  }

  async rename({ object, name }: FieldName): Promise<void> {
    const { db } = this.#parts;
    const to = (await readDifference(db, object, name)).find(({ kind }) => kind === 'renamed')?.is;
    await db.ownTransaction(async (tx) => {
      await holdEverybody(tx);
      const field = (await loadFieldMap(tx)).objects[object].fields.find((each) => each.name === name);
      if (!field || !to) throw new Problem('field-unknown', { field: `${object}.${name}` });
      for (const statement of compileRename(field, to)) await tx.run(statement);
    });
    await this.look();
  }

  async withdraw({ object, name }: FieldName): Promise<void> {
    const { db } = this.#parts;
    const isDeleted = (await readDifference(db, object, name)).some(({ kind }) => kind === 'deleted');
    await db.ownTransaction(async (tx) => {
      await holdEverybody(tx);
      const field = (await loadFieldMap(tx)).objects[object].fields.find((each) => each.name === name);
      if (!field || !isDeleted) throw new Problem('field-unknown', { field: `${object}.${name}` });
      for (const statement of compileWithdrawals({ withdrawn: [field] })) await tx.run(statement);
      await discardErrors(tx, object, name);
    });
    await this.#parts.notify();
  }

  /** Salesforce keeps a deleted field for as long; after that its edits have nowhere to go. */
  async #withdrawOld(): Promise<void> {
    const { db } = this.#parts;
    const gone = await readDeleted(db, DELETED_MS);
    if (gone.length === 0) return;
    const waiting = await countWaiting(db, await loadFieldMap(db), gone);
    for (const each of gone) if ((waiting.get(keyOf(each)) ?? 0) > 0) await this.withdraw(each);
  }

  async edit(edits: readonly MapEdit[], by: string): Promise<EditedMap> {
    const { db, notify } = this.#parts;
    const stored = await readConnection(db);
    if (!stored?.confirmedAt) throw new Problem('not-confirmed');
    const described = await this.#described(edits);
    const draft = await db.ownTransaction(async (tx) => {
      const before = stored.startedAt ? ((await readDraft(tx))?.edits ?? []) : [];
      const all = withEdits(before, described);
      const plan = await this.#plan(tx, await loadFieldMap(tx), all);
      if (!stored.startedAt) {
        await carryOut(tx, plan, 'Mappings');
        return null;
      }
      await putEdits(tx, all, by);
      return (await readDraft(tx))?.shown ?? null;
    });
    await notify();
    return { draft };
  }

  async change(changeId: number): Promise<FieldChange> {
    return (await this.#find(changeId)).shown;
  }

  async removeEdit(changeId: number, place: number, by: string): Promise<EditedMap> {
    const { db, notify } = this.#parts;
    const { edits } = await this.#findDraft(changeId);
    const left = edits.filter((_, at) => at !== place);
    if (left.length === edits.length) throw new Problem('change-not-found', { id: changeId });
    if (left.length === 0) await markDiscarded(db, changeId);
    else
      await db.transaction(async (tx) => {
        await this.#plan(tx, await loadFieldMap(tx), left);
        await putEdits(tx, left, by);
      });
    await notify();
    return { draft: (await readDraft(db))?.shown ?? null };
  }

  async discard(changeId: number): Promise<void> {
    const { db, notify } = this.#parts;
    if (!(await markDiscarded(db, changeId))) throw new Problem('change-not-found', { id: changeId });
    await notify();
  }

  async dryRun(changeId: number): Promise<FieldChange> {
    const { db, now, notify } = this.#parts;
    const { edits } = await this.#findDraft(changeId);
    const startedAt = now();
    const there = await this.#filtersThere(edits);
    const { facts, version } = await db.transaction(async (tx) => {
      const map = await loadFieldMap(tx);
      return { facts: await runDry(tx, await this.#plan(tx, map, edits), there), version: map.version };
    });
    const dryRun: DryRun = {
      ranAt: new Date().toISOString(),
      ms: Math.round(now() - startedAt),
      ...facts.dryRun,
    };
    if (!(await putDryRun(db, changeId, { dryRun, fingerprint: facts.fingerprint, mapVersion: version })))
      throw new Problem('change-not-found', { id: changeId });
    await notify();
    return (await this.#find(changeId)).shown;
  }

  async apply(changeId: number, { backfill }: { readonly backfill: boolean }): Promise<FieldChange> {
    const { db, notify } = this.#parts;
    await db.ownTransaction(async (tx) => {
      await holdEverybody(tx);
      const draft = await readChange(tx, changeId);
      if (draft?.state !== 'draft') throw new Problem('change-not-found', { id: changeId });
      if (draft.fingerprint === null) throw new Problem('dry-run-first');
      const map = await loadFieldMap(tx);
      if (draft.mapVersion !== map.version) throw new Problem('dry-run-first');
      const plan = await this.#plan(tx, map, draft.edits);
      const { fingerprint, dryRun } = await runDry(tx, plan);
      const moved = distanceOf(draft.fingerprint, fingerprint);
      if (moved > 0) throw new Problem('data-moved', { n: moved });
      const misfits = dryRun.atOnce.misfits.changed;
      if (misfits > 0) throw new Problem('type-misfit', { n: misfits });
      await carryOut(tx, plan, `Change ${changeId}`);
      await markApplied(tx, changeId, backfill ? plan.comparable.map(({ object, name }) => ({ object, name })) : null);
      if (backfill) await askForReads(tx, plan);
      await answerFor(tx, plan, backfill);
      await tx.run('select pg_notify($1, $2)', [BACKFILL_CHANNEL, '']);
      if (plan.retyped.length > 0) await tx.run('select pg_notify($1, $2)', [SCHEMA_CHANNEL, '']);
    });
    await notify();
    await this.#parts.wake();
    return (await this.#find(changeId)).shown;
  }

  async filters(): Promise<Filters> {
    const { db } = this.#parts;
    const [map, draft, scanning] = await Promise.all([loadFieldMap(db), readDraft(db), readScanning(db)]);
    const planned = draft === null ? null : await this.#plan(db, map, draft.edits);
    return { filters: filtersOf(planned?.map ?? map, planned?.filtered ?? [], scanning) };
  }

  async countFilter({ object, filter }: FilterQuestion): Promise<FilterCounts> {
    const { db, connection } = this.#parts;
    const map = (await loadFieldMap(db)).objects[object];
    const planned = filter === null ? undefined : planFilter(map, filter);
    return countFilter(await connection.current(), map, planned);
  }

  async exportMap(): Promise<MapFile> {
    return fileOf(await loadFieldMap(this.#parts.db));
  }

  async importMap(file: MapFile, by: string): Promise<EditedMap> {
    const { db } = this.#parts;
    const edits = editsOfFile(await loadFieldMap(db), file);
    if (edits.length === 0) return { draft: (await readDraft(db))?.shown ?? null };
    return this.edit(edits, by);
  }

  backfillOnce(): Promise<boolean> {
    return backfillBatch(this.#parts.db, async (tx, edits) => this.#plan(tx, await loadFieldMap(tx), edits));
  }

  /** What the org says of filters that become others. Errors: those of the connection. */
  async #filtersThere(edits: readonly StoredEdit[]): Promise<readonly FilterThere[]> {
    const { db, connection } = this.#parts;
    const map = await loadFieldMap(db);
    const plan = await this.#plan(db, map, edits);
    if (plan.filtered.length === 0) return [];
    const salesforce = await connection.current();
    return Promise.all(
      plan.filtered.map((object) => askFilterThere(salesforce, map.objects[object], plan.map.objects[object])),
    );
  }

  async #find(changeId: number): Promise<StoredChange> {
    const found = await readChange(this.#parts.db, changeId);
    if (!found) throw new Problem('change-not-found', { id: changeId });
    return found;
  }

  async #findDraft(changeId: number): Promise<StoredChange> {
    const found = await this.#find(changeId);
    if (found.state !== 'draft') throw new Problem('change-not-found', { id: changeId });
    return found;
  }

  /** An added or retyped field is looked up in the org once, when it is chosen. */
  async #described(edits: readonly MapEdit[]): Promise<readonly StoredEdit[]> {
    if (!edits.some(isOfOrg)) return edits;
    const { db, connection } = this.#parts;
    const [described, map] = await Promise.all([describeObjects(await connection.current()), loadFieldMap(db)]);
    const known = SYNC_OBJECTS.flatMap((object) => map.objects[object].fields);
    const candidates = candidatesOf(map, described);
    return edits.map((edit) => {
      if (!isOfOrg(edit)) return edit;
      const isKnown = known.some((field) => field.object === edit.object && field.name === edit.name);
      const field = candidates.find(({ object, name }) => object === edit.object && name === edit.name);
      if (isEncrypted(described, edit)) throw new Problem('field-masked', { field: `${edit.object}.${edit.name}` });
      if (!field || isKnown !== (edit.kind === 'retype'))
        throw new Problem('field-unknown', { field: `${edit.object}.${edit.name}` });
      return { ...edit, field };
    });
  }

  async #plan(tx: Pick<Transaction, 'query'>, map: FieldMap, edits: readonly StoredEdit[]): Promise<MapPlan> {
    const candidates = edits.flatMap(({ field }): readonly ChosenField[] => (field ? [field] : []));
    return planEdits({ map, candidates, columns: await personColumnTypes(tx) }, edits);
  }
}

/** Edits that say of a field what the org says of it. */
const isOfOrg = (edit: MapEdit): edit is Extract<MapEdit, { kind: 'add' | 'retype' }> =>
  edit.kind === 'add' || edit.kind === 'retype';

/** MAP7: the one place beside people that uses a value. */
const isInFilter = (map: FieldMap, { object, name, removed }: StoredDifference): boolean =>
  map.objects[object].filter?.conditions.some(({ field, value }) => field === name && removed.includes(value ?? '')) ??
  false;

/** MAP13: whoever may not see it reads a mask, which is no value. */
const isEncrypted = (described: readonly Described[], { object, name }: FieldName): boolean =>
  readable(described)
    .find((each) => each.name === object)
    ?.fields.some((field) => field.name === name && field.type === 'encryptedstring') ?? false;
