/** Before several people become one (ID22): who they are, in what they differ, and what hangs on each of them. */
import { MERGE_PEOPLE_MAX, type MergeCandidate, type MergeChoices } from '@syncline/contract/actions';
import type { PersonRow } from '@syncline/contract/people';
import type { FieldValue } from '@syncline/contract/shared';
import pg from 'pg';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { choosableColumns } from '../mapping/plan-merge.ts';
import { readPersonRows } from './people-rows.ts';
import { personColumnsOf } from './person-columns.ts';
import { searchKey } from './search-indexes.ts';

/** `others` null: those with the person's e-mail address, the newest last. Errors: `person-not-found`. */
export const readMergeChoices = async (
  db: Database,
  map: FieldMap,
  personId: number,
  others: readonly number[] | null,
): Promise<MergeChoices> => {
  const ids = [...new Set([personId, ...(others ?? (await findLike(db, map, personId)))])].slice(0, MERGE_PEOPLE_MAX);
  const rows = await readPersonRows(db, personColumnsOf(map), ids);
  if (!rows.some((row) => row.personId === personId)) throw new Problem('person-not-found', { id: personId });
  const ordered = rows.toSorted((one, other) => rankOf(other) - rankOf(one));
  const counts = await countHanging(db, map, ordered);
  const people = ordered.map((row): MergeCandidate => {
    const { personId: id, name, email, recordKind: record, salesforceId, updatedAt } = row;
    const counted = counts.get(id) ?? { waiting: 0, roles: 0, references: 0 };
    return { personId: id, name, email, record, salesforceId, updatedAt, ...counted };
  });
  return { people, fields: await readDiffering(db, map, people) };
};

/** A contact stays before a lead, whoever is in Salesforce before whoever is not. */
const RANK = { contact: 2, lead: 1, marketing_only: 0, deleted: 0 } as const;
const rankOf = ({ recordKind }: PersonRow): number => RANK[recordKind];

const findLike = async (db: Database, map: FieldMap, personId: number): Promise<readonly number[]> => {
  const { email } = personColumnsOf(map);
  if (email === null) return [];
  const rows = await db.query<{ id: number }>(
    `select d.id
       from marketing.person p
       join marketing.person d on ${searchKey(`d.${email}`)} = ${searchKey(`p.${email}`)} and d.id <> p.id and not d.is_deleted
      where p.id = $1 and p.${email} is not null
      order by d.id limit $2`,
    [personId, MERGE_PEOPLE_MAX - 1],
  );
  return rows.map(({ id }) => id);
};

type Hanging = Pick<MergeCandidate, 'waiting' | 'roles' | 'references'>;

const countHanging = async (
  db: Database,
  map: FieldMap,
  people: readonly PersonRow[],
): Promise<ReadonlyMap<number, Hanging>> => {
  const contact = map.objects.OpportunityContactRole.fields.find(({ name }) => name === 'ContactId')?.column;
  const roles = contact
    ? `(select count(*)::int from marketing.opportunity_role r where r.${pg.escapeIdentifier(contact)} = p.salesforce_id and not r.is_deleted)`
    : '0';
  const children = await db.query<{ child: string; column: string }>(REFERENCES);
  const references = children.map(
    ({ child, column }) => `(select count(*)::int from ${child} c where c.${pg.escapeIdentifier(column)} = p.id)`,
  );
  const rows = await db.query<{ id: number; waiting: number; roles: number; references: number }>(
    `select p.id, (select count(*)::int from sync.outbox o cross join jsonb_object_keys(o.edits) where o.person_id = p.id) as waiting,
            ${roles} as roles, ${['0', ...references].join(' + ')} as "references"
       from marketing.person p where p.id = any($1)`,
    [people.map(({ personId }) => personId)],
  );
  return new Map(rows.map(({ id, ...counted }) => [id, counted]));
};

/** Tables of others that refer to people, and that we may read. */
const REFERENCES = `
select c.conrelid::regclass::text as child, a.attname as "column"
  from pg_constraint c
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
  join pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
 where c.contype = 'f' and c.confrelid = 'marketing.person'::regclass and c.conparentid = 0 and cardinality(c.conkey) = 1 and k.attname = 'id'
   and has_table_privilege(c.conrelid, 'select')`;

/** Empty text is nothing (MRG4). */
const readDiffering = async (
  db: Database,
  map: FieldMap,
  people: readonly MergeCandidate[],
): Promise<MergeChoices['fields']> => {
  const best = people[0]?.record;
  const columns = choosableColumns(map, best === 'contact' ? 'Contact' : best === 'lead' ? 'Lead' : null);
  const rows = await db.query<{ id: number; values: Readonly<Record<string, FieldValue>> }>(
    `select p.id, (select jsonb_object_agg(e.key, case jsonb_typeof(e.value) when 'boolean' then e.value else coalesce(to_jsonb(nullif(e.value #>> '{}', '')), 'null') end)
                     from jsonb_each(to_jsonb(p)) e) as values
       from marketing.person p where p.id = any($1)`,
    [people.map(({ personId }) => personId)],
  );
  const valuesOf = new Map(rows.map(({ id, values }) => [id, values]));
  return columns.flatMap(({ column, label, isOptOut }) => {
    const values = people.map(({ personId }) => valuesOf.get(personId)?.[column] ?? null);
    return values.every((value) => value === values[0]) ? [] : [{ field: column, label, isOptOut, values }];
  });
};
