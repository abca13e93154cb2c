/**
 * OUT32: what somebody does about a record that a duplicate rule of the org blocked, or whose e-mail address several records have (ID7): it is
 * one of the matches, or it is saved all the same.
 */
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';

/** Found by us: no rule of the org is in the way. */
const BY_EMAIL = 'email-matches';

interface Blocked {
  readonly person_id: number;
  readonly code: string;
  readonly is_linked: boolean;
  readonly may_save: boolean;
  readonly objects: Readonly<Record<string, string>>;
}

/** The error while its record waits for it. Errors: `duplicate-over`. */
const readBlocked = async (tx: Transaction, errorId: number): Promise<Blocked> => {
  const [blocked] = await tx.query<Blocked>(
    `select e.person_id, e.code, p.salesforce_id is not null as is_linked, (e.duplicate ->> 'allowSave')::boolean as may_save,
            (select coalesce(jsonb_object_agg(m ->> 'id', m ->> 'object'), '{}') from jsonb_array_elements(e.duplicate -> 'matches') m) as objects
       from sync.error e
       join marketing.person p on p.id = e.person_id
       join sync.outbox o on o.person_id = e.person_id and o.claim_id is null
                         and exists (select from jsonb_each(o.parked) k where k.value = to_jsonb(e.code))
      where e.error_id = $1 and e.resolved_at is null and e.duplicate is not null
        for update of e`,
    [errorId],
  );
  if (blocked === undefined) throw new Problem('duplicate-over');
  return blocked;
};

/**
 * The match is this person. What is written down is the choice; the record is read now, and that read makes the link and merges the two
 * (MRG17). Errors: `duplicate-over`, `match-unknown`, `match-taken`.
 */
export const linkToMatch = async (
  db: Database,
  errorId: number,
  { salesforceId, by }: { readonly salesforceId: string; readonly by: string },
): Promise<void> => {
  await db.transaction(async (tx) => {
    const { person_id: personId, is_linked: isLinked, objects } = await readBlocked(tx, errorId);
    if (isLinked) throw new Problem('duplicate-over');
    const object = objects[salesforceId];
    if (object !== 'Lead' && object !== 'Contact') throw new Problem('match-unknown', { id: salesforceId });
    const [taken] = await tx.query<{ person_id: number }>('select person_id from sync.link where sf_id = $1', [
      salesforceId,
    ]);
    if (taken !== undefined) throw new Problem('match-taken', { id: salesforceId, person: taken.person_id });
    await tx.run(
      `insert into sync.link_choice (sf_id, person_id, chosen_by) values ($1, $2, $3)
       on conflict (sf_id) do update set person_id = excluded.person_id, chosen_by = excluded.chosen_by, at = clock_timestamp()`,
      [salesforceId, personId, by],
    );
    await tx.run(
      `insert into sync.reread as x (object, sf_id, reason) values ($1, $2, 'identity')
       on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(x.due_at, excluded.due_at)`,
      [object, salesforceId],
    );
  });
};

/** It is sent once more, with the wish to be saved. Errors: `duplicate-over`, `save-not-allowed`, `save-not-wanted`. */
export const saveAnyway = async (db: Database, errorId: number): Promise<void> => {
  await db.transaction(async (tx) => {
    const { person_id: personId, may_save: maySave, code } = await readBlocked(tx, errorId);
    if (!maySave) throw new Problem('save-not-allowed');
    const [setting] = await tx.query(`select from sync.setting where name = 'saveDuplicates' and value = 'true'`);
    if (setting === undefined && code !== BY_EMAIL) throw new Problem('save-not-wanted');
    await tx.run('update sync.outbox set saves_duplicate = true where person_id = $1', [personId]);
    await tx.query('select sync.retry_parked($1, $2)', [[personId], code]);
  });
};
