/**
 * A small language for describing standard objects: `text('City', 'City', 40)` gives a field with every attribute a
 * describe answer carries (A4), filled by its type with what real orgs answer. The last argument replaces single
 * attributes, so a field states only where it departs from its type.
 */
import type { FieldDescribe, PicklistValue } from '../schema.ts';

export type FieldChanges = Partial<FieldDescribe>;

/** Attributes of a field the user may write; what departs from it (system fields, mirrors) says so with `readOnly`. */
export const fieldDefaults: Omit<FieldDescribe, 'name' | 'label' | 'type' | 'soapType'> = {
  aggregatable: true,
  aiPredictionField: false,
  autoNumber: false,
  byteLength: 0,
  calculated: false,
  calculatedFormula: null,
  cascadeDelete: false,
  caseSensitive: false,
  compoundFieldName: null,
  controllerName: null,
  createable: true,
  custom: false,
  defaultValue: null,
  defaultValueFormula: null,
  defaultedOnCreate: false,
  dependentPicklist: false,
  deprecatedAndHidden: false,
  digits: 0,
  displayLocationInDecimal: false,
  encrypted: false,
  externalId: false,
  extraTypeInfo: null,
  filterable: true,
  filteredLookupInfo: null,
  formulaTreatNullNumberAsZero: false,
  groupable: true,
  highScaleNumber: false,
  htmlFormatted: false,
  idLookup: false,
  inlineHelpText: null,
  length: 0,
  mask: null,
  maskType: null,
  nameField: false,
  namePointing: false,
  nillable: true,
  permissionable: true,
  picklistValues: [],
  polymorphicForeignKey: false,
  precision: 0,
  queryByDistance: false,
  referenceTargetField: null,
  referenceTo: [],
  relationshipName: null,
  relationshipOrder: null,
  restrictedDelete: false,
  restrictedPicklist: false,
  scale: 0,
  searchPrefilterable: false,
  sortable: true,
  unique: false,
  updateable: true,
  writeRequiresMasterRead: false,
};

/** A field only Salesforce writes. */
export const readOnly: FieldChanges = { createable: false, updateable: false, permissionable: false };
/** A field that must have a value whenever a record is made. */
export const required: FieldChanges = { nillable: false, permissionable: false };
/** A part of a compound field, which itself is never written. */
export const partOf = (compoundFieldName: string): FieldChanges => ({ compoundFieldName });

function field(name: string, label: string, type: FieldDescribe['type'], soapType: string, by: FieldChanges) {
  return { ...fieldDefaults, name, label, type, soapType, custom: name.endsWith('__c'), ...by };
}

function characters(name: string, label: string, type: FieldDescribe['type'], length: number, by: FieldChanges) {
  return field(name, label, type, 'xsd:string', { length, byteLength: length * 3, ...by });
}

export const text = (name: string, label: string, length: number, by: FieldChanges = {}): FieldDescribe =>
  characters(name, label, 'string', length, by);

export const phone = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  characters(name, label, 'phone', 40, by);

export const email = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  characters(name, label, 'email', 80, by);

export const url = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  characters(name, label, 'url', 255, by);

/** Text of several lines. Beyond 255 characters Salesforce can neither filter nor sort by it. */
export function textarea(name: string, label: string, length: number, by: FieldChanges = {}): FieldDescribe {
  const short = length <= 255;
  return characters(name, label, 'textarea', length, {
    extraTypeInfo: 'plaintextarea',
    aggregatable: short,
    filterable: short,
    groupable: short,
    sortable: short,
    ...by,
  });
}

/** Values are labels too; the one that `*` follows is the default. */
export function values(...labels: readonly string[]): readonly PicklistValue[] {
  return labels.map((label) => {
    const value = label.replace(/\*$/, '');
    return { active: true, defaultValue: value !== label, label: value, validFor: null, value };
  });
}

export function picklist(
  name: string,
  label: string,
  picklistValues: readonly PicklistValue[],
  by: FieldChanges = {},
): FieldDescribe {
  return characters(name, label, 'picklist', 255, { picklistValues, ...by });
}

export function multipicklist(
  name: string,
  label: string,
  picklistValues: readonly PicklistValue[],
  by: FieldChanges = {},
): FieldDescribe {
  return characters(name, label, 'multipicklist', 4099, {
    picklistValues,
    aggregatable: false,
    groupable: false,
    sortable: false,
    precision: 4,
    ...by,
  });
}

export const checkbox = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  field(name, label, 'boolean', 'xsd:boolean', {
    aggregatable: false,
    nillable: false,
    defaultedOnCreate: true,
    defaultValue: false,
    ...by,
  });

export const integer = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  field(name, label, 'int', 'xsd:int', { digits: 8, ...by });

type Numeric = 'double' | 'currency' | 'percent';

/** `precision` counts all digits, `scale` those behind the point. */
export function numeric(
  name: string,
  label: string,
  type: Numeric,
  precision: number,
  scale: number,
  by: FieldChanges = {},
): FieldDescribe {
  return field(name, label, type, 'xsd:double', { precision, scale, groupable: false, ...by });
}

export const date = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  field(name, label, 'date', 'xsd:date', by);

export const datetime = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  field(name, label, 'datetime', 'xsd:dateTime', { groupable: false, ...by });

export const time = (name: string, label: string, by: FieldChanges = {}): FieldDescribe =>
  field(name, label, 'time', 'xsd:time', { groupable: false, aggregatable: false, ...by });

/** `relationshipName` is what dotted queries say: `Owner.Name`. */
export function reference(
  name: string,
  label: string,
  referenceTo: readonly string[],
  relationshipName: string,
  by: FieldChanges = {},
): FieldDescribe {
  const many = referenceTo.length > 1;
  return field(name, label, 'reference', 'tns:ID', {
    length: 18,
    byteLength: 18,
    referenceTo,
    relationshipName,
    namePointing: many,
    polymorphicForeignKey: many,
    ...by,
  });
}

export const id = (label: string): FieldDescribe =>
  field('Id', label, 'id', 'tns:ID', {
    ...readOnly,
    length: 18,
    byteLength: 18,
    nillable: false,
    defaultedOnCreate: true,
    idLookup: true,
  });

const system: FieldChanges = { ...readOnly, nillable: false, defaultedOnCreate: true };

/** Who and when: the five fields every object has, and the ones a user's view of it leaves behind. */
export function stamps(): readonly FieldDescribe[] {
  return [
    datetime('CreatedDate', 'Created Date', system),
    reference('CreatedById', 'Created By ID', ['User'], 'CreatedBy', system),
    datetime('LastModifiedDate', 'Last Modified Date', system),
    reference('LastModifiedById', 'Last Modified By ID', ['User'], 'LastModifiedBy', system),
    datetime('SystemModstamp', 'System Modstamp', system),
  ];
}

export const isDeleted = (): FieldDescribe => checkbox('IsDeleted', 'Deleted', { ...readOnly, defaultValue: null });

export const masterRecord = (object: string): FieldDescribe =>
  reference('MasterRecordId', 'Master Record ID', [object], 'MasterRecord', readOnly);

export const views = (): readonly FieldDescribe[] => [
  date('LastActivityDate', 'Last Activity', readOnly),
  datetime('LastViewedDate', 'Last Viewed Date', readOnly),
  datetime('LastReferencedDate', 'Last Referenced Date', readOnly),
];

/** Unique, case-sensitive and looked up by value, as an integration's own key is. */
export const externalKey = (name: string, label: string, length: number): FieldDescribe =>
  text(name, label, length, { externalId: true, unique: true, caseSensitive: true, idLookup: true });

const accuracies = values(
  'Address',
  'NearAddress',
  'Block',
  'Street',
  'ExtendedZip',
  'Zip',
  'Neighborhood',
  'City',
  'County',
  'State',
  'Unknown',
);

/** The compound address and its parts; `prefix` is '' for Lead and User, `Mailing`, `Billing` and so on elsewhere. */
export function address(prefix: string, labelPrefix = prefix === '' ? '' : `${prefix} `): readonly FieldDescribe[] {
  const compound = `${prefix}Address`;
  const part = partOf(compound);
  return [
    textarea(`${prefix}Street`, `${labelPrefix}Street`, 255, part),
    text(`${prefix}City`, `${labelPrefix}City`, 40, part),
    text(`${prefix}State`, `${labelPrefix}State/Province`, 80, part),
    text(`${prefix}PostalCode`, `${labelPrefix}Zip/Postal Code`, 20, part),
    text(`${prefix}Country`, `${labelPrefix}Country`, 80, part),
    numeric(`${prefix}Latitude`, `${labelPrefix}Latitude`, 'double', 18, 15, part),
    numeric(`${prefix}Longitude`, `${labelPrefix}Longitude`, 'double', 18, 15, part),
    picklist(`${prefix}GeocodeAccuracy`, `${labelPrefix}Geocode Accuracy`, accuracies, {
      ...part,
      length: 40,
      byteLength: 120,
      restrictedPicklist: true,
    }),
    field(compound, `${labelPrefix}Address`, 'address', 'urn:address', {
      createable: false,
      updateable: false,
      aggregatable: false,
      groupable: false,
      sortable: false,
      queryByDistance: true,
    }),
  ];
}
