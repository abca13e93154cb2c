/** The fold of people of whom none or only one has a record (ID22): nothing of it happens in Salesforce. */
import type { Transaction } from '../db/db.ts';
import { DEFAULT_BOUNDS } from '../lib/bounds.ts';
import { compileFoldHere } from '../merge/compile-fold-here.ts';

const FOLD = compileFoldHere(DEFAULT_BOUNDS);

/** Whose record another one's fold waits for, or whose lead is just being made, is left for later. */
const FREE = `
select p.id
  from marketing.person p
  left join sync.link l on l.sf_id = p.salesforce_id
  left join sync.sent s on s.person_id = p.id
 where p.id = any($1) and (p.salesforce_id is null or p.is_deleted) and coalesce(l.state not in ('merged', 'converted'), true)
   and not coalesce(s.sf_id is null and (s.in_flight <> '{}' or s.unanswered <> '{}'), false)`;

/**
 * Folds those who are still themselves into who `winnerId` is now; the others were folded already. The rows are held first, so that a claim
 * or a link made meanwhile is seen. Returns who is left for later.
 */
export const foldHere = async (
  tx: Transaction,
  people: readonly number[],
  winnerId: number,
): Promise<ReadonlySet<number>> => {
  const [now] = await tx.query<{ id: number }>(
    'select coalesce((select survivor_id from sync.person_redirect where person_id = $1), $1::bigint) as id',
    [winnerId],
  );
  const winner = now?.id ?? winnerId;
  const held = await tx.query<{ id: number }>(
    'select id from marketing.person where id = any($1) order by id for update',
    [[winner, ...people]],
  );
  const losers = held.map(({ id }) => id).filter((id) => id !== winner);
  if (losers.length === 0) return new Set();
  if (!held.some(({ id }) => id === winner)) return new Set(losers);
  const free = (await tx.query<{ id: number }>(FREE, [losers])).map(({ id }) => id);
  if (free.length > 0) await fold(tx, free, winner);
  return new Set(losers.filter((id) => !free.includes(id)));
};

/** A lead that was asked for is asked for the one that stays, if that has none. */
const fold = async (tx: Transaction, people: readonly number[], winner: number): Promise<void> => {
  const asked = await tx.query('select from sync.outbox where person_id = any($1) and create_lead', [people]);
  await tx.run(FOLD.create);
  await tx.run(FOLD.fill, [people, winner]);
  await tx.run(`set local syncline.origin = 'sync'`);
  for (const statement of FOLD.statements) await tx.run(statement);
  await tx.run(`set local syncline.origin = ''`);
  await tx.run('delete from pg_temp."fold_here"');
  if (asked.length > 0)
    await tx.query('select marketing.sync_person(id) from marketing.person where id = $1 and salesforce_id is null', [
      winner,
    ]);
};
