/** Companies and opportunities: lists by keyset and pages. Salesforce is their source (N61 to N63), so here they are only read. */
import type {
  Companies,
  Company,
  CompanyRow,
  Opportunities,
  Opportunity,
  OpportunityRole,
  OpportunityRow,
  RecordField,
  RecordsQuery,
} from '@syncline/contract/companies';
import type { FieldValue } from '@syncline/contract/shared';
import type { Database } from '../db/db.ts';
import { Problem } from '../errors/errors.ts';
import type { FieldMap } from '../mapping/mapping.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { readPersonRows } from './people-rows.ts';
import { nameSql, personColumnsOf } from './person-columns.ts';
import { columnSql, orNull, ownFields } from './record-columns.ts';
import { fullSalesforceId } from './salesforce-id.ts';
import { recordKey } from './search-indexes.ts';

const PAGE_ROWS = 100;
/** Counted exactly up to here; what a page shows of people and opportunities of a company. */
const COUNTED_MAX = 10_000;
const SHOWN_ROWS = 50;

type Kind = 'company' | 'opportunity';
const OBJECT_OF = { company: 'Account', opportunity: 'Opportunity' } as const;

// -- finding ----------------------------------------------------------------------------------------------------------

interface Found {
  readonly ids: readonly number[];
  readonly nextCursor: string | null;
  readonly total: number;
  readonly totalIsExact: boolean;
}

const SALESFORCE_ID = /^00[16][0-9A-Za-z]{12}([0-9A-Za-z]{3})?$/;

/** By name in its order, those without one last; `q` is the beginning of a name, or an id. */
const findRecords = async (db: Database, map: FieldMap, kind: Kind, query: RecordsQuery): Promise<Found> => {
  const q = query.q ?? '';
  // An id of Salesforce may be all digits; ours never begins with a zero.
  if (SALESFORCE_ID.test(q))
    return only(await db.query(`select id from marketing.${kind} where salesforce_id = $1`, [fullSalesforceId(q)]));
  if (/^\d{1,15}$/.test(q)) return only(await db.query(`select id from marketing.${kind} where id = $1`, [Number(q)]));
  return findByName(db, columnSql(map, OBJECT_OF[kind], 'Name'), kind, query, q.toLowerCase());
};

const only = (rows: readonly Record<string, unknown>[]): Found => ({
  ids: rows.map((row) => Number(row['id'])),
  nextCursor: null,
  total: rows.length,
  totalIsExact: true,
});

const findByName = async (
  db: Database,
  name: string | null,
  kind: Kind,
  { cursor, limit = PAGE_ROWS }: RecordsQuery,
  prefix: string,
): Promise<Found> => {
  const key = name === null ? `''` : recordKey(name);
  const where = prefix === '' || name === null ? 'true' : `${key} >= $1 and ${key} < $2`;
  const bounds = prefix === '' || name === null ? [] : [prefix, `${prefix}\u{10FFFF}`];
  const [lastKey, lastId] = readCursor(cursor, 2) ?? [];
  const at = bounds.length;
  const after = lastKey === undefined ? '' : ` and (${key}, id) > ($${at + 2}, $${at + 3}::bigint)`;
  const rows = await db.query<{ id: number; key: string }>(
    `select id, ${key} as key from marketing.${kind} where ${where}${after} order by ${key}, id limit $${at + 1}`,
    [...bounds, limit + 1, ...(lastKey === undefined ? [] : [String(lastKey), Number(lastId)])],
  );
  const [counted] = await db.query<{ total: number }>(
    `select count(*)::int as total from (select from marketing.${kind} where ${where} limit ${COUNTED_MAX + 1}) as c`,
    bounds,
  );
  const total = counted?.total ?? 0;
  const last = rows[limit - 1];
  return {
    ids: rows.slice(0, limit).map(({ id }) => id),
    nextCursor: rows.length > limit && last ? writeCursor([last.key, last.id]) : null,
    total,
    totalIsExact: total <= COUNTED_MAX,
  };
};

// -- companies --------------------------------------------------------------------------------------------------------

interface CompanyFacts {
  readonly id: number;
  readonly name: string | null;
  readonly salesforce_id: string;
  readonly owner: string | null;
  readonly people: number;
  readonly opportunities: number;
  readonly is_deleted: boolean;
  readonly updated_at: Date | null;
}

/** Each count has a bound, for a company may have a million contacts. */
const companiesSql = (map: FieldMap): string => {
  const column = (name: string): string | null => columnSql(map, 'Account', name);
  const ownerName = columnSql(map, 'User', 'Name');
  const account = columnSql(map, 'Contact', 'AccountId');
  const opportunityAccount = columnSql(map, 'Opportunity', 'AccountId');
  const count = (table: string, by: string | null): string =>
    by === null
      ? '0'
      : `(select count(*)::int from (select from marketing.${table} x where x.${by} = c.salesforce_id and not x.is_deleted limit ${COUNTED_MAX}) n)`;
  return `
select c.id, ${orNull('c', column('Name'))} as name, c.salesforce_id, ${orNull('o', column('OwnerId') && ownerName)} as owner,
       ${count('person', account)} as people, ${count('opportunity', opportunityAccount)} as opportunities,
       c.is_deleted, ${map.version > 0 ? 'm."SystemModstamp"' : 'null::timestamptz'} as updated_at
  from unnest($1::bigint[]) with ordinality as wanted (id, place)
  join marketing.company c on c.id = wanted.id
  ${map.version > 0 ? 'left join salesforce."Account" m on m."Id" = c.salesforce_id' : ''}
  ${column('OwnerId') && ownerName ? `left join marketing.owner o on o.salesforce_id = c.${column('OwnerId')} collate "C"` : ''}
 order by wanted.place`;
};

const companyOf = (row: CompanyFacts): CompanyRow => ({
  companyId: row.id,
  name: row.name,
  salesforceId: row.salesforce_id,
  owner: row.owner,
  people: row.people,
  opportunities: row.opportunities,
  isDeleted: row.is_deleted,
  updatedAt: row.updated_at?.toISOString() ?? null,
});

const companyRows = async (db: Database, map: FieldMap, ids: readonly number[]): Promise<CompanyRow[]> =>
  ids.length === 0 ? [] : (await db.query<CompanyFacts>(companiesSql(map), [ids])).map(companyOf);

export const readCompanies = async (db: Database, map: FieldMap, query: RecordsQuery): Promise<Companies> => {
  const { ids, ...page } = await findRecords(db, map, 'company', query);
  return { rows: await companyRows(db, map, ids), ...page };
};

/** Errors: `not-found`. */
export const readCompany = async (db: Database, map: FieldMap, companyId: number): Promise<Company> => {
  const [company] = await companyRows(db, map, [companyId]);
  if (!company) throw new Problem('not-found');
  const account = columnSql(map, 'Contact', 'AccountId');
  const opportunityAccount = columnSql(map, 'Opportunity', 'AccountId');
  const [fields, people, opportunities, recordUrl] = await Promise.all([
    readRecordFields(db, map, 'company', companyId),
    idsBy(db, 'person', account, company.salesforceId),
    idsBy(db, 'opportunity', opportunityAccount, company.salesforceId),
    readRecordUrl(db, company.salesforceId),
  ]);
  return {
    company: { ...company, recordUrl },
    fields,
    people: [...(await readPersonRows(db, personColumnsOf(map), people))],
    opportunities: await opportunityRows(db, map, opportunities),
  };
};

const idsBy = async (
  db: Database,
  table: 'person' | 'opportunity',
  column: string | null,
  salesforceId: string,
): Promise<readonly number[]> =>
  column === null
    ? []
    : (
        await db.query<{ id: number }>(
          `select id from marketing.${table} where ${column} = $1 and not is_deleted order by id limit ${SHOWN_ROWS}`,
          [salesforceId],
        )
      ).map(({ id }) => id);

// -- opportunities ----------------------------------------------------------------------------------------------------

interface OpportunityFacts {
  readonly id: number;
  readonly name: string | null;
  readonly salesforce_id: string;
  readonly stage: string | null;
  readonly amount: string | null;
  readonly close_date: string | null;
  readonly company_id: number | null;
  readonly company_name: string | null;
  readonly owner: string | null;
  readonly roles: number;
  readonly is_deleted: boolean;
  readonly updated_at: Date | null;
}

const opportunitiesSql = (map: FieldMap): string => {
  const column = (name: string): string | null => columnSql(map, 'Opportunity', name);
  const [ownerName, companyName] = [columnSql(map, 'User', 'Name'), columnSql(map, 'Account', 'Name')];
  const role = columnSql(map, 'OpportunityContactRole', 'OpportunityId');
  const [account, owner] = [column('AccountId'), column('OwnerId')];
  return `
select p.id, ${orNull('p', column('Name'))} as name, p.salesforce_id, ${orNull('p', column('StageName'))} as stage,
       ${orNull('p', column('Amount'))}::text as amount, ${orNull('p', column('CloseDate'), 'date')}::text as close_date,
       ${account ? 'c.id' : 'null::bigint'} as company_id, ${orNull('c', account && companyName)} as company_name,
       ${orNull('o', owner && ownerName)} as owner,
       ${role ? `(select count(*)::int from marketing.opportunity_role r where r.${role} = p.salesforce_id and not r.is_deleted)` : '0'} as roles,
       p.is_deleted, ${map.version > 0 ? 'm."SystemModstamp"' : 'null::timestamptz'} as updated_at
  from unnest($1::bigint[]) with ordinality as wanted (id, place)
  join marketing.opportunity p on p.id = wanted.id
  ${map.version > 0 ? 'left join salesforce."Opportunity" m on m."Id" = p.salesforce_id' : ''}
  ${account ? `left join marketing.company c on c.salesforce_id = p.${account} collate "C"` : ''}
  ${owner && ownerName ? `left join marketing.owner o on o.salesforce_id = p.${owner} collate "C"` : ''}
 order by wanted.place`;
};

const opportunityOf = (row: OpportunityFacts): OpportunityRow => ({
  opportunityId: row.id,
  name: row.name,
  salesforceId: row.salesforce_id,
  stage: row.stage,
  amount: row.amount,
  closeDate: row.close_date,
  company: row.company_id === null ? null : { id: row.company_id, name: row.company_name },
  owner: row.owner,
  roles: row.roles,
  isDeleted: row.is_deleted,
  updatedAt: row.updated_at?.toISOString() ?? null,
});

const opportunityRows = async (db: Database, map: FieldMap, ids: readonly number[]): Promise<OpportunityRow[]> =>
  ids.length === 0 ? [] : (await db.query<OpportunityFacts>(opportunitiesSql(map), [ids])).map(opportunityOf);

export const readOpportunities = async (db: Database, map: FieldMap, query: RecordsQuery): Promise<Opportunities> => {
  const { ids, ...page } = await findRecords(db, map, 'opportunity', query);
  return { rows: await opportunityRows(db, map, ids), ...page };
};

/** Errors: `not-found`. */
export const readOpportunity = async (db: Database, map: FieldMap, opportunityId: number): Promise<Opportunity> => {
  const [opportunity] = await opportunityRows(db, map, [opportunityId]);
  if (!opportunity) throw new Problem('not-found');
  const [fields, roles, recordUrl] = await Promise.all([
    readRecordFields(db, map, 'opportunity', opportunityId),
    readRoles(db, map, opportunity.salesforceId),
    readRecordUrl(db, opportunity.salesforceId),
  ]);
  return { opportunity: { ...opportunity, recordUrl }, fields, roles };
};

interface RoleFacts {
  readonly salesforce_id: string;
  readonly contact: string | null;
  readonly role: string | null;
  readonly is_primary: boolean | null;
  readonly person_id: number | null;
  readonly person_name: string | null;
}

/** Through every record a person ever was (N63). */
const readRoles = async (db: Database, map: FieldMap, salesforceId: string): Promise<OpportunityRole[]> => {
  const column = (name: string): string | null => columnSql(map, 'OpportunityContactRole', name);
  const [opportunity, contact] = [column('OpportunityId'), column('ContactId')];
  if (opportunity === null || contact === null) return [];
  const rows = await db.query<RoleFacts>(
    `select r.salesforce_id, r.${contact} as contact, ${orNull('r', column('Role'))} as role, ${orNull('r', column('IsPrimary'), 'boolean')} as is_primary,
            p.id as person_id, case when p.id is not null then ${nameSql(personColumnsOf(map))} end as person_name
       from marketing.opportunity_role r
       left join sync.link l on l.sf_id = r.${contact} collate "C"
       left join marketing.person p on p.id = l.person_id
      where r.${opportunity} = $1 and not r.is_deleted
      order by is_primary desc nulls last, r.salesforce_id`,
    [salesforceId],
  );
  return rows.map((row) => ({
    salesforceId: row.salesforce_id,
    person: row.person_id === null ? null : { id: row.person_id, name: row.person_name },
    contactSalesforceId: row.contact,
    role: row.role,
    isPrimary: row.is_primary ?? false,
  }));
};

// -- fields -----------------------------------------------------------------------------------------------------------

/** Numbers leave as text (MAP16). */
const asText = (json: string): string =>
  `case when jsonb_typeof(${json}) in ('boolean', 'null') then ${json} else to_jsonb(${json} #>> '{}') end`;

const readRecordFields = async (db: Database, map: FieldMap, kind: Kind, id: number): Promise<RecordField[]> => {
  const object = OBJECT_OF[kind];
  const fields = ownFields(map, object);
  const asked = fields.map((field) => ({
    column: field.column,
    name: field.name,
    kind: field.type === 'multipicklist' ? 'set' : field.mirrorType === 'text' ? 'text' : 'value',
  }));
  const rows = await db.query<{ column: string; ours: FieldValue; theirs: FieldValue; is_equal: boolean }>(
    `select f."column", ${asText('v.ours')} as ours, ${asText('v.theirs')} as theirs,
            sync.comparable(v.ours, f.kind) is not distinct from sync.comparable(v.theirs, f.kind) as is_equal
       from jsonb_to_recordset($2::jsonb) as f ("column" text, name text, kind text)
      cross join (select to_jsonb(c) as ours, to_jsonb(m) as theirs
                    from marketing.${kind} c left join salesforce."${object}" m on m."Id" = c.salesforce_id where c.id = $1) as r
      cross join lateral (select r.ours -> f."column" as ours, r.theirs -> f.name as theirs) as v`,
    [id, JSON.stringify(asked)],
  );
  const byColumn = new Map(rows.map((row) => [row.column, row]));
  return fields.flatMap((field) => {
    const row = byColumn.get(field.column);
    return row === undefined
      ? []
      : [
          {
            field: field.column,
            label: field.label,
            salesforceName: field.name,
            type: field.mirrorType,
            ours: row.ours ?? null,
            theirs: row.theirs ?? null,
            differs: !row.is_equal,
          },
        ];
  });
};

/** Known where the org's own host is: with user name and password only the login host is chosen. */
const readRecordUrl = async (db: Database, salesforceId: string): Promise<string | null> => {
  const [row] = await db.query<{ url: string }>(
    `select host || '/' || $1::text as url from sync.connection where method = 'client_credentials'`,
    [salesforceId],
  );
  return row?.url ?? null;
};
