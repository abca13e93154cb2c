/** One row of the People list: the statement that completes ids to rows, and how a row reads. */
import type { PeopleRow, PersonRow } from '@syncline/contract/people';
import type { FieldValue } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import { type ListFields, valuesSql } from './people-fields.ts';
import { nameSql, type PersonColumns } from './person-columns.ts';

interface Row {
  readonly id: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly company: string | null;
  readonly owner: string | null;
  readonly salesforce_id: string | null;
  readonly salesforce_type: 'Lead' | 'Contact' | null;
  readonly is_deleted: boolean;
  readonly updated_at: Date;
  readonly is_waiting: boolean;
  readonly is_parked: boolean;
  readonly is_held: boolean;
  readonly is_outside: boolean;
  readonly values: Record<string, FieldValue>;
}

const rowsSql = (columns: PersonColumns, values: string): string => {
  const { email, company, ownerId, ownerName, accountId, companyName, hasMirrors } = columns;
  const joinsOwner = ownerId !== null && ownerName !== null;
  const joinsCompany = accountId !== null && companyName !== null;
  const leadCompany = company ? `p.${company}` : 'null::text';
  return `
select p.id, ${nameSql(columns)} as name, ${email ? `p.${email}` : 'null::text'} as email,
       ${joinsCompany ? `coalesce(c.${companyName}, ${leadCompany})` : leadCompany} as company,
       ${joinsOwner ? `o.${ownerName}` : 'null::text'} as owner,
       p.salesforce_id, p.salesforce_type, p.is_deleted,
       ${hasMirrors ? `coalesce(ml."SystemModstamp", mc."SystemModstamp", p.created_at)` : 'p.created_at'} as updated_at,
       x.person_id is not null as is_waiting, coalesce(x.parked <> '{}', false) as is_parked,
       exists (select from sync.conflict k where k.person_id = p.id and k.winner is null) as is_held,
       exists (select from sync.link l where l.sf_id = p.salesforce_id and l.state = 'out_of_scope') as is_outside,
       ${values} as values
  from unnest($1::bigint[]) with ordinality as wanted (id, place)
  join marketing.person p on p.id = wanted.id
  left join sync.outbox x on x.person_id = p.id
  ${hasMirrors ? `left join salesforce."Lead" ml on ml."Id" = p.salesforce_id left join salesforce."Contact" mc on mc."Id" = p.salesforce_id` : ''}
  ${joinsOwner ? `left join marketing.owner o on o.salesforce_id = p.${ownerId} collate "C"` : ''}
  ${joinsCompany ? `left join marketing.company c on c.salesforce_id = p.${accountId} collate "C"` : ''}
 order by wanted.place`;
};

/** In the order of the ids; a person that is gone meanwhile is left out. */
export const readPersonRows = async (
  db: Database,
  columns: PersonColumns,
  ids: readonly number[],
): Promise<readonly PersonRow[]> => {
  if (ids.length === 0) return [];
  return (await db.query<Row>(rowsSql(columns, NO_VALUES), [ids])).map(rowOf);
};
const NO_VALUES = `'{}'::jsonb`;

/** The same with the values of fields beside. */
export const readPeopleRows = async (
  db: Database,
  { columns, fields }: { readonly columns: PersonColumns; readonly fields: ListFields },
  ids: readonly number[],
  wanted: readonly string[],
): Promise<readonly PeopleRow[]> => {
  if (ids.length === 0) return [];
  const rows = await db.query<Row>(rowsSql(columns, valuesSql(fields, wanted)), [ids]);
  return rows.map((row) => ({ ...rowOf(row), values: row.values }));
};

const KIND = { Lead: 'lead', Contact: 'contact' } as const;

const rowOf = (row: Row): PersonRow => ({
  personId: row.id,
  name: row.name,
  email: row.email,
  company: row.company,
  owner: row.owner,
  recordKind: row.is_deleted ? 'deleted' : row.salesforce_type ? KIND[row.salesforce_type] : 'marketing_only',
  salesforceId: row.salesforce_id,
  syncState: row.is_parked
    ? 'with_errors'
    : row.is_held
      ? 'held'
      : row.is_outside
        ? 'out_of_filter'
        : row.is_waiting && !row.is_deleted
          ? 'waiting'
          : row.salesforce_id
            ? 'in_step'
            : 'not_in_salesforce',
  updatedAt: row.updated_at.toISOString(),
});
