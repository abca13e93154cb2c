/** `GET /api/companies`, `GET /api/companies/:id`, `GET /api/opportunities`, `GET /api/opportunities/:id`. Salesforce is their source. */
import { z } from 'zod';
import { PersonRow } from './people.ts';
import { FieldValue, listOf, Time } from './shared.ts';

/** `q`: the beginning of a name, a Salesforce id of 15 or 18 characters, or our id. */
export const RecordsQuery = z.object({
  q: z.string().trim().max(320).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export type RecordsQuery = z.infer<typeof RecordsQuery>;

/** One field as both sides have it. `differs`: somebody changed it here; Salesforce's next change of the record overwrites that. */
export const RecordField = z.object({
  field: z.string(),
  label: z.string(),
  salesforceName: z.string(),
  type: z.string(),
  ours: FieldValue,
  theirs: FieldValue,
  differs: z.boolean(),
});
export type RecordField = z.infer<typeof RecordField>;

const Named = z.object({ id: z.number().int(), name: z.string().nullable() });

export const CompanyRow = z.object({
  companyId: z.number().int(),
  name: z.string().nullable(),
  salesforceId: z.string(),
  owner: z.string().nullable(),
  people: z.number().int(),
  opportunities: z.number().int(),
  isDeleted: z.boolean(),
  /** When Salesforce last changed it, as the mirror knows it. */
  updatedAt: Time.nullable(),
});
export type CompanyRow = z.infer<typeof CompanyRow>;
export const Companies = listOf(CompanyRow);
export type Companies = z.infer<typeof Companies>;

export const OpportunityRow = z.object({
  opportunityId: z.number().int(),
  name: z.string().nullable(),
  salesforceId: z.string(),
  stage: z.string().nullable(),
  /** As Salesforce has it, all digits. */
  amount: z.string().nullable(),
  /** `2026-05-31`. */
  closeDate: z.string().nullable(),
  company: Named.nullable(),
  owner: z.string().nullable(),
  /** Contact roles. None: the opportunity belongs to nobody here. */
  roles: z.number().int(),
  isDeleted: z.boolean(),
  updatedAt: Time.nullable(),
});
export type OpportunityRow = z.infer<typeof OpportunityRow>;
export const Opportunities = listOf(OpportunityRow);
export type Opportunities = z.infer<typeof Opportunities>;

/** The first people and opportunities of it; `company.people` and `company.opportunities` count all. */
export const Company = z.object({
  company: CompanyRow.extend({ recordUrl: z.string().nullable() }),
  fields: z.array(RecordField),
  people: z.array(PersonRow),
  opportunities: z.array(OpportunityRow),
});
export type Company = z.infer<typeof Company>;

export const OpportunityRole = z.object({
  salesforceId: z.string(),
  /** null: the contact is nobody here. */
  person: Named.nullable(),
  contactSalesforceId: z.string().nullable(),
  role: z.string().nullable(),
  isPrimary: z.boolean(),
});
export type OpportunityRole = z.infer<typeof OpportunityRole>;

export const Opportunity = z.object({
  opportunity: OpportunityRow.extend({ recordUrl: z.string().nullable() }),
  fields: z.array(RecordField),
  roles: z.array(OpportunityRole),
});
export type Opportunity = z.infer<typeof Opportunity>;
