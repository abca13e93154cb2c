/**
 * OUT18: an urgent edit of a record that a bulk job carries does not wait for the job, which may take minutes. The person leaves the job's
 * claim as if its answer were lost: what the job carries may still land and is known for what it is (MRG7). When the job ends, what it carried
 * is sent again, for it may have landed last.
 */
import type { Database } from '../db/db.ts';
import { FAILED } from './answers.ts';
import { LANE } from './outbound.ts';
import { settleHeld } from './settle.ts';

/** Persons that leave their claims in one go. */
const PERSONS_MAX = 200;

interface Waiting {
  readonly person_id: number;
  readonly claim_id: number;
  readonly object: string;
  readonly holder: number;
}

/** Entries with an edit that their bulk claim does not carry. An index knows the urgent ones among the claimed. */
const WAITING = `
select o.person_id, k.claim_id, k.object, k.holder
  from sync.outbox o
  join sync.claim k on k.claim_id = o.claim_id and k.mode = 'bulk'
  left join sync.sent s on s.person_id = o.person_id and s.claim_id = o.claim_id
 where o.lane = ${LANE.urgent} and o.claim_id is not null
   and exists (select from jsonb_each(o.edits) e where not o.parked ? e.key and s.versions -> e.key is distinct from e.value)
 order by k.claim_id, o.person_id
 limit ${PERSONS_MAX}`;

/** Returns how many persons went ahead; their entries are due. */
export const overtakeBulk = async (db: Database, lateLandingMs: number): Promise<number> => {
  const waiting = await db.query<Waiting>(WAITING);
  for (const claimId of new Set(waiting.map((row) => row.claim_id)))
    await leaveClaim(
      db,
      waiting.filter((row) => row.claim_id === claimId),
      lateLandingMs,
    );
  return waiting.length;
};

/** The claim is held as by its holder, whoever that is: an outcome comes before or after this, never in between. */
const leaveClaim = (db: Database, leaving: readonly Waiting[], lateLandingMs: number): Promise<void> =>
  db.ownTransaction(async (tx) => {
    const [first] = leaving;
    if (first === undefined) return;
    const { claim_id: claimId, object, holder } = first;
    if ((await tx.run('select from sync.claim where claim_id = $1 for update', [claimId])) === 0) return;
    await tx.run(
      `insert into sync.overtaken (claim_id, person_id, fields)
       select $1, s.person_id, (select coalesce(jsonb_object_agg(f, coalesce(o.edited_at -> f, to_jsonb(now()))), '{}') from jsonb_object_keys(s.in_flight) f)
         from sync.sent s
         join sync.outbox o on o.person_id = s.person_id
        where s.claim_id = $1 and o.claim_id = $1 and s.person_id = any($2)`,
      [claimId, leaving.map((row) => row.person_id)],
    );
    await settleHeld(
      tx,
      { claimId, holder, object, isCreate: false, runId: null, lateLandingMs },
      leaving.map((row) => ({ ...FAILED, personId: row.person_id, isLost: true })),
    );
  });
