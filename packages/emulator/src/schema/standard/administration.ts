import {
  address,
  checkbox,
  datetime,
  email,
  id,
  integer,
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
import { object } from './object.ts';
import { personName } from './people.ts';

const setup = { layoutable: false, mruEnabled: false, undeletable: false, searchLayoutable: false } as const;
const fixed = { ...setup, createable: false, updateable: false, deletable: false, searchable: false } as const;
const forty = { length: 40, byteLength: 120, restrictedPicklist: true } as const;

const zones = values('America/Los_Angeles', 'America/New_York', 'Europe/London', 'Europe/Madrid', 'Asia/Tokyo', 'GMT*');
const locales = values('en_US*', 'en_GB', 'es_ES', 'fr_FR', 'de_DE', 'ja_JP');

/** People who log in. They are made inactive, never deleted. */
export const user = object(
  'User',
  'User',
  'Users',
  '005',
  [
    id('User ID'),
    text('Username', 'Username', 80, { ...required, idLookup: true, unique: true }),
    ...personName().filter(({ name }) => name !== 'Salutation'),
    text('CompanyName', 'Company Name', 80),
    text('Division', 'Division', 80),
    text('Department', 'Department', 80),
    text('Title', 'Title', 80),
    ...address(''),
    email('Email', 'Email', { ...required, length: 128, byteLength: 384, idLookup: true }),
    phone('Phone', 'Phone'),
    phone('Fax', 'Fax'),
    phone('MobilePhone', 'Mobile'),
    text('Alias', 'Alias', 8, required),
    text('CommunityNickname', 'Nickname', 40, { ...required, unique: true }),
    checkbox('IsActive', 'Active', { permissionable: false }),
    checkbox('UserPermissionsMarketingUser', 'Marketing User', { permissionable: false }),
    picklist('TimeZoneSidKey', 'Time Zone', zones, { ...required, ...forty }),
    reference('UserRoleId', 'Role ID', ['UserRole'], 'UserRole', { permissionable: false }),
    picklist('LocaleSidKey', 'Locale', locales, { ...required, ...forty }),
    picklist('EmailEncodingKey', 'Email Encoding', values('UTF-8*', 'ISO-8859-1'), { ...required, ...forty }),
    reference('ProfileId', 'Profile ID', ['Profile'], 'Profile', required),
    picklist('UserType', 'User Type', values('Standard*', 'Guest', 'AutomatedProcess', 'CloudIntegrationUser'), {
      ...readOnly,
      ...forty,
    }),
    picklist('LanguageLocaleKey', 'Language', values('en_US*', 'es', 'fr', 'de', 'ja'), { ...required, ...forty }),
    text('EmployeeNumber', 'Employee Number', 20),
    reference('ManagerId', 'Manager ID', ['User'], 'Manager'),
    datetime('LastLoginDate', 'Last Login', readOnly),
    ...stamps(),
    ...views().filter(({ name }) => name !== 'LastActivityDate'),
    text('FederationIdentifier', 'SAML Federation ID', 512),
    textarea('AboutMe', 'About Me', 1000),
  ],
  { ...setup, deletable: false, searchable: true, layoutable: true },
);

/** The org itself: one record. */
export const organization = object(
  'Organization',
  'Organization',
  'Organizations',
  '00D',
  [
    id('Organization ID'),
    text('Name', 'Name', 80, { ...required, nameField: true, createable: false }),
    text('Division', 'Division', 80),
    ...address(''),
    phone('Phone', 'Phone'),
    phone('Fax', 'Fax'),
    text('PrimaryContact', 'Primary Contact', 80),
    picklist('DefaultLocaleSidKey', 'Locale', locales, { ...required, ...forty }),
    picklist('TimeZoneSidKey', 'Time Zone', zones, { ...required, ...forty }),
    picklist('LanguageLocaleKey', 'Language', values('en_US*', 'es', 'fr', 'de', 'ja'), { ...required, ...forty }),
    integer('FiscalYearStartMonth', 'Fiscal Year Starts In', readOnly),
    picklist('OrganizationType', 'Edition', values('Developer Edition', 'Enterprise Edition', 'Unlimited Edition'), {
      ...readOnly,
      ...forty,
    }),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('InstanceName', 'Instance Name', 5, readOnly),
    checkbox('IsSandbox', 'Is Sandbox', readOnly),
    checkbox('IsReadOnly', 'Is Read Only', readOnly),
    datetime('TrialExpirationDate', 'Trial Expiration Date', readOnly),
    ...stamps(),
  ],
  fixed,
);

export const profile = object(
  'Profile',
  'Profile',
  'Profiles',
  '00e',
  [
    id('Profile ID'),
    text('Name', 'Name', 255, { ...required, nameField: true }),
    checkbox('PermissionsApiEnabled', 'API Enabled', { permissionable: false }),
    checkbox('PermissionsModifyAllData', 'Modify All Data', { permissionable: false }),
    checkbox('PermissionsViewAllData', 'View All Data', { permissionable: false }),
    checkbox('PermissionsCustomizeApplication', 'Customize Application', { permissionable: false }),
    checkbox('PermissionsManageUsers', 'Manage Users', { permissionable: false }),
    checkbox('PermissionsBulkApiHardDelete', 'Bulk API Hard Delete', { permissionable: false }),
    checkbox('PermissionsViewEncryptedData', 'View Encrypted Data', { permissionable: false }),
    checkbox('PermissionsCreateAuditFields', 'Set Audit Fields upon Record Creation', { permissionable: false }),
    checkbox('PermissionsConvertLeads', 'Convert Leads', { permissionable: false }),
    checkbox('PermissionsEditTask', 'Edit Tasks', { permissionable: false }),
    checkbox('PermissionsEditEvent', 'Edit Events', { permissionable: false }),
    checkbox('PermissionsEditHtmlTemplates', 'Edit HTML Templates', { permissionable: false }),
    checkbox('PermissionsEditPublicDocuments', 'Manage Public Documents', { permissionable: false }),
    checkbox('PermissionsEditPublicTemplates', 'Manage Public Classic Email Templates', { permissionable: false }),
    checkbox('PermissionsPasswordNeverExpires', 'Password Never Expires', { permissionable: false }),
    picklist('UserType', 'User Type', values('Standard*', 'Guest'), { ...readOnly, ...forty }),
    textarea('Description', 'Description', 255),
    ...stamps(),
  ],
  { ...setup, createable: false, deletable: false, searchable: false },
);

export const userRole = object(
  'UserRole',
  'Role',
  'Roles',
  '00E',
  [
    id('Role ID'),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    reference('ParentRoleId', 'Parent Role ID', ['UserRole'], 'ParentRole'),
    text('DeveloperName', 'Developer Name', 80),
    ...stamps().filter(({ name }) => !name.startsWith('Created')),
  ],
  { ...setup, searchable: false },
);

/** Queues and public groups. A lead may belong to a queue. */
export const group = object(
  'Group',
  'Group',
  'Group',
  '00G',
  [
    id('Group ID'),
    text('Name', 'Name', 40, { ...required, nameField: true }),
    text('DeveloperName', 'Developer Name', 80),
    reference('RelatedId', 'Related ID', ['User', 'UserRole'], 'Related', readOnly),
    picklist('Type', 'Type', values('Regular*', 'Queue', 'Role', 'RoleAndSubordinates', 'Organization'), {
      ...required,
      ...forty,
    }),
    email('Email', 'Email', { length: 255, byteLength: 765 }),
    reference('OwnerId', 'Owner ID', ['Organization', 'User'], 'Owner', { ...readOnly, nillable: false }),
    checkbox('DoesSendEmailToMembers', 'Send Email to Members'),
    checkbox('DoesIncludeBosses', 'Include Bosses'),
    ...stamps(),
  ],
  { ...setup, searchable: true },
);

export const recordType = object(
  'RecordType',
  'Record Type',
  'Record Types',
  '012',
  [
    id('Record Type ID'),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    text('DeveloperName', 'Developer Name', 80, required),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    textarea('Description', 'Description', 255),
    picklist('SobjectType', 'SObject Type Name', values('Account', 'Campaign', 'Contact', 'Lead', 'Opportunity'), {
      ...required,
      ...forty,
      updateable: false,
    }),
    checkbox('IsActive', 'Active'),
    ...stamps(),
  ],
  { ...setup, deletable: false, searchable: false },
);
