/** Sync person (N96, ACT4). Everything it does may be done again. */
import type { SyncPersons } from '@syncline/contract/actions';
import type { Database } from '../db/db.ts';
import { changeOwner } from './change-owner.ts';
import { type Kind, withoutRecord } from './kind.ts';

export const syncPersons: Kind<SyncPersons> = {
  peopleMax: changeOwner.peopleMax,
  check: async ({ ownerId }, people, parts) => {
    if (ownerId !== undefined) await changeOwner.check({ kind: 'change_owner', ownerId }, people, parts);
  },
  decide: (person, { ownerId }) => {
    if (ownerId !== undefined) return changeOwner.decide(person, { kind: 'change_owner', ownerId }, null);
    const missing = withoutRecord(person);
    if (missing !== null) return missing;
    // A lead that was made just now has everything.
    return person.step === 'syncing' ? { do: 'done' } : { do: 'send' };
  },
  send: async (people, { ownerId }, parts) => {
    await hurry(
      parts.db,
      people.map(({ personId }) => personId),
      parts.lane,
    );
    if (ownerId !== undefined) return changeOwner.send(people, { kind: 'change_owner', ownerId }, parts, null);
    return people.map(() => ({ is: 'done' as const }));
  },
};

/** What waits goes in the action's lane, what is parked is tried again (OUT34). */
const hurry = (db: Database, persons: readonly number[], lane: number): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.query('select sync.retry_parked($1)', [persons]);
    const hurried = await tx.run(
      `update sync.outbox o set lane = $2 where o.person_id = any($1) and o.lane > $2 and o.claim_id is null`,
      [persons, lane],
    );
    if (hurried > 0) await tx.query(`select pg_notify('syncline_outbox', '')`);
  });
