import { treeFromJson } from '../metadata/tree.ts';
import type { Org } from '../org.ts';
import type { FieldDescribe } from '../schema/schema.ts';
import { values } from '../schema/standard/build.ts';
import type { StoredRow } from '../store/store.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Changes the schema as an administrator does while clients run: gives a field another type or name, removes a field, a picklist's
 * value or a rule, makes a validation rule, and takes back the removal of a field, with its values and who may see it, or of a
 * value. Values that do not fit the new type are emptied, as Salesforce does. Throws with a sentence where it cannot be, and
 * then nothing has changed.
 */
export function changeSchema(org: Org, members: Members): void {
  const { retype, rename, remove, restore, removeValue, addValue, rule, removeRule, ...others } = members;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`The schema changes by ${changes.join(', ')}, and not by ${unknown}.`);
  const { metadata } = org;
  const { admin } = org.access;
  metadata.whole(() => {
    if (retype !== undefined) retypeField(org, membersOf(retype));
    if (rename !== undefined) renameField(org, membersOf(rename));
    if (typeof remove === 'string') removeField(org, remove);
    if (typeof restore === 'string') restoreField(org, restore);
    if (removeValue !== undefined) removeOne(org, membersOf(removeValue));
    if (addValue !== undefined) addOne(org, membersOf(addValue));
    if (rule !== undefined) makeRule(org, membersOf(rule));
    if (typeof removeRule === 'string' && !metadata.drop(admin, 'ValidationRule', removeRule)) {
      throw new Error(`There is no validation rule ${removeRule}.`);
    }
  });
}

const changes = ['retype', 'rename', 'remove', 'restore', 'removeValue', 'addValue', 'rule', 'removeRule'];

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});
const textIn = (members: Members, name: string): string => {
  const value = members[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${name} is missing.`);
};

/** `retype` has the field, and of its new metadata what is not kept: `type`, `length`, `precision`, `scale` and so on. */
function retypeField(org: Org, { field: _, ...more }: Members): void {
  const name = textIn({ field: _ }, 'field');
  const { field } = fieldNamed(org, name);
  if (!field.custom) throw new Error(`${name} is no custom field: those of Salesforce keep their type.`);
  textIn(more, 'type');
  const tree = treeFromJson({ label: field.label, ...more });
  org.metadata.put(org.access.admin, 'CustomField', name, tree);
}

/** `rename` has the field, and `to`, its new name alone. */
function renameField(org: Org, members: Members): void {
  const name = textIn(members, 'field');
  const { object } = fieldNamed(org, name);
  const saved = org.metadata.rename(org.access.admin, 'CustomField', name, `${object.name}.${textIn(members, 'to')}`);
  const [error] = saved.errors;
  if (error !== undefined) throw new Error(error.message);
}

/** A removed field, as long as its org runs: Salesforce keeps it for 15 days. */
interface Removed {
  readonly objectName: string;
  readonly field: FieldDescribe;
  readonly values: readonly StoredRow[];
  readonly grants: readonly StoredRow[];
}
const removed = new WeakMap<Org, Map<string, Removed>>();

/** Where a removed field keeps its id meanwhile. */
const binned = (name: string): string => `removed ${name}`;

function removeField(org: Org, name: string): void {
  const { object, field } = fieldNamed(org, name);
  const { store } = org;
  const kept: Removed = {
    objectName: object.name,
    field,
    values: store
      .statement(`select "Id", "${field.name}" from "${object.name}" where "${field.name}" is not null`)
      .all() as unknown as StoredRow[],
    grants: store
      .statement('select * from "FieldPermissions" where "Field" = ? collate nocase')
      .all(name) as unknown as StoredRow[],
  };
  const { components } = org.metadata;
  components.known('CustomField', name, org.access.admin.id);
  components.rename('CustomField', name, binned(name));
  if (!org.metadata.drop(org.access.admin, 'CustomField', name)) throw new Error(`${name} is no custom field.`);
  const ofOrg = removed.get(org) ?? new Map<string, Removed>();
  removed.set(org, ofOrg.set(name.toLowerCase(), kept));
}

function restoreField(org: Org, name: string): void {
  const kept = removed.get(org)?.get(name.toLowerCase());
  const object = kept && org.schema.object(kept.objectName);
  if (kept === undefined || object === undefined) throw new Error(`${name} was not removed.`);
  if (object.field(kept.field.name) !== undefined) throw new Error(`There is a field ${name} again.`);
  const { store } = org;
  store.define({ ...object.describe, fields: [...object.fields, kept.field] });
  for (const { Id, ...value } of kept.values) store.update(object.name, String(Id), value);
  org.metadata.components.rename('CustomField', binned(name), name);
  for (const grant of kept.grants) store.insert('FieldPermissions', grant);
  removed.get(org)?.delete(name.toLowerCase());
}

function addOne(org: Org, members: Members): void {
  const { object, field } = fieldNamed(org, textIn(members, 'field'));
  const value = textIn(members, 'value');
  if (field.picklistValues.some((one) => one.value === value)) throw new Error(`${field.name} has a value ${value}.`);
  const picklistValues = [...field.picklistValues, ...values(value)];
  const changed = { ...field, picklistValues };
  org.store.define({ ...object.describe, fields: object.fields.map((one) => (one === field ? changed : one)) });
}

function removeOne(org: Org, members: Members): void {
  const { object, field } = fieldNamed(org, textIn(members, 'field'));
  const value = textIn(members, 'value');
  const picklistValues = field.picklistValues.filter((one) => one.value !== value);
  if (picklistValues.length === field.picklistValues.length) throw new Error(`${field.name} has no value ${value}.`);
  const changed = { ...field, picklistValues };
  org.store.define({ ...object.describe, fields: object.fields.map((one) => (one === field ? changed : one)) });
}

function makeRule(org: Org, members: Members): void {
  const object = org.schema.object(textIn(members, 'object'));
  if (object === undefined) throw new Error(`There is no object ${textIn(members, 'object')}.`);
  const field = members['field'];
  org.metadata.put(org.access.admin, 'ValidationRule', `${object.name}.${textIn(members, 'name')}`, {
    active: 'true',
    errorConditionFormula: textIn(members, 'formula'),
    errorMessage: textIn(members, 'message'),
    ...(typeof field === 'string' ? { errorDisplayField: field } : {}),
  });
}

function fieldNamed(
  org: Org,
  name: string,
): { object: NonNullable<ReturnType<Org['schema']['object']>>; field: FieldDescribe } {
  const [objectName = '', fieldName = ''] = name.split('.');
  const object = org.schema.object(objectName);
  const field = object?.field(fieldName);
  if (object === undefined || field === undefined) throw new Error(`There is no field ${name}.`);
  return { object, field };
}
