/**
 * The door of people: what anybody may do to `marketing.person`, and what happens then.
 *
 * Anybody with the right may insert, update and delete people by any SQL; that is a supported interface. Triggers compiled from
 * the field map (shape.ts) note each edit of a linked person in `sync.outbox`, one row a person, each column with the version of its
 * last edit, in the transaction of the edit (OUT1, OUT6). They tell the sync's own writes by their database role (OUT2, OUT3), fire
 * in a replica-mode session too, and refuse what they could not see: TRUNCATE, and any change of the columns that only the sync
 * moves (OUT4, OUT21). What a contact shows of its company is the company's: `marketing.person_company` shows it and takes edits of it, and an edit of the
 * contact's own column means the same; the one company row changes, and nothing is sent (MRG20, shape-company.ts). `marketing.sync_person(id)` asks for a lead; `marketing.reverse_conflict(id)` gives the loser of a conflict its
 * value back, as an ordinary edit (MRG12).
 *
 * Channel `syncline_outbox` is notified once a statement that left something to send. The session setting `syncline.lane` (`urgent`, `normal`,
 * `backfill`) chooses the lane of an edit; without it an edit is normal.
 */
import { Problem } from '../errors/errors.ts';

export { OWN_MORE } from '../mapping/shape.ts';
export { findByExternalId, presentPersonId } from './present-person.ts';

/** What the SQL functions of `marketing` refuse with: SQLSTATE to the code of the problems table. */
const REFUSALS = {
  SL001: 'person-not-found',
  SL002: 'already-in-salesforce',
  SL004: 'conflict-not-found',
  SL005: 'conflict-reversed',
  SL006: 'conflict-moved',
} as const;

/** The problem that a refusal of `marketing.sync_person` or `marketing.reverse_conflict` means; null for any other failure. `id` fills its sentences. */
export const refusalOf = (error: unknown, id: number): Problem | null => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !Object.hasOwn(REFUSALS, code)) return null;
  return new Problem(REFUSALS[code as keyof typeof REFUSALS], { id }, { cause: error });
};
