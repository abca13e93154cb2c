/** Fields that are special by name. */
import type { SyncObject } from './mapping.ts';

/** Mirrored, and never a column of ours: what they say is in `salesforce_id`, `is_deleted`, links and journal. */
export const MIRRORED_ONLY: ReadonlySet<string> = new Set([
  'Id',
  'IsDeleted',
  'MasterRecordId',
  'SystemModstamp',
  'LastModifiedDate',
  'LastModifiedById',
  'CreatedById',
  'Syncline_Key__c',
]);

/** They change whenever somebody looks at a record, and move no stamp: not synced. */
export const NOT_SYNCED_NAMES: ReadonlySet<string> = new Set(['LastViewedDate', 'LastReferencedDate']);

/** MRG15: once true on either side, true on both. */
export const OPT_OUT_FIELDS: ReadonlySet<string> = new Set(['HasOptedOutOfEmail', 'HasOptedOutOfFax', 'DoNotCall']);

/**
 * Without these the sync cannot know a record, follow its owner, its conversion or its deletion (N29), or make it. Where the org
 * has one, it cannot be dropped. Names an object of some org lacks (`User.AccountId`) are no fault.
 */
export const NEEDED_FIELDS: Readonly<Record<SyncObject, readonly string[]>> = {
  User: ['Id', 'SystemModstamp', 'CreatedDate', 'Name', 'Email', 'AccountId', 'ManagerId', 'UserType'],
  Account: ['Id', 'IsDeleted', 'MasterRecordId', 'SystemModstamp', 'CreatedDate', 'Name', 'OwnerId', 'ParentId'],
  Lead: [
    'Id',
    'IsDeleted',
    'MasterRecordId',
    'SystemModstamp',
    'CreatedDate',
    'LastModifiedDate',
    'Syncline_Key__c',
    'Name',
    'LastName',
    'Company',
    'Email',
    'Status',
    'OwnerId',
    'IsConverted',
    'ConvertedDate',
    'ConvertedAccountId',
    'ConvertedContactId',
    'ConvertedOpportunityId',
  ],
  Contact: [
    'Id',
    'IsDeleted',
    'MasterRecordId',
    'SystemModstamp',
    'CreatedDate',
    'LastModifiedDate',
    'Syncline_Key__c',
    'Name',
    'LastName',
    'Email',
    'AccountId',
    'OwnerId',
  ],
  Opportunity: [
    'Id',
    'IsDeleted',
    'SystemModstamp',
    'CreatedDate',
    'LastModifiedDate',
    'AccountId',
    'CampaignId',
    'IsClosed',
    'IsPrivate',
    'IsWon',
    'Name',
    'OwnerId',
    'Probability',
    'StageName',
  ],
  OpportunityContactRole: [
    'Id',
    'IsDeleted',
    'SystemModstamp',
    'CreatedDate',
    'ContactId',
    'OpportunityId',
    'IsPrimary',
  ],
};

/** The pairs of N58 whose names differ: a contact's mailing address is the person's address. Components of one address go together. */
export const LEAD_TWIN_OF_CONTACT_FIELD: Readonly<Record<string, string>> = {
  MailingStreet: 'Street',
  MailingCity: 'City',
  MailingState: 'State',
  MailingStateCode: 'StateCode',
  MailingPostalCode: 'PostalCode',
  MailingCountry: 'Country',
  MailingCountryCode: 'CountryCode',
  MailingLatitude: 'Latitude',
  MailingLongitude: 'Longitude',
  MailingGeocodeAccuracy: 'GeocodeAccuracy',
};
