/** The types of metadata, as describeMetadata tells them: where their files lie and what they are called. */
export interface MetadataType {
  readonly name: string;
  readonly directory: string;
  /** Of the file's name; undefined where a file may be called anything. */
  readonly suffix: string | undefined;
  /** The file is no XML; its XML lies beside it as `...-meta.xml`. */
  readonly hasMetaFile: boolean;
  readonly inFolder: boolean;
  readonly children: readonly string[];
  /** The beginning of its ids. */
  readonly idPrefix: string;
}

function type(
  name: string,
  directory: string,
  suffix: string | undefined,
  idPrefix: string,
  by: Partial<MetadataType> = {},
): MetadataType {
  return { name, directory, suffix, idPrefix, hasMetaFile: false, inFolder: false, children: [], ...by };
}

const source = { hasMetaFile: true } as const;
const folders = { inFolder: true } as const;

const objectChildren = [
  'CustomField',
  'Index',
  'BusinessProcess',
  'RecordType',
  'CompactLayout',
  'WebLink',
  'ValidationRule',
  'SharingReason',
  'ListView',
  'FieldSet',
] as const;

const types: readonly MetadataType[] = [
  type('CustomLabels', 'labels', 'labels', '101', { children: ['CustomLabel'] }),
  type('StaticResource', 'staticresources', 'resource', '081', source),
  type('ApexPage', 'pages', 'page', '066', source),
  type('ApexComponent', 'components', 'component', '099', source),
  type('ApexClass', 'classes', 'cls', '01p', source),
  type('ApexTrigger', 'triggers', 'trigger', '01q', source),
  type('CustomObject', 'objects', 'object', '01I', { children: objectChildren }),
  type('CustomTab', 'tabs', 'tab', '01r'),
  type('CustomApplication', 'applications', 'app', '02u'),
  type('GlobalValueSet', 'globalValueSets', 'globalValueSet', '0Nt'),
  type('StandardValueSet', 'standardValueSets', 'standardValueSet', '0Nu'),
  type('Layout', 'layouts', 'layout', '00h'),
  type('QuickAction', 'quickActions', 'quickAction', '09D'),
  type('Workflow', 'workflows', 'workflow', '01Q', {
    children: ['WorkflowFieldUpdate', 'WorkflowRule', 'WorkflowAlert'],
  }),
  type('AssignmentRules', 'assignmentRules', 'assignmentRules', '01Q', { children: ['AssignmentRule'] }),
  type('DuplicateRule', 'duplicateRules', 'duplicateRule', '0Bm'),
  type('MatchingRules', 'matchingRules', 'matchingRule', '0JD', { children: ['MatchingRule'] }),
  type('PermissionSet', 'permissionsets', 'permissionset', '0PS'),
  type('Profile', 'profiles', 'profile', '00e'),
  type('Queue', 'queues', 'queue', '00G'),
  type('Group', 'groups', 'group', '00G'),
  type('Role', 'roles', 'role', '00E'),
  type('Flow', 'flows', 'flow', '300'),
  type('EmailTemplate', 'email', 'email', '00X', { ...source, ...folders }),
  type('Report', 'reports', 'report', '00O', folders),
  type('Dashboard', 'dashboards', 'dashboard', '01Z', folders),
  type('Document', 'documents', undefined, '015', { ...source, ...folders }),
  type('PlatformEventChannel', 'platformEventChannels', 'platformEventChannel', '0YL'),
  type('PlatformEventChannelMember', 'platformEventChannelMembers', 'platformEventChannelMember', '0v8'),
  type('ConnectedApp', 'connectedApps', 'connectedApp', '0H4'),
  type('Settings', 'settings', 'settings', '0oA'),
  type('LightningComponentBundle', 'lwc', undefined, '0Rb'),
  type('AuraDefinitionBundle', 'aura', undefined, '0Ab'),
  type('RemoteSiteSetting', 'remoteSiteSettings', 'remoteSite', '0rp'),
  type('CustomMetadata', 'customMetadata', 'md', 'm00'),
  type('CustomPermission', 'customPermissions', 'customPermission', '0CP'),
];

/** Types that live in the files of others; `CustomField` in an object's. */
const parts: Readonly<Record<string, string>> = {
  CustomField: '00N',
  ValidationRule: '03d',
  RecordType: '012',
  ListView: '00B',
  WebLink: '00b',
  CompactLayout: '0AH',
  FieldSet: '0IX',
  BusinessProcess: '019',
  SharingReason: '02d',
  Index: '08P',
  WorkflowFieldUpdate: '04Y',
  WorkflowRule: '01Q',
  WorkflowAlert: '01W',
  AssignmentRule: '01Q',
  MatchingRule: '0JD',
  CustomLabel: '101',
  ApexTestQueueItem: '709',
};

export const metadataTypes: readonly MetadataType[] = types.toSorted((a, b) => (a.name < b.name ? -1 : 1));

const byName = new Map<string, MetadataType>([
  ...types.map((one) => [one.name, one] as const),
  ...Object.entries(parts).map(([name, prefix]) => [name, type(name, '', undefined, prefix)] as const),
]);

/** A type by its name, also one that lives in others' files. */
export function typeNamed(name: string): MetadataType | undefined {
  return byName.get(name);
}

/** The type whose files lie in a directory of a package. */
export function typeAt(directory: string): MetadataType | undefined {
  return types.find((one) => one.directory === directory);
}
