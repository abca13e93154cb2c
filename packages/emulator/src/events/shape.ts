/**
 * What an event of an object looks like: its fields in the order of its Avro schema (A14). A compound field is a record of
 * its parts; the header, which every change event has before its fields, is not among them.
 */
import type { FieldDescribe, SchemaObject } from '../schema/schema.ts';
import { makeId } from '../store/ids.ts';

/** A value's Avro type. Dates, datetimes and times are longs; `doc` tells them apart. */
type ScalarType = 'string' | 'int' | 'long' | 'double' | 'boolean';

export interface ScalarField {
  readonly name: string;
  /** `Data:Phone`, and for custom fields `Data:Phone:00N...`. */
  readonly doc: string;
  readonly type: ScalarType;
  /** The object's field it tells; undefined for parts that an org without the feature never fills. */
  readonly column: string | undefined;
}

export interface CompoundField {
  readonly name: string;
  readonly doc: string;
  readonly record: string;
  /** Whether the value may be text in place of a record, as Account's `Name` is in an org without person accounts. */
  readonly text: string | undefined;
  readonly parts: readonly ScalarField[];
}

export type EventField = ScalarField | CompoundField;

export interface EventShape {
  /** `LeadChangeEvent`, `Sample__e`. */
  readonly name: string;
  readonly fields: readonly EventField[];
}

export function isCompoundField(field: EventField): field is CompoundField {
  return 'parts' in field;
}

/** `LeadChangeEvent` for `Lead`, `Score__ChangeEvent` for `Score__c`. */
export function changeEventName(object: string): string {
  return object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;
}

/** Fields of every object that change events never tell. */
const untold = new Set([
  'Id',
  'IsDeleted',
  'SystemModstamp',
  'MasterRecordId',
  'LastActivityDate',
  'LastViewedDate',
  'LastReferencedDate',
  'PhotoUrl',
]);

const shapes = new WeakMap<SchemaObject, EventShape>();

/** The shape of an object's change events, or of the platform event that the object is. */
export function shapeOf(object: SchemaObject): EventShape {
  const known = shapes.get(object);
  if (known !== undefined) return known;
  const shape = object.name.endsWith('__e') ? platformShape(object) : changeShape(object);
  shapes.set(object, shape);
  return shape;
}

function changeShape(object: SchemaObject): EventShape {
  const compounds = new Set(object.fields.flatMap(({ compoundFieldName }) => compoundFieldName ?? []));
  const fields = object.fields.flatMap((field): readonly EventField[] => {
    if (untold.has(field.name) || field.calculated || field.type === 'base64') return [];
    if (compounds.has(field.name) && isCompoundDescribe(field)) return [compound(object, field)];
    if (field.compoundFieldName !== null && isPart(object, field)) return [];
    if (field.type === 'address' || field.type === 'location') return [];
    if (object.name === 'Account' && field.name === 'Name') return [switchableName(field)];
    return [scalar(object, field)];
  });
  return { name: changeEventName(object.name), fields };
}

function platformShape(object: SchemaObject): EventShape {
  const fields = object.fields.filter(({ custom }) => custom).map((field) => scalar(object, field));
  return { name: object.name, fields };
}

function isCompoundDescribe(field: FieldDescribe): boolean {
  return field.type === 'address' || field.type === 'location' || field.name === 'Name';
}

/** Whether the compound field it names is one of the object's, so that it is told there. */
function isPart(object: SchemaObject, field: FieldDescribe): boolean {
  const whole = field.compoundFieldName === null ? undefined : object.field(field.compoundFieldName);
  return whole !== undefined && whole.name !== field.name && isCompoundDescribe(whole);
}

const nameParts = ['Salutation', 'FirstName', 'LastName', 'MiddleName', 'InformalName', 'Suffix'];
const addressParts = [
  'Street',
  'City',
  'State',
  'PostalCode',
  'Country',
  'StateCode',
  'CountryCode',
  'Latitude',
  'Longitude',
  'Xyz',
  'GeocodeAccuracy',
];

function compound(object: SchemaObject, field: FieldDescribe): CompoundField {
  if (field.type === 'location') {
    const stem = field.name.replace(/__c$/, '');
    const parts = ['Latitude', 'Longitude'].map((part) => named(object, part, `${stem}__${part}__s`));
    return { name: field.name, doc: docOf('Location', object, field), record: 'Location', text: undefined, parts };
  }
  if (field.type === 'address') {
    const prefix = field.name.replace(/Address$/, '');
    const parts = addressParts.map((part) => named(object, part, `${prefix}${part}`));
    return { name: field.name, doc: docOf('Address', object, field), record: 'Address', text: undefined, parts };
  }
  const parts = nameParts.map((part) => named(object, part, part));
  return { name: field.name, doc: 'Data:PersonName', record: 'Switchable_PersonName', text: undefined, parts };
}

function switchableName(field: FieldDescribe): CompoundField {
  const parts = nameParts.map(
    (part): ScalarField => ({ name: part, doc: 'Data:Text', type: 'string', column: undefined }),
  );
  return {
    name: field.name,
    doc: 'Data:Switchable_PersonName',
    record: 'Switchable_PersonName',
    text: field.name,
    parts,
  };
}

/** A part of a compound field: typed by the object's own field where it has one. */
function named(object: SchemaObject, name: string, column: string): ScalarField {
  const field = object.field(column);
  if (field !== undefined) return { ...scalar(object, field), name };
  const type = name === 'Latitude' || name === 'Longitude' ? 'double' : 'string';
  return { name, doc: type === 'double' ? 'Data:Double' : 'Data:Text', type, column: undefined };
}

function scalar(object: SchemaObject, field: FieldDescribe): ScalarField {
  const [type, kind] = kinds[field.type] ?? ['string', 'Text'];
  return { name: field.name, doc: docOf(kind, object, field), type, column: field.name };
}

function docOf(kind: string, object: SchemaObject, field: FieldDescribe): string {
  return field.custom ? `Data:${kind}:${fieldId(object.name, field.name)}` : `Data:${kind}`;
}

/** An id for a custom field that stays the same as long as its name does. */
function fieldId(object: string, field: string): string {
  let number = 0;
  for (const character of `${object}.${field}`) number = (number * 31 + character.charCodeAt(0)) % 2 ** 40;
  return makeId('00N', number).slice(0, 15);
}

const kinds: Readonly<Partial<Record<FieldDescribe['type'], readonly [ScalarType, string]>>> = {
  boolean: ['boolean', 'Boolean'],
  int: ['int', 'Integer'],
  long: ['long', 'Long'],
  double: ['double', 'Double'],
  currency: ['double', 'Currency'],
  percent: ['double', 'Percent'],
  date: ['long', 'DateOnly'],
  datetime: ['long', 'DateTime'],
  time: ['long', 'TimeOnly'],
  phone: ['string', 'Phone'],
  email: ['string', 'Email'],
  url: ['string', 'Url'],
  textarea: ['string', 'StringPlusClob'],
  picklist: ['string', 'DynamicEnum'],
  multipicklist: ['string', 'MultiEnum'],
  reference: ['string', 'EntityId'],
  encryptedstring: ['string', 'EncryptedText'],
};
