/**
 * Leads in any number, fast, for measuring: 50 business fields, 30 of them text, 4 integers, 4 decimals, 4 datetimes,
 * 5 check boxes and 3 dates, about 700 bytes a row as CSV. What every org has (ids, stamps, conversion, the prepared key)
 * comes on top. Values are plain arithmetic on the row's number, so the same number is always the same lead.
 */
import type { FieldDescribe, ObjectDescribe } from '../schema/schema.ts';
import { checkbox, date, datetime, integer, numeric, text } from '../schema/standard/build.ts';
import { lead } from '../schema/standard/lead.ts';
import type { Stored } from '../store/store.ts';

/** Text fields every lead has; with the custom ones below they are 30. */
const standardText = [
  'LastName',
  'FirstName',
  'Salutation',
  'Title',
  'Company',
  'Street',
  'City',
  'State',
  'PostalCode',
  'Country',
  'Phone',
  'MobilePhone',
  'Email',
  'Website',
  'LeadSource',
  'Status',
  'Industry',
  'Rating',
  'OwnerId',
] as const;

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);

const custom: readonly FieldDescribe[] = [
  ...numbered(11).map((n) => text(`Text_${n}__c`, `Text ${n}`, 80)),
  ...numbered(3).map((n) => integer(`Count_${n}__c`, `Count ${n}`)),
  ...numbered(3).map((n) => numeric(`Amount_${n}__c`, `Amount ${n}`, 'double', 18, 2)),
  ...numbered(4).map((n) => datetime(`Moment_${n}__c`, `Moment ${n}`)),
  ...numbered(2).map((n) => checkbox(`Flag_${n}__c`, `Flag ${n}`)),
  ...numbered(3).map((n) => date(`Day_${n}__c`, `Day ${n}`)),
];

/** The 50, in the order `benchRow` gives them. */
export const benchFields: readonly string[] = [
  ...standardText,
  'NumberOfEmployees',
  'AnnualRevenue',
  'HasOptedOutOfEmail',
  'HasOptedOutOfFax',
  'DoNotCall',
  ...custom.map(({ name }) => name),
];

/** What a lead has in every org; these are not counted among the 50. */
const system = new Set([
  'Id',
  'IsDeleted',
  'MasterRecordId',
  'Name',
  'CreatedDate',
  'CreatedById',
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
  'IsConverted',
  'ConvertedDate',
  'ConvertedAccountId',
  'ConvertedContactId',
  'ConvertedOpportunityId',
]);

/** Replaces Lead by the lead of the measurement; the compound address goes, as nothing can query it in bulk. */
export function withBenchFields(described: ObjectDescribe): ObjectDescribe {
  if (described.name !== 'Lead') return described;
  const kept = new Set([...system, ...benchFields]);
  return { ...lead, fields: [...lead.fields.filter(({ name }) => kept.has(name)), ...custom] };
}

export const benchColumns: readonly string[] = [
  'Id',
  'IsDeleted',
  'IsConverted',
  'CreatedDate',
  'CreatedById',
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
  'Name',
  ...benchFields,
];

const first = ['Ana', 'José', 'Mary', 'Zoë', 'Ivan', 'Chloé', 'Omar', 'Lucía', 'Søren', 'Mei', 'Kofi', 'Ines'] as const;
const last = ['García', 'Smith', 'Müller', 'Novák', 'Tanaka', 'Silva', "O'Neil", 'Dubois', 'Larsen', 'Rossi'] as const;
const sources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'] as const;
const statuses = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'] as const;
const fields = ['Technology', 'Retail', 'Banking', 'Education', 'Energy'] as const;
const ratings = ['Hot', 'Warm', 'Cold'] as const;
const states = ['California', 'Texas', 'Iowa', 'Maine', 'Ohio', 'Utah'] as const;
const flags = ['true', 'false', 'false'] as const;

const of = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;
const two = (n: number): string => String(n).padStart(2, '0');
const day = (n: number): string => `20${two(10 + (n % 16))}-${two(1 + (n % 12))}-${two(1 + (n % 28))}`;
const moment = (n: number): string => `${day(n)}T${two(n % 24)}:${two(n % 60)}:00.000Z`;

export interface BenchOrder {
  readonly ids: Iterable<string>;
  readonly owner: string;
  readonly stamp: string;
}

/** Rows for `Store.insertMany` with `benchColumns`. */
export function* benchRows(order: BenchOrder): IterableIterator<readonly Stored[]> {
  let n = 0;
  for (const id of order.ids) {
    yield benchRow(n, id, order);
    n += 1;
  }
}

function benchRow(n: number, id: string, { owner, stamp }: BenchOrder): readonly Stored[] {
  const spread = Math.imul(n, 2_654_435_761) >>> 0;
  const firstName = of(first, spread);
  const lastName = `${of(last, spread >>> 8)} ${n}`;
  return [
    id,
    'false',
    'false',
    stamp,
    owner,
    stamp,
    owner,
    stamp,
    `${firstName} ${lastName}`,
    lastName,
    firstName,
    'Ms.',
    'Head of Operations',
    `Company ${n % 40_000}, "Group"`,
    `${n % 9_000} Long Street`,
    'Springfield',
    of(states, spread >>> 4),
    String(10_000 + (n % 89_999)),
    'United States',
    `(201) 555-01${two(n % 100)}`,
    n % 3 === 0 ? null : `(202) 555-01${two(n % 100)}`,
    `lead.${n}@example.com`,
    `https://www.example.com/${n}`,
    of(sources, spread >>> 3),
    of(statuses, spread >>> 5),
    of(fields, spread >>> 6),
    of(ratings, spread >>> 7),
    owner,
    String(1 + (spread % 9_000)),
    `${(spread % 90_000) * 100}.0`,
    of(flags, spread >>> 9),
    'false',
    of(flags, spread >>> 11),
    ...numbered11.map((at) => (at % 4 === 3 && n % 2 === 0 ? null : `value ${at} of ${spread % 10_000}`)),
    String(spread % 100),
    String(spread % 1_000),
    n % 5 === 0 ? null : String(n % 77),
    `${spread % 5_000}.25`,
    `${spread % 700}.5`,
    n % 4 === 0 ? null : `${n % 60}.75`,
    moment(spread >>> 2),
    moment(spread >>> 5),
    n % 2 === 0 ? null : moment(n),
    moment(n + 7),
    of(flags, n),
    of(flags, n + 1),
    day(spread >>> 1),
    n % 3 === 0 ? null : day(n),
    day(n + 3),
  ];
}

const numbered11 = numbered(11);
