/** What steps 1 and 2 ask an org. An answer that this user may not have is null, and the check says that it cannot tell. */
import { planFields } from '../mapping/plan-fields.ts';
import type { AdminSalesforce } from '../salesforce/create-admin.ts';
import { type ObjectDescribe, type OrgIdentity, type Salesforce, SalesforceError } from '../salesforce/salesforce.ts';
import { allOf, isEqual, isOneOf, select } from '../salesforce/soql.ts';
import { type Described, describeObjects, readable } from './describes.ts';
import type { FieldFacts } from './field-rows.ts';
import { GOVERNED_OBJECTS, type GovernedObject, type ObjectRights, type UserFacts } from './user-checks.ts';
import { WANTED_FIELDS, WANTED_OBJECTS } from './wanted-fields.ts';

type Asker = Pick<Salesforce, 'describe' | 'records'>;

/** null where Salesforce refuses what was asked: no such object or field, or no right to it. Anything else is a failure of the whole. */
const orNull = async <T>(ask: Promise<T>): Promise<T | null> => {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof SalesforceError && error.code === 'salesforce-refused') return null;
    throw error;
  }
};

// -- step 1 -----------------------------------------------------------------------------------------------------------

export const readSeenObjects = async (asker: Asker | null): Promise<FieldFacts['seen']> => {
  const [lead, contact] = await Promise.all(
    WANTED_OBJECTS.map(async (object) => (asker === null ? null : orNull(asker.describe(object)))),
  );
  return { Lead: lead ?? null, Contact: contact ?? null };
};

const WANTED_NAMES = WANTED_FIELDS.flatMap(({ name, older }) => (older === null ? [name] : [name, older]));

/** `syncUserId`: whose profile may write; null: nobody is known yet. */
export const readAdminFacts = async (
  admin: AdminSalesforce,
  syncUserId: string | null,
): Promise<NonNullable<FieldFacts['admin']>> => {
  const [fields, open, settings] = await Promise.all([
    admin.toolingRecords<{ DeveloperName: string; TableEnumOrId: string }>(
      select({
        fields: ['DeveloperName', 'TableEnumOrId'],
        from: 'CustomField',
        where: isOneOf(
          'DeveloperName',
          WANTED_NAMES.map((name) => name.replace(/__c$/, '')),
        ),
      }),
    ),
    readOpenFields(admin, syncUserId),
    orNull(admin.leadConvert()),
  ]);
  return {
    exists: new Set(fields.map(({ DeveloperName, TableEnumOrId }) => `${TableEnumOrId}.${DeveloperName}__c`)),
    openToAll: new Set(open.map(({ Field }) => Field)),
    onConvert: settings?.contact ?? new Map(),
  };
};

interface FieldGrant {
  readonly Id: string;
  readonly Field: string;
}

/** Grants to write a wanted field that profiles other than the sync user's have (N20). */
export const readOpenFields = async (
  admin: AdminSalesforce,
  syncUserId: string | null,
): Promise<readonly FieldGrant[]> => {
  const profile = syncUserId === null ? null : await profileOf(admin, syncUserId);
  const paths = WANTED_OBJECTS.flatMap((object) => WANTED_NAMES.map((name) => `${object}.${name}`));
  const grants = await admin.records<FieldGrant & { readonly Parent: { readonly ProfileId: string | null } | null }>(
    select({
      fields: ['Id', 'Field', 'Parent.ProfileId'],
      from: 'FieldPermissions',
      where: allOf(isOneOf('Field', paths), isEqual('PermissionsEdit', true), isEqual('Parent.IsOwnedByProfile', true)),
    }),
  );
  return grants.filter(({ Parent }) => Parent?.ProfileId !== profile);
};

const profileOf = async (asker: Asker, userId: string): Promise<string | null> => {
  const [user] = await asker.records<{ ProfileId: string }>(
    select({ fields: ['ProfileId'], from: 'User', where: isEqual('Id', userId), limit: 1 }),
  );
  return user?.ProfileId ?? null;
};

// -- step 2 -----------------------------------------------------------------------------------------------------------

interface UserRow {
  readonly Name: string;
  readonly IsActive: boolean;
  readonly ProfileId: string | null;
  readonly Profile: { readonly Name: string } | null;
}

export interface UserAnswer {
  readonly facts: UserFacts;
  readonly name: string;
  readonly profile: string | null;
}

export const readUserFacts = async (
  salesforce: Salesforce,
  admin: AdminSalesforce | null,
  identity: OrgIdentity,
  { isPasswordSignIn }: { readonly isPasswordSignIn: boolean },
): Promise<UserAnswer> => {
  const userIs = isEqual('Id', identity.userId);
  const asker: Asker = admin ?? salesforce;
  const [[user], described, objects, activities, rights, marketing, counts] = await Promise.all([
    salesforce.records<UserRow>(
      select({ fields: ['Name', 'IsActive', 'ProfileId', 'Profile.Name'], from: 'User', where: userIs, limit: 1 }),
    ),
    describeObjects(salesforce),
    readObjectRights(salesforce),
    unreadableActivities(salesforce),
    readRights(asker, identity.userId),
    orNull(
      asker.records<{ UserPermissionsMarketingUser: boolean }>(
        select({ fields: ['UserPermissionsMarketingUser'], from: 'User', where: userIs, limit: 1 }),
      ),
    ),
    admin === null ? null : readCounts(salesforce, admin),
  ]);
  return {
    name: user?.Name ?? identity.username,
    profile: user?.Profile?.Name ?? null,
    facts: {
      isActive: user?.IsActive ?? null,
      licence: user?.ProfileId ? await readLicence(asker, user.ProfileId) : null,
      isAdministrator: rights === null ? null : rights.has.has('PermissionsModifyAllData'),
      isPasswordSignIn,
      edition: identity.edition,
      rights,
      objects,
      hidden: hiddenOf(described),
      hiddenForActivities: [...(isTypeHidden(described) ? ['Account.Type'] : []), ...activities],
      isMarketingUser: marketing?.[0]?.UserPermissionsMarketingUser ?? null,
      counts,
    },
  };
};

const hiddenOf = (described: readonly Described[]): readonly string[] => {
  const seen = new Set<string>(described.flatMap(({ object, describe }) => (describe ? [object] : [])));
  return planFields(readable(described), []).missing.filter((path) => seen.has(path.slice(0, path.indexOf('.'))));
};

const isTypeHidden = (described: readonly Described[]): boolean => {
  const account = described.find(({ object }) => object === 'Account')?.describe;
  return account != null && !account.fields.some(({ name }) => name === 'Type');
};

const readObjectRights = async (salesforce: Salesforce): Promise<UserFacts['objects']> => {
  const found = await Promise.all(
    GOVERNED_OBJECTS.map(async (object) => [object, rightsIn(await orNull(salesforce.describe(object)))] as const),
  );
  return Object.fromEntries(found) as Record<GovernedObject, ObjectRights>;
};

/** `deletable` is in a describe (A4), and not in the slice of it that the sync reads. */
const rightsIn = (describe: (ObjectDescribe & { readonly deletable?: boolean }) | null): ObjectRights => ({
  read: describe?.queryable ?? false,
  create: describe?.createable ?? false,
  edit: describe?.updateable ?? false,
  delete: describe?.deletable ?? false,
});

const unreadableActivities = async (salesforce: Salesforce): Promise<readonly string[]> => {
  const found = await Promise.all(
    (['Event', 'Task'] as const).map(async (object) => ((await orNull(salesforce.describe(object))) ? [] : [object])),
  );
  return found.flat();
};

/** Rights add up over the set that the profile owns and those assigned (A4). */
const readRights = async (asker: Asker, userId: string): Promise<UserFacts['rights']> => {
  const describe = await orNull(asker.describe('PermissionSet'));
  const known = (describe?.fields ?? []).map(({ name }) => name).filter((name) => name.startsWith('Permissions'));
  const assigned = await orNull(
    asker.records<{ PermissionSetId: string }>(
      select({ fields: ['PermissionSetId'], from: 'PermissionSetAssignment', where: isEqual('AssigneeId', userId) }),
    ),
  );
  if (known.length === 0 || assigned === null) return null;
  const profile = await profileOf(asker, userId);
  const ids = assigned.map(({ PermissionSetId }) => PermissionSetId);
  const [ofSets, ofProfile] = await Promise.all(
    [isOneOf('Id', ids), ...(profile === null ? [] : [isEqual('ProfileId', profile)])].map((where) =>
      orNull(asker.records<Record<string, unknown>>(select({ fields: known, from: 'PermissionSet', where }))),
    ),
  );
  if (!ofSets || !ofProfile) return null;
  const rows = [...ofSets, ...ofProfile];
  return { known: new Set(known), has: new Set(known.filter((name) => rows.some((row) => row[name] === true))) };
};

const readLicence = async (asker: Asker, profileId: string): Promise<string | null> => {
  const rows = await orNull(
    asker.records<{ UserLicense: { Name: string } | null }>(
      select({ fields: ['UserLicense.Name'], from: 'Profile', where: isEqual('Id', profileId), limit: 1 }),
    ),
  );
  return rows?.[0]?.UserLicense?.Name ?? null;
};

const COUNTED = ['Lead', 'Contact', 'Account'] as const;

/** N19: what sharing keeps from the sync user. */
const readCounts = async (
  salesforce: Salesforce,
  admin: AdminSalesforce,
): Promise<NonNullable<UserFacts['counts']>> => {
  const found = await Promise.all(
    COUNTED.map(async (object) => {
      const [seen, there] = await Promise.all([
        orNull(salesforce.count(object)),
        orNull(admin.records<{ records: number }>(`SELECT COUNT(Id) records FROM ${object}`)),
      ]);
      return seen === null || there === null ? [] : [{ object, seen, there: there[0]?.records ?? 0 }];
    }),
  );
  return found.flat();
};
