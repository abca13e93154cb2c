import {
  checkbox,
  date,
  email,
  id,
  integer,
  isDeleted,
  numeric,
  phone,
  picklist,
  readOnly,
  reference,
  required,
  stamps,
  text,
  textarea,
  values,
  views,
} from './build.ts';
import { child, object } from './object.ts';
import { leadSources } from './people.ts';

/** An effort of marketing; its counts are kept by Salesforce. */
export const campaign = object(
  'Campaign',
  'Campaign',
  'Campaigns',
  '701',
  [
    id('Campaign ID'),
    isDeleted(),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    reference('ParentId', 'Parent Campaign ID', ['Campaign'], 'Parent'),
    picklist(
      'Type',
      'Type',
      values(
        'Conference',
        'Webinar',
        'Trade Show',
        'Public Relations',
        'Partners',
        'Referral Program',
        'Advertisement',
        'Banner Ads',
        'Direct Mail',
        'Email',
        'Telemarketing',
        'Other',
      ),
    ),
    picklist('Status', 'Status', values('Planned*', 'In Progress', 'Completed', 'Aborted'), {
      defaultedOnCreate: true,
    }),
    date('StartDate', 'Start Date'),
    date('EndDate', 'End Date'),
    numeric('ExpectedRevenue', 'Expected Revenue', 'currency', 18, 0),
    numeric('BudgetedCost', 'Budgeted Cost', 'currency', 18, 0),
    numeric('ActualCost', 'Actual Cost', 'currency', 18, 0),
    numeric('ExpectedResponse', 'Expected Response (%)', 'percent', 10, 2),
    numeric('NumberSent', 'Num Sent', 'double', 18, 0),
    checkbox('IsActive', 'Active'),
    textarea('Description', 'Description', 32000),
    ...(['Leads', 'ConvertedLeads', 'Contacts', 'Responses', 'Opportunities', 'WonOpportunities'] as const).map(
      (what) => integer(`NumberOf${what}`, `${spaced(what)} in Campaign`, { ...readOnly, nillable: false }),
    ),
    numeric('AmountAllOpportunities', 'Value Opportunities in Campaign', 'currency', 18, 0, readOnly),
    numeric('AmountWonOpportunities', 'Value Won Opportunities in Campaign', 'currency', 18, 0, readOnly),
    reference('OwnerId', 'Owner ID', ['User'], 'Owner', { ...required, defaultedOnCreate: true }),
    ...stamps(),
    ...views(),
  ],
  {
    feedEnabled: true,
    childRelationships: [
      child('Campaign', 'ParentId', 'ChildCampaigns'),
      child('CampaignMember', 'CampaignId', 'CampaignMembers', true),
      child('CampaignMemberStatus', 'CampaignId', 'CampaignMemberStatuses', true),
      child('Opportunity', 'CampaignId', 'Opportunities'),
    ],
  },
);

function spaced(words: string): string {
  return words.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
}

/** One person in one campaign: a lead or a contact, never both at creation. Names and addresses mirror the person. */
export const campaignMember = object(
  'CampaignMember',
  'Campaign Member',
  'Campaign Members',
  '00v',
  [
    id('Campaign Member ID'),
    isDeleted(),
    reference('CampaignId', 'Campaign ID', ['Campaign'], 'Campaign', { ...required, updateable: false }),
    reference('LeadId', 'Lead ID', ['Lead'], 'Lead', { updateable: false }),
    reference('ContactId', 'Contact ID', ['Contact'], 'Contact', { updateable: false }),
    picklist('Status', 'Status', values('Sent*', 'Responded'), {
      length: 40,
      byteLength: 120,
      defaultedOnCreate: true,
    }),
    checkbox('HasResponded', 'Responded', readOnly),
    ...stamps(),
    date('FirstRespondedDate', 'First Responded Date', readOnly),
    picklist('Salutation', 'Salutation', values('Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.', 'Mx.'), {
      ...readOnly,
      length: 40,
      byteLength: 120,
    }),
    text('Name', 'Name', 121, readOnly),
    text('FirstName', 'First Name', 40, readOnly),
    text('LastName', 'Last Name', 80, readOnly),
    text('Title', 'Title', 128, readOnly),
    textarea('Street', 'Street', 255, readOnly),
    text('City', 'City', 40, readOnly),
    text('State', 'State/Province', 80, readOnly),
    text('PostalCode', 'Zip/Postal Code', 20, readOnly),
    text('Country', 'Country', 80, readOnly),
    email('Email', 'Email', readOnly),
    phone('Phone', 'Phone', readOnly),
    phone('Fax', 'Fax', readOnly),
    phone('MobilePhone', 'Mobile', readOnly),
    textarea('Description', 'Description', 32000, readOnly),
    checkbox('DoNotCall', 'Do Not Call', readOnly),
    checkbox('HasOptedOutOfEmail', 'Email Opt Out', readOnly),
    checkbox('HasOptedOutOfFax', 'Fax Opt Out', readOnly),
    picklist('LeadSource', 'Lead Source', leadSources, readOnly),
    text('CompanyOrAccount', 'Company (Account)', 255, readOnly),
    picklist('Type', 'Type', values('Contact', 'Lead', 'Account'), { ...readOnly, length: 40, byteLength: 120 }),
    reference('LeadOrContactId', 'Related Record ID', ['Contact', 'Lead'], 'LeadOrContact', {
      permissionable: false,
      updateable: false,
    }),
    reference('LeadOrContactOwnerId', 'Related Record Owner ID', ['Group', 'User'], 'LeadOrContactOwner', readOnly),
  ],
  { undeletable: false, mruEnabled: false },
);

/** The statuses a campaign offers its members. A new campaign has Sent (the default) and Responded. */
export const campaignMemberStatus = object(
  'CampaignMemberStatus',
  'Campaign Member Status',
  'Campaign Member Statuses',
  '01Y',
  [
    id('Campaign Member Status ID'),
    isDeleted(),
    reference('CampaignId', 'Campaign ID', ['Campaign'], 'Campaign', { ...required, updateable: false }),
    text('Label', 'Label', 765, required),
    integer('SortOrder', 'Sort Order'),
    checkbox('IsDefault', 'Is Default'),
    checkbox('HasResponded', 'Responded'),
    ...stamps(),
  ],
  { layoutable: false, searchable: false, mruEnabled: false },
);
