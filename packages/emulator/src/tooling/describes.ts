/** The Tooling API's objects: metadata as records. Their rows are made when they are asked for, and stored nowhere. */
import type { FieldDescribe, ObjectDescribe } from '../schema/schema.ts';
import {
  checkbox,
  fieldDefaults,
  id,
  integer,
  readOnly,
  reference,
  stamps,
  text,
  textarea,
} from '../schema/standard/build.ts';
import { child, object } from '../schema/standard/object.ts';

const plain = {
  layoutable: false,
  mruEnabled: false,
  searchable: false,
  undeletable: false,
  replicateable: false,
} as const;

/** A value that is an object. */
function complex(name: string, label: string): FieldDescribe {
  return {
    ...fieldDefaults,
    name,
    label,
    type: 'complexvalue',
    soapType: 'mns:Metadata',
    filterable: false,
    groupable: false,
    sortable: false,
  };
}

/** The entity a record belongs to, by its name. */
const entity = (): FieldDescribe =>
  text('EntityDefinitionId', 'Entity Definition ID', 255, {
    relationshipName: 'EntityDefinition',
    referenceTo: ['EntityDefinition'],
  });

const named = (): readonly FieldDescribe[] => [
  text('DeveloperName', 'Developer Name', 80, { nameField: true }),
  text('NamespacePrefix', 'Namespace Prefix', 15),
  text('ManageableState', 'Manageable State', 40),
];

const asMetadata = (): readonly FieldDescribe[] => [
  text('FullName', 'Full Name', 1024),
  complex('Metadata', 'Metadata'),
];

const source = (label: string): readonly FieldDescribe[] => [
  text('Name', `${label} Name`, 255, { nameField: true }),
  text('NamespacePrefix', 'Namespace Prefix', 15),
  text('ApiVersion', 'API Version', 18),
  text('Status', 'Status', 40),
  checkbox('IsValid', 'Is Valid', readOnly),
  textarea('Body', 'Body', 1_000_000, { filterable: true, sortable: true }),
  integer('LengthWithoutComments', 'Length Without Comments', readOnly),
];

/** Who made and changed a record. Queries of users themselves are queries of records. */
export const toolingUser: ObjectDescribe = object(
  'User',
  'User',
  'Users',
  '005',
  [
    id('User ID'),
    ...['Name', 'FirstName', 'LastName', 'Username', 'Email', 'Alias'].map((name) => text(name, name, 255)),
  ],
  plain,
);

export const toolingObjects: readonly ObjectDescribe[] = [
  object(
    'EntityDefinition',
    'Object Definition',
    'Object Definitions',
    '4ie',
    [
      id('Object Definition ID'),
      ...[
        'DurableId',
        'QualifiedApiName',
        'DeveloperName',
        'Label',
        'MasterLabel',
        'PluralLabel',
        'KeyPrefix',
        'NamespacePrefix',
      ].map((name) => text(name, name, 255)),
      ...[
        'IsQueryable',
        'IsCustomizable',
        'IsDeprecatedAndHidden',
        'IsCustomSetting',
        'IsTriggerable',
        'IsApexTriggerable',
        'IsWorkflowEnabled',
        'IsLayoutable',
        'IsSearchable',
        'IsEverCreatable',
        'IsEverUpdatable',
        'IsEverDeletable',
        'IsReplicateable',
        'IsRetrieveable',
      ].map((name) => checkbox(name, name)),
    ],
    {
      ...plain,
      childRelationships: [
        child('FieldDefinition', 'EntityDefinitionId', 'Fields'),
        child('ValidationRule', 'EntityDefinitionId', 'ValidationRules'),
      ],
    },
  ),
  object(
    'FieldDefinition',
    'Field Definition',
    'Field Definitions',
    '4fe',
    [
      id('Field Definition ID'),
      ...[
        'DurableId',
        'QualifiedApiName',
        'DeveloperName',
        'Label',
        'MasterLabel',
        'DataType',
        'NamespacePrefix',
        'RelationshipName',
      ].map((name) => text(name, name, 255)),
      entity(),
      integer('Length', 'Length'),
      integer('Precision', 'Precision'),
      integer('Scale', 'Scale'),
      textarea('Description', 'Description', 1000, { filterable: true, sortable: true }),
      ...['IsNillable', 'IsCalculated', 'IsIndexed', 'IsNameField', 'IsHtmlFormatted', 'IsCompound'].map((name) =>
        checkbox(name, name),
      ),
    ],
    plain,
  ),
  object(
    'CustomObject',
    'Custom Object',
    'Custom Objects',
    '01I',
    [id('Custom Object ID'), ...named(), ...asMetadata(), text('Description', 'Description', 1000), ...stamps()],
    plain,
  ),
  object(
    'CustomField',
    'Custom Field',
    'Custom Fields',
    '00N',
    [id('Custom Field ID'), ...named(), text('TableEnumOrId', 'Table', 255), entity(), ...asMetadata(), ...stamps()],
    plain,
  ),
  object(
    'ValidationRule',
    'Validation Rule',
    'Validation Rules',
    '03d',
    [
      id('Validation Rule ID'),
      text('ValidationName', 'Validation Name', 80, { nameField: true }),
      entity(),
      checkbox('Active', 'Active'),
      ...['ErrorDisplayField', 'ErrorMessage', 'Description', 'NamespacePrefix'].map((name) => text(name, name, 1000)),
      ...asMetadata(),
      ...stamps(),
    ],
    plain,
  ),
  object(
    'ApexClass',
    'Apex Class',
    'Apex Classes',
    '01p',
    [id('Class ID'), ...source('Class'), ...asMetadata(), ...stamps()],
    plain,
  ),
  object(
    'ApexTrigger',
    'Apex Trigger',
    'Apex Triggers',
    '01q',
    [id('Trigger ID'), ...source('Trigger'), text('TableEnumOrId', 'Table', 255), ...asMetadata(), ...stamps()],
    plain,
  ),
  object(
    'StaticResource',
    'Static Resource',
    'Static Resources',
    '081',
    [
      id('Static Resource ID'),
      text('Name', 'Name', 255, { nameField: true }),
      text('NamespacePrefix', 'Namespace Prefix', 15),
      text('ContentType', 'MIME Type', 120),
      text('CacheControl', 'Cache Control', 40),
      text('Description', 'Description', 255),
      integer('BodyLength', 'Size', readOnly),
      text('Body', 'Body', 255),
      ...stamps(),
    ],
    plain,
  ),
  ...(['PlatformEventChannelMember', 'PlatformEventChannel', 'ManagedEventSubscription'] as const).map((name) =>
    object(
      name,
      name,
      `${name}s`,
      { PlatformEventChannelMember: '0v8', PlatformEventChannel: '0YL', ManagedEventSubscription: '18x' }[name],
      [
        id('ID'),
        ...[
          'DeveloperName',
          'MasterLabel',
          'NamespacePrefix',
          'EventChannel',
          'SelectedEntity',
          'ChannelType',
          'TopicName',
          'State',
        ].map((field) => text(field, field, 255)),
        ...asMetadata(),
      ],
      plain,
    ),
  ),
  object(
    'ApexTestQueueItem',
    'Apex Test Queue Item',
    'Apex Test Queue Items',
    '709',
    [
      id('ID'),
      reference('ApexClassId', 'Class ID', ['ApexClass'], 'ApexClass'),
      text('Status', 'Status', 40),
      text('ParentJobId', 'Job', 18),
    ],
    plain,
  ),
];
