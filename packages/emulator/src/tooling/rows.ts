/** Rows of the Tooling API's objects, by field name, made of what the org is. */
import { setupObjectNamed, setupRecords } from '../events/setup-records.ts';
import type { Component } from '../metadata/components.ts';
import { customNames } from '../metadata/kinds/custom-field.ts';
import { said, type Tree } from '../metadata/tree.ts';
import type { Org } from '../org.ts';
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import { makeId } from '../store/ids.ts';
import type { StoredRow } from '../store/store.ts';

export function rowsFor(org: Org, name: string, version: string): readonly StoredRow[] {
  switch (name) {
    case 'EntityDefinition':
      return org.schema.objects.map(entityRow);
    case 'FieldDefinition':
      return fieldRows(org);
    case 'CustomObject':
      return componentsOf(
        org,
        'CustomObject',
        org.schema.objects.filter(({ describe }) => describe.custom).map((one) => one.name),
      ).map((component) => ({
        ...ownRow(org, component),
        DeveloperName: developerName(component.fullName),
        ManageableState: 'unmanaged',
      }));
    case 'CustomField': {
      const names = org.schema.objects.flatMap((object) =>
        customNames(object).map((field) => `${object.name}.${field}`),
      );
      return componentsOf(org, 'CustomField', names).map((component) => customFieldRow(org, component));
    }
    case 'ValidationRule':
      return org.metadata.components.list('ValidationRule').map((component) => validationRow(org, component));
    case 'ApexClass':
    case 'ApexTrigger':
      return org.metadata.components.list(name).map((component) => sourceRow(org, component));
    case 'StaticResource':
      return org.metadata.components.list(name).map((component) => resourceRow(component, version));
    case 'User':
      if (org.schema.object(name) === undefined) return [];
      return org.store.statement('select * from "User"').all() as unknown as readonly StoredRow[];
    default:
      return eventRows(org, name);
  }
}

function developerName(name: string): string {
  return name.replace(/__\w+$/, '');
}

function entityRow({ name, describe }: SchemaObject): StoredRow {
  const flags = {
    IsQueryable: describe.queryable,
    IsCustomizable: describe.layoutable,
    IsDeprecatedAndHidden: describe.deprecatedAndHidden,
    IsCustomSetting: describe.customSetting,
    IsTriggerable: describe.triggerable,
    IsApexTriggerable: describe.triggerable,
    IsWorkflowEnabled: describe.triggerable,
    IsLayoutable: describe.layoutable,
    IsSearchable: describe.searchable,
    IsEverCreatable: describe.createable,
    IsEverUpdatable: describe.updateable,
    IsEverDeletable: describe.deletable,
    IsReplicateable: describe.replicateable,
    IsRetrieveable: describe.retrieveable,
  };
  return {
    Id: name,
    DurableId: name,
    QualifiedApiName: name,
    DeveloperName: developerName(name),
    Label: describe.label,
    MasterLabel: describe.label,
    PluralLabel: describe.labelPlural,
    KeyPrefix: describe.keyPrefix,
    NamespacePrefix: null,
    ...Object.fromEntries(Object.entries(flags).map(([flag, value]) => [flag, String(value)])),
  };
}

const dataTypes: Readonly<Partial<Record<FieldDescribe['type'], string>>> = {
  id: 'Id',
  boolean: 'Checkbox',
  date: 'Date',
  datetime: 'Date/Time',
  time: 'Time',
  phone: 'Phone',
  email: 'Email',
  picklist: 'Picklist',
  multipicklist: 'Picklist (Multi-Select)',
  address: 'Address',
  location: 'Geolocation',
};

function dataType(field: FieldDescribe): string {
  const known = dataTypes[field.type];
  if (known !== undefined) return known;
  if (field.type === 'url') return `URL(${field.length})`;
  if (field.type === 'reference') return `Lookup(${field.referenceTo.join(',')})`;
  if (field.type === 'textarea') return field.length > 255 ? `Long Text Area(${field.length})` : 'Text Area(255)';
  if (field.type === 'currency') return `Currency(${field.precision - field.scale}, ${field.scale})`;
  if (field.type === 'percent') return `Percent(${field.precision - field.scale}, ${field.scale})`;
  if (field.type === 'int' || field.type === 'double')
    return `Number(${(field.precision || field.digits) - field.scale}, ${field.scale})`;
  return `Text(${field.length})`;
}

/** A custom field's durable id holds its own id, which stays when the field is renamed; a standard field's holds its name. */
function fieldRows(org: Org): readonly StoredRow[] {
  const { objects } = org.schema;
  const custom = objects.flatMap((object) => customNames(object).map((name) => `${object.name}.${name}`));
  const ids = new Map(componentsOf(org, 'CustomField', custom).map(({ fullName, id }) => [fullName, id.slice(0, 15)]));
  return objects.flatMap((object) =>
    object.fields.map((field) => fieldRow(object, field, ids.get(`${object.name}.${field.name}`) ?? field.name)),
  );
}

function fieldRow(object: SchemaObject, field: FieldDescribe, id: string): StoredRow {
  return {
    Id: `${object.name}.${id}`,
    DurableId: `${object.name}.${id}`,
    QualifiedApiName: field.name,
    DeveloperName: developerName(field.name),
    EntityDefinitionId: object.name,
    Label: field.label,
    MasterLabel: field.label,
    DataType: field.calculatedFormula === null ? dataType(field) : `Formula (${dataType(field).replace(/\(.*/, '')})`,
    NamespacePrefix: null,
    RelationshipName: field.relationshipName,
    Length: String(field.length),
    Precision: String(field.precision),
    Scale: String(field.scale),
    Description: field.inlineHelpText,
    IsNillable: String(field.nillable),
    IsCalculated: String(field.calculated),
    IsIndexed: String(field.externalId || field.idLookup || field.type === 'reference'),
    IsNameField: String(field.nameField),
    IsHtmlFormatted: String(field.htmlFormatted),
    IsCompound: String(field.type === 'address' || field.type === 'location'),
  };
}

/** Components of a type, each with an id of its own. */
function componentsOf(org: Org, type: string, names: readonly string[]): readonly Component[] {
  const { components } = org.metadata;
  const known = new Map(components.list(type).map((component) => [component.fullName.toLowerCase(), component]));
  return names.map((name) => known.get(name.toLowerCase()) ?? components.known(type, name, org.access.admin.id));
}

function ownRow(org: Org, component: Component): StoredRow {
  const { admin } = org.access;
  const tree = org.metadata.read(admin, component.type, component.fullName) ?? component.tree;
  return {
    Id: component.id,
    FullName: component.fullName,
    Metadata: JSON.stringify(typedJson(tree)),
    CreatedDate: component.createdDate,
    CreatedById: component.createdById,
    LastModifiedDate: component.lastModifiedDate,
    LastModifiedById: component.lastModifiedById,
    SystemModstamp: component.lastModifiedDate,
  };
}

const numbers = new Set([
  'length',
  'precision',
  'scale',
  'visibleLines',
  'startingNumber',
  'relationshipOrder',
  'apiVersion',
  'sortOrder',
]);

/** A tree as the Tooling API's JSON: booleans and numbers for what they are. */
function typedJson(tree: Tree): unknown {
  const typed = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => typed(name, one));
    if (typeof value === 'object' && value !== null) return typedJson(value as Tree);
    if (value === 'true' || value === 'false') return value === 'true';
    return numbers.has(name) && typeof value === 'string' ? Number(value) : value;
  };
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([name]) => name !== 'fullName')
      .map(([name, value]) => [name, typed(name, value)]),
  );
}

function customFieldRow(org: Org, component: Component): StoredRow {
  const [object = '', field = ''] = component.fullName.split('.');
  const entity = org.schema.object(object);
  const isCustom = entity?.describe.custom === true;
  const table = isCustom ? org.metadata.components.known('CustomObject', object, org.access.admin.id).id : object;
  return {
    ...ownRow(org, component),
    DeveloperName: developerName(field),
    NamespacePrefix: null,
    ManageableState: 'unmanaged',
    TableEnumOrId: table,
    EntityDefinitionId: object,
  };
}

function validationRow(org: Org, component: Component): StoredRow {
  const [object = '', name = ''] = component.fullName.split('.');
  return {
    ...ownRow(org, component),
    ValidationName: name,
    EntityDefinitionId: object,
    Active: said(component.tree, 'active') ?? 'false',
    ErrorDisplayField: said(component.tree, 'errorDisplayField') ?? null,
    ErrorMessage: said(component.tree, 'errorMessage') ?? null,
    Description: said(component.tree, 'description') ?? null,
    NamespacePrefix: null,
  };
}

function sourceRow(org: Org, component: Component): StoredRow {
  const body = Buffer.from(component.content ?? '', 'base64').toString();
  return {
    ...ownRow(org, component),
    Name: component.fullName,
    NamespacePrefix: null,
    ApiVersion: said(component.tree, 'apiVersion') ?? '68.0',
    Status: said(component.tree, 'status') ?? 'Active',
    IsValid: 'true',
    Body: body,
    LengthWithoutComments: String(body.length),
    TableEnumOrId: /\bon\s+(\w+)/i.exec(body)?.[1] ?? null,
  };
}

function resourceRow(component: Component, version: string): StoredRow {
  return {
    Id: component.id,
    Name: component.fullName,
    NamespacePrefix: null,
    ContentType: said(component.tree, 'contentType') ?? null,
    CacheControl: said(component.tree, 'cacheControl') ?? 'Private',
    Description: said(component.tree, 'description') ?? null,
    BodyLength: String(Buffer.from(component.content ?? '', 'base64').length),
    Body: `/services/data/${version}/tooling/sobjects/StaticResource/${component.id}/Body`,
    CreatedDate: component.createdDate,
    CreatedById: component.createdById,
    LastModifiedDate: component.lastModifiedDate,
    LastModifiedById: component.lastModifiedById,
    SystemModstamp: component.lastModifiedDate,
  };
}

/** What setup makes of events. */
function eventRows(org: Org, name: string): readonly StoredRow[] {
  const object = setupObjectNamed(name);
  if (object === undefined) return [];
  return setupRecords(org.events, object).map((record) =>
    Object.fromEntries(
      Object.entries(record).map(([field, value]) => [
        field,
        value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  );
}

/** An id of the kind the Tooling API gives to runs of tests. */
export function runId(number: number): string {
  return makeId('707', number);
}
