/** What somebody decides about held fields (MRG13): ours becomes an ordinary edit that is sent, theirs is taken. */
import type { HeldChoice, HeldResolved } from '@syncline/contract/held';
import pg from 'pg';
import type { Database, Transaction } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import { OURS_AS_JSON, type OwnField, THEIRS_AS_JSON, takePlan } from './take-back.ts';

/** Held fields of one transaction. */
const ROWS_MAX = 2_000;

interface HeldField {
  readonly conflict_id: number;
  readonly person_id: number;
  readonly object: string;
  readonly field: string;
  readonly policy: string;
}

/**
 * Decides what was held when it was asked; what is held by then is left for the next time. `by` goes into the decision. Errors:
 * `reason-missing`, where ours would loosen an opt-out (MRG16).
 */
export const resolveHeld = async (db: Database, choice: HeldChoice, by: string): Promise<HeldResolved> => {
  const held = await db.query<HeldField>(
    `select conflict_id, person_id, object, field, policy from sync.conflict
      where winner is null and ($1::bigint[] is null or conflict_id = any($1))
        and ($2::text is null or object = $2) and ($3::text is null or field = $3)
      order by person_id, field`,
    'ids' in choice ? [choice.ids, null, null] : [null, choice.filter.object ?? null, choice.filter.field ?? null],
  );
  const { keep, reason = null } = choice;
  if (keep === 'ours' && reason === null && held.some(({ policy }) => policy === 'opt_out'))
    throw new Problem('reason-missing');
  let resolved = 0;
  for (let at = 0; at < held.length; at += ROWS_MAX) {
    const portion = held.slice(at, at + ROWS_MAX);
    resolved += await db.ownTransaction((tx) => decide(tx, { keep, reason }, portion, by));
  }
  const asked = 'ids' in choice ? new Set(choice.ids).size : held.length;
  return { resolved, skipped: asked - resolved };
};

/** Locks persons, then entries, in the order of their ids, like everybody else. */
const decide = async (
  tx: Transaction,
  { keep, reason }: { readonly keep: HeldChoice['keep']; readonly reason: string | null },
  held: readonly HeldField[],
  by: string,
): Promise<number> => {
  const persons = [...new Set(held.map((row) => row.person_id))];
  await tx.run('select from marketing.person where id = any($1) order by id for no key update', [persons]);
  await tx.run('select from sync.outbox where person_id = any($1) order by person_id for update', [persons]);
  const ids = held.map((row) => row.conflict_id);
  if (keep === 'ours') return keepOurs(tx, ids, by, reason);
  let taken = 0;
  for (const object of ['Lead', 'Contact'] as const) {
    const columns = [...new Set(held.filter((row) => row.object === object).map((row) => row.field))];
    const fields = await tx.query<OwnField>(
      'select distinct column_name as "column", is_in_more from sync.field where object = $1 and column_name = any($2) order by 1',
      [object, columns],
    );
    if (fields.length > 0) taken += await tx.run(takeTheirsSql(object, fields), [ids, by]);
  }
  await tx.run(
    `delete from sync.outbox where person_id = any($1) and claim_id is null and edits = '{}' and not create_lead`,
    [persons],
  );
  return taken;
};

/** The edit is there already and was kept back; one that left meanwhile is made again. */
const keepOurs = async (
  tx: Transaction,
  ids: readonly number[],
  by: string,
  reason: string | null,
): Promise<number> => {
  const decided = await tx.run(KEEP_OURS, [ids, by, reason]);
  if (decided > 0) await tx.run(`select pg_notify('syncline_outbox', '')`);
  return decided;
};

const KEEP_OURS = `
with decided as (
  update sync.conflict k
     set winner = 'marketing', ours = ${OURS_AS_JSON} -> k.field, decided_at = clock_timestamp(), decided_by = $2
    from marketing.person p
   where p.id = k.person_id and k.conflict_id = any($1) and k.winner is null
  returning k.conflict_id, k.person_id, k.field),
edits as (
  insert into sync.outbox as o (person_id, edits, edited_at, reasons, lane)
  select person_id, jsonb_object_agg(field, nextval('sync.edit_version')), jsonb_object_agg(field, clock_timestamp()),
         case when $3::text is null then '{}' else jsonb_object_agg(field, $3::text) end, 0
    from decided group by person_id order by person_id
      on conflict (person_id) do update
     set edits = excluded.edits || o.edits, edited_at = excluded.edited_at || o.edited_at, reasons = o.reasons || excluded.reasons, lane = 0,
         due_at = case when o.claim_id is null then clock_timestamp() else o.due_at end)
select from decided`;

/** Theirs is the value of our last acknowledged send, until a fresh read has settled it, else the mirror's (MRG5). */
const takeTheirsSql = (object: 'Lead' | 'Contact', fields: readonly OwnField[]): string => `
with held as materialized (
  select k.conflict_id, k.person_id, k.sf_id, k.field,
         coalesce(j.ours -> k.field, 'null') as ours, coalesce(x.acknowledged -> k.field, j.theirs -> f.name, k.theirs, 'null') as theirs
    from sync.conflict k
    join marketing.person p on p.id = k.person_id
    left join sync.field f on f.object = k.object and f.column_name = k.field
    left join salesforce.${pg.escapeIdentifier(object)} m on m."Id" = k.sf_id
    left join sync.sent x on x.person_id = k.person_id
   cross join lateral (select ${THEIRS_AS_JSON} as theirs, ${OURS_AS_JSON} as ours offset 0) j
   where k.conflict_id = any($1) and k.winner is null and k.object = ${pg.escapeLiteral(object)}),
plan as materialized (
  select person_id, min(sf_id) as sf_id, jsonb_object_agg(field, theirs) as taken, array_agg(field) as columns,
         jsonb_object_agg(field, jsonb_build_array(ours, theirs)) as fields
    from held group by person_id),
people as (${takePlan(fields)}),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields)
  select ${pg.escapeLiteral(object)}, person_id, sf_id, 'conflict', fields from plan),
entries as (
  update sync.outbox o set edits = o.edits - plan.columns, edited_at = o.edited_at - plan.columns, parked = o.parked - plan.columns
    from plan where o.person_id = plan.person_id)
update sync.conflict k
   set winner = 'salesforce', theirs = held.theirs, ours = held.ours, decided_at = clock_timestamp(), decided_by = $2
  from held where k.conflict_id = held.conflict_id`;
