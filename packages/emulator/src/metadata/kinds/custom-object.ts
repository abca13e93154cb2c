import { currencyFields } from '../../options/currencies.ts';
import { type FieldDescribe, type SchemaObject } from '../../schema/schema.ts';
import { MetadataFault } from '../field-type.ts';
import { describeOf, freePrefix, nameField } from '../object-type.ts';
import { inner, list, said, type Tree, without } from '../tree.ts';
import { customField, customNames } from './custom-field.ts';
import type { Kind, Setup } from './kind.ts';
import { plain } from './plain.ts';
import { recordType } from './record-type.ts';
import { validationRule } from './validation-rule.ts';

const customName = /^[A-Za-z]\w*__(?:c|e|mdt)$/;

/** What an object's file holds beside its own settings: member, type of metadata, and how it is kept. */
const parts: readonly (readonly [member: string, type: string, kind: Kind])[] = [
  ['fields', 'CustomField', customField],
  ['recordTypes', 'RecordType', recordType],
  ['validationRules', 'ValidationRule', validationRule],
  ...(
    [
      ['listViews', 'ListView'],
      ['webLinks', 'WebLink'],
      ['compactLayouts', 'CompactLayout'],
      ['fieldSets', 'FieldSet'],
      ['businessProcesses', 'BusinessProcess'],
      ['sharingReasons', 'SharingReason'],
      ['indexes', 'Index'],
    ] as const
  ).map(([member, type]) => [member, type, plain(type)] as const),
];

export const objectParts = parts;

/** The member of an object's file that holds parts of a type: `fields` of CustomField. */
export const childTypes: ReadonlyMap<string, string> = new Map(parts.map(([member, type]) => [type, member]));

/** A custom object, or a standard one, to which parts are added. */
export const customObject: Kind = {
  put: (setup, fullName, tree) => {
    const existing = setup.schema.object(fullName);
    if (existing === undefined) make(setup, fullName, tree);
    else change(setup, existing, tree);
    const name = setup.schema.object(fullName)?.name ?? fullName;
    const own = without(tree, 'fullName', ...parts.map(([member]) => member));
    setup.components.put('CustomObject', name, own, setup.userId);
    for (const [member, type, kind] of parts) {
      for (const one of list(tree, member)) {
        const part = said(one, 'fullName');
        if (part === undefined)
          throw new MetadataFault('REQUIRED_FIELD_MISSING', `A ${type} of ${name} has no fullName`);
        kind.put(setup, `${name}.${part}`, without(one, 'fullName'));
      }
    }
  },
  read: (setup, fullName) => {
    const object = setup.schema.object(fullName);
    if (object === undefined) return undefined;
    const kept = setup.components.find('CustomObject', object.name)?.tree ?? {};
    return { fullName: object.name, ...described(object), ...kept, ...partsIn(setup, object) };
  },
  names: ({ schema }) => schema.objects.map(({ name }) => name),
  remove: (setup, fullName) => {
    const object = setup.schema.object(fullName);
    if (object?.describe.custom !== true) return false;
    for (const name of customNames(object)) setup.components.remove('CustomField', `${object.name}.${name}`);
    for (const [, type, kind] of parts) {
      if (type === 'CustomField') continue;
      for (const name of kind.names(setup)) if (name.startsWith(`${object.name}.`)) kind.remove(setup, name);
    }
    for (const { object: child, field } of setup.schema.references(object.name)) {
      if (field.custom && field.referenceTo.length === 1) customField.remove(setup, `${child.name}.${field.name}`);
    }
    removeGrants(setup, object.name);
    setup.store.drop(object);
    setup.components.remove('CustomObject', object.name);
    return true;
  },
  rename: (setup, from, to) => {
    const object = setup.schema.object(from);
    if (object === undefined || !object.describe.custom)
      throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `There is no custom object ${from}`);
    if (!customName.test(to))
      throw new MetadataFault('INVALID_FIELD', `The name of a custom object ends in __c: ${to}`);
    if (setup.schema.object(to) !== undefined) throw taken(to);
    const fields = customNames(object);
    setup.store.rename(object, to);
    setup.components.known('CustomObject', from, setup.userId);
    setup.components.rename('CustomObject', from, to);
    for (const name of fields) {
      if (setup.components.find('CustomField', `${from}.${name}`) === undefined) continue;
      setup.components.rename('CustomField', `${from}.${name}`, `${to}.${name}`);
    }
    renameGrants(setup, from, to);
  },
};

function taken(name: string): MetadataFault {
  return new MetadataFault('DUPLICATE_DEVELOPER_NAME', `There is already an object named ${name}`);
}

function make(setup: Setup, name: string, tree: Tree): void {
  if (!customName.test(name)) {
    throw new MetadataFault('INVALID_CROSS_REFERENCE_KEY', `The object ${name} is not a standard object of this org`);
  }
  if (said(tree, 'label') === undefined)
    throw new MetadataFault('REQUIRED_FIELD_MISSING', 'Required field is missing: label');
  const first = name.endsWith('__e') ? 'e' : name.endsWith('__mdt') ? 'm' : 'a';
  const hasMaster = list(tree, 'fields').some((field) => said(field, 'type') === 'MasterDetail');
  const describe = describeOf(name, tree, freePrefix(setup.store, first), hasMaster);
  const currency = name.endsWith('__c') ? currencyFields(setup.schema) : [];
  setup.store.define({ ...describe, fields: [...describe.fields, ...currency] });
}

function change({ store }: Setup, object: SchemaObject, tree: Tree): void {
  const label = said(tree, 'label') ?? object.describe.label;
  const labelPlural = said(tree, 'pluralLabel') ?? object.describe.labelPlural;
  const name = object.describe.custom ? inner(tree, 'nameField') : undefined;
  const fields = object.fields.map(
    (field): FieldDescribe => (field.name === 'Name' && name !== undefined ? nameField(name) : field),
  );
  const describe = object.describe.custom
    ? { ...object.describe, label, labelPlural, fields }
    : { ...object.describe, fields };
  store.define(describe);
}

/** What the describe says of an object whose metadata was never written. */
function described(object: SchemaObject): Tree {
  const name = object.fields.find(({ nameField: isName }) => isName);
  const own = { label: object.describe.label, pluralLabel: object.describe.labelPlural, sharingModel: 'ReadWrite' };
  if (!object.describe.custom) return own;
  return {
    ...own,
    deploymentStatus: 'Deployed',
    nameField: { label: name?.label ?? 'Name', type: name?.autoNumber === true ? 'AutoNumber' : 'Text' },
  };
}

function partsIn(setup: Setup, object: SchemaObject): Tree {
  const members = parts.flatMap(([member, type, kind]): readonly (readonly [string, Tree[]])[] => {
    const names =
      type === 'CustomField'
        ? customNames(object).map((name) => `${object.name}.${name}`)
        : kind.names(setup).filter((name) => name.startsWith(`${object.name}.`));
    const trees = names.flatMap((name) => {
      const tree = kind.read(setup, name);
      return tree === undefined ? [] : [{ ...tree, fullName: name.slice(object.name.length + 1) }];
    });
    return trees.length === 0 ? [] : [[member, trees]];
  });
  return Object.fromEntries(members);
}

function removeGrants({ store, schema }: Setup, name: string): void {
  for (const table of ['FieldPermissions', 'ObjectPermissions']) {
    if (schema.object(table) === undefined) continue;
    store.statement(`delete from "${table}" where "SobjectType" = ? collate nocase`).run(name);
  }
}

function renameGrants({ store, schema }: Setup, from: string, to: string): void {
  if (schema.object('FieldPermissions') === undefined) return;
  store.statement(`update "ObjectPermissions" set "SobjectType" = ? where "SobjectType" = ?`).run(to, from);
  store
    .statement(
      `update "FieldPermissions" set "SobjectType" = ?1, "Field" = ?1 || substr("Field", length(?2) + 1) where "SobjectType" = ?2`,
    )
    .run(to, from);
}
