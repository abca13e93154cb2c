import type { FieldDescribe, PicklistValue, SchemaObject } from '../../schema/schema.ts';
import { child } from '../../schema/standard/object.ts';
import { fieldsOf, MetadataFault } from '../field-type.ts';
import { nameField } from '../object-type.ts';
import { list, said, type Tree, without } from '../tree.ts';
import { treeOfField } from './field-tree.ts';
import type { Kind, Setup } from './kind.ts';

/** `Lead.Score__c`, or a standard field, of which labels and picklist values change. */
export const customField: Kind = {
  put: (setup, fullName, tree) => {
    const { object, name } = placeOf(setup, fullName);
    const existing = object.field(name);
    if (existing !== undefined && !existing.custom) return putStandard(setup, object, existing, tree);
    if (!/^[A-Za-z]\w*__c$/.test(name)) {
      throw new MetadataFault('INVALID_FIELD', `The name of a custom field ends in __c: ${name}`);
    }
    const made = fieldsOf(name, tree, partsOf(setup, true));
    redefine(setup, object, existing, made);
    setup.components.put('CustomField', `${object.name}.${name}`, without(tree, 'fullName'), setup.userId);
    noteChild(setup, object, name, tree);
  },
  read: (setup, fullName) => {
    const { objectName, name } = split(fullName);
    const object = setup.schema.object(objectName);
    const field = object?.field(name);
    if (object === undefined || field === undefined) return undefined;
    const kept = setup.components.find('CustomField', fullName)?.tree;
    const isKept = kept !== undefined && Object.keys(kept).length > 0;
    return { fullName: `${object.name}.${field.name}`, ...(isKept ? kept : treeOfField(setup, object, field)) };
  },
  names: ({ schema }) =>
    schema.objects.flatMap((object) => customNames(object).map((name) => `${object.name}.${name}`)),
  remove: (setup, fullName) => {
    const { objectName, name } = split(fullName);
    const object = setup.schema.object(objectName);
    const field = object?.field(name);
    if (object === undefined || field?.custom !== true) return false;
    checkUnused(setup, object, field.name);
    const gone = [field, ...object.fields.filter(({ compoundFieldName }) => compoundFieldName === field.name)];
    setup.store.dropFields(
      object,
      gone.map((one) => one.name),
    );
    setup.store.define({ ...object.describe, fields: object.fields.filter((one) => !gone.includes(one)) });
    setup.components.remove('CustomField', fullName);
    const grants = `delete from "FieldPermissions" where "Field" = ? collate nocase`;
    if (setup.schema.object('FieldPermissions') !== undefined) setup.store.statement(grants).run(fullName);
    return true;
  },
  /** Values, grants and the field's own id stay; no record gets another stamp. */
  rename: (setup, from, to) => {
    const { object, name } = placeOf(setup, from);
    const field = object.field(name);
    if (field?.custom !== true)
      throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `There is no custom field ${from}`);
    const next = split(to).name;
    if (!/^[A-Za-z]\w*__c$/.test(next))
      throw new MetadataFault('INVALID_FIELD', `The name of a custom field ends in __c: ${next}`);
    if (object.field(next) !== undefined)
      throw new MetadataFault('DUPLICATE_DEVELOPER_NAME', `There is already a field named ${next}`);
    checkUnused(setup, object, field.name);
    const { store, components } = setup;
    store.define({ ...object.describe, fields: [...object.fields, { ...field, name: next }] });
    store.database.exec(`update "${object.name}" set "${next}" = "${field.name}"`);
    store.dropFields(object, [field.name]);
    const fields = object.fields.map((one) => (one === field ? { ...field, name: next } : one));
    store.define({ ...object.describe, fields });
    components.known('CustomField', from, setup.userId);
    components.rename('CustomField', from, `${object.name}.${next}`);
    if (setup.schema.object('FieldPermissions') !== undefined)
      store.statement(`update "FieldPermissions" set "Field" = ? where "Field" = ? collate nocase`).run(to, from);
  },
};

/** A field that a formula of its object names cannot go. */
function checkUnused({ components }: Setup, object: SchemaObject, name: string): void {
  const names = new RegExp(`\\b${name}\\b`, 'i');
  const rules = components
    .list('ValidationRule')
    .filter(({ fullName }) => fullName.startsWith(`${object.name}.`))
    .map(({ fullName, tree }) => [fullName, said(tree, 'errorConditionFormula') ?? ''] as const);
  const formulas = object.fields.map(
    (other) => [`${object.name}.${other.name}`, other.calculatedFormula ?? ''] as const,
  );
  const user = [...rules, ...formulas].find(([, formula]) => names.test(formula));
  if (user === undefined) return;
  const message = `This custom field is referenced elsewhere in salesforce.com. Remove the usage and try again: ${user[0]}`;
  throw new MetadataFault('DEPENDENCY_EXISTS', message);
}

/** Custom fields of an object by name; parts of compound ones are not fields of their own. */
export function customNames(object: SchemaObject): readonly string[] {
  return object.fields.filter(({ name }) => name.endsWith('__c')).map(({ name }) => name);
}

function split(fullName: string): { readonly objectName: string; readonly name: string } {
  const at = fullName.indexOf('.');
  return { objectName: fullName.slice(0, Math.max(0, at)), name: fullName.slice(at + 1) };
}

function placeOf({ schema }: Setup, fullName: string): { readonly object: SchemaObject; readonly name: string } {
  const { objectName, name } = split(fullName);
  const object = schema.object(objectName === 'Activity' ? 'Task' : objectName);
  if (object !== undefined) return { object, name };
  throw new MetadataFault(
    'INVALID_CROSS_REFERENCE_KEY',
    `Entity of type CustomObject named '${objectName}' cannot be found`,
  );
}

function partsOf({ schema, components }: Setup, strict: boolean): Parameters<typeof fieldsOf>[2] {
  return {
    schema,
    strict,
    valueSet: (name) => {
      const found = components.find('GlobalValueSet', name);
      return found === undefined ? undefined : list(found.tree, 'customValue');
    },
  };
}

/** Puts fields in the place of an existing one, or behind the others; values that no longer fit are emptied. */
function redefine(
  { store, schema }: Setup,
  object: SchemaObject,
  existing: FieldDescribe | undefined,
  made: readonly FieldDescribe[],
): void {
  const names = new Set(made.map(({ name }) => name.toLowerCase()));
  const [first] = made;
  if (existing === undefined || first === undefined) {
    store.define({ ...object.describe, fields: [...object.fields, ...made] });
    return;
  }
  // A field keeps its place and the case of its name.
  const fields = object.fields.flatMap((field) => {
    if (field.name.toLowerCase() === existing.name.toLowerCase())
      return made.map((one) => (one === made.at(-1) ? { ...one, name: existing.name } : one));
    return names.has(field.name.toLowerCase()) ? [] : [field];
  });
  const retyped = made.at(-1)?.type !== existing.type;
  if (retyped) store.dropIndex(object, existing.name);
  store.define({ ...object.describe, fields });
  const after = schema.object(object.name);
  if (retyped && after !== undefined) store.refit(after, existing.name);
}

/** A reference is a relationship to children of the other object, under the name its metadata gives. */
function noteChild({ store, schema }: Setup, object: SchemaObject, name: string, tree: Tree): void {
  const relationshipName = said(tree, 'relationshipName');
  const field = schema.object(object.name)?.field(name);
  if (field?.type !== 'reference' || relationshipName === undefined) return;
  for (const to of field.referenceTo) {
    const parent = schema.object(to);
    if (parent === undefined) continue;
    const others = parent.describe.childRelationships.filter(
      (one) => one.childSObject !== object.name || one.field !== field.name,
    );
    const noted = {
      ...child(object.name, field.name, `${relationshipName}__r`, field.cascadeDelete),
      restrictedDelete: field.restrictedDelete,
    };
    store.define({ ...parent.describe, childRelationships: [...others, noted] });
  }
}

function putStandard(setup: Setup, object: SchemaObject, field: FieldDescribe, tree: Tree): void {
  const values = pickedValues(setup, tree);
  const changed = {
    ...field,
    ...(said(tree, 'label') === undefined ? {} : { label: said(tree, 'label') as string }),
    ...(said(tree, 'inlineHelpText') === undefined ? {} : { inlineHelpText: said(tree, 'inlineHelpText') as string }),
    ...(values === undefined ? {} : { picklistValues: values }),
    ...(field.nameField && object.describe.custom
      ? { ...nameField(tree), label: said(tree, 'label') ?? field.label }
      : {}),
  };
  setup.store.define({ ...object.describe, fields: object.fields.map((one) => (one === field ? changed : one)) });
}

function pickedValues(setup: Setup, tree: Tree): readonly PicklistValue[] | undefined {
  if (tree['valueSet'] === undefined && tree['picklist'] === undefined) return undefined;
  const [made] = fieldsOf('Values__c', { ...tree, type: 'Picklist', label: 'Values' }, partsOf(setup, true));
  return made?.picklistValues;
}
