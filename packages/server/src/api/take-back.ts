/** Edits that are not sent: people take back what Salesforce has. The sync's own write, so it is no edit, and the journal says so. */
import pg from 'pg';
import type { Transaction } from '../db/db.ts';
import { setFromJson } from '../db/set-from-json.ts';

export interface TakeBack {
  readonly object: 'Lead' | 'Contact';
  readonly persons: readonly number[];
  /** SQL of an entry `o`: the columns of ours that go back, as text[]. May ask for `word` as $2. */
  readonly columnsOfEntry: string;
  readonly word: string;
}

/**
 * Returns the people who took something back. Theirs is the value of our last acknowledged send, until a fresh read has settled it, else the
 * mirror's (MRG5). The caller holds people and entries.
 */
export const takeBack = async (tx: Transaction, wish: TakeBack): Promise<readonly number[]> => {
  const { object, persons, columnsOfEntry, word } = wish;
  const columns = (
    await tx.query<{ column: string }>(
      `select distinct c."column"
         from sync.outbox o
         join marketing.person p on p.id = o.person_id and p.salesforce_type = $3
        cross join lateral unnest(${columnsOfEntry}) as c ("column")
         join sync.field f on f.object = $3 and f.column_name = c."column"
        where o.person_id = any($1) and o.claim_id is null and $2::text is not null
        order by 1`,
      [persons, word, object],
    )
  ).map(({ column }) => column);
  if (columns.length === 0) return [];
  const rows = await tx.query<{ person_id: number }>(takeBackSql(object, columns, columnsOfEntry), [
    persons,
    word,
    object,
  ]);
  return rows.map(({ person_id }) => person_id);
};

const takeBackSql = (object: 'Lead' | 'Contact', columns: readonly string[], columnsOfEntry: string): string => `
with plan as materialized (
  select o.person_id, p.salesforce_id, c.columns, v.taken, v.fields
    from sync.outbox o
    join marketing.person p on p.id = o.person_id and p.salesforce_type = $3 and not p.is_deleted
    join salesforce.${pg.escapeIdentifier(object)} m on m."Id" = p.salesforce_id
    left join sync.sent s on s.person_id = o.person_id
   cross join lateral (select ${columnsOfEntry} as columns) c
   cross join lateral (select to_jsonb(m) as theirs, to_jsonb(p) as ours offset 0) j
   cross join lateral (
     select jsonb_object_agg(f.column_name, t.value) as taken,
            jsonb_object_agg(f.column_name, jsonb_build_array(coalesce(j.ours -> f.column_name, 'null'), t.value)) as fields
       from sync.field f
      cross join lateral (select coalesce(s.acknowledged -> f.column_name, j.theirs -> f.name, 'null') as value) t
      where f.object = $3 and f.column_name = any(c.columns)) v
   where o.person_id = any($1) and o.claim_id is null and c.columns <> '{}' and v.taken is not null and $2::text is not null),
people as (
  update marketing.person p
     set ${setFromJson('p', columns, 'plan.taken')}
    from plan where p.id = plan.person_id),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields) select $3, person_id, salesforce_id, 'withdrawn', fields from plan),
entries as (
  update sync.outbox o
     set edits = o.edits - plan.columns, edited_at = o.edited_at - plan.columns, parked = o.parked - plan.columns - '*', lock_tries = 0, fault_tries = 0,
         due_at = case when (o.edits - plan.columns) - array(select jsonb_object_keys(o.parked - plan.columns - '*')) = '{}' then timestamptz 'infinity'
                       else clock_timestamp() end
    from plan where o.person_id = plan.person_id)
select person_id from plan`;
