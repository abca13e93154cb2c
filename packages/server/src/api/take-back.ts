/** Edits that are not sent: people take back what Salesforce has. The sync's own write, so it is no edit, and the journal says so. */
import pg from 'pg';
import type { Transaction } from '../db/db.ts';
import { setFromJson } from '../db/set-from-json.ts';
import { OWN_MORE } from '../people/people.ts';

/** A field of ours, and whether it lies in `more` (MAP14). */
export interface OwnField {
  readonly column: string;
  readonly is_in_more: boolean;
}

/** Every field of a person `p` and of a record `m` under its own name, wherever it lies. */
export const OURS_AS_JSON = `(to_jsonb(p) || coalesce(to_jsonb(p) -> '${OWN_MORE}', '{}'))`;
export const THEIRS_AS_JSON = `(to_jsonb(m) || coalesce(to_jsonb(m) -> '_more', '{}'))`;

/** The statement by which people take what `plan.taken` says of these fields; what it does not name stays. */
export const takePlan = (fields: readonly OwnField[]): string => {
  const own = fields.filter(({ is_in_more }) => !is_in_more).map(({ column }) => column);
  const more = fields.filter(({ is_in_more }) => is_in_more).map(({ column }) => pg.escapeLiteral(column));
  const assignments = [
    ...(own.length === 0 ? [] : [setFromJson('p', own, 'plan.taken')]),
    ...(more.length === 0
      ? []
      : [
          `${OWN_MORE} = p.${OWN_MORE} || coalesce((select jsonb_object_agg(t.key, t.value) from jsonb_each(plan.taken) t where t.key in (${more.join(', ')})), '{}')`,
        ]),
  ];
  return `update marketing.person p set ${assignments.join(', ')} from plan where p.id = plan.person_id`;
};

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
  const fields = await tx.query<OwnField>(
    `select distinct c."column", f.is_in_more
         from sync.outbox o
         join marketing.person p on p.id = o.person_id and p.salesforce_type = $3
        cross join lateral unnest(${columnsOfEntry}) as c ("column")
         join sync.field f on f.object = $3 and f.column_name = c."column"
        where o.person_id = any($1) and o.claim_id is null and $2::text is not null
        order by 1`,
    [persons, word, object],
  );
  if (fields.length === 0) return [];
  const rows = await tx.query<{ person_id: number }>(takeBackSql(object, fields, columnsOfEntry), [
    persons,
    word,
    object,
  ]);
  return rows.map(({ person_id }) => person_id);
};

const takeBackSql = (object: 'Lead' | 'Contact', fields: readonly OwnField[], columnsOfEntry: string): string => `
with plan as materialized (
  select o.person_id, p.salesforce_id, c.columns, v.taken, v.fields
    from sync.outbox o
    join marketing.person p on p.id = o.person_id and p.salesforce_type = $3 and not p.is_deleted
    join salesforce.${pg.escapeIdentifier(object)} m on m."Id" = p.salesforce_id
    left join sync.sent s on s.person_id = o.person_id
   cross join lateral (select ${columnsOfEntry} as columns) c
   cross join lateral (select ${THEIRS_AS_JSON} as theirs, ${OURS_AS_JSON} as ours offset 0) j
   cross join lateral (
     select jsonb_object_agg(f.column_name, t.value) as taken,
            jsonb_object_agg(f.column_name, jsonb_build_array(coalesce(j.ours -> f.column_name, 'null'), t.value)) as fields
       from sync.field f
      cross join lateral (select coalesce(s.acknowledged -> f.column_name, j.theirs -> f.name, 'null') as value) t
      where f.object = $3 and f.column_name = any(c.columns)) v
   where o.person_id = any($1) and o.claim_id is null and c.columns <> '{}' and v.taken is not null and $2::text is not null),
people as (${takePlan(fields)}),
noted as (
  insert into sync.journal (object, row_id, sf_id, cause, fields) select $3, person_id, salesforce_id, 'withdrawn', fields from plan),
entries as (
  update sync.outbox o
     set edits = o.edits - plan.columns, edited_at = o.edited_at - plan.columns, parked = o.parked - plan.columns - '*', lock_tries = 0, fault_tries = 0,
         due_at = case when (o.edits - plan.columns) - array(select jsonb_object_keys(o.parked - plan.columns - '*')) = '{}' then timestamptz 'infinity'
                       else clock_timestamp() end
    from plan where o.person_id = plan.person_id)
select person_id from plan`;
