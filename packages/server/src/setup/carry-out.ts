/** What the application of a change does to the data, in its one transaction; a new map, and what follows from it. */
import { grantPeople } from '../brake/brake.ts';
import type { Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { compileMoves, compileRetypes, compileWithdrawals } from '../mapping/compile-change.ts';
import { SYNC_OBJECTS } from '../mapping/mapping.ts';
import { addPlannedColumns, savePlannedMap } from '../mapping/open-map-store.ts';
import type { MapPlan } from '../mapping/plan-edits.ts';
import { applyPeopleShape } from '../people/shape.ts';

/**
 * MAP10: nobody merges and nobody claims while the map changes; whoever comes after looks at the version first. What was claimed before is
 * settled by the columns' new names. Not while an initial load runs, whose pages take no lock.
 */
export const holdEverybody = async (tx: Transaction): Promise<void> => {
  const [row] = await tx.query<{ loading: boolean }>(
    `select exists (select from sync.load where phase <> 'done') as loading`,
  );
  if (row?.loading) throw new Problem('initial-sync-runs');
  await tx.run(`select pg_advisory_xact_lock(hashtext('syncline claim'))`);
  await tx.run(`select pg_advisory_xact_lock(7202, hashtext('person'))`);
  for (const object of SYNC_OBJECTS) await tx.run('select pg_advisory_xact_lock(7202, hashtext($1))', [object]);
};

/** In the sync's own transaction: nothing of it is an edit. */
export const carryOut = async (tx: Transaction, plan: MapPlan, why: string): Promise<void> => {
  await addPlannedColumns(tx, plan);
  for (const statement of compileRetypes(plan)) await tx.run(statement);
  for (const statement of compileMoves(plan)) await tx.run(statement);
  for (const statement of compileWithdrawals(plan)) await tx.run(statement);
  await applyPeopleShape(tx, await savePlannedMap(tx, plan, why));
};

/** SAFE2: the brake does not ask about what the dry run said: a backfill both ways, and those whom a filter lets in again. */
export const answerFor = async (
  tx: Transaction,
  { comparable, filtered }: MapPlan,
  backfill: boolean,
): Promise<void> => {
  for (const object of filtered) await grantPeople(tx, { object, direction: 'in' }, 'out_of_scope');
  for (const object of backfill ? new Set(comparable.map((field) => field.object)) : []) {
    await grantPeople(tx, { object, direction: 'in' }, 'live');
    await grantPeople(tx, { object, direction: 'out' }, 'live');
  }
};

/** MAP3: an added field was never read, so every record of its object is read by id. */
export const askForReads = async (tx: Transaction, { added }: MapPlan): Promise<void> => {
  for (const object of new Set(added.map((field) => field.object))) {
    await tx.run(
      `insert into sync.reread (object, sf_id, reason) select $1, "Id", 'backfill' from salesforce."${object}" on conflict do nothing`,
      [object],
    );
  }
};
