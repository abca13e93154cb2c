import type { Writing } from './writing.ts';

type Pair = readonly [lead: string, other: string];

const address = (prefix: string): readonly Pair[] =>
  ['Street', 'City', 'State', 'PostalCode', 'Country', 'Latitude', 'Longitude', 'GeocodeAccuracy'].map(
    (part) => [part, `${prefix}${part}`] as const,
  );

/** Standard fields of a lead and what they become of an account. */
export const accountFields: readonly Pair[] = [
  ['Company', 'Name'],
  ['Phone', 'Phone'],
  ['Fax', 'Fax'],
  ['Website', 'Website'],
  ['AnnualRevenue', 'AnnualRevenue'],
  ['NumberOfEmployees', 'NumberOfEmployees'],
  ['Industry', 'Industry'],
  ['Rating', 'Rating'],
  ['LeadSource', 'AccountSource'],
  ...address('Billing'),
];

/** Standard fields of a lead and what they become of a contact. */
export const contactFields: readonly Pair[] = [
  ['Salutation', 'Salutation'],
  ['FirstName', 'FirstName'],
  ['LastName', 'LastName'],
  ['Title', 'Title'],
  ['Email', 'Email'],
  ['Phone', 'Phone'],
  ['MobilePhone', 'MobilePhone'],
  ['Fax', 'Fax'],
  ['LeadSource', 'LeadSource'],
  ['Description', 'Description'],
  ['DoNotCall', 'DoNotCall'],
  ['HasOptedOutOfEmail', 'HasOptedOutOfEmail'],
  ['HasOptedOutOfFax', 'HasOptedOutOfFax'],
  ...address('Mailing'),
];

const setting = 'leadMapping';

/** `{ "Fit__c": ["Contact.Fit__c"] }`: where custom lead fields go. */
type CustomMapping = Readonly<Record<string, readonly string[]>>;

/**
 * Custom fields of a lead and what they become of an object: what the org's lead-field mapping says, and while it says
 * nothing, the field of the same name and type.
 */
export function customPairs(writing: Writing, object: 'Account' | 'Contact' | 'Opportunity'): readonly Pair[] {
  const kept = writing.store.setting(setting);
  const mapping = kept === undefined ? undefined : (JSON.parse(kept) as CustomMapping);
  const lead = writing.object('Lead');
  const other = writing.object(object);
  return (lead?.fields ?? []).flatMap((field): readonly Pair[] => {
    if (!field.custom || field.calculated) return [];
    if (mapping !== undefined) {
      return (mapping[field.name] ?? [])
        .filter((to) => to.startsWith(`${object}.`))
        .map((to) => [field.name, to.slice(object.length + 1)] as const);
    }
    const same = other?.field(field.name);
    // A unique value stays the lead's own: two records cannot have it, nor is it the new one's.
    return same?.type === field.type && !same.unique ? [[field.name, same.name] as const] : [];
  });
}
