/** Claims that nobody works at any more, and values whose answer never came (OUT11 to OUT13, OUT26). */
import type { Database } from '../db/db.ts';
import { NOTHING_KNOWN } from '../links/links.ts';

export interface DeadClaim {
  readonly claimId: number;
  readonly mode: 'collections' | 'create' | 'bulk';
  readonly object: string;
  readonly jobId: string | null;
  readonly jobState: 'created' | 'uploaded';
  /** Its request began, so that it may have been carried out. */
  readonly isBegun: boolean;
}

interface ClaimRow {
  readonly claim_id: number;
  readonly mode: DeadClaim['mode'];
  readonly object: string;
  readonly bulk_job_id: string | null;
  readonly bulk_state: 'created' | 'uploaded' | null;
  readonly is_begun: boolean;
}

const COLUMNS = 'c.claim_id, c.mode, c.object, c.bulk_job_id, c.bulk_state, c.began_at is not null as is_begun';

const deadClaim = (row: ClaimRow): DeadClaim => ({
  claimId: row.claim_id,
  mode: row.mode,
  object: row.object,
  jobId: row.bulk_job_id,
  jobState: row.bulk_state ?? 'created',
  isBegun: row.is_begun,
});

/**
 * A holder is dead at once when its advisory lock is free (its session is gone), else when its lease has run out by the database's clock. A
 * claim of our own that no call works at was left by an error; half a lease tells it from one that was made this moment. The claim is
 * ours after this, with a lease of its own.
 */
export const takeDeadClaims = async (
  db: Database,
  options: {
    readonly holder: number;
    readonly leaseMs: number;
    readonly active: readonly number[];
    readonly claimsMax: number;
  },
): Promise<readonly DeadClaim[]> => {
  const rows = await db.query<ClaimRow>(
    `with dead as (
       select k.claim_id from sync.claim k
        where not k.claim_id = any($3)
          and (k.leased_until < clock_timestamp()
               or (k.holder = $1 and k.leased_until < clock_timestamp() + $2 * interval '0.5 ms')
               or not exists (
                 select from pg_locks l
                  where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = 7201 and l.objid = k.holder::oid
                    and l.database = (select d.oid from pg_database d where d.datname = current_database())))
        order by k.claim_id limit $4
        for update skip locked)
     update sync.claim c set holder = $1, leased_until = clock_timestamp() + $2 * interval '1 ms'
       from dead where c.claim_id = dead.claim_id
     returning ${COLUMNS}`,
    [options.holder, options.leaseMs, options.active, options.claimsMax],
  );
  return rows.map(deadClaim);
};

/** Claims of this process whose request has not begun. */
export const unsentClaims = async (db: Database, holder: number): Promise<readonly DeadClaim[]> =>
  (
    await db.query<ClaimRow>(`select ${COLUMNS} from sync.claim c where c.holder = $1 and c.began_at is null`, [holder])
  ).map(deadClaim);

/**
 * When `lateLanding` has passed, the record is read once more, by id; when that read is in, the unanswered values are forgotten
 * (OUT26). `late_until = 'infinity'` stands between the two. A create without a record keeps its values until it is found or made.
 */
export const sweepLateAnswers = async (db: Database): Promise<void> => {
  const [due] = await db.query<{ due: boolean }>(
    `select exists (select from sync.sent where late_until < clock_timestamp()) or exists (select from sync.sent where late_until = 'infinity') as due`,
  );
  if (!due?.due) return;
  await db.ownTransaction(async (tx) => {
    const forgotten = await tx.query<{ person_id: number }>(
      `update sync.sent s set unanswered = '{}', late_until = null
        where s.late_until = 'infinity'
          and not exists (select from sync.reread r join sync.link l on l.sf_id = r.sf_id where l.person_id = s.person_id)
       returning s.person_id`,
    );
    await tx.run(`delete from sync.sent where person_id = any($1) and ${NOTHING_KNOWN}`, [
      forgotten.map((row) => row.person_id),
    ]);
    await tx.run(
      `with late as (
         update sync.sent s set late_until = 'infinity'
           from sync.link l
          where s.late_until < clock_timestamp() and l.person_id = s.person_id and l.state = 'live'
         returning l.object, l.sf_id)
       insert into sync.reread as x (object, sf_id, reason)
       select object, sf_id, 'late_answer' from late order by sf_id
       on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(x.due_at, excluded.due_at)`,
    );
  });
};
