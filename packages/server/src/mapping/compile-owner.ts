/** Whom a person belongs to, for whoever asks by SQL: the owner's name, title, phone and e-mail beside the person (N64). Pure. */
import pg from 'pg';
import type { FieldMap, SyncObject } from './mapping.ts';

const id = pg.escapeIdentifier;

/** Salesforce's name of a user's field, and how the view calls it. */
const OWNER_FIELDS = [
  ['Name', 'name'],
  ['FirstName', 'first_name'],
  ['LastName', 'last_name'],
  ['Title', 'title'],
  ['Phone', 'phone'],
  ['Email', 'email'],
] as const;

/**
 * `marketing.person_owner`, a view, so that a user who is renamed is one write and no person's. A field that the map lacks is null. Who belongs to a
 * queue (N65), or to nobody, has no row. A map without owners has an empty view.
 */
export const compileOwnerView = (map: FieldMap): readonly string[] => {
  const ownerId = columnOf(map, 'Lead', 'OwnerId') ?? columnOf(map, 'Contact', 'OwnerId');
  const columns = OWNER_FIELDS.map(([field, name]) => {
    const column = columnOf(map, 'User', field);
    return `${column === undefined ? 'null::text' : `o.${id(column)}::text`} as ${name}`;
  });
  return [
    'drop view if exists marketing.person_owner',
    `create view marketing.person_owner as
select p.id as person_id, o.salesforce_id, ${columns.join(', ')}
  from marketing.person p
  join marketing.owner o on ${ownerId === undefined ? 'false' : `o.salesforce_id = p.${id(ownerId)} collate "C"`}`,
  ];
};

const columnOf = (map: FieldMap, object: SyncObject, name: string): string | undefined =>
  map.objects[object].fields.find((field) => field.name === name && !field.isInMore)?.column ?? undefined;
