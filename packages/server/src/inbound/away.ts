/**
 * IN13: an object that nobody read for longer than the recycle bin keeps. What was deleted meanwhile may have left the bin, and then no query shows it. So the
 * object is read from its beginning by the ordinary pass, which remembers whom it saw (`sync.sweep_seen`); whom it did not is then asked for by
 * id and classified (IN12), and until that is done nothing is sent (`work/work.ts`).
 */
import type { Database, Transaction } from '../db/db.ts';
import { type SyncObject, TABLE_OF } from '../mapping/mapping.ts';
import { ownTable } from '../mapping/shape.ts';
import type { QueryPage } from '../salesforce/salesforce.ts';

/** A pass that was cut off begins anew, and so does what it saw. */
export const forgetSeen = async ({ db }: { readonly db: Database }, object: SyncObject): Promise<void> => {
  await db.run('delete from sync.sweep_seen where object = $1', [object]);
};

export const noteSeen = async (tx: Transaction, object: SyncObject, page: QueryPage): Promise<void> => {
  await tx.run(
    `insert into sync.sweep_seen (object, sf_id) select $1, r ->> 'Id' from json_array_elements($2::json #> $3::text[]) r`,
    [object, page.body, page.path],
  );
};

/** In the transaction that ends the pass; `beganAt`: whoever came since need not have been seen. */
export const askUnseen = async (tx: Transaction, object: SyncObject, beganAt: string): Promise<void> => {
  await tx.run('analyze sync.sweep_seen');
  await tx.run(TABLE_OF[object] === 'person' ? UNSEEN_PEOPLE : UNSEEN_ROWS(ownTable(object)), [object, beganAt]);
  await tx.run('delete from sync.sweep_seen where object = $1', [object]);
};

/** `a`: the records that count as there. */
const asking = (there: string): string => `
insert into sync.reread as r (object, sf_id, reason)
select $1, a.sf_id, 'away'
  from (${there}) a
 where not exists (select from sync.sweep_seen z where z.object = $1 and z.sf_id = a.sf_id)
 order by a.sf_id
    on conflict (object, sf_id) do update
   set reason = excluded.reason, asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`;

const UNSEEN_PEOPLE = asking(
  `select l.sf_id from sync.link l where l.object = $1 and l.state = 'live' and l.since < $2::timestamptz`,
);
const UNSEEN_ROWS = (table: string): string =>
  asking(
    `select o.salesforce_id as sf_id from ${table} o where not o.is_deleted and o.salesforce_id is not null and o.created_at < $2::timestamptz`,
  );
