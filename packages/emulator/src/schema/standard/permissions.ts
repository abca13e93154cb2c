/**
 * Who may do what, as ordinary records: permission sets, what they grant on objects and fields, and who has them. Every
 * profile has a permission set of its own (`IsOwnedByProfile`), which carries what the profile grants.
 */
import { checkbox, id, picklist, readOnly, reference, required, stamps, text, textarea, values } from './build.ts';
import { object } from './object.ts';

const setup = {
  layoutable: false,
  mruEnabled: false,
  undeletable: false,
  searchLayoutable: false,
  searchable: false,
  replicateable: false,
  triggerable: false,
} as const;
const forty = { length: 40, byteLength: 120 } as const;
const setting = { permissionable: false } as const;

export const permissionSet = object(
  'PermissionSet',
  'Permission Set',
  'Permission Sets',
  '0PS',
  [
    id('Permission Set ID'),
    text('Name', 'Permission Set Name', 80, { ...required, nameField: true, unique: true }),
    text('Label', 'Permission Set Label', 80, required),
    reference('ProfileId', 'Profile ID', ['Profile'], 'Profile', readOnly),
    checkbox('IsOwnedByProfile', 'Is Owned By Profile', readOnly),
    checkbox('IsCustom', 'Is Custom', { ...readOnly, defaultValue: true }),
    picklist('Type', 'Permission Set Type', values('Regular*', 'Profile', 'Session', 'Group', 'Standard'), {
      ...readOnly,
      ...forty,
      defaultedOnCreate: true,
      restrictedPicklist: true,
    }),
    checkbox('PermissionsApiEnabled', 'API Enabled', setting),
    checkbox('PermissionsModifyAllData', 'Modify All Data', setting),
    checkbox('PermissionsViewAllData', 'View All Data', setting),
    checkbox('PermissionsCustomizeApplication', 'Customize Application', setting),
    checkbox('PermissionsManageUsers', 'Manage Users', setting),
    checkbox('PermissionsBulkApiHardDelete', 'Bulk API Hard Delete', setting),
    checkbox('PermissionsViewEncryptedData', 'View Encrypted Data', setting),
    checkbox('PermissionsCreateAuditFields', 'Set Audit Fields upon Record Creation', setting),
    checkbox('PermissionsConvertLeads', 'Convert Leads', setting),
    checkbox('PermissionsEditTask', 'Edit Tasks', setting),
    checkbox('PermissionsEditEvent', 'Edit Events', setting),
    checkbox('PermissionsEditHtmlTemplates', 'Edit HTML Templates', setting),
    checkbox('PermissionsEditPublicDocuments', 'Manage Public Documents', setting),
    checkbox('PermissionsEditPublicTemplates', 'Manage Public Classic Email Templates', setting),
    checkbox('PermissionsPasswordNeverExpires', 'Password Never Expires', setting),
    textarea('Description', 'Description', 255),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    checkbox('HasActivationRequired', 'Session Activation Required', setting),
    ...stamps(),
  ],
  setup,
);

export const permissionSetAssignment = object(
  'PermissionSetAssignment',
  'Permission Set Assignment',
  'Permission Set Assignments',
  '0Pa',
  [
    id('PermissionSetAssignment ID'),
    reference('PermissionSetId', 'PermissionSet ID', ['PermissionSet'], 'PermissionSet', {
      ...required,
      updateable: false,
    }),
    reference('AssigneeId', 'Assignee ID', ['User'], 'Assignee', { ...required, updateable: false }),
    checkbox('IsActive', 'Is Active', { ...readOnly, defaultValue: true }),
    ...stamps().filter(({ name }) => name === 'SystemModstamp'),
  ],
  { ...setup, updateable: false },
);

export const objectPermissions = object(
  'ObjectPermissions',
  'Object Permissions',
  'Object Permissions',
  '110',
  [
    id('ObjectPermissions ID'),
    reference('ParentId', 'Parent ID', ['PermissionSet'], 'Parent', { ...required, updateable: false }),
    text('SobjectType', 'sObject Type Name', 40, { ...required, updateable: false }),
    checkbox('PermissionsCreate', 'Create Records', setting),
    checkbox('PermissionsRead', 'Read Records', setting),
    checkbox('PermissionsEdit', 'Edit Records', setting),
    checkbox('PermissionsDelete', 'Delete Records', setting),
    checkbox('PermissionsViewAllRecords', 'Read All Records', setting),
    checkbox('PermissionsModifyAllRecords', 'Edit All Records', setting),
    ...stamps(),
  ],
  setup,
);

export const fieldPermissions = object(
  'FieldPermissions',
  'Field Permissions',
  'Field Permissions',
  '01k',
  [
    id('FieldPermissions ID'),
    reference('ParentId', 'Parent ID', ['PermissionSet'], 'Parent', { ...required, updateable: false }),
    text('SobjectType', 'sObject Type Name', 40, { ...required, updateable: false }),
    text('Field', 'Field Name', 255, { ...required, updateable: false }),
    checkbox('PermissionsRead', 'Read Field', setting),
    checkbox('PermissionsEdit', 'Edit Field', setting),
    ...stamps().filter(({ name }) => name === 'SystemModstamp'),
  ],
  setup,
);
