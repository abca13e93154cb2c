/** A field that Salesforce calls otherwise now: the map, its filters, its draft and the mirror follow, and the column of ours stays (MAP5). Pure. */
import pg from 'pg';
import type { MappedField } from './mapping.ts';
import { MIRROR_MORE, mirrorTable } from './shape.ts';

const id = pg.escapeIdentifier;
const text = pg.escapeLiteral;

/** In order; nobody merges or claims meanwhile. What waits and what was sent is called by our column, which nothing renames. */
export const compileRename = (
  { object, name, isInMirrorMore }: Pick<MappedField, 'object' | 'name' | 'isInMirrorMore'>,
  to: string,
): readonly string[] => [
  isInMirrorMore
    ? `update ${mirrorTable(object)} set ${id(MIRROR_MORE)} = sync.renamed(${id(MIRROR_MORE)}, ${text(name)}, ${text(to)}) where ${id(MIRROR_MORE)} ? ${text(name)}`
    : `alter table ${mirrorTable(object)} rename column ${id(name)} to ${id(to)}`,
  `update sync.field set name = ${text(to)} where object = ${text(object)} and name = ${text(name)}`,
  `update sync.filter f set conditions = (
  select jsonb_agg(case when c.value ->> 'field' = ${text(name)} then c.value || jsonb_build_object('field', ${text(to)}) else c.value end order by c.place)
    from jsonb_array_elements(f.conditions) with ordinality c (value, place))
 where f.object = ${text(object)}`,
  `update sync.field_change f set dry_run = null, edits = (
  select jsonb_agg(case when e.value ->> 'object' = ${text(object)} and e.value ->> 'name' = ${text(name)} then e.value || jsonb_build_object('name', ${text(to)})
                        when e.value ->> ${text(object.toLowerCase())} = ${text(name)} then e.value || jsonb_build_object(${text(object.toLowerCase())}, ${text(to)})
                        else e.value end order by e.place)
    from jsonb_array_elements(f.edits) with ordinality e (value, place))
 where f.state = 'draft' and f.edits <> '[]'`,
  `insert into sync.map_version (why) values (${text(`${object}.${name} is ${to} now`)})`,
];
