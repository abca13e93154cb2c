import { treeFromJson } from '../metadata/tree.ts';
import type { Org } from '../org.ts';
import type { FieldDescribe } from '../schema/schema.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Changes the schema as an administrator does while clients run: gives a field another type, removes a field, a picklist's
 * value or a rule, makes a validation rule. Values that do not fit the new type are emptied, as Salesforce does. Throws with
 * a sentence where it cannot be, and then nothing has changed.
 */
export function changeSchema(org: Org, { retype, remove, removeValue, rule, removeRule, ...others }: Members): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`The schema changes by ${changes.join(', ')}, and not by ${unknown}.`);
  const { metadata } = org;
  const { admin } = org.access;
  metadata.whole(() => {
    if (retype !== undefined) retypeField(org, membersOf(retype));
    if (typeof remove === 'string') {
      fieldNamed(org, remove);
      if (!metadata.drop(admin, 'CustomField', remove)) throw new Error(`${remove} is no custom field.`);
    }
    if (removeValue !== undefined) removeOne(org, membersOf(removeValue));
    if (rule !== undefined) makeRule(org, membersOf(rule));
    if (typeof removeRule === 'string' && !metadata.drop(admin, 'ValidationRule', removeRule)) {
      throw new Error(`There is no validation rule ${removeRule}.`);
    }
  });
}

const changes = ['retype', 'remove', 'removeValue', 'rule', 'removeRule'];

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
