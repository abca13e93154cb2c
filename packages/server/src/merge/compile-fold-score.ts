/** Scores where two persons become one (ID12). Pure. */
import { isTaken, type ObjectMap, SCORE_FIELDS } from '../mapping/mapping.ts';
import type { Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, type ColumnField, id, RUN, takenFields, text } from './sql.ts';

/** The score that is summed (ID12), where it may be sent; null: none. */
export const scoreOf = (map: ObjectMap): ColumnField | null => {
  const { sent } = takenFields(map);
  return (
    sent.find((field) => SCORE_FIELDS.has(field.name) && isTaken(field) && !field.isInMore && isNumber(field)) ?? null
  );
};
const isNumber = (field: ColumnField): boolean => ['integer', 'bigint', 'numeric'].includes(field.mirrorType);

export const loserScores = (tables: Tables, score: ColumnField | null): readonly Statement[] =>
  score === null
    ? []
    : [
        {
          name: 'fold_scores',
          why: 'ID12: what a merge loser brings to the default score; of a merge that was begun here, nothing (ID22)',
          when: ['folds'],
          sql: `
update ${tables.fold} f set score = p.${id(score.column)}
  from marketing.person p
 where p.id = f.loser and f.reason = 'merge' and ${among('p.id', `loser from ${tables.fold}`)}
   and not exists (
     select from sync.action_person a join sync.action k using (action_id)
      where a.person_id = f.loser and a.sf_id = f.from_sf and a.step <> 'refused' and k.kind = 'merge')`,
        },
      ];

/** After the heir's row was taken: the sum is an edit of ours, against what Salesforce says now. Its row is read once, so it is added once. */
export const scoreStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const score = scoreOf(map);
  if (score === null) return [];
  const [name, column] = [text(score.column), id(score.column)];
  const sums = `(select final, sum(score) as score from ${tables.fold} where score <> 0 group by final) f`;
  return [
    {
      name: 'scores_journal',
      why: 'ID12: the sum of two scores',
      when: ['folds'],
      sql: `
insert into sync.journal (object, row_id, sf_id, cause, run_id, evidence, fields)
select ${text(map.object)}, p.id, p.salesforce_id, 'folded', ${RUN}, 'score',
       jsonb_build_object(${name}, jsonb_build_array(p.${column}, coalesce(p.${column}, 0) + f.score))
  from ${sums} join marketing.person p on p.id = f.final and not p.is_deleted order by p.id`,
    },
    {
      name: 'scores_sent',
      why: 'ID12: it is sent as an edit',
      when: ['folds'],
      sets: 'resends',
      sql: `
insert into sync.outbox as o (person_id, edits, edited_at)
select p.id, jsonb_build_object(${name}, nextval('sync.edit_version')), jsonb_build_object(${name}, clock_timestamp())
  from ${sums} join marketing.person p on p.id = f.final and not p.is_deleted order by p.id
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at, parked = o.parked - ${name},
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end`,
    },
    {
      name: 'scores',
      why: 'ID12: once for each loser',
      when: ['folds'],
      sql: `
update marketing.person p set ${column} = coalesce(p.${column}, 0) + f.score
  from ${sums} where p.id = f.final and not p.is_deleted and ${among('p.id', `final from ${tables.fold}`)}`,
    },
  ];
};
