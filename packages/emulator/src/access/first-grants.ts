import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { governorOf, hasFieldSecurity, syncUserPermissions, systemPermissions } from './rights.ts';

/** A profile as an org begins with it. */
interface FirstProfile {
  readonly id: string;
  readonly isAdmin: boolean;
}

/**
 * Gives each profile the permission set it owns, with every object and every field the org has at its birth. Fields made
 * later are granted to nobody (A4). The sync user may do everything with records, but no set-up, and owns no right to
 * the records of others once these are private.
 */
export function makeFirstGrants(store: Store, profiles: readonly FirstProfile[], adminId: string): void {
  if (store.setting('grants') !== undefined || store.schema.object('FieldPermissions') === undefined) return;
  store.transaction(() => {
    for (const profile of profiles) grantAll(store, profile, adminId);
    store.setSetting('grants', 'made');
  });
}

function grantAll(store: Store, { id, isAdmin }: FirstProfile, adminId: string): void {
  const stamp = store.now();
  const stamps = { CreatedDate: stamp, LastModifiedDate: stamp, CreatedById: adminId, LastModifiedById: adminId };
  const always = { IsDeleted: 'false', SystemModstamp: stamp };
  const ParentId = store.nextId('PermissionSet');
  const name = `X${ParentId.slice(0, 15)}`;
  const given = systemPermissions.filter((permission) => isAdmin || syncUserPermissions.has(permission));
  store.insert('PermissionSet', {
    ...Object.fromEntries(systemPermissions.map((permission) => [`Permissions${permission}`, 'false'])),
    ...Object.fromEntries(given.map((permission) => [`Permissions${permission}`, 'true'])),
    ...stamps,
    ...always,
    Id: ParentId,
    Name: name,
    Label: name,
    ProfileId: id,
    IsOwnedByProfile: 'true',
    IsCustom: 'false',
    Type: 'Profile',
    HasActivationRequired: 'false',
  });
  const objects = store.schema.objects.filter(({ describe }) => governorOf(describe) === describe.name);
  insertAll(
    store,
    'ObjectPermissions',
    objects.map((object) => ({ ...always, ...stamps, ...objectGrant(object, ParentId, isAdmin) })),
  );
  const fields = store.schema.objects
    .filter(({ describe }) => hasFieldSecurity(describe))
    .flatMap(({ name, fields: all }) => fieldGrants(name, all, ParentId));
  insertAll(
    store,
    'FieldPermissions',
    fields.map((grant) => ({ ...always, ...grant })),
  );
}

/** All rights on an object; those on the records of others only for an admin. */
function objectGrant(object: SchemaObject, ParentId: string, isAdmin: boolean): StoredRow {
  return {
    ParentId,
    SobjectType: object.name,
    PermissionsCreate: 'true',
    PermissionsRead: 'true',
    PermissionsEdit: 'true',
    PermissionsDelete: 'true',
    PermissionsViewAllRecords: String(isAdmin),
    PermissionsModifyAllRecords: String(isAdmin),
  };
}

function fieldGrants(object: string, fields: readonly FieldDescribe[], ParentId: string): readonly StoredRow[] {
  return fields
    .filter(({ permissionable }) => permissionable)
    .map((field) => ({
      ParentId,
      SobjectType: object,
      Field: `${object}.${field.name}`,
      PermissionsRead: 'true',
      PermissionsEdit: String(field.createable || field.updateable),
    }));
}

/** Grants fields that Salesforce itself added to an object to every profile; those that somebody made are granted to nobody. */
export function grantFields(store: Store, object: string, fields: readonly FieldDescribe[]): void {
  const describe = store.schema.object(object)?.describe;
  if (describe === undefined || !hasFieldSecurity(describe)) return;
  const stamp = store.now();
  const owned = store.statement(`select "Id" from "PermissionSet" where "IsOwnedByProfile" = 'true'`).all();
  const grants = owned.flatMap(({ Id }) => fieldGrants(object, fields, String(Id)));
  insertAll(
    store,
    'FieldPermissions',
    grants.map((grant) => ({ IsDeleted: 'false', SystemModstamp: stamp, ...grant })),
  );
}

function insertAll(store: Store, object: string, rows: readonly StoredRow[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const ids = store.nextIds(object, rows.length);
  const columns = Object.keys(first);
  store.insertMany(
    object,
    ['Id', ...columns],
    rows.map((row, at) => [ids[at] as string, ...columns.map((column) => row[column] ?? null)]),
  );
}
