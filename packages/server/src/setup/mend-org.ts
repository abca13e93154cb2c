/** What an admin's session does to an org for the setup. Each act is listed with its outcome, and twice is the same as once (SET3). */
import type { SetupOutcome } from '@syncline/contract/setup-org';
import { asProblem } from '../errors/errors.ts';
import type { AdminSalesforce } from '../salesforce/create-admin.ts';
import type { RecordAnswer } from '../salesforce/salesforce.ts';
import { allOf, isEqual, select } from '../salesforce/soql.ts';
import { readOpenFields } from './org-facts.ts';
import { type Grants, PERMISSION_SET, PERMISSION_SET_LABEL } from './package-files.ts';
import { metadataOf, WANTED_FIELDS, WANTED_OBJECTS, type WantedField } from './wanted-fields.ts';

type Act = SetupOutcome['act'];

const done = (act: Act, place: string): SetupOutcome => ({ act, place, done: true, code: null, message: null });

const refused = (act: Act, place: string, code: string, message: string): SetupOutcome => ({
  act,
  place,
  done: false,
  code,
  message,
});

/** Words that say that it is so already. */
const IS_SO: ReadonlySet<string> = new Set(['DUPLICATE_DEVELOPER_NAME', 'DUPLICATE_VALUE']);

const outcomeOf = (act: Act, place: string, answer: RecordAnswer | undefined): SetupOutcome => {
  if (answer?.ok) return done(act, place);
  const fault = answer?.faults[0];
  return fault && IS_SO.has(fault.code)
    ? done(act, place)
    : refused(act, place, fault?.code ?? 'unknown', fault?.message ?? '');
};

// -- fields -----------------------------------------------------------------------------------------------------------

/** `Lead.Score__c` of a wanted field; null: no field of ours. */
const wantedAt = (place: string): WantedField | null => {
  const [object, name] = place.split('.');
  const field = WANTED_FIELDS.find((wanted) => wanted.name === name || wanted.older === name);
  return WANTED_OBJECTS.some((wanted) => wanted === object) ? (field ?? null) : null;
};

/** Everybody may read what is made, and the sync user alone writes it, in the same act: a field that nobody may see looks as if it were missing. */
export const createFields = async (
  admin: AdminSalesforce,
  places: readonly string[],
  syncUserId: string | null,
): Promise<readonly SetupOutcome[]> => {
  const outcomes: SetupOutcome[] = [];
  for (const place of places) {
    const field = wantedAt(place);
    // The older name may stand for the field where one object has it; what is made bears ours.
    const made = field ? `${place.split('.')[0]}.${field.name}` : place;
    outcomes.push(
      field
        ? outcomeOf('create', made, await admin.createField(made, metadataOf(field)))
        : refused('create', place, 'not-found', ''),
    );
  }
  const made = outcomes.flatMap((outcome) => (outcome.done ? [outcome.place] : []));
  return made.length === 0 ? outcomes : [...outcomes, ...(await grantNewFields(admin, made, syncUserId))];
};

const grantNewFields = async (
  admin: AdminSalesforce,
  places: readonly string[],
  syncUserId: string | null,
): Promise<readonly SetupOutcome[]> => {
  const profiles = await admin.records<{ Id: string }>(
    select({ fields: ['Id'], from: 'PermissionSet', where: isEqual('IsOwnedByProfile', true) }),
  );
  // A profile that can be granted nothing, such as one of a licence without leads, is no reason to stop.
  await admin.createRecords(
    'FieldPermissions',
    profiles.flatMap(({ Id }) => places.map((place) => fieldGrant(Id, place, false))),
  );
  return grantAll(admin, grantsOfFields(places), syncUserId);
};

const grantsOfFields = (places: readonly string[]): Grants => ({
  user: [],
  objects: [],
  fields: places.map((field) => ({ field, edit: true })),
});

const fieldGrant = (parentId: string, field: string, edit: boolean) => ({
  ParentId: parentId,
  SobjectType: field.slice(0, field.indexOf('.')),
  Field: field,
  PermissionsRead: true,
  PermissionsEdit: edit,
});

/** N20: everybody may read, the sync user alone may write. */
export const closeAccess = async (
  admin: AdminSalesforce,
  places: readonly string[],
  syncUserId: string | null,
): Promise<readonly SetupOutcome[]> => {
  // Before anybody loses the right, the sync user has it.
  const given = await grantAll(admin, grantsOfFields(places), syncUserId);
  const open = (await readOpenFields(admin, syncUserId)).filter(({ Field }) => places.includes(Field));
  const answers = await admin.updateRecords(
    'FieldPermissions',
    open.map(({ Id }) => ({ Id, PermissionsEdit: false })),
  );
  const closed = places.map((place) => {
    const bad = answers.find((answer, at) => open[at]?.Field === place && !answer.ok);
    return bad ? outcomeOf('fix_access', place, bad) : done('fix_access', place);
  });
  return [...closed, ...given];
};

/** N21. The names are of leads; a contact's field of the same name takes the value. */
export const mapOnConvert = async (
  admin: AdminSalesforce,
  names: readonly string[],
): Promise<readonly SetupOutcome[]> => {
  try {
    const settings = (await admin.leadConvert()) ?? { rest: '', contact: new Map<string, string>() };
    const contact = new Map([...settings.contact, ...names.map((name) => [name, name] as const)]);
    await admin.mapOnConvert({ ...settings, contact });
    return names.map((name) => done('map_on_convert', name));
  } catch (error) {
    const { code, detail } = asProblem(error);
    return names.map((name) =>
      refused('map_on_convert', name, String(detail['word'] || code), String(detail['message'] ?? '')),
    );
  }
};

// -- rights -----------------------------------------------------------------------------------------------------------

/**
 * Grants through one permission set, made where it is missing, and gives it to the sync user. Rights that it has beyond ours stay. `syncUserId` null:
 * nobody to give it to yet.
 */
export const grantAll = async (
  admin: AdminSalesforce,
  grants: Grants,
  syncUserId: string | null,
): Promise<readonly SetupOutcome[]> => {
  const { id, outcome } = await ensureSet(admin, grants.user);
  if (id === null) return [outcome];
  return [
    outcome,
    ...(await grantObjects(admin, id, grants.objects)),
    ...(await grantFields(admin, id, grants.fields)),
    ...(syncUserId === null ? [] : [await assign(admin, id, syncUserId)]),
  ];
};

const ensureSet = async (
  admin: AdminSalesforce,
  user: readonly string[],
): Promise<{ readonly id: string | null; readonly outcome: SetupOutcome }> => {
  const describe = await admin.describe('PermissionSet');
  // Rights that this org's edition does not know cannot be granted, and are not needed there.
  const known = user
    .map((name) => `Permissions${name}`)
    .filter((name) => describe.fields.some((field) => field.name === name));
  const wanted = { Label: PERMISSION_SET_LABEL, ...Object.fromEntries(known.map((name) => [name, true])) };
  const [found] = await admin.records<{ Id: string }>(
    select({ fields: ['Id'], from: 'PermissionSet', where: isEqual('Name', PERMISSION_SET), limit: 1 }),
  );
  const [answer] = found
    ? await admin.updateRecords('PermissionSet', [{ Id: found.Id, ...wanted }])
    : await admin.createRecords('PermissionSet', [{ Name: PERMISSION_SET, ...wanted }]);
  return {
    id: found?.Id ?? (answer?.ok ? answer.id : null),
    outcome: outcomeOf('permission_set', PERMISSION_SET, answer),
  };
};

const grantObjects = async (
  admin: AdminSalesforce,
  parentId: string,
  objects: Grants['objects'],
): Promise<readonly SetupOutcome[]> => {
  if (objects.length === 0) return [];
  const found = await admin.records<{ Id: string; SobjectType: string }>(
    select({ fields: ['Id', 'SobjectType'], from: 'ObjectPermissions', where: isEqual('ParentId', parentId) }),
  );
  const idOf = (object: string): string | undefined => found.find(({ SobjectType }) => SobjectType === object)?.Id;
  const rights = (of: Grants['objects'][number]) => ({
    PermissionsRead: true,
    PermissionsCreate: of.create,
    PermissionsEdit: of.edit,
    PermissionsDelete: of.delete,
  });
  const fresh = objects.filter(({ object }) => idOf(object) === undefined);
  const old = objects.filter(({ object }) => idOf(object) !== undefined);
  const answers = [
    ...(await admin.createRecords(
      'ObjectPermissions',
      fresh.map((of) => ({ ParentId: parentId, SobjectType: of.object, ...rights(of) })),
    )),
    ...(await admin.updateRecords(
      'ObjectPermissions',
      old.map((of) => ({ Id: idOf(of.object), ...rights(of) })),
    )),
  ];
  return [...fresh, ...old].map(({ object }, at) => outcomeOf('object_rights', object, answers[at]));
};

const grantFields = async (
  admin: AdminSalesforce,
  parentId: string,
  fields: Grants['fields'],
): Promise<readonly SetupOutcome[]> => {
  const rows = await admin.records<{ Id: string; Field: string; PermissionsEdit: boolean }>(
    select({
      fields: ['Id', 'Field', 'PermissionsEdit'],
      from: 'FieldPermissions',
      where: isEqual('ParentId', parentId),
    }),
  );
  const found = new Map(rows.map((row) => [row.Field, row]));
  const fresh = fields.filter(({ field }) => !found.has(field));
  const raised = fields.filter(({ field, edit }) => edit && found.get(field)?.PermissionsEdit === false);
  const answers = [
    ...(await admin.createRecords(
      'FieldPermissions',
      fresh.map(({ field, edit }) => fieldGrant(parentId, field, edit)),
    )),
    ...(await admin.updateRecords(
      'FieldPermissions',
      raised.map(({ field }) => ({ Id: found.get(field)?.Id, PermissionsEdit: true })),
    )),
  ];
  return [...fresh, ...raised].map(({ field }, at) => outcomeOf('field_rights', field, answers[at]));
};

const assign = async (admin: AdminSalesforce, setId: string, userId: string): Promise<SetupOutcome> => {
  const [found] = await admin.records<{ Id: string }>(
    select({
      fields: ['Id'],
      from: 'PermissionSetAssignment',
      where: allOf(isEqual('PermissionSetId', setId), isEqual('AssigneeId', userId)),
    }),
  );
  if (found) return done('assign', PERMISSION_SET);
  const wanted = { PermissionSetId: setId, AssigneeId: userId };
  const [answer] = await admin.createRecords('PermissionSetAssignment', [wanted]);
  return outcomeOf('assign', PERMISSION_SET, answer);
};

const MARKETING_USER = 'UserPermissionsMarketingUser';

/** N28. An org whose licences know no marketing users has no such box. */
export const makeMarketingUser = async (admin: AdminSalesforce, userId: string): Promise<readonly SetupOutcome[]> => {
  const { fields } = await admin.describe('User');
  if (!fields.some(({ name }) => name === MARKETING_USER)) return [];
  const [answer] = await admin.updateRecords('User', [{ Id: userId, [MARKETING_USER]: true }]);
  return [outcomeOf('assign', MARKETING_USER, answer)];
};
