/** What a person's page shows of the person's company: the fields that a contact has from its account (MRG20). */

import type { FieldValue } from '@syncline/contract/shared';
import pg from 'pg';
import type { Database } from '../db/db.ts';
import { accountColumn, companyPlaces, joinCompany } from '../mapping/compile-company.ts';
import type { FieldMap } from '../mapping/mapping.ts';

/** A company may have a million contacts, so they are counted up to here. */
const COUNTED_MAX = 10_000;

export interface PersonCompany {
  readonly companyId: number;
  readonly people: number;
  /** By the column of the person. */
  readonly fields: ReadonlyMap<string, { readonly ours: FieldValue; readonly theirs: FieldValue }>;
}

/** Null: the person is no contact, or of no company. */
export const readPersonCompany = async (
  db: Database,
  map: FieldMap,
  personId: number,
): Promise<PersonCompany | null> => {
  const account = accountColumn(map);
  if (account === null) return null;
  const places = companyPlaces(map);
  const [row] = await db.query<{
    id: number;
    people: number;
    ours: Record<string, FieldValue>;
    theirs: Record<string, FieldValue> | null;
  }>(
    `select c.id, ${textOf('to_jsonb(c)')} as ours, ${textOf('to_jsonb(m)')} as theirs,
            (select count(*)::int from (select from marketing.person x where x.${pg.escapeIdentifier(account)} = c.salesforce_id and not x.is_deleted limit ${COUNTED_MAX}) n) as people
       from marketing.person p
       join marketing.company c on ${joinCompany(map)}
       left join salesforce."Account" m on m."Id" = c.salesforce_id
      where p.id = $1`,
    [personId],
  );
  if (!row) return null;
  return {
    companyId: row.id,
    people: row.people,
    fields: new Map(
      places.map(({ column, companyColumn, account: field }) => [
        column,
        { ours: row.ours[companyColumn] ?? null, theirs: row.theirs?.[field.name] ?? null },
      ]),
    ),
  };
};

/** Numbers leave as text, for Node would make floats of them (MAP16). */
const textOf = (row: string): string =>
  `(select jsonb_object_agg(f.key, case when jsonb_typeof(f.value) = 'number' then to_jsonb(f.value #>> '{}') else f.value end) from jsonb_each(${row}) f)`;
