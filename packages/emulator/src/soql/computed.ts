/**
 * Fields that Salesforce keeps from other records and that are worked out here when they are read: what a campaign member
 * shows of its person, and what a campaign counts. They move no stamp.
 */
import type { Schema, SchemaObject } from '../schema/schema.ts';
import { identifier } from '../store/tables.ts';

/** SQL for a field of the row at `alias`; undefined for fields that are stored. */
type Computed = (schema: Schema, alias: string) => string | undefined;

function column(alias: string, name: string): string {
  return `${alias}.${identifier(name)}`;
}

/** A member's field by the fields of contact and lead that it shows; the member's own value where neither is there. */
function ofPerson(name: string, ofContact: string, ofLead: string): Computed {
  return (schema, alias) => {
    const sources = [
      ['Contact', ofContact, 'ContactId'],
      ['Lead', ofLead, 'LeadId'],
    ] as const;
    const found = sources.flatMap(([object, field, by]) =>
      schema.object(object)?.field(field) === undefined
        ? []
        : [`(select p.${identifier(field)} from "${object}" as p where p."Id" = ${column(alias, by)})`],
    );
    return `coalesce(${[...found, column(alias, name), 'null'].join(', ')})`;
  };
}

const companyOrAccount: Computed = (schema, alias) => {
  if (schema.object('Lead')?.field('Company') === undefined) return undefined;
  const account =
    schema.object('Account') === undefined || schema.object('Contact')?.field('AccountId') === undefined
      ? 'null'
      : `(select a."Name" from "Contact" as p join "Account" as a on a."Id" = p."AccountId" where p."Id" = ${column(alias, 'ContactId')})`;
  return `coalesce(${account}, (select p."Company" from "Lead" as p where p."Id" = ${column(alias, 'LeadId')}), ${column(alias, 'CompanyOrAccount')})`;
};

/** A count or a sum over the live rows that name this one in a field. */
function over(object: string, by: string, what: string, where = ''): Computed {
  return (schema, alias) => {
    if (schema.object(object)?.field(by) === undefined) return undefined;
    return `(select ${what} from ${identifier(object)} as c where c.${identifier(by)} = ${alias}."Id" and c."IsDeleted" = 'false'${where})`;
  };
}

const members = (where?: string): Computed => over('CampaignMember', 'CampaignId', 'cast(count(*) as text)', where);
const opportunities = (what: string, where?: string): Computed => over('Opportunity', 'CampaignId', what, where);
const amount = 'cast(coalesce(sum(cast(c."Amount" as real)), 0.0) as text)';
const count = 'cast(count(*) as text)';

const same = [
  'Salutation',
  'Name',
  'FirstName',
  'LastName',
  'Title',
  'Email',
  'Phone',
  'Fax',
  'MobilePhone',
  'Description',
  'DoNotCall',
  'HasOptedOutOfEmail',
  'HasOptedOutOfFax',
  'LeadSource',
] as const;
const addressParts = ['Street', 'City', 'State', 'PostalCode', 'Country'] as const;

const computed: Readonly<Record<string, Readonly<Record<string, Computed>>>> = {
  CampaignMember: {
    ...Object.fromEntries(same.map((name) => [name, ofPerson(name, name, name)])),
    ...Object.fromEntries(addressParts.map((name) => [name, ofPerson(name, `Mailing${name}`, name)])),
    LeadOrContactOwnerId: ofPerson('LeadOrContactOwnerId', 'OwnerId', 'OwnerId'),
    CompanyOrAccount: companyOrAccount,
  },
  Campaign: {
    NumberOfLeads: members(` and c."LeadId" is not null`),
    NumberOfConvertedLeads: members(` and c."LeadId" is not null and c."ContactId" is not null`),
    NumberOfContacts: members(` and c."ContactId" is not null`),
    NumberOfResponses: members(` and c."HasResponded" = 'true'`),
    NumberOfOpportunities: opportunities(count),
    NumberOfWonOpportunities: opportunities(count, ` and c."IsWon" = 'true'`),
    AmountAllOpportunities: opportunities(amount),
    AmountWonOpportunities: opportunities(amount, ` and c."IsWon" = 'true'`),
  },
};

export function computedSql(schema: Schema, object: SchemaObject, field: string, alias: string): string | undefined {
  return computed[object.name]?.[field]?.(schema, alias);
}
