/**
 * The demo org's custom fields: one of each type an admin makes, on Lead and Contact. `Region__c` and a few more are on
 * both, as a marketing team keeps them. `Notes__c` takes the longest text Salesforce has.
 */
import type { FieldDescribe, ObjectDescribe } from '../schema/schema.ts';
import {
  checkbox,
  date,
  datetime,
  email,
  externalKey,
  multipicklist,
  numeric,
  phone,
  picklist,
  reference,
  text,
  textarea,
  time,
  url,
  values,
} from '../schema/standard/build.ts';

export const regions = ['North', 'South', 'East', 'West', 'Iberia', 'Nordics', 'Asia Pacific'] as const;
export const interests = ['Analytics', 'Email & SMS', 'Events', 'Integration', 'Mobile', 'Security'] as const;
export const tiers = ['Gold', 'Silver', 'Bronze'] as const;

const shared: readonly FieldDescribe[] = [
  picklist('Region__c', 'Region', values(...regions), { restrictedPicklist: true }),
  numeric('Score__c', 'Score', 'double', 6, 2),
  multipicklist('Interests__c', 'Interests', values(...interests)),
  checkbox('Newsletter__c', 'Newsletter'),
  text('Nickname__c', 'Nickname', 80),
  textarea('Notes__c', 'Notes', 131_072),
];

const onLead: readonly FieldDescribe[] = [
  numeric('Fit__c', 'Fit', 'percent', 5, 2),
  numeric('Budget__c', 'Budget', 'currency', 18, 2),
  numeric('Legacy_Number__c', 'Legacy Number', 'double', 18, 0),
  date('Trial_Starts__c', 'Trial Starts'),
  datetime('Last_Seen__c', 'Last Seen'),
  time('Call_After__c', 'Call After'),
  url('Blog__c', 'Blog'),
  email('Second_Email__c', 'Second Email'),
  phone('Assistant_Phone__c', 'Assistant Phone'),
  textarea('Summary__c', 'Summary', 255),
  reference('Sponsor__c', 'Sponsor', ['Account'], 'Sponsor__r'),
];

const onContact: readonly FieldDescribe[] = [
  numeric('Loyalty_Points__c', 'Loyalty Points', 'double', 18, 0),
  numeric('Spend__c', 'Spend', 'currency', 18, 2),
  date('Renewal__c', 'Renewal'),
  datetime('Last_Visit__c', 'Last Visit'),
];

const onAccount: readonly FieldDescribe[] = [
  picklist('Tier__c', 'Tier', values(...tiers)),
  externalKey('Customer_Number__c', 'Customer Number', 20),
];

const byObject: Readonly<Record<string, readonly FieldDescribe[]>> = {
  Lead: [...shared, ...onLead],
  Contact: [...shared, ...onContact],
  Account: onAccount,
};

export function withDemoFields(described: ObjectDescribe): ObjectDescribe {
  const more = byObject[described.name];
  return more === undefined ? described : { ...described, fields: [...described.fields, ...more] };
}
