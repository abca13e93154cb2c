import type { SchemaObject } from '../schema/schema.ts';
import type { OrgUser, Sight } from './access.ts';
import type { ObjectRights, Rights } from './rights.ts';
import type { SwitchState } from './switches.ts';

/** What a user sees: what their rights grant, less what the switches hide from everybody but the admin. */
export function makeSight(user: OrgUser, rights: Rights, switches: SwitchState): Sight {
  const hidden = user.isAdmin ? noNames : names(switches.hiddenFields);
  const readOnly = user.isAdmin ? noNames : names(switches.readOnlyFields);
  const taken = user.isAdmin ? noNames : names(switches.takenRights);
  const rightsOn = (object: SchemaObject): ObjectRights => without(rights.object(object), object.name, taken);
  return {
    seesEncrypted: rights.has('ViewEncryptedData'),
    has: (permission) => rights.has(permission),
    rights: rightsOn,
    canQuery: (object) => rightsOn(object).read,
    canRead: (object, field) => !hidden.has(`${object}.${field}`.toLowerCase()) && rights.field(object, field).read,
    canEdit: (object, field) => {
      const name = `${object}.${field}`.toLowerCase();
      return !hidden.has(name) && !readOnly.has(name) && rights.field(object, field).edit;
    },
    owners: (object) => {
      if (!switches.sharingByOwner || !isOwned(object) || rights.object(object).viewAll) return undefined;
      return [user.id];
    },
  };
}

/** Whoever may not read may do nothing else either. */
function without(rights: ObjectRights, object: string, taken: ReadonlySet<string>): ObjectRights {
  if (taken.size === 0) return rights;
  const has = (right: 'create' | 'read' | 'edit' | 'delete'): boolean =>
    rights[right] && !taken.has(`${object}.${right}`.toLowerCase()) && !taken.has(`${object}.read`.toLowerCase());
  return { ...rights, create: has('create'), read: has('read'), edit: has('edit'), delete: has('delete') };
}

function isOwned(object: SchemaObject): boolean {
  return object.field('OwnerId') !== undefined && !['Group', 'User', 'Organization'].includes(object.name);
}

const noNames: ReadonlySet<string> = new Set();

function names(fields: readonly string[]): ReadonlySet<string> {
  return fields.length === 0 ? noNames : new Set(fields.map((field) => field.toLowerCase()));
}
