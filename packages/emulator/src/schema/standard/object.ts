import type { ChildRelationship, FieldDescribe, ObjectDescribe } from '../schema.ts';

/** What an object says of itself; everything unsaid is that of an ordinary object with records. */
export interface ObjectChanges
  extends Partial<Omit<ObjectDescribe, 'name' | 'label' | 'labelPlural' | 'keyPrefix' | 'fields'>> {}

export function object(
  name: string,
  label: string,
  labelPlural: string,
  keyPrefix: string,
  fields: readonly FieldDescribe[],
  by: ObjectChanges = {},
): ObjectDescribe {
  return {
    actionOverrides: [],
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    childRelationships: [],
    compactLayoutable: true,
    createable: true,
    custom: name.endsWith('__c'),
    customSetting: false,
    deepCloneable: false,
    defaultImplementation: null,
    deletable: true,
    deprecatedAndHidden: false,
    extendedBy: null,
    extendsInterfaces: null,
    feedEnabled: false,
    fields,
    hasSubtypes: false,
    implementedBy: null,
    implementsInterfaces: null,
    isInterface: false,
    isSubtype: false,
    keyPrefix,
    label,
    labelPlural,
    layoutable: true,
    listviewable: null,
    lookupLayoutable: null,
    mergeable: false,
    mruEnabled: true,
    name,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    queryable: true,
    recordTypeInfos: [masterRecordType()],
    replicateable: true,
    retrieveable: true,
    searchLayoutable: true,
    searchable: true,
    sobjectDescribeOption: 'FULL',
    supportedScopes: [{ label: `All ${labelPlural.toLowerCase()}`, name: 'everything' }],
    triggerable: true,
    undeletable: true,
    updateable: true,
    ...by,
  };
}

function masterRecordType(): ObjectDescribe['recordTypeInfos'][number] {
  return {
    active: true,
    available: true,
    defaultRecordTypeMapping: true,
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: '012000000000000AAA',
    urls: {},
  };
}

/** The other end of a reference. `cascadeDelete` says that deleting the parent deletes the child. */
export function child(
  childSObject: string,
  fieldName: string,
  relationshipName: string,
  cascadeDelete = false,
): ChildRelationship {
  return {
    cascadeDelete,
    childSObject,
    deprecatedAndHidden: false,
    field: fieldName,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName,
    restrictedDelete: false,
  };
}
