/**
 * What a user's profile and permission sets grant, read from the org's own records (A4): `ObjectPermissions` and
 * `FieldPermissions` of the permission set their profile owns and of those assigned to them. Grants add up; nothing takes
 * one back. A permissionable field that no set grants is seen by nobody, the admin included.
 */
import type { ObjectDescribe, SchemaObject } from '../schema/schema.ts';
import type { Store } from '../store/store.ts';

export interface ObjectRights {
  readonly create: boolean;
  readonly read: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  readonly viewAll: boolean;
  readonly modifyAll: boolean;
}

/** Permissions of the user as such: `PermissionsApiEnabled` of a set is `ApiEnabled`. */
export type SystemPermission =
  | 'ApiEnabled'
  | 'ModifyAllData'
  | 'ViewAllData'
  | 'CustomizeApplication'
  | 'ManageUsers'
  | 'BulkApiHardDelete'
  | 'ViewEncryptedData'
  | 'CreateAuditFields'
  | (typeof actionPermissions)[number];

/** Rights to act, which this org keeps and shows and asks of nobody. */
const actionPermissions = [
  'ConvertLeads',
  'EditTask',
  'EditEvent',
  'EditHtmlTemplates',
  'EditPublicDocuments',
  'EditPublicTemplates',
  'PasswordNeverExpires',
] as const;

export const systemPermissions: readonly SystemPermission[] = [
  'ApiEnabled',
  'ModifyAllData',
  'ViewAllData',
  'CustomizeApplication',
  'ManageUsers',
  'BulkApiHardDelete',
  'ViewEncryptedData',
  'CreateAuditFields',
  ...actionPermissions,
];

/** What the sync user's profile has at an org's birth: enough to sync, and no templates, which an admin grants. */
export const syncUserPermissions: ReadonlySet<SystemPermission> = new Set([
  'ApiEnabled',
  'ConvertLeads',
  'EditTask',
  'EditEvent',
  'PasswordNeverExpires',
]);

export interface Rights {
  has(permission: SystemPermission): boolean;
  /** What the user may do with an object's records; all of it where permission sets do not govern the object. */
  object(object: SchemaObject): ObjectRights;
  /** Whether the user reads, and whether they write, a field; both where permission sets do not govern it. */
  field(object: string, field: string): { readonly read: boolean; readonly edit: boolean };
}

const all: ObjectRights = { create: true, read: true, edit: true, delete: true, viewAll: true, modifyAll: true };
const open = { read: true, edit: true } as const;
const shut = { read: false, edit: false } as const;
const none: ObjectRights = { create: false, read: false, edit: false, delete: false, viewAll: false, modifyAll: false };

/** Records of these make up the org's setup: everybody reads them, and only who manages users writes them. */
const setupObjects = new Set([
  'Organization',
  'Profile',
  'User',
  'UserRole',
  'Group',
  'GroupMember',
  'QueueSobject',
  'RecordType',
  'PermissionSet',
  'PermissionSetAssignment',
  'ObjectPermissions',
  'FieldPermissions',
  'AssignmentRule',
  'LeadStatus',
  'OpportunityStage',
  'CaseStatus',
  'TaskStatus',
  'TaskPriority',
  'ListView',
  'Report',
  'Dashboard',
  'CurrencyType',
]);

/** Standard objects whose records permission sets grant. */
const governed = new Set(['Account', 'Campaign', 'Case', 'Contact', 'Lead', 'Opportunity']);

/** Objects that are granted with another. */
const grantedWith: Readonly<Record<string, string>> = {
  CampaignMember: 'Campaign',
  CampaignMemberStatus: 'Campaign',
  OpportunityContactRole: 'Opportunity',
  OpportunityLineItem: 'Opportunity',
};

/** The object whose `ObjectPermissions` govern this one's records; undefined where none do. */
export function governorOf(object: ObjectDescribe): string | undefined {
  const with_ = grantedWith[object.name] ?? object.name;
  return object.custom || governed.has(with_) ? with_ : undefined;
}

/** Whether permission sets govern the object's fields. */
export function hasFieldSecurity(object: ObjectDescribe): boolean {
  return !setupObjects.has(object.name) && object.queryable;
}

const grantColumns = {
  create: 'PermissionsCreate',
  read: 'PermissionsRead',
  edit: 'PermissionsEdit',
  delete: 'PermissionsDelete',
  viewAll: 'PermissionsViewAllRecords',
  modifyAll: 'PermissionsModifyAllRecords',
} as const satisfies Record<keyof ObjectRights, string>;

type Row = Readonly<Record<string, unknown>>;

/** Reads a user's rights. Of a file older than permission sets everything is granted. */
export function readRights(store: Store, userId: string): Rights {
  if (store.schema.object('FieldPermissions') === undefined) return unlimited;
  const sets = setsOf(store, userId);
  const rows = (object: string): readonly Row[] =>
    sets.length === 0
      ? []
      : store
          .statement(
            `select * from "${object}" where "IsDeleted" = 'false' and "ParentId" in (select value from json_each(?))`,
          )
          .all(JSON.stringify(sets.map(({ Id }) => Id)));
  const system = new Set(systemPermissions.filter((name) => sets.some((set) => set[`Permissions${name}`] === 'true')));
  const objects = objectGrants(rows('ObjectPermissions'));
  const fields = fieldGrants(rows('FieldPermissions'));
  return {
    has: (permission) => system.has(permission),
    object: ({ describe }) => objectRights(describe, objects, system),
    field: (objectName, name) => {
      const object = store.schema.object(objectName);
      const described = object?.field(name);
      if (object === undefined || described === undefined || !described.permissionable) return open;
      if (!hasFieldSecurity(object.describe)) return open;
      return fields.get(`${object.name}.${described.name}`.toLowerCase()) ?? shut;
    },
  };
}

const unlimited: Rights = { has: () => true, object: () => all, field: () => open };

function setsOf(store: Store, userId: string): readonly Row[] {
  return store
    .statement(
      `select * from "PermissionSet" as s where s."IsDeleted" = 'false' and (
         s."ProfileId" = (select "ProfileId" from "User" where "Id" = ?1)
         or exists (select 1 from "PermissionSetAssignment" as a
                    where a."PermissionSetId" = s."Id" and a."AssigneeId" = ?1 and a."IsDeleted" = 'false'))`,
    )
    .all(userId);
}

function objectGrants(rows: readonly Row[]): ReadonlyMap<string, ObjectRights> {
  const grants = new Map<string, ObjectRights>();
  for (const row of rows) {
    const object = String(row['SobjectType']).toLowerCase();
    const before = grants.get(object) ?? none;
    const of = (name: keyof ObjectRights): boolean => before[name] || row[grantColumns[name]] === 'true';
    grants.set(object, {
      create: of('create'),
      read: of('read'),
      edit: of('edit'),
      delete: of('delete'),
      viewAll: of('viewAll'),
      modifyAll: of('modifyAll'),
    });
  }
  return grants;
}

function fieldGrants(rows: readonly Row[]): ReadonlyMap<string, { read: boolean; edit: boolean }> {
  const grants = new Map<string, { read: boolean; edit: boolean }>();
  for (const row of rows) {
    const field = String(row['Field']).toLowerCase();
    const before = grants.get(field) ?? { read: false, edit: false };
    const edit = before.edit || row['PermissionsEdit'] === 'true';
    grants.set(field, { read: before.read || edit || row['PermissionsRead'] === 'true', edit });
  }
  return grants;
}

function objectRights(
  describe: ObjectDescribe,
  grants: ReadonlyMap<string, ObjectRights>,
  system: ReadonlySet<SystemPermission>,
): ObjectRights {
  if (setupObjects.has(describe.name)) {
    const manages = system.has('ManageUsers');
    return { ...all, create: manages, edit: manages, delete: manages };
  }
  const governor = governorOf(describe);
  const given = governor === undefined ? all : (grants.get(governor.toLowerCase()) ?? none);
  if (system.has('ModifyAllData')) return all;
  return system.has('ViewAllData') ? { ...given, read: true, viewAll: true } : given;
}
