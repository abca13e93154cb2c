/**
 * Writing what became of a claim's records (OUT10, OUT11, OUT29). Every function here runs in the sync's own transaction, begins by
 * holding the claim as its present holder, and then the persons in the order of their ids, like everybody else; only later
 * statements read entries and sent values. An outcome of a claim that has passed on changes nothing.
 */
import type { Database, Transaction } from '../db/db.ts';
import { NOTHING_KNOWN } from '../links/links.ts';
import type { DuplicateBlock } from '../salesforce/salesforce.ts';
import { resendOvertaken } from './resend-overtaken.ts';

/** What becomes of one record of a claim. */
export interface Settlement {
  readonly personId: number;
  /** `settled`: Salesforce has the values. `linked`: the record was found, its values are to be read. `failed`: neither. */
  readonly what: 'settled' | 'linked' | 'failed';
  /** The record, where the answer tells it. */
  readonly sfId: string | null;
  readonly isCreated: boolean;
  /** It may have been carried out without an answer (OUT26). */
  readonly isLost: boolean;
  readonly tries: 'lock' | 'fault' | null;
  /** Until it is tried again. */
  readonly waitMs: number;
  /** Columns that wait for a cause to go away; `*` is the record; null: none. */
  readonly park: readonly string[] | null;
  /** The record is read by id first. */
  readonly isReread: boolean;
  readonly error: SettledError | null;
}

/** A row of `sync.error` about a record. */
export interface SettledError {
  readonly code: string;
  readonly message: string;
  /** Salesforce's names. */
  readonly fields: readonly string[];
  readonly disposition: 'retry' | 'park' | 'release' | 'bug';
  /** What a duplicate rule found; null: nothing of the kind. */
  readonly duplicate: DuplicateBlock | null;
}

export interface ClaimKey {
  readonly claimId: number;
  readonly holder: number;
  readonly object: string;
  readonly isCreate: boolean;
  readonly runId: number | null;
  readonly lateLandingMs: number;
}

const ROWS = `
rows as materialized (
  select * from jsonb_to_recordset($2::jsonb) as r (
    "personId" bigint, what text, "sfId" text, "isLost" boolean, tries text, "waitMs" float8, park text[], "isReread" boolean,
    error jsonb))`;

/** False: the claim has passed on, and nothing was written. */
export const settle = (
  db: Database,
  claim: ClaimKey,
  settlements: readonly Settlement[],
  options: { readonly closes: boolean },
): Promise<boolean> =>
  db.ownTransaction(async (tx) => {
    if (!(await holdClaim(tx, claim))) return false;
    await settleHeld(tx, claim, settlements);
    if (options.closes) await closeClaim(tx, claim);
    return true;
  });

/** A claim with nothing left to say ends. What its persons lost meanwhile (deleted, here or there) is not in flight either. */
export const closeClaim = async (tx: Transaction, { claimId, lateLandingMs }: ClaimKey): Promise<void> => {
  await resendOvertaken(tx, claimId, lateLandingMs);
  await tx.run(
    `update sync.sent set in_flight = '{}', versions = '{}', claim_id = null, answered_at = clock_timestamp() where claim_id = $1`,
    [claimId],
  );
  await tx.run('delete from sync.claim where claim_id = $1', [claimId]);
};

/** Whether we still are its holder; if so, nobody takes it over before this transaction ends. */
export const holdClaim = async (tx: Transaction, { claimId, holder }: ClaimKey): Promise<boolean> =>
  (await tx.run('select from sync.claim where claim_id = $1 and holder = $2 for update', [claimId, holder])) === 1;

export const settleHeld = async (
  tx: Transaction,
  claim: ClaimKey,
  settlements: readonly Settlement[],
): Promise<void> => {
  const { claimId, object, isCreate, runId } = claim;
  const json = JSON.stringify(settlements);
  const ids = settlements.map((settlement) => settlement.personId);
  await tx.run('select from marketing.person where id = any($1) order by id for no key update', [ids]);
  await tx.run('select from sync.outbox where person_id = any($1) order by person_id for update', [ids]);
  await tx.run(JOURNAL, [claimId, json, object, runId, isCreate]);
  if (isCreate) await linkCreated(tx, claimId, json);
  await tx.run(ENTRIES, [claimId, json]);
  await tx.run(
    `delete from sync.outbox where person_id = any($1) and claim_id is null and edits = '{}' and not create_lead`,
    [ids],
  );
  await tx.run(SENT, [claimId, json, claim.lateLandingMs]);
  await tx.run(`delete from sync.sent where person_id = any($1) and ${NOTHING_KNOWN}`, [ids]);
  if (settlements.some((settlement) => settlement.isReread)) await tx.run(REREAD, [claimId, json, object]);
  if (settlements.some((settlement) => settlement.error !== null)) await tx.run(ERRORS, [claimId, json, object, runId]);
  if (settlements.some((settlement) => settlement.what !== 'failed')) await tx.run(RESOLVE, [claimId, json]);
};

/** Before the values leave `in_flight`. The number of its edit stands beside each value that somebody edited, so that it can be put back (SAFE6). */
const JOURNAL = `
with ${ROWS}
insert into sync.journal (object, row_id, sf_id, cause, run_id, evidence, fields)
select $3, s.person_id, coalesce(r."sfId", s.sf_id), 'sent', $4, (select string_agg(distinct e.value, '; ') from jsonb_each_text(o.reasons) e where s.in_flight ? e.key),
       (select jsonb_object_agg(key, jsonb_build_array(coalesce(s.base -> key, 'null'), value)
                                     || case when not $5 and s.versions ? key then jsonb_build_array(s.versions -> key) else '[]' end)
          from jsonb_each(s.in_flight))
  from rows r
  join sync.sent s on s.person_id = r."personId" and s.claim_id = $1
  left join sync.outbox o on o.person_id = s.person_id and o.reasons <> '{}'
 where r.what = 'settled'
 order by s.person_id`;

/** A person deleted here meanwhile leaves the id as a tombstone (ID20); a record that was linked first by its row stays as it is (RACE2). */
const linkCreated = async (tx: Transaction, claimId: number, json: string): Promise<void> => {
  await tx.run(
    `with ${ROWS}
     insert into sync.link (sf_id, object, person_id, state, ended_at)
     select r."sfId", 'Lead', r."personId", case when p.id is null then 'deleted_here' else 'live' end, case when p.id is null then now() end
       from rows r
       left join marketing.person p on p.id = r."personId"
      where r.what <> 'failed' and r."sfId" is not null and $1::bigint is not null
      order by r."personId"
     on conflict do nothing`,
    [claimId, json],
  );
  await tx.run(
    `with ${ROWS}
     update marketing.person p set salesforce_id = l.sf_id, salesforce_type = l.object, is_deleted = false
       from rows r
       join sync.link l on l.sf_id = r."sfId" and l.person_id = r."personId" and l.state = 'live'
      where p.id = r."personId" and r.what <> 'failed' and $1::bigint is not null
        and (p.salesforce_id, p.is_deleted) is distinct from (l.sf_id, false)`,
    [claimId, json],
  );
};

/**
 * A version that was sent and answered leaves (OUT10). A newer edit frees what would be parked, and is due at once. An entry whose every
 * column is parked waits for something other than time.
 */
const ENTRIES = `
with ${ROWS},
entry as (
  select q.person_id, r.what, r.tries, r."waitMs", x.has_newer,
         q.reasons - x.settled as reasons, q.edits - x.settled as edits, q.edited_at - x.settled as edited_at, q.create_lead and r.what = 'failed' as create_lead,
         case when r.park is null then q.parked
              when r.park = '{*}' then case when x.has_newer then q.parked else q.parked || jsonb_build_object('*', r.error -> 'code') end
              else q.parked || coalesce((select jsonb_object_agg(c, r.error -> 'code') from unnest(r.park) c where s.versions -> c = q.edits -> c), '{}')
         end as parked
    from rows r
    join sync.outbox q on q.person_id = r."personId" and q.claim_id = $1
    left join sync.sent s on s.person_id = r."personId" and s.claim_id = $1
   cross join lateral (
     select array(select v.key from jsonb_each(s.versions) v where r.what = 'settled' and q.edits -> v.key = v.value) as settled,
            exists (select from jsonb_each(q.edits) e where not q.parked ? e.key and s.versions -> e.key is distinct from e.value) as has_newer) x)
update sync.outbox o
   set edits = e.edits, reasons = e.reasons, edited_at = e.edited_at, create_lead = e.create_lead, parked = e.parked, claim_id = null,
       lock_tries = case when e.what <> 'failed' then 0 when e.tries = 'lock' then o.lock_tries + 1 else o.lock_tries end,
       saves_duplicate = o.saves_duplicate and e.what = 'failed' and not e.parked ? '*',
       fault_tries = case when e.what <> 'failed' then 0 when e.tries = 'fault' then o.fault_tries + 1 else o.fault_tries end,
       due_at = case when e.parked ? '*' or e.edits - array(select jsonb_object_keys(e.parked)) = '{}' and not e.create_lead then timestamptz 'infinity'
                     else clock_timestamp() + e."waitMs" * interval '1 ms' end
  from entry e
 where o.person_id = e.person_id`;

/** In flight no more. `base` stays beside what a fresh read has still to settle: acknowledged values, and values seen meanwhile. */
const SENT = `
with ${ROWS}
update sync.sent s
   set acknowledged = case when r.what = 'settled' then s.acknowledged || s.in_flight else s.acknowledged end,
       unanswered = case when r."isLost" then s.unanswered || s.in_flight else s.unanswered end,
       late_until = case when r."isLost" then clock_timestamp() + $3 * interval '1 ms' else s.late_until end,
       base = coalesce((
         select jsonb_object_agg(key, value) from jsonb_each(s.base)
          where s.seen ? key or s.acknowledged ? key or (r.what = 'settled' and s.in_flight ? key)), '{}'),
       in_flight = '{}', versions = '{}', claim_id = null, sf_id = coalesce(r."sfId", s.sf_id), answered_at = clock_timestamp()
  from rows r
 where s.person_id = r."personId" and s.claim_id = $1`;

const REREAD = `
with ${ROWS}
insert into sync.reread as x (object, sf_id, reason)
select case when r."sfId" is null then p.salesforce_type else $3 end, coalesce(r."sfId", p.salesforce_id), 'classify'
  from rows r
  join marketing.person p on p.id = r."personId"
 where r."isReread" and coalesce(r."sfId", p.salesforce_id) is not null and $1::bigint is not null
 order by 2
on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(x.due_at, excluded.due_at)`;

/** One open row a person and cause; a repeated failure moves its time (ERR1). */
const ERRORS = `
with ${ROWS},
failure as materialized (
  select r."personId" as person_id, r.error ->> 'code' as code, r.error ->> 'message' as message, r.error ->> 'disposition' as disposition, nullif(r.error -> 'duplicate', 'null') as duplicate,
         array(select jsonb_array_elements_text(r.error -> 'fields')) as fields, coalesce(r."sfId", p.salesforce_id) as sf_id
    from rows r
    left join marketing.person p on p.id = r."personId"
   where jsonb_typeof(r.error) = 'object' and $1::bigint is not null),
again as (
  update sync.error e set at = clock_timestamp(), message = f.message, disposition = f.disposition, fields = f.fields, duplicate = f.duplicate, run_id = $4
    from failure f
   where e.person_id = f.person_id and e.code = f.code and e.level = 'record' and e.resolved_at is null
  returning e.person_id)
insert into sync.error (level, object, person_id, sf_id, code, fields, message, disposition, duplicate, run_id)
select 'record', $3, person_id, sf_id, code, fields, message, disposition, duplicate, $4
  from failure where person_id not in (select person_id from again)
 order by person_id`;

const RESOLVE = `
with ${ROWS}
update sync.error e set resolved_at = clock_timestamp()
  from rows r
 where e.person_id = r."personId" and r.what <> 'failed' and e.resolved_at is null and e.level = 'record' and $1::bigint is not null
   and (r.error is null or jsonb_typeof(r.error) = 'null')
   and not exists (select from sync.outbox o where o.person_id = e.person_id and o.parked <> '{}')`;
