/**
 * OUT2: a customer's own trigger may change what the sync writes. Such a column ends with another value than was written, and that
 * is an edit made here. Runs only where such a trigger exists; a trigger that is deferred to commit is not seen. Pure.
 */
import type { ObjectMap } from '../mapping/mapping.ts';
import { OWN_MORE } from '../mapping/shape.ts';
import type { Tables } from './compile-staging.ts';
import type { Statement } from './merge.ts';
import { among, id, inMore, objectOf, rowJson, takenFields, takes, text, theirsOf, wideRow } from './sql.ts';

/** Before anything is written: what the sent columns are to be. */
export const expectStatements = (map: ObjectMap, tables: Tables): readonly Statement[] => {
  const { sent, taken } = takenFields(map);
  if (sent.length === 0) return [];
  const after = sent.map((field) => {
    const name = text(field.column);
    const [theirs, ours] = field.isInMore
      ? [`w.row -> ${text(field.name)}`, `mine.more -> ${name}`]
      : [theirsOf(field), `p.${id(field.column)}`];
    return `${name}, ${taken.includes(field) ? `case when u.is_new or ${takes(field, 'u')} then ${theirs} else ${ours} end` : ours}`;
  });
  return [
    {
      name: 'foreign_triggers',
      why: 'OUT2: somebody else may have a say in what we write',
      when: ['found'],
      asks: true,
      sql: `
select exists (
       select from pg_trigger t join pg_proc f on f.oid = t.tgfoid join pg_namespace n on n.oid = f.pronamespace
        where t.tgrelid = 'marketing.person'::regclass and not t.tgisinternal and t.tgenabled <> 'D' and n.nspname <> 'sync') as watched`,
    },
    {
      name: 'expect',
      why: 'OUT2: what these people are to be after this page',
      when: ['found', 'watched'],
      sql: `
update ${tables.verdict} v
   set expected = e.expected
  from (select u.sf_id, ${objectOf(after, 15)} as expected
          from ${tables.verdict} u
          join ${tables.page} s on s."Id" = u.sf_id
          left join marketing.person p on p.id = u.person${wideRow(map)}${inMore(sent).length === 0 ? '' : `\n cross join lateral (select p.${OWN_MORE} || '{}' as more offset 0) mine`}
         where (u.is_live or u.is_new) and not u.is_gone offset 0) e
 where v.sf_id = e.sf_id`,
    },
  ];
};

/** After the people were written. */
export const noticeStatements = (map: ObjectMap, tables: Tables): readonly Statement[] =>
  takenFields(map).sent.length === 0
    ? []
    : [
        {
          name: 'notice',
          why: 'OUT2: what a trigger made of it is an edit made here',
          when: ['found', 'watched'],
          sets: 'resends',
          sql: `
insert into sync.outbox as o (person_id, edits, edited_at)
select p.id, jsonb_object_agg(e.key, nextval('sync.edit_version')), jsonb_object_agg(e.key, clock_timestamp())
  from ${tables.verdict} v
  join marketing.person p on p.id = v.person and ${among('p.id', `person from ${tables.verdict} where expected is not null`)}
 cross join lateral (select ${rowJson(
   'p',
   OWN_MORE,
   map.fields.some((field) => field.isInMore),
 )} as now offset 0) j
 cross join lateral jsonb_each(v.expected) e
 where v.expected is not null and coalesce(j.now -> e.key, 'null') is distinct from e.value
 group by p.id order by p.id
    on conflict (person_id) do update
   set edits = o.edits || excluded.edits, edited_at = o.edited_at || excluded.edited_at, parked = '{}',
       due_at = case when o.claim_id is null then least(o.due_at, excluded.due_at) else o.due_at end`,
        },
      ];
