/** What people look at records by: list views, reports, dashboards. They are listed and queried; none is run here. */
import { checkbox, datetime, id, isDeleted, picklist, readOnly, reference, stamps, text, values } from './build.ts';
import { object } from './object.ts';

/** Made by setup alone. */
const fixed = {
  createable: false,
  updateable: false,
  deletable: false,
  undeletable: false,
  layoutable: false,
  searchLayoutable: false,
  searchable: false,
  replicateable: false,
  triggerable: false,
} as const;

const title = { ...readOnly, nillable: false, nameField: true } as const;
const forty = { length: 40, byteLength: 120 } as const;
const seen = [
  datetime('LastViewedDate', 'Last Viewed Date', readOnly),
  datetime('LastReferencedDate', 'Last Referenced Date', readOnly),
];

export const listView = object(
  'ListView',
  'List View',
  'List Views',
  '00B',
  [
    id('List View ID'),
    text('Name', 'View Name', 40, title),
    text('DeveloperName', 'API Name', 80, readOnly),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('SobjectType', 'Sobject Type', 40, readOnly),
    checkbox('IsSoqlCompatible', 'Is SoqlCompatible', readOnly),
    ...stamps(),
    ...seen,
  ],
  fixed,
);

export const report = object(
  'Report',
  'Report',
  'Reports',
  '00O',
  [
    id('Report ID'),
    reference('OwnerId', 'Folder ID', ['Folder', 'Organization', 'User'], 'Owner', readOnly),
    text('FolderName', 'Folder Name', 256, readOnly),
    ...stamps(),
    isDeleted(),
    text('Name', 'Report Name', 40, title),
    text('Description', 'Description', 255, readOnly),
    text('DeveloperName', 'Report Unique Name', 80, readOnly),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    datetime('LastRunDate', 'Last Run', readOnly),
    picklist('Format', 'Format', values('Tabular', 'Summary', 'Matrix', 'MultiBlock'), { ...readOnly, ...forty }),
    ...seen,
  ],
  fixed,
);

export const dashboard = object(
  'Dashboard',
  'Dashboard',
  'Dashboards',
  '01Z',
  [
    id('Dashboard ID'),
    isDeleted(),
    reference('FolderId', 'Folder ID', ['Folder', 'User'], 'Folder', readOnly),
    text('FolderName', 'Folder Name', 256, readOnly),
    text('Title', 'Title', 80, title),
    text('DeveloperName', 'Dashboard Unique Name', 80, readOnly),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('Description', 'Description', 255, readOnly),
    reference('RunningUserId', 'Running User ID', ['User'], 'RunningUser', readOnly),
    ...stamps(),
    ...seen,
  ],
  fixed,
);
