/**
 * What the suites of clients expect to find in an org they are pointed at: a table of many rows to page through, one with an
 * external id that is not unique, a platform event, a managed subscription, record types, list views, quick actions, a
 * report and a dashboard in folders, permission sets, and few records of the standard objects.
 *
 * The sync user has every right here, since such suites sign in as one user and also set up with it; the user name and
 * password flow is on, and a password needs no security token behind it.
 */
import type { Access } from '../access/access.ts';
import { systemPermissions } from '../access/rights.ts';
import type { Events } from '../events/events.ts';
import type { SourceComponent } from '../metadata/source.ts';
import { said, type Tree } from '../metadata/tree.ts';
import type { SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { type Beginning, columnsOf, completer } from './complete.ts';
import type { Sizes } from './demo.ts';

/** As many as Salesforce puts into an org of a developer. */
export const clientSizes: Sizes = { users: 2, accounts: 12, contacts: 20, leads: 22, opportunities: 31, campaigns: 4 };

/** More than one answer's 2,000 and than jsforce's own limit of 10,000. */
const bigTableRows = 10_500;

const component = (type: string, fullName: string, tree: Tree): SourceComponent => ({ type, fullName, tree });

const everyRight = systemPermissions.map((name) => ({ name, enabled: 'true' }));
const wholeObject = {
  allowCreate: 'true',
  allowDelete: 'true',
  allowEdit: 'true',
  allowRead: 'true',
  modifyAllRecords: 'false',
  viewAllRecords: 'false',
};

const listView = (object: string, plural: string): SourceComponent =>
  component('ListView', `${object}.All${plural}`, {
    label: `All ${plural}`,
    filterScope: 'Everything',
    columns: ['NAME', 'LAST_UPDATE'],
  });

const recordType = (fullName: string, label: string): SourceComponent =>
  component('RecordType', fullName, { label, active: 'true' });

const suitePermissions = 'Client_Suites';

export const clientComponents: readonly SourceComponent[] = [
  component('CustomObject', 'BigTable__c', {
    label: 'Big Table',
    pluralLabel: 'Big Tables',
    nameField: { label: 'Number', type: 'AutoNumber', displayFormat: 'R-{00000000}' },
  }),
  component('CustomObject', 'UpsertTable__c', {
    label: 'Upsert Table',
    pluralLabel: 'Upsert Tables',
    nameField: { label: 'Name', type: 'Text' },
  }),
  component('CustomObject', 'Sample__e', { label: 'Sample', pluralLabel: 'Samples', eventType: 'HighVolume' }),
  component('CustomField', 'UpsertTable__c.ExtId__c', {
    label: 'External Id',
    type: 'Text',
    length: '40',
    externalId: 'true',
    unique: 'false',
  }),
  component('CustomField', 'Sample__e.Message__c', { label: 'Message', type: 'Text', length: '255' }),
  recordType('Account.Business', 'Business'),
  recordType('Account.Partner', 'Partner'),
  recordType('Lead.Inbound', 'Inbound'),
  listView('Account', 'Accounts'),
  listView('Contact', 'Contacts'),
  listView('Lead', 'Leads'),
  listView('Opportunity', 'Opportunities'),
  component('QuickAction', 'LogACall', { label: 'Log a Call', type: 'LogACall', targetObject: 'Task' }),
  component('QuickAction', 'NewLead', { label: 'New Lead', type: 'Create', targetObject: 'Lead' }),
  component('QuickAction', 'Account.NewContact', {
    label: 'New Contact',
    type: 'Create',
    targetObject: 'Contact',
    targetParentField: 'Account',
  }),
  component('Report', 'ClientReports/Lead_List_Report', {
    name: 'Lead List Report',
    format: 'Tabular',
    reportType: 'LeadList',
    columns: [{ field: 'LEAD.NAME' }, { field: 'COMPANY' }],
  }),
  component('Dashboard', 'ClientDashboards/Lead_List_Dashboard', {
    title: 'Lead List Dashboard',
    dashboardType: 'SpecifiedUser',
  }),
  component('PermissionSet', suitePermissions, { label: 'Client Suites', userPermissions: everyRight }),
  component('PermissionSet', 'Upsert_Readers', {
    label: 'Upsert Readers',
    objectPermissions: [{ ...wholeObject, object: 'UpsertTable__c' }],
  }),
];

/** The records beside those of standard objects; answers how many of each object. */
export function fillClients(store: Store, begin: Beginning): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const put = (object: string, rows: readonly StoredRow[]): readonly string[] => {
    const described = store.schema.object(object) as SchemaObject;
    const complete = completer(described, begin);
    const ids = store.nextIds(object, rows.length);
    const whole = rows.map((row, at) => complete({ Id: ids[at] as string, ...row }));
    counts[object] = store.insertMany(object, columnsOf(described), whole);
    return ids;
  };
  put(
    'BigTable__c',
    Array.from({ length: bigTableRows }, (_, at) => ({ Name: `R-${String(at + 1).padStart(8, '0')}` })),
  );
  put('ListView', named('ListView').map(viewRow));
  const folderNames = ['Client Reports', 'Client Dashboards'] as const;
  const [reports = null, dashboards = null] = put(
    'Folder',
    folderNames.map((Name, at) => ({
      Name,
      DeveloperName: Name.replace(' ', ''),
      AccessType: 'Public',
      Type: at === 0 ? 'Report' : 'Dashboard',
    })),
  );
  put(
    'Report',
    named('Report').map(({ fullName, tree }) => ({
      Name: said(tree, 'name') ?? fullName,
      DeveloperName: lastOf(fullName, '/'),
      OwnerId: reports,
      FolderName: folderNames[0],
      Format: said(tree, 'format') ?? null,
    })),
  );
  put(
    'Dashboard',
    named('Dashboard').map(({ fullName, tree }) => ({
      Title: said(tree, 'title') ?? fullName,
      DeveloperName: lastOf(fullName, '/'),
      FolderId: dashboards,
      FolderName: folderNames[1],
      RunningUserId: begin.admin,
    })),
  );
  return counts;
}

const named = (type: string): readonly SourceComponent[] => clientComponents.filter((one) => one.type === type);
const lastOf = (fullName: string, mark: string): string => fullName.slice(fullName.lastIndexOf(mark) + 1);

function viewRow({ fullName, tree }: SourceComponent): StoredRow {
  return {
    Name: said(tree, 'label') ?? fullName,
    DeveloperName: lastOf(fullName, '.'),
    SobjectType: fullName.split('.')[0] ?? '',
    IsSoqlCompatible: 'true',
  };
}

/** What is neither schema nor record: rights, switches, captured objects, a managed subscription. Once, in a new org. */
export function prepareForClients({ store, access, events }: { store: Store; access: Access; events: Events }): void {
  const set = store.statement('select "Id" from "PermissionSet" where "Name" = ?').get(suitePermissions);
  store.insert('PermissionSetAssignment', {
    Id: store.nextId('PermissionSetAssignment'),
    PermissionSetId: String(set?.['Id']),
    AssigneeId: access.syncUser.id,
    IsActive: 'true',
    IsDeleted: 'false',
    SystemModstamp: store.now(),
  });
  access.rightsChanged();
  access.switches.set({ passwordFlow: true, trustedNetwork: true });
  for (const object of ['Account', 'Contact', 'Lead', 'Opportunity']) events.capture(object);
  events.managed.put({
    developerName: 'Managed_Sample_PE',
    label: 'Managed Sample PE',
    topicName: '/event/Sample__e',
    defaultReplay: 'EARLIEST',
    errorRecoveryReplay: 'LATEST',
    state: 'RUN',
  });
}
