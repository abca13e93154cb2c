/**
 * Existing values of changed fields, made the same person after person (MAP3). Theirs are taken here; ours go to the outbox in the backfill
 * lane, and are sent with the values of the claim's time (OUT6). A batch is one transaction, so that live edits wait for none of it and a
 * killed process loses none of it.
 */
import type { Database, Transaction } from '../db/db.ts';
import { compileBackfill, compileDifferences } from '../mapping/compile-change.ts';
import type { MapPlan } from '../mapping/plan-edits.ts';
import { comparedColumns } from './dry-run.ts';
import type { StoredEdit } from './field-change-store.ts';

const PEOPLE_MAX = 2_000;

interface Work {
  readonly change_id: number;
  readonly backfill: readonly { readonly object: string; readonly name: string }[];
  readonly backfill_at: number;
}

/** One batch of the oldest change that has any left; false: none has. `planOf` the map as it stands. */
export const backfillBatch = (
  db: Database,
  planOf: (tx: Transaction, edits: readonly StoredEdit[]) => Promise<MapPlan>,
): Promise<boolean> =>
  db.ownTransaction(async (tx) => {
    const [work] = await tx.query<Work>(
      `select change_id, backfill, backfill_at from sync.field_change
        where backfill is not null and backfilled_at is null order by change_id limit 1 for update skip locked`,
    );
    if (!work) return false;
    const persons = await tx.query<{ id: number }>(
      `select id from marketing.person where id > $1 order by id limit ${PEOPLE_MAX}`,
      [work.backfill_at],
    );
    const ids = persons.map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) {
      await tx.run('update sync.field_change set backfilled_at = clock_timestamp() where change_id = $1', [
        work.change_id,
      ]);
      return true;
    }
    await sameFor(tx, await planOf(tx, []), work, ids);
    await tx.run(
      `update sync.field_change
          set backfill_at = $2, backfill_done = least(backfill_total, backfill_done + (select count(*) from marketing.person where id = any ($3) and salesforce_id is not null))
        where change_id = $1`,
      [work.change_id, last, ids],
    );
    return true;
  });

/** The fields as the map has them now: one that was changed again since follows its new choice. */
const sameFor = async (tx: Transaction, { map }: MapPlan, work: Work, ids: readonly number[]): Promise<void> => {
  const comparable = work.backfill.flatMap(({ object, name }) =>
    [map.objects.Lead, map.objects.Contact]
      .filter((each) => each.object === object)
      .flatMap(({ fields }) => fields.filter((field) => field.name === name && field.direction !== 'none')),
  );
  const differences = compileDifferences({ map, comparable, moves: [] }, 'after');
  if (differences === null) return;
  await tx.run(`select pg_advisory_xact_lock(7202, hashtext('person'))`);
  await tx.run('select from marketing.person where id = any ($1) order by id for no key update', [ids]);
  await tx.run('select from sync.outbox where person_id = any ($1) order by person_id for update', [ids]);
  const [done] = await tx.query<{ sent: number }>(compileBackfill(differences, comparedColumns({ comparable })), [
    ids,
    'backfill',
  ]);
  if (done && done.sent > 0) await tx.run(`select pg_notify('syncline_outbox', '')`);
};
