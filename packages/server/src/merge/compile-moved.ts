/**
 * ID14: what hung on a record that was merged away hangs on the winner, and its own stamp does not say so. Its rows are read again by id; which
 * they are is asked of our tables, by index. A conversion moves no row that is synced: roles of the new contact are made, and have stamps. Pure.
 */
import type { FieldMap, ObjectMap, SyncObject } from '../mapping/mapping.ts';
import { ownTable } from '../mapping/shape.ts';
import type { Tables } from './compile-staging.ts';
import type { Flag, Statement } from './merge.ts';
import { among, id, text } from './sql.ts';

/** Children by the field that names their parent; each has an index of ours. */
const CHILDREN: Readonly<Partial<Record<SyncObject, readonly (readonly [child: SyncObject, field: string])[]>>> = {
  Contact: [['OpportunityContactRole', 'ContactId']],
  Account: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
  ],
};

/** On a page of the parents. */
export const movedStatements = (
  map: ObjectMap,
  tables: Tables,
  maps: FieldMap['objects'],
  when: Flag = 'passes',
): readonly Statement[] =>
  (CHILDREN[map.object] ?? []).flatMap(([child, name]) => {
    const column = maps[child].fields.find((field) => field.name === name)?.column ?? null;
    if (column === null) return [];
    return [
      {
        name: `moved_${child}`,
        why: 'ID14: they may hang on the winner by now, and no stamp says so',
        when: [when],
        sql: `
insert into sync.reread as r (object, sf_id, reason)
select ${text(child)}, c.salesforce_id, 'moved'
  from ${ownTable(child)} c
 where ${among(`c.${id(column)}`, `sf_id from ${tables.verdict} where is_gone and is_merged`)}
   and c.salesforce_id is not null and not c.is_deleted${child === 'Contact' ? ` and c.salesforce_type = 'Contact'` : ''}
 order by c.salesforce_id
    on conflict (object, sf_id) do update set asked_at = clock_timestamp(), due_at = least(r.due_at, excluded.due_at)`,
      },
    ];
  });
