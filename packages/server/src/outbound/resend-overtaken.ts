/** The other half of `overtake.ts`. */
import type { Transaction } from '../db/db.ts';
import { LANE } from './outbound.ts';

/** The claim ends: what its job carried of those who went ahead is an edit again, as old as it was. */
export const resendOvertaken = async (tx: Transaction, claimId: number, lateLandingMs: number): Promise<void> => {
  const held = await tx.run(
    `select from marketing.person where id in (select person_id from sync.overtaken where claim_id = $1) order by id for no key update`,
    [claimId],
  );
  if (held > 0) {
    await tx.run(
      `with carried as materialized (
         select t.person_id, t.fields, nextval('sync.edit_version') as version
           from sync.overtaken t
           join marketing.person p on p.id = t.person_id
          where t.claim_id = $1 and p.salesforce_id is not null and not p.is_deleted),
       late as (
         update sync.sent s set late_until = clock_timestamp() + $2 * interval '1 ms'
           from carried c where s.person_id = c.person_id and s.unanswered <> '{}')
       insert into sync.outbox as x (person_id, edits, edited_at, lane)
       select person_id, (select jsonb_object_agg(f, version) from jsonb_object_keys(fields) f), fields, ${LANE.urgent}
         from carried where fields <> '{}' order by person_id
       on conflict (person_id) do update
         set edits = x.edits || excluded.edits, edited_at = excluded.edited_at || x.edited_at, lane = ${LANE.urgent},
             due_at = case when x.claim_id is null then clock_timestamp() else x.due_at end`,
      [claimId, lateLandingMs],
    );
    await tx.run(`select pg_notify('syncline_outbox', '')`);
  }
  await tx.run('delete from sync.overtaken where claim_id = $1', [claimId]);
};
