/**
 * For whoever has no admin at hand: the wanted fields and one permission set, in the source format that `sf project deploy start` takes. It asks
 * for no right to view or modify all data (SET13). Pure.
 */
import { metadataOf, WANTED_FIELDS, WANTED_OBJECTS } from './wanted-fields.ts';
import type { ZippedFile } from './zip.ts';

export const PERMISSION_SET = 'Syncline';
export const PERMISSION_SET_LABEL = 'Syncline';
const API_VERSION = '64.0';
const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

export interface Grants {
  /** Rights of the user as such, without `Permissions` before them. */
  readonly user: readonly string[];
  readonly objects: readonly {
    readonly object: string;
    readonly create: boolean;
    readonly edit: boolean;
    readonly delete: boolean;
  }[];
  /** `Lead.Score__c` */
  readonly fields: readonly { readonly field: string; readonly edit: boolean }[];
}

const xmlText = (text: string): string => text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);

type Members = Readonly<Record<string, string | number | boolean>>;

const element = (name: string, value: string | number | boolean): string =>
  `    <${name}>${xmlText(String(value))}</${name}>\n`;

const inner = (name: string, members: Members): string =>
  `    <${name}>\n${Object.entries(members)
    .map(([member, value]) => `    ${element(member, value)}`)
    .join('')}    </${name}>\n`;

const document = (type: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="${NAMESPACE}">\n${inside}</${type}>\n`;

export const packageFiles = (grants: Grants): readonly ZippedFile[] => [
  {
    path: 'sfdx-project.json',
    text: `${JSON.stringify({ packageDirectories: [{ path: 'force-app', default: true }], sourceApiVersion: API_VERSION }, null, 2)}\n`,
  },
  { path: 'README.md', text: README },
  ...WANTED_OBJECTS.flatMap((object) =>
    WANTED_FIELDS.map((field) => ({
      path: `force-app/main/default/objects/${object}/fields/${field.name}.field-meta.xml`,
      text: fieldXml({ fullName: field.name, ...metadataOf(field) }),
    })),
  ),
  {
    path: `force-app/main/default/permissionsets/${PERMISSION_SET}.permissionset-meta.xml`,
    text: permissionSetXml(grants),
  },
];

/** In the order of the alphabet, as Salesforce writes members. */
const fieldXml = (members: Members): string =>
  document(
    'CustomField',
    Object.entries(members)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => element(name, value))
      .join(''),
  );

const permissionSetXml = ({ user, objects, fields }: Grants): string =>
  document(
    'PermissionSet',
    [
      element('description', 'What the sync user of Syncline may do.'),
      ...fields.map(({ field, edit }) => inner('fieldPermissions', { editable: edit, field, readable: true })),
      element('hasActivationRequired', false),
      element('label', PERMISSION_SET_LABEL),
      ...objects.map((rights) =>
        inner('objectPermissions', {
          allowCreate: rights.create,
          allowDelete: rights.delete,
          allowEdit: rights.edit,
          allowRead: true,
          modifyAllRecords: false,
          object: rights.object,
          viewAllRecords: false,
        }),
      ),
      ...user.map((name) => inner('userPermissions', { enabled: true, name })),
    ].join(''),
  );

const README = `# Fields and rights for Syncline

    sf project deploy start --source-dir force-app --target-org your-org
    sf org assign permset --name ${PERMISSION_SET} --on-behalf-of sync.user@your-company

The first line makes 17 fields on Lead and on Contact, of which only Syncline Key is needed, and the permission set ${PERMISSION_SET}. To leave fields out,
delete their files before, and their lines in the permission set. The second gives the permission set to the user that Syncline signs in as.

Afterwards, in Setup, Object Manager, Lead, Fields and Relationships, Map Lead Fields: map each of them to the contact's field of the same name, so that
a converted lead keeps its values.
`;
