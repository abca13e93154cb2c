/** What a company says of its people: the lead's own fields that a contact reads from its account (MRG20). Pure. */
import pg from 'pg';
import type { FieldMap, MappedField, SyncObject } from './mapping.ts';

const id = pg.escapeIdentifier;

/** A lead's field, and the account's that says the same of a contact. */
const PAIRS = [
  ['Company', 'Name'],
  ['Website', 'Website'],
  ['Industry', 'Industry'],
  ['AnnualRevenue', 'AnnualRevenue'],
  ['NumberOfEmployees', 'NumberOfEmployees'],
] as const;

/** One field in its two places. */
export interface CompanyPlace {
  /** Of `marketing.person`: the lead's own value. */
  readonly column: string;
  /** Of `marketing.company`: the value of every contact of the account. */
  readonly companyColumn: string;
  readonly account: MappedField;
  readonly mirrorType: string;
}

/** Without those that a contact has for itself, and without those that the map gives no two columns of one type. */
export const companyPlaces = (map: FieldMap): readonly CompanyPlace[] => {
  if (accountColumn(map) === null) return [];
  return PAIRS.flatMap(([ofLead, ofAccount]) => {
    const [lead, account] = [fieldOf(map, 'Lead', ofLead), fieldOf(map, 'Account', ofAccount)];
    if (!lead?.column || !account?.column || lead.mirrorType !== account.mirrorType) return [];
    if (lead.isInMore || account.isInMore) return [];
    if (map.objects.Contact.fields.some(({ column }) => column === lead.column)) return [];
    return [{ column: lead.column, companyColumn: account.column, account, mirrorType: lead.mirrorType }];
  });
};

/** The column of `marketing.person` that names a contact's account; null: the map has none. */
export const accountColumn = (map: FieldMap): string | null => {
  const field = fieldOf(map, 'Contact', 'AccountId');
  return field?.isInMore ? null : (field?.column ?? null);
};

/** The company `c` of the person `p`, of contacts alone: a lead's company is its own, whatever its name. */
export const joinCompany = (map: FieldMap, person = 'p'): string => {
  const account = accountColumn(map);
  return account === null
    ? 'false'
    : `${person}.salesforce_type = 'Contact' and not ${person}.is_deleted and c.salesforce_id = ${person}.${id(account)} collate "C"`;
};

/**
 * `marketing.person_company`, a view: each person with what it shows of its company, under the names that the columns have in `marketing.person`.
 * A contact's are its company's, so that a company that changes is one write however many people it has (OBJ1). It takes updates.
 */
export const compileCompanyView = (map: FieldMap): string => {
  const columns = companyPlaces(map).map(
    ({ column, companyColumn }) =>
      `,\n       case when c.id is null then p.${id(column)} else c.${id(companyColumn)} end as ${id(column)}`,
  );
  return `select p.id as person_id, c.id as company_id${columns.join('')}
  from marketing.person p
  left join marketing.company c on ${joinCompany(map)}`;
};

const fieldOf = (map: FieldMap, object: SyncObject, name: string): MappedField | undefined =>
  map.objects[object].fields.find((field) => field.name === name);
