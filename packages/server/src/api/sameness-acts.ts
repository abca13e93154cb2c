/** What somebody asks for where the two sides differ. The checker hears of it (`syncline_sameness`). */
import type { SyncObjectName } from '@syncline/contract/shared';
import pg from 'pg';
import type { Database } from '../db/db.ts';

/** The check of the object is the next one. */
export const wantCheck = async (db: Database, object: SyncObjectName): Promise<void> => {
  await db.run(
    `with wanted as (
       insert into sync.sameness (object, wanted_at) values ($1, clock_timestamp())
           on conflict (object) do update set wanted_at = excluded.wanted_at)
     select pg_notify('syncline_sameness', $1)`,
    [object],
  );
};

/**
 * SAFE4: what differs is read again and merged by the ordinary rules; nothing of ours is deleted. What the mirror says of these records is
 * forgotten, so that each meets ours as if for the first time, with an unknown base (MRG17): a read that says what the mirror says decides
 * nothing. The next check proves it: it is wanted at once, and waits until the records were read. Returns how many.
 */
export const repairDifferences = async (db: Database, object: SyncObjectName): Promise<number> =>
  db.transaction(async (tx) => {
    const [row] = await tx.query<{ asked: number }>(
      `with wanted as (
         delete from sync.difference where object = $1 returning sf_id),
       forgotten as (
         delete from salesforce.${pg.escapeIdentifier(object)} m using wanted where m."Id" = wanted.sf_id),
       asked as (
         insert into sync.reread as r (object, sf_id, reason)
         select $1, sf_id, 'difference' from wanted order by sf_id
             on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)
         returning 1),
       proven as (
         update sync.sameness set wanted_at = clock_timestamp() where object = $1)
       select count(*)::int as asked, pg_notify('syncline_sameness', $1) from asked`,
      [object],
    );
    return row?.asked ?? 0;
  });
