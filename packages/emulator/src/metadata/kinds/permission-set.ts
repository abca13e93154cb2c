import { systemPermissions } from '../../access/rights.ts';
import type { StoredRow } from '../../store/store.ts';
import { MetadataFault } from '../field-type.ts';
import { isSet, list, said, type Tree } from '../tree.ts';
import type { Kind, Setup } from './kind.ts';
import { plain } from './plain.ts';

/** Members of permission sets and profiles that are kept as they were written. */
const kept = plain('PermissionSet');
const keptProfile = plain('Profile');

/** A permission set: records of PermissionSet, ObjectPermissions and FieldPermissions. A deployment replaces all of it. */
export const permissionSet: Kind = {
  ...kept,
  put: (setup, fullName, tree) => {
    const id = putSet(setup, fullName, tree);
    for (const table of ['ObjectPermissions', 'FieldPermissions']) {
      setup.store.statement(`delete from "${table}" where "ParentId" = ?`).run(id);
    }
    grant(setup, id, tree);
    kept.put(setup, fullName, tree);
    setup.access.rightsChanged();
  },
  read: (setup, fullName) => {
    const row = setNamed(setup, fullName);
    if (row === undefined) return undefined;
    const own = {
      fullName: row['Name'] ?? fullName,
      label: row['Label'] ?? fullName,
      hasActivationRequired: 'false',
      ...(row['Description'] === null ? {} : { description: row['Description'] ?? '' }),
    };
    return { ...kept.read(setup, fullName), ...own, ...grantsIn(setup, row) };
  },
  names: ({ store }) =>
    store
      .statement(
        `select "Name" from "PermissionSet" where "IsOwnedByProfile" <> 'true' and "IsDeleted" = 'false' order by "Name"`,
      )
      .all()
      .map(({ Name }) => String(Name)),
  remove: (setup, fullName) => {
    const row = setNamed(setup, fullName);
    if (row === undefined) return false;
    const { store } = setup;
    const id = row['Id'] ?? '';
    for (const table of ['ObjectPermissions', 'FieldPermissions']) {
      store.statement(`delete from "${table}" where "ParentId" = ?`).run(id);
    }
    store.statement('delete from "PermissionSetAssignment" where "PermissionSetId" = ?').run(id);
    store.statement('delete from "PermissionSet" where "Id" = ?').run(id);
    kept.remove(setup, fullName);
    setup.access.rightsChanged();
    return true;
  },
};

/** A profile, known by its label or as `Admin`: what is deployed is added to what it grants, and nothing else changes. */
export const profile: Kind = {
  ...keptProfile,
  put: (setup, fullName, tree) => {
    const row = setOfProfile(setup, fullName);
    if (row === undefined) throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `There is no profile ${fullName}`);
    putSystem(setup, row['Id'] ?? '', tree);
    grant(setup, row['Id'] ?? '', tree);
    keptProfile.put(setup, fullName, tree);
    setup.access.rightsChanged();
  },
  read: (setup, fullName) => {
    const row = setOfProfile(setup, fullName);
    if (row === undefined) return undefined;
    return { ...keptProfile.read(setup, fullName), fullName, custom: 'false', ...grantsIn(setup, row) };
  },
  names: ({ store }) =>
    store
      .statement('select "Name" from "Profile" order by "Name"')
      .all()
      .map(({ Name }) => profileName(String(Name))),
  remove: () => {
    throw new MetadataFault('DELETE_FAILED', 'A profile of this org cannot be deleted');
  },
};

const admin = 'System Administrator';

function profileName(label: string): string {
  return label === admin ? 'Admin' : label;
}

function one(setup: Setup, sql: string, value: string): StoredRow | undefined {
  return setup.store.statement(sql).get(value) as StoredRow | undefined;
}

function setNamed(setup: Setup, name: string): StoredRow | undefined {
  const sql = `select * from "PermissionSet" where "Name" = ? collate nocase and "IsOwnedByProfile" <> 'true' and "IsDeleted" = 'false'`;
  return one(setup, sql, name);
}

function setOfProfile(setup: Setup, name: string): StoredRow | undefined {
  const sql = `select s.* from "PermissionSet" as s join "Profile" as p on p."Id" = s."ProfileId" where p."Name" = ? collate nocase`;
  return one(setup, sql, name === 'Admin' ? admin : name);
}

function systemIn(tree: Tree): StoredRow {
  const enabled = list(tree, 'userPermissions').filter((permission) => isSet(permission, 'enabled'));
  const names = new Set(enabled.map((permission) => said(permission, 'name')));
  return Object.fromEntries(
    systemPermissions.filter((name) => names.has(name)).map((name) => [`Permissions${name}`, 'true']),
  );
}

function putSystem({ store }: Setup, id: string, tree: Tree): void {
  store.update('PermissionSet', id, systemIn(tree));
}

/** The id of the set's record, which is made or changed. */
function putSet(setup: Setup, name: string, tree: Tree): string {
  const { store, userId } = setup;
  const now = store.now();
  const label = said(tree, 'label');
  if (label === undefined) throw new MetadataFault('REQUIRED_FIELD_MISSING', 'Required field is missing: label');
  const moved = { LastModifiedDate: now, LastModifiedById: userId, SystemModstamp: now };
  const cleared = Object.fromEntries(systemPermissions.map((permission) => [`Permissions${permission}`, 'false']));
  const values = {
    ...cleared,
    ...systemIn(tree),
    Label: label,
    Description: said(tree, 'description') ?? null,
    ...moved,
  };
  const existing = setNamed(setup, name);
  if (existing !== undefined) {
    store.update('PermissionSet', existing['Id'] ?? '', values);
    return existing['Id'] ?? '';
  }
  const Id = store.nextId('PermissionSet');
  store.insert('PermissionSet', {
    ...values,
    Id,
    Name: name,
    IsOwnedByProfile: 'false',
    IsCustom: 'true',
    Type: 'Regular',
    HasActivationRequired: 'false',
    IsDeleted: 'false',
    CreatedDate: now,
    CreatedById: userId,
  });
  return Id;
}

const objectGrants = {
  allowCreate: 'PermissionsCreate',
  allowRead: 'PermissionsRead',
  allowEdit: 'PermissionsEdit',
  allowDelete: 'PermissionsDelete',
  viewAllRecords: 'PermissionsViewAllRecords',
  modifyAllRecords: 'PermissionsModifyAllRecords',
} as const;

function grant(setup: Setup, ParentId: string, tree: Tree): void {
  for (const given of list(tree, 'objectPermissions')) grantObject(setup, ParentId, given);
  for (const given of list(tree, 'fieldPermissions')) grantField(setup, ParentId, given);
}

function grantObject(setup: Setup, ParentId: string, given: Tree): void {
  const object = setup.schema.object(said(given, 'object') ?? '');
  if (object === undefined) {
    throw new MetadataFault(
      'INVALID_CROSS_REFERENCE_KEY',
      `In field: object - no CustomObject named ${said(given, 'object')} found`,
    );
  }
  const rights = Object.entries(objectGrants).map(([member, column]) => [column, String(isSet(given, member))]);
  putGrant(setup, 'ObjectPermissions', { ParentId, SobjectType: object.name }, Object.fromEntries(rights) as StoredRow);
}

function grantField(setup: Setup, ParentId: string, given: Tree): void {
  const name = said(given, 'field') ?? '';
  const [objectName = '', fieldName = ''] = name.split('.');
  const object = setup.schema.object(objectName);
  const field = object?.field(fieldName);
  if (object === undefined || field === undefined) {
    throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `In field: field - no CustomField named ${name} found`);
  }
  if (!field.permissionable) {
    throw new MetadataFault(
      'FIELD_INTEGRITY_EXCEPTION',
      `You cannot deploy to a required field: ${object.name}.${field.name}`,
    );
  }
  const edit = isSet(given, 'editable');
  const rights = { PermissionsRead: String(edit || isSet(given, 'readable')), PermissionsEdit: String(edit) };
  putGrant(
    setup,
    'FieldPermissions',
    { ParentId, SobjectType: object.name, Field: `${object.name}.${field.name}` },
    rights,
  );
}

/** Sets rights of the one record that these values name, or makes it; no right at all is no record. */
function putGrant(
  { store, schema, userId }: Setup,
  table: 'FieldPermissions' | 'ObjectPermissions',
  key: StoredRow,
  rights: StoredRow,
): void {
  const where = Object.keys(key)
    .map((name) => `"${name}" = ?`)
    .join(' and ');
  const found = store.statement(`select "Id" from "${table}" where ${where}`).get(...Object.values(key));
  if (!Object.values(rights).includes('true')) {
    if (found !== undefined) store.statement(`delete from "${table}" where "Id" = ?`).run(String(found['Id']));
    return;
  }
  const now = store.now();
  const moved: StoredRow = { LastModifiedDate: now, LastModifiedById: userId };
  const stamps = schema.object(table)?.field('LastModifiedDate') === undefined ? {} : moved;
  const values = { ...rights, ...stamps, SystemModstamp: now };
  if (found !== undefined) return store.update(table, String(found['Id']), values);
  const made =
    schema.object(table)?.field('CreatedDate') === undefined ? {} : { CreatedDate: now, CreatedById: userId };
  store.insert(table, { ...values, ...made, ...key, Id: store.nextId(table), IsDeleted: 'false' });
}

function grantsIn({ store }: Setup, row: StoredRow): Tree {
  const rows = (table: string, by: string): readonly StoredRow[] =>
    store
      .statement(`select * from "${table}" where "ParentId" = ? and "IsDeleted" = 'false' order by "${by}"`)
      .all(row['Id'] ?? '') as unknown as readonly StoredRow[];
  const objects = rows('ObjectPermissions', 'SobjectType').map((given) => ({
    object: given['SobjectType'] ?? '',
    ...Object.fromEntries(Object.entries(objectGrants).map(([member, column]) => [member, given[column] ?? 'false'])),
  }));
  const fields = rows('FieldPermissions', 'Field').map((given) => ({
    editable: given['PermissionsEdit'] ?? 'false',
    field: given['Field'] ?? '',
    readable: given['PermissionsRead'] ?? 'false',
  }));
  const users = systemPermissions
    .filter((name) => row[`Permissions${name}`] === 'true')
    .map((name) => ({ enabled: 'true', name }));
  return {
    ...(fields.length > 0 ? { fieldPermissions: fields } : {}),
    ...(objects.length > 0 ? { objectPermissions: objects } : {}),
    ...(users.length > 0 ? { userPermissions: users } : {}),
  };
}
